#include "plimsoll/image/members.h"
#include "plimsoll/image/blob.h"
#include "plimsoll/image/keys.h"
#include "plimsoll/path.h"
#include "plimsoll/text.h"

#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_SIZE (1U << 20)
#define MOST_MEMBERS 10000U

/* More than any image's configuration has; each costs up to 150 bytes once it is parsed. */
#define MOST_VALUES 30000U

/* How many links lead on from one to the next. */
#define MOST_LINKS 8

/* `docker save` writes a layer that is there already as a link to it: "../ID/layer.tar". */
static char *resolve_link(const char *name, const char *target)
{
	char *path = print_text("%.*s/%s", (int)(base_name(name) - name), name, target);
	char *resolved = clean_path(path);

	free(path);
	return resolved;
}

/* Takes name, which is clean. */
static struct member *add_member(struct members *members, char *name)
{
	if (!has_room(&members->tree, sizeof(struct member) + strlen(name) + 1)) {
		free(name);
		return NULL;
	}
	members->tree.reserved += sizeof(struct member) + strlen(name) + 1;
	if (members->count == members->space) {
		members->space += members->space + 32;
		members->list =
		    resize_memory(members->list, members->space * sizeof(*members->list));
	}
	struct member *member = &members->list[members->count++];
	*member = (struct member){.name = name};
	return member;
}

static struct archive *make_reader(void)
{
	struct archive *archive = archive_read_new();

	if (archive == NULL)
		end_without_memory();
	archive_read_support_format_tar(archive);
	return archive;
}

/* A layer that is damaged matters only if the image is made of it. */
static void read_layer_blob(struct member *member, struct blob *blob, struct tree *tree)
{
	struct archive *inner = make_reader();

	member->is_layer = true;
	if (archive_read_open(inner, blob, NULL, read_blob, NULL) != ARCHIVE_OK ||
	    !read_layer(inner, tree, &member->layer)) {
		const char *reason = archive_error_string(inner);
		if (reason == NULL)
			reason = "cut short";
		member->damage = make_plain(reason, strlen(reason), 100);
	}
	archive_read_free(inner);
}

/* What is neither a layer nor JSON has a name as well, which an earlier one has no more. */
static void read_blob_member(struct members *members, struct archive *outer, char *name)
{
	struct blob blob;
	enum blob_kind kind = open_blob(&blob, outer, &members->tree.reserved);
	struct member *member = add_member(members, name);

	if (member != NULL && kind == BLOB_LAYER)
		read_layer_blob(member, &blob, &members->tree);
	else if (member != NULL && kind == BLOB_JSON &&
	         (member->text = read_text(&blob, MOST_TEXT, &member->length)) != NULL &&
	         has_room(&members->tree, member->length))
		members->tree.reserved += member->length;
	close_blob(&blob);
}

static void read_link_member(struct members *members, char *name, const char *target)
{
	char *link = resolve_link(name, target);
	struct member *member = add_member(members, name);

	if (member == NULL) {
		free(link);
		return;
	}
	member->link = link;
	members->tree.reserved += strlen(link);
}

static void read_member(struct members *members, struct archive *outer, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry), *target = archive_entry_symlink(entry);

	if (name == NULL || strlen(name) >= PATH_SIZE)
		return;
	if (archive_entry_hardlink(entry) != NULL)
		add_member(members, clean_path(name)); /* no tool writes one: it is nothing */
	else if (target != NULL && strlen(target) < PATH_SIZE)
		read_link_member(members, clean_path(name), target);
	else if (target == NULL && S_ISREG(archive_entry_mode(entry)))
		read_blob_member(members, outer, clean_path(name));
}

/* A slash before all other letters, so that what lies below a name stands right behind it. */
static int compare_names(const void *one, const void *other)
{
	const unsigned char *a = *(const unsigned char *const *)one,
	                    *b = *(const unsigned char *const *)other;

	while (*a == *b && *a != '\0') {
		a++;
		b++;
	}
	return (*a == '/' ? 1 : *a << 1) - (*b == '/' ? 1 : *b << 1);
}

/* Engines unpack an archive before they read it: what lies below a member, a link perhaps, is
 * written to another place then. */
static bool has_nested(const struct members *members)
{
	const char **names = get_memory(members->count * sizeof(*names));
	bool nested = false;

	for (size_t i = 0; i < members->count; i++)
		names[i] = members->list[i].name;
	qsort(names, members->count, sizeof(*names), compare_names);
	for (size_t i = 1; i < members->count; i++) {
		size_t length = strlen(names[i - 1]);
		nested |= strncmp(names[i - 1], names[i], length) == 0 && names[i][length] == '/';
	}
	free(names);
	return nested;
}

static bool refuse_size(const char *name, struct failure *failure)
{
	return fail(failure, name,
	            "has more files than are read: at most 10,000 outside of its layers, and 45 "
	            "MiB of what is needed of all",
	            NULL);
}

static bool refuse_damage(struct archive *outer, const char *name, struct failure *failure)
{
	const char *reason = archive_error_string(outer);
	char *text = make_plain(reason, reason != NULL ? strlen(reason) : 0, 100);

	fail(failure, name, "cut short or damaged: ", text, NULL);
	free(text);
	return false;
}

