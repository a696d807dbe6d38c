#include "plimsoll/image/unzstd.h"

#include "plimsoll/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool is_zstd(const char *head, size_t length)
{
	return length >= 4 && memcmp(head, "\x28\xb5\x2f\xfd", 4) == 0;
}

void open_unzstd(struct unzstd *unzstd)
{
	unzstd->stream = ZSTD_createDStream();
	unzstd->out = get_memory(ZSTD_DStreamOutSize());
	if (unzstd->stream == NULL)
		end_without_memory();
	ZSTD_DCtx_setParameter(unzstd->stream, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
}

/* The frame says how much it needs, and the next one may need more. */
static void count_memory(struct unzstd *unzstd)
{
	size_t size = ZSTD_sizeof_DStream(unzstd->stream);

	if (unzstd->total == NULL)
		return;
	*unzstd->total += size - unzstd->reserved;
	unzstd->reserved = size;
}

la_ssize_t read_unzstd(struct unzstd *unzstd, struct archive *archive, const void **bytes)
{
	ZSTD_outBuffer out = {unzstd->out, ZSTD_DStreamOutSize(), 0};

	*bytes = unzstd->out;
	while (out.pos == 0) {
		if (unzstd->in.pos == unzstd->in.size) {
			la_ssize_t got = unzstd->read(unzstd->context, &unzstd->in.src);

			unzstd->in.pos = 0;
			unzstd->in.size = got > 0 ? (size_t)got : 0;
			if (got <= 0)
				return got;
		}
		size_t result = ZSTD_decompressStream(unzstd->stream, &out, &unzstd->in);
		if (ZSTD_isError(result)) {
			archive_set_error(archive, EIO, "%s", ZSTD_getErrorName(result));
			return -1;
		}
		count_memory(unzstd);
	}
	return (la_ssize_t)out.pos;
}

void close_unzstd(struct unzstd *unzstd)
{
	ZSTD_freeDStream(unzstd->stream);
	free(unzstd->out);
	if (unzstd->total != NULL)
		*unzstd->total -= unzstd->reserved;
}
