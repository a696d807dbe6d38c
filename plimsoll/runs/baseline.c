/* The image in its own way: what all other runs are held against. */
#include "plimsoll/engine/tasks.h"
#include "plimsoll/runs/changes.h"
#include "plimsoll/runs/kinds.h"
#include "plimsoll/runs/readiness.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <string.h>

/* Its health is looked at twice: when it is ready, and when the first of the other runs have been
 * made; then it is not younger than this (seconds). */
#define SETTLED_SECONDS 1.5

static json_t *describe_start(const struct container_state *state)
{
	return json_pack("{s:[s], s:b, s:s, s:b, s:b, s:i, s:{s:i, s:b, s:s}}", "options",
	                 "--network=none", "started", 0, "error", state->error, "ready", 0,
	                 "running", 0, "exit", state->exit, "output", "bytes", 0, "cut", 0, "last",
	                 "");
}

/* Processes and sockets, once it is ready; the readiness may have looked already. */
static bool look_inside(const struct run *run, const struct readiness *readiness,
                        struct arrival *arrival, json_t *baseline, struct failure *failure)
{
	static const char *const members[] = {"processes", "listening"};

	if (arrival->watched == NULL && arrival->running &&
	    !watch_now(run, readiness, &arrival->watched, failure))
		return false;
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		json_t *seen = json_object_get(arrival->watched, members[i]);

		json_object_set_new(baseline, members[i],
		                    seen != NULL ? json_incref(seen) : json_null());
	}
	return true;
}

static void add_orphan(const json_t *watched, json_t *results)
{
	json_t *orphan = json_object_get(watched, "orphan");
	const char *error = json_string_value(json_object_get(watched, "orphan_error"));

	if (orphan != NULL)
		add_run(results, "orphan", json_incref(orphan));
	else
		add_error(results, "orphan", error != NULL ? error : "the probe did not answer");
}

static void add_health(json_t *health, const char *state)
{
	const char *last = json_string_value(json_array_get(health, json_array_size(health) - 1));

	if (*state != '\0' && (last == NULL || strcmp(last, state) != 0))
		json_array_append_new(health, json_string(state));
}

/*
 * "" where it has ended meanwhile, which is not ill health. One that runs, and lets nobody ask, is
 * ill, as it would be to an engine that asked. NULL and failure where the engine, or the probe,
 * does not say.
 */
static const char *name_health(const struct run *run, const struct readiness *readiness,
                               json_t **said, struct failure *failure)
{
	struct container_state state;
	enum health health;

	if (!ask_health(run, readiness, &health, said, failure))
		return NULL;
	switch (health) {
	case HEALTHY:
		return "healthy";
	case UNHEALTHY:
		return "unhealthy";
	default:
		if (!read_state(run->cage, run->id, &state, failure))
			return NULL;
		return state.running ? "unhealthy" : "";
	}
}

/* The last look at the baseline, in two tasks, as all wait for it. */
struct last_look {
	const struct run *run;
	const struct readiness *readiness;
	const struct container_state *state;
	bool was_ready;
};

/* By the image's own test, asked by plimsoll: the engine's interval may be half a minute. */
static json_t *look_at_health(void *context, struct failure *failure)
{
	const struct last_look *look = context;
	json_t *health = json_array(), *said = json_null();
	bool tested = look->readiness->test != NULL;
	const char *last = "";

	if (tested && look->state->running &&
	    (last = name_health(look->run, look->readiness, &said, failure)) == NULL)
		return NULL;
	if (tested) {
		add_health(health, "starting");
		if (look->was_ready)
			add_health(health, "healthy");
		add_health(health, last);
	}
	return json_pack("{s:o, s:o}", "health", health, "health_output", said);
}

/* "changed" is null where it can't be read, and "error" says why; else there is no error. */
static json_t *look_at_traces(void *context, struct failure *failure)
{
	const struct last_look *look = context;
	json_t *output = output_of(look->run), *changed = read_changes(look->run, failure);

	if (changed != NULL)
		return json_pack("{s:o, s:o}", "output", output, "changed", changed);
	return json_pack("{s:o, s:n, s:o}", "output", output, "changed", "unread",
	                 plain_string(failure->text, strlen(failure->text), 500));
}

/* What the tasks saw becomes the baseline's, and what they could not see an error beside it. */
static void take_look(json_t *results, json_t *baseline, json_t *seen)
{
	const char *unread = json_string_value(json_object_get(seen, "unread"));

	if (unread != NULL)
		add_error(results, "baseline", unread);
	json_object_del(seen, "unread");
	json_object_update(baseline, seen);
}

static bool look_last(struct last_look *look, json_t *results, json_t *baseline,
                      struct failure *failure)
{
	struct task tasks[] = {{.name = "health", .run = look_at_health},
	                       {.name = "traces", .run = look_at_traces}};
	const size_t count = sizeof(tasks) / sizeof(*tasks);
	bool done = true;

	for (size_t i = 0; i < count; i++) {
		tasks[i].context = look;
		tasks[i].seconds = left_until(look->run, look->run->deadline) + BEHIND_SECONDS;
	}
	run_tasks(tasks, count, count, NULL, NULL);
	for (size_t i = 0; i < count; i++) {
		if (tasks[i].result == NULL) {
			*failure = tasks[i].failure;
			done = false;
			continue;
		}
		take_look(results, baseline, tasks[i].result);
		json_decref(tasks[i].result);
	}
	return done;
}

bool finish_baseline(const struct run *run, json_t *results, struct failure *failure)
{
	json_t *baseline = json_object_get(json_object_get(results, "runs"), run->name);
	struct container_state state;
	struct readiness readiness;
	struct last_look look = {run, &readiness, &state,
	                         json_is_true(json_object_get(baseline, "ready"))};

	if (!choose_readiness(run->image, run->options->budgets, &readiness, failure))
		return false;
	await_end(run, left_until(run, run->began + SETTLED_SECONDS));
	if (!read_state(run->cage, run->id, &state, failure))
		return false;
	double alive = state.running ? now() - run->began : state.finished - state.started;
	json_object_set_new(baseline, "running", json_boolean(state.running));
	json_object_set_new(baseline, "exit", exit_of(&state));
	json_object_set_new(baseline, "alive_for", seconds_of(alive > 0 ? alive : 0));
	if (!state.running)
		add_life(results, run->name, &state);
	return look_last(&look, results, baseline, failure);
}

static json_t *describe_arrival(const struct readiness *readiness, const struct arrival *arrival)
{
	json_t *baseline =
	    json_pack("{s:[s], s:b, s:n, s:b, s:s, s:o, s:o}", "options", "--network=none",
	              "started", 1, "error", "ready", arrival->ready, "ready_by",
	              name_readiness(arrival->by), "ready_after", seconds_of(arrival->after),
	              "unready", explain_unready(readiness, arrival));

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
	json_t *baseline = describe_arrival(readiness, &arrival);
	add_run(results, "baseline", baseline);
	if (!look_inside(run, readiness, &arrival, baseline, failure))
		return false;
	if (arrival.running && readiness->orphan)
		add_orphan(arrival.watched, results);
	free_arrival(&arrival);
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
	readiness.orphan = is_wanted(run->options, "orphan");
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
