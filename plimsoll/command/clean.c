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
	struct cleaning cleaning;

	if (!parse_options(argv, &options, &failure) ||
	    (options.images.count > 0 && !fail(&failure, options.images.words[0],
	                                       "not expected: plimsoll clean takes none", NULL))) {
		report_failure("plimsoll", &failure);
		return EXIT_USAGE;
	}
	catch_interrupts();
	cleaning.older_than = options.older_than;
	if (!open_engine(options.engine, &engine, &failure)) {
		report_failure("plimsoll", &failure);
		return EXIT_TROUBLE;
	}
	bool cleaned = clean_up(&engine, &cleaning, &failure);
	printf("%zu container(s) and volume(s) removed\n", cleaning.removed);
	if (cleaning.unseen > 0)
		printf("%zu container(s) and volume(s) left: whether their plimsoll still runs "
		       "can't be seen from here: "
		       "--older-than SECONDS removes those of a certain age\n",
		       cleaning.unseen);
	if (!cleaned)
		report_failure("plimsoll", &failure);
	return cleaned ? EXIT_PASSED : EXIT_TROUBLE;
}
