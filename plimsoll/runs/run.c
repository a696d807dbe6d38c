#include "plimsoll/runs/run.h"

#include "plimsoll/engine/tasks.h"
#include "plimsoll/text.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

struct confinement own_way(const struct run *run)
{
	const struct budgets *budgets = run->options->budgets;

	return (struct confinement){
	    .env = (const char *const *)budgets->env,
	    .command = (const char *const *)budgets->command,
	};
}

enum start start_run(struct run *run, const struct confinement *confinement,
                     struct container_state *state, struct failure *failure)
{
	struct failure unknown;

	double asked = now();

	*state = (struct container_state){0};
	if (start_container(run->cage, confinement, run->id, failure)) {
		run->began = now();
		run->starting = run->began - asked;
		return STARTED;
	}
	if (interrupted() == 0 && read_state(run->cage, run->id, state, &unknown) &&
	    !state->running && (state->error[0] != '\0' || state->exit != 0))
		return STARTED_NOT;
	return STARTED_FAILED;
}

bool tell_engine(const struct run *run, const char *const arguments[], double seconds,
                 struct failure *failure)
{
	const struct limits limits = {.seconds = seconds, .out_bytes = 4096};
	struct finished finished;

	if (!ask_client(run->cage->engine, arguments, &limits, &finished, failure))
		return false;
	free_finished(&finished);
	return true;
}

bool start_again(struct run *run, struct failure *failure)
{
	if (!tell_engine(run, (const char *const[]){"start", run->id, NULL}, 30, failure))
		return false;
	run->began = now();
	return true;
}

void discard(const struct run *run, bool may_run)
{
	struct failure left_to_the_cage;

	if (may_run)
		remove_container(run->cage, run->id, &left_to_the_cage);
}

bool await_end(const struct run *run, double seconds)
{
	struct failure ignored; /* it has not ended, as far as is known */

	return seconds > 0 &&
	       tell_engine(run, (const char *const[]){"wait", run->id, NULL}, seconds, &ignored);
}

void pause_for(double seconds)
{
	if (seconds > 0 && interrupted() == 0)
		poll(NULL, 0, (int)(seconds * 1000) + 1);
}

double left_until(const struct run *run, double time)
{
	double left = (time < run->deadline ? time : run->deadline) - now();

	return left > 0 ? left : 0;
}

json_t *new_results(void)
{
	return json_pack("{s:{}, s:{}, s:{}}", "runs", "errors", "lives");
}

void add_run(json_t *results, const char *name, json_t *made)
{
	json_object_set_new(json_object_get(results, "runs"), name, made);
}

void add_error(json_t *results, const char *name, const char *reason)
{
	json_object_set_new(json_object_get(results, "errors"), name,
	                    plain_string(reason, strlen(reason), 500));
}

void add_life(json_t *results, const char *name, const struct container_state *state)
{
	double life = state->finished - state->started;

	if (state->started > 0 && life >= 0)
		json_object_set_new(json_object_get(results, "lives"), name, json_real(life));
}

json_t *seconds_of(double seconds)
{
	return json_real((double)(long long)(seconds * 1000 + 0.5) / 1000);
}

json_t *exit_of(const struct container_state *state)
{
	return state->running ? json_null() : json_integer(state->exit);
}

json_t *output_of(const struct run *run)
{
	struct failure unread;
	json_t *output = read_output(run->cage, run->id, &unread);

	return output != NULL ? output : json_null();
}

bool is_wanted(const struct run_options *options, const char *name)
{
	const char *const *only = options->only;

	while (only != NULL && *only != NULL && strcmp(*only, name) != 0)
		only++;
	return only == NULL || *only != NULL;
}
