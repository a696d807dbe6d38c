#include "assess.h"
#include "look.h"
#include "plimsoll/path.h"

#include <stdio.h>
#include <string.h>

/* What a check says where the list is there, and where it is not. */
struct kinds {
	const char *list;     /* in "files" */
	const char *expected; /* "no …" */
	const char *noun;     /* plural */
	const char *kind;     /* of tools, else NULL */
	const char *none;     /* what is said where there are none; NULL: "none" */
};

/* The finding's text, or NULL where the entry is none; buffer has a place for it. */
typedef const char *describe(const json_t *entry, const struct budgets *budgets, char buffer[80]);

static void judge_files(const json_t *facts, const struct budgets *budgets, struct result *result,
                        const struct kinds *kinds, describe *read)
{
	const json_t *list = look_list(look(facts, "files"), kinds->list);
	const char *unlisted = kinds->kind != NULL ? kinds->kind : kinds->list;
	json_t *entry;
	size_t i;
	char buffer[80];

	if (list == NULL) {
		not_shown(result, "%s were not looked for", kinds->noun);
		return;
	}
	json_array_foreach(list, i, entry)
	{
		const char *path = look_text(entry, "path"), *what;

		if ((what = read(entry, budgets, buffer)) != NULL)
			add_finding(result, path != NULL ? path : "?", look(entry, "layer"), what);
	}
	if (json_array_size(result->findings) > 0) {
		result->more += count_unlisted(facts, "files", unlisted);
		miss_findings(result, kinds->expected, kinds->noun);
	} else {
		pass_files(facts, result, unlisted, kinds->none != NULL ? kinds->none : "none");
	}
}

static const char *describe_kind(const json_t *entry, const struct budgets *budgets,
                                 char buffer[80])
{
	const char *kind = look_text(entry, "kind");

	(void)budgets, (void)buffer;
	return kind != NULL ? kind : "of no known kind";
}

/* What distributions bring, and what gains nothing where no_new_privileges holds. */
static bool is_usual_setuid(const char *path)
{
	static const char *const directories[] = {"/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"};
	static const char *const names[] = {"chage",  "chfn",        "chsh",   "expiry", "gpasswd",
	                                    "mount",  "ping",        "newgrp", "passwd", "su",
	                                    "umount", "unix_chkpwd", NULL};

	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		size_t length = strlen(directories[i]);

		if (strncmp(path, directories[i], length) == 0 && list_has(names, path + length))
			return true;
	}
	return false;
}

static const char *describe_setuid(const json_t *entry, const struct budgets *budgets,
                                   char buffer[80])
{
	const char *path = look_text(entry, "path"), *mode = look_text(entry, "mode");
	double uid = 0, gid = 0;

	if (path != NULL &&
	    (is_usual_setuid(path) || list_has((const char *const *)budgets->setuid, path)))
		return NULL;
	look_number(entry, "uid", &uid);
	look_number(entry, "gid", &gid);
	snprintf(buffer, 80, "mode %.8s of %.0f:%.0f", mode != NULL ? mode : "?", uid, gid);
	return buffer;
}

void assess_no_setuid(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const struct kinds kinds = {
	    "setuid", "no setuid or setgid file but a distribution's usual ones",
	    "setuid or setgid files", NULL, "none but a distribution's usual ones"};

	judge_files(facts, budgets, result, &kinds, describe_setuid);
}

static const char *describe_capability(const json_t *entry, const struct budgets *budgets,
                                       char buffer[80])
{
	(void)entry, (void)budgets, (void)buffer;
	return "has the attribute security.capability";
}

void assess_no_file_caps(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const struct kinds kinds = {"capabilities", "no file with capabilities",
	                                   "files with capabilities", NULL, NULL};

	judge_files(facts, budgets, result, &kinds, describe_capability);
}

