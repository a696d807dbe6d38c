#ifndef ENTRYPOINT_REACH_H
#define ENTRYPOINT_REACH_H

#include "settings.h"

#include <fcntl.h>

/*
 * The ways to the directories of ENTRYPOINT_OWN. No symbolic link is followed in any component of a
 * path: each is opened by its own descriptor.
 */

/* A descriptor that only stands for a file, of any kind. fcntl.h has these with _GNU_SOURCE. */
#define STANDS_FOR (O_PATH | O_NOFOLLOW | O_CLOEXEC)

/*
 * Switch the file system ids, which decide about access to files and nothing else (setfsuid(2)): to
 * the command's user, and back. Every look at a tree is taken as the user, so a tree closed to root
 * without capabilities is no obstacle, and one closed to the user is found; root's own rights serve
 * to make a directory and to change an owner.
 */
void look_as_user(const struct settings *settings);
void act_as_starter(void);

/*
 * False and failure where this process may not become the command's user later: it lacks
 * CAP_SETUID or CAP_SETGID, or the id is not mapped in this user namespace.
 */
bool check_can_become(const struct settings *settings, struct failure *failure);

/*
 * False and failure where what exists of a directory holds something else or, for a start as
 * another user than root, is not writable. Changes nothing.
 */
bool check_directories(const struct settings *settings, struct failure *failure);

/* For a start as another user than root: makes what is missing; each must be writable. */
bool make_directories(const struct settings *settings, struct failure *failure);

/*
 * Goes down path, a component at a time, as whom this process looks. Fills *end with a descriptor
 * that stands for the directory. With make it makes what is missing, the last component with the
 * mode 0777 less the mask, others 0755. Without, *end is -1 where the way ends in nothing, or in
 * what the user may not enter yet.
 */
bool go_down(const struct settings *settings, const char *path, bool make, int *end,
             struct failure *failure);

/* So much of the end of a path that two of them and the reason fit in a message. */
enum { PATH_SHOWN = 200 };

struct shown {
	char text[PATH_SHOWN + sizeof("...")];
};

/* Returns path, or its end with "..." before it, in *shown. */
const char *show_end(const char *path, struct shown *shown);

#endif
