#ifndef SU_EXEC_ACCOUNT_H
#define SU_EXEC_ACCOUNT_H

#include "failure.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Readers of passwd(5) and group(5).
 *
 * They stream the file, which must be a regular one, through a fixed buffer: memory does not grow
 * with it, and nothing is allocated. The first line that matches wins. A line that matches and is
 * malformed is a failure that names its number; one that doesn't match is passed over. Lines that
 * begin with + or - (NIS) or with # never match. A line is malformed when it has another number of
 * fields than its format, an id that parse_id refuses, an empty name, a NUL or a carriage return,
 * or too many bytes.
 */

#define NAME_SIZE 256 /* with its NUL; LOGIN_NAME_MAX of Linux */
#define HOME_SIZE PATH_MAX
#define LINE_BYTES_MAX (1 << 20) /* longer lines are malformed */
#define GROUPS_MAX 65536         /* NGROUPS_MAX of Linux since 2.6.4; musl's is 32 */

struct account_files {
	const char *passwd;
	const char *group;
};

/* /etc/passwd and /etc/group */
extern const struct account_files system_account_files;

enum lookup {
	LOOKUP_FOUND,
	LOOKUP_ABSENT,  /* the file has no such entry */
	LOOKUP_NO_FILE, /* the file does not exist */
	LOOKUP_FAILED,  /* unreadable, or the entry is malformed: see failure */
};

struct user_account {
	char name[NAME_SIZE];
	uid_t uid;
	gid_t gid;
	char home[HOME_SIZE]; /* as in the file: may be empty */
};

struct group_account {
	char name[NAME_SIZE];
	gid_t gid;
};

/* A set of gids, ascending. */
struct group_set {
	size_t count;
	gid_t gids[GROUPS_MAX];
};

/* Each fills *user or *group when it returns LOOKUP_FOUND, and failure when LOOKUP_FAILED. */
enum lookup find_user_by_name(const struct account_files *files, const char *name,
                              struct user_account *user, struct failure *failure);
enum lookup find_user_by_uid(const struct account_files *files, uid_t uid,
                             struct user_account *user, struct failure *failure);
enum lookup find_group_by_name(const struct account_files *files, const char *name,
                               struct group_account *group, struct failure *failure);
enum lookup find_group_by_gid(const struct account_files *files, gid_t gid,
                              struct group_account *group, struct failure *failure);

/*
 * What initgroups(3) would set: the primary gid and that of every group that lists the user.
 * Without a group file that is the primary gid alone. False and failure when the file is
 * unreadable, a line that lists the user is malformed, or there are more than GROUPS_MAX.
 */
bool list_groups(const struct account_files *files, const char *user_name, gid_t primary,
                 struct group_set *set, struct failure *failure);

/* Adds gid where it is not a member yet; false when the set is full. */
bool add_group(struct group_set *set, gid_t gid);

#endif
