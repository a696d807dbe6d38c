#include "reach.h"
#include "../su-exec/drop.h"
#include "../su-exec/number.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void look_as_user(const struct settings *settings)
{
	setfsgid(settings->gid);
	setfsuid(settings->uid);
}

void act_as_starter(void)
{
	setfsuid(geteuid());
	setfsgid(getegid());
}

static bool can_have_ids(const struct settings *settings)
{
	look_as_user(settings);
	/* An id that can't be set is the only way to ask for the present one. */
	bool can = (uid_t)setfsuid((uid_t)-1) == settings->uid &&
	           (gid_t)setfsgid((gid_t)-1) == settings->gid;
	act_as_starter();
	return can;
}

/* The user has no group but its own: where there are others now, they must go. */
static bool can_lose_groups(const struct settings *settings)
{
	static struct group_set own;
	struct failure ignored;

	if (!read_own_groups(&own, &ignored))
		return false;
	return own.count == 0 || (own.count == 1 && own.gids[0] == settings->gid) ||
	       can_change_groups(&own);
}

bool check_can_become(const struct settings *settings, struct failure *failure)
{
	char uid[NUMBER_TEXT_SIZE], gid[NUMBER_TEXT_SIZE];

	if (can_have_ids(settings) && can_lose_groups(settings))
		return true;
	format_number(settings->uid, uid);
	format_number(settings->gid, gid);
	return fail(
	    failure, "USER_ID", "this process cannot become ", uid, ":", gid,
	    "; it needs the capabilities SETUID and SETGID, and the ids in its user namespace",
	    NULL);
}

const char *show_end(const char *path, struct shown *shown)
{
	size_t length = strlen(path);

	if (length <= PATH_SHOWN)
		return path;
	strcpy(shown->text, "...");
	return strcat(shown->text, path + length - PATH_SHOWN);
}

/* "ENTRYPOINT_OWN: PATH: what uid UID, gid GID: REASON" */
static bool fail_for_user(const struct settings *settings, const char *path, const char *what,
                          int error, struct failure *failure)
{
	char uid[NUMBER_TEXT_SIZE], gid[NUMBER_TEXT_SIZE];
	struct shown shown;

	format_number(settings->uid, uid);
	format_number(settings->gid, gid);
	return fail(failure, "ENTRYPOINT_OWN", show_end(path, &shown), ": ", what, " uid ", uid,
	            ", gid ", gid, ": ", strerror(error), NULL);
}

/* Made by the user where it may, else by root: either way the owner is put right afterwards. */
static int make_and_open(const struct settings *settings, int parent, const char *name, bool last)
{
	mode_t mode = last ? 0777 & ~settings->mask : 0755;
	int made = mkdirat(parent, name, mode);

	if (made < 0 && errno == EACCES) {
		act_as_starter();
		made = mkdirat(parent, name, mode);
		int error = errno;
		look_as_user(settings);
		errno = error;
	}
	return made == 0 || errno == EEXIST ? openat(parent, name, STANDS_FOR) : -1;
}

static bool is_directory(int fd, const char *path, const char *reached, struct failure *failure)
{
	struct shown whole, part;
	struct stat status;

	path = show_end(path, &whole);
	if (fstat(fd, &status) < 0)
		return fail(failure, "ENTRYPOINT_OWN", path, ": ", strerror(errno), NULL);
	if (S_ISDIR(status.st_mode))
		return true;
	return fail(failure, "ENTRYPOINT_OWN", "must name directories, not \"", path,
	            "\": ", show_end(reached, &part),
	            S_ISLNK(status.st_mode) ? " is a symbolic link" : " is none", NULL);
}

bool go_down(const struct settings *settings, const char *path, bool make, int *end,
             struct failure *failure)
{
	char reached[PATH_MAX];

	strcpy(reached, path);
	*end = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (char *name = reached, *slash = reached; slash != NULL && *end >= 0;) {
		int parent = *end;

		name = slash + 1;
		slash = strchr(name, '/');
		if (slash != NULL)
			*slash = '\0';
		*end = openat(parent, name, STANDS_FOR);
		if (*end < 0 && errno == ENOENT && make)
			*end = make_and_open(settings, parent, name, slash == NULL);
		close(parent);
		if (*end >= 0 && !is_directory(*end, path, reached, failure)) {
			close(*end);
			return false;
		}
		if (slash != NULL)
			*slash = '/';
	}
	if (*end >= 0 || (!make && (errno == ENOENT || errno == EACCES)))
		return true;
	return fail_for_user(settings, path, "cannot be reached or made by", errno, failure);
}

/* The call itself: real and effective ids are the same, and the library's is large. */
static bool is_writable(const struct settings *settings, int fd, const char *path,
                        struct failure *failure)
{
	return syscall(SYS_faccessat, fd, ".", W_OK | X_OK) == 0 ||
	       fail_for_user(settings, path, "must be writable by", errno, failure);
}

/* Goes to each directory; one that is there must be writable where it can't be made so. */
static bool visit_directories(const struct settings *settings, bool make, struct failure *failure)
{
	const char *rest = settings->directories;
	char path[PATH_MAX];
	bool fine = true;

	while (fine && next_directory(&rest, path)) {
		int end;

		if (!go_down(settings, path, make, &end, failure))
			return false;
		if (end < 0)
			continue;
		fine = settings->from_root || is_writable(settings, end, path, failure);
		close(end);
	}
	return fine;
}

bool check_directories(const struct settings *settings, struct failure *failure)
{
	look_as_user(settings);
	bool fine = visit_directories(settings, false, failure);
	act_as_starter();
	return fine;
}

bool make_directories(const struct settings *settings, struct failure *failure)
{
	return visit_directories(settings, true, failure);
}
