#include "plimsoll/image/hide.h"
#include "plimsoll/files/survey.h"
#include "plimsoll/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The name of a variable or an option is at most so long; a longer one is none. */
#define NAME_SIZE 128

#define LAST_LINE_BYTES 200
#define HIDDEN_BYTES ((size_t)64 * 1024) /* of it, in which secrets are looked for */

/* Text that grows; room is always there for what is appended next. */
struct line {
	char *bytes;
	size_t length, space;
};

static void append(struct line *line, const char *bytes, size_t length)
{
	if (line->space - line->length < length) {
		line->space = 2 * line->space + length;
		line->bytes = resize_memory(line->bytes, line->space);
	}
	memcpy(line->bytes + line->length, bytes, length);
	line->length += length;
}

static bool ends_word(char c)
{
	return isspace((unsigned char)c) || strchr("\"'`;&|<>(),[]{}", c) != NULL;
}

/* The length of NAME= at the start of a word, 0 where there is none. */
static size_t measure_name(const char *word, size_t length)
{
	size_t at = 0;

	while (at < length && (isalnum((unsigned char)word[at]) || strchr("_-.", word[at]) != NULL))
		at++;
	return at > 0 && at < length && word[at] == '=' ? at + 1 : 0;
}

/* Where the value ends: at its closing quote, or where the word does. Sets *start behind the quote.
 */
static size_t measure_value(const char *text, size_t length, size_t *start)
{
	size_t at = 0;

	*start = length > 0 && (text[0] == '"' || text[0] == '\'') ? 1 : 0;
	if (*start == 1) {
		for (at = 1; at < length && text[at] != text[0]; at++)
			at += text[at] == '\\' && at + 1 < length;
		return at;
	}
	while (at < length && !ends_word(text[at]))
		at++;
	return at;
}

/* find_secret() for NAME=value: name without the dashes of an option. */
static const char *find_assigned(const char *word, size_t name_length, const char *value,
                                 size_t length)
{
	char name[NAME_SIZE];

	while (name_length > 0 && word[0] == '-') {
		word++;
		name_length--;
	}
	if (name_length < 2 || name_length > sizeof(name))
		return find_secret(NULL, value, length);
	memcpy(name, word, name_length - 1);
	name[name_length - 1] = '\0';
	return find_secret(name, value, length);
}

static void append_kind(struct line *line, const char *found, const char **kind)
{
	append(line, "[", 1);
	append(line, found, strlen(found));
	append(line, "]", 1);
	if (*kind == NULL)
		*kind = found;
}

/* Copies one word, its secret replaced; returns how much of text that was. */
static size_t hide_word(struct line *line, const char *text, size_t length, const char **kind)
{
	size_t name = measure_name(text, length), start;
	size_t end = name + measure_value(text + name, length - name, &start);
	const char *value = text + name + start;
	const char *found = find_assigned(text, name, value, end - name - start);

	append(line, text, name + start);
	if (found != NULL)
		append_kind(line, found, kind);
	else
		append(line, value, end - name - start);
	return end;
}

char *hide_secrets(const char *text, size_t length, size_t *hidden_length, const char **kind)
{
	struct line line = {get_memory(length + 1), 0, length + 1};
	const char *whole;

	*kind = NULL;
	for (size_t at = 0; at < length;) {
		size_t step = 0;
		if (!ends_word(text[at]) || text[at] == '"' || text[at] == '\'')
			step = hide_word(&line, text + at, length - at, kind);
		at += step;
		if (at < length && (step == 0 || ends_word(text[at])))
			append(&line, text + at++, 1);
	}
	whole = find_secret(NULL, line.bytes, line.length);
	if (whole != NULL) {
		line.length = 0;
		append_kind(&line, whole, kind);
	}
	*hidden_length = line.length;
	return line.bytes;
}

json_t *show_last_line(const char *bytes, size_t length)
{
	const char *kind;

	while (length > 0 && strchr("\r\n", bytes[length - 1]) != NULL)
		length--;
	const char *newline = memrchr(bytes, '\n', length);
	const char *line = newline != NULL ? newline + 1 : bytes;
	length -= (size_t)(line - bytes);
	char *hidden =
	    hide_secrets(line, length < HIDDEN_BYTES ? length : HIDDEN_BYTES, &length, &kind);
	json_t *shown = plain_string(hidden, length, LAST_LINE_BYTES);
	free(hidden);
	return shown;
}
