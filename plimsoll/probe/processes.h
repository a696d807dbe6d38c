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
 * The list "processes", lowest pid first, without the process own and without those above it,
 * short of PID 1. NULL and failure where PID 1 is not seen: then most others aren't either.
 * What the engine put into the container beside PID 1 (exec, a health check) has the ppid 0.
 */
json_t *list_processes(const char *proc, pid_t own, struct failure *failure);

#endif
