# What was promised, and what was found.
include "targets";

"| | at most | found | |",
"|---|--:|--:|---|",
(targets[] | "| \(.what) | \(.most) | \(.found) | \(if .met then "met" else "**not met**" end) |"),
"",
"Times are medians of \(.rounds) rounds; of the three images below the worst stands here. Measured by `make bench` on \(.date), the load average \(.load | join(" before and ")) after: "
+ "\(.host); Linux \(.kernel); \(.engine). From PyPI: \(.versions | to_entries | map("\(.key) \(.value)") | join(", "))."
