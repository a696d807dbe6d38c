#ifndef PLIMSOLL_PROBE_WALK_H
#define PLIMSOLL_PROBE_WALK_H

#include "plimsoll/files/survey.h"
#include "su-exec/failure.h"

/*
 * Walks the file system that root ("/") is on, and gives the object "files" of facts.md. Other
 * mounts, /proc, /sys, /dev and /.plimsoll are left out, links are not followed, what may not be
 * read is passed over. Ends early, and says so in "cut", after 2 million files, 60 seconds, or
 * where directories are more than 200 deep, or have more names than 8 MiB hold. NULL and failure
 * where root itself can't be read.
 */
json_t *walk_root(const struct programs *programs, const char *root, struct failure *failure);

#endif
