# The tools of rung 05: fetched and checked, against compiled.
include "surroundings";

"| | seconds |",
"|---|--:|",
"| fetched ready made from a \(.tools.from), and checked | \(.tools.prebuilt) |",
"| compiled, in the same image | \(.tools.compiled) |",
"| how many times faster | \(.tools.compiled / .tools.prebuilt | round) |",
"",
"\(.tools.versions | to_entries | map("\(.key) \(.value)") | join(", ")). " + taken([.tools.date]; "once each")
