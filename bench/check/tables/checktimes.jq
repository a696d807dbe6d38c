# Each image, by each program, in seconds.
include "targets";

def seconds($name): named($name).median | round2 | "\(.) s";

"| image | size | plimsoll check --static --no-layers | its layers alone | all of it | container-structure-test, three assertions | docker save, to nowhere | dive --ci |",
"|---|--:|--:|--:|--:|--:|--:|--:|",
(.images[] | .times as $times
 | "| \(.name) | \(.size / 1000000 | round2) MB | \($times | seconds("plimsoll-static")) | \($times | seconds("plimsoll-layers")) | \($times | seconds("plimsoll")) | \($times | seconds("container-structure-test")) | \($times | seconds("save")) | \($times | seconds("dive")) |")
