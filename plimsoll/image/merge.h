#ifndef PLIMSOLL_IMAGE_MERGE_H
#define PLIMSOLL_IMAGE_MERGE_H

#include "plimsoll/image/layer.h"
#include "plimsoll/image/waste.h"

/*
 * The union of layers, the lowest first: what each path is in the end. Layers count from 1.
 */
struct merge {
	struct tree *tree;
	uint16_t *shown; /* of each node: the layer that its latest entry is of; 0: it is not there
	                  */
	uint16_t *below; /* what lower layers than this have below the node is gone */
	uint16_t *removed; /* the layer that has a whiteout of it */
	uint16_t *trusted; /* up to the root there are directories alone, as this layer has it */
	struct doubt doubt;
};

#define MOST_LAYERS 1000U

/* Takes over the tree's latest entries: nothing more can be added to it. */
void start_merge(struct merge *merge, struct tree *tree);
void merge_layer(struct merge *merge, const struct layer *layer, uint16_t number,
                 struct waste *waste);

/* After the last layer: what only layers need is free. */
void end_merge(struct merge *merge);
void free_merge(struct merge *merge);

#endif
