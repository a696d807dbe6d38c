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

bool check_seed(const struct settings *settings, struct failure *failure)
{
	struct stat status;

	if (settings->seed_template[0] == '\0')
		return true;
	if (stat(settings->seed_template, &status) < 0)
		return fail_seed(settings->seed_template, errno, failure);
	if (!S_ISREG(status.st_mode))
		return fail(failure, "ENTRYPOINT_SEED",
		            "must have a regular file as template, not \"", settings->seed_template,
		            "\"", NULL);
	return true;
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
	static const char suffix[] = ".entrypoint";
	char new_path[PATH_MAX];
	struct stat status;
	size_t length = strlen(settings->seed_target);

	if (length + sizeof(suffix) > sizeof(new_path))
		return fail_seed(settings->seed_target, ENAMETOOLONG, failure);
	memcpy(new_path, settings->seed_target, length);
	memcpy(new_path + length, suffix, sizeof(suffix));

	int source = open(settings->seed_template, O_RDONLY | O_CLOEXEC);
	if (source < 0 || fstat(source, &status) < 0)
		return fail_seed(settings->seed_template, errno, failure);
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
