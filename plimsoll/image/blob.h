#ifndef PLIMSOLL_IMAGE_BLOB_H
#define PLIMSOLL_IMAGE_BLOB_H

#include <archive.h>
#include <stdbool.h>
#include <stddef.h>
#include <zstd.h>

/*
 * The contents of one file of the outer archive, as a stream: no name says whether a blob is a
 * layer or JSON, so its first bytes are looked at and given again. Nothing is copied that the outer
 * archive has in one piece.
 */
enum blob_kind { BLOB_JSON, BLOB_LAYER, BLOB_OTHER };

#define BLOB_HEAD 512 /* a header of tar */

struct blob {
	struct archive *outer;
	char head[BLOB_HEAD];
	size_t head_length, head_given;
	const char *rest; /* of the block that the end of head is from */
	size_t rest_length;
	bool broken; /* the outer archive is cut short or damaged */

	/* Of zstd alone: libarchive's own filter takes whatever memory the frame asks for. */
	ZSTD_DStream *zstd;
	ZSTD_inBuffer in;
	char *out;
	size_t *total;   /* where its memory is counted, or NULL */
	size_t reserved; /* of that */
};

/* What a frame of zstd may ask for: the window of the highest level that image builders use. */
#define ZSTD_WINDOW_LOG 25 /* 32 MiB */

/* Looks at the start of the entry that outer is at. */
enum blob_kind open_blob(struct blob *blob, struct archive *outer);
void close_blob(struct blob *blob);

/* The next bytes, decompressed where they are zstd: 0 at the end, -1 where they are broken. */
la_ssize_t read_blob(struct archive *inner, void *blob, const void **bytes);

/* The whole blob as text; NULL where it is longer than most, or broken. Allocated. */
char *read_text(struct blob *blob, size_t most, size_t *length);

#endif
