# The tools of rung 05: fetched and checked, against compiled.
include "surroundings";

"| | seconds |",
"|---|--:|",
"| fetched ready made and checked, from \(if .tools.from == "mirror" then "a mirror on the same host: without the download" else "the release host" end) | \(.tools.prebuilt | fixed(1)) |",
"| compiled, in the same image | \(.tools.compiled | fixed(1)) |",
"| how many times faster | \(.tools.compiled / .tools.prebuilt | round) |",
"",
"\(.tools.versions | to_entries | map("\(.key) \(.value)") | join(", ")). " + taken([.tools.date]; "once each")
