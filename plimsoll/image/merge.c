#include "plimsoll/image/merge.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void start_merge(struct merge *merge, struct tree *tree)
{
	size_t size = tree->node_count * sizeof(*merge->shown);

	seal_tree(tree);
	*merge = (struct merge){.tree = tree,
	                        .shown = get_memory(size),
	                        .below = get_memory(size),
	                        .removed = get_memory(size),
	                        .trusted = get_memory(size)};
	memset(merge->shown, 0, size);
	memset(merge->below, 0, size);
	memset(merge->removed, 0, size);
	memset(merge->trusted, 0, size);
	for (uint32_t i = 0; i < tree->node_count; i++) {
		tree->nodes[i].latest = NONE;
		tree->nodes[i].next = 0;
	}
}

void end_merge(struct merge *merge)
{
	free(merge->below);
	free(merge->removed);
	free(merge->trusted);
	merge->below = merge->removed = merge->trusted = NULL;
}

void free_merge(struct merge *merge)
{
	free(merge->shown);
	free(merge->below);
	free(merge->removed);
	free(merge->trusted);
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
	merge->removed[node] = number;
	return hide_below(merge, node, number);
}

/* True where it may have hidden what lower layers have below. */
static bool apply_entry(struct merge *merge, uint32_t at, uint16_t number, struct waste *waste)
{
	const struct entry *entry = &merge->tree->entries[at];
	uint32_t node = entry->node;

	if (entry->kind == KIND_REPLACED)
		return false;
	if (entry->kind == KIND_WHITEOUT)
		return apply_whiteout(merge, node, number, waste);
	if (entry->kind == KIND_OPAQUE)
		return hide_below(merge, node, number);
	count_copy(waste, merge->tree, at);
	merge->tree->nodes[node].latest = at;
	merge->shown[node] = number;
	return !S_ISDIR(entry->mode) && hide_below(merge, node, number) &&
	       merge->tree->nodes[node].has_below;
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

static mode_t get_mode(const struct merge *merge, uint32_t node)
{
	return merge->tree->entries[merge->tree->nodes[node].latest].mode;
}

static bool is_shown_as_other(const struct merge *merge, uint32_t node)
{
	return merge->shown[node] != 0 && !S_ISDIR(get_mode(merge, node));
}

/* Engines unpack a layer by itself, or onto those below it: what is written through a link, or
 * into what the same layer removes, goes to other places then. */
static bool has_doubtful_parent(const struct merge *merge, uint32_t node, uint16_t number)
{
	do {
		node = merge->tree->nodes[node].parent;
		if (merge->trusted[node] == number)
			return false;
		if (is_shown_as_other(merge, node) ||
		    (merge->shown[node] == 0 && merge->removed[node] == number))
			return true;
		merge->trusted[node] = number;
	} while (node != ROOT_NODE);
	return false;
}

/* Why engines may differ in what they make of the entry, after its layer was applied; or NULL. */
static const char *find_doubt(const struct merge *merge, const struct entry *entry, uint16_t number)
{
	uint32_t node = entry->node;
	bool is_shown = merge->shown[node] == number;

	if (entry->kind == KIND_OPAQUE && node == ROOT_NODE)
		return "a layer hides all that is below it";
	if (entry->kind == KIND_OPAQUE && is_shown_as_other(merge, node))
		return "a layer hides what is below it, and it is no directory";
	if (entry->kind == KIND_WHITEOUT && is_shown)
		return "a layer has it, and removes it";
	if (entry->kind == KIND_REPLACED && is_shown &&
	    S_ISDIR(entry->mode) != S_ISDIR(get_mode(merge, node)))
		return "a layer has it as a directory and as something else";
	if (merge->tree->nodes[node].has_passed && entry->kind != KIND_OPAQUE &&
	    (entry->kind == KIND_WHITEOUT || !S_ISDIR(entry->mode)))
		return "it is no directory, or removed, and files below it were not kept";
	return has_doubtful_parent(merge, node, number)
	           ? "it lies below what is no directory, or removed"
	           : NULL;
}

static void look_for_doubt(struct merge *merge, const struct layer *layer, uint16_t number)
{
	if (merge->doubt.why == NULL)
		merge->doubt = layer->doubt;
	for (uint32_t at = layer->first;
	     at < layer->first + layer->count && merge->doubt.why == NULL; at++) {
		const struct entry *entry = &merge->tree->entries[at];
		merge->doubt = (struct doubt){find_doubt(merge, entry, number), entry->node};
	}
}

void merge_layer(struct merge *merge, const struct layer *layer, uint16_t number,
                 struct waste *waste)
{
	bool hides = false;

	for (uint32_t at = layer->first; at < layer->first + layer->count; at++)
		hides |= apply_entry(merge, at, number, waste);
	if (hides)
		hide(merge, number, waste);
	look_for_doubt(merge, layer, number);
}
