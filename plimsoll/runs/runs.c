/* Which runs are made, in which order, and what comes of them together. */
#include "plimsoll/runs/runs.h"

#include "plimsoll/engine/tasks.h"
#include "plimsoll/runs/kinds.h"
#include "plimsoll/runs/settle.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <string.h>

#define MOST_TASKS 16

/* Seconds from which on a start is one that a signal can fall into. */
#define SLOW_START 2.0

/*
 * By so much the baseline is ahead of the rest: it is watched for a set time, so that nothing ends
 * before it, and containers that start at once start more slowly.
 */
#define HEAD_START 0.15

/*
 * One task. The longest come first: they decide when the last one ends. `gives` are the runs of
 * facts.md that it answers for. Where these are several conditions, they are made at once, as a
 * bundle: what the image bears in all of them it bears in each.
 */
struct recipe {
	const char *name;
	json_t *(*make)(struct run *run, struct failure *failure);
	const char *gives[8];
	const char *strongest; /* of a bundle: the condition by whose name it is shown */
	bool conditional;      /* means nothing where the image does not work in its own way */
	enum users { ANY_USER, NOT_ROOT, ROOT } of; /* the image's own user, for which it is made */
};

/*
 * One that starts as root mostly needs something of that: all conditions at once would only tell
 * that it does, and those that take it away are each tried by themselves at once.
 */
static const struct recipe first[] = {
    {"baseline", make_baseline, {"baseline", "orphan"}, NULL, false, ANY_USER},
    {"stop", make_stop, {"stop", "restart"}, NULL, false, ANY_USER},
    {"stop_early", make_stop_early, {"stop_early"}, NULL, false, ANY_USER},
    {"strict",
     make_confined,
     {"read_only", "anyone", "no_capabilities", "no_new_privileges", "restricted", "limits"},
     "restricted",
     true,
     NOT_ROOT},
    {"interrupt", make_interrupt, {"interrupt"}, NULL, false, ANY_USER},
    {"mild", make_confined, {"read_only", "no_new_privileges", "limits"}, "read_only", true, ROOT},
    {"no_capabilities", make_confined, {"no_capabilities"}, NULL, true, ROOT},
    {"anyone", make_confined, {"anyone"}, NULL, true, ROOT},
    {"restricted", make_confined, {"restricted"}, NULL, true, ROOT},
    {"openshift", make_confined, {"openshift"}, NULL, true, ANY_USER},
    {"bad_argument", make_bad_argument, {"bad_argument"}, NULL, true, ANY_USER},
    {"override", make_override, {"override"}, NULL, true, ANY_USER},
};

/* What no bundle of the first showed: apart, but for two that nearly every image bears. */
static const struct recipe second[] = {
    {"read_only", make_confined, {"read_only"}, NULL, true, ANY_USER},
    {"no_capabilities", make_confined, {"no_capabilities"}, NULL, true, ANY_USER},
    {"milder", make_confined, {"no_new_privileges", "limits"}, "limits", true, ANY_USER},
    {"anyone", make_confined, {"anyone"}, NULL, true, ANY_USER},
    {"restricted", make_confined, {"restricted"}, NULL, true, ANY_USER},
};

