#ifndef PLIMSOLL_FILES_PROGRAMS_H
#define PLIMSOLL_FILES_PROGRAMS_H

#include "plimsoll/files/tree.h"

/* "programs" and "working_dir" of facts.md. */
json_t *list_programs(const struct tree *tree, const struct programs *programs);
json_t *describe_working_dir(const struct tree *tree, const struct programs *programs);

#endif
