#include "plimsoll/image/decompress.h"
#include "plimsoll/files/affix.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OUT_SIZE (128U << 10) /* a block of zstd */

#define GZIP_MEMORY (48U << 10) /* zconf.h: a window of 32 KiB, and some 7 KiB */

#define GZIP_WINDOW (16 + MAX_WBITS) /* zlib.h, inflateInit2(): gzip's own header, and no other */

/* RFC 8878, 3.1: a frame, or one that is to be skipped, of which there are sixteen. */
static bool is_zstd(const char *head, size_t length)
{
	static const struct affix frame = AFFIX("\x28\xb5\x2f\xfd"),
	                          skipped = AFFIX("\x2a\x4d\x18");

	return begins_with(head, length, &frame) || (length > 0 && (head[0] & 0xf0) == 0x50 &&
	                                             begins_with(head + 1, length - 1, &skipped));
}

static bool is_gzip(const char *head, size_t length)
{
	static const struct affix member = AFFIX("\x1f\x8b");

	return begins_with(head, length, &member);
}

bool is_compressed(const char *head, size_t length)
{
	return is_zstd(head, length) || is_gzip(head, length);
}

bool may_be_compressed(const char *head, size_t length)
{
	static const struct affix bzip2 = AFFIX("BZh"), xz = AFFIX("\xfd"
	                                                           "7zXZ");

	return is_compressed(head, length) || begins_with(head, length, &bzip2) ||
	       begins_with(head, length, &xz);
}

/* A frame of zstd says how much it needs, and the next one may need more. */
static void count_memory(struct decompress *stream)
{
	size_t size =
	    OUT_SIZE + (stream->zstd != NULL ? ZSTD_sizeof_DStream(stream->zstd) : GZIP_MEMORY);

	if (stream->total == NULL)
		return;
	*stream->total += size - stream->reserved;
	stream->reserved = size;
}

static void open_gzip(struct decompress *stream)
{
	stream->gzip = get_memory(sizeof(*stream->gzip));
	*stream->gzip = (z_stream){.zalloc = Z_NULL};
	if (inflateInit2(stream->gzip, GZIP_WINDOW) != Z_OK)
		end_without_memory();
}

static void open_zstd(struct decompress *stream)
{
	stream->zstd = ZSTD_createDStream();
	if (stream->zstd == NULL)
		end_without_memory();
	ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
}

void open_decompress(struct decompress *stream, const char *head, size_t length)
{
	if (is_zstd(head, length))
		open_zstd(stream);
	else if (is_gzip(head, length))
		open_gzip(stream);
	else
		return;
	stream->out = get_memory(OUT_SIZE);
	count_memory(stream);
}

/* Each of these two takes of in what it can, and gives how much it made, or NULL and why not. */
static const char *run_zstd(struct decompress *stream, size_t *made)
{
	ZSTD_outBuffer out = {stream->out, OUT_SIZE, 0};
	ZSTD_inBuffer in = {stream->in, stream->in_length, 0};
	size_t result = ZSTD_decompressStream(stream->zstd, &out, &in);

	if (ZSTD_isError(result))
		return ZSTD_getErrorName(result);
	count_memory(stream);
	stream->in = (const char *)stream->in + in.pos;
	stream->in_length -= in.pos;
	stream->within = result != 0;
	stream->full = out.pos == OUT_SIZE;
	*made = out.pos;
	return NULL;
}

/* inflate(): Z_BUF_ERROR says that there is nothing more to be made of what it has. */
static const char *run_gzip(struct decompress *stream, size_t *made)
{
	z_stream *gzip = stream->gzip;

	if (!stream->within && inflateReset(gzip) != Z_OK)
		return "can't begin";
	gzip->next_in = (z_const Bytef *)(uintptr_t)stream->in;
	gzip->avail_in = (uInt)stream->in_length;
	gzip->next_out = (Bytef *)stream->out;
	gzip->avail_out = OUT_SIZE;
	int result = inflate(gzip, Z_NO_FLUSH);
	if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
		return gzip->msg != NULL ? gzip->msg : "broken";
	stream->in = gzip->next_in;
	stream->in_length = gzip->avail_in;
	stream->within = result != Z_STREAM_END;
	stream->full = gzip->avail_out == 0;
	*made = OUT_SIZE - gzip->avail_out;
	return NULL;
}

static la_ssize_t refuse(const struct decompress *stream, struct archive *archive,
                         const char *reason)
{
	archive_set_error(archive, EIO, "%s: %s", stream->zstd != NULL ? "zstd" : "gzip", reason);
	return -1;
}

la_ssize_t read_decompressed(struct decompress *stream, struct archive *archive, const void **bytes)
{
	size_t made = 0;

	if (stream->out == NULL)
		return stream->read(stream->context, bytes);
	*bytes = stream->out;
	while (made == 0) {
		bool has_more = stream->full && stream->within; /* that had no room in out */
		if (stream->in_length == 0 && !has_more) {
			la_ssize_t got = stream->read(stream->context, &stream->in);

			if (got == 0 && stream->within)
				return refuse(stream, archive, "ends early");
			if (got <= 0)
				return got;
			stream->in_length = (size_t)got;
		}
		const char *reason =
		    stream->zstd != NULL ? run_zstd(stream, &made) : run_gzip(stream, &made);
		if (reason != NULL)
			return refuse(stream, archive, reason);
	}
	return (la_ssize_t)made;
}

void close_decompress(struct decompress *stream)
{
	ZSTD_freeDStream(stream->zstd);
	if (stream->gzip != NULL)
		inflateEnd(stream->gzip);
	free(stream->gzip);
	free(stream->out);
	if (stream->total != NULL)
		*stream->total -= stream->reserved;
}
