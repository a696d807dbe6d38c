#ifndef PLIMSOLL_PROBE_ORPHAN_H
#define PLIMSOLL_PROBE_ORPHAN_H

#include "su-exec/failure.h"

#include <jansson.h>

/*
 * `plimsoll probe watch --orphan` as in probe.h: an orphan ends, and is waited for at most seconds.
 * NULL and failure where it could not be made (the container's limit of processes).
 */
json_t *leave_orphan(double seconds, struct failure *failure);

#endif
