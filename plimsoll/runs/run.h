#ifndef PLIMSOLL_RUNS_RUN_H
#define PLIMSOLL_RUNS_RUN_H

#include "plimsoll/engine/cage.h"
#include "plimsoll/runs/runs.h"

#include <jansson.h>

/* One run: a container of the image, and what becomes of it. Made in a task of its own. */
struct run {
	const struct cage *cage;
	const json_t *image; /* the object of facts.md */
	const struct run_options *options;
	const char *name;
	char id[65];
	double began;    /* now() just after the container was started: it is no younger */
	double starting; /* seconds that this took */
	double deadline; /* of now(): by then the run must be over */
};

/* Seconds that a client has beyond what it waits for inside, as it may take long to be let in; and
 * those that a task has behind the run's own, at whose end it may still wait so. */
#define CLIENT_SECONDS 8.0
#define BEHIND_SECONDS (CLIENT_SECONDS + 1)

/* What the image's own way is, with the budgets' variables and command. */
struct confinement own_way(const struct run *run);

/*
 * How a container came up. STARTED_NOT is the image's fault: state says why. STARTED_FAILED is the
 * engine's, and failure says why.
 */
enum start { STARTED, STARTED_NOT, STARTED_FAILED };
enum start start_run(struct run *run, const struct confinement *confinement,
                     struct container_state *state, struct failure *failure);

/* Starts the ended container once more. */
bool start_again(struct run *run, struct failure *failure);

/* Removes its container where it may run. One that has ended costs nothing: close_cage() removes
 * all of these at once. */
void discard(const struct run *run, bool may_run);

/* Waits at most seconds for the container's end; true where it has ended. */
bool await_end(const struct run *run, double seconds);

/* Waits, or less where plimsoll is interrupted. */
void pause_for(double seconds);

/* Seconds from now until time, or the run's own deadline where that is earlier; never below 0. */
double left_until(const struct run *run, double time);

/* `client ARGUMENT…`, whose output does not matter; at most seconds. */
bool tell_engine(const struct run *run, const char *const arguments[], double seconds,
                 struct failure *failure);

/*
 * What a task gives back: {"runs": {NAME: object}, "errors": {NAME: reason}, "lives": {NAME:
 * seconds}}. A life is how long a container was up until it ended, by the engine's clock.
 */
json_t *new_results(void);
void add_run(json_t *results, const char *name, json_t *made);
void add_error(json_t *results, const char *name, const char *reason);
void add_life(json_t *results, const char *name, const struct container_state *state);

/* Seconds to the millisecond: more is noise. */
json_t *seconds_of(double seconds);

/* "exit" of facts.md: null while it runs. And "output", or null where it can't be read. */
json_t *exit_of(const struct container_state *state);
json_t *output_of(const struct run *run);

/* Whether the run of that name is asked for. */
bool is_wanted(const struct run_options *options, const char *name);

#endif
