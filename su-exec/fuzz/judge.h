#ifndef SU_EXEC_FUZZ_JUDGE_H
#define SU_EXEC_FUZZ_JUDGE_H

#include "../account.h"
#include "../number.h"

#include <stdint.h>

/*
 * What the fuzz targets share: files in memory, and the second opinion that the readers of
 * su-exec/account.c are held against. It takes a line apart in its own way, and takes an entry's
 * values from the C library. The targets are checked by tests/fuzz.bats.
 */

/* Ends the target as a finding, with a line of what was expected and what was found. */
_Noreturn void disagree(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct text {
	const char *bytes;
	size_t size;
};

/* Takes what stands before the mark from *rest, which goes on behind it; without one, all of it. */
struct text take_until(struct text *rest, const char *mark);

/* A copy that ends with NUL; it is cut at a NUL of its own. */
const char *copy_text(struct text text, char *to, size_t size);

/* As the rules see a field: without what none may hold, and empty where it doesn't fit. */
void copy_field(struct text field, char *to, size_t size);

/* Files that hold just that. Paths of this process; written anew each time. */
const struct account_files *make_files(struct text passwd, struct text group);

/* How the rules of account.h see a line. The fields are without NUL and carriage return. */
struct view {
	uint64_t number;
	struct text line; /* without its newline */
	bool clean;       /* may be used: else it is malformed */
	bool plain;       /* clean, and without anything that the C library reads in its own way */
	bool passed_over; /* of NIS, or a comment */
	char name[NAME_SIZE];
	char id[ID_TEXT_SIZE]; /* the third field; empty: none that could match */
};

/* False at the end. fields: 7 of passwd, 4 of group. */
bool next_view(struct text *rest, int fields, struct view *view);

/* Whether the C library would see another name, or none, in the line. */
bool begins_blank(const struct view *view);

#endif
