#ifndef SU_EXEC_IDENTITY_H
#define SU_EXEC_IDENTITY_H

#include "account.h"

/* Whom a process becomes. 270 kB, most of it never touched: keep it static, not on the stack. */
struct identity {
	uid_t uid;
	gid_t gid;
	char name[NAME_SIZE];    /* empty: passwd does not know the uid */
	char home[HOME_SIZE];    /* never empty */
	struct group_set groups; /* supplementary groups */
};

/*
 * Resolves user, user:group, uid, uid:gid or a mixture of them into *identity.
 * All digits is a number, never a name. Without a group it takes the gid and the groups of the
 * passwd entry, with one exactly that gid and no supplementary group. A uid that passwd does not
 * know needs a group. False and failure when the spec is not one of these, or names nobody.
 */
bool resolve_spec(const struct account_files *files, const char *spec, struct identity *identity,
                  struct failure *failure);

#endif
