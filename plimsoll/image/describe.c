#include "plimsoll/image/describe.h"
#include "plimsoll/files/survey.h"
#include "plimsoll/image/hide.h"
#include "plimsoll/image/inspect.h"
#include "plimsoll/path.h"
#include "plimsoll/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is kept of one text, and of one list. */
#define MOST_BYTES 4096
#define MOST_ENTRIES 1000

/* What the engine takes where a health check does not say (seconds, and how often). */
#define DEFAULT_INTERVAL 30.0
#define DEFAULT_TIMEOUT 30.0
#define DEFAULT_RETRIES 3

void set_member(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) != 0)
		end_without_memory();
}

void append_member(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		end_without_memory();
}

const json_t *get_text(const json_t *object, const char *name)
{
	const json_t *text = json_object_get(object, name);

	return json_string_length(text) > 0 ? text : NULL;
}

json_t *describe_text(const json_t *text)
{
	if (!json_is_string(text))
		return json_null();
	return plain_string(json_string_value(text), json_string_length(text), MOST_BYTES);
}

static json_t *hide_text(const json_t *text, const char **kind)
{
	size_t length = 0;
	char *hidden =
	    hide_secrets(json_string_value(text), json_string_length(text), &length, kind);
	json_t *shown = plain_string(hidden, length, MOST_BYTES);

	free(hidden);
	return shown;
}

/* A list of words, as they are executed: what is no string is left out. */
/* As Go reads them: a text is a list of one, and null is an empty text. */
static json_t *describe_words(const json_t *words)
{
	json_t *list = json_array(), *word;
	const char *kind;
	size_t i;

	if (json_is_string(words))
		append_member(list, hide_text(words, &kind));
	json_array_foreach(words, i, word)
	{
		if (json_is_string(word) && json_array_size(list) < MOST_ENTRIES)
			append_member(list, hide_text(word, &kind));
		else if (json_is_null(word))
			append_member(list, json_string(""));
	}
	return list;
}

static size_t count_entries(const json_t *value)
{
	return json_is_object(value) ? json_object_size(value) : json_array_size(value);
}

bool check_lengths(const json_t *config, const json_t *history, const char *reference,
                   struct failure *failure)
{
	static const char *const names[] = {"Env",   "Entrypoint", "Cmd",     "OnBuild",
	                                    "Shell", "Labels",     "Volumes", "ExposedPorts"};
	static const char reason[] = " has more than the 1000 entries that are looked at";

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (count_entries(json_object_get(config, names[i])) > MOST_ENTRIES)
			return fail(failure, reference, names[i], reason, NULL);
	}
	return json_array_size(history) <= MOST_ENTRIES ||
	       fail(failure, reference, "its history", reason, NULL);
}

/* NAME=value; a name alone has the value "". */
static json_t *describe_variable(const char *text, size_t length)
{
	const char *equals = memchr(text, '=', length);
	size_t name_length = equals != NULL ? (size_t)(equals - text) : length;
	const char *value = equals != NULL ? equals + 1 : "";
	size_t value_length = equals != NULL ? length - name_length - 1 : 0;
	char *name = make_plain(text, name_length, MOST_BYTES);
	const char *kind = find_secret(name, value, value_length);
	json_t *variable = json_object();

	set_member(variable, "name", json_string(name));
	if (kind != NULL)
		set_member(variable, "secret", json_string(kind));
	else
		set_member(variable, "value", plain_string(value, value_length, MOST_BYTES));
	free(name);
	return variable;
}

static json_t *describe_env(const json_t *env)
{
	json_t *list = json_array(), *text;
	size_t i;

	json_array_foreach(env, i, text)
	{
		if (json_is_string(text) && json_array_size(list) < MOST_ENTRIES)
			append_member(list, describe_variable(json_string_value(text),
			                                      json_string_length(text)));
	}
	return list;
}

