/* `plimsoll check`: the facts of each image, judged, and reported. */
#include "plimsoll/command/commands.h"
#include "plimsoll/command/images.h"
#include "plimsoll/command/reports.h"
#include "plimsoll/command/selection.h"
#include "plimsoll/text.h"

#include <stdlib.h>

struct work {
	struct options options;
	struct config config;
	struct budgets budgets;
	struct selection selection;
	struct reports reports;
	struct structure *structure;
	struct looked_at *images;
};

/* Everything that can be refused is refused here, before a container is made or a file written. */
static bool prepare(char **argv, struct work *work, struct failure *failure)
{
	struct options *options = &work->options;

	if (!parse_options(argv, options, failure))
		return false;
	if (options->images.count == 0)
		return fail(failure, "IMAGE", "missing: see plimsoll --help", NULL);
	if (options->config != NULL && !read_config(options->config, &work->config, failure))
		return false;
	if (!merge_budgets(&work->config, options, &work->budgets, failure))
		return false;
	if (!read_tests(options, &work->structure, failure))
		return false;
	select_checks(options, &work->config, &work->selection);
	work->selection.wanted.structure = work->structure;
	if (work->selection.count == 0 && work->structure == NULL)
		return fail(failure, "--skip", "leaves no check", NULL);
	return open_reports(options, &work->reports, failure);
}

static int judge_images(struct work *work, struct failure *failure)
{
	size_t count = work->options.images.count;
	struct verdict *verdicts = get_memory(count * sizeof(*verdicts));

	for (size_t i = 0; i < count; i++)
		verdicts[i] = judge_image(work->images[i].image, work->images[i].facts,
		                          work->images[i].failure.text, &work->config,
		                          &work->budgets, &work->selection);
	for (size_t i = 0; i < count; i++)
		verdicts[i].took = work->images[i].took;
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
	int status = -1;

	if (!prepare(argv, &work, &failure)) {
		report_failure("plimsoll", &failure);
		return EXIT_USAGE;
	}
	work.images = get_memory(work.options.images.count * sizeof(*work.images));
	if (look_at_images(&work.options, &work.budgets, &work.selection.wanted, work.images,
	                   &failure)) {
		status = judge_images(&work, &failure);
		free_images(work.images, work.options.images.count);
	}
	if (status < 0)
		report_failure("plimsoll", &failure);
	drop_reports(&work.reports);
	free_selection(&work.selection);
	free_structure(work.structure);
	free_config(&work.config);
	free_merged(&work.budgets);
	free(work.images);
	return status >= 0 ? status : EXIT_TROUBLE;
}
