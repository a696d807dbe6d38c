#ifndef ENTRYPOINT_SETTINGS_H
#define ENTRYPOINT_SETTINGS_H

#include "../su-exec/failure.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* What the environment asks for. The strings it points to live as long as the process. */
struct settings {
	bool from_root; /* started as root: may make and give; else may only check */
	uid_t uid;      /* who the command runs as; 0 stays root */
	gid_t gid;
	const char *user_name;        /* 1 to 32 of a-z 0-9 _ -, the first no digit and no - */
	mode_t mask;                  /* 0 to 0777 */
	const char *directories;      /* colons between them: see next_directory */
	char seed_template[PATH_MAX]; /* empty: there is no seed */
	char seed_target[PATH_MAX];
	bool init; /* ENTRYPOINT_INIT=1 */
};

/* Returns a variable's value, or NULL where it is not set: getenv(3), or a test's own. */
typedef char *variable_reader(const char *name);

/*
 * Reads every variable of the contract by read_variable and judges it; looks at nothing else.
 * starter_uid and starter_gid say who the process was started as. From root, the ids are USER_ID,
 * else the image's DEFAULT_USER_ID; and GROUP_ID, else the same number. From anyone else they are
 * the starter's own, and a USER_ID or GROUP_ID must equal them; DEFAULT_USER_ID need not.
 * False and failure, "VARIABLE: must be RULE, not VALUE", for the first value that is refused.
 */
bool read_settings(struct settings *settings, uid_t starter_uid, gid_t starter_gid,
                   variable_reader *read_variable, struct failure *failure);

/*
 * Steps through settings->directories: copies the one that *rest begins with into path and moves
 * *rest behind it. False when there is none left. What read_settings let through always fits.
 */
bool next_directory(const char **rest, char path[static PATH_MAX]);

#endif
