# The service on glibc and on musl, each static.
include "surroundings";

.musl as $musl
| "| static, with | binary | start | requests/s | peak memory |",
  "|---|--:|--:|--:|--:|",
  ($musl.rows[]
   | "| \(.name | sub("-"; " and ")) | \(.size / 1e6 | fixed(2)) MB | \(.start_ms | fixed(1)) ms | \(.requests_per_s) | \(.rss_kb / 1e3 | fixed(1)) MB |"),
  "",
  "On musl compiled by Debian\u0027s \($musl.compiler | split(" ")[:2] | join(" ")), std and all. Start: from fork to `listening`, the median of 51. Requests: wrk, 32 connections, on loopback, beside the service on the same cores. "
  + taken([$musl.date]; "once each")
