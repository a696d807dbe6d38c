# What each image shows: base, size, layers, user, PID 1, stop, and what it takes to build it.
include "surroundings";
include "judged";

def seconds: if . == null then "not measured" else "\(fixed(1)) s" end;

. as $all
| "| name | base | size | own layers | user | PID 1 | stop | cold build | rebuild |",
  "|---|---|--:|--:|---|---|--:|--:|--:|",
  (in_order[] | select($which == "all" or .key == $which) | .value as $i
   | "| \(.key | short) | `\($i | base_name($all))` | \($i.size | mb) MB | \($i.layers) | \($i.user) | `\($i.pid1)` | \($i.stop_ms) ms | \($i.cold | seconds) | \($i.rebuild | seconds) |"),
  "",
  (if $which == "all" then empty else
     ($all.images[$which] | checks) as $checks
     | def names($passed): [$checks[] | select(.passed == $passed).name] | if length == 0 then "nothing" else join(", ") end;
       "Checks passed: \(names(true)). Failed: \(names(false)).", "" end),
  taken([in_order[] | select($which == "all" or .key == $which) | .value.date]; "the rebuild the median of three, all else once")
