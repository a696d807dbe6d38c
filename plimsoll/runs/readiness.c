#include "plimsoll/runs/readiness.h"

#include "plimsoll/engine/labels.h"
#include "plimsoll/engine/tasks.h"
#include "plimsoll/probe/healthcheck.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a health check where the image names none: Docker's defaults; and how often it is asked. */
#define RETRIES 3
#define MOST_RETRIES 10
#define TEST_SECONDS 30.0

/* Seconds between two tries, from the first to the last, where the probe could not answer. */
#define PAUSE_FIRST 0.02
#define PAUSE_LAST 0.3

/* Seconds between two tries of a health check, at most, that the probe makes. */
#define HEALTH_PAUSE 0.1

/* What an orphan has to be reaped. */
#define ORPHAN_SECONDS "1"

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
	readiness->retries = retries <= 0             ? RETRIES
	                     : retries < MOST_RETRIES ? (unsigned int)retries
	                                              : MOST_RETRIES;
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

	bool brief = asked != NULL && strcmp(asked, "running") == 0;

	*readiness = (struct readiness){.by = BY_RUNNING};
	readiness->within = budgets->ready_within > 0 ? budgets->ready_within
	                    : brief                   ? RUNNING_SECONDS
	                                              : READY_WITHIN;
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

/* Space for the texts of a watch's options while words point to them. */
struct watch_texts {
	char seconds[32], test_seconds[32], tries[16], ports[MOST_PORTS][16];
	char *test; /* allocated, or NULL */
};

static void add_ports(struct words *words, const unsigned int ports[], struct watch_texts *texts)
{
	for (size_t i = 0; ports[i] != 0; i++) {
		snprintf(texts->ports[i], sizeof(texts->ports[i]), "%u", ports[i]);
		add_words(words, (const char *const[]){"--port", texts->ports[i], NULL});
	}
}

/* One try has no more than all of them. */
static void add_test(struct words *words, const struct readiness *readiness, unsigned int tries,
                     double seconds, struct watch_texts *texts)
{
	double each = readiness->test_seconds < seconds ? readiness->test_seconds : seconds;

	texts->test = json_dumps(readiness->test, JSON_COMPACT);
	snprintf(texts->test_seconds, sizeof(texts->test_seconds), "%.3f", each);
	snprintf(texts->tries, sizeof(texts->tries), "%u", tries);
	add_words(words, (const char *const[]){"--test", texts->test, "--test-seconds",
	                                       texts->test_seconds, "--tries", texts->tries, NULL});
}

/*
 * Where no process is left inside, as behind a fork bomb, the probe can't make one for the test;
 * but the engine still brings one in: only fork(2) counts against pids.max, not a process that is
 * moved there (Linux, admin-guide/cgroup-v1/pids.rst). Completes the probe's answer.
 */
static void test_from_outside(const struct run *run, const struct readiness *readiness,
                              double seconds, json_t *answer)
{
	const double most = readiness->test_seconds < seconds ? readiness->test_seconds : seconds;
	const char **test = compose_test(readiness->test);
	struct failure unhealthy;
	struct words words = {0};

	add_words(&words, (const char *const[]){"exec", run->id, NULL});
	add_words(&words, test);
	bool passed = tell_engine(run, words.list, most, &unhealthy);
	free(words.list);
	free(test);
	json_object_set_new(answer, "ready", json_boolean(passed));
}

/* Seconds of a client are over, and the probe inside has not said that its own are. */
static bool say_silent(double seconds, struct failure *failure)
{
	char text[32];

	snprintf(text, sizeof(text), "%.0f", seconds);
	return fail(failure, "probe", "no answer from inside of the container within ", text,
	            " s: the image stops it, or the machine is too busy: try again, with fewer "
	            "--jobs",
	            NULL);
}

/*
 * The probe waits inside, with as many tries of the health check (0: as fit into the time).
 * *answer is NULL where it could not: it has ended, or is about to, as the state tells. False and
 * failure where it is silent: then nobody is to be sent in behind it. What an image stops
 * (SIGSTOP) while the engine starts it leaves Docker 20.10 with a container that not even `rm`
 * answers for.
 */
static bool watch_inside(const struct run *run, const struct readiness *readiness,
                         unsigned int tries, double seconds, json_t **answer,
                         struct failure *failure)
{
	const double most = seconds + CLIENT_SECONDS, asked = now();
	struct watch_texts texts = {.test = NULL};
	struct failure unanswered;
	struct words words = {0};

