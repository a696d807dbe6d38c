#ifndef PLIMSOLL_STRUCTURE_STRUCTURE_H
#define PLIMSOLL_STRUCTURE_STRUCTURE_H

#include "plimsoll/engine/cage.h"
#include "plimsoll/judge/judge.h"
#include "su-exec/failure.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * A configuration of container-structure-test, schema 2.0.0, in YAML or (a name that ends in
 * ".json") JSON:
 * https://github.com/GoogleContainerTools/container-structure-test/blob/main/README.md
 */
struct structure;

/*
 * Reads the file, with the envFile that it names, behind those that *structure, NULL before the
 * first, holds already. False and failure ("FILE:LINE:COLUMN: key: reason") for unknown keys (in
 * JSON they are passed over, as there), what is no value of a key, patterns that are none, and a
 * file without a test. The caller frees with free_structure().
 */
bool read_structure(const char *path, struct structure **structure, struct failure *failure);
void free_structure(struct structure *structure);

/* Whether a test of it needs the program in the container: then place_probe() comes first. */
bool needs_probe(const struct structure *structure);

/*
 * Makes the tests on the cage's image, for at most so many seconds: all that look at files in one
 * container, each command in one of its own. Gives the array "structure" of facts.md; NULL and
 * failure where the image can't be read, or plimsoll was interrupted.
 */
json_t *observe_structure(struct cage *cage, const struct structure *structure, double seconds,
                          struct failure *failure);

/*
 * The results that facts hold of such tests: how many, and the results themselves, whose checks are
 * made for them: free_structure_check() takes each.
 */
size_t count_structure(const json_t *facts);
void judge_structure(const json_t *facts, struct result results[]);
void free_structure_check(const struct check *check);

#endif
