#include "plimsoll/runs/changes.h"

#include "plimsoll/engine/process.h"
#include "plimsoll/engine/tasks.h"
#include "plimsoll/path.h"
#include "plimsoll/text.h"

#include <archive.h>
#include <archive_entry.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_CHANGES 1001 /* one more than are judged: there are more */
#define MOST_GROWN 100
#define MOST_FILES 10000                     /* of volumes */
#define MOST_NAMES ((size_t)2 * 1024 * 1024) /* bytes of their paths */
#define PATH_BYTES 4096
#define DIFF_BYTES ((size_t)8 * 1024 * 1024) /* MOST_CHANGES of the longest paths */
#define COPY_SECONDS 20
#define ENDING_SECONDS 5 /* of a client that has written all */
#define DIFF_SECONDS 30

/* The mount itself, what is in it, and the directories that lead to it. */
static bool is_of_mount(const char *path, const char *mount)
{
	return is_below(path, mount) || is_below(mount, path);
}

static bool is_the_engines(const char *path, const char *probe, const json_t *volumes)
{
	json_t *volume;
	size_t i;

	if (is_of_mount(path, probe))
		return true;
	json_array_foreach(volumes, i, volume)
	{
		if (json_is_string(volume) && is_of_mount(path, json_string_value(volume)))
			return true;
	}
	return false;
}

static const char *name_change(char letter)
{
	return letter == 'A' ? "added" : letter == 'D' ? "deleted" : letter == 'C' ? "changed" : "";
}

/* The rest of a name with a line feed in it, which `diff` writes as it is: each such name has a
 * line that is no change's, as there is no slash in it. */
static const char *parse_rest(const char *line, size_t length, char **path)
{
	char *rest = make_plain(line, length, PATH_BYTES);

	*path = print_text("\\x0a%s", rest);
	free(rest);
	return "changed";
}

/* "A /path"; *path is allocated, plain; NULL where it is not the image's doing. */
static const char *parse_change(const char *line, size_t length, const char *probe,
                                const json_t *volumes, char **path)
{
	const char *change =
	    length > 2 && line[1] == ' ' && line[2] == '/' ? name_change(line[0]) : "";

	if (*change == '\0')
		return parse_rest(line, length, path);
	*path = make_plain(line + 2, length - 2, PATH_BYTES);
	if (!is_the_engines(*path, probe, volumes))
		return change;
	free(*path);
	*path = NULL;
	return NULL;
}

json_t *parse_changes(const char *text, size_t length, const char *probe, const json_t *volumes)
{
	const char *end = text + length, *next;
	json_t *changed = json_array();

	for (const char *line = text; line < end && json_array_size(changed) < MOST_CHANGES;
	     line = next + 1) {
		char *path;

		next = memchr(line, '\n', (size_t)(end - line));
		next = next != NULL ? next : end;
		const char *change =
		    parse_change(line, (size_t)(next - line), probe, volumes, &path);
		if (change != NULL)
			json_array_append_new(
			    changed, json_pack("{s:s, s:s}", "path", path, "change", change));
		free(path);
	}
	return changed;
}

static const json_t *volumes_of(const struct run *run)
{
	return json_object_get(json_object_get(run->image, "config"), "volumes");
}

/* Where Podman mounts its own files, it makes the directory in the container itself; Docker has a
 * layer for that. What else changes in there has a line of its own. */
static bool is_podmans(const json_t *change)
{
	const char *path = json_string_value(json_object_get(change, "path"));

	return path != NULL && strcmp(path, "/etc") == 0;
}

static void drop_podmans(json_t *changed)
{
	for (size_t i = json_array_size(changed); i > 0; i--)
		if (is_podmans(json_array_get(changed, i - 1)))
			json_array_remove(changed, i - 1);
}

json_t *read_changes(const struct run *run, struct failure *failure)
{
	const struct limits limits = {.seconds = left_until(run, now() + DIFF_SECONDS),
	                              .out_bytes = DIFF_BYTES};
	struct finished finished;

	if (!ask_client(run->cage->engine, (const char *const[]){"diff", run->id, NULL}, &limits,
	                &finished, failure))
		return NULL;
	json_t *changed = parse_changes(finished.out.bytes, finished.out.length, run->cage->place,
	                                volumes_of(run));
	if (run->cage->engine->podman)
		drop_podmans(changed);
	free_finished(&finished);
	return changed;
}

static void add_size(struct sizes *sizes, const char *path, json_int_t size)
{
	char *plain = make_plain(path, strlen(path), PATH_BYTES);
	size_t length = strlen(plain);

	if (json_object_size(sizes->files) < MOST_FILES && length <= sizes->names) {
		sizes->names -= length;
		json_object_set_new(sizes->files, plain, json_integer(size));
	} else {
		sizes->partial = true;
	}
	free(plain);
}

