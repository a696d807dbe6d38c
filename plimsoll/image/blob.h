#ifndef PLIMSOLL_IMAGE_BLOB_H
#define PLIMSOLL_IMAGE_BLOB_H

#include "plimsoll/image/decompress.h"
#include "plimsoll/image/headers.h"

#include <archive.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The contents of one file of the outer archive, as a stream: no name says whether a blob is a
 * layer or JSON, so its first bytes are looked at and given again. Nothing is copied that the outer
 * archive has in one piece.
 */
enum blob_kind { BLOB_JSON, BLOB_LAYER, BLOB_OTHER };

struct blob {
	struct archive *outer;
	char head[TAR_BLOCK];
	size_t head_length, head_given;
	const char *rest; /* of the block that the end of head is from */
	size_t rest_length;
	bool broken; /* the outer archive is cut short or damaged */
	struct decompress stored;
	struct headers headers; /* of a layer */
};

/* Looks at the start of the entry that outer is at. What it takes to decompress it is counted in
 * *total until it is closed. */
enum blob_kind open_blob(struct blob *blob, struct archive *outer, size_t *total);
void close_blob(struct blob *blob);

/* A layer's next bytes, decompressed: 0 at the end, -1 where they are broken. */
la_ssize_t read_blob(struct archive *inner, void *blob, const void **bytes);

/* The whole blob as text; NULL where it is longer than most, or broken. Allocated. */
char *read_text(struct blob *blob, size_t most, size_t *length);

#endif
