/* `plimsoll clean`: what a plimsoll that was killed left on the engine. */
#include "plimsoll/command/commands.h"
#include "plimsoll/command/options.h"
#include "plimsoll/engine/cage.h"
#include "plimsoll/engine/tasks.h"

#include <stdio.h>

int run_clean(char **argv)
{
	struct options options;
	struct engine engine;
	struct failure failure;
	size_t removed;

	if (!parse_options(argv, &options, &failure) ||
	    (options.images.count > 0 && !fail(&failure, options.images.words[0],
	                                       "not expected: plimsoll clean takes none", NULL))) {
		report_failure("plimsoll", &failure);
		return EXIT_USAGE;
	}
	catch_interrupts();
	if (!open_engine(options.engine, &engine, &failure) ||
	    !clean_up(&engine, &removed, &failure)) {
		report_failure("plimsoll", &failure);
		return EXIT_TROUBLE;
	}
	printf("%zu container(s) removed\n", removed);
	return EXIT_PASSED;
}
