#ifndef PLIMSOLL_RUNS_RUNS_H
#define PLIMSOLL_RUNS_RUNS_H

#include "plimsoll/config/config.h"
#include "plimsoll/engine/cage.h"

#include <jansson.h>

struct run_options {
	const struct budgets *budgets; /* never NULL */
	size_t jobs;                   /* containers at a time, from 1 */
	double seconds;          /* the most that any one run may take, with all its waiting */
	const char *const *only; /* names of runs in facts.md that are wanted, up to a NULL; NULL:
	                            all. baseline is always made. */
	void (*report)(const char *run, bool done, void *context); /* progress; may be NULL */
	void *context;
};

/*
 * The object "runs" of facts.md. image is its object "image". A run that could not be made is null
 * there, and its reason stands in "errors": {"stop": "…"}. NULL and failure where not even the
 * baseline could be made for a reason that is not the image's (the engine), or plimsoll was
 * interrupted.
 */
json_t *make_runs(struct cage *cage, const json_t *image, const struct run_options *options,
                  struct failure *failure);

#endif
