#include "plimsoll/probe/probe.h"

#include "plimsoll/probe/files.h"
#include "plimsoll/probe/orphan.h"
#include "plimsoll/probe/proof.h"
#include "plimsoll/probe/setup.h"
#include "plimsoll/probe/walk.h"
#include "plimsoll/probe/watch.h"
#include "su-exec/failure.h"
#include "su-exec/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SECONDS_MOST 86400

/* What follows the name of a probe. */
struct wanted {
	struct patience patience; /* seconds below 0: --for was not given */
	bool proof;
	double orphan; /* seconds; below 0: --orphan was not given */
	const char *programs;
};

static bool parse_seconds(const char *text, double *seconds)
{
	char *end;

	if (text[0] == '\0' || text[strspn(text, "0123456789.")] != '\0')
		return false;
	*seconds = strtod(text, &end);
	return *end == '\0' && *seconds <= SECONDS_MOST;
}

static bool take_for(const char *value, struct wanted *wanted)
{
	return parse_seconds(value, &wanted->patience.seconds);
}

static bool take_port(const char *value, struct wanted *wanted)
{
	uint16_t *port = wanted->patience.ports;
	uint32_t number;

	while (*port != 0)
		port++;
	if (port == wanted->patience.ports + MOST_PORTS || !parse_id(value, &number) ||
	    number == 0 || number > UINT16_MAX)
		return false;
	wanted->patience.wait = true;
	*port = (uint16_t)number;
	return true;
}

static bool take_listening(const char *value, struct wanted *wanted)
{
	(void)value;
	wanted->patience.ports[0] = 0;
	wanted->patience.wait = true;
	return true;
}

static bool take_none(const char *value, struct wanted *wanted)
{
	(void)value;
	wanted->patience.wait = false;
	return true;
}

static bool take_test(const char *value, struct wanted *wanted)
{
	wanted->patience.test = json_loads(value, 0, NULL);
	return json_is_array(wanted->patience.test);
}

static bool take_test_seconds(const char *value, struct wanted *wanted)
{
	return parse_seconds(value, &wanted->patience.test_seconds);
}

static bool take_tries(const char *value, struct wanted *wanted)
{
	return parse_id(value, &wanted->patience.tries);
}

static bool take_proof(const char *value, struct wanted *wanted)
{
	(void)value;
	wanted->proof = true;
	return true;
}

static bool take_orphan(const char *value, struct wanted *wanted)
{
	return parse_seconds(value, &wanted->orphan);
}

static bool take_programs(const char *value, struct wanted *wanted)
{
	wanted->programs = value;
	return true;
}

static const struct option {
	const char *name, *rule; /* what its value must be; NULL: it has none */
	bool (*take)(const char *value, struct wanted *wanted);
} options[] = {
    {"--for", "seconds, from 0 to 86400", take_for},
    {"--port", "a port, from 1 to 65535, at most 15 of them", take_port},
    {"--listening", NULL, take_listening},
    {"--none", NULL, take_none},
    {"--test", "a JSON array", take_test},
    {"--test-seconds", "seconds, from 0 to 86400", take_test_seconds},
    {"--tries", "a number", take_tries},
    {"--proof", NULL, take_proof},
    {"--orphan", "seconds, from 0 to 86400", take_orphan},
    {"--programs", "a JSON object", take_programs},
};

static const struct option *find_option(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (strcmp(options[i].name, name) == 0)
			return options + i;
	}
	return NULL;
}

static bool read_options(char **arguments, struct wanted *wanted, struct failure *failure)
{
	*wanted = (struct wanted){.patience = {.seconds = -1, .wait = true, .test_seconds = 30},
	                          .orphan = -1};
	for (; *arguments != NULL; arguments++) {
		const char *name = *arguments;
		const struct option *option = find_option(name);

		if (option == NULL)
			return fail(failure, name, "no such option of a probe", NULL);
		if (option->rule != NULL && *++arguments == NULL)
			return fail(failure, name, "needs ", option->rule, NULL);
		if (!option->take(*arguments, wanted))
			return fail(failure, name, "\"", *arguments, "\" is not ", option->rule,
			            NULL);
	}
	return true;
}

