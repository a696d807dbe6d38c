#ifndef ENTRYPOINT_ACCOUNTS_H
#define ENTRYPOINT_ACCOUNTS_H

#include "../su-exec/account.h"
#include "settings.h"

/* Which entries are missing. */
struct missing_accounts {
	bool user;
	bool group;
};

/*
 * Looks what the ids and the name have in files already, and changes nothing.
 * An id that has an entry is used as it is, whatever its name. Where one is missing, the name must
 * not stand for another id: then, or when a line in question is malformed, false and failure.
 * Root is never made.
 */
bool check_accounts(const struct account_files *files, const struct settings *settings,
                    struct missing_accounts *missing, struct failure *failure);

/*
 * Appends what is missing: group first, then the user with the home "/" and no shell. Each file is
 * replaced as a whole by one that is already on disk. Where none can be put in its place (read-only
 * root, no right, the file is a mount) it stays as it is: the numbers have to do.
 * False and failure when writing fails otherwise, as on a full disk. The umask must be 0.
 */
bool add_accounts(const struct account_files *files, const struct settings *settings,
                  const struct missing_accounts *missing, struct failure *failure);

#endif
