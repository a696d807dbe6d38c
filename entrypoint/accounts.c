#include "accounts.h"
#include "../su-exec/number.h"
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse_name(const char *name, const char *kind, uid_t id, const char *file,
                        const char *variable, struct failure *failure)
{
	char text[NUMBER_TEXT_SIZE];

	format_number(id, text);
	return fail(failure, "USER_NAME", "must be a name that ", file, " does not have, or ",
	            variable, " must be ", text, ", not \"", name, "\", which is ", kind, " ", text,
	            NULL);
}

static bool check_user(const struct account_files *files, const struct settings *settings,
                       bool *missing, struct failure *failure)
{
	static struct user_account user;
	enum lookup result = find_user_by_uid(files, settings->uid, &user, failure);

	*missing = result != LOOKUP_FOUND;
	if (*missing && result != LOOKUP_FAILED)
		result = find_user_by_name(files, settings->user_name, &user, failure);
	if (*missing && result == LOOKUP_FOUND)
		return refuse_name(user.name, "uid", user.uid, files->passwd, "USER_ID", failure);
	return result != LOOKUP_FAILED;
}

static bool check_group(const struct account_files *files, const struct settings *settings,
                        bool *missing, struct failure *failure)
{
	static struct group_account group;
	enum lookup result = find_group_by_gid(files, settings->gid, &group, failure);

	*missing = result != LOOKUP_FOUND;
	if (*missing && result != LOOKUP_FAILED)
		result = find_group_by_name(files, settings->user_name, &group, failure);
	if (*missing && result == LOOKUP_FOUND)
		return refuse_name(group.name, "gid", group.gid, files->group, "GROUP_ID", failure);
	return result != LOOKUP_FAILED;
}

bool check_accounts(const struct account_files *files, const struct settings *settings,
                    struct missing_accounts *missing, struct failure *failure)
{
	*missing = (struct missing_accounts){false, false};
	if (settings->uid == 0)
		return true;
	return check_user(files, settings, &missing->user, failure) &&
	       check_group(files, settings, &missing->group, failure);
}

/* Space for any entry made here: a name of 32 bytes, two numbers, and what stands between. */
#define ENTRY_SIZE 128

/* Joins the strings up to a NULL; cuts what doesn't fit. */
static void join(char *text, size_t size, const char *const parts[])
{
	size_t used = 0;

	for (; *parts != NULL; parts++) {
		for (const char *from = *parts; *from != '\0' && used < size - 1; from++)
			text[used++] = *from;
	}
	text[used] = '\0';
}

/* An open file, or fd -1 where there is none yet. */
struct old_file {
	int fd;
	struct stat status;
};

static bool open_old_file(const char *path, struct old_file *old, struct failure *failure)
{
	old->fd = open(path, O_RDONLY | O_CLOEXEC);
	old->status = (struct stat){.st_mode = 0644};
	if ((old->fd < 0 && errno == ENOENT) || (old->fd >= 0 && fstat(old->fd, &old->status) == 0))
		return true;
	return fail(failure, path, strerror(errno), NULL);
}

/* What was there, an end to its last line if it has none, and its owner. */
static bool copy_old_file(const struct old_file *old, int new)
{
	const struct stat *status = &old->status;
	char last = '\n';

	if (old->fd < 0)
		return true;
	return copy_bytes(old->fd, new) &&
	       (status->st_size == 0 || pread(old->fd, &last, 1, status->st_size - 1) == 1) &&
	       (last == '\n' || write_bytes(new, "\n", 1)) &&
	       fchownat(new, "", status->st_uid, status->st_gid, AT_EMPTY_PATH) == 0;
}

/* False and errno where the new file didn't take the old one's place; then it is gone. */
static bool replace(const char *path, const char *new_path, int new, const struct old_file *old,
                    const char *entry)
{
	if (copy_old_file(old, new) && write_bytes(new, entry, strlen(entry)) && fsync(new) == 0 &&
	    rename(new_path, path) == 0)
		return true;
	int error = errno;
	unlink(new_path);
	errno = error;
	return false;
}

/* Read-only root, no right to write there, no such directory; EBUSY: the file is a mount. */
static bool has_to_do_without(int error)
{
	return error == EROFS || error == EACCES || error == EPERM || error == ENOENT ||
	       error == EBUSY;
}

/*
 * The new file's name holds the pid: two processes never write the same one, and what a killed
 * PID 1 left is found again by the next.
 */
static bool append_entry(const char *path, const char *entry, struct failure *failure)
{
	char new_path[PATH_MAX], pid[NUMBER_TEXT_SIZE];
	struct old_file old;

	if (!open_old_file(path, &old, failure))
		return false;
	format_number((uint64_t)getpid(), pid);
	join(new_path, sizeof(new_path), (const char *const[]){path, ".entrypoint.", pid, NULL});
	unlink(new_path);
	int new =
	    open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, old.status.st_mode & 0777);
	bool replaced = new >= 0 && replace(path, new_path, new, &old, entry);
	int error = errno;
	close(new);
	close(old.fd);
	if (replaced || has_to_do_without(error))
		return true;
	return fail(failure, path, strerror(error), NULL);
}

bool add_accounts(const struct account_files *files, const struct settings *settings,
                  const struct missing_accounts *missing, struct failure *failure)
{
	char entry[ENTRY_SIZE], uid[NUMBER_TEXT_SIZE], gid[NUMBER_TEXT_SIZE];
	const char *name = settings->user_name;

	format_number(settings->uid, uid);
	format_number(settings->gid, gid);
	if (missing->group) {
		join(entry, sizeof(entry), (const char *const[]){name, ":x:", gid, ":\n", NULL});
		if (!append_entry(files->group, entry, failure))
			return false;
	}
	if (missing->user) {
		join(
		    entry, sizeof(entry),
		    (const char *const[]){name, ":x:", uid, ":", gid, "::/:/sbin/nologin\n", NULL});
		if (!append_entry(files->passwd, entry, failure))
			return false;
	}
	return true;
}
