#include "plimsoll/files/places.h"
#include "plimsoll/files/affix.h"

#include <string.h>
#include <sys/stat.h>

struct kind {
	const char *name;
	const char *kind;
};

static const struct kind tools[] = {
    {"ash", "shell"},
    {"bash", "shell"},
    {"busybox", "shell"},
    {"csh", "shell"},
    {"dash", "shell"},
    {"fish", "shell"},
    {"ksh", "shell"},
    {"mksh", "shell"},
    {"sh", "shell"},
    {"tcsh", "shell"},
    {"toybox", "shell"},
    {"zsh", "shell"},
    {"apk", "package-manager"},
    {"apt", "package-manager"},
    {"apt-get", "package-manager"},
    {"dnf", "package-manager"},
    {"dnf5", "package-manager"},
    {"dpkg", "package-manager"},
    {"microdnf", "package-manager"},
    {"opkg", "package-manager"},
    {"pacman", "package-manager"},
    {"rpm", "package-manager"},
    {"tdnf", "package-manager"},
    {"yum", "package-manager"},
    {"zypper", "package-manager"},
    {"doas", "sudo"},
    {"sudo", "sudo"},
    {"dropbear", "sshd"},
    {"sshd", "sshd"},
};

static const char *kind_of(const struct kind kinds[], size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (kinds[i].name[0] == name[0] && strcmp(kinds[i].name, name) == 0)
			return kinds[i].kind;
	return NULL;
}

static const char *name_of(const struct file *file)
{
	const char *slash = strrchr(file->path, '/');

	return slash != NULL ? slash + 1 : file->path;
}

/* …/bin/, …/sbin/, and /busybox/, where distroless keeps its shell. */
static bool is_among_programs(const char *path, const char *name)
{
	static const struct affix directories[] = {AFFIX("/bin/"), AFFIX("/sbin/"),
	                                           AFFIX("/busybox/")};
	size_t length = (size_t)(name - path);

	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		if (ends_with(path, length, &directories[i]))
			return true;
	return false;
}

const char *kind_of_tool(const struct file *file)
{
	const char *name = name_of(file);

	if (!S_ISLNK(file->mode) && (!S_ISREG(file->mode) || (file->mode & 0111) == 0))
		return NULL;
	if (!is_among_programs(file->path, name))
		return NULL;
	return kind_of(tools, sizeof(tools) / sizeof(*tools), name);
}

/* And not with that alone. */
static bool has_ending(const char *name, size_t length, const struct affix *ending)
{
	return length > ending->length && ends_with(name, length, ending);
}

static bool is_containerfile(const char *name, size_t length)
{
	static const struct kind names[] = {
	    {"Dockerfile", ""},       {"Containerfile", ""},      {".dockerignore", ""},
	    {".containerignore", ""}, {"docker-compose.yml", ""}, {"docker-compose.yaml", ""},
	    {"compose.yml", ""},      {"compose.yaml", ""},
	};
	static const struct affix before[] = {AFFIX("Dockerfile."), AFFIX("Containerfile.")},
	                          behind[] = {AFFIX(".Dockerfile"), AFFIX(".Containerfile")};

	return kind_of(names, sizeof(names) / sizeof(*names), name) != NULL ||
	       begins_with(name, length, &before[0]) || begins_with(name, length, &before[1]) ||
	       has_ending(name, length, &behind[0]) || has_ending(name, length, &behind[1]);
}

/* vim's swap files, emacs' locks and saved files, and the copies that both leave. */
static bool is_editor(const char *name, size_t length)
{
	static const struct affix swap[] = {AFFIX(".swp"), AFFIX(".swo")};
	char last = length > 1 ? name[length - 1] : '\0';

	return last == '~' || (name[0] == '#' && last == '#') ||
	       (name[0] == '.' && (name[1] == '#' || has_ending(name, length, &swap[0]) ||
	                           has_ending(name, length, &swap[1])));
}

const char *kind_of_junk(const struct file *file)
{
	const char *name = name_of(file);
	size_t length = strlen(name);

	if (name[0] == '.' &&
	    strcmp(name, ".git") == 0) /* a file, where it is a work tree of another place */
		return "git";
	if (S_ISDIR(file->mode) && strcmp(name, ".svn") == 0)
		return "svn";
	if (S_ISREG(file->mode) && is_containerfile(name, length))
		return "containerfile";
	return !S_ISDIR(file->mode) && is_editor(name, length) ? "editor" : NULL;
}

bool is_called_core(const struct file *file)
{
	const char *name = name_of(file);

	if (!S_ISREG(file->mode) || strncmp(name, "core", 4) != 0)
		return false;
	return name[4] == '\0' || (name[4] == '.' && name[5] != '\0' &&
	                           name[5 + strspn(name + 5, "0123456789")] == '\0');
}

/* Where package managers keep what they can fetch again. */
static const struct cache {
	struct affix place; /* the whole beginning of the path, or a part of it */
	const char *kind;
	bool anywhere;
	struct affix ending; /* of those files that are counted, or none: all */
} caches[] = {
    {AFFIX("/var/lib/apt/lists/"), "apt", false, NO_AFFIX},
    {AFFIX("/var/cache/apt/archives/"), "apt", false, AFFIX(".deb")},
    {AFFIX("/var/cache/apt/"), "apt", false, AFFIX(".bin")},
    {AFFIX("/var/cache/apk/"), "apk", false, NO_AFFIX},
    {AFFIX("/etc/apk/cache/"), "apk", false, NO_AFFIX},
    {AFFIX("/var/cache/dnf/"), "dnf", false, NO_AFFIX},
    {AFFIX("/var/cache/libdnf5/"), "dnf", false, NO_AFFIX},
    {AFFIX("/var/cache/yum/"), "dnf", false, NO_AFFIX},
    {AFFIX("/usr/local/cargo/registry/"), "cargo", false, NO_AFFIX},
    {AFFIX("/.cargo/registry/"), "cargo", true, NO_AFFIX},
    {AFFIX("/.cache/pip/"), "pip", true, NO_AFFIX},
    {AFFIX("/.npm/_cacache/"), "npm", true, NO_AFFIX},
};

/* Where the place ends in the path, at its last slash; NULL where the path is not below it. */
static const char *end_of_place(const struct cache *cache, const char *path, size_t length)
{
	const char *found = path;

	if (cache->anywhere)
		found = strstr(path, cache->place.text);
	else if (!begins_with(path, length, &cache->place))
		return NULL;
	return found != NULL ? found + cache->place.length - 1 : NULL;
}

const char *kind_of_cache(const struct file *file, size_t *length)
{
	size_t size = strlen(file->path);

	if (!S_ISREG(file->mode) || file->size == 0)
		return NULL;
	bool hidden = strstr(file->path, "/.") != NULL; /* as all that is anywhere */
	for (size_t i = 0; i < sizeof(caches) / sizeof(*caches); i++) {
		const struct affix *ending = &caches[i].ending;
		const char *end = !caches[i].anywhere || hidden
		                      ? end_of_place(&caches[i], file->path, size)
		                      : NULL;

		if (end == NULL || (ending->length > 0 && !ends_with(end, strlen(end), ending)))
			continue;
		*length = (size_t)(end - file->path);
		return caches[i].kind;
	}
	return NULL;
}
