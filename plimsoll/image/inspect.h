#ifndef PLIMSOLL_IMAGE_INSPECT_H
#define PLIMSOLL_IMAGE_INSPECT_H

#include "plimsoll/engine/client.h"

#include <jansson.h>

/*
 * The object "image" of facts.md, by the engine's `inspect` and `history`. NULL and failure where
 * the image is not there ("IMAGE: not on this engine: docker pull IMAGE"), the engine fails, or
 * what it says can't be read.
 */
json_t *inspect_image(const struct engine *engine, const char *reference, struct failure *failure);

/*
 * The same from an image's own configuration (the JSON of the OCI image specification, or of
 * `docker save`), for archives: both spell it alike. id and size are the archive's to say. NULL and
 * failure where it is none.
 */
json_t *describe_configuration(const json_t *configuration, const char *reference,
                               struct failure *failure);

/* The first word that ENTRYPOINT and CMD execute, that of HEALTHCHECK, PATH and the like, for
 * report_survey(). */
struct programs;
void find_programs(const json_t *image, struct programs *programs);

#endif
