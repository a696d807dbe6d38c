# What an init costs while it is there.
include "figures";

"| | a signal forwarded | median | an orphan reaped | median | memory | of it its own |",
"|---|--:|--:|--:|--:|--:|--:|",
(.inits[]
 | "| \(.name) | \(.forward.fastest | microseconds) | \(.forward.median | microseconds) | \(.reap.fastest | microseconds) | \(.reap.median | microseconds) | \(.memory.rss) kB | \(.memory.own) kB |")
