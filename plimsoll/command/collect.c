#include "plimsoll/command/collect.h"

#include "plimsoll/engine/tasks.h"
#include "plimsoll/image/archive.h"
#include "plimsoll/image/inspect.h"
#include "plimsoll/runs/runs.h"
#include "plimsoll/runs/walk.h"
#include "plimsoll/text.h"
#include "su-exec/version.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FACTS_VERSION 1
#define RUN_JOBS 4              /* containers at a time */
#ifndef __SANITIZE_ADDRESS__    /* whose shadow of the memory is larger than any limit */
#define PASS_MEMORY (1UL << 30) /* of address space: a bound for what bounds itself */
#else
#define PASS_MEMORY 0
#endif

/* One image's work, as its tasks see it. */
struct job {
	const struct collection *collection;
	const struct engine *engine;
	struct cage *cage;
	const char *reference;
	json_t *image;
	double deadline;        /* of now() */
	struct failure placing; /* why there is no probe; "": not tried, or there is one */
};

static json_t *compose(json_t *image, json_t *layers, json_t *files, json_t *runs)
{
	return json_pack("{s:i, s:s, s:o, s:o?, s:o?, s:o?}", "facts", FACTS_VERSION, "plimsoll",
	                 PLIMSOLL_VERSION, "image", image, "layers", layers, "files", files, "runs",
	                 runs);
}

static json_t *read_archive_file(const char *path, const char *reference, bool oci,
                                 struct failure *failure)
{
	struct archive_facts facts;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		fail(failure, path, strerror(errno), NULL);
		return NULL;
	}
	bool read = read_archive(fd, path, reference, oci, &facts, failure);
	close(fd);
	return read ? compose(facts.image, facts.layers, facts.files, NULL) : NULL;
}

/* Whether its writer is gone, and all that it wrote was read. */
static bool is_at_end(int fd)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	char byte;

	return poll(&waiting, 1, 0) == 1 && read(fd, &byte, 1) == 0;
}

/* What `save` takes for this one image: of "app" it would save every tag, not app:latest.
 * Allocated. */
static char *name_for_save(const struct job *job)
{
	const char *id = json_string_value(json_object_get(job->image, "id"));
	const char *slash = strrchr(job->reference, '/');
	const char *last = slash != NULL ? slash + 1 : job->reference;

	if (id != NULL)
		return print_text("%s", id);
	return print_text("%s%s", job->reference, strpbrk(last, ":@") != NULL ? "" : ":latest");
}

static void report_run(const char *run, bool done, void *context)
{
	const struct job *job = context;

	if (job->collection->progress && !done)
		fprintf(stderr, "plimsoll: %s: %s\n", job->reference, run);
}

/* {"image": …, "layers": …, "files": …} */
static json_t *pass_layers(void *context, struct failure *failure)
{
	const struct job *job = context;
	char *name = name_for_save(job);
	const char *const save[] = {"save", name, NULL};
	struct archive_facts facts;
	struct finished finished;
	struct failure of_engine;
	struct stream stream;

	report_run("its layers", false, context);
	bool started = start_stream(job->engine, save, &stream, failure);
	free(name);
	if (!started)
		return NULL;
	bool read = read_archive(stream.fd, job->reference, NULL, false, &facts, failure);
	bool ended = read || is_at_end(stream.fd);
	bool saved = finish_stream(&stream, ended ? 10 : 0, &finished, &of_engine);
	free_finished(&finished);
	/* What the engine says of its own failure explains more than an archive that is cut short;
	 * one that is not read to its end fails because of that. */
	if (ended && !saved)
		*failure = of_engine;
	if (!read || !saved)
		return NULL;
	return json_pack("{s:o, s:o, s:o}", "image", facts.image, "layers", facts.layers, "files",
	                 facts.files);
}

/* True, and failure, where it could not be placed. */
static bool has_no_probe(const struct job *job, struct failure *failure)
{
	if (job->placing.text[0] != '\0')
		*failure = job->placing;
	return job->placing.text[0] != '\0';
}

