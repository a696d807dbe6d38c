#include "plimsoll/image/merge.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void start_merge(struct merge *merge, struct tree *tree)
{
	size_t size = tree->node_count * sizeof(*merge->shown);

	seal_tree(tree);
	*merge = (struct merge){tree, get_memory(size), get_memory(size)};
	memset(merge->shown, 0, size);
	memset(merge->below, 0, size);
	for (uint32_t i = 0; i < tree->node_count; i++) {
		tree->nodes[i].latest = NONE;
		tree->nodes[i].next = 0;
	}
}

void end_merge(struct merge *merge)
{
	free(merge->below);
	merge->below = NULL;
}

void free_merge(struct merge *merge)
{
	free(merge->shown);
	free(merge->below);
}

/* Lower layers' paths below the node are gone; true where there can be any. */
static bool hide_below(struct merge *merge, uint32_t node, uint16_t number)
{
	bool new = merge->below[node] != number;

	merge->below[node] = number;
	return new;
}

/* A whiteout is of lower layers' files: what its own layer has, before it or after, stays. */
static bool apply_whiteout(struct merge *merge, uint32_t node, uint16_t number, struct waste *waste)
{
	if (merge->shown[node] != number) {
		if (merge->shown[node] != 0)
			count_removal(waste, merge->tree, node, node);
		merge->shown[node] = 0;
	}
	return hide_below(merge, node, number);
}

/* True where it may have hidden what lower layers have below. */
static bool apply_entry(struct merge *merge, uint32_t at, uint16_t number, struct waste *waste)
{
	const struct entry *entry = &merge->tree->entries[at];
	uint32_t node = entry->node, latest = merge->tree->nodes[node].latest;

	if (entry->kind == KIND_REPLACED)
		return false;
	if (entry->kind == KIND_WHITEOUT)
		return apply_whiteout(merge, node, number, waste);
	if (entry->kind == KIND_OPAQUE)
		return hide_below(merge, node, number);
	count_copy(waste, merge->tree, at);
	merge->tree->nodes[node].latest = at;
	merge->shown[node] = number;
	bool was_directory = latest != NONE && S_ISDIR(merge->tree->entries[latest].mode);
	return !S_ISDIR(entry->mode) && hide_below(merge, node, number) && was_directory;
}

/*
 * Takes away what this layer has hidden below whiteouts, opaque directories and files that stand
 * where a directory was. A parent's node always comes before its children's.
 */
static void hide(struct merge *merge, uint16_t number, struct waste *waste)
{
	struct tree *tree = merge->tree;
	uint32_t *top = get_memory(tree->node_count * sizeof(*top));

	top[ROOT_NODE] = merge->below[ROOT_NODE] == number ? ROOT_NODE : NONE;
	for (uint32_t node = 1; node < tree->node_count; node++) {
		uint32_t above = top[tree->nodes[node].parent];
		bool starts = merge->below[node] == number;
		top[node] = above == NONE && starts ? node : above;
		if (above == NONE || merge->shown[node] == 0 || merge->shown[node] == number)
			continue;
		count_removal(waste, tree, node, above);
		merge->shown[node] = 0;
	}
	free(top);
}

void merge_layer(struct merge *merge, const struct layer *layer, uint16_t number,
                 struct waste *waste)
{
	bool hides = false;

	for (uint32_t at = layer->first; at < layer->first + layer->count; at++)
		hides |= apply_entry(merge, at, number, waste);
	if (hides)
		hide(merge, number, waste);
}
