#ifndef PLIMSOLL_ENGINE_TASKS_H
#define PLIMSOLL_ENGINE_TASKS_H

#include "su-exec/failure.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Work that runs side by side, each task in a process (and process group) of its own, so that one
 * that hangs, grows or crashes takes nothing with it. What a task returns comes back as JSON
 * through a pipe, of at most 16 MiB.
 */
struct task {
	const char *name;                                       /* for messages and progress */
	json_t *(*run)(void *context, struct failure *failure); /* NULL and failure: it failed */
	void *context;
	double seconds; /* then it is killed, with all that it started */
	size_t memory;  /* address space that it may have, in bytes; 0 no limit */

	/* Filled by run_tasks(). */
	json_t *result; /* NULL where it failed: then failure says why. The caller's to
	                   json_decref(). */
	struct failure failure;
	double took; /* seconds */
};

/*
 * Runs them, at most jobs at a time, in order; calls report (may be NULL) whenever one starts
 * (done false) and ends. False where plimsoll was interrupted meanwhile (interrupted()): those that
 * ran are killed then, and the rest are not started.
 */
bool run_tasks(struct task tasks[], size_t count, size_t jobs,
               void (*report)(const struct task *task, bool done, void *context), void *context);

/*
 * INT, TERM and HUP from now on only set a flag that every wait of plimsoll looks at (no
 * SA_RESTART; poll() returns EINTR). interrupted() is the number of the first that came, or 0.
 */
void catch_interrupts(void);
int interrupted(void);

#endif
