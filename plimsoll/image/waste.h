#ifndef PLIMSOLL_IMAGE_WASTE_H
#define PLIMSOLL_IMAGE_WASTE_H

#include "plimsoll/image/tree.h"

#include <jansson.h>

/*
 * The bytes of paths that more than one layer holds, or that a later layer removes, as dive counts
 * them: all copies of a path count, the one that stays as well, and efficiency is what the
 * smallest copies take of all (a removed path's smallest is 0). Unlike dive, what was removed with
 * its directory counts too.
 */
struct copies {
	uint64_t bytes, smallest;
	uint32_t node, shown; /* shown: the directory that was removed, or node */
	uint32_t count;
};

struct waste {
	struct copies *copies;
	size_t count, space;
	bool full;      /* there are more paths than are counted */
	uint64_t bytes; /* of all files of all layers */
};

/* The entry is a new copy of its path; tree->nodes[…].latest is still that of the one before.
 * Uses the nodes' next: no node can be found by its name any more. */
void count_copy(struct waste *waste, struct tree *tree, uint32_t entry);

/* The path is removed, with directory, or alone (directory == node). */
void count_removal(struct waste *waste, struct tree *tree, uint32_t node, uint32_t directory);

/* "waste" of facts.md, null where there were more than 196,608 paths to count, or files that were
 * passed over. Ends the counting. */
json_t *report_waste(struct waste *waste, const struct tree *tree);
void free_waste(struct waste *waste);

#endif