static int compare_keys(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* The names of an object's members, sorted; allocated, the names are the object's. */
static const char **sort_keys(const json_t *object, size_t *count)
{
	const char **keys = get_memory(json_object_size(object) * sizeof(*keys));
	json_t *all = (json_t *)(uintptr_t)object; /* jansson's iterators are not const */

	*count = 0;
	for (void *i = json_object_iter(all); i != NULL; i = json_object_iter_next(all, i))
		keys[(*count)++] = json_object_iter_key(i);
	qsort(keys, *count, sizeof(*keys), compare_keys);
	if (*count > MOST_ENTRIES)
		*count = MOST_ENTRIES;
	return keys;
}

/* The paths as engines clean them. */
static json_t *clean_keys(const json_t *volumes)
{
	json_t *cleaned = json_object();
	size_t count;
	const char **paths = sort_keys(volumes, &count);

	for (size_t i = 0; i < count; i++) {
		char *clean = clean_path(paths[i]), *path = print_text("/%s", clean);
		set_member(cleaned, path, json_null());
		free(path);
		free(clean);
	}
	free(paths);
	return cleaned;
}

static json_t *describe_volumes(const json_t *volumes)
{
	size_t count;
	json_t *cleaned = clean_keys(volumes), *list = json_array();
	const char **paths = sort_keys(cleaned, &count);

	for (size_t i = 0; i < count; i++)
		append_member(list, plain_string(paths[i], strlen(paths[i]), MOST_BYTES));
	free(paths);
	json_decref(cleaned);
	return list;
}

/* A port's number, of which there may be leading zeros; 0 where it is none. *text goes behind it.
 */
static unsigned int read_port(const char **text)
{
	unsigned int port = 0;

	for (; isdigit((unsigned char)**text); ++*text)
		port = port > UINT16_MAX ? port : 10 * port + (unsigned int)(**text - '0');
	return port <= UINT16_MAX ? port : 0;
}

/* "3000/tcp", "3000", "3000/" or a range, "3000-3010/udp", as Docker's own package nat reads them;
 * what is something else keeps its containers from being made. */
static void describe_port(const char *text, json_t *list)
{
	unsigned int first = read_port(&text), last = first;

	if (*text == '-') {
		text++;
		last = read_port(&text);
	}
	if (first == 0 || (*text != '\0' && *text != '/'))
		return;
	const char *protocol = *text == '\0' || text[1] == '\0' ? "tcp" : text + 1;
	for (; first <= last && json_array_size(list) < MOST_ENTRIES; first++) {
		json_t *object = json_object();
		set_member(object, "port", json_integer(first));
		set_member(object, "protocol", plain_string(protocol, strlen(protocol), 16));
		append_member(list, object);
	}
}

static json_t *describe_ports(const json_t *ports)
{
	size_t count;
	const char **texts = sort_keys(ports, &count);
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		describe_port(texts[i], list);
	free(texts);
	return list;
}

static json_t *describe_labels(const json_t *labels)
{
	size_t count;
	const char **names = sort_keys(labels, &count), *kind;
	json_t *object = json_object();

	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_object_get(labels, names[i]);
		char *name = make_plain(names[i], strlen(names[i]), MOST_BYTES);
		if (json_is_string(value))
			set_member(object, name, hide_text(value, &kind));
		free(name);
	}
	free(names);
	return object;
}

/* A duration in nanoseconds as seconds; 0 and what is none mean the engine's default. */
static json_t *describe_duration(const json_t *duration, double otherwise)
{
	double seconds = json_number_value(duration) / 1e9;

	return json_real(seconds > 0 ? seconds : otherwise);
}

static bool is_word(const json_t *words, size_t index, const char *word)
{
	const char *text = json_string_value(json_array_get(words, index));

	return text != NULL && strcmp(text, word) == 0;
}

static json_t *describe_healthcheck(const json_t *check)
{
	const json_t *test = json_object_get(check, "Test");
	json_int_t retries = json_integer_value(json_object_get(check, "Retries"));
	json_t *object;

	if (json_array_size(test) == 0 || is_word(test, 0, "NONE"))
		return json_null();
	object = json_object();
	set_member(object, "test", describe_words(test));
	set_member(object, "interval",
	           describe_duration(json_object_get(check, "Interval"), DEFAULT_INTERVAL));
	set_member(object, "timeout",
	           describe_duration(json_object_get(check, "Timeout"), DEFAULT_TIMEOUT));
	set_member(object, "start_period",
	           describe_duration(json_object_get(check, "StartPeriod"), 0));
	set_member(object, "retries", json_integer(retries > 0 ? retries : DEFAULT_RETRIES));
	return object;
}

/*
 * The shell form of an instruction leaves the shell's words and one more: those of SHELL, or
 * /bin/sh -c, where there was no SHELL yet. The same written as a list can't be told from it, and
 * is as bad.
 */
static bool is_shell_form(const json_t *words, const json_t *shell)
{
	size_t count = json_array_size(shell);

	if (json_array_size(words) == 3 && is_word(words, 0, "/bin/sh") && is_word(words, 1, "-c"))
		return true;
	if (count == 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *word = json_string_value(json_array_get(shell, i));
		if (word == NULL || !is_word(words, i, word))
			return false;
	}
	return json_array_size(words) == count + 1;
}

static json_t *describe_shell_form(const json_t *config)
{
	const json_t *shell = json_object_get(config, "Shell");
	const json_t *test = json_object_get(json_object_get(config, "Healthcheck"), "Test");
	json_t *object = json_object();

	set_member(object, "entrypoint",
	           json_boolean(is_shell_form(json_object_get(config, "Entrypoint"), shell)));
	set_member(object, "cmd",
	           json_boolean(is_shell_form(json_object_get(config, "Cmd"), shell)));
	set_member(object, "healthcheck", json_boolean(is_word(test, 0, "CMD-SHELL")));
	return object;
}

