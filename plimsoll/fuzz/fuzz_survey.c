/* The survey on any path and head. Input: a byte of flags, the path up to a NUL, then the head. */

#include "plimsoll/files/survey.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 1 ? memchr(data + 1, '\0', size - 1) : NULL;

	if (end == NULL)
		return 0;
	const char *path = (const char *)data + 1;
	size_t length = size - (size_t)(end + 1 - data);
	struct file file = {.path = path, .mode = S_IFREG | 0755, .size = length, .layer = -1};
	struct survey *survey = start_survey("walk", NULL);
	char *link = strndup((const char *)end + 1, length);

	(void)wanted_bytes(&file, (data[0] & 2) != 0);
	survey_file(survey, &file, end + 1, length);
	file.path = "/link";
	file.mode = S_IFLNK | 0777;
	file.link = link;
	survey_file(survey, &file, NULL, 0);
	find_secret((data[0] & 1) != 0 ? path : NULL, end + 1, length);
	struct programs programs = {path, "/link/x", "/bin:/link", "/link", "amd64"};
	json_decref(report_survey(survey, &programs));
	free(link);
	free_survey(survey);
	return 0;
}
