#ifndef PLIMSOLL_RUNS_CHANGES_H
#define PLIMSOLL_RUNS_CHANGES_H

#include "plimsoll/runs/run.h"

/*
 * The list "changed" of facts.md, from what `diff` writes: without what the engine does itself
 * (probe, which is the cage's place, those of volumes, and the directories above them). At most
 * 1001, in the engine's order, which is none.
 */
json_t *parse_changes(const char *text, size_t length, const char *probe, const json_t *volumes);

/* The same of a container. NULL and failure where the engine does not say. */
json_t *read_changes(const struct run *run, struct failure *failure);

/* Files and their sizes, as many as are kept. */
struct sizes {
	json_t *files; /* {PATH: bytes}, the owner's to release; NULL: they can't be read */
	size_t names;  /* bytes of paths for which there is room */
	bool partial;  /* there are more files */
};

/*
 * The files in the image's volumes, and what the container has changed or added besides, of 0
 * bytes. Without the latter it is quick; the engine may have to walk a whole image to tell the
 * latter. False and failure where it can't be read.
 */
bool read_volumes(const struct run *run, struct sizes *sizes, struct failure *failure);
bool read_sizes(const struct run *run, struct sizes *sizes, struct failure *failure);

/*
 * Paths of `after` that are neither in `before` nor in `between` as large as now; at most 100.
 * *partial says that there may be others: what is not among files that are partial is not new.
 */
json_t *find_grown(const struct sizes *before, const struct sizes *between,
                   const struct sizes *after, bool *partial);

#endif
