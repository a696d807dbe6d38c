#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* Up to so much of text is an object's: the reason has a place however long that is. */
#define OBJECT_END 300

/* Cuts where it would pass the end, and says so. */
static void append(struct failure *failure, size_t *used, size_t end, const char *text)
{
	static const char cut[] = "...";

	while (*text != '\0' && *used < end - 1)
		failure->text[(*used)++] = *text++;
	if (*text != '\0')
		memcpy(failure->text + end - sizeof(cut), cut, sizeof(cut));
	failure->text[*used] = '\0';
}

/* Where a reader could not tell where the object begins and ends. */
static bool needs_quotes(const char *object)
{
	size_t length = strlen(object);

	return length == 0 || object[0] == ' ' || object[length - 1] == ' ' ||
	       object[length - 1] == ':';
}

bool fail(struct failure *failure, const char *object, ...)
{
	const char *quote = needs_quotes(object) ? "\"" : "";
	size_t used = 0;
	va_list reasons;

	append(failure, &used, OBJECT_END, quote);
	append(failure, &used, OBJECT_END, object);
	append(failure, &used, sizeof(failure->text), quote);
	append(failure, &used, sizeof(failure->text), ": ");
	va_start(reasons, object);
	for (const char *text; (text = va_arg(reasons, const char *)) != NULL;)
		append(failure, &used, sizeof(failure->text), text);
	va_end(reasons);
	return false;
}

/* Needs space for four bytes; returns how many it wrote. */
static size_t escape(char *out, char c)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char byte = (unsigned char)c;

	if (c >= ' ' && c < '\x7f') {
		out[0] = c;
		return 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex[byte >> 4];
	out[3] = hex[byte & 15];
	return 4;
}

void report_failure(const char *program, const struct failure *failure)
{
	char line[64 + 4 * sizeof(failure->text)];
	size_t used = 0;

	while (*program != '\0' && used < 60)
		line[used++] = *program++;
	line[used++] = ':';
	line[used++] = ' ';
	for (const char *text = failure->text; *text != '\0'; text++)
		used += escape(line + used, *text);
	line[used++] = '\n';

	ssize_t ignored = write(STDERR_FILENO, line, used); /* nowhere else to say it */
	(void)ignored;
}

bool show_text(const char *text, struct failure *failure)
{
	size_t length = strlen(text);

	errno = EIO; /* for a write that is cut short */
	if (write(STDOUT_FILENO, text, length) == (ssize_t)length)
		return true;
	return fail(failure, "standard output", strerror(errno), NULL);
}
