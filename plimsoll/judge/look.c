#include "look.h"

#include <stdio.h>
#include <string.h>

const json_t *look(const json_t *facts, const char *path)
{
	while (facts != NULL) {
		size_t length = strcspn(path, ".");

		facts = json_object_getn(facts, path, length);
		if (path[length] == '\0')
			break;
		path += length + 1;
	}
	return json_is_null(facts) ? NULL : facts;
}

const json_t *look_list(const json_t *facts, const char *path)
{
	const json_t *list = look(facts, path);

	return json_is_array(list) ? list : NULL;
}

const char *look_text(const json_t *facts, const char *path)
{
	return json_string_value(look(facts, path));
}

bool look_true(const json_t *facts, const char *path)
{
	return json_is_true(look(facts, path));
}

bool look_false(const json_t *facts, const char *path)
{
	return json_is_false(look(facts, path));
}

bool look_number(const json_t *facts, const char *path, double *to)
{
	const json_t *number = look(facts, path);

	if (!json_is_number(number))
		return false;
	*to = json_number_value(number);
	return true;
}

const json_t *find_entry(const json_t *list, const char *key, const char *text)
{
	json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
	{
		const char *found = look_text(entry, key);

		if (found != NULL && strcmp(found, text) == 0)
			return entry;
	}
	return NULL;
}

bool list_has(const char *const *list, const char *word)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

static bool is_kind(const json_t *facts, const char *kind)
{
	const char *text = look_text(facts, "runs.kind");

	return text != NULL && strcmp(text, kind) == 0;
}

bool is_one_shot(const json_t *facts)
{
	return is_kind(facts, "one-shot");
}

bool is_broken(const json_t *facts)
{
	return is_kind(facts, "broken");
}

bool is_service(const json_t *facts, struct result *result)
{
	if (is_kind(facts, "service"))
		return true;
	if (is_one_shot(facts))
		skip(result, "a one-shot program: it ends by itself");
	else if (is_broken(facts))
		not_shown(result, "it does not start: see the check \"starts\"");
	else
		not_shown(result, "whether it is a service was not found out");
	return false;
}

void not_ready(const json_t *facts, struct result *result)
{
	const char *why = look_text(facts, "runs.baseline.unready");

	not_shown(result, "%s: see --ready", why != NULL ? why : "not ready");
}

static const char *quote(const char *line)
{
	static char text[256];

	text[0] = '\0';
	if (line != NULL && *line != '\0')
		snprintf(text, sizeof(text), " (\"%.*s\")", (int)sizeof(text) - 6, line);
	return text;
}

const char *quote_output(const json_t *run)
{
	return quote(look_text(run, "output.last"));
}

const char *quote_health(const json_t *run)
{
	return quote(look_text(run, "health_output"));
}

const char *explain_unknown(const json_t *facts, const char *run)
{
	static char text[256];
	const char *why = look_text(look(facts, "runs.errors"), run);

	text[0] = '\0';
	if (why != NULL)
		snprintf(text, sizeof(text), ": %.*s", (int)sizeof(text) - 3, why);
	return text;
}

void miss_findings(struct result *result, const char *expected, const char *noun)
{
	size_t count = json_array_size(result->findings) + result->more;
	const json_t *first = json_array_get(result->findings, 0);
	const char *path = look_text(first, "path"), *what = look_text(first, "what");

	path = path != NULL ? path : "";
	what = what != NULL ? what : "";
	if (count == 1)
		miss(result, expected, "%s: %s", path, what);
	else
		miss(result, expected, "%s%zu %s, the first %s: %s",
		     result->more > 0 ? "up to " : "", count, noun, path, what);
}

size_t count_unlisted(const json_t *facts, const char *part, const char *list)
{
	double count = 0;

	return look_number(look(look(facts, part), "unlisted"), list, &count) ? (size_t)count : 0;
}

const char *explain_gap(const json_t *facts, const char *list)
{
	const char *doubt = look_text(facts, "layers.doubt");

	if (doubt != NULL)
		return doubt;
	return count_unlisted(facts, "files", list) > 0 ? "it was not read, or not all of it"
	                                                : NULL;
}

void pass_files(const json_t *facts, struct result *result, const char *list, const char *found)
{
	size_t unlisted = count_unlisted(facts, "files", list);
	double count = 0;

	look_number(facts, "files.count", &count);
	if (look_true(facts, "files.cut"))
		not_shown(result, "%s up to where the walk ended early, after %.0f files", found,
		          count);
	else if (unlisted > 0)
		not_shown(result, "%s that is listed, but there are %zu more in question", found,
		          unlisted);
	else
		pass(result, "%s, in %.0f files", found, count);
}
