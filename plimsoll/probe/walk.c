#include "plimsoll/probe/walk.h"

#include "plimsoll/probe/own.h"
#include "plimsoll/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_MOST 60
#define NAMES_MOST (8u << 20)
#define HEAD_MOST 65536

enum { DEPTH_MOST = 200 }; /* each level holds a descriptor, of which there may be 256 */

/* A directory that is being walked. */
struct level {
	int fd;
	size_t path;    /* length of its own path; 0 for the root */
	size_t names;   /* where the names of its directories begin */
	uint64_t mount; /* its own, 0 where the kernel doesn't tell */
	dev_t device;
};

struct walk {
	struct survey *survey;
	const char *root;
	char path[PATH_MAX]; /* of the file in hand, from the root on */
	struct level levels[DEPTH_MOST];
	int depth;
	char *names; /* a stack: of each level the directories that are still to be walked */
	size_t names_used, names_size;
	const json_t *volumes; /* mounts of the image itself */
	unsigned int files;
	struct timespec end;
	bool over; /* at a limit of the whole walk */
	bool cut;  /* something was passed over */
	struct look_back back;
	char head[HEAD_MOST];
	char link[PATH_MAX];
};

static const int open_flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;

/* As the kernel already knows it: nothing changes the files of an image meanwhile. */
static bool look_at(int directory, const char *name, struct statx *status)
{
	return statx(directory, name,
	             AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC | AT_EMPTY_PATH,
	             STATX_BASIC_STATS | STATX_MNT_ID, status) == 0;
}

static uint64_t mount_of(const struct statx *status)
{
	return (status->stx_mask & STATX_MNT_ID) != 0 ? status->stx_mnt_id : 0;
}

static dev_t device_of(const struct statx *status)
{
	return makedev(status->stx_dev_major, status->stx_dev_minor);
}

/* Before Linux 5.8 only directories tell: overlayfs may give files the devices of its layers. */
static bool is_elsewhere(const struct level *level, const struct statx *status)
{
	if (level->mount != 0 && mount_of(status) != 0)
		return mount_of(status) != level->mount;
	return S_ISDIR(status->stx_mode) && device_of(status) != level->device;
}

/* An engine copies into a new volume what the image has there. */
static bool is_volume(const struct walk *walk)
{
	json_t *volume;
	size_t i;

	json_array_foreach(walk->volumes, i, volume)
	{
		if (strcmp(json_string_value(volume), walk->path) == 0)
			return true;
	}
	return false;
}

static bool is_left_out(const struct walk *walk)
{
	static const char *const places[] = {"/proc", "/sys", "/dev"};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (walk->depth == 1 && strcmp(walk->path, places[i]) == 0)
			return true;
	return is_own_place(walk->path);
}

static bool is_over(struct walk *walk)
{
	struct timespec now;

	if (walk->files % 256 == 0 && clock_gettime(CLOCK_MONOTONIC, &now) == 0 &&
	    now.tv_sec >= walk->end.tv_sec)
		walk->over = true;
	return walk->over;
}

/* The head of a file; nothing where it can't be read, or is no longer a regular one. */
static size_t read_head(struct walk *walk, int fd, size_t wanted)
{
	size_t length = 0;
	struct stat status;
	ssize_t got = 1;

	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		return 0;
	while (got > 0 && length < wanted) {
		got = read(fd, walk->head + length, wanted - length);
		length += got > 0 ? (size_t)got : 0;
	}
	return length;
}

/* From the root on; what is longer than the kernel takes is no file's (ENAMETOOLONG). */
static const char *place_of(const struct walk *walk, const char *path,
                            char place[static 2 * PATH_MAX])
{
	snprintf(place, 2 * PATH_MAX, "%s%s", walk->root, path);
	return place;
}

/* By the descriptor where there is one. Only what can be executed makes use of it. */
static bool has_capability(const struct walk *walk, const struct statx *status, int fd)
{
	static const char name[] = "security.capability";
	char place[2 * PATH_MAX];

	if (!S_ISREG(status->stx_mode) || (status->stx_mode & 0111) == 0)
		return false;
	if (fd >= 0)
		return fgetxattr(fd, name, NULL, 0) > 0;
	return lgetxattr(place_of(walk, walk->path, place), name, NULL, 0) > 0;
}

static const char *look_at_head(void *context, const char *path, size_t *length)
{
	struct walk *walk = context;
	char place[2 * PATH_MAX];
	int fd = open(place_of(walk, path, place), open_flags);

	if (fd < 0)
		return NULL;
	*length = read_head(walk, fd, HEAD_MOST);
	close(fd);
	return walk->head;
}

static const char *look_at_link(void *context, const char *path)
{
	struct walk *walk = context;
	char place[2 * PATH_MAX];
	ssize_t size = readlink(place_of(walk, path, place), walk->link, sizeof(walk->link) - 1);

	walk->link[size > 0 ? size : 0] = '\0';
	return walk->link;
}

