#ifndef PLIMSOLL_FILES_AFFIX_H
#define PLIMSOLL_FILES_AFFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * What a path begins or ends with. Tens of thousands of paths are held against lists of dozens:
 * lengths are known beforehand, and nearly all is decided by one byte.
 */
struct affix {
	const char *text;
	size_t length;
};

#define AFFIX(text) {text, sizeof(text) - 1}
#define NO_AFFIX {NULL, 0}

#define ALWAYS_INLINE static inline __attribute__((always_inline)) /* -Os would not */

ALWAYS_INLINE bool begins_with(const char *path, size_t length, const struct affix *beginning)
{
	return length >= beginning->length &&
	       path[beginning->length - 1] == beginning->text[beginning->length - 1] &&
	       memcmp(path, beginning->text, beginning->length) == 0;
}

ALWAYS_INLINE bool ends_with(const char *path, size_t length, const struct affix *ending)
{
	return length >= ending->length && path[length - 1] == ending->text[ending->length - 1] &&
	       memcmp(path + length - ending->length, ending->text, ending->length) == 0;
}

#endif
