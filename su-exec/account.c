#include "account.h"
#include "number.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct account_files system_account_files = {"/etc/passwd", "/etc/group"};

enum { END_OF_FILE = -1 };

/* A file, and how far it is read. */
struct scan {
	const char *path;
	int fd;
	int error;         /* errno of a read that failed */
	uint64_t line;     /* the current line's number, from 1 */
	size_t line_bytes; /* read of it */
	bool malformed;    /* what was read of it is */
	int stop;          /* the byte that ended the last field: ':', ',', '\n' or END_OF_FILE */
	size_t at, end;    /* what of buffer is still to be read */
	char buffer[8192];
};

/* A pipe or a device might never end, nor even open. */
static enum lookup open_scan(struct scan *scan, const char *path, struct failure *failure)
{
	struct stat status = {0};

	scan->path = path;
	scan->error = 0;
	scan->line = 0;
	scan->stop = '\n';
	scan->at = scan->end = 0;
	scan->fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (scan->fd < 0 && errno == ENOENT)
		return LOOKUP_NO_FILE;
	if (scan->fd < 0 || fstat(scan->fd, &status) != 0)
		fail(failure, path, strerror(errno), NULL);
	else if (S_ISREG(status.st_mode))
		return LOOKUP_FOUND;
	else
		fail(failure, path, "must be a regular file", NULL);
	close(scan->fd);
	return LOOKUP_FAILED;
}

static bool fill_buffer(struct scan *scan)
{
	ssize_t got;

	do
		got = read(scan->fd, scan->buffer, sizeof(scan->buffer));
	while (got < 0 && errno == EINTR);
	if (got < 0)
		scan->error = errno;
	scan->at = 0;
	scan->end = got > 0 ? (size_t)got : 0;
	return got > 0;
}

static int next_byte(struct scan *scan)
{
	if (scan->at == scan->end && !fill_buffer(scan))
		return END_OF_FILE;
	if (++scan->line_bytes > LINE_BYTES_MAX)
		scan->malformed = true;
	return (unsigned char)scan->buffer[scan->at++];
}

/* False at the end of the file, and after a read that failed. */
static bool next_line(struct scan *scan)
{
	if (scan->stop != '\n' || (scan->at == scan->end && !fill_buffer(scan)))
		return false;
	scan->line++;
	scan->line_bytes = 0;
	scan->malformed = false;
	scan->stop = ':';
	return true;
}

/*
 * Reads up to the next ':' or the end of the line (with separator: or that) into text, or past it
 * where text is NULL. Bytes that no field may hold are left out, so that the entry they stand in
 * still matches, and is refused. A field that does not fit is malformed, and reads as empty.
 */
static void read_field(struct scan *scan, char *text, size_t size, int separator)
{
	size_t used = 0;
	int byte;

	while ((byte = next_byte(scan)) != ':' && byte != '\n' && byte != END_OF_FILE &&
	       byte != separator) {
		if (byte == '\0' || byte == '\r')
			scan->malformed = true;
		else if (text != NULL && used < size)
			text[used++] = (char)byte;
	}
	scan->stop = byte;
	if (text == NULL)
		return;
	if (used == size) {
		scan->malformed = true;
		used = 0;
	}
	text[used] = '\0';
}

struct field {
	char *text; /* NULL: not wanted */
	size_t size;
};

/* Leaves the fields that the line does not have empty. */
static void read_fields(struct scan *scan, const struct field fields[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (scan->stop == ':') {
			read_field(scan, fields[i].text, fields[i].size, END_OF_FILE);
		} else {
			scan->malformed = true;
			if (fields[i].text != NULL)
				fields[i].text[0] = '\0';
		}
	}
}

/* What follows the last field that the format has is too much. */
static void finish_line(struct scan *scan)
{
	while (scan->stop == ':') {
		scan->malformed = true;
		read_field(scan, NULL, 0, END_OF_FILE);
	}
}

