/* What the image's configuration says: no container is needed for that. */
#include "plimsoll/structure/tests.h"

#include "plimsoll/files/survey.h"
#include "plimsoll/structure/pattern.h"
#include "plimsoll/structure/seen.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_as_expected(const json_t *pair, const char *value)
{
	const char *expected = json_string_value(json_object_get(pair, "value"));

	return json_is_true(json_object_get(pair, "isRegex"))
	           ? find_pattern(expected, value, strlen(value)) == MATCH_FOUND
	           : strcmp(expected, value) == 0;
}

/* value NULL: it is not there. A secret's value is not shown. */
static void compare_pair(struct seen *seen, const char *noun, const json_t *pair, const char *value)
{
	const char *key = json_string_value(json_object_get(pair, "key"));
	const char *expected = json_string_value(json_object_get(pair, "value"));
	const char *verb =
	    json_is_true(json_object_get(pair, "isRegex")) ? "that matches" : "that is";

	if (value != NULL && is_as_expected(pair, value))
		return;
	bool secret = value != NULL && find_secret(key, value, strlen(value)) != NULL;
	note_difference(seen,
	                print_text("%s %s %s \"%s\"", noun, key, verb, secret ? "…" : expected),
	                value == NULL ? print_text("no %s %s", noun, key)
	                : secret      ? print_text("%s %s is another secret", noun, key)
	                              : print_text("%s %s is \"%s\"", noun, key, value));
}

static const char *find_label(const json_t *config, const json_t *pair)
{
	return json_string_value(json_object_get(json_object_get(config, "Labels"),
	                                         json_string_value(json_object_get(pair, "key"))));
}

static const char *find_env(const json_t *config, const json_t *pair)
{
	const char *key = json_string_value(json_object_get(pair, "key"));

	return find_variable(json_object_get(config, "Env"), key, strlen(key));
}

static void compare_pairs(struct seen *seen, const json_t *test, const json_t *config)
{
	const json_t *pair;
	size_t index;

	json_array_foreach(json_object_get(test, "envVars"), index, pair)
	    compare_pair(seen, "variable", pair, find_env(config, pair));
	json_array_foreach(json_object_get(test, "unboundEnvVars"), index, pair)
	{
		const char *key = json_string_value(json_object_get(pair, "key"));

		if (find_env(config, pair) != NULL)
			note_difference(seen, print_text("no variable %s", key),
			                print_text("variable %s is set", key));
	}
	json_array_foreach(json_object_get(test, "labels"), index, pair)
	    compare_pair(seen, "label", pair, find_label(config, pair));
}

static char *print_list(const char *noun, const json_t *list)
{
	char *json = json_array_size(list) > 0 ? json_dumps(list, JSON_COMPACT) : NULL;
	char *text = print_text("%s %s", noun, json != NULL ? json : "[]");

	free(json);
	return text;
}

/* An empty list is what an image without any has; a key that is not there asks for nothing. */
static void compare_list(struct seen *seen, const char *noun, const json_t *expected,
                         const json_t *found)
{
	size_t count = json_array_size(expected);

	if (expected == NULL)
		return;
	bool same = count == json_array_size(found);
	for (size_t i = 0; same && i < count; i++)
		same = json_equal(json_array_get(expected, i), json_array_get(found, i)) != 0;
	if (!same)
		note_difference(seen, print_list(noun, expected), print_list(noun, found));
}

static void compare_word(struct seen *seen, const char *noun, const json_t *expected,
                         const json_t *found)
{
	const char *word = json_string_value(expected), *is = json_string_value(found);

	if (word != NULL && *word != '\0' && (is == NULL || strcmp(word, is) != 0))
		note_difference(
		    seen, print_text("%s %s", noun, word),
		    print_text("%s %s", noun, is != NULL && *is != '\0' ? is : "unset"));
}

/* Ports are written without their protocol, "80" for "80/tcp". */
static bool has_key(const json_t *object, const char *name, bool is_port)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		size_t length = is_port ? strcspn(key, "/") : strlen(key);

		if (strlen(name) == length && strncmp(key, name, length) == 0)
			return true;
	}
	return false;
}

static void compare_keys(struct seen *seen, const char *noun, const json_t *names, bool wanted,
                         const json_t *object)
{
	const json_t *item;
	size_t index;

	json_array_foreach(names, index, item)
	{
		const char *name = json_string_value(item);

		if (has_key(object, name, strcmp(noun, "port") == 0) != wanted)
			note_difference(seen,
			                print_text("%s%s %s", wanted ? "" : "no ", noun, name),
			                print_text("%s%s %s", wanted ? "no " : "", noun, name));
	}
}

json_t *test_metadata(const json_t *test, const json_t *config)
{
	const json_t *ports = json_object_get(config, "ExposedPorts");
	const json_t *volumes = json_object_get(config, "Volumes");
	struct seen seen = {0};

	compare_pairs(&seen, test, config);
	compare_list(&seen, "ENTRYPOINT", json_object_get(test, "entrypoint"),
	             json_object_get(config, "Entrypoint"));
	compare_list(&seen, "CMD", json_object_get(test, "cmd"), json_object_get(config, "Cmd"));
	compare_word(&seen, "WORKDIR", json_object_get(test, "workdir"),
	             json_object_get(config, "WorkingDir"));
	compare_word(&seen, "USER", json_object_get(test, "user"), json_object_get(config, "User"));
	compare_keys(&seen, "port", json_object_get(test, "exposedPorts"), true, ports);
	compare_keys(&seen, "port", json_object_get(test, "unexposedPorts"), false, ports);
	compare_keys(&seen, "volume", json_object_get(test, "volumes"), true, volumes);
	compare_keys(&seen, "volume", json_object_get(test, "unmountedVolumes"), false, volumes);
	return report_seen(&seen, print_text("the configuration is as expected"));
}
