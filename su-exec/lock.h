#ifndef SU_EXEC_LOCK_H
#define SU_EXEC_LOCK_H

#include "failure.h"

#include <stdbool.h>

/*
 * What --lock adds to a drop, so that no program that is run later can give back what was dropped:
 * no_new_privs, an empty capability bounding set, and close-on-exec on every descriptor above 2.
 * Verifies the first two; a descriptor's mark is taken on the kernel's word.
 *
 * Call it before drop_privileges: the bounding set needs CAP_SETPCAP, unless it is empty already.
 * Returns true, or false with failure set: then report and exit, never go on.
 */
bool lock_down(struct failure *failure);

#endif
