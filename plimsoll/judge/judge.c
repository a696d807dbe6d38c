#include "plimsoll/judge/judge.h"
#include "look.h"
#include "plimsoll/spelling.h"
#include "plimsoll/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_FINDINGS 100

static char *copy_text(const char *text)
{
	return strcpy(get_memory(strlen(text) + 1), text);
}

static char *__attribute__((format(printf, 1, 0))) format_text(const char *format,
                                                               va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *text = get_memory((size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	return text;
}

/* The texts are taken over. */
static void settle(struct result *result, enum outcome outcome, char *expected, char *found)
{
	free(result->found);
	free(result->expected);
	drop_broken(found);
	if (expected != NULL)
		drop_broken(expected);
	result->outcome = outcome;
	result->expected = expected;
	result->found = found;
}

void pass(struct result *result, const char *found, ...)
{
	va_list arguments;

	va_start(arguments, found);
	settle(result, OUTCOME_PASS, NULL, format_text(found, arguments));
	va_end(arguments);
}

void miss(struct result *result, const char *expected, const char *found, ...)
{
	va_list arguments;

	va_start(arguments, found);
	settle(result, OUTCOME_FAIL, copy_text(expected), format_text(found, arguments));
	va_end(arguments);
}

void skip(struct result *result, const char *reason, ...)
{
	va_list arguments;

	va_start(arguments, reason);
	settle(result, OUTCOME_SKIP, NULL, format_text(reason, arguments));
	va_end(arguments);
}

void not_shown(struct result *result, const char *reason, ...)
{
	va_list arguments;

	va_start(arguments, reason);
	settle(result, OUTCOME_ERROR, NULL, format_text(reason, arguments));
	va_end(arguments);
}

void add_finding(struct result *result, const char *path, const json_t *layer, const char *what)
{
	if (json_array_size(result->findings) >= MOST_FINDINGS) {
		result->more++;
		return;
	}
	json_t *index =
	    json_is_integer(layer) ? json_integer(json_integer_value(layer)) : json_null();
	/* Facts that somebody made need not have them. */
	char *where = copy_text(path != NULL ? path : "?");
	char *seen = copy_text(what != NULL ? what : "?");

	drop_broken(where);
	drop_broken(seen);
	json_array_append_new(result->findings, json_pack("{s:s, s:o, s:s}", "path", where, "layer",
	                                                  index, "what", seen));
	free(where);
	free(seen);
}

const struct check *find_check(const char *id)
{
	for (size_t i = 0; i < catalogue_size; i++)
		if (strcmp(catalogue[i].id, id) == 0)
			return &catalogue[i];
	return NULL;
}

const struct check *nearest_check(const char *id)
{
	return &catalogue[find_nearest(id, &catalogue->id, sizeof(*catalogue), catalogue_size)];
}

static void explain_missing_run(const json_t *facts, const char *run, struct result *result)
{
	const char *error = look_text(look(facts, "runs.errors"), run);

	if (error != NULL)
		not_shown(result, "%s", error);
	else if (is_broken(facts))
		not_shown(result, "it does not start: see the check \"starts\"");
	else if (is_one_shot(facts))
		skip(result, "a one-shot program: it ends by itself");
	else if (look_false(facts, "runs.baseline.ready"))
		not_ready(facts, result);
	else if (strcmp(run, "baseline") == 0)
		not_shown(result, "the run \"%s\" was asked for, but not made", run);
	else
		skip(result, "the run \"%s\" was not made", run);
}

/* Whether the part of facts that the check needs is there; if not, the result says why. */
static bool has_part(const json_t *facts, struct result *result)
{
	const char *needs = result->check->needs;
	char part[16];

	if (look(facts, needs) != NULL)
		return true;
	snprintf(part, sizeof(part), "%.*s", (int)strcspn(needs, "."), needs);
	const char *error = look_text(look(facts, "errors"), part);
	if (look(facts, part) != NULL)
		explain_missing_run(facts, needs + strlen(part) + 1, result);
	else if (error != NULL)
		not_shown(result, "%s", error);
	else if (strcmp(part, "image") == 0)
		not_shown(result, "the image's configuration was not read");
	else if (strcmp(part, "runs") == 0)
		skip(result, "no container was run");
	else
		skip(result, "the %s were not looked at", part);
	return false;
}

/* Files that may be others than were seen show what is wrong, and never that all is well. */
static void doubt_files(const json_t *facts, struct result *result)
{
	const char *doubt = look_text(facts, "layers.doubt"), *needs = result->check->needs;

	if (doubt == NULL || result->outcome != OUTCOME_PASS ||
	    (strcmp(needs, "files") != 0 && strcmp(needs, "layers") != 0))
		return;
	char *found = copy_text(result->found);
	not_shown(result, "%s, but engines may make other files of the layers: %s", found, doubt);
	free(found);
}

void judge(const json_t *facts, const struct budgets *budgets, const struct check *const checks[],
           size_t count, struct result results[])
{
	static const struct budgets none;

	for (size_t i = 0; i < count; i++) {
		results[i] = (struct result){.check = checks[i], .findings = json_array()};
		not_shown(&results[i], "the facts do not decide it");
		if (has_part(facts, &results[i]))
			checks[i]->assess(facts, budgets != NULL ? budgets : &none, &results[i]);
		doubt_files(facts, &results[i]);
	}
}

void free_results(struct result results[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(results[i].found);
		free(results[i].expected);
		json_decref(results[i].findings);
	}
}
