#ifndef ENTRYPOINT_UNIT_FAULTS_H
#define ENTRYPOINT_UNIT_FAULTS_H

#include <stdbool.h>

/*
 * Makes a call fail that would have worked: the linker hands over those that accounts.c and what it
 * stands on make (--wrap, see entrypoint/build.mk).
 */
struct faults {
	int calls;          /* made so far */
	int fail_at, error; /* which of them fails, from 1; 0: none. And its errno */
	const char *failed; /* its name */
	bool slow;          /* a write takes a byte at a time */
};

extern struct faults faults;

#endif
