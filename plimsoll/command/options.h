#ifndef PLIMSOLL_COMMAND_OPTIONS_H
#define PLIMSOLL_COMMAND_OPTIONS_H

#include "plimsoll/report/report.h"
#include "su-exec/failure.h"

#include <stdbool.h>
#include <stddef.h>

#define LIST_MAX 64

/* Words of a command line, up to a NULL. */
struct arguments {
	const char *words[LIST_MAX + 1];
	size_t count;
};

struct output_option {
	enum format format;
	const char *file; /* NULL: standard output */
};

/* What the command line says; every string belongs to argv, or to memory that stays. */
struct options {
	struct arguments images;     /* or files, for `judge` */
	const char *const *command;  /* behind --, up to a NULL; NULL: none */
	const char *engine;          /* NULL: found out */
	struct arguments configs;    /* files */
	struct arguments structures; /* files */
	const char *profile;         /* NULL: that of the configuration, or default */
	struct arguments only, skip; /* ids of checks, all known */
	struct arguments env;        /* NAME=VALUE */
	const char *ready;           /* as in plimsoll.yaml, or NULL */
	struct output_option outputs[8];
	size_t output_count; /* at least 1 */
	size_t jobs;         /* images at a time, 1 to 64 */
	double timeout;      /* seconds for each image, 1 to 86400 */
	double older_than;   /* seconds; negative: not given */
	bool no_runs, no_layers, quiet;
};

/*
 * Parses the options of a command, argv[0] being its name; one that this command does not heed is
 * refused. False and failure for what is wrong, with what is allowed (exit status 2).
 */
bool parse_options(char **argv, struct options *options, struct failure *failure);

#endif
