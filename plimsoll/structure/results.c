/* Results for the reports, each with a check that is made for it. */
#include "plimsoll/structure/structure.h"

#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

/* A row of the catalogue that is no row of it. */
struct own_check {
	struct check check;
	char *id;
};

static const struct check row = {
    .title = "The test of the structure configuration passes",
    .why = "The configuration given by --structure-test asks for it",
    .references = "container-structure-test",
    .fix = "change the image, or the test in the configuration",
    .rung = "",
    .severity = SEVERITY_HIGH,
    .profiles = "",
    .needs = "structure",
};

static const char *get_text(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text != NULL ? text : "";
}

/* "structure:kind:name"; the tests that have no name are called by their kind. */
static char *print_id(const json_t *entry)
{
	const char *name = get_text(entry, "name"), *kind = get_text(entry, "kind");

	return print_text("structure:%s%s%s", kind, *name != '\0' ? ":" : "", name);
}

/* Of tests of one name, the second is "… (2)"; used tells how many there were of each. */
static char *choose_id(const json_t *entry, json_t *used)
{
	char *id = print_id(entry);
	json_int_t before = json_integer_value(json_object_get(used, id));

	json_object_set_new(used, id, json_integer(before + 1));
	if (before == 0)
		return id;
	char *numbered = print_text("%s (%" JSON_INTEGER_FORMAT ")", id, before + 1);
	free(id);
	return numbered;
}

static const struct check *make_check(char *id)
{
	struct own_check *own = get_memory(sizeof(*own));

	*own = (struct own_check){.check = row, .id = id};
	own->check.id = id;
	return &own->check;
}

void free_structure_check(const struct check *check)
{
	struct own_check *own = (struct own_check *)(uintptr_t)check;

	free(own->id);
	free(own);
}

static const json_t *get_list(const json_t *facts)
{
	return json_object_get(facts, "structure");
}

/* Why there is no list, where there should be one. */
static const char *get_error(const json_t *facts)
{
	return json_string_value(json_object_get(json_object_get(facts, "errors"), "structure"));
}

size_t count_structure(const json_t *facts)
{
	return get_error(facts) != NULL ? 1 : json_array_size(get_list(facts));
}

static void judge_test(const json_t *entry, struct result *result)
{
	const char *outcome = get_text(entry, "outcome"), *found = get_text(entry, "found");

	if (strcmp(outcome, "pass") == 0)
		pass(result, "%s", found);
	else if (strcmp(outcome, "skip") == 0)
		skip(result, "%s", found);
	else if (strcmp(outcome, "fail") == 0)
		miss(result, get_text(entry, "expected"), "%s", found);
	else
		not_shown(result, "%s", found);
}

void judge_structure(const json_t *facts, struct result results[])
{
	const json_t *list = get_list(facts), *entry;
	json_t *used;
	size_t index;

	if (get_error(facts) != NULL) {
		results[0] = (struct result){.check = make_check(print_text("structure")),
		                             .findings = json_array()};
		not_shown(&results[0], "%s", get_error(facts));
		return;
	}
	used = json_object();
	json_array_foreach(list, index, entry)
	{
		results[index] = (struct result){.check = make_check(choose_id(entry, used)),
		                                 .findings = json_array()};
		judge_test(entry, &results[index]);
	}
	json_decref(used);
}
