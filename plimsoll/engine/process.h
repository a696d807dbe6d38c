#ifndef PLIMSOLL_ENGINE_PROCESS_H
#define PLIMSOLL_ENGINE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Child processes, each the leader of a process group of its own. A signal that comes to plimsoll
 * can come between a look at interrupted() and the wait after it: no wait lasts longer than this.
 */
#define TICK_MILLISECONDS 100

/* What a process gets between TERM and KILL, in seconds. */
#define GRACE 1.0

/*
 * Executes argv, found by PATH, with input, output and error as its descriptors 0 to 2 (those of
 * plimsoll itself must be open), and nothing else. It is killed when its parent dies. False and
 * errno where it can't be.
 */
bool start_process(const char *const argv[], int input, int output, int error, pid_t *pid);

/*
 * To be called in a new child: makes it the leader of a process group, and lets it be killed when
 * its parent, the process parent, dies; ends it where that has happened already.
 */
void lead_group(pid_t parent);

/*
 * A limit on this process' own address space: what it executes has the one from before. Podman's
 * client, which does the engine's work itself, takes more than a gigabyte. False and errno.
 */
bool limit_memory(size_t bytes);

/*
 * Whether the leader has ended: then what is left of its group is killed, and *status is what
 * waitpid() says of it. Never waits.
 */
bool reap_process(pid_t pid, int *status);

/* Waits for its end; false where the deadline (of now()) came first, or, unless to_the_end, an
 * interrupt. */
bool await_process(pid_t pid, double deadline, bool to_the_end, int *status);

/*
 * Ends the group: TERM, after GRACE seconds KILL. False where it had to be killed, or (in the
 * kernel's hands, as on a dead network file system) not even that ended it within GRACE more.
 */
bool end_process(pid_t pid, int *status);

#endif
