#ifndef PLIMSOLL_SPELLING_H
#define PLIMSOLL_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The index of the name that is spelled most like the word. names points at the first name, which
 * stands in a table of count rows (at least 1) of row bytes each.
 */
size_t find_nearest(const char *word, const char *const *names, size_t row, size_t count);

/* Whether the word, which is not empty, stands in the list, which blanks separate. */
bool is_listed(const char *list, const char *word);

#endif
