#include "plimsoll/command/images.h"

#include "plimsoll/engine/tasks.h"
#include "plimsoll/image/archive.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an image's task has to remove its containers, after the image's own time. */
#define CLOSING_SECONDS (CAGE_PATIENCE + 45)

struct image_job {
	struct collection collection;
	struct cage cage;
	const char *image;
};

/* An archive has no cage. */
static bool makes_containers(const struct image_job *job)
{
	return job->cage.engine != NULL &&
	       (job->collection.wanted->runs || job->collection.wanted->walk ||
	        job->collection.wanted->structure != NULL);
}

/* A member of a task's result: its cage could not be closed. */
#define LEFT "left"

static json_t *look_at_image(void *context, struct failure *failure)
{
	struct image_job *job = context;
	struct failure left;
	json_t *facts = collect_facts(&job->collection, &job->cage, job->image, failure);

	if (makes_containers(job) && !close_cage(&job->cage, &left) && facts != NULL)
		json_object_set_new(facts, LEFT, json_true());
	return facts;
}

static bool is_archive(const char *image)
{
	const char *reference;
	char *path;

	if (!parse_archive_name(image, &path, &reference))
		return false;
	free(path);
	return true;
}

/* Opened where an image is asked for what the engine says of it, found where one is saved by it. */
static bool ready_engine(const struct options *options, const struct looked_at images[],
                         struct engine *engine, struct failure *failure)
{
	bool found = false, opened = false;

	for (size_t i = 0; i < options->images.count; i++) {
		bool archive = is_archive(images[i].image);

		found = found || !archive;
		opened = opened || (!archive && images[i].selection.wanted.image);
	}
	return !found || (opened ? open_engine(options->engine, engine, failure)
	                         : find_engine(options->engine, engine, failure));
}

static struct image_job make_job(const struct options *options, const struct looked_at *image,
                                 const struct engine *engine)
{
	struct image_job job = {
	    .collection = {.engine = engine,
	                   .wanted = &image->selection.wanted,
	                   .budgets = &image->budgets,
	                   .seconds = options->timeout,
	                   .progress = !options->quiet && isatty(STDERR_FILENO) != 0},
	    .image = image->image};

	if (!is_archive(image->image))
		open_cage(&job.cage, engine, image->image);
	return job;
}

/* What stays on the engine is a failure of its own: the facts are not judged then. */
static void report_left(struct task *task, const struct failure *reason)
{
	struct failure failure;

	fail(&failure, task->name,
	     "its containers may be left on the engine: plimsoll clean removes them: ",
	     reason->text, NULL);
	if (task->result == NULL) {
		report_failure("plimsoll", &failure);
		return;
	}
	task->failure = failure;
	json_decref(task->result);
	task->result = NULL;
}

/* Tasks that were killed could not close their cages, and an engine that was busy with other images
 * did not, perhaps. */
static void close_cages(struct image_job jobs[], struct task tasks[], size_t count)
{
	struct failure failure;

	for (size_t i = 0; i < count; i++) {
		bool left = tasks[i].result == NULL || json_object_del(tasks[i].result, LEFT) == 0;

		if (makes_containers(&jobs[i]) && left && !close_cage(&jobs[i].cage, &failure))
			report_left(&tasks[i], &failure);
	}
}

static bool run_jobs(struct image_job jobs[], struct task tasks[], size_t count, size_t at_a_time,
                     struct looked_at images[], struct failure *failure)
{
	bool whole = run_tasks(tasks, count, at_a_time, NULL, NULL);

	close_cages(jobs, tasks, count);
	for (size_t i = 0; i < count; i++) {
		images[i].facts = tasks[i].result;
		images[i].failure = tasks[i].failure;
		images[i].took = tasks[i].took;
	}
	return whole || fail(failure, "interrupted", "nothing was judged", NULL);
}

bool look_at_images(const struct options *options, struct looked_at images[],
                    struct failure *failure)
{
	size_t count = options->images.count;
	struct image_job *jobs = get_memory(count * sizeof(*jobs));
	struct task *tasks = get_memory(count * sizeof(*tasks));
	struct engine engine;

