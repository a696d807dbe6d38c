#ifndef PLIMSOLL_PROBE_FILES_H
#define PLIMSOLL_PROBE_FILES_H

#include "su-exec/failure.h"

#include <jansson.h>

/*
 * Makes tests of files, each the JSON of a test of the kind "existence", "content" or "license"
 * (structure/tests.h), below root ("" but in tests): {"results": [{"outcome", "found",
 * "expected"}, …]}, in their order. Nothing but regular files is opened, and none of /proc and
 * /sys.
 */
json_t *look_at_files(const char *root, char **tests, struct failure *failure);

#endif
