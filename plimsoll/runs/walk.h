#ifndef PLIMSOLL_RUNS_WALK_H
#define PLIMSOLL_RUNS_WALK_H

#include "plimsoll/engine/cage.h"

#include <jansson.h>

/*
 * The object "files" of facts.md by a walk of the probe, in a container of its own, as root: for
 * where the layers are not read. image is the object of facts.md. NULL and failure where it can't
 * be made within so many seconds.
 */
json_t *walk_image(const struct cage *cage, const json_t *image, double seconds,
                   struct failure *failure);

#endif
