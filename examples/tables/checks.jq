# Which checks of plimsoll each image fails: those that at least one does.
include "surroundings";

def mark: if fails then "✗" elif . == "skip" then "–" else "✓" end;

.checks as $checks | [in_order[].key] as $images
| "| check | \($images | map(short | sub("^app:"; "") | sub("^(?<number>[0-9]{2})-.*"; .number)) | join(" | ")) |",
  "|---|\($images | map(":-:|") | join(""))",
  ($checks.images[$images[0]] | keys_unsorted[] as $id | $id | select(any($images[]; $checks.images[.][$id] | fails))
   | "| `\($id)`\(if IN($checks.notes[]; $id) then "\\*" else "" end) | \($images | map($checks.images[.][$id] | mark) | join(" | ")) |"),
  "| passed, of \($checks.images[$images[0]] | length) | \($images | map([$checks.images[.][] | select(. == "pass")] | length | tostring) | join(" | ")) |",
  "",
  "✓ passes, ✗ fails, – has nothing to judge, and is not counted as passed; \\* is a note, which fails no image. "
  + "Found by `make measure NAME=checks` on \($checks.date): \($checks.engine); Debian \($checks.suite)\(if $checks.bases == "local" then ", on stand-ins" else "" end)."
