/* `plimsoll facts`: what was seen, as JSON. */
#include "plimsoll/command/commands.h"
#include "plimsoll/command/images.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct work {
	struct options options;
	struct configs configs;
	struct structure *structure;
	struct looked_at *image;
};

static bool prepare(char **argv, struct work *work, struct failure *failure)
{
	struct options *options = &work->options;

	if (!parse_options(argv, options, failure))
		return false;
	if (options->images.count != 1)
		return fail(failure, "IMAGE", "must be one: see plimsoll --help", NULL);
	if (!check_options(options, failure) || !read_configs(options, &work->configs, failure) ||
	    !read_tests(options, &work->structure, failure))
		return false;
	work->image = name_images(options, &work->configs, failure);
	if (work->image == NULL)
		return false;
	work->image->selection.wanted = (struct wanted){
	    .image = true,
	    .layers = !options->no_layers,
	    .files = !options->no_layers,
	    .walk = options->no_layers && !options->no_runs,
	    .runs = !options->no_runs,
	    .structure = work->structure,
	};
	return true;
}

static bool print_facts(const struct looked_at *image, struct failure *failure)
{
	if (image->facts == NULL) {
		*failure = image->failure;
		return false;
	}
	if (json_dumpf(image->facts, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF &&
	    fflush(stdout) == 0)
		return true;
	return fail(failure, "standard output", strerror(errno), NULL);
}

int run_facts(char **argv)
{
	struct work work = {0};
	struct failure failure;
	int status = EXIT_USAGE;

	if (prepare(argv, &work, &failure))
		status = look_at_images(&work.options, work.image, &failure) &&
		                 print_facts(work.image, &failure)
		             ? EXIT_PASSED
		             : EXIT_TROUBLE;
	if (status != EXIT_PASSED)
		report_failure("plimsoll", &failure);
	free_images(work.image, work.options.images.count);
	free_structure(work.structure);
	free_configs(&work.configs);
	return status;
}
