#ifndef PLIMSOLL_PATH_H
#define PLIMSOLL_PATH_H

#include <stdbool.h>

/* Whether path is directory, or below it, by their names; slashes at directory's end don't count.
 */
bool is_below(const char *path, const char *directory);

/* The part behind the last slash; it points into path. */
const char *base_name(const char *path);

#endif
