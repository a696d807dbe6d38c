#ifndef PLIMSOLL_COMMAND_IMAGES_H
#define PLIMSOLL_COMMAND_IMAGES_H

#include "plimsoll/command/facts.h"
#include "plimsoll/command/options.h"

/* What became of one image of the command line. */
struct looked_at {
	const char *image;
	json_t *facts; /* NULL: it could not be looked at, and failure says why */
	struct failure failure;
	double took; /* seconds */
};

/*
 * Collects the facts of each image of the command line, options->jobs at a time; nothing stays on
 * the engine. False and failure where no image can be looked at (no engine), or plimsoll was
 * interrupted. The caller frees with free_images().
 */
bool look_at_images(const struct options *options, const struct budgets *budgets,
                    const struct wanted *wanted, struct looked_at images[],
                    struct failure *failure);
void free_images(struct looked_at images[], size_t count);

/* The file of --structure-test, where it is given. False and failure for what is wrong in it. */
bool read_tests(const struct options *options, struct structure **structure,
                struct failure *failure);

/* The budgets of the file, and over them those of the command line; what is not copied is theirs.
 * The caller frees with free_merged(), whatever is returned. */
bool merge_budgets(const struct config *config, const struct options *options,
                   struct budgets *budgets, struct failure *failure);
void free_merged(struct budgets *budgets);

#endif
