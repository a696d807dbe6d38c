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
	const char *link;    /* where a symbolic link leads; NULL else, and to look back for it */
	bool has_capability; /* the attribute security.capability */
	int layer;           /* index, or -1 */
};

/* The lists of the report that files get into one by one; the last four are its "tools". */
enum list {
	LIST_SETUID,
	LIST_CAPABILITIES,
	LIST_WORLD_WRITABLE,
	LIST_SECRETS,
	LIST_JUNK,
	LIST_CACHES,
	LIST_SHELLS,
	LIST_PACKAGE_MANAGERS,
	LIST_SUDO,
	LIST_SSHD,
	LIST_COUNT
};

/* What find_lists() gives is made of: a bit for each list, and one for what the report reads
 * besides: accounts, the time zone. */
#define IN_LIST(list) (1U << (list))
#define IN_NO_LIST IN_LIST(LIST_COUNT)

struct survey;

/*
 * How a file that went by is looked at once more, by its absolute path, until the report is made.
 * Of an archive's files none can be. Both give NULL where it can't be read, else what is valid
 * until the next call.
 */
struct look_back {
	void *context;
	const char *(*read_head)(void *context, const char *path, size_t *length);
	const char *(*read_link)(void *context, const char *path);
};

/*
 * Never NULL: out of memory ends the process with a message. source is "layers" or "walk". back:
 * NULL, or the survey's to use until it is free; then links and programs need not be read as they
 * go by: few of them matter.
 */
struct survey *start_survey(const char *source, const struct look_back *back);
void free_survey(struct survey *survey);

/*
 * How many of the file's first bytes the survey wants to see, 0 for most; with a way to look back,
 * of programs none, unless they could hold a secret (wanted_of_secret()). Call survey_file() with
 * that many, or all that there are.
 */
size_t wanted_bytes(const struct file *file, bool looks_back);
void survey_file(struct survey *survey, const struct file *file, const void *head, size_t length);

/* In which lists survey_file() would put the file; 0 for most. */
unsigned int find_lists(const struct file *file, const void *head, size_t length);

/*
 * Files that were seen and let go: there was no room to keep them until the survey. Of those that
 * belong in a list only their number is left, and of all how many each owner has.
 */
struct passed_over {
	uint64_t files, bytes;
	uint32_t unlisted[LIST_COUNT];
	struct owners *owners; /* files/owners.h */
};

void pass_over(struct passed_over *passed, const struct file *file, unsigned int lists);
void survey_passed_over(struct survey *survey, const struct passed_over *passed);

/* What the file holds could not be read. */
void survey_unread(struct survey *survey, const struct file *file);

/* The walk ended early, at a limit, or could not go on somewhere. */
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