static json_t *do_runs(void *context, struct failure *failure)
{
	struct job *job = context;
	const struct run_options options = {
	    .budgets = job->collection->budgets,
	    .jobs = RUN_JOBS,
	    .seconds = job->collection->seconds / 2,
	    .only = job->collection->wanted->run_names,
	    .report = report_run,
	    .context = job,
	};

	if (has_no_probe(job, failure))
		return NULL;
	if (job->cage->holder[0] == '\0' && !place_probe(job->cage, failure))
		return NULL;
	return make_runs(job->cage, job->image, &options, failure);
}

static json_t *do_walk(void *context, struct failure *failure)
{
	const struct job *job = context;

	return has_no_probe(job, failure)
	           ? NULL
	           : walk_image(job->cage, job->image, job->deadline - now(), failure);
}

/* The part is null, and why stands in "errors". */
static void note_failure(json_t *facts, const char *part, const struct failure *failure)
{
	json_t *errors = json_object_get(facts, "errors");

	if (errors == NULL)
		json_object_set_new(facts, "errors", errors = json_object());
	json_object_set_new(errors, part, plain_string(failure->text, strlen(failure->text), 500));
}

/* Of the image the engine itself says more than its archive. */
static void take_layers(json_t *facts, json_t *passed)
{
	json_object_set(facts, "layers", json_object_get(passed, "layers"));
	json_object_set(facts, "files", json_object_get(passed, "files"));
}

static void take_results(json_t *facts, struct task tasks[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool layers = strcmp(tasks[i].name, "layers") == 0;

		if (tasks[i].result == NULL)
			note_failure(facts, tasks[i].name, &tasks[i].failure);
		if (tasks[i].result == NULL && layers)
			note_failure(facts, "files", &tasks[i].failure);
		else if (layers)
			take_layers(facts, tasks[i].result);
		else if (tasks[i].result != NULL)
			json_object_set(facts, tasks[i].name, tasks[i].result);
		json_decref(tasks[i].result);
	}
}

/* After the runs: it would disturb their times. */
static json_t *test_structure(void *context, struct failure *failure)
{
	const struct job *job = context;
	double seconds = job->deadline - now();

	if (job->cage->holder[0] == '\0' && needs_probe(job->collection->wanted->structure))
		fail(failure, "structure", job->placing.text, NULL);
	else if (seconds > 1)
		return observe_structure(job->cage, job->collection->wanted->structure, seconds,
		                         failure);
	else
		fail(failure, "structure", "no time was left for it: see --timeout", NULL);
	return NULL;
}

/* The volume is there once, for the runs, the walk and the structure test. */
static void place_for_all(struct job *job)
{
	const struct wanted *wanted = job->collection->wanted;

	if (wanted->walk || (wanted->structure != NULL && needs_probe(wanted->structure)))
		place_probe(job->cage, &job->placing);
}

static void add_structure(json_t *facts, struct job *job)
{
	struct task task = {.name = "structure"};

	if (job->collection->wanted->structure == NULL)
		return;
	task.result = test_structure(job, &task.failure);
	take_results(facts, &task, 1);
}

/* What is made for another machine does not start here, unless the engine emulates it: then it is
 * not the image's fault. */
static bool is_foreign(const json_t *facts)
{
	const json_t *image = json_object_get(facts, "image");
	const char *kind =
	    json_string_value(json_object_get(json_object_get(facts, "runs"), "kind"));

	return kind != NULL && strcmp(kind, "broken") == 0 &&
	       json_is_string(json_object_get(image, "architecture")) &&
	       json_is_string(json_object_get(image, "host_architecture")) &&
	       !json_equal(json_object_get(image, "architecture"),
	                   json_object_get(image, "host_architecture"));
}

static json_t *refuse_foreign(json_t *facts, const char *reference, struct failure *failure)
{
	const json_t *image = json_object_get(facts, "image");

	fail(failure, reference, "made for ",
	     json_string_value(json_object_get(image, "architecture")),
	     ", which does not run on this engine (",
	     json_string_value(json_object_get(image, "host_architecture")),
	     "): check it on one of its own, or with --static", NULL);
	json_decref(facts);
	return NULL;
}

