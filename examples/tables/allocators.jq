# One program, three allocators.
include "surroundings";

.allocators as $allocators
| def cell($name; $threads): $allocators.rows[] | select(.name == $name and .threads == $threads);
  "| static, with | 1 thread | 2 threads | peak memory, 2 threads |",
  "|---|--:|--:|--:|",
  (("glibc", "musl", "musl-mimalloc") as $name
   | "| \($name | sub("-"; " and ")) | \(cell($name; 1).seconds | fixed(3)) s | \(cell($name; 2).seconds | fixed(3)) s | \(cell($name; 2).rss_kb / 1e3 | fixed(1)) MB |"),
  "",
  taken([$allocators.date]; "once each")