/* What its first bytes are. */
static bool refuse_start(struct archive *outer, const char *name, struct failure *failure)
{
	if (archive_errno(outer) == EISDIR)
		return fail(failure, name, "is a directory, not an archive", NULL);
	if (archive_errno(outer) == EILSEQ) /* libarchive: no format that it knows */
		return fail(failure, name, "not an archive of an image", NULL);
	return refuse_damage(outer, name, failure);
}

static bool read_entries(struct members *members, struct archive *outer, const char *name,
                         struct failure *failure)
{
	struct archive_entry *entry;
	int result;

	while ((result = archive_read_next_header(outer, &entry)) == ARCHIVE_OK ||
	       result == ARCHIVE_WARN) {
		read_member(members, outer, entry);
		if (members->tree.full || members->count > MOST_MEMBERS)
			return refuse_size(name, failure);
	}
	if (result != ARCHIVE_EOF)
		return refuse_damage(outer, name, failure);
	if (members->count == 0)
		return fail(failure, name, "not an archive of an image", NULL);
	return !has_nested(members) ||
	       fail(failure, name, "cut short or damaged: a member lies below another", NULL);
}

/* Zeros may follow the end of an archive: whoever writes them must not find the pipe closed. A
 * file is read no further. */
static void drain(int fd)
{
	char *block = get_memory(BLOCK_SIZE);
	struct stat status;
	bool written = fstat(fd, &status) == 0 && !S_ISREG(status.st_mode);

	while (written && read(fd, block, BLOCK_SIZE) > 0)
		;
	free(block);
}

/* The file that the archive is. */
struct source {
	int fd;
	struct archive *outer;
	char *block;
	size_t length; /* of what was read to look at, and is still to be given */
	struct decompress stored;
	struct headers headers;
};

static la_ssize_t read_some(struct source *source, size_t from)
{
	ssize_t got;

	do
		got = read(source->fd, source->block + from, BLOCK_SIZE - from);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		archive_set_error(source->outer, errno, "%s", strerror(errno));
	return got;
}

static la_ssize_t read_stored(void *context, const void **bytes)
{
	struct source *source = context;
	size_t length = source->length;

	source->length = 0;
	*bytes = source->block;
	return length > 0 ? (la_ssize_t)length : read_some(source, 0);
}

static la_ssize_t read_source(struct archive *outer, void *context, const void **bytes)
{
	struct source *source = context;

	la_ssize_t length = read_decompressed(&source->stored, outer, bytes);

	return check_headers(&source->headers, outer, *bytes, length);
}

/* What is read of a pipe at first may be short. */
static void open_source(struct source *source, size_t *total)
{
	la_ssize_t got;

	source->block = get_memory(BLOCK_SIZE);
	source->stored =
	    (struct decompress){.read = read_stored, .context = source, .total = total};
	while (source->length < TAR_BLOCK && (got = read_some(source, source->length)) > 0)
		source->length += (size_t)got;
	open_decompress(&source->stored, source->block, source->length);
}

static void close_source(struct source *source)
{
	close_decompress(&source->stored);
	free_headers(&source->headers);
	free(source->block);
}

bool read_members(int fd, const char *name, struct members *members, struct failure *failure)
{
	struct archive *outer = make_reader();
	struct source source = {.fd = fd, .outer = outer};
	bool whole = true;

	*members = (struct members){0};
	open_tree(&members->tree);
	fcntl(fd, F_SETPIPE_SZ, (int)BLOCK_SIZE); /* fewer wakings, where it is a pipe */
	open_source(&source, &members->tree.reserved);
	if (has_two_forms(source.block, source.length))
		whole = fail(failure, name,
		             "cut short or damaged: readers of tar differ: it is "
		             "an archive, and compressed as well",
		             NULL);
	else if (archive_read_open(outer, &source, NULL, read_source, NULL) != ARCHIVE_OK)
		whole = refuse_start(outer, name, failure);
	else
		whole = read_entries(members, outer, name, failure);
	archive_read_free(outer);
	close_source(&source);
	if (whole)
		drain(fd);
	return whole;
}

void free_members(struct members *members)
{
	for (size_t i = 0; i < members->count; i++) {
		free(members->list[i].name);
		free(members->list[i].link);
		free(members->list[i].text);
		free(members->list[i].damage);
	}
	free(members->list);
	close_tree(&members->tree);
}

static const struct member *find_last(const struct members *members, const char *name)
{
	for (size_t i = members->count; i > 0; i--)
		if (strcmp(members->list[i - 1].name, name) == 0)
			return &members->list[i - 1];
	return NULL;
}

const struct member *find_member(const struct members *members, const char *name)
{
	char *clean = clean_path(name);
	const struct member *member = find_last(members, clean);

	free(clean);
	for (int i = 0; i < MOST_LINKS && member != NULL && member->link != NULL; i++)
		member = find_last(members, member->link);
	return member != NULL && member->link == NULL ? member : NULL;
}

bool has_member(const struct members *members, const char *name)
{
	return find_last(members, name) != NULL;
}

/* No more values than this: each has a comma or a bracket of its own. */
static size_t count_values(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += text[i] == ',' || text[i] == '[' || text[i] == '{';
	return count;
}

json_t *parse_member(const struct member *member)
{
	if (member == NULL || member->text == NULL ||
	    count_values(member->text, member->length) > MOST_VALUES)
		return NULL;
	json_t *value =
	    json_loadb(member->text, member->length, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
	if (has_plain_keys(value))
		return value;
	json_decref(value);
	return NULL;
}
