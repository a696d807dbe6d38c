#ifndef PLIMSOLL_FILES_TREE_H
#define PLIMSOLL_FILES_TREE_H

#include "plimsoll/files/survey.h"

#include <limits.h>

/*
 * The final state of a file system, kept small: 16 bytes a file, and the texts of symbolic links
 * and of what executes programs. Files are found by a hash of 48 bits of their path, so that one
 * may be taken for another once in some 10^9 look-ups. At most 12 MiB.
 */
struct tree;

struct tree *make_tree(void);
void free_tree(struct tree *tree);

/* False where there is no more space: the file is not kept. The last of the same path counts. */
bool add_to_tree(struct tree *tree, const struct file *file, const void *head, size_t length);

/* What is known of a file. The texts live as long as the tree, and until the next is added. */
struct node {
	mode_t mode;
	uid_t uid, gid;                             /* of directories alone */
	const char *format, *machine, *interpreter; /* see elf.h; NULL where not looked at */
};

/*
 * Follows symbolic links as the kernel would with the tree as its root; a directory that was never
 * added is taken to be there, where a file below it was. False where nothing is found. real is the
 * path without links.
 */
bool find_in_tree(const struct tree *tree, const char *path, struct node *node,
                  char real[static PATH_MAX]);

#endif
