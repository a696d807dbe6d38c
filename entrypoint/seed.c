#include "seed.h"
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_seed(const char *path, int error, struct failure *failure)
{
	return fail(failure, "ENTRYPOINT_SEED", path, ": ", strerror(error), NULL);
}

static bool refuse_template(const char *path, struct failure *failure)
{
	return fail(failure, "ENTRYPOINT_SEED", "must have a regular file as template, not \"",
	            path, "\"", NULL);
}

/* The new file's name before it is the target's. */
#define SUFFIX ".entrypoint"

bool check_seed(const struct settings *settings, struct failure *failure)
{
	struct stat status;

	if (settings->seed_template[0] == '\0')
		return true;
	const char *name = strrchr(settings->seed_target, '/') + 1;
	if (strlen(settings->seed_target) + sizeof(SUFFIX) > PATH_MAX ||
	    strlen(name) + sizeof(SUFFIX) > NAME_MAX + 1)
		return fail(failure, "ENTRYPOINT_SEED", "too long: the target must be at most ",
		            "4084 bytes, its name 244", NULL);
	/* What is closed to root without capabilities may be open to the user: copy_seed() tells.
	 */
	if (stat(settings->seed_template, &status) < 0)
		return (settings->from_root && errno == EACCES) ||
		       fail_seed(settings->seed_template, errno, failure);
	return S_ISREG(status.st_mode) || refuse_template(settings->seed_template, failure);
}

/* All of it is on disk before it gets its name. On false, errno, and nothing is left. */
static bool copy_and_name(int source, mode_t mode, const char *new_path, const char *target)
{
	int new = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0777);

	if (new < 0)
		return false;
	bool done = copy_bytes(source, new) && fsync(new) == 0;
	close(new);
	done = done && rename(new_path, target) == 0;
	if (!done) {
		int error = errno;

		unlink(new_path);
		errno = error;
	}
	return done;
}

static bool copy_template(const struct settings *settings, struct failure *failure)
{
	char new_path[PATH_MAX]; /* check_seed() saw that it fits */
	struct stat status;

	strcat(strcpy(new_path, settings->seed_target), SUFFIX);
	/* check_seed() may not have seen it, and a pipe might never open, a device never end. */
	int source = open(settings->seed_template, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (source < 0 || fstat(source, &status) < 0)
		return fail_seed(settings->seed_template, errno, failure);
	if (!S_ISREG(status.st_mode)) {
		close(source);
		return refuse_template(settings->seed_template, failure);
	}
	unlink(new_path); /* what a killed start left */
	bool done = copy_and_name(source, status.st_mode, new_path, settings->seed_target);
	int error = errno;
	close(source);
	return done || fail_seed(settings->seed_target, error, failure);
}

bool copy_seed(const struct settings *settings, struct failure *failure)
{
	struct stat status;

	if (settings->seed_template[0] == '\0' || lstat(settings->seed_target, &status) == 0)
		return true;
	if (errno != ENOENT)
		return fail_seed(settings->seed_target, errno, failure);
	return copy_template(settings, failure);
}
