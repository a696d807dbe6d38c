#ifndef PLIMSOLL_RUNS_CHANGES_H
#define PLIMSOLL_RUNS_CHANGES_H

#include "plimsoll/runs/run.h"

/*
 * The list "changed" of facts.md, from what `diff` writes: without what the engine does itself
 * (PROBE_DIRECTORY, the places of volumes, and the directories above them). At most 1001, in the
 * engine's order, which is none.
 */
json_t *parse_changes(const char *text, size_t length, const json_t *volumes);

/* The same of a container. NULL and failure where the engine does not say. */
json_t *read_changes(const struct run *run, struct failure *failure);

/*
 * {PATH: bytes} of the files in the image's volumes, and what the container has changed or added
 * besides, as {PATH: 0}. Without the latter it is quick; the engine may have to walk a whole image
 * to tell the latter. NULL and failure where it can't be read.
 */
json_t *read_volumes(const struct run *run, struct failure *failure);
json_t *read_sizes(const struct run *run, struct failure *failure);

/* Paths of `after` that are neither in `before` nor in `between` as large as now; at most 100. */
json_t *find_grown(const json_t *before, const json_t *between, const json_t *after);

#endif