/* NIS entries, and lines that somebody commented out. */
static bool is_passed_over(const char *name)
{
	return *name == '+' || *name == '-' || *name == '#';
}

/* What an entry is looked up by: its name, or where that is NULL its id. */
struct key {
	const char *name;
	uint32_t id;
};

/* Compares with a line's fields; parsed: whether the one for the id is an id. */
static bool matches(const struct key *key, const char *name, bool parsed, uint32_t id)
{
	if (is_passed_over(name))
		return false;
	return key->name != NULL ? strcmp(name, key->name) == 0 : parsed && id == key->id;
}

static enum lookup refuse_line(const struct scan *scan, const char *format, struct failure *failure)
{
	char number[NUMBER_TEXT_SIZE];

	fail(failure, scan->path, "line ", format_number(scan->line, number),
	     " is malformed: it must be ", format, ", each id ", ID_RULE, NULL);
	return LOOKUP_FAILED;
}

/* Closes the file; a read that failed is a failure, whatever was found before. */
static enum lookup close_scan(struct scan *scan, enum lookup result, struct failure *failure)
{
	close(scan->fd);
	if (scan->error == 0)
		return result;
	fail(failure, scan->path, strerror(scan->error), NULL);
	return LOOKUP_FAILED;
}

/* Past the rest of the line, unread, once it is known not to match. */
static void skip_line(struct scan *scan)
{
	while (scan->stop != '\n' && scan->stop != END_OF_FILE) {
		const char *end = memchr(scan->buffer + scan->at, '\n', scan->end - scan->at);

		if (end != NULL) {
			scan->at = (size_t)(end - scan->buffer) + 1;
			scan->stop = '\n';
		} else if (!fill_buffer(scan)) {
			scan->stop = END_OF_FILE;
		}
	}
}

/* Reads a line of passwd, and says whether it matches. */
static bool read_user_line(struct scan *scan, const struct key *key, struct user_account *user)
{
	char uid[ID_TEXT_SIZE], gid[ID_TEXT_SIZE];
	const struct field first[] = {
	    {user->name, sizeof(user->name)},
	    {NULL, 0},
	    {uid, sizeof(uid)},
	};
	const struct field rest[] = {
	    {gid, sizeof(gid)},
	    {NULL, 0},
	    {user->home, sizeof(user->home)},
	    {NULL, 0},
	};

	read_fields(scan, first, sizeof(first) / sizeof(*first));
	bool parsed = parse_id(uid, &user->uid);
	if (!matches(key, user->name, parsed, user->uid)) {
		skip_line(scan);
		return false;
	}
	read_fields(scan, rest, sizeof(rest) / sizeof(*rest));
	finish_line(scan);
	if (!parsed || !parse_id(gid, &user->gid) || user->name[0] == '\0')
		scan->malformed = true;
	return true;
}

static enum lookup find_user(const char *path, const struct key *key, struct user_account *user,
                             struct failure *failure)
{
	struct scan scan;
	enum lookup result = open_scan(&scan, path, failure);

	if (result != LOOKUP_FOUND)
		return result;
	result = LOOKUP_ABSENT;
	while (result == LOOKUP_ABSENT && next_line(&scan)) {
		if (!read_user_line(&scan, key, user))
			continue;
		result = LOOKUP_FOUND;
		if (scan.malformed)
			result =
			    refuse_line(&scan, "name:password:uid:gid:comment:home:shell", failure);
	}
	return close_scan(&scan, result, failure);
}

enum lookup find_user_by_name(const struct account_files *files, const char *name,
                              struct user_account *user, struct failure *failure)
{
	return find_user(files->passwd, &(struct key){name, 0}, user, failure);
}

enum lookup find_user_by_uid(const struct account_files *files, uid_t uid,
                             struct user_account *user, struct failure *failure)
{
	return find_user(files->passwd, &(struct key){NULL, uid}, user, failure);
}

