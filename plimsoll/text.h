#ifndef PLIMSOLL_TEXT_H
#define PLIMSOLL_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text that is safe to show and to put into JSON: what is no printable UTF-8 (controls, escapes,
 * broken sequences, bidirectional marks) comes out as \xNN, a backslash as two. At most most bytes
 * are taken from the start; cut text ends in "…". Allocated; out of memory ends the process with a
 * message.
 */
char *make_plain(const void *bytes, size_t length, size_t most);

/* The same as a JSON string. */
json_t *plain_string(const void *bytes, size_t length, size_t most);

/* Decodes one code point of at least one byte; its length, or 0 where the bytes are no UTF-8. */
size_t decode_utf8(const unsigned char *bytes, size_t length, uint32_t *code);

/* Drops, in place, what is no UTF-8: characters that a limit on a text's bytes cut in two. */
void drop_broken(char *text);

/* sprintf() into allocated memory. */
char *print_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* malloc() and realloc() that end the process with a message where there is no memory (exit 3). */
void *get_memory(size_t size);
void *resize_memory(void *memory, size_t size);
_Noreturn void end_without_memory(void);

#endif
