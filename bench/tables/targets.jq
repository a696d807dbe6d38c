# What was promised, and what was found.
include "targets";

"| | at most | found | |",
"|---|--:|--:|---|",
(targets[] | "| \(.what) | \(.most) | \(.found) | \(if .met then "met" else "**not met**" end) |"),
"",
"Times are judged by the fastest and by the median, and the worse of the two ratios stands here; signals and orphans by the "
+ "median alone, beside the slower of tini and its copy: they are the same file, so what lies between them is no difference; and one run "
+ "can\u0027t tell less than three percent in reaping, which is the kernel\u0027s work for the most part.",
"",
"Measured by `make bench` on \(.date), \(.rounds) rounds (a tenth of that with entrypoint.sh, half with the inits), the load average \(.load | join(" before and ")) after: "
+ "\(.host); Linux \(.kernel); \(.engine). Debian\u0027s packages: \(.versions | to_entries | map("\(.key) \(.value)") | join(", "))."
