#include "plimsoll/judge/judge.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACTS_VERSION 1

/*
 * What is read of facts.md: the members of an object, each with its type behind a colon: string,
 * integer, number, bool, object or array, by the first letter. "*" stands for each element of an
 * array, and each member of an object. All may be null, or left out: then nobody looked. No number
 * is negative.
 */
static const struct shape {
	const char *parent, *members;
} shapes[] = {
    {"", "errors:o image:o layers:o files:o runs:o structure:a"},
    {"errors", "*:s"},
    {"structure", "*:o"},
    {"structure.*", "name:s kind:s outcome:s found:s expected:s"},
    {"image", "reference:s id:s digest:s architecture:s size:i layer_count:i config:o history:a"},
    {"image.config", "user:s entrypoint:a cmd:a shell_form:o env:a working_dir:s volumes:a ports:a "
                     "stop_signal:s healthcheck:o labels:o"},
    {"image.config.entrypoint", "*:s"},
    {"image.config.cmd", "*:s"},
    {"image.config.shell_form", "*:b"},
    {"image.config.env", "*:o"},
    {"image.config.env.*", "name:s value:s secret:s"},
    {"image.config.volumes", "*:s"},
    {"image.config.ports", "*:o"},
    {"image.config.ports.*", "port:i protocol:s"},
    {"image.config.healthcheck", "test:a interval:n timeout:n start_period:n retries:i"},
    {"image.config.healthcheck.test", "*:s"},
    {"image.config.labels", "*:s"},
    {"image.history", "*:o"},
    {"image.history.*", "created_by:s empty:b secret:s"},
    {"layers", "list:a waste:o deleted_secrets:a unlisted:o doubt:s"},
    {"layers.list", "*:o"},
    {"layers.waste", "bytes:i efficiency:n paths:a"},
    {"layers.waste.paths", "*:o"},
    {"layers.waste.paths.*", "path:s bytes:i copies:i"},
    {"layers.deleted_secrets", "*:o"},
    {"layers.deleted_secrets.*", "path:s kind:s layer:i"},
    {"layers.unlisted", "*:i"},
    {"files.unlisted", "*:i"},
    {"files", "source:s count:i bytes:i cut:b partial:b unlisted:o setuid:a capabilities:a "
              "world_writable:a unowned:a "
              "secrets:a junk:a caches:a tools:a users:a groups:a programs:a working_dir:o "
              "time_zone:s"},
    {"files.setuid", "*:o"},
    {"files.capabilities", "*:o"},
    {"files.world_writable", "*:o"},
    {"files.unowned", "*:o"},
    {"files.secrets", "*:o"},
    {"files.junk", "*:o"},
    {"files.caches", "*:o"},
    {"files.tools", "*:o"},
    {"files.users", "*:o"},
    {"files.groups", "*:o"},
    {"files.programs", "*:o"},
    {"files.*.*", "path:s mode:s uid:i gid:i layer:i directory:b kind:s bytes:i name:s password:s "
                  "role:s argument:s executable:b format:s machine:s interpreter:s "
                  "interpreter_found:b"},
    {"files.working_dir", "found:b directory:b mode:s"},
    {"runs", "kind:s errors:o baseline:o stop:o stop_early:o interrupt:o orphan:o restart:o "
             "read_only:o anyone:o openshift:o no_capabilities:o no_new_privileges:o restricted:o "
             "limits:o bad_argument:o override:o"},
    {"runs.errors", "*:s"},
    {"runs.*",
     "started:b error:s ready:b ready_by:s ready_after:n unready:s running:b exit:i alive_for:n "
     "health:a health_output:s processes:a listening:a changed:a output:o shown_by:s signal:s "
     "alive:b age:n after:n killed:b outlived_by_baseline:b existed:b reaped:b reaped_after:n "
     "grown:a partial:b user:s needs:a memory:i pids:i argument:s ran:b"},
    {"runs.*.output", "bytes:i cut:b last:s"},
    {"runs.*.needs", "*:s"},
    {"runs.baseline.health", "*:s"},
    {"runs.baseline.processes", "*:o"},
    {"runs.baseline.processes.*",
     "pid:i ppid:i state:s name:s path:s argument:s uids:a gids:a groups:a "
     "capabilities:o no_new_privileges:b seccomp:i"},
    {"runs.baseline.processes.*.uids", "*:i"},
    {"runs.baseline.processes.*.gids", "*:i"},
    {"runs.baseline.processes.*.groups", "*:i"},
    {"runs.baseline.processes.*.capabilities", "*:s"},
    {"runs.baseline.listening", "*:o"},
    {"runs.baseline.listening.*", "protocol:s address:s port:i"},
    {"runs.baseline.changed", "*:o"},
    {"runs.baseline.changed.*", "path:s change:s"},
};

/* Where the check stands, spelled out, and where it may tell what is wrong. */
struct place {
	char path[160];
	char *reason;
	size_t size;
};

