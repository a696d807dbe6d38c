#ifndef PLIMSOLL_PROBE_WALK_H
#define PLIMSOLL_PROBE_WALK_H

#include "plimsoll/files/survey.h"
#include "su-exec/failure.h"

json_t *walk_root(const struct programs *programs, const char *root, struct failure *failure);

#endif
