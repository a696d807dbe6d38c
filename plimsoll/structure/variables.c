/* Variables of a container, and what they stand for in a text. */
#include "plimsoll/structure/tests.h"

#include "plimsoll/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MOST 65536

const char *find_variable(const json_t *variables, const char *name, size_t length)
{
	for (size_t i = json_array_size(variables); i-- > 0;) {
		const char *text = json_string_value(json_array_get(variables, i));

		if (text != NULL && strncmp(text, name, length) == 0 && text[length] == '=')
			return text + length + 1;
	}
	return NULL;
}

json_t *list_variables(const json_t *pairs, const json_t *variables)
{
	json_t *list = json_array(), *pair;
	size_t index;

	json_array_foreach(pairs, index, pair)
	{
		const char *value = json_string_value(json_object_get(pair, "value"));
		char *expanded = variables != NULL ? expand_text(value, variables) : NULL;

		json_array_append_new(
		    list, json_sprintf("%s=%s", json_string_value(json_object_get(pair, "key")),
		                       expanded != NULL ? expanded : value));
		free(expanded);
	}
	return list;
}

json_t *join_variables(const json_t *list, ...)
{
	json_t *joined = json_array();
	va_list lists;

	va_start(lists, list);
	for (; list != NULL; list = va_arg(lists, const json_t *))
		json_array_extend(joined, (json_t *)(uintptr_t)list);
	va_end(lists);
	return joined;
}

static bool is_special(char letter)
{
	return letter != '\0' && strchr("*#$@!?-0123456789", letter) != NULL;
}

/* What follows a "$": the name and its length, and how much of the text it takes. */
static size_t find_name(const char *text, const char **name, size_t *length)
{
	*name = text;
	*length = 0;
	if (*text == '{') {
		const char *end = strchr(text, '}');

		*name = text + 1;
		if (end == NULL)
			return 1;
		*length = (size_t)(end - *name);
		return *length + 2;
	}
	if (is_special(*text))
		return *length = 1;
	while (isalnum((unsigned char)text[*length]) != 0 || text[*length] == '_')
		++*length;
	return *length;
}

/* Bad syntax ("${", "${}") comes out as nothing; a "$" before no name stays. */
char *expand_text(const char *text, const json_t *variables)
{
	char *expanded;
	size_t size;
	FILE *to = open_memstream(&expanded, &size);

	if (to == NULL)
		end_without_memory();
	while (*text != '\0') {
		const char *name, *value;
		size_t length, taken;

		if (*text != '$' || (taken = find_name(text + 1, &name, &length)) == 0) {
			fputc(*text++, to);
			continue;
		}
		value = length > 0 ? find_variable(variables, name, length) : NULL;
		fputs(value != NULL ? value : "", to);
		text += taken + 1;
	}
	if (fclose(to) != 0)
		end_without_memory();
	return expanded;
}

/* The value of a line, in place: quotes and what stands behind a blank and a # are taken off. */
static char *trim_value(char *value)
{
	value += strspn(value, " \t");
	if (*value == '"' || *value == '\'') {
		char *end = strchr(value + 1, *value);

		if (end == NULL || (end[1] != '\0' && strchr(" \t#", end[1]) == NULL))
			return NULL;
		*end = '\0';
		return value + 1;
	}
	char *comment = strstr(value, " #");
	if (comment != NULL)
		*comment = '\0';
	for (char *end = strchr(value, '\0'); end > value && strchr(" \t", end[-1]) != NULL;)
		*--end = '\0';
	return value;
}

/* "NAME=value", with "export " before it or not; false: it is something else. */
static bool take_line(char *line, json_t *variables)
{
	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return true;
	if (strncmp(line, "export ", 7) == 0)
		line += 7;
	size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                             "0123456789_.");
	char *equals = line + length + strspn(line + length, " \t");
	if (length == 0 || (*equals != '=' && *equals != ':'))
		return false;
	bool literal = equals[1 + strspn(equals + 1, " \t")] == '\'';
	char *value = trim_value(equals + 1);
	if (value == NULL)
		return false;
	char *expanded = literal ? print_text("%s", value) : expand_text(value, variables);
	if (*expanded != '\0')
		json_array_append_new(variables,
		                      json_sprintf("%.*s=%s", (int)length, line, expanded));
	free(expanded);
	return true;
}

json_t *read_variables(const char *path, struct failure *failure)
{
	FILE *from = fopen(path, "re");
	char *line = get_memory(LINE_MOST);
	json_t *variables = json_array();
	bool right = from != NULL || fail(failure, path, strerror(errno), NULL);

	for (unsigned long number = 1; right && fgets(line, LINE_MOST, from) != NULL; number++) {
		line[strcspn(line, "\r\n")] = '\0';
		if (!take_line(line, variables)) {
			char *place = print_text("%s:%lu", path, number);
			right = fail(failure, place, "must be NAME=value on one line", NULL);
			free(place);
		}
	}
	if (right && ferror(from) != 0)
		right = fail(failure, path, strerror(errno), NULL);
	if (from != NULL)
		fclose(from);
	free(line);
	if (right)
		return variables;
	json_decref(variables);
	return NULL;
}
