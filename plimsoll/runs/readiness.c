#include "plimsoll/runs/readiness.h"

#include "plimsoll/engine/tasks.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PORTS 15

/* Of a health check where the image names none: Docker's defaults; and how often it is asked. */
#define RETRIES 3
#define MOST_RETRIES 10
#define TEST_SECONDS 30.0

/* Seconds between two tries, from the first to the last, and that each of several ports is given.
 */
#define PAUSE_FIRST 0.02
#define PAUSE_LAST 0.3
#define PORT_SLICE 0.3

/* What a client needs beyond what it waits for. */
#define CLIENT_SECONDS 3.0

static const char *const names[] = {"healthcheck", "port", "listening", "running"};

const char *name_readiness(enum ready_by by)
{
	return names[by];
}

static void take_healthcheck(const json_t *healthcheck, struct readiness *readiness)
{
	double seconds = json_number_value(json_object_get(healthcheck, "timeout"));
	json_int_t retries = json_integer_value(json_object_get(healthcheck, "retries"));

	readiness->by = BY_HEALTHCHECK;
	readiness->test = json_object_get(healthcheck, "test");
	readiness->test_seconds = seconds > 0 ? seconds : TEST_SECONDS;
	readiness->retries =
	    retries > 0 && retries < MOST_RETRIES ? (unsigned int)retries : RETRIES;
}

static void take_ports(const json_t *ports, struct readiness *readiness)
{
	size_t count = 0, i;
	json_t *entry;

	json_array_foreach(ports, i, entry)
	{
		const char *protocol = json_string_value(json_object_get(entry, "protocol"));
		json_int_t port = json_integer_value(json_object_get(entry, "port"));

		if (count < MOST_PORTS && port > 0 && port <= 65535 &&
		    (protocol == NULL || strcmp(protocol, "tcp") == 0))
			readiness->ports[count++] = (unsigned int)port;
	}
	if (count > 0)
		readiness->by = BY_PORT;
}

/* What the image itself has to go by. */
static void find_readiness(const json_t *healthcheck, const json_t *ports,
                           struct readiness *readiness)
{
	readiness->by = BY_LISTENING;
	readiness->guessed = true;
	if (json_is_object(healthcheck))
		take_healthcheck(healthcheck, readiness);
	else
		take_ports(ports, readiness);
	readiness->guessed = readiness->by == BY_LISTENING;
}

static bool name_port(const struct budgets *budgets, const json_t *ports,
                      struct readiness *readiness, struct failure *failure)
{
	if (budgets->ready_port != 0) {
		readiness->by = BY_PORT;
		readiness->ports[0] = budgets->ready_port;
		return true;
	}
	take_ports(ports, readiness);
	return readiness->by == BY_PORT ||
	       fail(failure, "ready", "port: the image EXPOSEs none: name it", NULL);
}

bool choose_readiness(const json_t *image, const struct budgets *budgets,
                      struct readiness *readiness, struct failure *failure)
{
	const json_t *config = json_object_get(image, "config");
	const json_t *healthcheck = json_object_get(config, "healthcheck");
	const json_t *ports = json_object_get(config, "ports");
	const char *asked = budgets->ready;

	*readiness = (struct readiness){.by = BY_RUNNING};
	readiness->within = budgets->ready_within > 0 ? budgets->ready_within : READY_WITHIN;
	if (asked == NULL)
		find_readiness(healthcheck, ports, readiness);
	else if (strcmp(asked, "port") == 0)
		return name_port(budgets, ports, readiness, failure);
	else if (strcmp(asked, "listening") == 0)
		readiness->by = BY_LISTENING;
	else if (strcmp(asked, "healthcheck") == 0 && !json_is_object(healthcheck))
		return fail(failure, "ready", "healthcheck: the image has none", NULL);
	else if (strcmp(asked, "healthcheck") == 0)
		take_healthcheck(healthcheck, readiness);
	return true;
}

/* The words of `exec` for ["CMD", …] and ["CMD-SHELL", "…"]; allocated, and pointing into test. */
static const char **compose_test(const char *id, const json_t *test)
{
	size_t count = json_array_size(test), used = 0, i;
	const char **words = get_memory((count + 6) * sizeof(*words));
	const char *form = json_string_value(json_array_get(test, 0));
	json_t *word;

	words[used++] = "exec";
	words[used++] = id;
	if (form != NULL && strcmp(form, "CMD-SHELL") == 0) {
		words[used++] = "/bin/sh";
		words[used++] = "-c";
	}
	json_array_foreach(test, i, word)
	{
		if (i > 0 && json_is_string(word))
			words[used++] = json_string_value(word);
	}
	words[used] = NULL;
	return words;
}

