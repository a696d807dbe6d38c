#ifndef PLIMSOLL_IMAGE_LAYER_H
#define PLIMSOLL_IMAGE_LAYER_H

#include "plimsoll/image/tree.h"

#include <archive.h>

/* Why engines may make other files of a layer than are told, and of which: the first reason, NULL
 * for none. */
struct doubt {
	const char *why;
	uint32_t node;
};

/* One layer as it was streamed: its entries lie side by side in the tree. */
struct layer {
	uint32_t first, count; /* entries */
	uint32_t files;        /* of them no whiteouts */
	uint64_t size;         /* bytes of its files, as `docker history` counts */
	struct doubt doubt;
	bool cut; /* a path was left out that may matter: too long for any system call, or
	           * known and beyond MOST_SPARED */
};

/*
 * Reads the layer that archive is opened on, to its end, or until the tree is full. False where it
 * is damaged: archive_error_string() says how. Links are never followed, devices are names.
 */
bool read_layer(struct archive *archive, struct tree *tree, struct layer *layer);

#endif
