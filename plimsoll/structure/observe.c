/* All tests of a configuration, side by side, on one image. */
#include "plimsoll/structure/tests.h"

#include "plimsoll/engine/tasks.h"
#include "plimsoll/structure/seen.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

#define JOBS 4
#define DESCRIPTION_MOST ((size_t)16 << 20)

/* What every test is made with. */
struct bench {
	struct cage *cage;
	const json_t *tests;
	json_t *config, *variables; /* of the image; and those that globalEnvVars adds */
	json_t *options;
	double deadline;
};

/* A test that is made in a task of its own: a command, or all that look at files. */
struct job {
	const struct bench *bench;
	json_t *tests; /* a list */
};

static const char *const file_kinds[] = {"fileContentTests", "fileExistenceTests", "licenseTests"};

static bool have_files_or_setup(const json_t *tests)
{
	size_t index;
	json_t *test;

	for (size_t i = 0; i < sizeof(file_kinds) / sizeof(*file_kinds); i++)
		if (json_array_size(json_object_get(tests, file_kinds[i])) > 0)
			return true;
	json_array_foreach(json_object_get(tests, "commandTests"), index, test)
	{
		if (json_array_size(json_object_get(test, "setup")) > 0)
			return true;
	}
	return false;
}

bool needs_probe(const struct structure *structure)
{
	while (structure != NULL && !have_files_or_setup(structure->tests))
		structure = structure->next;
	return structure != NULL;
}

/* The configuration as the engine has it: the facts leave out secrets, which a test may name. */
static json_t *ask_configuration(const struct cage *cage, struct failure *failure)
{
	static const struct limits limits = {.seconds = 60, .out_bytes = DESCRIPTION_MOST};
	const char *const inspect[] = {"image",        "inspect", "--format", "{{json .Config}}",
	                               image_of(cage), NULL};
	struct finished finished;

	if (!ask_client(cage->engine, inspect, &limits, &finished, failure))
		return NULL;
	json_t *config = json_loadb(finished.out.bytes, finished.out.length, 0, NULL);
	free_finished(&finished);
	if (!json_is_object(config)) {
		fail(failure, cage->image, "its configuration can't be read", NULL);
		json_decref(config);
		return NULL;
	}
	return config;
}

static double time_left(const struct bench *bench)
{
	return bench->deadline - now();
}

static json_t *make_command(void *context, struct failure *failure)
{
	const struct job *job = context;
	double seconds = time_left(job->bench);

	(void)failure;
	if (seconds < 1)
		return report_trouble("error", "no time was left for it: see --timeout");
	return test_command(job->bench->cage, json_array_get(job->tests, 0), job->bench->options,
	                    job->bench->variables, seconds);
}

/* "files" and the tests as JSON, up to a NULL; an existence's path is expanded. */
static char **compose_arguments(const struct job *job)
{
	size_t count = json_array_size(job->tests), index;
	char **words = get_memory((count + 2) * sizeof(*words));
	const json_t *test;

	words[0] = print_text("files");
	json_array_foreach(job->tests, index, test)
	{
		json_t *copy = json_copy((json_t *)(uintptr_t)test);

		if (strcmp(json_string_value(json_object_get(test, "kind")), "existence") == 0) {
			const char *path = json_string_value(json_object_get(test, "path"));
			char *expanded = expand_text(path, job->bench->variables);

			json_object_set_new(copy, "path", json_string(expanded));
			free(expanded);
		}
		words[index + 1] = json_dumps(copy, JSON_COMPACT);
		json_decref(copy);
	}
	words[count + 1] = NULL;
	return words;
}

static void free_words(char **words)
{
	for (char **word = words; *word != NULL; word++)
		free(*word);
	free(words);
}

/* The list of their results. As root, for whom no file is closed. */
static json_t *make_file_tests(void *context, struct failure *failure)
{
	static const struct confinement root = {.user = "0:0"};
	const struct job *job = context;
	char **words = compose_arguments(job);
	json_t *answer = probe_alone(job->bench->cage, &root, (const char *const *)words,
	                             time_left(job->bench), failure);
	json_t *results = json_incref(json_object_get(answer, "results"));

	free_words(words);
	if (answer != NULL && json_array_size(results) != json_array_size(job->tests)) {
		fail(failure, "files", "the probe answered something else", NULL);
		json_decref(results);
		results = NULL;
	}
	json_decref(answer);
	return results;
}

/* {"name", "kind", "outcome", "found", "expected"}; result is taken. */
static void add_result(json_t *results, const json_t *test, json_t *result)
{
	const char *name = json_string_value(json_object_get(test, "name"));

	json_object_set_new(result, "name", plain_string(name, strlen(name), 200));
	json_object_set(result, "kind", json_object_get(test, "kind"));
	json_array_append_new(results, result);
}