static void add_orphan(json_t *seen, double seconds)
{
	struct failure failure;
	json_t *orphan = leave_orphan(seconds, &failure);

	if (orphan != NULL)
		json_object_set_new(seen, "orphan", orphan);
	else
		json_object_set_new(seen, "orphan_error", json_string(failure.text));
}

static json_t *probe_watch(const struct wanted *wanted, struct failure *failure)
{
	if (wanted->patience.seconds < 0) {
		fail(failure, "watch", "needs --for", NULL);
		return NULL;
	}
	json_t *seen = watch(&wanted->patience, failure);
	if (seen != NULL && wanted->proof && json_is_true(json_object_get(seen, "ready")))
		json_object_set_new(seen, "proof", prove_conditions("", failure));
	if (seen != NULL && wanted->orphan >= 0)
		add_orphan(seen, wanted->orphan);
	return seen;
}

static json_t *probe_proof(const struct wanted *wanted, struct failure *failure)
{
	(void)wanted;
	return prove_conditions("", failure);
}

/* Where the places of volumes lead; one that is not there is no mount. */
static json_t *resolve_all(const json_t *paths)
{
	json_t *resolved = json_array();
	const json_t *path;
	size_t i;

	json_array_foreach(paths, i, path)
	{
		const char *text = json_string_value(path);
		char *place = text != NULL ? realpath(text, NULL) : NULL;

		if (place != NULL)
			json_array_append_new(resolved, json_string(place));
		free(place);
	}
	return resolved;
}

static json_t *probe_walk(const struct wanted *wanted, struct failure *failure)
{
	json_error_t error;
	json_t *object = wanted->programs != NULL ? json_loads(wanted->programs, 0, &error) : NULL;

	if (wanted->programs != NULL && object == NULL) {
		fail(failure, "--programs", error.text, NULL);
		return NULL;
	}
	const struct programs programs = {
	    .entrypoint = json_string_value(json_object_get(object, "entrypoint")),
	    .healthcheck = json_string_value(json_object_get(object, "healthcheck")),
	    .path = json_string_value(json_object_get(object, "path")),
	    .working_dir = json_string_value(json_object_get(object, "working_dir")),
	    .machine = json_string_value(json_object_get(object, "machine")),
	};
	json_t *volumes = resolve_all(json_object_get(object, "volumes"));
	json_t *files = walk_root(&programs, volumes, "/", failure);
	json_decref(volumes);
	json_decref(object);
	return files;
}

static const struct probe {
	const char *name;
	json_t *(*run)(const struct wanted *wanted, struct failure *failure);
} probes[] = {
    {"watch", probe_watch},
    {"proof", probe_proof},
    {"walk", probe_walk},
};

static json_t *run(char **arguments, struct failure *failure)
{
	struct wanted wanted;

	if (arguments[0] != NULL && strcmp(arguments[0], "files") == 0)
		return look_at_files("", arguments + 1, failure);
	if (arguments[0] != NULL && strcmp(arguments[0], "setup") == 0) {
		set_up(arguments + 1, failure);
		return NULL;
	}
	for (size_t i = 0; i < sizeof(probes) / sizeof(*probes); i++) {
		if (arguments[0] == NULL || strcmp(probes[i].name, arguments[0]) != 0)
			continue;
		if (!read_options(arguments + 1, &wanted, failure))
			return NULL;
		return probes[i].run(&wanted, failure);
	}
	fail(failure, arguments[0] != NULL ? arguments[0] : "",
	     "no probe: watch, proof, walk, files, setup", NULL);
	return NULL;
}

static bool write_all(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(STDOUT_FILENO, bytes, length);

		if (written < 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

static bool print(const json_t *seen, struct failure *failure)
{
	char *line = json_dumps(seen, JSON_COMPACT | JSON_REAL_PRECISION(6));
	bool written = write_all(line, strlen(line)) && write_all("\n", 1);

	if (!written)
		fail(failure, "standard output", strerror(errno), NULL);
	free(line);
	return written;
}

int run_probe(char **arguments)
{
	struct failure failure;

	prctl(PR_SET_DUMPABLE, 0); /* root may read its file, and could trace it: see inject.c */
	json_t *seen = run(arguments, &failure);
	bool printed = seen != NULL && print(seen, &failure);

	json_decref(seen);
	if (printed)
		return 0;
	report_failure("plimsoll probe", &failure);
	return 1;
}
