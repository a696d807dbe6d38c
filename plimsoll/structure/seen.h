#ifndef PLIMSOLL_STRUCTURE_SEEN_H
#define PLIMSOLL_STRUCTURE_SEEN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* What one test has seen so far: each thing that is not as expected. */
struct seen {
	json_t *expected, *found; /* lists of texts, one of each for each thing */
	bool undecided;
};

/* What a thing is and what it must be or is: both are taken, and made plain. */
void note_difference(struct seen *seen, char *expected, char *found);

/* Why a thing could not be found out: it is taken. */
void note_undecided(struct seen *seen, char *why);

/*
 * Each pattern of expected (may be NULL) must match the text, none of excluded may. name is what
 * the text is called. Where it was cut, what was not found in it is undecided.
 */
void compare_text(struct seen *seen, const char *name, const json_t *expected,
                  const json_t *excluded, const void *bytes, size_t length, bool cut);

/* The result {"outcome", "found", "expected"}; fine is what was found where nothing differs. Both
 * are taken. */
json_t *report_seen(struct seen *seen, char *fine);

/* The same for a test that could not be made. */
json_t *report_trouble(const char *outcome, const char *why);

#endif