	catch_interrupts();
	bool ready = ready_engine(options, images, &engine, failure);
	for (size_t i = 0; ready && i < count; i++) {
		jobs[i] = make_job(options, &images[i], &engine);
		tasks[i] =
		    (struct task){.name = jobs[i].image,
		                  .run = look_at_image,
		                  .context = &jobs[i],
		                  .seconds = options->timeout +
		                             (jobs[i].cage.engine != NULL ? CLOSING_SECONDS : 0)};
	}
	if (!ready && interrupted() != 0)
		fail(failure, "interrupted", "nothing was judged", NULL);
	ready = ready && run_jobs(jobs, tasks, count, options->jobs, images, failure);
	free(jobs);
	free(tasks);
	return ready;
}

bool read_configs(const struct options *options, struct configs *configs, struct failure *failure)
{
	static const struct config nothing = {0};

	*configs = (struct configs){0};
	for (size_t i = 0; i < options->configs.count; i++)
		if (!read_config(options->configs.words[i], configs, failure))
			return false;
	if (configs->count > 0)
		return true;
	configs->configs = get_memory(sizeof(*configs->configs));
	configs->configs[configs->count++] = nothing;
	return true;
}

bool check_options(const struct options *options, struct failure *failure)
{
	static const char reason[] = "is for containers, and none is made with --static, or of an "
	                             "archive: leave it out";
	bool has_image = false;

	for (size_t i = 0; i < options->images.count; i++)
		has_image |= !is_archive(options->images.words[i]);
	if (options->structures.count > 0 && options->no_runs)
		return fail(failure, "--structure-test",
		            "runs containers, and --static forbids that: give one of them", NULL);
	if (options->no_layers && !has_image)
		return fail(failure, "--no-layers", "an archive is its layers: leave it out", NULL);
	if (has_image && !options->no_runs)
		return true;
	if (options->ready != NULL)
		return fail(failure, "--ready", reason, NULL);
	if (options->env.count > 0)
		return fail(failure, "--env", reason, NULL);
	return options->command == NULL || fail(failure, "--", reason, NULL);
}

bool read_tests(const struct options *options, struct structure **structure,
                struct failure *failure)
{
	for (size_t i = 0; i < options->structures.count; i++)
		if (!read_structure(options->structures.words[i], structure, failure))
			return false;
	return true;
}

static size_t count_strings(char *const *strings)
{
	size_t count = 0;

	while (strings != NULL && strings[count] != NULL)
		count++;
	return count;
}

/* What the command line says of a variable comes last, and so it holds. */
static char **join_env(char *const *file, const struct arguments *line)
{
	size_t count = count_strings(file);
	char **joined = get_memory((count + line->count + 1) * sizeof(*joined));

	for (size_t i = 0; i < count; i++)
		joined[i] = file[i];
	for (size_t i = 0; i < line->count; i++)
		joined[count + i] = (char *)(uintptr_t)line->words[i];
	joined[count + line->count] = NULL;
	return joined;
}

/* What is not copied is the document's, or the command line's. */
static bool merge_budgets(const struct config *config, const struct options *options,
                          struct budgets *budgets, struct failure *failure)
{
	*budgets = config->budgets;
	budgets->env = join_env(budgets->env, &options->env);
	if (options->command != NULL)
		budgets->command = (char **)(uintptr_t)options->command;
	if (config->budgets.ready != NULL)
		budgets->ready = print_text("%s", config->budgets.ready);
	return options->ready == NULL || parse_ready(options->ready, budgets, failure);
}

struct looked_at *name_images(const struct options *options, const struct configs *configs,
                              struct failure *failure)
{
	size_t count = options->images.count;
	struct looked_at *images = get_memory(count * sizeof(*images));

	memset(images, 0, count * sizeof(*images));
	for (size_t i = 0; i < count; i++) {
		struct looked_at *image = &images[i];

		image->image = options->images.words[i];
		image->config = find_config(configs, image->image, failure);
		if (image->config == NULL ||
		    !merge_budgets(image->config, options, &image->budgets, failure)) {
			free_images(images, count);
			return NULL;
		}
	}
	return images;
}

void free_images(struct looked_at images[], size_t count)
{
	for (size_t i = 0; images != NULL && i < count; i++) {
		json_decref(images[i].facts);
		free_selection(&images[i].selection);
		free(images[i].budgets.env);
		free(images[i].budgets.ready);
	}
	free(images);
}
