# The best public figures that were found, beside ours.
include "surroundings";

. as $all
| "| published | size | here | size |",
  "|---|--:|---|--:|",
  ($published[0][] | "| [\(.what)](\(.source)) | \(.megabytes) MB | \(.image | short) | \($all.images[.image].size | mb) MB |"),
  "",
  "The published services do other things than this one: the table shows the order of magnitude."
