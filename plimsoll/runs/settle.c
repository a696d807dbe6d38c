#include "plimsoll/runs/settle.h"

#include "plimsoll/runs/kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds by which two ends of one program differ, of one that ends by itself at a set time. */
#define LIFE_DIFFERENCE 0.1

static bool is_true(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

enum kind find_kind(const json_t *baseline, bool is_service)
{
	const json_t *exit = json_object_get(baseline, "exit");

	if (!is_true(baseline, "started"))
		return KIND_BROKEN;
	if (is_true(baseline, "running"))
		return KIND_SERVICE;
	return !is_service && json_is_integer(exit) && json_integer_value(exit) == 0 ? KIND_ONE_SHOT
	                                                                             : KIND_BROKEN;
}

const char *name_kind(enum kind kind)
{
	static const char *const names[] = {"service", "one-shot", "broken"};

	return names[kind];
}

bool works(enum kind kind, const json_t *baseline)
{
	return kind == KIND_ONE_SHOT || (kind == KIND_SERVICE && is_true(baseline, "ready"));
}

static bool has_held(enum kind kind, const json_t *baseline, const json_t *run)
{
	const json_t *exit = json_object_get(run, "exit");

	if (kind == KIND_ONE_SHOT)
		return json_is_integer(exit) && json_equal(exit, json_object_get(baseline, "exit"));
	return is_true(run, "ready");
}

static bool is_zero(const json_t *hexadecimal)
{
	const char *text = json_string_value(hexadecimal);

	return text != NULL && *text != '\0' && text[strspn(text, "0")] == '\0';
}

/* The user that the run asked for, of all four user ids of PID 1. */
static bool has_user(const json_t *proof, const char *user)
{
	const json_t *uids = json_object_get(proof, "uids");
	json_t *uid;
	size_t i;

	if (user == NULL)
		return false;
	json_array_foreach(uids, i, uid)
	{
		if ((json_int_t)strtoul(user, NULL, 10) != json_integer_value(uid))
			return false;
	}
	return json_array_size(uids) > 0;
}

static bool is_limit(const json_t *proof, const char *key, size_t limit)
{
	const json_t *seen = json_object_get(proof, key);

	return json_is_integer(seen) && json_integer_value(seen) == (json_int_t)limit;
}

/* Whether what the probe saw shows the condition of that run; user is the one asked for. */
static bool shows(const json_t *proof, const char *name, const char *user)
{
	const char *written = json_string_value(json_object_get(proof, "root_write"));

	if (strcmp(name, "read_only") == 0)
		return written != NULL && strcmp(written, "EROFS") == 0;
	if (strcmp(name, "no_capabilities") == 0)
		return is_zero(json_object_get(proof, "bounding"));
	if (strcmp(name, "no_new_privileges") == 0)
		return is_true(proof, "no_new_privileges");
	if (strcmp(name, "limits") == 0)
		return is_limit(proof, "memory", LIMITED_MEMORY) &&
		       is_limit(proof, "pids", LIMITED_PIDS);
	if (strcmp(name, "anyone") == 0 || strcmp(name, "openshift") == 0)
		return has_user(proof, user);
	return strcmp(name, "restricted") == 0 && has_user(proof, user) &&
	       is_zero(json_object_get(proof, "bounding")) && is_true(proof, "no_new_privileges");
}

/* What of the probe's answer (null where it gave none) the run's "proof" is; a new reference, or
 * NULL. */
static json_t *choose_proof(const char *name, json_t *proof)
{
	if (strcmp(name, "read_only") == 0)
		return json_incref(json_object_get(proof, "root_write"));
	if (strcmp(name, "no_capabilities") == 0)
		return json_incref(json_object_get(proof, "bounding"));
	if (strcmp(name, "no_new_privileges") == 0 && json_is_object(proof))
		return json_string(is_true(proof, "no_new_privileges") ? "1" : "0");
	return strcmp(name, "restricted") == 0 ? json_incref(proof) : NULL;
}

/* Members of the strict run that are not this run's business. */
static void keep_own_members(const char *name, json_t *run)
{
	bool limited = strcmp(name, "limits") == 0;
	bool user = strcmp(name, "anyone") == 0 || strcmp(name, "openshift") == 0 ||
	            strcmp(name, "restricted") == 0;

	if (!limited) {
		json_object_del(run, "memory");
		json_object_del(run, "pids");
	}
	if (!user)
		json_object_del(run, "user");
	if (strcmp(name, "no_capabilities") == 0)
		json_object_set_new(run, "needs", json_null());
}

/* A limit that the kernel does not let be seen inside is the engine's to hold. */
static bool is_disproved(const json_t *proof, const char *name, const char *user)
{
	if (!json_is_object(proof) || shows(proof, name, user))
		return false;
	return strcmp(name, "limits") != 0 || !json_is_null(json_object_get(proof, "memory")) ||
	       !json_is_null(json_object_get(proof, "pids"));
}

bool settle_confined(const char *name, enum kind kind, const json_t *baseline, json_t *run,
                     char *reason, size_t size)
{
	json_t *proof = json_object_get(run, "proof");
	const char *user = json_string_value(json_object_get(run, "user"));

	json_object_set_new(run, "ready", json_boolean(has_held(kind, baseline, run)));
	if (is_true(run, "ready") && is_disproved(proof, name, user)) {
		snprintf(reason, size, "its condition did not hold: the probe saw another");
		return false;
	}
	json_t *chosen = choose_proof(name, proof);
	if (chosen != NULL)
		json_object_set_new(run, "proof", chosen);
	else
		json_object_del(run, "proof");
	keep_own_members(name, run);
	return true;
}

json_t *show_by_bundle(const char *name, const char *strongest, enum kind kind,
                       const json_t *baseline, const json_t *made)
{
	const json_t *proof = json_object_get(made, "proof");
	const char *user = json_string_value(json_object_get(made, "user"));
	char unused[128];

	/* One that was killed as soon as it was ready may have met another of the conditions. */
	if (kind == KIND_SERVICE && !json_is_null(json_object_get(made, "exit")))
		return NULL;
	if (!has_held(kind, baseline, made) || strcmp(name, "openshift") == 0 ||
	    !shows(proof, name, user))
		return NULL;
	json_t *shown = json_copy((json_t *)made);
	if (strcmp(name, strongest) == 0)
		return shown; /* a run like any other from now on */
	settle_confined(name, kind, baseline, shown, unused, sizeof(unused));
	json_object_set_new(shown, "shown_by", json_string(strongest));
	return shown;
}

static bool has_changed(const json_t *baseline, const char *path)
{
	json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(baseline, "changed"), i, entry)
	{
		const char *changed = json_string_value(json_object_get(entry, "path"));

		if (changed != NULL && strcmp(changed, path) == 0)
			return true;
	}
	return false;
}

void settle_restart(const json_t *baseline, json_t *restart)
{
	json_t *grown = json_object_get(restart, "grown");

	for (size_t i = json_array_size(grown); i-- > 0;) {
		if (has_changed(baseline, json_string_value(json_array_get(grown, i))))
			json_array_remove(grown, i);
	}
}

bool is_outlived(double life, double other)
{
	return other > life + LIFE_DIFFERENCE;
}

const char *name_signal(const char *configured)
{
	const char *abbreviation;

	if (configured == NULL || *configured == '\0')
		return "TERM";
	abbreviation = sigabbrev_np(atoi(configured));
	if (abbreviation != NULL)
		return abbreviation;
	return strncmp(configured, "SIG", 3) == 0 ? configured + 3 : configured;
}

double measure_end(double sent, double finished, double passed)
{
	double after = finished - sent;

	return after >= 0 && after <= passed ? after : passed;
}
