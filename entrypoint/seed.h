#ifndef ENTRYPOINT_SEED_H
#define ENTRYPOINT_SEED_H

#include "settings.h"

/* False and failure where the template is not a regular file. Changes nothing. */
bool check_seed(const struct settings *settings, struct failure *failure);

/*
 * Copies the template where the target is missing, with the template's permissions less the umask.
 * The target appears whole or not at all. To be called as the command's user: what that may not
 * read or write, it doesn't get.
 */
bool copy_seed(const struct settings *settings, struct failure *failure);

#endif
