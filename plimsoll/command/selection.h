#ifndef PLIMSOLL_COMMAND_SELECTION_H
#define PLIMSOLL_COMMAND_SELECTION_H

#include "plimsoll/command/collect.h"
#include "plimsoll/command/options.h"

/* The checks that are asked for, and the facts that they need. */
struct selection {
	const struct check **checks; /* allocated */
	size_t count;
	struct wanted wanted;
	const char **run_names; /* allocated, up to a NULL */
};

/*
 * Those that --only names, or else those of the profile; without those that --skip and the
 * configuration leave out. Where --static or --no-layers, or both, leave facts out, checks that
 * need them stay, and are skipped.
 */
void select_checks(const struct options *options, const struct config *config,
                   struct selection *selection);
void free_selection(struct selection *selection);

#endif