static void enter(struct place *place, const char *key, size_t length)
{
	size_t used = strlen(place->path);

	snprintf(place->path + used, sizeof(place->path) - used, "%s%.*s", used > 0 ? "." : "",
	         (int)length, key);
}

static bool refuse(const struct place *place, const char *what)
{
	snprintf(place->reason, place->size, "%s: %s", place->path, what);
	return false;
}

/* Calls visit for the members that the key means: that one, or each. */
static bool visit_members(const json_t *parent, const char *key, size_t length, struct place *place,
                          bool (*visit)(const json_t *, const char *, struct place *),
                          const char *rest)
{
	size_t end = strlen(place->path), i;
	const char *name;
	json_t *value;
	char index[24];

	if (*key != '*') {
		enter(place, key, length);
		bool good = visit(json_object_getn(parent, key, length), rest, place);
		if (good)
			place->path[end] = '\0';
		return good;
	}
	json_array_foreach(parent, i, value)
	{
		snprintf(index, sizeof(index), "%zu", i);
		enter(place, index, strlen(index));
		if (!visit(value, rest, place))
			return false;
		place->path[end] = '\0';
	}
	json_object_foreach((json_t *)parent, name, value)
	{
		enter(place, name, strlen(name));
		if (!visit(value, rest, place))
			return false;
		place->path[end] = '\0';
	}
	return true;
}

/* type begins with the letter of struct shape. */
static bool check_type(const json_t *value, const char *type, struct place *place)
{
	if (value == NULL || json_is_null(value))
		return true;
	if ((*type == 'i' || *type == 'n') && json_number_value(value) < 0)
		return refuse(place, "must not be negative");
	switch (*type) {
	case 's':
		return json_is_string(value) || refuse(place, "must be a string, or null");
	case 'i':
		return json_is_integer(value) || refuse(place, "must be a whole number, or null");
	case 'n':
		return json_is_number(value) || refuse(place, "must be a number, or null");
	case 'b':
		return json_is_boolean(value) || refuse(place, "must be true, false or null");
	case 'o':
		return json_is_object(value) || refuse(place, "must be an object, or null");
	default:
		return json_is_array(value) || refuse(place, "must be an array, or null");
	}
}

/* members as in struct shape. */
static bool check_members(const json_t *parent, const char *members, struct place *place)
{
	while (*members != '\0') {
		size_t length = strcspn(members, ":");

		if (!visit_members(parent, members, length, place, check_type,
		                   members + length + 1))
			return false;
		members += strcspn(members, " ");
		members += strspn(members, " ");
	}
	return true;
}

/* Follows the rest of a shape's parent, up to the colon, then checks the members behind that. */
static bool follow(const json_t *value, const char *path, struct place *place)
{
	size_t length = strcspn(path, ".:");

	if (*path == ':')
		return check_members(value, path + 1, place);
	return visit_members(value, path, length, place, follow,
	                     path + length + (path[length] == '.'));
}

static bool check_shape(const json_t *facts, const struct shape *shape, struct place *place)
{
	char path[640];

	snprintf(path, sizeof(path), "%s:%s", shape->parent, shape->members);
	return follow(facts, path, place);
}

/* As make_plain() writes it: each backslash there is one of two here. */
static bool is_plain(const char *text)
{
	char *plain = make_plain(text, strlen(text), strlen(text));
	const char *to = plain;

	for (; *text != '\0' && *text == *to; text++, to++)
		if (*text == '\\')
			to++;
	bool same = *text == '\0' && *to == '\0';
	free(plain);
	return same;
}

/* No text of the facts may drive a terminal: they may be from a file of somebody else's. */
static bool check_texts(const json_t *value, const char *rest, struct place *place)
{
	static const char wanted[] = "holds what can't be shown: it must be written \\xNN";
	const char *name;
	json_t *member;

	if (json_is_string(value) && !is_plain(json_string_value(value)))
		return refuse(place, wanted);
	json_object_foreach((json_t *)value, name, member)
	{
		if (!is_plain(name))
			return refuse(place, "a key holds what can't be shown");
	}
	if (!json_is_object(value) && !json_is_array(value))
		return true;
	return visit_members(value, "*", 1, place, check_texts, rest);
}

bool check_facts(const json_t *facts, char *reason, size_t size)
{
	struct place place = {.path = "", .reason = reason, .size = size};
	const json_t *version = json_object_get(facts, "facts");

	if (!json_is_object(facts) || version == NULL) {
		snprintf(reason, size,
		         "facts: no such key: it must be an object of `plimsoll facts`");
		return false;
	}
	if (!json_is_integer(version) || json_integer_value(version) != FACTS_VERSION) {
		snprintf(reason, size, "facts: must be %d, the version that is known",
		         FACTS_VERSION);
		return false;
	}
	if (!check_texts(facts, "", &place))
		return false;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		place.path[0] = '\0';
		if (!check_shape(facts, &shapes[i], &place))
			return false;
	}
	return true;
}
