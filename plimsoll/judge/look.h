#ifndef PLIMSOLL_JUDGE_LOOK_H
#define PLIMSOLL_JUDGE_LOOK_H

#include "plimsoll/config/config.h"
#include "plimsoll/judge/judge.h"

/*
 * Reading facts. A path is keys with dots between them: "image.config.user". What is missing, null
 * or of another type is all the same here: it was not looked at, and nothing may pass by it.
 */
const json_t *look(const json_t *facts, const char *path);
const json_t *look_list(const json_t *facts, const char *path);      /* NULL: no array */
const char *look_text(const json_t *facts, const char *path);        /* NULL: no string */
bool look_true(const json_t *facts, const char *path);               /* only where it is true */
bool look_false(const json_t *facts, const char *path);              /* only where it is false */
bool look_number(const json_t *facts, const char *path, double *to); /* false: no number */

/* The first object of the list whose key has that text; NULL: none. */
const json_t *find_entry(const json_t *list, const char *key, const char *text);

/* Whether a string of the list is word. NULL lists hold nothing. */
bool list_has(const char *const *list, const char *word);

/*
 * Whether the image's service was running for the runs to tell of. If not, the result is set: skip
 * for a one-shot program, error for one that never started.
 */
bool is_service(const json_t *facts, struct result *result);
bool is_one_shot(const json_t *facts);
bool is_broken(const json_t *facts);

/* For a service that was not ready in its own way: no condition can be held against it. */
void not_ready(const json_t *facts, struct result *result);

/* The end of its output as " (\"last line\")", or "". Valid until the next call, as is that of its
 * health check. */
const char *quote_output(const json_t *run);
const char *quote_health(const json_t *run);

/* ": why" a part of that run is not known, or "". */
const char *explain_unknown(const json_t *facts, const char *run);

/* miss(), with how many findings there are, and the first. noun is their plural. */
void miss_findings(struct result *result, const char *expected, const char *noun);

/* How many more files belong in that list than it holds; part: "files" or "layers". */
size_t count_unlisted(const json_t *facts, const char *part, const char *list);

/* Why that list of files, in which something is not, may lack it; NULL where it is whole. */
const char *explain_gap(const json_t *facts, const char *list);

/* pass(), but where not every file of that list is known, nothing was shown by it. */
void pass_files(const json_t *facts, struct result *result, const char *list, const char *found);

#endif
