/* Any bytes as an archive of an image: read, or refused with a reason; nothing else happens. */

#include "plimsoll/image/archive.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge_facts(struct archive_facts *facts)
{
	if (facts->image == NULL || facts->layers == NULL || facts->files == NULL)
		abort();
	char *text = json_dumps(facts->layers, JSON_COMPACT);
	if (text == NULL)
		abort();
	free(text);
	json_decref(facts->image);
	json_decref(facts->layers);
	json_decref(facts->files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);
	struct archive_facts facts;
	struct failure failure = {""};

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	if (read_archive(fd, "a.tar", NULL, false, &facts, &failure))
		judge_facts(&facts);
	else if (strncmp(failure.text, "a.tar: ", 7) != 0 || facts.image != NULL)
		abort();
	close(fd);
	return 0;
}
