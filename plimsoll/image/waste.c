#include "plimsoll/image/waste.h"
#include "plimsoll/image/describe.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_PATHS 100
#define MOST_PATH 1024      /* bytes of one */
#define MOST_COPIES 196608U /* 7.5 MiB */

/* What the layer itself pays for the entry: a hard link costs nothing. */
static uint64_t get_cost(const struct entry *entry)
{
	return entry->kind == KIND_FILE && S_ISREG(entry->mode) ? get_size(entry) : 0;
}

static bool is_counted(const struct tree *tree, uint32_t entry)
{
	return entry != NONE && !S_ISDIR(tree->entries[entry].mode);
}

/* Those of a node are found by its next, which is their number + 1 once there are any. NULL where
 * there is no more space. */
static struct copies *get_copies(struct waste *waste, struct tree *tree, uint32_t node)
{
	uint32_t latest = tree->nodes[node].latest;
	uint64_t cost = get_cost(&tree->entries[latest]);

	if (tree->nodes[node].next != 0)
		return &waste->copies[tree->nodes[node].next - 1];
	waste->full |= waste->count == MOST_COPIES;
	if (waste->full)
		return NULL;
	if (waste->count == waste->space) {
		waste->space += waste->space / 2 + 64;
		waste->copies = resize_memory(waste->copies, waste->space * sizeof(*waste->copies));
	}
	waste->copies[waste->count] = (struct copies){cost, cost, node, node, 1};
	tree->nodes[node].next = (uint32_t)++waste->count;
	return &waste->copies[waste->count - 1];
}

static void count_one(struct copies *copies, uint64_t cost)
{
	if (copies == NULL)
		return;
	copies->bytes += cost;
	copies->count++;
	if (cost < copies->smallest)
		copies->smallest = cost;
}

void count_copy(struct waste *waste, struct tree *tree, uint32_t entry)
{
	uint32_t node = tree->entries[entry].node;
	uint64_t cost = get_cost(&tree->entries[entry]);

	waste->bytes += cost;
	if (is_counted(tree, tree->nodes[node].latest))
		count_one(get_copies(waste, tree, node), cost);
}

void count_removal(struct waste *waste, struct tree *tree, uint32_t node, uint32_t directory)
{
	if (!is_counted(tree, tree->nodes[node].latest))
		return;
	struct copies *copies = get_copies(waste, tree, node);
	count_one(copies, 0);
	if (copies != NULL)
		copies->shown = directory;
}

static int compare_shown(const void *one, const void *other)
{
	const struct copies *a = one, *b = other;

	return (a->shown > b->shown) - (a->shown < b->shown);
}

/* The most bytes first. */
static int compare_bytes(const void *one, const void *other)
{
	const struct copies *a = one, *b = other;

	return (a->bytes < b->bytes) - (a->bytes > b->bytes);
}

/* Joins what was removed with one directory; returns how many are left. */
static size_t join_shown(struct copies copies[], size_t count)
{
	size_t joined = 0;

	if (count == 0)
		return 0;
	qsort(copies, count, sizeof(*copies), compare_shown);
	for (size_t i = 0; i < count; i++) {
		if (joined > 0 && copies[joined - 1].shown == copies[i].shown) {
			copies[joined - 1].bytes += copies[i].bytes;
			if (copies[i].count > copies[joined - 1].count)
				copies[joined - 1].count = copies[i].count;
		} else {
			copies[joined++] = copies[i];
		}
	}
	return joined;
}

static json_t *report_paths(const struct waste *waste, const struct tree *tree)
{
	size_t count = join_shown(waste->copies, waste->count);
	json_t *list = json_array();
	char path[PATH_SIZE];

	if (count > 0)
		qsort(waste->copies, count, sizeof(*waste->copies), compare_bytes);
	for (size_t i = 0; i < count && i < MOST_PATHS && waste->copies[i].bytes > 0; i++) {
		const struct copies *copies = &waste->copies[i];
		const char *text = write_path(tree, copies->shown, path);
		json_t *entry = json_object();
		set_member(entry, "path", plain_string(text, strlen(text), MOST_PATH));
		set_member(entry, "bytes", json_integer((json_int_t)copies->bytes));
		set_member(entry, "copies", json_integer((json_int_t)copies->count));
		append_member(list, entry);
	}
	return list;
}

json_t *report_waste(struct waste *waste, const struct tree *tree)
{
	uint64_t wasted = 0, saved = 0;

	if (waste->full)
		return json_null();
	json_t *object = json_object();
	for (size_t i = 0; i < waste->count; i++) {
		wasted += waste->copies[i].bytes;
		saved += waste->copies[i].bytes - waste->copies[i].smallest;
	}
	double efficiency = waste->bytes > 0 ? 1 - (double)saved / (double)waste->bytes : 1;
	set_member(object, "bytes", json_integer((json_int_t)wasted));
	set_member(object, "efficiency", json_real(efficiency));
	set_member(object, "paths", report_paths(waste, tree));
	return object;
}

void free_waste(struct waste *waste)
{
	free(waste->copies);
}
