#ifndef PLIMSOLL_FILES_OWNERS_H
#define PLIMSOLL_FILES_OWNERS_H

#include "plimsoll/files/accounts.h"

/*
 * Which owners files have: passwd and group may come last, so that some files of each pair of ids
 * are kept until then. At most 256 pairs, 100 paths of each, and 1 MiB.
 */
struct owners;

struct owners *make_owners(void);
void free_owners(struct owners *owners);
void note_owner(struct owners *owners, const struct file *file);

/* "unowned" of facts.md: files whose uid passwd doesn't name, or whose gid group doesn't. Empty
 * where the image has no passwd; gids count where it has a group. */
json_t *list_unowned(const struct owners *owners, const struct accounts *accounts);

#endif
