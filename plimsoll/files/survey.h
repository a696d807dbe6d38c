#ifndef PLIMSOLL_FILES_SURVEY_H
#define PLIMSOLL_FILES_SURVEY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What the files of an image show: the object "files" of facts.md. Fed by the walk inside of a
 * container and by the pass over saved layers alike, one file after the other, in any order.
 */
struct file {
	const char *path; /* absolute; any bytes */
	mode_t mode;      /* with its type */
	uid_t uid;
	gid_t gid;
	uint64_t size;
	const char *link;    /* where a symbolic link leads, else NULL */
	bool has_capability; /* the attribute security.capability */
	int layer;           /* index, or -1 */
};

struct survey;

/* Never NULL: out of memory ends the process with a message. source is "layers" or "walk". */
struct survey *start_survey(const char *source);
void free_survey(struct survey *survey);

/*
 * How many of the file's first bytes the survey wants to see, 0 for most. Call survey_file() with
 * that many, or all that there are.
 */
size_t wanted_bytes(const struct file *file);
void survey_file(struct survey *survey, const struct file *file, const void *head, size_t length);

/* The walk ended early, at a limit. */
void cut_survey(struct survey *survey);

/*
 * The kind of secret that the bytes hold ("private-key", "api-token", …), or NULL. For contents,
 * and for values of variables; a name alone is no secret, but name can make a value one: that of a
 * variable, or a file's absolute path. NULL: only what is a secret by its own form, and URLs with a
 * password.
 */
const char *find_secret(const char *name, const void *bytes, size_t length);

/* What the image's configuration runs: needed for "programs" and "working_dir". All may be NULL. */
struct programs {
	const char *entrypoint; /* the first word that is executed */
	const char *healthcheck;
	const char *path; /* the variable PATH */
	const char *working_dir;
	const char *machine; /* "amd64", … */
};

/* The object; ends the survey's counting. */
json_t *report_survey(struct survey *survey, const struct programs *programs);

#endif
