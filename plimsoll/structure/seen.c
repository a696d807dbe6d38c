#include "plimsoll/structure/seen.h"

#include "plimsoll/files/survey.h"
#include "plimsoll/image/hide.h"
#include "plimsoll/structure/pattern.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

#define PART_MOST 300  /* bytes of one thing that a report shows */
#define SHOWN 160      /* of a text */
#define TEXT_MOST 2000 /* of all of them */

static void append(json_t **list, char *text)
{
	if (*list == NULL)
		*list = json_array();
	json_array_append_new(*list, plain_string(text, strlen(text), PART_MOST));
	free(text);
}

void note_difference(struct seen *seen, char *expected, char *found)
{
	append(&seen->expected, expected);
	append(&seen->found, found);
}

void note_undecided(struct seen *seen, char *why)
{
	seen->undecided = true;
	append(&seen->found, why);
}

/* The text as a report shows it: its start, in quotes; never a secret. */
static char *quote(const char *name, const char *text, size_t length)
{
	const char *kind;
	size_t shown;

	if (length == 0)
		return print_text("%s is empty", name);
	if (find_secret(*name == '/' ? name : NULL, text, length) != NULL)
		return print_text("%s holds a secret, which is not shown", name);
	char *hidden = hide_secrets(text, length, &shown, &kind);
	char *quoted = print_text("%s is \"%.*s\"%s", name, (int)(shown < SHOWN ? shown : SHOWN),
	                          hidden, shown <= SHOWN ? "" : " and more");
	free(hidden);
	return quoted;
}

static void compare_pattern(struct seen *seen, const char *name, const char *pattern, bool wanted,
                            const char *text, size_t length, bool cut)
{
	enum match match = find_pattern(pattern, text, length);

	if (match == MATCH_UNDECIDED)
		note_undecided(seen,
		               print_text("%s: the pattern \"%s\" takes too long", name, pattern));
	else if (match == MATCH_NONE && cut)
		note_undecided(seen, print_text("%s is longer than what is kept of it", name));
	else if (wanted && match == MATCH_NONE)
		note_difference(seen, print_text("%s that matches \"%s\"", name, pattern),
		                quote(name, text, length));
	else if (!wanted && match == MATCH_FOUND)
		note_difference(seen, print_text("%s without a match of \"%s\"", name, pattern),
		                quote(name, text, length));
}

void compare_text(struct seen *seen, const char *name, const json_t *expected,
                  const json_t *excluded, const void *bytes, size_t length, bool cut)
{
	const struct {
		const json_t *patterns;
		bool wanted;
	} lists[] = {{expected, true}, {excluded, false}};
	size_t repaired;
	char *text = repair_text(bytes, length, &repaired);

	for (size_t i = 0; i < 2; i++) {
		size_t index;
		json_t *pattern;

		json_array_foreach(lists[i].patterns, index, pattern) compare_pattern(
		    seen, name, json_string_value(pattern), lists[i].wanted, text, repaired, cut);
	}
	free(text);
}

/* The texts of a list in one, "; " between them. */
static json_t *join(const json_t *list)
{
	char *text = print_text("%s", "");
	size_t index;
	json_t *part;

	json_array_foreach(list, index, part)
	{
		if (strlen(text) > TEXT_MOST) {
			char *longer =
			    print_text("%s; and %zu more", text, json_array_size(list) - index);
			free(text);
			text = longer;
			break;
		}
		char *longer =
		    print_text("%s%s%s", text, index > 0 ? "; " : "", json_string_value(part));
		free(text);
		text = longer;
	}
	json_t *joined = json_string(text);
	free(text);
	return joined;
}

json_t *report_seen(struct seen *seen, char *fine)
{
	const char *outcome = seen->expected != NULL ? "fail" : seen->undecided ? "error" : "pass";
	json_t *found =
	    seen->found != NULL ? join(seen->found) : plain_string(fine, strlen(fine), PART_MOST);
	json_t *expected = seen->expected != NULL ? join(seen->expected) : json_null();

	json_decref(seen->expected);
	json_decref(seen->found);
	*seen = (struct seen){0};
	free(fine);
	return json_pack("{s:s, s:o, s:o}", "outcome", outcome, "found", found, "expected",
	                 expected);
}

json_t *report_trouble(const char *outcome, const char *why)
{
	return json_pack("{s:s, s:o, s:n}", "outcome", outcome, "found",
	                 plain_string(why, strlen(why), TEXT_MOST), "expected");
}
