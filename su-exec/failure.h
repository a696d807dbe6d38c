#ifndef SU_EXEC_FAILURE_H
#define SU_EXEC_FAILURE_H

#include <stdbool.h>

/* Why a step failed: "object: reason", each cut with "..." where it would not fit. */
struct failure {
	char text[512];
};

/*
 * Sets failure to "object: " and the joined strings that follow, up to a NULL.
 * The object is put in double quotes where a reader could not tell where it ends (empty, a space
 * at either end, a colon at its end).
 * Always returns false, so that a step can end with `return fail(…)`.
 */
bool fail(struct failure *failure, const char *object, ...) __attribute__((sentinel));

/*
 * Writes "program: object: reason" as one line to standard error, in one write(2).
 * Bytes outside of printable ASCII come out as \xNN: no message reaches a terminal raw.
 */
void report_failure(const char *program, const struct failure *failure);

/* Writes text to standard output; false and failure where it does not get there whole. */
bool show_text(const char *text, struct failure *failure);

#endif
