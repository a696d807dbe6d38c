/* Other words in place of CMD: one that no program knows, and another program. */
#include "plimsoll/runs/kinds.h"
#include "plimsoll/runs/readiness.h"

#include <string.h>

/* It may take its time to refuse, but not longer than this (seconds). */
#define REFUSED_WITHIN 3.0

/* What is executed first where there is no ENTRYPOINT; NULL: there is one, or nothing at all. */
static const char *find_program(const struct run *run)
{
	const json_t *config = json_object_get(run->image, "config");
	char **command = run->options->budgets->command;

	if (json_array_size(json_object_get(config, "entrypoint")) > 0)
		return NULL;
	if (command != NULL && command[0] != NULL)
		return command[0];
	return json_string_value(json_array_get(json_object_get(config, "cmd"), 0));
}

static json_t *describe(const struct run *run, const struct container_state *state)
{
	return json_pack("{s:s, s:o, s:b, s:o}", "argument", BAD_ARGUMENT, "exit", exit_of(state),
	                 "running", state->running, "output", output_of(run));
}

/* Runs it with the command, and reads how it is at the end, or when it is ready all the same. */
static bool run_command(struct run *run, const char *const command[], double within,
                        struct container_state *state, struct failure *failure)
{
	struct confinement confinement = own_way(run);
	struct readiness readiness;
	struct arrival arrival;

	confinement.command = command;
	if (!choose_readiness(run->image, run->options->budgets, &readiness, failure))
		return false;
	readiness.within = readiness.within < within ? readiness.within : within;
	switch (start_run(run, &confinement, state, failure)) {
	case STARTED_FAILED:
		return false;
	case STARTED_NOT:
		return true;
	default:
		if (!await_ready(run, &readiness, &arrival, failure))
			return false;
		bool read = read_end(run, &arrival, state, failure);

		free_arrival(&arrival);
		return read;
	}
}

json_t *make_bad_argument(struct run *run, struct failure *failure)
{
	const char *program = find_program(run);
	const char *command[] = {program, BAD_ARGUMENT, NULL};
	json_t *results = new_results();
	struct container_state state;

	if (!run_command(run, program != NULL ? command : command + 1, REFUSED_WITHIN, &state,
	                 failure))
		return NULL;
	add_run(results, run->name, describe(run, &state));
	discard(run, state.running);
	return results;
}

/* The engine could not start it with that command, and says why. */
static bool is_refused(const struct run *run)
{
	struct container_state state;
	struct failure unknown;

	return read_state(run->cage, run->id, &state, &unknown) && state.error[0] != '\0';
}

/* The probe as the command: where it ran, that stands in what was written. */
json_t *make_override(struct run *run, struct failure *failure)
{
	const char *const command[] = {run->cage->program, "probe", "proof", NULL};
	const struct limits limits = {.seconds = REFUSED_WITHIN, .out_bytes = 4096};
	struct confinement confinement = own_way(run);
	struct finished finished = {.timed_out = false};
	json_t *results = new_results();

	confinement.command = command;
	bool started = run_container(run->cage, &confinement, &limits, run->id, &finished, failure);
	if (!started && !is_refused(run))
		return NULL;
	json_t *output = output_of(run);
	const char *last = json_string_value(json_object_get(output, "last"));
	bool ran = last != NULL && strncmp(last, "{\"root_write\":", 14) == 0;
	add_run(results, run->name, json_pack("{s:b, s:o}", "ran", ran, "output", output));
	discard(run, finished.timed_out);
	free_finished(&finished);
	return results;
}
