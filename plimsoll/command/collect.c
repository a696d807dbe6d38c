/* `plimsoll facts`: what was seen, as JSON. */
#include "plimsoll/command/commands.h"
#include "plimsoll/command/images.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool prepare(char **argv, struct options *options, struct config *config,
                    struct budgets *budgets, struct structure **structure, struct failure *failure)
{
	if (!parse_options(argv, options, failure))
		return false;
	if (options->images.count != 1)
		return fail(failure, "IMAGE", "must be one: see plimsoll --help", NULL);
	if (options->config != NULL && !read_config(options->config, config, failure))
		return false;
	return read_tests(options, structure, failure) &&
	       merge_budgets(config, options, budgets, failure);
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
	struct options options;
	struct config config = {0};
	struct budgets budgets;
	struct structure *structure = NULL;
	struct looked_at image;
	struct failure failure;

	if (!prepare(argv, &options, &config, &budgets, &structure, &failure)) {
		report_failure("plimsoll", &failure);
		return EXIT_USAGE;
	}
	const struct wanted wanted = {
	    .image = true,
	    .layers = !options.no_layers,
	    .files = !options.no_layers,
	    .runs = !options.no_runs,
	    .structure = structure,
	};
	bool done = look_at_images(&options, &budgets, &wanted, &image, &failure);
	if (done) {
		done = print_facts(&image, &failure);
		free_images(&image, 1);
	}
	if (!done)
		report_failure("plimsoll", &failure);
	free_merged(&budgets);
	free_structure(structure);
	free_config(&config);
	return done ? EXIT_PASSED : EXIT_TROUBLE;
}
