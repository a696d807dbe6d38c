/* `plimsoll check`: the facts of each image, judged, and reported. */
#include "plimsoll/command/commands.h"
#include "plimsoll/command/images.h"
#include "plimsoll/command/reports.h"
#include "plimsoll/command/selection.h"
#include "plimsoll/text.h"

#include <stdlib.h>

struct work {
	struct options options;
	struct configs configs;
	struct reports reports;
	struct structure *structure;
	struct looked_at *images; /* as many as options names */
};

static bool select_for(struct work *work, struct failure *failure)
{
	for (size_t i = 0; i < work->options.images.count; i++) {
		struct looked_at *image = &work->images[i];

		select_checks(&work->options, image->config, &image->selection);
		image->selection.wanted.structure = work->structure;
		if (image->selection.count == 0 && work->structure == NULL)
			return fail(failure, "--only, --skip", "leave no check", NULL);
	}
	return true;
}

/* Everything that can be refused is refused here, before a container is made or a file written. */
static bool prepare(char **argv, struct work *work, struct failure *failure)
{
	struct options *options = &work->options;

	if (!parse_options(argv, options, failure))
		return false;
	if (options->images.count == 0)
		return fail(failure, "IMAGE", "missing: see plimsoll --help", NULL);
	if (!check_options(options, failure) || !read_configs(options, &work->configs, failure))
		return false;
	work->images = name_images(options, &work->configs, failure);
	return work->images != NULL && read_tests(options, &work->structure, failure) &&
	       select_for(work, failure) && open_reports(options, &work->reports, failure);
}

static int judge_images(struct work *work, struct failure *failure)
{
	size_t count = work->options.images.count;
	struct verdict *verdicts = get_memory(count * sizeof(*verdicts));

	for (size_t i = 0; i < count; i++) {
		struct looked_at *image = &work->images[i];

		verdicts[i] = judge_image(image->image, image->facts, image->failure.text,
		                          image->config, &image->budgets, &image->selection);
		verdicts[i].took = image->took;
	}
	int status = write_reports(&work->reports, verdicts, count, failure)
	                 ? choose_status(verdicts, count)
	                 : -1;
	free_verdicts(verdicts, count);
	return status;
}

int run_check(char **argv)
{
	struct work work = {0};
	struct failure failure;
	int status = EXIT_USAGE;

	if (!prepare(argv, &work, &failure)) {
		report_failure("plimsoll", &failure);
	} else {
		status = look_at_images(&work.options, work.images, &failure)
		             ? judge_images(&work, &failure)
		             : -1;
		if (status < 0)
			report_failure("plimsoll", &failure);
	}
	drop_reports(&work.reports);
	free_images(work.images, work.options.images.count);
	free_structure(work.structure);
	free_configs(&work.configs);
	return status >= 0 ? status : EXIT_TROUBLE;
}
