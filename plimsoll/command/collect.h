#ifndef PLIMSOLL_COMMAND_COLLECT_H
#define PLIMSOLL_COMMAND_COLLECT_H

#include "plimsoll/config/config.h"
#include "plimsoll/engine/cage.h"
#include "plimsoll/structure/structure.h"

#include <jansson.h>

/* Which facts are wanted: what nobody asks for is not collected, and null. */
struct wanted {
	bool image; /* what only the engine says of it: else an archive's word for it does */
	bool layers, files, runs;
	bool accounts; /* files, where USER is a name */
	bool walk;     /* files by a container, where layers and files are not wanted */
	const char *const *run_names;      /* up to a NULL; NULL: all */
	const struct structure *structure; /* the tests that are wanted, or NULL */
};

struct collection {
	const struct engine *engine; /* NULL where every image is an archive */
	const struct wanted *wanted;
	const struct budgets *budgets;
	double seconds; /* for all of one image */
	bool progress;  /* lines on standard error */
};

/*
 * The facts of one image (facts.md): from the engine, or an archive. What the runs make is cage's,
 * which the caller closes. NULL and failure where the image can't be looked at at all.
 */
json_t *collect_facts(const struct collection *collection, struct cage *cage, const char *image,
                      struct failure *failure);

#endif
