/* One command in a container of its own. */
#include "plimsoll/structure/tests.h"

#include "plimsoll/structure/seen.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

#define OUTPUT_MOST ((size_t)1 << 20)
#define PROBE_SAYS "plimsoll probe: "

/* Up to a NULL; the words belong to the list. */
static const char **list_words(const json_t *list, size_t from)
{
	size_t count = json_array_size(list);
	const char **words = get_memory((count + 1) * sizeof(*words));

	for (size_t i = from; i < count; i++)
		words[i - from] = json_string_value(json_array_get(list, i));
	words[count > from ? count - from : 0] = NULL;
	return words;
}

/* The command and its arguments, with the image's variables put in. */
static json_t *expand_command(const json_t *test, const json_t *variables)
{
	json_t *words = json_array(), *word;
	char *text = expand_text(json_string_value(json_object_get(test, "command")), variables);
	size_t index;

	json_array_append_new(words, json_string(text));
	free(text);
	json_array_foreach(json_object_get(test, "args"), index, word)
	{
		text = expand_text(json_string_value(word), variables);
		json_array_append_new(words, json_string(text));
		free(text);
	}
	return words;
}

/* A container that is made for one test: what it is run with. */
struct run {
	json_t *environment; /* of the container */
	json_t *command;     /* the first word is the entry point */
	bool set_up;         /* the probe is, and runs the commands of setup first */
};

/*
 * container-structure-test makes an image of each command of setup: there the test's variables are
 * expanded, and stay in it; for the command itself they are taken as they are written.
 */
static struct run compose_run(const char *probe, const json_t *test, const json_t *options,
                              const json_t *variables)
{
	const json_t *pairs = json_object_get(test, "envVars"), *setup;
	const json_t *of_run = json_object_get(options, "runEnvironment");
	json_t *written = list_variables(pairs, NULL);
	json_t *own = join_variables(json_object_get(options, "globalEnvironment"), NULL);
	struct run run = {0};

	setup = json_object_get(test, "setup");
	run.set_up = json_array_size(setup) > 0;
	if (!run.set_up) {
		run.command = expand_command(test, variables);
		run.environment = join_variables(own, written, of_run, NULL);
	} else {
		json_t *expanded = list_variables(pairs, variables);
		json_t *all = join_variables(variables, expanded, NULL);
		json_t *order = json_pack("{s:O, s:o, s:o}", "setup", setup, "environment",
		                          join_variables(written, of_run, NULL), "command",
		                          expand_command(test, all));
		char *text = json_dumps(order, JSON_COMPACT);
		run.command = json_pack("[s, s, s, s]", probe, "probe", "setup", text);
		run.environment = join_variables(own, expanded, NULL);
		free(text);
		json_decref(order);
		json_decref(all);
		json_decref(expanded);
	}
	json_decref(written);
	json_decref(own);
	return run;
}

/*
 * The client writes its own warnings (no limit on swap, another platform) to standard error as
 * well; what the engine kept is the program's alone. Of more than is taken here it may not have
 * kept the start.
 */
static bool take_own_error(const struct cage *cage, const char *id, struct finished *finished,
                           struct failure *failure)
{
	const struct limits limits = {.seconds = 30};
	struct finished logs;

	if (finished->err.length == 0 || finished->err.cut || finished->out.cut)
		return true;
	if (!ask_client(cage->engine, (const char *const[]){"logs", id, NULL}, &limits, &logs,
	                failure))
		return false;
	free(finished->err.bytes);
	finished->err = logs.err;
	logs.err = (struct output){0};
	free_finished(&logs);
	return true;
}

static bool run_test(const struct cage *cage, const struct run *run, const json_t *options,
                     double seconds, struct finished *finished, struct failure *failure)
{
	const struct limits limits = {.seconds = seconds, .out_bytes = OUTPUT_MOST};
	const json_t *wanted = json_object_get(options, "containerRunOptions");
	const char *user = json_string_value(json_object_get(wanted, "user"));
	const char **env = list_words(run->environment, 0), **words = list_words(run->command, 1);
	const struct confinement confinement = {
	    .user = user != NULL && *user != '\0' ? user : NULL,
	    .tty = json_is_true(json_object_get(wanted, "allocateTty")),
	    .env = env,
	    .entrypoint = json_string_value(json_array_get(run->command, 0)),
	    .command = words,
	    .without_probe = !run->set_up,
	};
	struct failure left;
	char id[65];
	bool ran = run_container(cage, &confinement, &limits, id, finished, failure);

	free(env);
	free(words);
	if (ran && finished->timed_out)
		remove_container(cage, id, &left);
	else if (ran && !take_own_error(cage, id, finished, failure)) {
		free_finished(finished);
		return false;
	}
	return ran;
}

static bool is_probes_own(const struct run *run, const struct finished *finished)
{
	return run->set_up && finished->status == 1 &&
	       strncmp(finished->err.bytes, PROBE_SAYS, strlen(PROBE_SAYS)) == 0;
}

static json_t *compare(const json_t *test, const struct finished *finished)
{
	json_int_t exit = json_integer_value(json_object_get(test, "exitCode"));
	struct seen seen = {0};

	compare_text(&seen, "standard error", json_object_get(test, "expectedError"),
	             json_object_get(test, "excludedError"), finished->err.bytes,
	             finished->err.length, finished->err.cut);
	compare_text(&seen, "standard output", json_object_get(test, "expectedOutput"),
	             json_object_get(test, "excludedOutput"), finished->out.bytes,
	             finished->out.length, finished->out.cut);
	if (finished->status != exit)
		note_difference(&seen, print_text("exit status %lld", (long long)exit),
		                print_text("exit status %d", finished->status));
	return report_seen(&seen, print_text("exit status %d", finished->status));
}

/* There is no exit status to compare: why is taken. */
static json_t *report_no_end(const json_t *test, char *why)
{
	json_int_t exit = json_integer_value(json_object_get(test, "exitCode"));
	struct seen seen = {0};

	note_difference(&seen, print_text("exit status %lld", (long long)exit), why);
	return report_seen(&seen, print_text("%s", ""));
}

/* A command of setup, or the test's own, that is not there. */
static char *quote_probe(const struct output *err)
{
	const char *said = err->bytes + strlen(PROBE_SAYS);

	return print_text("%.*s", (int)strcspn(said, "\n"), said);
}

json_t *test_command(const struct cage *cage, const json_t *test, const json_t *options,
                     const json_t *variables, double seconds)
{
	struct run run = compose_run(cage->program, test, options, variables);
	struct finished finished;
	struct failure failure;
	json_t *result;

	if (!run_test(cage, &run, options, seconds, &finished, &failure)) {
		result = report_no_end(test, print_text("%s", failure.text));
	} else {
		if (finished.timed_out)
			result = report_no_end(
			    test, print_text("it had not ended after %.0f seconds", seconds));
		else if (is_probes_own(&run, &finished))
			result = report_no_end(test, quote_probe(&finished.err));
		else
			result = compare(test, &finished);
		free_finished(&finished);
	}
	json_decref(run.environment);
	json_decref(run.command);
	return result;
}
