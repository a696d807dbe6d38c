#ifndef PLIMSOLL_ENGINE_OWNER_H
#define PLIMSOLL_ENGINE_OWNER_H

#define OWNER_SIZE 128

/*
 * Who made something on the engine: "BOOT/NAMESPACE/PID/START/TIME", the kernel's boot id, the PID
 * namespace (its inode), the pid there, the tick in which the process started, and the seconds
 * since the epoch.
 */
void describe_owner(char owner[static OWNER_SIZE]);

/*
 * What is known of it. One that can't be seen from here is on another machine, of an earlier boot,
 * or in another PID namespace: then *age is how many seconds ago it said who it is, by the clocks
 * of both.
 */
enum owner_state {
	OWNER_RUNS,
	OWNER_GONE,
	OWNER_UNSEEN,
	OWNER_NONE, /* the text is no owner's */
};
enum owner_state look_for_owner(const char *owner, double *age);

#endif
