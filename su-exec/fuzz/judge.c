#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void disagree(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	fputs("fuzz: ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	va_end(values);
	abort();
}

struct text take_until(struct text *rest, const char *mark)
{
	char *found = memmem(rest->bytes, rest->size, mark, strlen(mark));
	size_t size = found != NULL ? (size_t)(found - rest->bytes) : rest->size;
	size_t step = found != NULL ? size + strlen(mark) : size;
	struct text taken = {rest->bytes, size};

	*rest = (struct text){rest->bytes + step, rest->size - step};
	return taken;
}

const char *copy_text(struct text text, char *to, size_t size)
{
	size_t length = text.size < size ? text.size : size - 1;

	memcpy(to, text.bytes, length);
	to[length] = '\0';
	return to;
}

struct file {
	int fd;
	char path[32];
};

static const char *write_file(struct file *file, struct text text)
{
	if (file->path[0] == '\0') {
		file->fd = memfd_create("fuzz", 0);
		snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
	}
	if (ftruncate(file->fd, 0) != 0 ||
	    pwrite(file->fd, text.bytes, text.size, 0) != (ssize_t)text.size)
		disagree("%s: expected to be written", file->path);
	return file->path;
}

const struct account_files *make_files(struct text passwd, struct text group)
{
	static struct file files[2];
	static struct account_files paths;

	paths.passwd = write_file(&files[0], passwd);
	paths.group = write_file(&files[1], group);
	return &paths;
}

/* An id is written as the number that the C library reads in it would be written. */
static bool is_id(const char *text)
{
	unsigned long long number = strtoull(text, NULL, 10);
	char again[NUMBER_TEXT_SIZE];

	snprintf(again, sizeof(again), "%llu", number);
	return strcmp(text, again) == 0 && number <= 4294967294;
}

static bool members_fit(const char *members)
{
	for (; *members != '\0'; members += *members == ',') {
		size_t size = strcspn(members, ",");
		if (size >= NAME_SIZE)
			return false;
		members += size;
	}
	return true;
}

/* By the formats name:password:uid:gid:comment:home:shell and name:password:gid:member,member. */
static bool is_clean(char *line, int count)
{
	char *fields[8];
	int found = 0;

	for (char *rest = line; rest != NULL && found < 8;)
		fields[found++] = strsep(&rest, ":");
	if (found != count || fields[0][0] == '\0' || strlen(fields[0]) >= NAME_SIZE ||
	    !is_id(fields[2]))
		return false;
	return count == 4 ? members_fit(fields[3])
	                  : is_id(fields[3]) && strlen(fields[5]) < HOME_SIZE;
}

void copy_field(struct text field, char *to, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < field.size && used < size; i++)
		if (field.bytes[i] != '\0' && field.bytes[i] != '\r')
			to[used++] = field.bytes[i];
	to[used < size ? used : 0] = '\0';
}

bool next_view(struct text *rest, int fields, struct view *view)
{
	static char line[1 << 16];

	if (rest->size == 0)
		return false;
	view->number++;
	view->line = take_until(rest, "\n");
	copy_text(view->line, line, sizeof(line));
	bool has_blanks = strpbrk(line, " \t\v\f") != NULL;
	view->clean =
	    strlen(line) == view->line.size && strchr(line, '\r') == NULL && is_clean(line, fields);
	view->plain = view->clean && !has_blanks;

	struct text left = view->line;
	copy_field(take_until(&left, ":"), view->name, sizeof(view->name));
	take_until(&left, ":");
	copy_field(take_until(&left, ":"), view->id, sizeof(view->id));
	view->passed_over = view->name[0] != '\0' && strchr("+-#", view->name[0]) != NULL;
	return true;
}

bool begins_blank(const struct view *view)
{
	return view->name[0] != '\0' && strchr(" \t\v\f", view->name[0]) != NULL;
}
