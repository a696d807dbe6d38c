#include "plimsoll/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_NO_MEMORY 3

_Noreturn void end_without_memory(void)
{
	fputs("plimsoll: memory: there is no more\n", stderr);
	_Exit(EXIT_NO_MEMORY);
}

void *resize_memory(void *memory, size_t size)
{
	void *resized = realloc(memory, size != 0 ? size : 1);

	if (resized == NULL)
		end_without_memory();
	return resized;
}

void *get_memory(size_t size)
{
	return resize_memory(NULL, size);
}

/* Continuation bytes that follow a first byte of UTF-8 (RFC 3629), or -1. */
static int count_continuation(unsigned char first)
{
	return first < 0x80                    ? 0
	       : first >= 0xc2 && first < 0xe0 ? 1
	       : first >= 0xe0 && first < 0xf0 ? 2
	       : first >= 0xf0 && first < 0xf5 ? 3
	                                       : -1;
}

size_t decode_utf8(const unsigned char *bytes, size_t length, uint32_t *code)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	int more = count_continuation(bytes[0]);

	if (more < 0 || (size_t)more >= length)
		return 0;
	*code = more == 0 ? bytes[0] : bytes[0] & (0x3fU >> more);
	for (int i = 1; i <= more; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (bytes[i] & 0x3f);
	}
	if (*code < least[more] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return (size_t)more + 1;
}

/* What neither moves a cursor, nor turns the order of what follows, nor can't be seen; and what XML
 * 1.0 (2.2) allows, which U+FFFE and U+FFFF are not. */
static bool is_shown(uint32_t code)
{
	return code >= 0x20 && code != 0x5c && !(code >= 0x7f && code < 0xa0) && code != 0xad &&
	       code != 0x61c && !(code >= 0x200b && code < 0x2010) &&
	       !(code >= 0x2028 && code < 0x202f) && !(code >= 0x2060 && code < 0x2070) &&
	       !(code >= 0xfe00 && code < 0xfe10) && code != 0xfeff &&
	       !(code >= 0xfff0 && code < 0xfffc) && (code & 0xfffe) != 0xfffe && code < 0xe0000;
}

/* Four bytes for each that is not shown; a backslash is doubled, so that \x41 in a name stays what
 * it is. */
static char *append_hidden(char *to, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	if (length == 1 && bytes[0] == '\\') {
		*to++ = '\\';
		*to++ = '\\';
		return to;
	}
	for (size_t i = 0; i < length; i++) {
		*to++ = '\\';
		*to++ = 'x';
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	return to;
}

char *make_plain(const void *bytes, size_t length, size_t most)
{
	const unsigned char *from = bytes;
	size_t end = length < most ? length : most;
	char *text = get_memory(4 * end + sizeof("…")), *to = text;

	for (size_t at = 0, step; at < end; at += step) {
		uint32_t code;

		step = decode_utf8(from + at, length - at, &code);
		if (step > 0 && at + step <= end && is_shown(code)) {
			memcpy(to, from + at, step);
			to += step;
		} else {
			step = step == 0 || at + step > end ? 1 : step;
			to = append_hidden(to, from + at, step);
		}
	}
	strcpy(to, end < length ? "…" : "");
	return text;
}

json_t *plain_string(const void *bytes, size_t length, size_t most)
{
	char *text = make_plain(bytes, length, most);
	json_t *string = json_string(text);

	free(text);
	if (string == NULL)
		end_without_memory();
	return string;
}

void drop_broken(char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = strlen(text), kept = 0;

	for (size_t at = 0; at < length;) {
		uint32_t code;
		size_t step = decode_utf8(bytes + at, length - at, &code);

		memmove(text + kept, text + at, step);
		kept += step;
		at += step > 0 ? step : 1;
	}
	text[kept] = '\0';
}

char *print_text(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		end_without_memory();
	return text;
}