	snprintf(texts.seconds, sizeof(texts.seconds), "%.3f", seconds);
	add_words(&words, (const char *const[]){"watch", "--for", texts.seconds, NULL});
	if (readiness->by == BY_RUNNING)
		add_word(&words, "--none");
	else if (readiness->by == BY_PORT)
		add_ports(&words, readiness->ports, &texts);
	else if (readiness->by == BY_HEALTHCHECK)
		add_test(&words, readiness, tries, seconds, &texts);
	if (readiness->proof)
		add_word(&words, "--proof");
	if (readiness->orphan)
		add_words(&words, (const char *const[]){"--orphan", ORPHAN_SECONDS, NULL});
	*answer = probe_container(run->cage, run->id, words.list, most, &unanswered);
	free(words.list);
	free(texts.test);
	if (json_is_true(json_object_get(*answer, "full")))
		test_from_outside(run, readiness, seconds, *answer);
	return *answer != NULL || now() - asked < most || say_silent(most, failure);
}

bool watch_now(const struct run *run, const struct readiness *readiness, json_t **watched,
               struct failure *failure)
{
	struct readiness at_once = *readiness;

	at_once.by = BY_RUNNING;
	return watch_inside(run, &at_once, 0, 0, watched, failure);
}

bool ask_health(const struct run *run, const struct readiness *readiness, enum health *health,
                json_t **said, struct failure *failure)
{
	double most = readiness->retries * (readiness->test_seconds + HEALTH_PAUSE);
	json_t *answer;

	if (!watch_inside(run, readiness, readiness->retries, left_until(run, now() + most),
	                  &answer, failure))
		return false;
	*health = answer == NULL                                   ? HEALTH_UNKNOWN
	          : json_is_true(json_object_get(answer, "ready")) ? HEALTHY
	                                                           : UNHEALTHY;
	*said = answer != NULL ? json_incref(json_object_get(answer, "said")) : json_null();
	json_decref(answer);
	return true;
}

/* One try, which may take all the time that is left; what the probe saw is kept. */
static bool try_once(const struct run *run, const struct readiness *readiness, double left,
                     struct arrival *arrival, struct failure *failure)
{
	json_t *answer;

	if (readiness->by == BY_RUNNING) {
		await_end(run, left);
		return true;
	}
	if (!watch_inside(run, readiness, 0, left, &answer, failure))
		return false;
	if (answer == NULL)
		return true;
	json_decref(arrival->watched);
	arrival->watched = answer;
	arrival->ready = json_is_true(json_object_get(answer, "ready"));
	return true;
}

/* What came behind the readiness. */
static double read_orphan_time(const json_t *watched)
{
	return json_real_value(json_object_get(json_object_get(watched, "orphan"), "reaped_after"));
}

static bool is_running(const struct run *run, struct arrival *arrival, struct failure *failure)
{
	if (!read_state(run->cage, run->id, &arrival->end, failure))
		return false;
	arrival->running = arrival->end.running;
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
	double end = run->began + readiness->within, left;
	double pause = PAUSE_FIRST;

	*arrival =
	    (struct arrival){.running = true, .by = readiness->by, .waited = left_until(run, end)};
	while (arrival->running && (left = left_until(run, end)) > 0) {
		if (!try_once(run, readiness, left, arrival, failure))
			return false;
		arrival->after = now() - run->began - read_orphan_time(arrival->watched);
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

/* "80/tcp, 443/tcp" */
static void list_ports(const unsigned int ports[], char text[12 * MOST_PORTS])
{
	size_t used = 0;

	for (size_t i = 0; ports[i] != 0; i++)
		used += (size_t)snprintf(text + used, 12 * MOST_PORTS - used, "%s%u/tcp",
		                         i > 0 ? ", " : "", ports[i]);
}

/* What was waited for in vain; allocated. */
static char *describe_lack(const struct readiness *readiness, const char *said)
{
	char ports[12 * MOST_PORTS];

	switch (readiness->by) {
	case BY_HEALTHCHECK:
		return said != NULL ? print_text("its HEALTHCHECK does not pass: \"%s\"", said)
		                    : print_text("its HEALTHCHECK does not pass");
	case BY_PORT:
		list_ports(readiness->ports, ports);
		return print_text("nothing accepts on port%s %s",
		                  readiness->ports[1] != 0 ? "s" : "", ports);
	default:
		return print_text("nothing accepts on any TCP port");
	}
}

json_t *explain_unready(const struct readiness *readiness, const struct arrival *arrival)
{
	if (arrival->ready || !arrival->running)
		return json_null();
	char *lack =
	    describe_lack(readiness, json_string_value(json_object_get(arrival->watched, "said")));
	json_t *reason = json_sprintf("not ready within %g s: %s",
	                              (double)(long)(10 * arrival->waited + 0.5) / 10, lack);
	free(lack);
	return reason;
}

void free_arrival(struct arrival *arrival)
{
	json_decref(arrival->watched);
	arrival->watched = NULL;
}

/* Where the probe found it ready, it was running. */
bool read_end(const struct run *run, const struct arrival *arrival, struct container_state *state,
              struct failure *failure)
{
	*state = arrival->end;
	if (!arrival->running)
		return true;
	state->running = true;
	return json_is_true(json_object_get(arrival->watched, "ready")) ||
	       read_state(run->cage, run->id, state, failure);
}
