#ifndef PLIMSOLL_RUNS_SETTLE_H
#define PLIMSOLL_RUNS_SETTLE_H

#include <jansson.h>
#include <stdbool.h>

/* What the runs' results mean together: no engine is asked here. */

enum kind { KIND_SERVICE, KIND_ONE_SHOT, KIND_BROKEN };

/* By the baseline, as facts.md has it; whether the image is said to be a service. */
enum kind find_kind(const json_t *baseline, bool is_service);
const char *name_kind(enum kind kind);

/* Whether the baseline shows that the image works, so that a condition can be held against it. */
bool works(enum kind kind, const json_t *baseline);

/*
 * Turns what a confined run returned into its object of facts.md: "ready" of a one-shot program
 * means that it ended as the baseline did, and of its proof only what the run is about is kept.
 * False where the proof shows that the condition did not hold: then reason says so.
 */
bool settle_confined(const char *name, enum kind kind, const json_t *baseline, json_t *run,
                     char *reason, size_t size);

/*
 * Where the run of several conditions held, and its proof shows the condition: the object of the
 * run of that name, with "shown_by"; of the strongest of them the run as it was made. Else NULL: it
 * must be made apart.
 */
json_t *show_by_bundle(const char *name, const char *strongest, enum kind kind,
                       const json_t *baseline, const json_t *made);

/* Drops from "grown" of the restart what the baseline changed with its first start already: such as
 * a file that goes with each stop, and comes with each start. */
void settle_restart(const json_t *baseline, json_t *restart);

/* Whether a life that the signal ended would have gone on: another was longer, by more than the
 * difference between two. */
bool is_outlived(double life, double other);

/* A signal as "TERM", whatever the image calls it: "SIGTERM", "15", NULL for none at all. */
const char *name_signal(const char *configured);

/*
 * Seconds from a signal to the end, of times since the epoch, when it was sent and when the engine
 * says that it ended. That is exact; where the engine's clock is another machine's, it lies outside
 * of what passed here, and that is taken instead: it is never less.
 */
double measure_end(double sent, double finished, double passed);

#endif
