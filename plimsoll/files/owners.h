#ifndef PLIMSOLL_FILES_OWNERS_H
#define PLIMSOLL_FILES_OWNERS_H

#include "plimsoll/files/accounts.h"

/*
 * Which owners files have: passwd and group may come last, so that some files of each pair of ids
 * are kept until then. At most 256 pairs, 100 paths of each, and 1 MiB; the rest is counted.
 */
struct owners;

struct owners *make_owners(void);
void free_owners(struct owners *owners);
void note_owner(struct owners *owners, const struct file *file);

/* The owner of so many files whose paths are not kept; and those of others that were counted so. */
void count_owner(struct owners *owners, uid_t uid, gid_t gid, uint64_t files);
void count_owners(struct owners *owners, const struct owners *counted);

/* "unowned" of facts.md: files whose uid passwd doesn't name, or whose gid group doesn't; *more
 * are not in the list, or can't be known to be owned. Empty where the image has no passwd; gids
 * count where it has a group. */
json_t *list_unowned(const struct owners *owners, const struct accounts *accounts, uint64_t *more);

#endif