static struct task pass_task(struct job *job)
{
	return (struct task){.name = "layers",
	                     .run = pass_layers,
	                     .context = job,
	                     .seconds = job->deadline - now(),
	                     .memory = PASS_MEMORY};
}

/* The start of an id, or a name: only the engine can tell. */
static bool may_be_id(const char *reference)
{
	return reference[strspn(reference, "0123456789abcdef")] == '\0';
}

/* All by `save` alone. NULL where that fails: then the engine tells why when it is asked. */
static json_t *read_saved(struct job *job)
{
	struct task task = pass_task(job);
	json_t *facts = NULL;

	if (may_be_id(job->reference))
		return NULL;
	run_tasks(&task, 1, 1, NULL, NULL);
	if (task.result != NULL) {
		facts =
		    compose(json_incref(json_object_get(task.result, "image")), NULL, NULL, NULL);
		take_layers(facts, task.result);
	}
	json_decref(task.result);
	return facts;
}

static bool has_user_name(const json_t *image)
{
	const char *user =
	    json_string_value(json_object_get(json_object_get(image, "config"), "user"));

	return user != NULL && user[strspn(user, "0123456789:")] != '\0';
}

/* The pass over the layers waits for the engine's disk most of the time: it runs beside the
 * containers. */
static json_t *ask_engine(struct job *job, struct failure *failure)
{
	const struct wanted *wanted = job->collection->wanted;
	struct task tasks[3];
	size_t count = 0;

	place_for_all(job);
	if (wanted->runs)
		tasks[count++] = (struct task){.name = "runs",
		                               .run = do_runs,
		                               .context = job,
		                               .seconds = job->deadline - now()};
	if (wanted->layers || wanted->files || (wanted->accounts && has_user_name(job->image)))
		tasks[count++] = pass_task(job);
	if (wanted->walk)
		tasks[count++] = (struct task){.name = "files",
		                               .run = do_walk,
		                               .context = job,
		                               .seconds = job->deadline - now()};
	if (!run_tasks(tasks, count, count, NULL, NULL)) {
		fail(failure, job->reference, "interrupted", NULL);
		return NULL;
	}
	json_t *facts = compose(json_incref(job->image), NULL, NULL, NULL);
	take_results(facts, tasks, count);
	add_structure(facts, job);
	return is_foreign(facts) ? refuse_foreign(facts, job->reference, failure) : facts;
}

/* Never a pass: what was asked for was not done. */
static void refuse_structure(json_t *facts)
{
	struct failure failure;

	fail(&failure, "structure", "an archive can't be run: load it into the engine", NULL);
	note_failure(facts, "structure", &failure);
}

/* Where nothing was asked for so far but the archive, it is not known yet what the engine is. */
static json_t *inspect(struct job *job, struct engine *opened, struct failure *failure)
{
	if (!job->collection->wanted->image) {
		if (!open_engine(job->engine->client, opened, failure))
			return NULL;
		job->engine = opened;
	}
	return inspect_image(job->engine, job->reference, failure);
}

json_t *collect_facts(const struct collection *collection, struct cage *cage, const char *image,
                      struct failure *failure)
{
	struct job job = {.collection = collection,
	                  .engine = collection->engine,
	                  .cage = cage,
	                  .reference = image,
	                  .deadline = now() + collection->seconds};
	struct engine opened;
	const char *reference;
	json_t *facts = NULL;
	char *path;

	if (parse_archive_name(image, &path, &reference)) {
		facts = read_archive_file(path, reference, strncmp(image, "oci-", 4) == 0, failure);
		free(path);
		if (facts != NULL)
			json_object_set_new(json_object_get(facts, "image"), "reference",
			                    plain_string(image, strlen(image), strlen(image)));
		if (facts != NULL && collection->wanted->structure != NULL)
			refuse_structure(facts);
		return facts;
	}
	if (!collection->wanted->image && (facts = read_saved(&job)) != NULL)
		return facts;
	job.image = inspect(&job, &opened, failure);
	if (job.image == NULL)
		return NULL;
	pin_image(cage, json_string_value(json_object_get(job.image, "id")));
	facts = ask_engine(&job, failure);
	json_decref(job.image);
	return facts;
}