/* Names in the archive begin with "./". */
static void add_file(struct archive_entry *entry, const char *directory, struct sizes *sizes)
{
	const char *name = archive_entry_pathname(entry);
	char path[3 * PATH_BYTES];

	if (name == NULL || archive_entry_filetype(entry) != AE_IFREG)
		return;
	name += strncmp(name, "./", 2) == 0 ? 2 : 0;
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	add_size(sizes, path, archive_entry_size(entry));
}

/* What `cp` writes, until a time of now(): a sparse file of terabytes is written with all its
 * zeros. */
struct copy {
	int fd;
	double end;
	char bytes[65536];
};

static la_ssize_t read_copy(struct archive *archive, void *context, const void **bytes)
{
	struct copy *copy = context;
	struct pollfd wait = {.fd = copy->fd, .events = POLLIN};

	(void)archive;
	*bytes = copy->bytes;
	while (now() < copy->end && interrupted() == 0) {
		if (poll(&wait, 1, TICK_MILLISECONDS) > 0)
			return read(copy->fd, copy->bytes, sizeof(copy->bytes));
	}
	return -1;
}

/* Of each in the tar archive that is read; a name that is no UTF-8 is a warning. */
static bool add_files(struct copy *copy, const char *directory, struct sizes *sizes)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	int status = ARCHIVE_FATAL;

	archive_read_support_format_tar(archive);
	if (archive_read_open(archive, copy, NULL, read_copy, NULL) == ARCHIVE_OK) {
		while ((status = archive_read_next_header(archive, &entry)) == ARCHIVE_OK ||
		       status == ARCHIVE_WARN)
			add_file(entry, directory, sizes);
	}
	archive_read_free(archive);
	return status == ARCHIVE_EOF;
}

/* Of the directory itself ("/."), as the place of a volume may be a link. */
static bool add_copy(const struct run *run, const char *path, struct sizes *sizes,
                     struct failure *failure)
{
	char source[PATH_BYTES + 128], directory[PATH_BYTES];
	struct finished finished;
	struct stream stream;
	struct copy copy;

	snprintf(directory, sizeof(directory), "%s", path);
	for (size_t length = strlen(directory); length > 0 && directory[length - 1] == '/';)
		directory[--length] = '\0';
	snprintf(source, sizeof(source), "%s:%s/.", run->id, directory);
	if (!start_stream(run->cage->engine, (const char *const[]){"cp", source, "-", NULL},
	                  &stream, failure))
		return false;
	copy.fd = stream.fd;
	copy.end = now() + left_until(run, now() + COPY_SECONDS);
	bool read = add_files(&copy, directory, sizes);
	bool copied = finish_stream(&stream, read ? ENDING_SECONDS : 0, &finished, failure);
	free_finished(&finished);
	return copied && (read || fail(failure, path, "can't be read", NULL));
}

/* What is changed has no size that the engine tells: that it is there counts. */
static void add_changed(const json_t *changed, struct sizes *sizes)
{
	json_t *entry;
	size_t i;

	json_array_foreach(changed, i, entry) json_object_set_new(
	    sizes->files, json_string_value(json_object_get(entry, "path")), json_integer(0));
	sizes->partial = sizes->partial || i >= MOST_CHANGES - 1;
}

bool read_volumes(const struct run *run, struct sizes *sizes, struct failure *failure)
{
	json_t *volume;
	size_t i;

	*sizes = (struct sizes){.files = json_object(), .names = MOST_NAMES};
	json_array_foreach(volumes_of(run), i, volume)
	{
		if (json_is_string(volume) &&
		    !add_copy(run, json_string_value(volume), sizes, failure)) {
			json_decref(sizes->files);
			sizes->files = NULL;
			return false;
		}
	}
	return true;
}

bool read_sizes(const struct run *run, struct sizes *sizes, struct failure *failure)
{
	if (!read_volumes(run, sizes, failure))
		return false;
	json_t *changed = read_changes(run, failure);
	if (changed == NULL) {
		json_decref(sizes->files);
		sizes->files = NULL;
		return false;
	}
	add_changed(changed, sizes);
	json_decref(changed);
	return true;
}

/* As far as is known: a file that was not kept may have been as large. */
static bool was_smaller(const struct sizes *sizes, const char *path, const json_t *size)
{
	const json_t *old = json_object_get(sizes->files, path);

	return old != NULL ? json_integer_value(old) < json_integer_value(size) : !sizes->partial;
}

json_t *find_grown(const struct sizes *before, const struct sizes *between,
                   const struct sizes *after, bool *partial)
{
	json_t *grown = json_array(), *size;
	const char *path;

	*partial = before->partial || between->partial || after->partial;
	json_object_foreach(after->files, path, size)
	{
		if (!was_smaller(before, path, size) || !was_smaller(between, path, size))
			continue;
		if (json_array_size(grown) < MOST_GROWN)
			json_array_append_new(grown, json_string(path));
		else
			*partial = true;
	}
	return grown;
}