static void add_results(json_t *results, const struct task *task)
{
	const struct job *job = task->context;
	bool many = json_is_array(task->result);
	size_t index;
	json_t *test;

	json_array_foreach(job->tests, index, test)
	{
		json_t *result = many ? json_array_get(task->result, index) : task->result;

		add_result(results, test,
		           result != NULL ? json_incref(result)
		                          : report_trouble("error", task->failure.text));
	}
	json_decref(task->result);
}

/* What the cage never grants: one line says what the tests were made without. */
static void add_refused(json_t *results, const json_t *tests)
{
	static const char *const names[] = {"privileged", "capabilities", "bindMounts"};
	const json_t *options = json_object_get(tests, "containerRunOptions");
	char refused[64] = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const json_t *option = json_object_get(options, names[i]);

		if (!json_is_true(option) && json_array_size(option) == 0)
			continue;
		strcat(refused, refused[0] != '\0' ? ", " : "");
		strcat(refused, names[i]);
	}
	if (refused[0] == '\0')
		return;
	char *why = print_text(
	    "made without %s: a cage grants nothing beyond the engine's defaults", refused);
	json_t *option = json_pack("{s:s, s:s}", "kind", "option", "name", "containerRunOptions");
	add_result(results, option, report_trouble("skip", why));
	json_decref(option);
	free(why);
}

static size_t compose_jobs(const struct bench *bench, struct job jobs[])
{
	size_t count = 1, index;
	json_t *test;

	/* The files first: most configurations have them, and their container is one. */
	jobs[0] = (struct job){bench, json_array()};
	for (size_t i = 0; i < sizeof(file_kinds) / sizeof(*file_kinds); i++)
		json_array_extend(jobs[0].tests, json_object_get(bench->tests, file_kinds[i]));
	json_array_foreach(json_object_get(bench->tests, "commandTests"), index, test)
	    jobs[count++] = (struct job){bench, json_pack("[O]", test)};
	return count;
}

/* In container-structure-test's order: commands, files, the configuration. */
static json_t *make_tests(const struct bench *bench, double seconds, struct failure *failure)
{
	size_t most = json_array_size(json_object_get(bench->tests, "commandTests")) + 1;
	struct job *jobs = get_memory(most * sizeof(*jobs));
	struct task *tasks = get_memory(most * sizeof(*tasks));
	size_t count = compose_jobs(bench, jobs);
	bool files = json_array_size(jobs[0].tests) > 0;
	json_t *results = json_array(), *metadata = json_object_get(bench->tests, "metadataTest");

	for (size_t i = 0; i < count; i++)
		tasks[i] = (struct task){.name = i > 0 ? "command" : "files",
		                         .run = i > 0 ? make_command : make_file_tests,
		                         .context = &jobs[i],
		                         .seconds = seconds + 5};
	bool whole = run_tasks(tasks + !files, count - !files, JOBS, NULL, NULL);
	for (size_t i = 1; i < count; i++)
		add_results(results, &tasks[i]);
	add_results(results, &tasks[0]);
	if (json_object_size(metadata) > 2)
		add_result(results, metadata, test_metadata(metadata, bench->config));
	add_refused(results, bench->tests);
	for (size_t i = 0; i < count; i++)
		json_decref(jobs[i].tests);
	free(tasks);
	free(jobs);
	if (whole)
		return results;
	json_decref(results);
	fail(failure, "structure", "interrupted", NULL);
	return NULL;
}

/* Those of one file. */
static json_t *observe_tests(struct cage *cage, json_t *tests, json_t *config, double deadline,
                             struct failure *failure)
{
	struct bench bench = {.cage = cage, .tests = tests, .config = config, .deadline = deadline};
	const json_t *env = json_object_get(config, "Env");
	json_t *global = list_variables(json_object_get(tests, "globalEnvVars"), env);

	bench.variables = join_variables(json_is_array(env) ? env : global, global, NULL);
	bench.options = json_copy(tests);
	json_object_set_new(bench.options, "globalEnvironment", global);
	json_t *results = make_tests(&bench, time_left(&bench), failure);
	json_decref(bench.options);
	json_decref(bench.variables);
	return results;
}

json_t *observe_structure(struct cage *cage, const struct structure *structure, double seconds,
                          struct failure *failure)
{
	double deadline = now() + seconds;
	json_t *config = ask_configuration(cage, failure), *all = json_array();
	bool observed = config != NULL;

	for (; observed && structure != NULL; structure = structure->next) {
		json_t *results = observe_tests(cage, structure->tests, config, deadline, failure);

		observed = results != NULL;
		json_array_extend(all, results);
		json_decref(results);
	}
	json_decref(config);
	if (observed)
		return all;
	json_decref(all);
	return NULL;
}