/* In a sticky directory, as /tmp is, nobody can take another's file away. */
static const char *describe_world_writable(const json_t *entry, const struct budgets *budgets,
                                           char buffer[80])
{
	const char *mode = look_text(entry, "mode");
	bool directory = look_true(entry, "directory");

	(void)budgets;
	if (directory && mode != NULL && strlen(mode) >= 4 &&
	    strchr("1357", mode[strlen(mode) - 4]) != NULL)
		return NULL;
	snprintf(buffer, 80, "%s of mode %.8s", directory ? "a directory" : "a file",
	         mode != NULL ? mode : "?");
	return buffer;
}

void assess_no_world_writable(const json_t *facts, const struct budgets *budgets,
                              struct result *result)
{
	static const struct kinds kinds = {
	    "world_writable", "nothing that all may write, but directories with the sticky bit",
	    "files that all may write", NULL, NULL};

	judge_files(facts, budgets, result, &kinds, describe_world_writable);
}

static const char *describe_unowned(const json_t *entry, const struct budgets *budgets,
                                    char buffer[80])
{
	double uid = 0, gid = 0;

	(void)budgets;
	look_number(entry, "uid", &uid);
	look_number(entry, "gid", &gid);
	snprintf(buffer, 80, "of %.0f:%.0f", uid, gid);
	return buffer;
}

void assess_no_unowned(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const struct kinds kinds = {"unowned",
	                                   "an owner that the image knows, for each file",
	                                   "files of an unknown owner", NULL, NULL};

	const char *gap = explain_gap(facts, "users");

	if (json_array_size(look_list(facts, "files.users")) > 0)
		judge_files(facts, budgets, result, &kinds, describe_unowned);
	else if (gap != NULL)
		not_shown(result, "whom passwd names is not known: %s", gap);
	else
		skip(result, "it has no passwd: it knows nobody by name");
}

void assess_no_secret_file(const json_t *facts, const struct budgets *budgets,
                           struct result *result)
{
	static const struct kinds kinds = {"secrets", "no secret in any file", "secrets", NULL,
	                                   NULL};

	judge_files(facts, budgets, result, &kinds, describe_kind);
}

void assess_no_junk(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const struct kinds kinds = {"junk",
	                                   "nothing of the build's: .git, Containerfile, core",
	                                   "things left over", NULL, NULL};

	judge_files(facts, budgets, result, &kinds, describe_kind);
}

static const char *describe_cache(const json_t *entry, const struct budgets *budgets,
                                  char buffer[80])
{
	const char *kind = look_text(entry, "kind");
	double bytes;

	(void)budgets;
	if (look_number(entry, "bytes", &bytes) && bytes == 0)
		return NULL;
	if (!look_number(entry, "bytes", &bytes))
		return kind;
	snprintf(buffer, 80, "%.2f MB of %.20s", bytes / 1e6, kind != NULL ? kind : "?");
	return buffer;
}

void assess_no_package_cache(const json_t *facts, const struct budgets *budgets,
                             struct result *result)
{
	static const struct kinds kinds = {"caches", "no cache of a package manager", "caches",
	                                   NULL, NULL};

	judge_files(facts, budgets, result, &kinds, describe_cache);
}

static const char *describe_tool(const json_t *entry, const char *kind)
{
	const char *found = look_text(entry, "kind");

	return found != NULL && strcmp(found, kind) == 0 ? kind : NULL;
}

static const char *describe_sudo(const json_t *entry, const struct budgets *budgets,
                                 char buffer[80])
{
	(void)budgets, (void)buffer;
	return describe_tool(entry, "sudo");
}

void assess_no_sudo(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const struct kinds kinds = {"tools", "no sudo", "such programs", "sudo", NULL};

	judge_files(facts, budgets, result, &kinds, describe_sudo);
}

static const char *describe_shell(const json_t *entry, const struct budgets *budgets,
                                  char buffer[80])
{
	(void)budgets, (void)buffer;
	return describe_tool(entry, "shell");
}