static const struct recipe third[] = {
    {"no_new_privileges", make_confined, {"no_new_privileges"}, NULL, true, ANY_USER},
    {"limits", make_confined, {"limits"}, NULL, true, ANY_USER},
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* All that is known while runs are made. */
struct work {
	const struct cage *cage;
	const json_t *image;
	const struct run_options *options;
	json_t *results; /* new_results(), of all tasks together */
	enum kind kind;
	struct failure *failure;
};

struct job {
	const struct work *work;
	const struct recipe *recipe;
	double not_before; /* of now() */
};

static json_t *do_job(void *context, struct failure *failure)
{
	const struct job *job = context;
	struct run run = {.cage = job->work->cage,
	                  .image = job->work->image,
	                  .options = job->work->options,
	                  .name = job->recipe->name,
	                  .deadline = now() + job->work->options->seconds};

	pause_for(job->not_before - now());
	return job->recipe->make(&run, failure);
}

static void report_job(const struct task *task, bool done, void *context)
{
	const struct work *work = context;

	if (work->options->report != NULL)
		work->options->report(task->name, done, work->options->context);
}

static json_t *find_run(const struct work *work, const char *name)
{
	return json_object_get(json_object_get(work->results, "runs"), name);
}

/* Each run that the task answers for has the task's failure. */
static void note_failure(struct work *work, const struct recipe *recipe, const char *reason)
{
	for (const char *const *name = recipe->gives; *name != NULL; name++) {
		if (is_wanted(work->options, *name))
			add_error(work->results, *name, reason);
	}
}

static void take_result(struct work *work, const struct recipe *recipe, struct task *task)
{
	static const char *const parts[] = {"runs", "errors", "lives"};
	const char *part;
	json_t *value;

	if (task->result == NULL) {
		note_failure(work, recipe, task->failure.text);
		return;
	}
	for (size_t i = 0; i < COUNT(parts); i++)
		json_object_update(json_object_get(work->results, parts[i]),
		                   json_object_get(task->result, parts[i]));
	json_object_foreach(task->result, part, value)
	{
		if (!json_is_object(value)) /* the baseline's container */
			json_object_set(work->results, part, value);
	}
	json_decref(task->result);
}

/* False where plimsoll was interrupted. */
static bool make_tasks(struct work *work, const struct recipe *const recipes[], size_t count,
                       size_t at_once)
{
	struct job jobs[MOST_TASKS];
	struct task tasks[MOST_TASKS];
	double start = now();

	for (size_t i = 0; i < count; i++) {
		bool behind = i > 0 && recipes[0] == &first[0];

		jobs[i] = (struct job){work, recipes[i], start + (behind ? HEAD_START : 0)};
		tasks[i] = (struct task){.name = recipes[i]->name,
		                         .run = do_job,
		                         .context = &jobs[i],
		                         .seconds = work->options->seconds + BEHIND_SECONDS};
	}
	bool all = run_tasks(tasks, count, at_once, report_job, work);
	for (size_t i = 0; i < count; i++)
		take_result(work, recipes[i], &tasks[i]);
	return all;
}

/* By the image's word; a name other than root's is taken to be another user. */
static bool starts_as_root(const json_t *image)
{
	const char *user =
	    json_string_value(json_object_get(json_object_get(image, "config"), "user"));
	size_t length = user != NULL ? strcspn(user, ":") : 0;

	return length == 0 || strspn(user, "0") == length ||
	       (length == 4 && strncmp(user, "root", 4) == 0);
}

static bool is_asked_for(const struct work *work, const struct recipe *recipe)
{
	if (strcmp(recipe->name, "baseline") == 0)
		return true;
	if (recipe->of != ANY_USER && (recipe->of == ROOT) != starts_as_root(work->image))
		return false;
	for (const char *const *name = recipe->gives; *name != NULL; name++) {
		if (is_wanted(work->options, *name))
			return true;
	}
	return false;
}

static bool make_first(struct work *work)
{
	const struct recipe *chosen[COUNT(first)];
	size_t count = 0;

	for (size_t i = 0; i < COUNT(first); i++) {
		if (is_asked_for(work, &first[i]))
			chosen[count++] = &first[i];
	}
	/* The baseline mostly waits: it takes no other's place. */
	return make_tasks(work, chosen, count, work->options->jobs + 1);
}

static void take_shown(struct work *work, const struct recipe *bundle)
{
	const json_t *made = find_run(work, bundle->name), *baseline = find_run(work, "baseline");

	for (const char *const *name = bundle->gives; made != NULL && *name != NULL; name++) {
		json_t *shown =
		    is_wanted(work->options, *name)
		        ? show_by_bundle(*name, bundle->strongest, work->kind, baseline, made)
		        : NULL;

		if (shown != NULL)
			add_run(work->results, *name, shown);
	}
}

/* A bundle is no run of facts.md. */
static void drop_bundles(struct work *work, const struct recipe recipes[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (recipes[i].strongest != NULL)
			json_object_del(json_object_get(work->results, "runs"), recipes[i].name);
	}
}

static void settle_bundles(struct work *work, const struct recipe recipes[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (recipes[i].strongest != NULL)
			take_shown(work, &recipes[i]);
	}
	drop_bundles(work, recipes, count);
}

static bool is_shown(const struct work *work, const struct recipe *recipe)
{
	for (const char *const *name = recipe->gives; *name != NULL; name++) {
		if (is_wanted(work->options, *name) && find_run(work, *name) == NULL)
			return false;
	}
	return true;
}

/* Makes what is not shown yet. False where plimsoll was interrupted. */
static bool make_missing(struct work *work, const struct recipe recipes[], size_t count)
{
	const struct recipe *chosen[MOST_TASKS];
	size_t chosen_count = 0;

	for (size_t i = 0; i < count; i++) {
		if (!is_asked_for(work, &recipes[i]) || is_shown(work, &recipes[i]))
			continue;
		for (const char *const *name = recipes[i].gives; *name != NULL; name++)
			json_object_del(json_object_get(work->results, "errors"), *name);
		chosen[chosen_count++] = &recipes[i];
	}
	bool all = make_tasks(work, chosen, chosen_count, work->options->jobs);
	settle_bundles(work, recipes, count);
	return all;
}

/* Those that were made by themselves. */
static void settle_conditions(struct work *work)
{
	const json_t *baseline = find_run(work, "baseline");
	const char *const names[] = {"read_only", "no_capabilities", "no_new_privileges", "limits",
	                             "anyone",    "restricted",      "openshift"};
	char reason[128];

	for (size_t i = 0; i < COUNT(names); i++) {
		json_t *run = find_run(work, names[i]);

		if (run == NULL || json_object_get(run, "shown_by") != NULL ||
		    settle_confined(names[i], work->kind, baseline, run, reason, sizeof(reason)))
			continue;
		json_object_del(json_object_get(work->results, "runs"), names[i]);
		add_error(work->results, names[i], reason);
	}
}

/* The baseline's own run, as its task left it; false where its container was never started. */
static bool find_baseline(const struct work *work, struct run *run)
{
	const char *id = json_string_value(json_object_get(work->results, "id"));

	*run = (struct run){.cage = work->cage,
	                    .image = work->image,
	                    .options = work->options,
	                    .name = "baseline",
	                    .began = json_real_value(json_object_get(work->results, "began")),
	                    .deadline = now() + work->options->seconds};
	snprintf(run->id, sizeof(run->id), "%s", id != NULL ? id : "");
	return id != NULL;
}

/* How long the baseline has been up by now, or was: waits, within bounds, until that is wanted. */
static double read_life(const struct work *work, double wanted)
{
	const json_t *lives = json_object_get(work->results, "lives");
	double alive = json_number_value(json_object_get(find_run(work, "baseline"), "alive_for"));
	struct container_state state;
	struct failure unknown;
	struct run run;

	if (!find_baseline(work, &run) || json_object_get(lives, "baseline") != NULL)
		return json_number_value(json_object_get(lives, "baseline"));
	if (is_outlived(wanted, alive))
		return alive;
	if (!is_outlived(wanted, now() - run.began))
		await_end(&run, left_until(&run, run.began + wanted + 0.2));
	if (!read_state(work->cage, run.id, &state, &unknown))
		return 0;
	return state.running ? now() - run.began : state.finished - state.started;
}

/* What ended after a signal, while the baseline, without one, did not live longer either, may have
 * ended by itself. */
static void compare_lives(struct work *work)
{
	static const char *const names[] = {"stop", "stop_early", "interrupt"};
	json_t *lives = json_object_get(work->results, "lives");

	for (size_t i = 0; i < COUNT(names); i++) {
		double life = json_number_value(json_object_get(lives, names[i]));
		json_t *run = find_run(work, names[i]);

		if (run == NULL)
			continue;
		bool outlived = is_outlived(life, read_life(work, life));
		if (i == 0) {
			json_object_set_new(run, "outlived_by_baseline", json_boolean(outlived));
		} else if (!outlived && !json_is_true(json_object_get(run, "killed"))) {
			json_object_del(json_object_get(work->results, "runs"), names[i]);
			add_error(work->results, names[i],
			          "without a signal it ends about as soon: that it ended shows "
			          "nothing");
		}
	}
}

/* Where it takes its time to start, and was ready before the signal came, its end was not an early
 * one. */
static void drop_late_stop(struct work *work)
{
	const json_t *baseline = find_run(work, "baseline"), *run = find_run(work, "stop_early");
	double ready = json_number_value(json_object_get(baseline, "ready_after"));

	if (ready < SLOW_START || json_is_true(json_object_get(run, "killed")) ||
	    json_number_value(json_object_get(run, "age")) < ready)
		return;
	json_object_del(json_object_get(work->results, "runs"), "stop_early");
	add_error(work->results, "stop_early", "it was ready before the signal came");
}

/* Runs that make sense for a service alone: of others their kind says why there are none. */
static void drop_service_runs(struct work *work)
{
	static const char *const names[] = {"stop", "stop_early", "interrupt", "restart", "orphan"};

	for (size_t i = 0; i < COUNT(names); i++) {
		json_object_del(json_object_get(work->results, "runs"), names[i]);
		json_object_del(json_object_get(work->results, "errors"), names[i]);
	}
}

/* Nothing can be held against an image that does not work anyhow. Its kind says why there is no
 * run, or what the baseline lacks to be ready. */
static void drop_conditions(struct work *work)
{
	json_t *runs = json_object_get(work->results, "runs");
	json_t *errors = json_object_get(work->results, "errors");

	for (size_t i = 0; i < COUNT(first); i++) {
		if (!first[i].conditional)
			continue;
		for (const char *const *name = first[i].gives; *name != NULL; name++) {
			json_object_del(runs, *name);
			json_object_del(errors, *name);
		}
	}
	drop_bundles(work, first, COUNT(first));
}

/* By what the image declares, unless another command than its own is run: such a program that
 * ends by itself, be it with 0, went into the background, or is no service at all. */
static bool is_said_to_serve(const struct work *work)
{
	const json_t *config = json_object_get(work->image, "config");

	return work->options->budgets->command == NULL &&
	       (json_is_object(json_object_get(config, "healthcheck")) ||
	        json_array_size(json_object_get(config, "ports")) > 0);
}

/* False where plimsoll was interrupted. */
static bool make_conditions(struct work *work)
{
	settle_bundles(work, first, COUNT(first));
	if (!make_missing(work, second, COUNT(second)) || !make_missing(work, third, COUNT(third)))
		return fail(work->failure, work->cage->image, "interrupted", NULL);
	settle_conditions(work);
	return true;
}

static bool look_at_baseline(struct work *work)
{
	struct run run;

	return !find_baseline(work, &run) || finish_baseline(&run, work->results, work->failure);
}

/* Only how the baseline ended, or that it still runs behind the first of the others, tells what the
 * image is. */
static bool settle(struct work *work)
{
	const json_t *baseline = find_run(work, "baseline");

	if (!look_at_baseline(work))
		return false;
	work->kind = find_kind(baseline, is_said_to_serve(work));
	if (work->kind != KIND_SERVICE)
		drop_service_runs(work);
	if (!works(work->kind, baseline))
		drop_conditions(work);
	else if (!make_conditions(work))
		return false;
	settle_restart(baseline, find_run(work, "restart"));
	compare_lives(work);
	drop_late_stop(work);
	return interrupted() == 0 || fail(work->failure, work->cage->image, "interrupted", NULL);
}

/* The object of facts.md: every run by its name, null where there is none. */
static json_t *compose(const struct work *work)
{
	json_t *runs = json_pack("{s:s}", "kind", name_kind(work->kind));

	for (size_t i = 0; i < COUNT(first); i++) {
		for (const char *const *name = first[i].gives; *name != NULL; name++) {
			json_t *run = find_run(work, *name);

			json_object_set_new(runs, *name,
			                    run != NULL ? json_incref(run) : json_null());
		}
	}
	json_object_set(runs, "errors", json_object_get(work->results, "errors"));
	return runs;
}

json_t *make_runs(struct cage *cage, const json_t *image, const struct run_options *options,
                  struct failure *failure)
{
	struct work work = {.cage = cage, .image = image, .options = options, .failure = failure};
	json_t *runs = NULL;

	work.results = new_results();
	if (!make_first(&work)) {
		fail(failure, cage->image, "interrupted", NULL);
	} else if (find_run(&work, "baseline") == NULL) {
		const char *reason = json_string_value(
		    json_object_get(json_object_get(work.results, "errors"), "baseline"));
		fail(failure, "baseline", reason != NULL ? reason : "not made", NULL);
	} else if (settle(&work)) {
		runs = compose(&work);
	}
	json_decref(work.results);
	return runs;
}
