#include "plimsoll/image/blob.h"
#include "plimsoll/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The next piece as the outer archive has it; holes of a sparse file are left out. */
static size_t read_piece(struct blob *blob, const void **piece)
{
	size_t length = 0;
	la_int64_t offset;
	int result = ARCHIVE_OK;

	while (length == 0 && (result == ARCHIVE_OK || result == ARCHIVE_WARN))
		result = archive_read_data_block(blob->outer, piece, &length, &offset);
	if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
		return length;
	blob->broken |= result != ARCHIVE_EOF;
	return 0;
}

static void fill_head(struct blob *blob)
{
	const void *piece;
	size_t length;

	while (blob->head_length < BLOB_HEAD && (length = read_piece(blob, &piece)) > 0) {
		size_t room = BLOB_HEAD - blob->head_length;
		size_t taken = length < room ? length : room;
		memcpy(blob->head + blob->head_length, piece, taken);
		blob->head_length += taken;
		blob->rest = (const char *)piece + taken;
		blob->rest_length = length - taken;
	}
}

static bool starts_with(const struct blob *blob, const char *magic, size_t length)
{
	return blob->head_length >= length && memcmp(blob->head, magic, length) == 0;
}

/* POSIX and GNU headers say so; an empty archive is zeros alone; older ones have their checksum. */
static bool is_tar(const struct blob *blob)
{
	unsigned int sum = 8 * ' ', said = 0;

	if (blob->head_length < BLOB_HEAD)
		return false;
	for (size_t i = 0; i < BLOB_HEAD; i++)
		sum += i < 148 || i >= 156 ? (unsigned char)blob->head[i] : 0;
	for (size_t i = 148; i < 155; i++)
		if (blob->head[i] >= '0' && blob->head[i] <= '7')
			said = 8 * said + (unsigned int)(blob->head[i] - '0');
	return sum == said || sum == 8 * ' ';
}

static bool is_json(const struct blob *blob)
{
	size_t at = 0;

	while (at < blob->head_length && isspace((unsigned char)blob->head[at]))
		at++;
	return at < blob->head_length && (blob->head[at] == '{' || blob->head[at] == '[');
}

static void open_zstd(struct blob *blob)
{
	blob->zstd = ZSTD_createDStream();
	blob->out = get_memory(ZSTD_DStreamOutSize());
	if (blob->zstd == NULL)
		end_without_memory();
	ZSTD_DCtx_setParameter(blob->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
}

enum blob_kind open_blob(struct blob *blob, struct archive *outer)
{
	*blob = (struct blob){.outer = outer};
	fill_head(blob);
	if (starts_with(blob, "\x28\xb5\x2f\xfd", 4))
		open_zstd(blob);
	if (blob->zstd != NULL || starts_with(blob, "\x1f\x8b", 2) || is_tar(blob))
		return BLOB_LAYER;
	return is_json(blob) ? BLOB_JSON : BLOB_OTHER;
}

void close_blob(struct blob *blob)
{
	ZSTD_freeDStream(blob->zstd);
	free(blob->out);
}

/* The frame says how much it needs, and the next one may need more. */
static void count_memory(struct blob *blob)
{
	size_t size = ZSTD_sizeof_DStream(blob->zstd);

	if (blob->total == NULL)
		return;
	*blob->total += size - blob->reserved;
	blob->reserved = size;
}

/* What the blob holds, as it is. */
static size_t read_stored(struct blob *blob, const void **bytes)
{
	size_t length = blob->head_length - blob->head_given;

	if (length > 0) {
		*bytes = blob->head + blob->head_given;
		blob->head_given = blob->head_length;
		return length;
	}
	length = blob->rest_length;
	blob->rest_length = 0;
	*bytes = blob->rest;
	return length > 0 ? length : read_piece(blob, bytes);
}

static la_ssize_t refuse(struct archive *inner, const char *reason)
{
	archive_set_error(inner, EIO, "%s", reason);
	return -1;
}

static la_ssize_t read_zstd(struct archive *inner, struct blob *blob, const void **bytes)
{
	ZSTD_outBuffer out = {blob->out, ZSTD_DStreamOutSize(), 0};

	*bytes = blob->out;
	while (out.pos == 0) {
		if (blob->in.pos == blob->in.size) {
			blob->in.pos = 0;
			blob->in.size = read_stored(blob, &blob->in.src);
			if (blob->in.size == 0)
				return 0;
		}
		size_t result = ZSTD_decompressStream(blob->zstd, &out, &blob->in);
		if (ZSTD_isError(result))
			return refuse(inner, ZSTD_getErrorName(result));
		count_memory(blob);
	}
	return (la_ssize_t)out.pos;
}

la_ssize_t read_blob(struct archive *inner, void *context, const void **bytes)
{
	struct blob *blob = context;
	la_ssize_t length = blob->zstd != NULL ? read_zstd(inner, blob, bytes)
	                                       : (la_ssize_t)read_stored(blob, bytes);

	return length == 0 && blob->broken ? refuse(inner, "cut short") : length;
}

char *read_text(struct blob *blob, size_t most, size_t *length)
{
	char *text = NULL;
	const void *bytes;
	size_t got;

	*length = 0;
	while ((got = read_stored(blob, &bytes)) > 0 && got <= most - *length) {
		text = resize_memory(text, *length + got);
		memcpy(text + *length, bytes, got);
		*length += got;
	}
	if (got == 0 && !blob->broken)
		return text;
	free(text);
	return NULL;
}
