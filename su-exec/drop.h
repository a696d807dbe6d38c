#ifndef SU_EXEC_DROP_H
#define SU_EXEC_DROP_H

#include "failure.h"
#include "identity.h"

#include <stdbool.h>

/*
 * Each returns true, or false with failure set. After a false the process may be anything between
 * what it was and what it was to become: report and exit, never go on.
 * Meant for a process of one thread.
 */

/*
 * Refuses to work for whoever runs a setuid or setgid file, or one with capabilities: it would make
 * root of anyone. Call it first.
 */
bool refuse_setuid_file(struct failure *failure);

/*
 * Becomes identity: real, effective, saved and file system ids, supplementary groups; empty
 * inheritable and ambient capability sets, and for any uid but 0 empty permitted and effective
 * ones. Then verifies all of that, and that neither root nor the uid and gid from before can be had
 * back. Where the ids are those of identity already, it needs no privilege.
 */
bool drop_privileges(const struct identity *identity, struct failure *failure);

/* Fills *set with the supplementary groups that the process has, each once. */
bool read_own_groups(struct group_set *set, struct failure *failure);

/* Whether setgroups(2) is allowed, which a user namespace may deny to root too: asks with own, the
 * process's groups. */
bool can_change_groups(const struct group_set *own);

#endif
