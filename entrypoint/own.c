#include "own.h"
#include "../su-exec/number.h"
#include "reach.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Each level takes some 2.8 kB of stack, of which there are 8 MiB as a rule. How deep it goes is
 * the user's doing.
 */
enum { DEPTH_MAX = 1000 };

/* What a walk must know at every level. */
struct walk {
	const struct settings *settings;
	const char *path; /* of the directory that it began with */
	dev_t device;
	uint64_t mount;
	int depth; /* how many directories it is in now */
	struct failure *failure;
};

/*
 * The id of the mount that the file was reached by; 0 before Linux 5.8. A bind mount of the same
 * disk has the same device, so the device alone would not do. By system call and offset, as
 * musl 1.2.3 has no statx() and 1.2.5 no stx_mnt_id.
 */
static uint64_t mount_of(int fd)
{
	enum { STATX_MNT_ID = 0x1000 };
	struct {
		uint32_t mask;
		unsigned char between[140];
		uint64_t mount;
		unsigned char rest[104];
	} status;

	if (syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) < 0 ||
	    (status.mask & STATX_MNT_ID) == 0)
		return 0;
	return status.mount;
}

static bool has_owner(const struct settings *settings, const struct stat *status)
{
	return status->st_uid == settings->uid && status->st_gid == settings->gid;
}

/* Names the file by what the kernel knows of its directory: nothing where the path is too long. */
static bool fail_in_walk(const struct walk *walk, int directory, const char *name, int error)
{
	char link[sizeof("/proc/self/fd/") + NUMBER_TEXT_SIZE] = "/proc/self/fd/";
	char path[PATH_MAX + NAME_MAX + sizeof("/")];
	struct shown shown;
	ssize_t length;

	format_number((uint64_t)directory, link + strlen(link));
	length = readlink(link, path, PATH_MAX - 1);
	if (length < 0)
		return fail(walk->failure, "ENTRYPOINT_OWN", show_end(walk->path, &shown),
		            ": in a path that is too long to show: ", strerror(error), NULL);
	path[length] = '\0';
	if (*name != '\0')
		strcat(strcat(path, "/"), name);
	return fail(walk->failure, "ENTRYPOINT_OWN", show_end(path, &shown), ": ", strerror(error),
	            NULL);
}

static bool fail_depth(const struct walk *walk)
{
	char most[NUMBER_TEXT_SIZE];
	struct shown shown;

	return fail(walk->failure, "ENTRYPOINT_OWN", show_end(walk->path, &shown),
	            ": must not be more than ", format_number(DEPTH_MAX, most), " directories deep",
	            NULL);
}

static bool change_owner(const struct walk *walk, int fd)
{
	act_as_starter();
	int result = fchownat(fd, "", walk->settings->uid, walk->settings->gid, AT_EMPTY_PATH);
	int error = errno;
	look_as_user(walk->settings);
	errno = error;
	return result == 0;
}

static bool own_contents(struct walk *walk, int fd);

/* fd stands for a file of any kind, and stays open. */
static bool own_file(struct walk *walk, int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return fail_in_walk(walk, fd, "", errno);
	if (status.st_dev != walk->device || mount_of(fd) != walk->mount)
		return true;
	if (!has_owner(walk->settings, &status) && !change_owner(walk, fd))
		return fail_in_walk(walk, fd, "", errno);
	return !S_ISDIR(status.st_mode) || own_contents(walk, fd);
}

/* Only directories and what has to change are opened; what vanishes meanwhile is no matter. */
static bool own_child(struct walk *walk, int directory, const char *name)
{
	struct stat status;
	bool fine;
	int fd;

	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT || fail_in_walk(walk, directory, name, errno);
	if (!S_ISDIR(status.st_mode) && has_owner(walk->settings, &status))
		return true;
	fd = openat(directory, name, STANDS_FOR);
	if (fd < 0)
		return errno == ENOENT || fail_in_walk(walk, directory, name, errno);
	fine = own_file(walk, fd);
	close(fd);
	return fine;
}

/* As readdir(3) would, without the allocator that opendir(3) brings. */
static bool own_listed(struct walk *walk, int directory)
{
	union {
		struct dirent first;
		char bytes[2048];
	} list;
	long size;

	while ((size = syscall(SYS_getdents64, directory, &list, sizeof(list))) > 0) {
		const struct dirent *entry;
		for (long at = 0; at < size; at += entry->d_reclen) {
			entry = (const struct dirent *)(const void *)(list.bytes + at);
			const char *name = entry->d_name;
			if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
			    !own_child(walk, directory, name))
				return false;
		}
	}
	return size == 0 || fail_in_walk(walk, directory, "", errno);
}

static bool own_contents(struct walk *walk, int fd)
{
	if (walk->depth == DEPTH_MAX)
		return fail_depth(walk);
	int directory = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return fail_in_walk(walk, fd, "", errno);
	walk->depth++;
	bool fine = own_listed(walk, directory);
	walk->depth--;
	close(directory);
	return fine;
}

static bool own_directory(const struct settings *settings, const char *path,
                          struct failure *failure)
{
	struct walk walk = {.settings = settings, .path = path, .failure = failure};
	struct stat status;
	bool fine;
	int fd;

	if (!go_down(settings, path, true, &fd, failure))
		return false;
	if (fstat(fd, &status) == 0) {
		walk.device = status.st_dev;
		walk.mount = mount_of(fd);
	}
	fine = own_file(&walk, fd);
	close(fd);
	return fine;
}

bool own_directories(const struct settings *settings, struct failure *failure)
{
	const char *rest = settings->directories;
	char path[PATH_MAX];
	bool fine = true;

	look_as_user(settings);
	while (fine && next_directory(&rest, path))
		fine = own_directory(settings, path, failure);
	act_as_starter();
	return fine;
}
