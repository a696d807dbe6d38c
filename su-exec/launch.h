#ifndef SU_EXEC_LAUNCH_H
#define SU_EXEC_LAUNCH_H

#include "failure.h"

/* Exit statuses, as of env(1), chroot(1) and docker run: all others are the program's own. */
enum {
	EXIT_OWN_FAILURE = 125,
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NOT_FOUND = 127,
};

/*
 * Replaces this process with argv[0], searched in PATH as execvp(3) does, with this process's
 * environment. argv ends with a NULL. Returns only when that failed: failure, and the exit status.
 */
int launch(char *const argv[], struct failure *failure);

#endif
