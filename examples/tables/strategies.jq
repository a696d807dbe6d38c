# What each way to keep compiled dependencies costs after each kind of change.
include "surroundings";

.strategies as $strategies
| def cell($image; $kind):
	([$strategies.rows[] | select(.image == $image)][0][$kind] | fixed(1)) as $seconds
	| ([$strategies.compiled[] | select(.image == $image)][0][$kind] | tostring) as $crates
	| "\($seconds) s (\($crates))";
  "| | nothing there | a line of source | a dependency more | `Cargo.lock` | CI: layers, no mounts | source / nothing there |",
  "|---|--:|--:|--:|--:|--:|--:|",
  ($strategies.rows[] | . as $row
   | [.image | short] + (["cold", "source", "dependency", "lock", "ci"] | map(cell($row.image; .)))
     + [.source / .cold | fixed(2)]
   | "| \(join(" | ")) |"),
  "",
  "![Cold build against rebuilds, by cache strategy](../charts/rebuild.svg)",
  "",
  "In brackets: how many crates cargo compiled. " + taken([$strategies.date]; "a line of source the median of three, all else once")
