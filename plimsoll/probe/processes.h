#ifndef PLIMSOLL_PROBE_PROCESSES_H
#define PLIMSOLL_PROBE_PROCESSES_H

#include "su-exec/failure.h"

#include <jansson.h>
#include <sys/types.h>

/* The most processes that a list holds: those with the lowest numbers. */
#define PROCESSES_MOST 1000

/*
 * One process as in "processes" of facts.md, from the procfs mounted at proc (proc(5)). What the
 * kernel does not say, or not to this user (the path of another's program), is null.
 * NULL and failure where the process has ended, or is hidden.
 */
json_t *describe_process(const char *proc, pid_t pid, struct failure *failure);

/*
 * The list "processes", lowest pid first, without this one. A thread that has other ids or
 * capabilities than its process, or that outlived the main one, comes behind that. What a health
 * check left behind is the image's as well, whatever its parent.
 * NULL and failure where PID 1, or one that is there, is not seen: then others aren't either.
 */
json_t *list_processes(const char *proc, struct failure *failure);

#endif
