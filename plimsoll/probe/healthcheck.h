#ifndef PLIMSOLL_PROBE_HEALTHCHECK_H
#define PLIMSOLL_PROBE_HEALTHCHECK_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Runs the test of a HEALTHCHECK, ["CMD", "program", …] or ["CMD-SHELL", "script"], with this
 * process's user, variables and directory, which are those that the engine gives it; what it says
 * is nobody's. True where it exits 0 within so many seconds; then, and where it takes longer,
 * nothing of its process group is left.
 */
bool passes_healthcheck(const json_t *test, double seconds);

#endif
