#ifndef PLIMSOLL_RUNS_KINDS_H
#define PLIMSOLL_RUNS_KINDS_H

#include "plimsoll/runs/run.h"

/*
 * The kinds of runs. Each makes its container, looks, and returns new_results(); NULL and failure
 * where it could not be made for a reason that is not the image's. What the image did wrong is in
 * its facts. Each discards a container that still runs (run.h), but for make_stop(), which is the
 * last mostly, and make_baseline(): theirs stay until close_cage(), and the latter's id is "id" of
 * the results, and when it began (now()) "began". What they hold when they fail ends with their
 * task's process.
 */
json_t *make_baseline(struct run *run, struct failure *failure);   /* and "orphan" */
json_t *make_stop(struct run *run, struct failure *failure);       /* and "restart" */
json_t *make_stop_early(struct run *run, struct failure *failure); /* a life, as make_stop() */
json_t *make_interrupt(struct run *run, struct failure *failure);  /* a life, as make_stop() */
json_t *make_confined(struct run *run, struct failure *failure);   /* "strict", "anyone", … */
json_t *make_bad_argument(struct run *run, struct failure *failure);
json_t *make_override(struct run *run, struct failure *failure);

/*
 * The last look at the container of make_baseline(), whose results these are; run has its id, and
 * when it began. Until then they do not tell how it ended, or that it runs. False and failure where
 * the engine does not say.
 */
bool finish_baseline(const struct run *run, json_t *results, struct failure *failure);

/* The limits of the runs "limits" and "strict". */
#define LIMITED_MEMORY ((size_t)256 * 1024 * 1024)
#define LIMITED_PIDS 64U

/* A user that no image knows, and the argument that none does. */
#define ANYONE "12345:12345"
#define ANYONE_OF_ROOTS_GROUP "12345:0"
#define BAD_ARGUMENT "--plimsoll-no-such-option"

#endif