static void survey_entry(struct walk *walk, int directory, const char *name,
                         const struct statx *status)
{
	struct file file = {.path = walk->path,
	                    .mode = status->stx_mode,
	                    .uid = status->stx_uid,
	                    .gid = status->stx_gid,
	                    .size = status->stx_size,
	                    .layer = -1};
	size_t wanted = wanted_bytes(&file, true), length = 0;
	int fd = -1;

	if (wanted > 0 && file.size > 0)
		fd = openat(directory, name, open_flags);
	if (fd >= 0)
		length = read_head(walk, fd, wanted < HEAD_MOST ? wanted : HEAD_MOST);
	if (length == 0 && file.size > 0)
		survey_unread(walk->survey, &file);
	file.has_capability = has_capability(walk, status, fd);
	if (fd >= 0)
		close(fd);
	survey_file(walk->survey, &file, walk->head, length);
	walk->files++;
}

static void push_name(struct walk *walk, const char *name)
{
	size_t size = strlen(name) + 1;

	if (size > NAMES_MOST - walk->names_used) {
		walk->cut = true;
		return;
	}
	while (size > walk->names_size - walk->names_used) {
		walk->names_size = walk->names_size == 0 ? 4096 : 2 * walk->names_size;
		walk->names = resize_memory(walk->names, walk->names_size);
	}
	memcpy(walk->names + walk->names_used, name, size);
	walk->names_used += size;
}

/* The last name that was pushed; it stays where it is until the next is pushed. */
static const char *pop_name(struct walk *walk)
{
	size_t at = walk->names_used - 1;

	while (at > 0 && walk->names[at - 1] != '\0')
		at--;
	walk->names_used = at;
	return walk->names + at;
}

/* Sets the path to that of a file in the level's directory. */
static bool set_path(struct walk *walk, const struct level *level, const char *name)
{
	size_t length = strlen(name);

	if (level->path + length + 2 > sizeof(walk->path)) {
		walk->cut = true;
		return false;
	}
	walk->path[level->path] = '/';
	memcpy(walk->path + level->path + 1, name, length + 1);
	return true;
}

static void take_entry(struct walk *walk, const struct level *level, const char *name)
{
	struct statx status;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || !set_path(walk, level, name) ||
	    is_left_out(walk))
		return;
	if (!look_at(level->fd, name, &status)) {
		walk->cut = true;
		return;
	}
	if (is_elsewhere(level, &status) && !is_volume(walk))
		return;
	survey_entry(walk, level->fd, name, &status);
	if (S_ISDIR(status.stx_mode))
		push_name(walk, name);
}

/* All entries of the directory: its directories are only noted. */
static void read_directory(struct walk *walk, const struct level *level)
{
	_Alignas(struct dirent64) char list[32768];
	ssize_t size = 0;

	while (!is_over(walk) && (size = getdents64(level->fd, list, sizeof(list))) > 0) {
		const struct dirent64 *entry;
		for (ssize_t at = 0; at < size && !is_over(walk); at += entry->d_reclen) {
			entry = (const struct dirent64 *)(const void *)(list + at);
			take_entry(walk, level, entry->d_name);
		}
	}
	walk->cut |= size < 0;
}

static void enter(struct walk *walk, int fd, size_t path, const struct statx *status)
{
	struct level *level = &walk->levels[walk->depth++];

	*level = (struct level){fd, path, walk->names_used, mount_of(status), device_of(status)};
	read_directory(walk, level);
}

/* Goes into the next directory of the last level, or back where there is none. */
static void go_on(struct walk *walk)
{
	struct level *level = &walk->levels[walk->depth - 1];
	struct statx status;
	int fd = -1;

	if (walk->names_used == level->names || walk->over) {
		walk->names_used = level->names;
		close(level->fd);
		walk->depth--;
		return;
	}
	const char *name = pop_name(walk);
	if (walk->depth < DEPTH_MOST && set_path(walk, level, name))
		fd = openat(level->fd, name, open_flags | O_DIRECTORY);
	if (fd >= 0 && look_at(fd, "", &status))
		enter(walk, fd, strlen(walk->path), &status);
	else
		walk->cut = true; /* too deep, or nobody may read it */
}

static void start_walk(struct walk *walk, int fd, const struct statx *status)
{
	clock_gettime(CLOCK_MONOTONIC, &walk->end);
	walk->end.tv_sec += SECONDS_MOST;
	strcpy(walk->path, "/");
	survey_entry(walk, fd, ".", status);
	enter(walk, fd, 0, status);
}

json_t *walk_root(const struct programs *programs, const json_t *volumes, const char *root,
                  struct failure *failure)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statx status;
	struct walk *walk;
	json_t *report;

	if (fd < 0 || !look_at(fd, "", &status)) {
		fail(failure, root, strerror(errno), NULL);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	walk = get_memory(sizeof(*walk));
	memset(walk, 0, sizeof(*walk));
	walk->root = root;
	walk->volumes = volumes;
	walk->back = (struct look_back){walk, look_at_head, look_at_link};
	walk->survey = start_survey("walk", &walk->back);
	start_walk(walk, fd, &status);
	while (walk->depth > 0)
		go_on(walk);
	if (walk->cut || walk->over)
		cut_survey(walk->survey);
	report = report_survey(walk->survey, programs);
	free_survey(walk->survey);
	free(walk->names);
	free(walk);
	return report;
}
