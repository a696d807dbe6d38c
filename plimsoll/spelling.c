#include "plimsoll/spelling.h"

#include <string.h>

#define LENGTH_MAX 63

static size_t least(size_t a, size_t b, size_t c)
{
	size_t d = a < b ? a : b;

	return d < c ? d : c;
}

/* Levenshtein's distance: bytes to put in, take out or replace. What is longer than LENGTH_MAX is
 * cut. */
static size_t count_edits(const char *from, const char *to)
{
	size_t row[LENGTH_MAX + 1], length = strnlen(to, LENGTH_MAX);

	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 1; from[i - 1] != '\0' && i <= LENGTH_MAX; i++) {
		size_t before = row[0];

		row[0] = i;
		for (size_t k = 1; k <= length; k++) {
			size_t replaced = before + (from[i - 1] != to[k - 1]);

			before = row[k];
			row[k] = least(replaced, row[k] + 1, row[k - 1] + 1);
		}
	}
	return row[length];
}

size_t find_nearest(const char *word, const char *const *names, size_t row, size_t count)
{
	size_t nearest = 0, fewest = (size_t)-1;

	for (size_t i = 0; i < count; i++) {
		const void *at = (const char *)names + i * row;
		size_t edits = count_edits(word, *(const char *const *)at);

		if (edits < fewest) {
			fewest = edits;
			nearest = i;
		}
	}
	return nearest;
}

bool is_listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at += length)
		if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}
