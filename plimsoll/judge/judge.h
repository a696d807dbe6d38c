#ifndef PLIMSOLL_JUDGE_JUDGE_H
#define PLIMSOLL_JUDGE_JUDGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH };
enum outcome { OUTCOME_PASS, OUTCOME_FAIL, OUTCOME_SKIP, OUTCOME_ERROR };

struct budgets; /* of plimsoll.yaml: config/config.h */
struct result;

/* One row of the catalogue. Every text is plain English without a full stop at the end of title. */
struct check {
	const char *id;    /* short, readable, stable once released: "stops-on-term" */
	const char *title; /* what is asserted, as a sentence about the image */
	const char *why;
	const char *references; /* "CIS Docker 4.1, PSS restricted, dockle CIS-DI-0001", or "" */
	const char *fix;
	const char *rung; /* the example that teaches it, "07-user", or "" */
	enum severity severity;
	const char *profiles; /* "default cis pss-restricted openshift": those that it is part of */
	const char *needs; /* the part of facts that must not be null: "image", "layers", "files",
	                      "runs.baseline" */
	void (*assess)(const json_t *facts, const struct budgets *budgets, struct result *result);
};

extern const struct check catalogue[];
extern const size_t catalogue_size;

/* One check's outcome. `found` and `expected` are plain text, as are paths. */
struct result {
	const struct check *check;
	enum outcome outcome;
	char *found;      /* allocated */
	char *expected;   /* allocated, or NULL */
	json_t *findings; /* array of {"path", "layer", "what"}: at most 100, may be empty, never
	                     NULL */
	size_t more;      /* findings that are not in the array, or may be */
	const char
	    *waived; /* the reason of the waiver that covers it, or NULL: config/config.h owns it */
};

/* For assess: each sets the outcome; the texts are formats of printf. */
void pass(struct result *result, const char *found, ...) __attribute__((format(printf, 2, 3)));
void miss(struct result *result, const char *expected, const char *found, ...)
    __attribute__((format(printf, 3, 4)));
void skip(struct result *result, const char *reason, ...) __attribute__((format(printf, 2, 3)));
void not_shown(struct result *result, const char *reason, ...)
    __attribute__((format(printf, 2, 3))); /* OUTCOME_ERROR */
void add_finding(struct result *result, const char *path, const json_t *layer, const char *what);

/* By id; NULL where there is none. nearest_check() is the one whose id is spelled most like it. */
const struct check *find_check(const char *id);
const struct check *nearest_check(const char *id);

/*
 * Judges the facts by count checks (facts must have passed check_facts()). Where the part of facts
 * that a check needs is null, or the check can't be decided by it, that is a skip or an error with
 * its reason, never a pass. The caller frees with free_results().
 */
void judge(const json_t *facts, const struct budgets *budgets, const struct check *const checks[],
           size_t count, struct result results[]);
void free_results(struct result results[], size_t count);

/* Whether it is an object of facts.md, of a version that is known: else reason (plain, one line,
 * names the key) is set. */
bool check_facts(const json_t *facts, char *reason, size_t size);

#endif