/* Reads the last field, and says whether member, which may be NULL, stands in it. */
static bool read_members(struct scan *scan, const char *member)
{
	char listed[NAME_SIZE];
	bool is_member = false;

	if (scan->stop != ':') {
		scan->malformed = true;
		return false;
	}
	do {
		read_field(scan, listed, sizeof(listed), ',');
		if (member != NULL && strcmp(listed, member) == 0)
			is_member = true;
	} while (scan->stop == ',');
	return is_member;
}

/*
 * Reads a line of group, and says whether it matches: the key, or where that is NULL by having
 * member among its members, which are read one after the other.
 */
static bool read_group_line(struct scan *scan, const struct key *key, const char *member,
                            struct group_account *group)
{
	char gid[ID_TEXT_SIZE];
	const struct field fields[] = {
	    {group->name, sizeof(group->name)},
	    {NULL, 0},
	    {gid, sizeof(gid)},
	};

	read_fields(scan, fields, sizeof(fields) / sizeof(*fields));
	bool parsed = parse_id(gid, &group->gid);
	if (key != NULL && !matches(key, group->name, parsed, group->gid)) {
		skip_line(scan);
		return false;
	}
	bool is_member = read_members(scan, member);
	finish_line(scan);
	if (!parsed || group->name[0] == '\0')
		scan->malformed = true;
	return key != NULL || (is_member && !is_passed_over(group->name));
}

#define GROUP_FORMAT "name:password:gid:member,member"

static enum lookup find_group(const char *path, const struct key *key, struct group_account *group,
                              struct failure *failure)
{
	struct scan scan;
	enum lookup result = open_scan(&scan, path, failure);

	if (result != LOOKUP_FOUND)
		return result;
	result = LOOKUP_ABSENT;
	while (result == LOOKUP_ABSENT && next_line(&scan)) {
		if (!read_group_line(&scan, key, NULL, group))
			continue;
		result = LOOKUP_FOUND;
		if (scan.malformed)
			result = refuse_line(&scan, GROUP_FORMAT, failure);
	}
	return close_scan(&scan, result, failure);
}

enum lookup find_group_by_name(const struct account_files *files, const char *name,
                               struct group_account *group, struct failure *failure)
{
	return find_group(files->group, &(struct key){name, 0}, group, failure);
}

enum lookup find_group_by_gid(const struct account_files *files, gid_t gid,
                              struct group_account *group, struct failure *failure)
{
	return find_group(files->group, &(struct key){NULL, gid}, group, failure);
}

bool add_group(struct group_set *set, gid_t gid)
{
	size_t at = set->count;

	while (at > 0 && set->gids[at - 1] > gid)
		at--;
	if (at > 0 && set->gids[at - 1] == gid)
		return true;
	if (set->count == GROUPS_MAX)
		return false;
	memmove(&set->gids[at + 1], &set->gids[at], (set->count - at) * sizeof(*set->gids));
	set->gids[at] = gid;
	set->count++;
	return true;
}

static enum lookup refuse_set(const char *user_name, struct failure *failure)
{
	fail(failure, user_name, "is in more than 65536 groups, the most a process can have", NULL);
	return LOOKUP_FAILED;
}

bool list_groups(const struct account_files *files, const char *user_name, gid_t primary,
                 struct group_set *set, struct failure *failure)
{
	struct scan scan;
	struct group_account group;
	enum lookup result = open_scan(&scan, files->group, failure);

	set->count = 0;
	add_group(set, primary);
	if (result != LOOKUP_FOUND)
		return result == LOOKUP_NO_FILE;
	while (result == LOOKUP_FOUND && next_line(&scan)) {
		if (!read_group_line(&scan, NULL, user_name, &group))
			continue;
		if (scan.malformed)
			result = refuse_line(&scan, GROUP_FORMAT, failure);
		else if (!add_group(set, group.gid))
			result = refuse_set(user_name, failure);
	}
	return close_scan(&scan, result, failure) == LOOKUP_FOUND;
}
