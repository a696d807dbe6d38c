#ifndef PLIMSOLL_RUNS_READINESS_H
#define PLIMSOLL_RUNS_READINESS_H

#include "plimsoll/probe/probe.h"
#include "plimsoll/runs/run.h"

/* Seconds that count as running, where that is asked for; where it is but all that is seen, a
 * service has the time in which others get ready, and a program that ends has it to end. */
#define RUNNING_SECONDS 2.0
#define READY_WITHIN 10.0

enum ready_by { BY_HEALTHCHECK, BY_PORT, BY_LISTENING, BY_RUNNING };

/* By what an image is taken to be ready. */
struct readiness {
	enum ready_by by;
	const json_t *test; /* BY_HEALTHCHECK: the test, of the image's object; else NULL */
	double test_seconds;
	unsigned int retries; /* of the test: as many failures in a row are ill health */
	unsigned int ports[MOST_PORTS + 1]; /* BY_PORT: one of them accepts; up to a 0 */
	double within;                      /* seconds; BY_RUNNING: it has to run so long */
	bool guessed; /* BY_LISTENING that becomes BY_RUNNING where nothing listens */
	bool proof;   /* what the probe sees when it is ready is to have its "proof" */
	bool orphan;  /* what the probe sees is to have an "orphan" */
};

/*
 * What the budgets name, or else, in this order, what the image has: a HEALTHCHECK, TCP ports that
 * it EXPOSEs, or nothing. False and failure where the budgets name what the image does not have.
 */
bool choose_readiness(const json_t *image, const struct budgets *budgets,
                      struct readiness *readiness, struct failure *failure);
const char *name_readiness(enum ready_by by);

/* What was found at the end of the wait. */
struct arrival {
	bool ready, running;
	double after;  /* seconds since the start */
	double waited; /* seconds since the start that it had, at most */
	enum ready_by by;
	json_t *watched; /* the probe's last `watch`, or NULL; free_arrival() releases it */
	struct container_state end; /* where it is not running: how it ended */
};

/* Waits until the run is ready, ends, or the time is over. False and failure: the engine's; or the
 * probe is silent, as it may be in watch_now() and ask_health() too. */
bool await_ready(const struct run *run, const struct readiness *readiness, struct arrival *arrival,
                 struct failure *failure);
void free_arrival(struct arrival *arrival);

/* Why it runs on and is not ready, "unready" of facts.md: null where it is, or has ended. */
json_t *explain_unready(const struct readiness *readiness, const struct arrival *arrival);

/* The state by now: of one that has ended it is known, or when the probe found it ready; then
 * nobody is asked. */
bool read_end(const struct run *run, const struct arrival *arrival, struct container_state *state,
              struct failure *failure);

/* What the probe sees at once, as `watched` above. */
bool watch_now(const struct run *run, const struct readiness *readiness, json_t **watched,
               struct failure *failure);

/* By as many tries of the image's HEALTHCHECK as may fail in a row; *said is the last line of one
 * that did not pass, or null: a new reference. */
enum health { HEALTHY, UNHEALTHY, HEALTH_UNKNOWN }; /* unknown: nobody could be asked */
bool ask_health(const struct run *run, const struct readiness *readiness, enum health *health,
                json_t **said, struct failure *failure);

#endif
