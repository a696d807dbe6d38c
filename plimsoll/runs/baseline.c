/* The image in its own way: what all other runs are held against. */
#include "plimsoll/runs/changes.h"
#include "plimsoll/runs/kinds.h"
#include "plimsoll/runs/readiness.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <string.h>

/* Its health is looked at twice: when it is ready, and when the first of the other runs have been
 * made; then it is not younger than this (seconds). */
#define SETTLED_SECONDS 1.5

#define HEALTH_PAUSE 0.1
#define ORPHAN_SECONDS "1"
#define PROBE_SECONDS 10.0

static json_t *describe_start(const struct container_state *state)
{
	return json_pack("{s:[s], s:b, s:s, s:b, s:b, s:i, s:{s:i, s:b, s:s}}", "options",
	                 "--network=none", "started", 0, "error", state->error, "ready", 0,
	                 "running", 0, "exit", state->exit, "output", "bytes", 0, "cut", 0, "last",
	                 "");
}

static json_t *watch_now(const struct run *run, const char *user)
{
	const char *const arguments[] = {"watch", "--for", "0", "--none", NULL};
	struct failure unanswered;

	return probe_container(run->cage, run->id, user, arguments, PROBE_SECONDS, &unanswered);
}

/* Of PID 1, as "UID:GID", where its program was hidden from the probe, which ran as another. */
static bool find_owner(const json_t *watched, char owner[static 32])
{
	const json_t *first = json_array_get(json_object_get(watched, "processes"), 0);
	const json_t *uids = json_object_get(first, "uids"), *gids = json_object_get(first, "gids");

	if (json_integer_value(json_object_get(first, "pid")) != 1 ||
	    json_is_string(json_object_get(first, "path")) || json_array_size(uids) == 0 ||
	    json_array_size(gids) == 0)
		return false;
	snprintf(owner, 32, "%lld:%lld", json_integer_value(json_array_get(uids, 0)),
	         json_integer_value(json_array_get(gids, 0)));
	return true;
}

/* Processes and sockets, once it is ready; the readiness may have looked already. */
static void look_inside(const struct run *run, struct arrival *arrival, json_t *baseline)
{
	char owner[32];

	if (arrival->watched == NULL && arrival->running)
		arrival->watched = watch_now(run, NULL);
	if (arrival->running && find_owner(arrival->watched, owner)) {
		json_t *again = watch_now(run, owner);

		if (json_array_size(json_object_get(again, "processes")) > 0) {
			json_decref(arrival->watched);
			arrival->watched = json_incref(again);
		}
		json_decref(again);
	}
	json_object_set(baseline, "processes", json_object_get(arrival->watched, "processes"));
	json_object_set(baseline, "listening", json_object_get(arrival->watched, "listening"));
}

static void add_orphan(const struct run *run, json_t *results)
{
	const char *const arguments[] = {"orphan", "--for", ORPHAN_SECONDS, NULL};
	struct failure failure;
	json_t *orphan =
	    probe_container(run->cage, run->id, NULL, arguments, PROBE_SECONDS, &failure);

	if (orphan != NULL)
		add_run(results, "orphan", orphan);
	else
		add_error(results, "orphan", failure.text);
}

static void add_health(json_t *health, const char *state)
{
	const char *last = json_string_value(json_array_get(health, json_array_size(health) - 1));

	if (*state != '\0' && (last == NULL || strcmp(last, state) != 0))
		json_array_append_new(health, json_string(state));
}

/* As often as it may fail in a row. "" where it has ended meanwhile, which is not ill health. */
static const char *ask_health(const struct run *run, const struct readiness *readiness)
{
	struct container_state state;
	struct failure unknown;

	for (unsigned int failed = 0; failed < readiness->retries; failed++) {
		if (is_healthy(run, readiness))
			return "healthy";
		if (!read_state(run->cage, run->id, &state, &unknown) || !state.running)
			return "";
		pause_for(left_until(run, now() + HEALTH_PAUSE));
	}
	return "unhealthy";
}

/* By the image's own test, asked by plimsoll: the engine's interval may be half a minute. */
static json_t *describe_health(const struct run *run, const struct readiness *readiness,
                               bool was_ready, const struct container_state *state)
{
	json_t *health = json_array();

	if (readiness->test == NULL)
		return health;
	add_health(health, "starting");
	if (was_ready)
		add_health(health, "healthy");
	if (state->running)
		add_health(health, ask_health(run, readiness));
	return health;
}

/* "changed" is null where it can't be read. */
static void add_changes(const struct run *run, json_t *baseline)
{
	struct failure unread;
	json_t *changed = read_changes(run, &unread);

	json_object_set_new(baseline, "changed", changed != NULL ? changed : json_null());
}

bool finish_baseline(const struct run *run, json_t *results, struct failure *failure)
{
	json_t *baseline = json_object_get(json_object_get(results, "runs"), run->name);
	bool was_ready = json_is_true(json_object_get(baseline, "ready"));
	struct container_state state;
	struct readiness readiness;

	if (!choose_readiness(run->image, run->options->budgets, &readiness, failure))
		return false;
	await_end(run, left_until(run, run->began + SETTLED_SECONDS));
	if (!read_state(run->cage, run->id, &state, failure))
		return false;
	double alive = state.running ? now() - run->began : state.finished - state.started;
	json_object_set_new(baseline, "health",
	                    describe_health(run, &readiness, was_ready, &state));
	json_object_set_new(baseline, "running", json_boolean(state.running));
	json_object_set_new(baseline, "exit", exit_of(&state));
	json_object_set_new(baseline, "alive_for", seconds_of(alive > 0 ? alive : 0));
	json_object_set_new(baseline, "output", output_of(run));
	if (!state.running || json_object_get(baseline, "changed") == NULL)
		add_changes(run, baseline);
	if (!state.running)
		add_life(results, run->name, &state);
	return true;
}

static json_t *describe_arrival(const struct arrival *arrival)
{
	json_t *baseline =
	    json_pack("{s:[s], s:b, s:n, s:b, s:s, s:o}", "options", "--network=none", "started", 1,
	              "error", "ready", arrival->ready, "ready_by", name_readiness(arrival->by),
	              "ready_after", seconds_of(arrival->after));

	if (!arrival->ready)
		json_object_set_new(baseline, "ready_after", json_null());
	return baseline;
}

static bool follow(struct run *run, const struct readiness *readiness, json_t *results,
                   struct failure *failure)
{
	struct arrival arrival;

	if (!await_ready(run, readiness, &arrival, failure))
		return false;
	json_t *baseline = describe_arrival(&arrival);
	add_run(results, "baseline", baseline);
	look_inside(run, &arrival, baseline);
	if (arrival.running && is_wanted(run->options, "orphan"))
		add_orphan(run, results);
	free_arrival(&arrival);
	if (arrival.ready)
		add_changes(run, baseline);
	return true;
}

json_t *make_baseline(struct run *run, struct failure *failure)
{
	const struct confinement confinement = own_way(run);
	struct container_state state;
	struct readiness readiness;
	json_t *results = new_results();

	if (!choose_readiness(run->image, run->options->budgets, &readiness, failure))
		return NULL;
	switch (start_run(run, &confinement, &state, failure)) {
	case STARTED_FAILED:
		return NULL;
	case STARTED_NOT:
		add_run(results, "baseline", describe_start(&state));
		return results;
	default:
		break;
	}
	json_object_set_new(results, "id", json_string(run->id));
	json_object_set_new(results, "began", json_real(run->began));
	return follow(run, &readiness, results, failure) ? results : NULL;
}
