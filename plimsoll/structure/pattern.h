#ifndef PLIMSOLL_STRUCTURE_PATTERN_H
#define PLIMSOLL_STRUCTURE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Regular expressions of Go's package regexp (RE2's syntax: https://pkg.go.dev/regexp/syntax),
 * matched by PCRE2's automaton, which looks at every byte once and keeps no way back: no pattern
 * takes exponential time.
 */

/* False and reason for what Go would refuse; reason is one line. */
bool check_pattern(const char *pattern, char *reason, size_t size);

enum match { MATCH_FOUND, MATCH_NONE, MATCH_UNDECIDED };

/* Whether the pattern (which check_pattern() took) matches anywhere in the text, which must be
 * UTF-8; undecided where that takes more than a few seconds, or too much memory. */
enum match find_pattern(const char *pattern, const char *text, size_t length);

/* The bytes as UTF-8: allocated, each byte that is none is U+FFFD, as it is for Go. */
char *repair_text(const void *bytes, size_t length, size_t *repaired);

#endif
