/*
 * The settings. Input: an environment, "NAME=value" with a NUL between two, as in
 * /proc/PID/environ. It is read as root and as someone else; what is let through obeys the rules of
 * settings.h, and what is refused names a variable that is there.
 */

#include "../../su-exec/fuzz/judge.h"
#include "../settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char environment[1 << 14];
static size_t environment_size;

static char *read_variable(const char *name)
{
	size_t length = strlen(name);

	for (char *entry = environment; entry < environment + environment_size;
	     entry += strlen(entry) + 1)
		if (strncmp(entry, name, length) == 0 && entry[length] == '=')
			return entry + length + 1;
	return NULL;
}

/* An absolute path with one spelling: nothing that "." or ".." or a second slash could hide. */
static void assert_path(const char *path)
{
	char wrapped[PATH_MAX + 2];

	snprintf(wrapped, sizeof(wrapped), "%s/", path);
	if (path[0] != '/' || path[1] == '\0' || strstr(wrapped, "//") != NULL ||
	    strstr(wrapped, "/./") != NULL || strstr(wrapped, "/../") != NULL)
		disagree("%s: expected to be refused", path);
}

static void assert_own_directory(const char *path)
{
	static const char *const trees[] = {"bin",    "boot", "dev",  "lib", "lib32", "lib64",
	                                    "libx32", "proc", "sbin", "sys", "usr"};
	static const char *const shared[] = {"/etc", "/home",    "/root",    "/run",    "/tmp",
	                                     "/var", "/var/lib", "/var/log", "/var/tmp"};
	char first[PATH_MAX];

	assert_path(path);
	strcpy(first, path + 1);
	first[strcspn(first, "/")] = '\0';
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++)
		if (strcmp(first, trees[i]) == 0)
			disagree("%s: expected to be refused, as it is the system's own", path);
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		if (strcmp(path, shared[i]) == 0)
			disagree("%s: expected to be refused, as others share it", path);
}

/* The directories, joined again, are the list. */
static void assert_directories(const struct settings *settings)
{
	const char *rest = settings->directories, *at = settings->directories;
	char path[PATH_MAX];

	while (next_directory(&rest, path)) {
		assert_own_directory(path);
		if (strncmp(at, path, strlen(path)) != 0)
			disagree("%s: expected it next in %s", path, at);
		at += strlen(path);
		at += *at == ':';
	}
	if (*at != '\0' || *rest != '\0')
		disagree("%s: expected nothing to be left of it", at);
}

static void assert_seed(const struct settings *settings)
{
	char joined[2 * PATH_MAX + 1];
	const char *asked = read_variable("ENTRYPOINT_SEED");

	if (settings->seed_template[0] == '\0') {
		if (asked != NULL && *asked != '\0')
			disagree("%s: expected a seed, found none", asked);
		return;
	}
	assert_path(settings->seed_template);
	assert_path(settings->seed_target);
	snprintf(joined, sizeof(joined), "%s:%s", settings->seed_template, settings->seed_target);
	if (asked == NULL || strcmp(joined, asked) != 0)
		disagree("%s: expected as asked for, found %s", asked, joined);
}

/* Written as a number is, it is what was written. */
static void assert_id(const char *variable, uint32_t id)
{
	char text[NUMBER_TEXT_SIZE];
	const char *value = read_variable(variable);

	if (value != NULL && strcmp(value, format_number(id, text)) != 0)
		disagree("%s=%s: expected itself or to be refused, found %u", variable, value, id);
	if (id > ID_MAX)
		disagree("%s: expected at most %u, found %u", variable, ID_MAX, id);
}

static void assert_name_and_mask(const struct settings *settings)
{
	const char *name = settings->user_name, *mask = read_variable("UMASK");
	static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

	if (strlen(name) < 1 || strlen(name) > 32 || strspn(name, lower) != strlen(name) ||
	    strchr("0123456789-", name[0]) != NULL)
		disagree("USER_NAME=%s: expected to be refused", name);
	if (settings->mask > 0777 ||
	    settings->mask != (mask != NULL ? strtoul(mask, NULL, 8) : 0027))
		disagree("UMASK=%s: expected that mask, found %o", mask, settings->mask);
}

static void assert_accepted(const struct settings *settings, uid_t uid, gid_t gid)
{
	assert_id("USER_ID", settings->uid);
	assert_id("GROUP_ID", settings->gid);
	if (settings->from_root != (uid == 0))
		disagree("expected to know who started it");
	if (uid != 0 && (settings->uid != uid || settings->gid != gid))
		disagree("expected %u:%u to stay, found %u:%u", uid, gid, settings->uid,
		         settings->gid);
	if (uid == 0 && read_variable("USER_ID") == NULL) {
		if (read_variable("DEFAULT_USER_ID") == NULL)
			disagree("expected root to be asked for by its number, found %u",
			         settings->uid);
		assert_id("DEFAULT_USER_ID", settings->uid);
	}
	if (uid == 0 && read_variable("GROUP_ID") == NULL && settings->gid != settings->uid)
		disagree("expected the group %u, found %u", settings->uid, settings->gid);
	assert_name_and_mask(settings);
	assert_directories(settings);
	assert_seed(settings);
}

static void assert_refused(const struct failure *failure)
{
	char variable[32];
	size_t length = strcspn(failure->text, ":");

	if (length >= sizeof(variable) || failure->text[length] != ':')
		disagree("expected a variable first, found %s", failure->text);
	snprintf(variable, sizeof(variable), "%.*s", (int)length, failure->text);
	if (read_variable(variable) == NULL && strstr(failure->text, "USER_ID: is not set") == NULL)
		disagree("expected a variable that is set, found %s", failure->text);
}

static void read_as(uid_t uid, gid_t gid)
{
	static struct settings settings;
	struct failure failure = {""};

	memset(&settings, 0xa5, sizeof(settings)); /* nothing that is used may be left as it was */
	if (read_settings(&settings, uid, gid, read_variable, &failure))
		assert_accepted(&settings, uid, gid);
	else
		assert_refused(&failure);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	environment_size = size < sizeof(environment) ? size : sizeof(environment) - 1;
	memcpy(environment, data, environment_size);
	environment[environment_size] = '\0';
	read_as(0, 0);
	read_as(1000, 100);
	return 0;
}
