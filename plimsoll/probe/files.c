#include "plimsoll/probe/files.h"

#include "plimsoll/probe/own.h"
#include "plimsoll/structure/seen.h"
#include "plimsoll/text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define CONTENT_MOST ((size_t)8 << 20)
#define PACKAGES "/usr/share/doc" /* where Debian keeps the copyright of each package */

/* Allocated; a path without its first slash is one of the root as well. */
static char *place_of(const char *root, const char *path)
{
	return print_text("%s%s%s", root, *path == '/' ? "" : "/", path);
}

/* What the kernel shows there is no file of the image; the place itself is. */
static bool is_of_kernel(int fd, const struct stat *status)
{
	struct statfs system;

	return fstatfs(fd, &system) == 0 && status->st_ino != 1 &&
	       (system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC);
}

/* As behind a link of the image to /proc/self/exe. */
static bool is_own_program(const struct stat *status)
{
	struct stat own;

	return stat("/proc/self/exe", &own) == 0 && own.st_dev == status->st_dev &&
	       own.st_ino == status->st_ino;
}

/* Opens no more than the name: neither a device nor a FIFO notices. -1 and errno. */
static int open_name(const char *place, int follow, struct stat *status)
{
	int fd = open(place, O_PATH | O_CLOEXEC | follow);

	if (fd < 0)
		return -1;
	if (fstat(fd, status) == 0 && !is_own_place(place) && !is_own_program(status) &&
	    !is_of_kernel(fd, status))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}

/* Only what an archive of the image would hold is there: no device, socket or FIFO. */
static bool find_file(const char *place, struct stat *status)
{
	int fd = open_name(place, O_NOFOLLOW, status);

	if (fd < 0)
		return false;
	close(fd);
	return S_ISREG(status->st_mode) || S_ISDIR(status->st_mode) || S_ISLNK(status->st_mode);
}

/* As Go prints a mode: "-rwxr-xr-x", "drwxr-xr-x", "dtrwxrwxrwx", "Lrwxrwxrwx", "urwxr-xr-x". */
static void print_mode(mode_t mode, char text[static 16])
{
	static const char letters[] = "rwxrwxrwx";
	char *to = text;

	if (S_ISDIR(mode))
		*to++ = 'd';
	if (S_ISLNK(mode))
		*to++ = 'L';
	if ((mode & S_ISUID) != 0)
		*to++ = 'u';
	if ((mode & S_ISGID) != 0)
		*to++ = 'g';
	if ((mode & S_ISVTX) != 0)
		*to++ = 't';
	if (to == text)
		*to++ = '-';
	for (int i = 0; i < 9; i++)
		*to++ = (mode & (0400U >> i)) != 0 ? letters[i] : '-';
	*to = '\0';
}

static void compare_mode(struct seen *seen, const json_t *test, mode_t mode)
{
	static const struct {
		const char *name;
		mode_t bits;
	} groups[] = {{"any", 0111}, {"owner", 0100}, {"group", 0010}, {"other", 0001}};
	const char *permissions = json_string_value(json_object_get(test, "permissions"));
	const char *by = json_string_value(json_object_get(test, "isExecutableBy"));
	char text[16];

	print_mode(mode, text);
	if (permissions != NULL && *permissions != '\0' && strcmp(permissions, text) != 0)
		note_difference(seen, print_text("mode %s", permissions),
		                print_text("mode %s", text));
	for (size_t i = 0; by != NULL && i < sizeof(groups) / sizeof(*groups); i++)
		if (strcmp(by, groups[i].name) == 0 && (mode & groups[i].bits) == 0)
			note_difference(seen, print_text("executable by %s", by),
			                print_text("mode %s", text));
}

/* -1 asks for nothing. */
static void compare_id(struct seen *seen, const char *name, const json_t *expected, long long found)
{
	json_int_t id = json_is_integer(expected) ? json_integer_value(expected) : -1;

	if (id != -1 && id != found)
		note_difference(seen, print_text("%s %lld", name, (long long)id),
		                print_text("%s %lld", name, found));
}

static json_t *test_existence(const char *root, const json_t *test)
{
	const char *path = json_string_value(json_object_get(test, "path"));
	bool wanted = json_is_true(json_object_get(test, "shouldExist"));
	char *place = place_of(root, path), text[16];
	struct seen seen = {0};
	struct stat status;
	bool found = find_file(place, &status);

	free(place);
	if (!found) {
		if (wanted)
			note_difference(&seen, print_text("%s", path), print_text("no %s", path));
		return report_seen(&seen, print_text("no %s", path));
	}
	if (!wanted) {
		note_difference(&seen, print_text("no %s", path), print_text("%s", path));
		return report_seen(&seen, print_text("%s", ""));
	}
	compare_mode(&seen, test, status.st_mode);
	compare_id(&seen, "uid", json_object_get(test, "uid"), status.st_uid);
	compare_id(&seen, "gid", json_object_get(test, "gid"), status.st_gid);
	print_mode(status.st_mode, text);
	return report_seen(&seen,
	                   print_text("%s %s %u:%u", path, text, status.st_uid, status.st_gid));
}

