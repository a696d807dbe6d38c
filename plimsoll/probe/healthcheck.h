#ifndef PLIMSOLL_PROBE_HEALTHCHECK_H
#define PLIMSOLL_PROBE_HEALTHCHECK_H

#include <jansson.h>
#include <stdbool.h>

/* The command of a HEALTHCHECK's test: allocated, pointing into test, its first word NULL where
 * there is nothing to run. */
const char **compose_test(const json_t *test);

/*
 * Runs the test of a HEALTHCHECK, ["CMD", "program", …] or ["CMD-SHELL", "script"], with this
 * process's user, variables and directory, which are those that the engine gives it. True where it
 * exits 0 within so many seconds; then, and where it takes longer, nothing of its process group is
 * left. *forked is false where there was no process left for it, as fork(2) says: EAGAIN (a limit
 * of processes), ENOMEM.
 * Where it does not pass, *said, NULL at first and the caller's to release, becomes the last line
 * that it wrote, as show_last_line() has it, or why it could not be run, or that it did not end;
 * where it wrote nothing, what an earlier try said stays.
 */
bool passes_healthcheck(const json_t *test, double seconds, bool *forked, json_t **said);

#endif