void assess_no_shell(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const struct kinds kinds = {"tools", "no shell", "shells", "shell", NULL};

	judge_files(facts, budgets, result, &kinds, describe_shell);
}

static const char *describe_package_manager(const json_t *entry, const struct budgets *budgets,
                                            char buffer[80])
{
	(void)budgets, (void)buffer;
	return describe_tool(entry, "package-manager");
}

void assess_no_package_manager(const json_t *facts, const struct budgets *budgets,
                               struct result *result)
{
	static const struct kinds kinds = {"tools", "no package manager", "package managers",
	                                   "package-manager", NULL};

	judge_files(facts, budgets, result, &kinds, describe_package_manager);
}

static const char *describe_sshd(const json_t *entry, const struct budgets *budgets,
                                 char buffer[80])
{
	(void)budgets, (void)buffer;
	return describe_tool(entry, "sshd");
}

void assess_no_sshd(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const struct kinds kinds = {"tools", "no SSH server", "SSH servers", "sshd", NULL};

	judge_files(facts, budgets, result, &kinds, describe_sshd);
}

static bool is_system_directory(const char *path)
{
	static const char *const never[] = {"/dev", "/proc", "/sys", NULL};
	static const char *const directories[] = {"/bin",     "/boot",    "/etc",      "/lib",
	                                          "/lib64",   "/run",     "/sbin",     "/usr",
	                                          "/usr/bin", "/usr/lib", "/usr/sbin", NULL};

	for (size_t i = 0; never[i] != NULL; i++)
		if (is_below(path, never[i]))
			return true;
	return list_has(directories, path);
}

void assess_workdir(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const char expected[] = "an absolute path of a directory that is there";
	const char *path = look_text(facts, "image.config.working_dir");

	(void)budgets;
	if (path == NULL || *path == '\0')
		path = "/";
	if (*path != '/')
		miss(result, expected, "%s: not absolute", path);
	else if (is_system_directory(path))
		miss(result, "a directory of the application's own", "%s: the system's", path);
	else if (look_false(facts, "files.working_dir.found"))
		miss(result, expected, "%s: not there", path);
	else if (look_false(facts, "files.working_dir.directory"))
		miss(result, expected, "%s: not a directory", path);
	else if (look_true(facts, "files.working_dir.directory"))
		pass(result, "%s", path);
	else if (look_true(facts, "files.partial"))
		not_shown(result, "%s: not seen; not every path could be kept", path);
	else
		not_shown(result, "%s: was not looked for", path);
}

static bool is_utc(const char *zone)
{
	static const char *const names[] = {
	    "",          "UTC",  "UTC0", "Etc/UTC", "GMT",      "GMT0",          "Etc/GMT",
	    "Universal", "Zulu", "UCT",  "Etc/UCT", "Etc/Zulu", "Etc/Universal", NULL};

	return list_has(names, *zone == ':' ? zone + 1 : zone);
}

void assess_utc(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *env = look_list(facts, "image.config.env");
	const char *zone = look_text(facts, "files.time_zone"), *variable = NULL;
	json_t *entry;
	size_t i;

	(void)budgets;
	json_array_foreach(env, i, entry)
	{
		const char *name = look_text(entry, "name");

		if (name != NULL && strcmp(name, "TZ") == 0)
			variable = look_text(entry, "value");
	}
	if (variable != NULL && !is_utc(variable))
		miss(result, "UTC", "TZ=%s", variable);
	else if (zone != NULL && variable == NULL && strcmp(zone, "file") == 0)
		not_shown(result, "/etc/localtime is a file: whose zone it is was not read");
	else if (zone != NULL && variable == NULL && !is_utc(zone))
		miss(result, "UTC", "/etc/localtime: %s", zone);
	else if (variable != NULL)
		pass(result, "TZ=%s", variable);
	else if (zone != NULL)
		pass(result, "%s", *zone != '\0' ? zone : "no time zone is set");
	else
		skip(result, "the time zone was not looked at");
}
