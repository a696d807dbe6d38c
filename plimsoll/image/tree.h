#ifndef PLIMSOLL_IMAGE_TREE_H
#define PLIMSOLL_IMAGE_TREE_H

#include "plimsoll/files/survey.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Every path that the layers of an archive name, each once, and of every layer what it says of its
 * paths: 16 bytes for a path and its name, 20 for an entry. All of it lies in memory that is
 * reserved at the start and only used as it fills, so that nothing is ever moved or copied.
 *
 * There may be more files than that. Once MOST_WHOLE is used, only those are kept that the report
 * lists, and what hides or replaces a path that is kept; of each list so many, up to MOST_SPARED.
 * Of the others it is counted what they were. The rest up to MOST_KEPT is for one file in hand, of
 * which it is not known yet, and for the archive's own JSON.
 */
#define MOST_KEPT (45U << 20)
#define MOST_SPARED (40U << 20)
#define MOST_WHOLE (34U << 20)
#define MOST_LISTED 10000U

#define ROOT_NODE 0U
#define NONE UINT32_MAX

struct node {
	uint32_t parent;
	uint32_t next;                          /* of the same hash */
	uint32_t name : 30;                     /* in text */
	uint32_t has_below : 1, has_passed : 1; /* nodes below it; files that were not kept */
	uint32_t latest; /* the entry that was last added, or that counts: NONE */
};

enum kind {
	KIND_FILE, /* or directory, or device: what mode says */
	KIND_HARD_LINK,
	KIND_REPLACED, /* the same layer names the path once more */
	KIND_WHITEOUT, /* the path is gone */
	KIND_OPAQUE,   /* what lower layers have below the path is gone */
};

struct entry {
	uint32_t node;
	uint32_t owner; /* in owners */
	uint32_t text;  /* a symbolic link's target, or a file's head; 0: none */
	uint32_t size_low;
	uint32_t size_high : 12, mode : 16, has_capability : 1, kind : 3;
};

struct owner {
	uint32_t uid, gid;
};

struct tree {
	struct node *nodes;
	struct entry *entries;
	struct owner *owners;
	char *text;
	uint32_t *buckets;
	uint64_t *links; /* that were not kept: hashes, of which none is 0 */
	uint32_t node_count, entry_count, owner_count, text_length, link_count;
	uint64_t seed;
	size_t reserved;             /* of MOST_KEPT, by others */
	bool sparing;                /* MOST_WHOLE was used: not all is kept from then on */
	bool full;                   /* something had no room any more, and may be missing */
	uint32_t spared[LIST_COUNT]; /* files of each list that were kept since MOST_WHOLE */
	struct passed_over passed;
};

/* Out of memory ends the process. */
void open_tree(struct tree *tree);
void close_tree(struct tree *tree);

/* No node can be found by its name any more. */
void seal_tree(struct tree *tree);

/* Whether size bytes more are within MOST_KEPT; else it is full from now on. */
bool has_room(struct tree *tree, size_t size);

/* Bytes of MOST_KEPT that are used. */
size_t measure_tree(const struct tree *tree);

/* What was added since can be taken away again, as long as no entry is of it. */
struct mark {
	uint32_t node_count, text_length;
};
struct mark mark_tree(const struct tree *tree);
void restore_tree(struct tree *tree, struct mark mark);

/* The node of that name in parent, made where there is none yet; NONE where the tree is full. */
uint32_t get_node(struct tree *tree, uint32_t parent, const char *name, size_t length);

/* A file below the node was not kept. */
void note_passed(struct tree *tree, uint32_t node);

/* The node is a link in some layer, of which nothing is kept but that; false where there are too
 * many. */
bool note_lost_link(struct tree *tree, uint32_t node);
bool is_lost_link(const struct tree *tree, uint32_t parent, const char *name, size_t length);

/* What is known of an entry before it is added. */
struct description {
	mode_t mode;
	uid_t uid;
	gid_t gid;
	uint64_t size;
	bool has_capability;
	enum kind kind;
	uint32_t text;
};

/* False where the tree is full. A path that this layer, which begins at first, already named is
 * replaced. */
bool keep_entry(struct tree *tree, uint32_t node, uint32_t first, const struct description *entry);

/* Keeps bytes; gives 0 where the tree is full. They stay where they are. */
uint32_t keep_text(struct tree *tree, const void *bytes, size_t length);
const char *get_kept(const struct tree *tree, uint32_t text, size_t *length);

uint64_t get_size(const struct entry *entry);

/* Space for an absolute path with its NUL. */
#define PATH_SIZE 4097

/* Writes a node's absolute path into path. */
const char *write_path(const struct tree *tree, uint32_t node, char path[static PATH_SIZE]);

#endif
