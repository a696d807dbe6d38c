#ifndef PLIMSOLL_PROBE_OWN_H
#define PLIMSOLL_PROBE_OWN_H

#include <stdbool.h>

/* Whether path is the directory that this program was executed from (AT_EXECFN, getauxval(3)), or
 * is in it: of a probe, the volume that is none of the image's. */
bool is_own_place(const char *path);

#endif