static bool passes_test(const struct run *run, const struct readiness *readiness, double most)
{
	double seconds = readiness->test_seconds < most ? readiness->test_seconds : most;
	const char **words = compose_test(run->id, readiness->test);
	struct failure unhealthy; /* whatever it says, or that it can't be run */

	bool passed = seconds > 0 && tell_engine(run, words, seconds, &unhealthy);
	free(words);
	return passed;
}

bool is_healthy(const struct run *run, const struct readiness *readiness)
{
	return passes_test(run, readiness, left_until(run, run->deadline));
}

/* One `watch` of the probe, kept in the arrival where it answers. */
static bool watch_once(const struct run *run, const char *what, unsigned int port, double seconds,
                       struct arrival *arrival)
{
	char time[32], number[16];
	const char *arguments[] = {"watch", "--for", time, what, NULL, NULL};
	struct failure unanswered; /* it has ended, or is about to: the state tells */

	snprintf(time, sizeof(time), "%.3f", seconds);
	snprintf(number, sizeof(number), "%u", port);
	if (port != 0)
		arguments[4] = number;
	json_t *answer = probe_container(run->cage, run->id, NULL, arguments,
	                                 seconds + CLIENT_SECONDS, &unanswered);
	if (answer == NULL)
		return false;
	json_decref(arrival->watched);
	arrival->watched = answer;
	return json_is_true(json_object_get(answer, "ready"));
}

static bool any_port_accepts(const struct run *run, const struct readiness *readiness, double left,
                             struct arrival *arrival)
{
	double slice = readiness->ports[1] == 0 || left < PORT_SLICE ? left : PORT_SLICE;

	for (const unsigned int *port = readiness->ports; *port != 0; port++) {
		if (watch_once(run, "--port", *port, slice, arrival))
			return true;
	}
	return false;
}

/* One try, which may take all the time that is left. */
static bool is_ready(const struct run *run, const struct readiness *readiness, double left,
                     struct arrival *arrival)
{
	switch (readiness->by) {
	case BY_HEALTHCHECK:
		return passes_test(run, readiness, left);
	case BY_PORT:
		return any_port_accepts(run, readiness, left, arrival);
	case BY_LISTENING:
		return watch_once(run, "--listening", 0, left, arrival);
	default:
		await_end(run, left);
		return false;
	}
}

static bool is_running(const struct run *run, struct arrival *arrival, struct failure *failure)
{
	struct container_state state;

	if (!read_state(run->cage, run->id, &state, failure))
		return false;
	arrival->running = state.running;
	return true;
}

/* Where running is all that is asked for, or all that there is. */
static void settle_running(const struct readiness *readiness, struct arrival *arrival)
{
	if (!arrival->running || (readiness->by != BY_RUNNING && !readiness->guessed))
		return;
	arrival->ready = true;
	arrival->by = BY_RUNNING;
}

bool await_ready(const struct run *run, const struct readiness *readiness, struct arrival *arrival,
                 struct failure *failure)
{
	bool brief = readiness->by == BY_RUNNING || readiness->guessed;
	double end = run->began + (brief ? RUNNING_SECONDS : readiness->within), left;
	double pause = PAUSE_FIRST;

	*arrival = (struct arrival){.running = true, .by = readiness->by};
	while (arrival->running && (left = left_until(run, end)) > 0) {
		arrival->ready = is_ready(run, readiness, left, arrival);
		arrival->after = now() - run->began;
		if (arrival->ready)
			return true;
		if (interrupted() != 0)
			return fail(failure, run->name, "interrupted", NULL);
		if (!is_running(run, arrival, failure))
			return false;
		if (arrival->running)
			pause_for(pause < left_until(run, end) ? pause : left_until(run, end));
		pause = 2 * pause < PAUSE_LAST ? 2 * pause : PAUSE_LAST;
	}
	settle_running(readiness, arrival);
	return true;
}

void free_arrival(struct arrival *arrival)
{
	json_decref(arrival->watched);
	arrival->watched = NULL;
}
