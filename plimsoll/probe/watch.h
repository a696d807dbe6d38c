#ifndef PLIMSOLL_PROBE_WATCH_H
#define PLIMSOLL_PROBE_WATCH_H

#include "plimsoll/probe/probe.h"
#include "su-exec/failure.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* What is waited for, and how long at most. */
struct patience {
	double seconds;
	bool wait;                      /* false: looks at once, and ready is false */
	uint16_t ports[MOST_PORTS + 1]; /* TCP ports, of which one accepts, up to a 0; none: any
	                                   that is listened on */
	const json_t *test;  /* not NULL: instead of a port, that this HEALTHCHECK passes */
	double test_seconds; /* of one try, at most */
	uint32_t tries;      /* of the test, at most; 0: as many as fit into the time */
};

/*
 * `plimsoll probe watch` as in probe.h. NULL and failure where the processes or the sockets can't
 * be seen.
 */
json_t *watch(const struct patience *patience, struct failure *failure);

#endif
