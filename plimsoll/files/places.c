#include "plimsoll/files/places.h"

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
		if (strcmp(kinds[i].name, name) == 0)
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
	static const char *const directories[] = {"/bin/", "/sbin/", "/busybox/"};
	size_t length = (size_t)(name - path);

	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++) {
		size_t size = strlen(directories[i]);
		if (length >= size && memcmp(name - size, directories[i], size) == 0)
			return true;
	}
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

static bool has_ending(const char *name, const char *ending)
{
	size_t length = strlen(name), size = strlen(ending);

	return length > size && strcmp(name + length - size, ending) == 0;
}

static bool is_containerfile(const char *name)
{
	static const struct kind names[] = {
	    {"Dockerfile", ""},       {"Containerfile", ""},      {".dockerignore", ""},
	    {".containerignore", ""}, {"docker-compose.yml", ""}, {"docker-compose.yaml", ""},
	    {"compose.yml", ""},      {"compose.yaml", ""},
	};

	return kind_of(names, sizeof(names) / sizeof(*names), name) != NULL ||
	       strncmp(name, "Dockerfile.", 11) == 0 || strncmp(name, "Containerfile.", 14) == 0 ||
	       has_ending(name, ".Dockerfile") || has_ending(name, ".Containerfile");
}

/* vim's swap files, emacs' locks and saved files, and the copies that both leave. */
static bool is_editor(const char *name)
{
	return (*name == '.' && (has_ending(name, ".swp") || has_ending(name, ".swo"))) ||
	       (name[0] == '#' && has_ending(name, "#")) || (name[0] == '.' && name[1] == '#') ||
	       has_ending(name, "~");
}

const char *kind_of_junk(const struct file *file)
{
	const char *name = name_of(file);

	if (strcmp(name, ".git") == 0) /* a file, where it is a work tree of another place */
		return "git";
	if (strcmp(name, ".svn") == 0 && S_ISDIR(file->mode))
		return "svn";
	if (S_ISREG(file->mode) && is_containerfile(name))
		return "containerfile";
	return !S_ISDIR(file->mode) && is_editor(name) ? "editor" : NULL;
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
	const char *place; /* the whole beginning of the path, or a part of it */
	const char *kind;
	bool anywhere;
	const char *ending; /* of those files that are counted, or NULL: all */
} caches[] = {
    {"/var/lib/apt/lists", "apt", false, NULL},
    {"/var/cache/apt/archives", "apt", false, ".deb"},
    {"/var/cache/apt", "apt", false, ".bin"},
    {"/var/cache/apk", "apk", false, NULL},
    {"/etc/apk/cache", "apk", false, NULL},
    {"/var/cache/dnf", "dnf", false, NULL},
    {"/var/cache/libdnf5", "dnf", false, NULL},
    {"/var/cache/yum", "dnf", false, NULL},
    {"/usr/local/cargo/registry", "cargo", false, NULL},
    {"/.cargo/registry", "cargo", true, NULL},
    {"/.cache/pip", "pip", true, NULL},
    {"/.npm/_cacache", "npm", true, NULL},
};

/* Where the place ends in the path, NULL where the path is not below it. */
static const char *end_of_place(const struct cache *cache, const char *path)
{
	size_t length = strlen(cache->place);
	const char *found = path;

	if (cache->anywhere)
		found = strstr(path, cache->place);
	else if (strncmp(path, cache->place, length) != 0)
		return NULL;
	return found != NULL && found[length] == '/' ? found + length : NULL;
}

const char *kind_of_cache(const struct file *file, size_t *length)
{
	if (!S_ISREG(file->mode) || file->size == 0)
		return NULL;
	for (size_t i = 0; i < sizeof(caches) / sizeof(*caches); i++) {
		const char *end = end_of_place(&caches[i], file->path);

		if (end == NULL || (caches[i].ending != NULL && !has_ending(end, caches[i].ending)))
			continue;
		*length = (size_t)(end - file->path);
		return caches[i].kind;
	}
	return NULL;
}
