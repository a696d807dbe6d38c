#ifndef PLIMSOLL_PROBE_PROOF_H
#define PLIMSOLL_PROBE_PROOF_H

#include "su-exec/failure.h"

#include <jansson.h>
#include <sys/types.h>

/*
 * `plimsoll probe proof` as in probe.h, of the file system below root (with its own /proc and
 * /sys; "" is that of this process). NULL and failure where PID 1 can't be seen.
 */
json_t *prove_conditions(const char *root, struct failure *failure);

#endif
