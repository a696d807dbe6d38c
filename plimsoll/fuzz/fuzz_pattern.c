/*
 * The path pattern of a waiver on the path of a finding: of stars and question marks it says the
 * same as a plain matcher; with brackets and backslashes too it ends soon and reads nothing else.
 * Input: the pattern up to a NUL, then the path.
 */

#include "plimsoll/config/config.h"
#include "plimsoll/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The last star takes one byte more wherever the rest does not fit. */
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL, *taken = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			taken = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++taken;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

static bool is_waived(char *pattern, const char *path)
{
	struct waiver waiver = {
	    .check = (char[]){"no-setuid"}, .path = pattern, .reason = (char[]){"known"}};
	struct config config = {.waivers = &waiver, .waiver_count = 1};
	struct result result = {.check = find_check("no-setuid"), .outcome = OUTCOME_FAIL};

	result.findings = json_pack("[{s:s}]", "path", path);
	waive(&config, 20270101, &result, 1);
	json_decref(result.findings);
	return result.waived != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;

	if (end == NULL)
		return 0;
	/* As findings hold them. */
	char *path = make_plain(end + 1, size - (size_t)(end + 1 - data), 4096);
	char *pattern = print_text("%s", (const char *)data);
	bool waived = is_waived(pattern, path);
	if (strpbrk(pattern, "[\\") == NULL && waived != matches(pattern, path)) {
		fprintf(stderr, "fuzz: \"%s\" on \"%s\": expected %s\n", pattern, path,
		        waived ? "no match" : "a match");
		abort();
	}
	free(pattern);
	free(path);
	return 0;
}
