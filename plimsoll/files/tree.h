#ifndef PLIMSOLL_FILES_TREE_H
#define PLIMSOLL_FILES_TREE_H

#include "plimsoll/files/elf.h"
#include "plimsoll/files/survey.h"

#include <limits.h>

/*
 * The final state of a file system, kept small: 16 bytes a file, and the texts of symbolic links
 * and of what executes programs. Files are found by a hash of 48 bits of their path, so that one
 * may be taken for another once in some 10^9 look-ups. At most 12 MiB.
 */
struct tree;

/* back: see start_survey(); NULL, or links and programs are read only when they are asked for. */
struct tree *make_tree(const struct look_back *back);
void free_tree(struct tree *tree);

/*
 * The last of the same path counts. Where space ends, first what is neither a directory, nor a
 * link, nor a program is left out, then all: the tree is not whole any more.
 */
void add_to_tree(struct tree *tree, const struct file *file, const void *head, size_t length);

/* A file was not added. */
void lose_from_tree(struct tree *tree);

/* Whether what is not found in it is not there. */
bool is_whole_tree(const struct tree *tree);

/* What is known of a file. */
struct node {
	mode_t mode;
	uid_t uid, gid; /* of directories alone */
	uint32_t text;  /* the tree's own */
};

/*
 * Follows symbolic links as the kernel would with the tree as its root; a directory that was never
 * added is taken to be there, where a file below it was. False where nothing is found. real is the
 * path without links.
 */
bool find_in_tree(const struct tree *tree, const char *path, struct node *node,
                  char real[static PATH_MAX]);

/* How the kernel runs a file: see elf.h; format is NULL where that is not known. */
struct program {
	const char *format, *machine;           /* until the next file is added */
	char interpreter[INTERPRETER_MOST + 1]; /* empty for none */
};

/* Of what was found by its path without links. */
void describe_program(const struct tree *tree, const struct node *node, const char *real,
                      struct program *program);

#endif
