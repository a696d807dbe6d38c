/* Under one condition, or several: is it ready all the same, and did the condition hold? */
#include "plimsoll/runs/kinds.h"
#include "plimsoll/runs/readiness.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBE_SECONDS 10.0

static const struct condition {
	const char *name;
	struct confinement confinement;
} conditions[] = {
    /* All of those that follow but "openshift", at once. */
    {"strict",
     {.user = ANYONE,
      .read_only = true,
      .no_capabilities = true,
      .no_new_privileges = true,
      .memory = LIMITED_MEMORY,
      .pids = LIMITED_PIDS}},
    /* Those that one who starts as root mostly bears; and nearly every one. */
    {"mild",
     {.read_only = true,
      .no_new_privileges = true,
      .memory = LIMITED_MEMORY,
      .pids = LIMITED_PIDS}},
    {"milder", {.no_new_privileges = true, .memory = LIMITED_MEMORY, .pids = LIMITED_PIDS}},
    {"read_only", {.read_only = true}},
    {"anyone", {.user = ANYONE}},
    {"openshift", {.user = ANYONE_OF_ROOTS_GROUP}},
    {"no_capabilities", {.no_capabilities = true}},
    {"no_new_privileges", {.no_new_privileges = true}},
    {"restricted", {.user = ANYONE, .no_capabilities = true, .no_new_privileges = true}},
    {"limits", {.memory = LIMITED_MEMORY, .pids = LIMITED_PIDS}},
};

/* A number other than 0 alone is known not to be root: what runAsNonRoot of Kubernetes asks for. */
static bool is_unprivileged(const char *user)
{
	return user != NULL && *user != '\0' && strtoul(user, NULL, 10) != 0 &&
	       user[strspn(user, "0123456789")] == (strchr(user, ':') != NULL ? ':' : '\0');
}

static struct confinement confine(const struct run *run)
{
	const struct condition *condition = conditions;
	const char *own =
	    json_string_value(json_object_get(json_object_get(run->image, "config"), "user"));
	struct confinement common = own_way(run), confinement;

	while (strcmp(condition->name, run->name) != 0)
		condition++;
	confinement = condition->confinement;
	confinement.env = common.env;
	confinement.command = common.command;
	/* In all of them: else "strict" would have what those that it stands for have not. */
	confinement.tmpfs = (const char *const *)run->options->budgets->writable;
	if (strcmp(run->name, "restricted") == 0 && is_unprivileged(own))
		confinement.user = own;
	return confinement;
}

/*
 * Mostly the readiness has it already. A program that has ended can't be looked at: the probe
 * itself takes its place, in a container of the same options. NULL where that does not work: then
 * nothing is proven.
 */
static json_t *prove(const struct run *run, const struct confinement *confinement,
                     const json_t *watched, bool running)
{
	static const char *const arguments[] = {"proof", NULL};
	json_t *proof = json_object_get(watched, "proof");
	struct failure unproven;

	if (proof != NULL)
		return json_incref(proof);
	return running ? probe_container(run->cage, run->id, arguments, PROBE_SECONDS, &unproven)
	               : probe_alone(run->cage, confinement, arguments, PROBE_SECONDS, &unproven);
}

static json_t *describe(const struct run *run, const struct confinement *confinement,
                        const struct readiness *readiness, const struct arrival *arrival,
                        const struct container_state *state)
{
	json_t *made = json_pack("{s:b, s:o, s:o, s:o}", "ready", arrival->ready, "ready_after",
	                         seconds_of(arrival->after), "exit", exit_of(state), "output",
	                         arrival->ready && state->running ? json_null() : output_of(run));
	/* Nothing is to be proven of one that did not work. */
	bool worked = arrival->ready || (!state->running && state->exit == 0);
	json_t *proof = worked ? prove(run, confinement, arrival->watched, state->running) : NULL;

	if (!arrival->ready) {
		json_object_set_new(made, "ready_after", json_null());
		json_object_set_new(made, "unready", explain_unready(readiness, arrival));
	}
	json_object_set_new(made, "proof", proof != NULL ? proof : json_null());
	if (confinement->user != NULL)
		json_object_set_new(made, "user", json_string(confinement->user));
	if (confinement->memory != 0)
		json_object_set_new(made, "memory", json_integer((json_int_t)confinement->memory));
	if (confinement->pids != 0)
		json_object_set_new(made, "pids", json_integer(confinement->pids));
	return made;
}

/* The engine could not even start it so: as a user that may not execute its program. */
static json_t *describe_refusal(const struct confinement *confinement,
                                const struct container_state *state)
{
	json_t *made =
	    json_pack("{s:b, s:i, s:s, s:{s:i, s:b, s:s}}", "ready", 0, "exit", state->exit,
	              "error", state->error, "output", "bytes", 0, "cut", 0, "last", "");

	if (confinement->user != NULL)
		json_object_set_new(made, "user", json_string(confinement->user));
	return made;
}

static bool watch_confined(const struct run *run, const struct confinement *confinement,
                           const struct readiness *readiness, json_t *results,
                           struct failure *failure)
{
	struct container_state state;
	struct arrival arrival;

	if (!await_ready(run, readiness, &arrival, failure) ||
	    !read_end(run, &arrival, &state, failure))
		return false;
	add_run(results, run->name, describe(run, confinement, readiness, &arrival, &state));
	free_arrival(&arrival);
	discard(run, state.running);
	return true;
}

json_t *make_confined(struct run *run, struct failure *failure)
{
	const struct confinement confinement = confine(run);
	struct container_state state;
	struct readiness readiness;
	json_t *results = new_results();

	if (!choose_readiness(run->image, run->options->budgets, &readiness, failure))
		return NULL;
	readiness.proof = true;
	switch (start_run(run, &confinement, &state, failure)) {
	case STARTED_FAILED:
		return NULL;
	case STARTED_NOT:
		add_run(results, run->name, describe_refusal(&confinement, &state));
		break;
	default:
		if (!watch_confined(run, &confinement, &readiness, results, failure))
			return NULL;
	}
	return results;
}
