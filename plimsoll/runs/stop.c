/* Signals: sent to a process that is proven to live, and what they do. */
#include "plimsoll/runs/changes.h"
#include "plimsoll/runs/kinds.h"
#include "plimsoll/runs/readiness.h"
#include "plimsoll/runs/settle.h"

#include <time.h>

#define STOP_WITHIN 3.0
#define STOP_MARGIN 1.0 /* so that "too late" can be told from "never" */
#define KILL_SECONDS 10.0
#define COMING_UP_MOST 0.5

static const char *stop_signal_of(const struct run *run)
{
	return name_signal(json_string_value(
	    json_object_get(json_object_get(run->image, "config"), "stop_signal")));
}

static double read_clock(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static json_t *describe_end(const char *signal, double after, const struct container_state *state,
                            bool killed)
{
	double age = state->finished - state->started - after;

	return json_pack("{s:s, s:b, s:o, s:o, s:o, s:b}", "signal", signal, "alive", 1, "age",
	                 seconds_of(age > 0 ? age : 0), "after", seconds_of(after), "exit",
	                 exit_of(state), "killed", killed);
}

/*
 * Every program that is PID 1 loses a signal that comes before it has a handler. It gets time to
 * make one that is little beside a start, and longer where that was, as on a busy machine.
 */
static void let_come_up(const struct run *run)
{
	pause_for(run->starting < 2 * COMING_UP_MOST ? run->starting / 2 : COMING_UP_MOST);
}

/* The engine's own KILL, which nothing withstands. */
static bool kill_it(const struct run *run, struct failure *failure)
{
	struct failure ended_meanwhile;

	tell_engine(run, (const char *const[]){"kill", run->id, NULL}, KILL_SECONDS,
	            &ended_meanwhile);
	return await_end(run, KILL_SECONDS) ||
	       fail(failure, run->name, "not even KILL ended it", NULL);
}

/*
 * Sends the signal: `kill` fails where the container does not run, so its success is the proof that
 * it did. Adds the run, and the life that it ended; or an error where it could not be sent.
 */
static bool end_by_signal(const struct run *run, const char *signal, json_t *results,
                          struct failure *failure)
{
	double within = run->options->budgets->stop_within;
	struct container_state state;
	struct failure unsent;

	within = (within > 0 ? within : STOP_WITHIN) + STOP_MARGIN;
	double sent = read_clock(), start = now();
	if (!tell_engine(run, (const char *const[]){"kill", "--signal", signal, run->id, NULL},
	                 KILL_SECONDS, &unsent)) {
		add_error(results, run->name, unsent.text);
		return true;
	}
	if (!read_state(run->cage, run->id, &state, failure))
		return false;
	bool ended = !state.running || await_end(run, left_until(run, start + within));
	double passed = now() - start;
	if ((!ended && !kill_it(run, failure)) ||
	    (state.running && !read_state(run->cage, run->id, &state, failure)))
		return false;
	double after = ended ? measure_end(sent, state.finished, passed) : passed;
	add_run(results, run->name, describe_end(signal, after, &state, !ended));
	add_life(results, run->name, &state);
	return true;
}

/* Starts it, and has it ready, or as far as it comes; *up tells whether it then runs. */
static bool bring_up(struct run *run, const struct confinement *confinement,
                     const struct readiness *readiness, json_t *results, bool *up,
                     struct failure *failure)
{
	struct container_state state;
	struct arrival arrival;

	*up = false;
	switch (start_run(run, confinement, &state, failure)) {
	case STARTED_FAILED:
		return false;
	case STARTED_NOT:
		add_error(results, run->name, state.error);
		return true;
	default:
		break;
	}
	if (!await_ready(run, readiness, &arrival, failure))
		return false;
	free_arrival(&arrival);
	*up = arrival.running;
	if (!*up)
		add_error(results, run->name, "it had ended before there was a signal to send");
	return true;
}

/* "grown" of facts.md, and whether that is partial; both are null where it can't be told: then
 * unread says why. */
static json_t *describe_growth(const struct run *run, const struct sizes *before,
                               const struct sizes *between, struct failure *unread)
{
	struct sizes after;
	bool partial;

	if (between->files == NULL || !read_sizes(run, &after, unread))
		return json_pack("{s:n, s:n}", "grown", "partial");
	json_t *grown = find_grown(before, between, &after, &partial);
	json_decref(after.files);
	return json_pack("{s:o, s:b}", "grown", grown, "partial", partial);
}

static json_t *describe_restart(const struct run *run, const struct readiness *readiness,
                                const struct arrival *arrival, json_t *growth,
                                struct failure *failure)
{
	struct container_state state;

	if (!read_state(run->cage, run->id, &state, failure)) {
		json_decref(growth);
		return NULL;
	}
	json_t *restart = json_pack("{s:b, s:o, s:o}", "ready", arrival->ready, "ready_after",
	                            seconds_of(arrival->after), "exit", exit_of(&state));
	json_object_update(restart, growth);
	json_decref(growth);
	if (!arrival->ready) {
		json_object_set_new(restart, "ready_after", json_null());
		json_object_set_new(restart, "unready", explain_unready(readiness, arrival));
		json_object_set_new(restart, "output", output_of(run));
	}
	return restart;
}

/* The engine could not start it again, as where the program has deleted itself. */
static json_t *describe_refusal(const struct run *run)
{
	struct container_state state;
	struct failure unknown; /* what failed first is what is told */

	if (!read_state(run->cage, run->id, &state, &unknown) || state.error[0] == '\0')
		return NULL;
	return json_pack("{s:b, s:n, s:i, s:s, s:[], s:b, s:o}", "ready", 0, "ready_after", "exit",
	                 state.exit, "error", state.error, "grown", "partial", 0, "output",
	                 output_of(run));
}

/*
 * The second start of the ended container; before: its volumes while it ran, and why, where they
 * could not be read. What was changed besides is not read then, as that can take long: runs.c knows
 * it of the baseline. *unread says why what it left is not known, where it is not.
 */
static json_t *restart(struct run *run, const struct readiness *readiness,
                       const struct sizes *before, struct failure *unread, struct failure *failure)
{
	struct sizes between = {0};
	struct arrival arrival;
	json_t *made = NULL;

	if (before->files != NULL)
		read_sizes(run, &between, unread);
	if (!start_again(run, failure)) {
		made = describe_refusal(run);
	} else if (await_ready(run, readiness, &arrival, failure)) {
		made = describe_restart(run, readiness, &arrival,
		                        describe_growth(run, before, &between, unread), failure);
		free_arrival(&arrival);
	}
	json_decref(between.files);
	return made;
}

static bool stop_and_restart(struct run *run, const struct readiness *readiness, json_t *results,
                             struct failure *failure)
{
	bool wanted = is_wanted(run->options, "restart");
	struct sizes before = {0};
	struct failure reason, unread = {""};
	json_t *again = NULL;

	if (wanted)
		read_volumes(run, &before, &unread);
	if (!end_by_signal(run, stop_signal_of(run), results, failure)) {
		json_decref(before.files);
		return false;
	}
	if (wanted)
		again = restart(run, readiness, &before, &unread, &reason);
	if (again != NULL)
		add_run(results, "restart", again);
	if (wanted && (again == NULL || unread.text[0] != '\0'))
		add_error(results, "restart", again == NULL ? reason.text : unread.text);
	json_decref(before.files);
	return true;
}

json_t *make_stop(struct run *run, struct failure *failure)
{
	const struct confinement confinement = own_way(run);
	json_t *results = new_results();
	struct readiness readiness;
	bool up;

	if (!choose_readiness(run->image, run->options->budgets, &readiness, failure) ||
	    !bring_up(run, &confinement, &readiness, results, &up, failure) ||
	    (up && !stop_and_restart(run, &readiness, results, failure)))
		return NULL;
	return results;
}

json_t *make_interrupt(struct run *run, struct failure *failure)
{
	struct confinement confinement = own_way(run);
	json_t *results = new_results();
	struct readiness readiness;
	bool up;

	confinement.tty = true;
	if (!choose_readiness(run->image, run->options->budgets, &readiness, failure))
		return NULL;
	/* A shell, which ends without a terminal, would sit at this one for all of the time. */
	if (readiness.guessed)
		readiness.within = RUNNING_SECONDS;
	if (!bring_up(run, &confinement, &readiness, results, &up, failure) ||
	    (up && !end_by_signal(run, "INT", results, failure)))
		return NULL;
	return results;
}

json_t *make_stop_early(struct run *run, struct failure *failure)
{
	const struct confinement confinement = own_way(run);
	struct container_state state;
	json_t *results = new_results();

	switch (start_run(run, &confinement, &state, failure)) {
	case STARTED_FAILED:
		return NULL;
	case STARTED_NOT:
		add_error(results, run->name, state.error);
		break;
	default:
		let_come_up(run);
		if (!end_by_signal(run, stop_signal_of(run), results, failure))
			return NULL;
	}
	return results;
}
