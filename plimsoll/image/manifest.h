#ifndef PLIMSOLL_IMAGE_MANIFEST_H
#define PLIMSOLL_IMAGE_MANIFEST_H

#include "plimsoll/image/members.h"

/* One image of an archive. */
struct manifest {
	const struct member *configured; /* whose text it is */
	json_t *configuration;
	char *id;                     /* "sha256:…" as the archive says, or NULL */
	char *digest;                 /* the manifest's own, of the OCI layout; or NULL */
	const struct member **layers; /* the lowest first */
	size_t layer_count;
};

/*
 * Finds the image that reference (a name, or the start of its id; NULL: the only one) means, by
 * manifest.json of `docker save`, or by index.json of the OCI layout; of both by the latter where
 * it is to be OCI's; the other must not lead to another image. False and failure where there is
 * none, or a part of it is missing. free_manifest() in any case.
 */
bool find_manifest(const struct members *members, const char *name, const char *reference, bool oci,
                   struct manifest *manifest, struct failure *failure);
void free_manifest(struct manifest *manifest);

/* This machine as Go calls it: "amd64", "arm64", …, or uname's own word. */
const char *get_machine(void);

#endif
