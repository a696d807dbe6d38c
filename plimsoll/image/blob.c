#include "plimsoll/image/blob.h"
#include "plimsoll/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The next piece as the outer archive has it. */
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

	while (blob->head_length < TAR_BLOCK && (length = read_piece(blob, &piece)) > 0) {
		size_t room = TAR_BLOCK - blob->head_length;
		size_t taken = length < room ? length : room;
		memcpy(blob->head + blob->head_length, piece, taken);
		blob->head_length += taken;
		blob->rest = (const char *)piece + taken;
		blob->rest_length = length - taken;
	}
}

/* An empty archive is zeros alone. */
static bool is_tar(const struct blob *blob)
{
	static const char zeros[TAR_BLOCK];

	return blob->head_length == TAR_BLOCK && (has_checksum((const unsigned char *)blob->head) ||
	                                          memcmp(blob->head, zeros, TAR_BLOCK) == 0);
}

static bool is_json(const struct blob *blob)
{
	size_t at = 0;

	while (at < blob->head_length && isspace((unsigned char)blob->head[at]))
		at++;
	return at < blob->head_length && (blob->head[at] == '{' || blob->head[at] == '[');
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

static la_ssize_t read_compressed(void *context, const void **bytes)
{
	return (la_ssize_t)read_stored(context, bytes);
}

enum blob_kind open_blob(struct blob *blob, struct archive *outer, size_t *total)
{
	*blob = (struct blob){.outer = outer};
	blob->stored =
	    (struct decompress){.read = read_compressed, .context = blob, .total = total};
	fill_head(blob);
	open_decompress(&blob->stored, blob->head, blob->head_length);
	if (has_two_forms(blob->head, blob->head_length))
		return BLOB_OTHER;
	if (is_compressed(blob->head, blob->head_length) || is_tar(blob))
		return BLOB_LAYER;
	return is_json(blob) ? BLOB_JSON : BLOB_OTHER;
}

void close_blob(struct blob *blob)
{
	close_decompress(&blob->stored);
	free_headers(&blob->headers);
}

la_ssize_t read_blob(struct archive *inner, void *context, const void **bytes)
{
	struct blob *blob = context;
	la_ssize_t length = read_decompressed(&blob->stored, inner, bytes);

	if (length != 0 || !blob->broken)
		return check_headers(&blob->headers, inner, *bytes, length);
	archive_set_error(inner, EIO, "cut short");
	return -1;
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
