# Which checks each image passes, down the ladder.
include "surroundings";
include "judged";

"| name | \([in_order[0].value | checks[].name] | join(" | ")) |",
"|---|:-:|:-:|:-:|:-:|:-:|:-:|",
(in_order[] | "| \([.key | short] + [.value | checks[] | if .passed then "✓" else "✗" end] | join(" | ")) |"),
"",
taken([.images[].date]; "once each")