/* Reads on until the end, or one byte more than there may be. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0 && length < size) {
		got = read(fd, bytes + length, size - length);
		if (got < 0)
			return -1;
		length += (size_t)got;
	}
	return (ssize_t)length;
}

/* A regular file that O_PATH named is opened by that name: nobody can exchange it in between. */
static int open_regular(const char *place)
{
	char name[32];
	struct stat status;
	int named = open_name(place, 0, &status);

	if (named < 0)
		return -1;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", named);
	int fd = S_ISREG(status.st_mode) ? open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	int error = S_ISDIR(status.st_mode) ? EISDIR : S_ISREG(status.st_mode) ? errno : ENOENT;
	close(named);
	errno = error;
	return fd;
}

/* All of a file: allocated. NULL: it is not there, no file, or too large, which seen is told. */
static char *read_content(struct seen *seen, const char *root, const char *path, size_t *length)
{
	char *place = place_of(root, path), *bytes = NULL;
	int fd = open_regular(place);
	ssize_t got = -1;

	if (fd >= 0) {
		bytes = get_memory(CONTENT_MOST + 1);
		got = read_all(fd, bytes, CONTENT_MOST + 1);
	}
	int error = errno;
	free(place);
	if (fd >= 0)
		close(fd);
	if (got >= 0 && (size_t)got <= CONTENT_MOST) {
		*length = (size_t)got;
		return bytes;
	}
	free(bytes);
	if (got >= 0)
		note_undecided(seen,
		               print_text("%s is larger than the 8 MiB that are looked at", path));
	else
		note_difference(seen, print_text("a file %s", path),
		                print_text("%s: %s", path, strerror(error)));
	return NULL;
}

static json_t *test_content(const char *root, const json_t *test)
{
	const char *path = json_string_value(json_object_get(test, "path"));
	struct seen seen = {0};
	size_t length = 0;
	char *bytes = read_content(&seen, root, path, &length);

	if (bytes != NULL)
		compare_text(&seen, path, json_object_get(test, "expectedContents"),
		             json_object_get(test, "excludedContents"), bytes, length, false);
	free(bytes);
	return report_seen(&seen, print_text("%s, %zu bytes", path, length));
}

static bool holds_word(const char *bytes, size_t length, const char *word)
{
	size_t size = strlen(word);

	for (size_t at = 0; at + size <= length; at++)
		if (strncasecmp(bytes + at, word, size) == 0)
			return true;
	return false;
}

/* The words that container-structure-test looks for, in capitals or not. */
static void look_at_license(struct seen *seen, const char *root, const char *path)
{
	static const char *const refused[] = {"AGPL", "WTFPL"};
	size_t length;
	char *bytes = read_content(seen, root, path, &length);

	for (size_t i = 0; bytes != NULL && i < sizeof(refused) / sizeof(*refused); i++)
		if (holds_word(bytes, length, refused[i]))
			note_difference(seen, print_text("%s without %s", path, refused[i]),
			                print_text("%s names %s", path, refused[i]));
	free(bytes);
}

static int choose_package(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "libgnutls30") != 0;
}

/* Each package that is a directory, and no link to that of another. */
static size_t look_at_packages(struct seen *seen, const char *root)
{
	char *place = place_of(root, PACKAGES);
	struct dirent **entries;
	int count = scandir(place, &entries, choose_package, alphasort);
	size_t packages = 0;

	if (count < 0)
		note_difference(seen, print_text("a directory " PACKAGES),
		                print_text(PACKAGES ": %s", strerror(errno)));
	for (int i = 0; i < count; i++) {
		char *path = print_text(PACKAGES "/%s", entries[i]->d_name);
		char *directory = place_of(root, path);
		char *license = print_text("%s/copyright", path);
		struct stat status;

		if (lstat(directory, &status) == 0 && S_ISDIR(status.st_mode)) {
			look_at_license(seen, root, license);
			packages++;
		}
		free(license);
		free(directory);
		free(path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	free(place);
	return packages;
}

static json_t *test_license(const char *root, const json_t *test)
{
	struct seen seen = {0};
	size_t index, count = 0;
	const json_t *file;

	if (json_is_true(json_object_get(test, "debian")))
		count = look_at_packages(&seen, root);
	json_array_foreach(json_object_get(test, "files"), index, file)
	    look_at_license(&seen, root, json_string_value(file));
	return report_seen(&seen,
	                   print_text("%zu licenses looked at",
	                              count + json_array_size(json_object_get(test, "files"))));
}

static const struct kind {
	const char *name;
	json_t *(*look)(const char *root, const json_t *test);
} kinds[] = {{"existence", test_existence}, {"content", test_content}, {"license", test_license}};

static json_t *look_at_file(const char *root, const char *text, struct failure *failure)
{
	json_error_t error;
	json_t *test = json_loads(text, 0, &error), *result = NULL;
	const char *kind = json_string_value(json_object_get(test, "kind"));

	for (size_t i = 0; kind != NULL && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].name, kind) == 0)
			result = kinds[i].look(root, test);
	json_decref(test);
	if (result == NULL)
		fail(failure, "files", "no test: ", text, NULL);
	return result;
}

json_t *look_at_files(const char *root, char **tests, struct failure *failure)
{
	json_t *results = json_array();

	for (; *tests != NULL; tests++) {
		json_t *result = look_at_file(root, *tests, failure);

		if (result == NULL) {
			json_decref(results);
			return NULL;
		}
		json_array_append_new(results, result);
	}
	return json_pack("{s:o}", "results", results);
}
