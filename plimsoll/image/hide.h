#ifndef PLIMSOLL_IMAGE_HIDE_H
#define PLIMSOLL_IMAGE_HIDE_H

#include <jansson.h>
#include <stddef.h>

/*
 * A copy of a command line in which each word's or assignment's secret is replaced by "[KIND]".
 * Where no single word holds it (a key over several lines), the whole is. *kind is set to the first
 * secret's kind, or NULL. Allocated.
 */
char *hide_secrets(const char *text, size_t length, size_t *hidden_length, const char **kind);

/* The last line of what a program wrote, without the empty ones behind it and without its secrets:
 * plain (text.h), at most 200 bytes. */
json_t *show_last_line(const char *bytes, size_t length);

#endif