json_t *describe_config(const json_t *config)
{
	const json_t *directory = get_text(config, "WorkingDir"), *user = get_text(config, "User");
	json_t *object = json_object();

	set_member(object, "user", user != NULL ? describe_text(user) : json_string(""));
	set_member(object, "entrypoint", describe_words(json_object_get(config, "Entrypoint")));
	set_member(object, "cmd", describe_words(json_object_get(config, "Cmd")));
	set_member(object, "shell_form", describe_shell_form(config));
	set_member(object, "env", describe_env(json_object_get(config, "Env")));
	set_member(object, "working_dir",
	           directory != NULL ? describe_text(directory) : json_string("/"));
	set_member(object, "volumes", describe_volumes(json_object_get(config, "Volumes")));
	set_member(object, "ports", describe_ports(json_object_get(config, "ExposedPorts")));
	set_member(object, "stop_signal", describe_text(get_text(config, "StopSignal")));
	set_member(object, "healthcheck",
	           describe_healthcheck(json_object_get(config, "Healthcheck")));
	set_member(object, "labels", describe_labels(json_object_get(config, "Labels")));
	return object;
}

json_t *describe_step(const json_t *created_by, bool empty)
{
	json_t *step = json_object();
	const char *kind = NULL;

	set_member(step, "created_by",
	           json_is_string(created_by) ? hide_text(created_by, &kind) : json_string(""));
	set_member(step, "empty", json_boolean(empty));
	set_member(step, "secret", kind != NULL ? json_string(kind) : json_null());
	return step;
}

static json_t *describe_history(const json_t *history)
{
	json_t *list = json_array(), *step;
	size_t i;

	json_array_foreach(history, i, step)
	{
		if (json_is_object(step) && json_array_size(list) < MOST_ENTRIES)
			append_member(
			    list,
			    describe_step(json_object_get(step, "created_by"),
			                  json_is_true(json_object_get(step, "empty_layer"))));
	}
	return list;
}

json_t *describe_configuration(const json_t *configuration, const char *reference,
                               struct failure *failure)
{
	const json_t *layers =
	    json_object_get(json_object_get(configuration, "rootfs"), "diff_ids");
	json_t *image;

	if (!json_is_array(layers)) {
		fail(failure, reference, "its configuration names no layers: not an image's", NULL);
		return NULL;
	}
	if (!check_lengths(json_object_get(configuration, "config"),
	                   json_object_get(configuration, "history"), reference, failure))
		return NULL;
	image = json_object();
	set_member(image, "reference", plain_string(reference, strlen(reference), MOST_BYTES));
	set_member(image, "id", json_null());
	set_member(image, "digest", json_null());
	set_member(image, "os", describe_text(get_text(configuration, "os")));
	set_member(image, "architecture", describe_text(get_text(configuration, "architecture")));
	set_member(image, "host_architecture", json_null());
	set_member(image, "size", json_null());
	set_member(image, "config", describe_config(json_object_get(configuration, "config")));
	set_member(image, "history", describe_history(json_object_get(configuration, "history")));
	set_member(image, "layer_count", json_integer((json_int_t)json_array_size(layers)));
	return image;
}

/* "CMD-SHELL" runs /bin/sh, "CMD" the word behind it. */
static const char *find_check(const json_t *check)
{
	const json_t *test = json_object_get(check, "test");

	if (is_word(test, 0, "CMD-SHELL"))
		return "/bin/sh";
	return is_word(test, 0, "CMD") ? json_string_value(json_array_get(test, 1)) : NULL;
}

/* Of several, engines set one after the other. */
static const char *find_variable(const json_t *env, const char *name)
{
	const char *value = NULL;
	json_t *variable;
	size_t i;

	json_array_foreach(env, i, variable)
	{
		const char *text = json_string_value(json_object_get(variable, "name"));
		if (text != NULL && strcmp(text, name) == 0)
			value = json_string_value(json_object_get(variable, "value"));
	}
	return value;
}

void find_programs(const json_t *image, struct programs *programs)
{
	const json_t *config = json_object_get(image, "config");
	const json_t *words = json_object_get(config, "entrypoint");

	if (json_array_size(words) == 0)
		words = json_object_get(config, "cmd");
	*programs = (struct programs){
	    .entrypoint = json_string_value(json_array_get(words, 0)),
	    .healthcheck = find_check(json_object_get(config, "healthcheck")),
	    .path = find_variable(json_object_get(config, "env"), "PATH"),
	    .working_dir = json_string_value(json_object_get(config, "working_dir")),
	    .machine = json_string_value(json_object_get(image, "architecture")),
	};
}
