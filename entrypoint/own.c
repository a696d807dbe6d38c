#include "own.h"
#include "../su-exec/number.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Since Linux 2.6.39; fcntl.h has them with _GNU_SOURCE. A descriptor that only stands for a file.
 */
#define STANDS_FOR (O_PATH | O_NOFOLLOW | O_CLOEXEC)

/* File system ids: they decide about access to files and nothing else (setfsuid(2)). */
static void look_as_user(const struct settings *settings)
{
	setfsgid(settings->gid);
	setfsuid(settings->uid);
}

static void act_as_starter(void)
{
	setfsuid(geteuid());
	setfsgid(getegid());
}

bool check_can_become(const struct settings *settings, struct failure *failure)
{
	char uid[NUMBER_TEXT_SIZE], gid[NUMBER_TEXT_SIZE];

	look_as_user(settings);
	/* An id that can't be set is the only way to ask for the present one. */
	bool can = (uid_t)setfsuid((uid_t)-1) == settings->uid &&
	           (gid_t)setfsgid((gid_t)-1) == settings->gid;
	act_as_starter();
	if (can)
		return true;
	format_number(settings->uid, uid);
	format_number(settings->gid, gid);
	return fail(
	    failure, "USER_ID", "this process cannot become ", uid, ":", gid,
	    "; it needs the capabilities SETUID and SETGID, and the ids in its user namespace",
	    NULL);
}

/* So much of the end of a path that two of them and the reason fit in a message. */
enum { PATH_SHOWN = 200 };

struct shown {
	char text[PATH_SHOWN + sizeof("...")];
};

static const char *show_end(const char *path, struct shown *shown)
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

/*
 * Goes down path, a component at a time, as the user. Fills *end with a descriptor that stands for
 * the directory. Without make, *end is -1 where the way ends in nothing, or in what the user may
 * not enter yet.
 */
static bool go_down(const struct settings *settings, const char *path, bool make, int *end,
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

bool check_directories(const struct settings *settings, struct failure *failure)
{
	const char *rest = settings->directories;
	char path[PATH_MAX];
	bool fine = true;
	int end;

	look_as_user(settings);
	while (fine && next_directory(&rest, path)) {
		fine = go_down(settings, path, false, &end, failure);
		if (fine && end >= 0)
			close(end);
	}
	act_as_starter();
	return fine;
}

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

bool make_directories_writable(const struct settings *settings, struct failure *failure)
{
	const char *rest = settings->directories;
	char path[PATH_MAX];

	while (next_directory(&rest, path)) {
		int fd;

		if (!go_down(settings, path, true, &fd, failure))
			return false;
		/* The call itself: real and effective ids are the same, and the library's is large.
		 */
		long result = syscall(SYS_faccessat, fd, ".", W_OK | X_OK);
		int error = errno;
		close(fd);
		if (result < 0)
			return fail_for_user(settings, path, "must be writable by", error, failure);
	}
	return true;
}
