/*
 * The entries that entrypoint adds. Input: uid, gid and name on the first line, with spaces between
 * them; then passwd and group, with a line "%%" between. What was there stays to the byte; what is
 * added is found again by the readers; and a second start finds nothing to add.
 */

#include "../../su-exec/fuzz/judge.h"
#include "../accounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* On a file system in memory: each input writes and renames. */
static char passwd[64], group[64];
static const struct account_files files = {passwd, group};

static void remove_files(void)
{
	unlink(passwd);
	unlink(group);
	*strrchr(passwd, '/') = '\0';
	rmdir(passwd);
}

static void make_directory(void)
{
	char directory[] = "/dev/shm/fuzz-XXXXXX";

	if (mkdtemp(directory) == NULL)
		disagree("%s: expected to be made", directory);
	snprintf(passwd, sizeof(passwd), "%s/passwd", directory);
	snprintf(group, sizeof(group), "%s/group", directory);
	atexit(remove_files);
}

static void write_file(const char *path, struct text text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text.bytes, text.size) != (ssize_t)text.size || close(fd) != 0)
		disagree("%s: expected to be written", path);
}

/* What was there, then a newline if it had no end, then the entry where one was missing. */
static void assert_file(const char *path, struct text old, bool added, const char *entry)
{
	static char wanted[1 << 16], found[1 << 16];
	size_t size = old.size;
	int fd = open(path, O_RDONLY);
	ssize_t got = read(fd, found, sizeof(found));

	close(fd);
	memcpy(wanted, old.bytes, old.size);
	if (added && size > 0 && wanted[size - 1] != '\n')
		wanted[size++] = '\n';
	if (added)
		size += (size_t)sprintf(wanted + size, "%s", entry);
	if (got != (ssize_t)size || memcmp(wanted, found, size) != 0)
		disagree("%s: expected the old file and %s, found %zd bytes: %.*s", path,
		         added ? entry : "nothing more", got, (int)got, found);
}

static void assert_found(const struct settings *settings)
{
	static struct user_account user;
	static struct group_account found;
	struct failure failure = {""};

	if (find_user_by_uid(&files, settings->uid, &user, &failure) != LOOKUP_FOUND)
		disagree("%u: expected a user: %s", settings->uid, failure.text);
	if (find_group_by_gid(&files, settings->gid, &found, &failure) != LOOKUP_FOUND)
		disagree("%u: expected a group: %s", settings->gid, failure.text);
}

static void add(const struct settings *settings, struct text old_passwd, struct text old_group)
{
	struct missing_accounts missing;
	struct failure failure = {""};
	char user[128], crew[128];

	write_file(passwd, old_passwd);
	write_file(group, old_group);
	if (!check_accounts(&files, settings, &missing, &failure)) {
		if (strstr(failure.text, ": ") == NULL)
			disagree("expected \"object: reason\", found \"%s\"", failure.text);
		return;
	}
	if (!add_accounts(&files, settings, &missing, &failure))
		disagree("expected to be added, found %s", failure.text);
	snprintf(user, sizeof(user), "%s:x:%u:%u::/:/sbin/nologin\n", settings->user_name,
	         settings->uid, settings->gid);
	snprintf(crew, sizeof(crew), "%s:x:%u:\n", settings->user_name, settings->gid);
	assert_file(passwd, old_passwd, missing.user, user);
	assert_file(group, old_group, missing.group, crew);
	if (settings->uid == 0)
		return;
	assert_found(settings);
	if (!check_accounts(&files, settings, &missing, &failure) || missing.user || missing.group)
		disagree("expected a second start to find all it needs, found %s", failure.text);
}

/* Only what read_settings lets through gets here. */
static char *variables[3];

static char *read_variable(const char *name)
{
	return strcmp(name, "USER_ID") == 0     ? variables[0]
	       : strcmp(name, "GROUP_ID") == 0  ? variables[1]
	       : strcmp(name, "USER_NAME") == 0 ? variables[2]
	                                        : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct settings settings;
	struct text rest = {(const char *)data, size};
	struct text first = take_until(&rest, "\n");
	struct text old_passwd = take_until(&rest, "\n%%\n");
	struct failure failure;
	char words[128], *at = words;

	if (passwd[0] == '\0')
		make_directory();
	copy_text(first, words, sizeof(words));
	for (int i = 0; i < 3; i++)
		variables[i] = strsep(&at, " ");
	if (read_settings(&settings, 0, 0, read_variable, &failure))
		add(&settings, old_passwd, rest);
	return 0;
}
