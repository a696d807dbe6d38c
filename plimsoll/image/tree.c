#include "plimsoll/image/tree.h"
#include "plimsoll/files/owners.h"
#include "plimsoll/text.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#define BUCKETS (1U << 18)
#define LINK_BITS 19 /* 4 MiB */
#define LINKS (1U << LINK_BITS)
/* 2 TiB: no image has a file that is larger, and no sum of so many is too large for JSON. */
#define MOST_SIZE ((UINT64_C(1) << 41) - 1)

#define NAME_BITS 0x3fffffffU /* of where a name is: more than MOST_KEPT */

/* How many owners are looked through before one is kept twice. */
#define OWNERS_SEEN 64U

static void *reserve(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		end_without_memory();
	return memory;
}

void open_tree(struct tree *tree)
{
	*tree = (struct tree){
	    .nodes = reserve(MOST_KEPT),
	    .entries = reserve(MOST_KEPT),
	    .owners = reserve(MOST_KEPT),
	    .text = reserve(MOST_KEPT),
	    .buckets = reserve(BUCKETS * sizeof(*tree->buckets)),
	    .links = reserve(LINKS * sizeof(*tree->links)),
	    .text_length = 1, /* 0 is none */
	    .passed.owners = make_owners(),
	};
	if (getrandom(&tree->seed, sizeof(tree->seed), GRND_NONBLOCK) < 0)
		tree->seed = (uint64_t)(uintptr_t)tree;
	tree->nodes[tree->node_count++] = (struct node){.parent = ROOT_NODE, .latest = NONE};
}

void close_tree(struct tree *tree)
{
	munmap(tree->nodes, MOST_KEPT);
	munmap(tree->entries, MOST_KEPT);
	munmap(tree->owners, MOST_KEPT);
	munmap(tree->text, MOST_KEPT);
	free_owners(tree->passed.owners);
	seal_tree(tree);
}

void seal_tree(struct tree *tree)
{
	if (tree->buckets == NULL)
		return;
	munmap(tree->buckets, BUCKETS * sizeof(*tree->buckets));
	munmap(tree->links, LINKS * sizeof(*tree->links));
	tree->buckets = NULL;
}

size_t measure_tree(const struct tree *tree)
{
	return tree->reserved + tree->node_count * sizeof(*tree->nodes) +
	       tree->entry_count * sizeof(*tree->entries) +
	       tree->owner_count * sizeof(*tree->owners) + tree->text_length;
}

bool has_room(struct tree *tree, size_t size)
{
	size_t used = measure_tree(tree);

	if (used > MOST_KEPT || size > MOST_KEPT - used)
		tree->full = true;
	return !tree->full;
}

/* Appends the bytes and a NUL; gives where. */
static uint32_t append_text(struct tree *tree, const void *bytes, size_t length)
{
	uint32_t at = tree->text_length;

	memcpy(tree->text + at, bytes, length);
	tree->text[at + length] = '\0'; /* what was restored left its bytes */
	tree->text_length += (uint32_t)length + 1;
	return at;
}

