# What each image shows: base, size, layers, user, PID 1, stop, and what it takes to build it.
include "surroundings";

def seconds: if . == null then "not measured" else "\(fixed(1)) s" end;

. as $all
| "| name | base | size | own layers | user | PID 1 | stop | cold build | rebuild |",
  "|---|---|--:|--:|---|---|--:|--:|--:|",
  (in_order[] | select($which == "all" or .key == $which) | .value as $i
   | "| \(.key | short) | `\($i | base_name($all))` | \($i.size | mb) MB | \($i.layers) | \($i.user) | `\($i.pid1)` | \($i.stop_ms) ms | \($i.cold | seconds) | \($i.rebuild | seconds) |"),
  "",
  (if $which == "all" or $all.checks == null then empty else
     $all.checks.images[$which] as $own | ($all.checks.images[$before] // {}) as $old
     | def those(f): [$own | keys_unsorted[] | select(f) | "`\(.)`\(if IN($all.checks.notes[]; .) then "\\*" else "" end)"] | if length == 0 then "nothing" else join(", ") end;
       def fails_in($checks): $checks[.] | fails;
       "Checks passed: \([$own[] | select(. == "pass")] | length) of \($own | length)."
       + (if $before == "" then "" else " Turned green since \($before | short): \(those(fails_in($old) and $own[.] == "pass")). Turned red: \(those(fails_in($own) and (fails_in($old) | not)))." end)
       + " Fails: \(those(fails_in($own))). (\\* is a note.)", "" end),
  taken([in_order[] | select($which == "all" or .key == $which) | .value.date]; "the rebuild the median of three, all else once")
