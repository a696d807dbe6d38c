#ifndef PLIMSOLL_IMAGE_ARCHIVE_H
#define PLIMSOLL_IMAGE_ARCHIVE_H

#include "plimsoll/files/survey.h"
#include "su-exec/failure.h"

#include <jansson.h>

/*
 * One streaming pass over what `docker save` writes, or an archive of the OCI layout; layers plain,
 * gzip or zstd. Which layer is which is only known at the end, so what is kept of each file is
 * little, and bounded.
 */
struct archive_facts {
	json_t *image;  /* "image" of facts.md, as far as the archive knows it */
	json_t *layers; /* "layers" */
	json_t *files;  /* "files": the final state */
};

/*
 * Reads fd to its end. reference: which image of the archive, NULL where it must be the only one.
 * oci: of an archive that is of both layouts, that one counts.
 * False and failure ("NAME: …") where it is cut short, no archive of an image, or holds more than
 * the limits allow (2 million files, 45 MiB kept).
 */
bool read_archive(int fd, const char *name, const char *reference, bool oci,
                  struct archive_facts *facts, struct failure *failure);

/* Whether it names a file: "docker-archive:PATH[:REFERENCE]" or "oci-archive:PATH[:REFERENCE]";
 * sets *path, allocated, and *reference, or NULL. */
bool parse_archive_name(const char *name, char **path, const char **reference);

#endif
