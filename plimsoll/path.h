#ifndef PLIMSOLL_PATH_H
#define PLIMSOLL_PATH_H

#include <stdbool.h>

/* Whether path is directory, or below it, by their names; slashes at directory's end don't count.
 */
bool is_below(const char *path, const char *directory);

/* As engines see the path of a file of theirs: "./a", "/a", "a/." and "x/../a" are "a". No ".."
 * leads higher than the start; "" is the root. Allocated. */
char *clean_path(const char *path);

/* The part behind the last slash; it points into path. */
const char *base_name(const char *path);

#endif
