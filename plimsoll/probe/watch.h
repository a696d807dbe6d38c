#ifndef PLIMSOLL_PROBE_WATCH_H
#define PLIMSOLL_PROBE_WATCH_H

#include "su-exec/failure.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * `plimsoll probe watch` as in probe.h. With wait it waits, at most seconds, until the TCP port
 * (0: any that is listened on) accepts; without it looks at once, and ready is false.
 * NULL and failure where the processes or the sockets can't be seen.
 */
json_t *watch(bool wait, uint16_t port, double seconds, struct failure *failure);

#endif
