# Which checks each image passes, down the ladder.
include "surroundings";

def mark: if . then "✓" else "✗" end;

"| name | not root | no shell | no compiler | tells its health | needs nothing of the host | stops within 1 s |",
"|---|:-:|:-:|:-:|:-:|:-:|:-:|",
(in_order[] | .value as $i
 | [.key | short] + ([$i.user != "0:0", ($i.shell | not), ($i.toolchain | not), $i.healthcheck, ($i.cage and $i.user != "0:0"), $i.stop_ms <= 1000] | map(mark))
 | "| \(join(" | ")) |"),
"",
taken([.images[].date]; "once each")
