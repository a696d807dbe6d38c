# What was promised, and what was found.
include "targets";

"| | at most | found | |",
"|---|--:|--:|---|",
(targets[] | "| \(.what) | \(.most) | \(.found) | \(if .met then "met" else "**not met**" end) |"),
"",
"Times are judged by the fastest and by the median, and the worse of the two ratios stands here; signals and orphans by the "
+ "fastest alone, as on a busy machine the median is that of waiting for a processor.",
"",
"Measured by `make bench` on \(.date), \(.rounds) rounds (a tenth of that with entrypoint.sh, half with the inits), the load average \(.load | join(" before and ")) after: "
+ "\(.host); Linux \(.kernel); \(.engine). Debian\u0027s packages: \(.versions | to_entries | map("\(.key) \(.value)") | join(", "))."
