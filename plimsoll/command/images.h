#ifndef PLIMSOLL_COMMAND_IMAGES_H
#define PLIMSOLL_COMMAND_IMAGES_H

#include "plimsoll/command/collect.h"
#include "plimsoll/command/options.h"
#include "plimsoll/command/selection.h"

/* One image of the command line: what is asked of it, and what became of it. */
struct looked_at {
	const char *image;
	struct config *config;
	struct budgets budgets; /* of the document, and over them those of the command line */
	struct selection selection;
	json_t *facts; /* NULL: it could not be looked at, and failure says why */
	struct failure failure;
	double took; /* seconds */
};

/*
 * The images of the command line, each with its document; which facts are wanted is the caller's to
 * say. Allocated; the caller frees with free_images(). NULL and failure where one has no document,
 * or an option is wrong.
 */
struct looked_at *name_images(const struct options *options, const struct configs *configs,
                              struct failure *failure);

/*
 * Collects the facts of each, options->jobs at a time; nothing stays on the engine. False and
 * failure where no image can be looked at (no engine), or plimsoll was interrupted.
 */
bool look_at_images(const struct options *options, struct looked_at images[],
                    struct failure *failure);
void free_images(struct looked_at images[], size_t count);

/* The documents of every --config; where there is none, one that asks for nothing. */
bool read_configs(const struct options *options, struct configs *configs, struct failure *failure);

/* False and failure where an option would not be heeded with these images, or beside another. */
bool check_options(const struct options *options, struct failure *failure);

/* The files of --structure-test, NULL where there are none. False and failure for what is wrong in
 * it. */
bool read_tests(const struct options *options, struct structure **structure,
                struct failure *failure);

#endif
