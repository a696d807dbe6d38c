#ifndef PLIMSOLL_PROBE_WALK_H
#define PLIMSOLL_PROBE_WALK_H

#include "plimsoll/files/survey.h"
#include "su-exec/failure.h"

#include <jansson.h>

/*
 * Walks the file system that root ("/") is on, and gives the object "files" of facts.md. Other
 * mounts but volumes, a list of paths (NULL: none), /proc, /sys, /dev and this program's own place
 * (own.h) are left out, links are not followed. Says in "cut" that something is missing: after 60
 * seconds, where directories are more than 200 deep, have more names than 8 MiB hold, or may not be
 * read; and in "unlisted" which files could not be. NULL and failure where root itself can't be
 * read.
 */
json_t *walk_root(const struct programs *programs, const json_t *volumes, const char *root,
                  struct failure *failure);

#endif
