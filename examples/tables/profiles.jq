# What each setting of the profile does to size and speed.
include "surroundings";

.profiles as $profiles
| ([$profiles.rows[] | select(.name == "release")][0]) as $release
| def percent($value; $of): "\($value / $of * 100 | round) %";
  "| | binary | of release | start | requests/s | of release | peak memory | cold build |",
  "|---|--:|--:|--:|--:|--:|--:|--:|",
  ($profiles.rows[]
   | "| \(.name) | \(.size / 1e6 | fixed(2)) MB | \(percent(.size; $release.size)) | \(.start_ms | fixed(1)) ms | \(.requests_per_s) | \(percent(.requests_per_s; $release.requests_per_s)) | \(.rss_kb / 1e3 | fixed(1)) MB | \(.build | fixed(1)) s |"),
  "",
  "Start: from fork to `listening`, the median of 51. Requests: wrk, 32 connections, on loopback, beside the service on the same cores; "
  + "differences of a few percent are noise. " + taken([$profiles.date]; "once each")