/* The seed makes it costly to make names that collide on purpose. */
static uint64_t hash_all(const struct tree *tree, uint32_t parent, const char *name, size_t length)
{
	uint64_t hash = tree->seed ^ parent * UINT64_C(0x9e3779b97f4a7c15);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

static uint32_t hash_name(const struct tree *tree, uint32_t parent, const char *name, size_t length)
{
	uint64_t hash = hash_all(tree, parent, name, length);

	return (uint32_t)(hash ^ hash >> 18) & (BUCKETS - 1);
}

static bool is_named(const struct tree *tree, const struct node *node, uint32_t parent,
                     const char *name, size_t length)
{
	const char *its = tree->text + node->name;

	return node->parent == parent && strncmp(its, name, length) == 0 && its[length] == '\0';
}

uint32_t get_node(struct tree *tree, uint32_t parent, const char *name, size_t length)
{
	uint32_t *bucket = &tree->buckets[hash_name(tree, parent, name, length)];

	/* The root is in no bucket: 0 ends the chain. */
	for (uint32_t node = *bucket; node != 0; node = tree->nodes[node].next)
		if (is_named(tree, &tree->nodes[node], parent, name, length))
			return node;
	if (!has_room(tree, sizeof(struct node) + length + 1))
		return NONE;
	uint32_t at = append_text(tree, name, length);
	tree->nodes[tree->node_count] = (struct node){
	    .parent = parent, .next = *bucket, .name = at & NAME_BITS, .latest = NONE};
	tree->nodes[parent].has_below = true;
	return *bucket = tree->node_count++;
}

struct mark mark_tree(const struct tree *tree)
{
	return (struct mark){tree->node_count, tree->text_length};
}

/* What was added last stands first in its bucket. */
void restore_tree(struct tree *tree, struct mark mark)
{
	while (tree->node_count > mark.node_count) {
		const struct node *node = &tree->nodes[--tree->node_count];
		const char *name = tree->text + node->name;

		tree->buckets[hash_name(tree, node->parent, name, strlen(name))] = node->next;
	}
	tree->text_length = mark.text_length;
}

void note_passed(struct tree *tree, uint32_t node)
{
	while (!tree->nodes[node].has_passed) {
		tree->nodes[node].has_passed = true;
		node = tree->nodes[node].parent;
	}
}

/* Where the hash is in the table, or would be. */
static uint64_t *find_link(const struct tree *tree, uint64_t hash)
{
	uint64_t at = hash * UINT64_C(0x9e3779b97f4a7c15) >> (64 - LINK_BITS);

	while (tree->links[at] != 0 && tree->links[at] != hash)
		at = (at + 1) & (LINKS - 1);
	return &tree->links[at];
}

bool note_lost_link(struct tree *tree, uint32_t node)
{
	const char *name = tree->text + tree->nodes[node].name;
	uint64_t hash = hash_all(tree, tree->nodes[node].parent, name, strlen(name)) | 1;
	uint64_t *place = find_link(tree, hash);

	if (*place == 0 && tree->link_count == LINKS / 4 * 3)
		return false;
	tree->link_count += *place == 0;
	*place = hash;
	return true;
}

bool is_lost_link(const struct tree *tree, uint32_t parent, const char *name, size_t length)
{
	return tree->link_count > 0 &&
	       *find_link(tree, hash_all(tree, parent, name, length) | 1) != 0;
}

static uint32_t get_owner(struct tree *tree, uint32_t uid, uint32_t gid)
{
	uint32_t end = tree->owner_count, at = end;

	while (at > 0 && end - at < OWNERS_SEEN) {
		at--;
		if (tree->owners[at].uid == uid && tree->owners[at].gid == gid)
			return at;
	}
	tree->owners[end] = (struct owner){uid, gid};
	tree->owner_count++;
	return end;
}

bool keep_entry(struct tree *tree, uint32_t node, uint32_t first, const struct description *entry)
{
	uint64_t size = entry->size < MOST_SIZE ? entry->size : MOST_SIZE;
	uint32_t latest = tree->nodes[node].latest, at = tree->entry_count;

	if (!has_room(tree, sizeof(struct entry) + sizeof(struct owner)))
		return false;
	tree->entries[at] = (struct entry){
	    .node = node,
	    .owner = get_owner(tree, entry->uid, entry->gid),
	    .text = entry->text,
	    .size_low = (uint32_t)size,
	    .size_high = (uint32_t)(size >> 32) & 0xfff,
	    .mode = entry->mode & 0xffff,
	    .has_capability = entry->has_capability,
	    .kind = entry->kind & 7U,
	};
	tree->entry_count++;
	if (entry->kind >= KIND_WHITEOUT)
		return true;
	if (latest != NONE && latest >= first)
		tree->entries[latest].kind = KIND_REPLACED;
	tree->nodes[node].latest = at;
	return true;
}

uint32_t keep_text(struct tree *tree, const void *bytes, size_t length)
{
	uint32_t size = (uint32_t)length;

	if (length > MOST_KEPT || !has_room(tree, sizeof(size) + length + 2))
		return 0;
	uint32_t at = append_text(tree, &size, sizeof(size));
	tree->text_length--; /* the NUL between */
	append_text(tree, bytes, length);
	return at;
}

const char *get_kept(const struct tree *tree, uint32_t text, size_t *length)
{
	uint32_t size = 0;

	if (text != 0)
		memcpy(&size, tree->text + text, sizeof(size));
	*length = size;
	return text != 0 ? tree->text + text + sizeof(size) : NULL;
}

uint64_t get_size(const struct entry *entry)
{
	return (uint64_t)entry->size_high << 32 | entry->size_low;
}

const char *write_path(const struct tree *tree, uint32_t node, char path[static PATH_SIZE])
{
	size_t at = PATH_SIZE - 1;

	path[at] = '\0';
	for (; node != ROOT_NODE; node = tree->nodes[node].parent) {
		const char *name = tree->text + tree->nodes[node].name;
		size_t length = strlen(name);
		if (length + 1 > at)
			break;
		at -= length;
		memcpy(path + at, name, length);
		path[--at] = '/';
	}
	return at < PATH_SIZE - 1 ? path + at : "/";
}
