#ifndef SU_EXEC_NUMBER_H
#define SU_EXEC_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* The highest id. The one above it, 4294967295, means "leave as it is" to setresuid(2). */
#define ID_MAX UINT32_C(4294967294)

/* What a message says of a number that was refused. */
#define ID_RULE "a number from 0 to 4294967294, digits only, without leading zeros"

/* Space for an id in decimal with its NUL. */
#define ID_TEXT_SIZE 11

/*
 * Reads a uid or gid: decimal, 0 to ID_MAX, no sign, no space, no leading zero, not empty.
 * The whole text must be the number. Leaves *id alone and returns false otherwise.
 */
bool parse_id(const char *text, uint32_t *id);

/* Whether text is one or more ASCII digits and nothing else: then it is a number, never a name. */
bool is_all_digits(const char *text);

/* Writes number, at most 20 digits, into text and returns text. */
#define NUMBER_TEXT_SIZE 21
char *format_number(uint64_t number, char text[static NUMBER_TEXT_SIZE]);

#endif
