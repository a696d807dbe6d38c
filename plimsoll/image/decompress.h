#ifndef PLIMSOLL_IMAGE_DECOMPRESS_H
#define PLIMSOLL_IMAGE_DECOMPRESS_H

#include <archive.h>
#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>
#include <zstd.h>

/*
 * A stream as it is read, of zstd frames (RFC 8878), of gzip members (RFC 1952) or of neither, in
 * bounded memory, to its very end: libarchive's own filters take whatever a frame asks for, unpack
 * what is packed twice, and leave out what stands behind the first thing that they don't know.
 */
struct decompress {
	/* The next of what is stored; 0 at its end, -1 where it can't be read. */
	la_ssize_t (*read)(void *context, const void **bytes);
	void *context;
	size_t *total; /* where the memory for it is counted, or NULL */

	ZSTD_DStream *zstd; /* NULL: it is not of that form */
	z_stream *gzip;
	const void *in;
	size_t in_length;
	char *out;
	bool within, full; /* of the last step: a frame or member was not at its end, out was full
	                    */
	size_t reserved;   /* of total */
};

/* What a frame may ask for: the window of the highest level that image builders use. */
#define ZSTD_WINDOW_LOG 25 /* 32 MiB */

/* Whether a stream that begins so is compressed, in a form that is read here. */
bool is_compressed(const char *head, size_t length);

/* Whether some engine would decompress it; it may be in a form that is not read here. */
bool may_be_compressed(const char *head, size_t length);

/* Of a stream that begins with head. read and context are set, and total perhaps;
 * close_decompress() may come without it. */
void open_decompress(struct decompress *stream, const char *head, size_t length);

/* The next bytes, at least one: 0 at the end, -1 where they are broken or want too much memory, as
 * archive says then. */
la_ssize_t read_decompressed(struct decompress *stream, struct archive *archive,
                             const void **bytes);
void close_decompress(struct decompress *stream);

#endif
