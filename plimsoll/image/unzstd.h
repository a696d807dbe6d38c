#ifndef PLIMSOLL_IMAGE_UNZSTD_H
#define PLIMSOLL_IMAGE_UNZSTD_H

#include <archive.h>
#include <stdbool.h>
#include <stddef.h>
#include <zstd.h>

/* A stream of zstd frames (RFC 8878) as it is read, in bounded memory: libarchive's own filter
 * takes whatever a frame asks for. */
struct unzstd {
	/* The next of what is compressed; 0 at its end, -1 where it can't be read. */
	la_ssize_t (*read)(void *context, const void **bytes);
	void *context;
	size_t *total; /* where its memory is counted, or NULL */

	ZSTD_DStream *stream; /* NULL: it is not open */
	ZSTD_inBuffer in;
	char *out;
	size_t reserved; /* of total */
};

/* What a frame may ask for: the window of the highest level that image builders use. */
#define ZSTD_WINDOW_LOG 25 /* 32 MiB */

/* Whether a stream that begins so is of zstd. */
bool is_zstd(const char *head, size_t length);

/* read and context are set, and total perhaps; close_unzstd() may come without it. */
void open_unzstd(struct unzstd *unzstd);

/* The next bytes, at least one: 0 at the end, -1 where they are broken or want too much memory, as
 * archive says then. */
la_ssize_t read_unzstd(struct unzstd *unzstd, struct archive *archive, const void **bytes);
void close_unzstd(struct unzstd *unzstd);

#endif
