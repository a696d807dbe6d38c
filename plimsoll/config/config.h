#ifndef PLIMSOLL_CONFIG_CONFIG_H
#define PLIMSOLL_CONFIG_CONFIG_H

#include "plimsoll/judge/judge.h"
#include "su-exec/failure.h"

#include <stdint.h>

/*
 * plimsoll.yaml: what is expected of an image, and what is waived. A file may hold several
 * documents, each of an image of its own.
 *
 *   image: app:1           as the command line names it; without: every one that no other names
 *   size: 30 MB            at most; B, kB, MB, GB
 *   layers: 12             at most
 *   user: "65532:65532"    the configured one, as it is written in the image
 *   ready: port 3000       or: healthcheck, listening, running; with "within 5 s" behind it
 *   stop: 1 s              at most, after STOPSIGNAL
 *   env: {NAME: value}     for every run
 *   writable: [/tmp]       tmpfs of the runs under a condition (read-only root, …)
 *   ports: [3000]          that it may listen on beside what it EXPOSEs
 *   labels: [org.opencontainers.image.source]   that it must have
 *   setuid: [/usr/bin/su]  allowed
 *   command: [arg, …]      for every run, in place of CMD
 *   profile: default
 *   skip: [id, …]
 *   waive:
 *     - check: user-set
 *       path: /opt/?.d/x   glob of the findings; without: the whole check
 *       reason: the base's; see issue 12
 *       until: 2027-01-31
 */
struct budgets {
	uint64_t size;        /* bytes, 0: not asked for */
	unsigned long layers; /* 0: not asked for */
	char *user;           /* NULL: not asked for */
	char *ready; /* "healthcheck", "port", "listening", "running", or NULL: found out */
	unsigned int ready_port;
	double ready_within;                                   /* seconds, 0: the default, 10 */
	double stop_within;                                    /* seconds, 0: the default, 3 */
	char **env, **writable, **labels, **setuid, **command; /* up to a NULL; may be NULL */
	unsigned int *ports;                                   /* up to a 0; may be NULL */
};

struct waiver {
	char *check, *path, *reason; /* path NULL: all of it */
	int until;                   /* yyyymmdd, 0: without end */
	unsigned long line;          /* where it stands */
	bool used;
};

/* A document. */
struct config {
	char *file;         /* its name, for messages */
	unsigned long line; /* where it begins */
	char *image;        /* that it is for; NULL: every one that no other document names */
	struct budgets budgets;
	char *profile; /* NULL: default */
	char **skip;   /* ids, up to a NULL */
	struct waiver *waivers;
	size_t waiver_count;
};

/* Every document of every file that was given. */
struct configs {
	struct config *configs; /* allocated */
	size_t count;
};

/*
 * Adds what the file holds. False and failure ("plimsoll.yaml:3:1: sise: no such key: did you mean
 * size?") where anything in it is not as above; then nothing is left, of other files neither.
 */
bool read_config(const char *path, struct configs *configs, struct failure *failure);
void free_configs(struct configs *configs);

/* The document for the image. NULL and failure where there is none. */
struct config *find_config(const struct configs *configs, const char *image,
                           struct failure *failure);

/*
 * Sets ready, ready_port and ready_within by "healthcheck", "port N", "listening" or "running",
 * each with " within N s" behind it or without. False and failure, with what is allowed, for
 * anything else.
 */
bool parse_ready(const char *text, struct budgets *budgets, struct failure *failure);

/*
 * Marks the failed results that a waiver covers, as of today (yyyymmdd); a result with findings is
 * covered where each finding is. An expired waiver covers nothing. Afterwards `used` says which
 * did.
 */
void waive(struct config *config, int today, struct result results[], size_t count);

#endif
