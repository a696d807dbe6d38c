#ifndef PLIMSOLL_STRUCTURE_TESTS_H
#define PLIMSOLL_STRUCTURE_TESTS_H

#include "plimsoll/structure/structure.h"

/*
 * What was read, as JSON: the keys of the file, with every value of its own type, what has a
 * default filled in, and the rest left out. "setup" is a list of lists, "envVars" of objects
 * {"key", "value", "isRegex"}; "runEnvironment" is what envFile and envVars of containerRunOptions
 * come to, as NAME=value.
 */
struct structure {
	json_t *tests;
	struct structure *next; /* of another file, or NULL */
};

/* Variables of a container, as a list of NAME=value. */
const char *find_variable(const json_t *variables, const char *name, size_t length);

/* NAME=value for each of a list of {"key", "value"}, its value with the variables put in where
 * they are not NULL. A new list. */
json_t *list_variables(const json_t *pairs, const json_t *variables);

/* The lists of variables one after the other, up to a NULL: NAME=value of a later one holds. */
json_t *join_variables(const json_t *list, ...) __attribute__((sentinel));

/* $NAME and ${NAME} in text, by the rules of Go's os.Expand: allocated. */
char *expand_text(const char *text, const json_t *variables);

/* The variables that a file of NAME=value lines sets, those without a value left out; NULL and
 * failure ("FILE:LINE: …"). */
json_t *read_variables(const char *path, struct failure *failure);

/*
 * One test each; all give {"outcome": "pass"|"fail"|"error", "found": …, "expected": …}.
 * config is the image's configuration as the engine prints it, variables its environment.
 */
json_t *test_metadata(const json_t *test, const json_t *config);
json_t *test_command(const struct cage *cage, const json_t *test, const json_t *options,
                     const json_t *variables, double seconds);

#endif
