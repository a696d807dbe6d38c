#ifndef PLIMSOLL_ENGINE_OWNER_H
#define PLIMSOLL_ENGINE_OWNER_H

#include <stdbool.h>

#define OWNER_SIZE 128

/*
 * Who made something on the engine: "BOOT/NAMESPACE/PID/START/TIME", the kernel's boot id, the PID
 * namespace (its inode), the pid there, the tick in which the process started, and the seconds
 * since the epoch.
 */
void describe_owner(char owner[static OWNER_SIZE]);

/*
 * Whether it is not running any more. One that can't be seen from here (another machine, an earlier
 * boot, another PID namespace) counts as gone an hour after it said so; what is no owner's text
 * never does.
 */
bool is_owner_gone(const char *owner);

#endif
