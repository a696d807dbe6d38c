#ifndef ENTRYPOINT_OWN_H
#define ENTRYPOINT_OWN_H

#include "settings.h"

/*
 * The directories of ENTRYPOINT_OWN. No symbolic link is followed in any component of a path: each
 * is opened by its own descriptor. Every look at a tree is taken with the command's user as the
 * file system user, so a tree closed to root without capabilities is no obstacle, and one closed to
 * the user is found; root's own rights serve to make a directory and to change an owner.
 */

/* False and failure where what exists of a directory holds something else. Changes nothing. */
bool check_directories(const struct settings *settings, struct failure *failure);

/*
 * Makes what is missing, the last component with the mode 0777 less the mask, others 0755; then
 * gives everything in it that has another owner or group to the user. Stays on the mount it starts
 * on.
 */
bool own_directories(const struct settings *settings, struct failure *failure);

/* For a start as another user than root: makes what is missing; each must be writable. */
bool make_directories_writable(const struct settings *settings, struct failure *failure);

/*
 * False and failure where this process may not become the command's user later: it lacks
 * CAP_SETUID or CAP_SETGID, or the id is not mapped in this user namespace.
 */
bool check_can_become(const struct settings *settings, struct failure *failure);

#endif
