#include "settings.h"
#include "../su-exec/number.h"

#include <errno.h>
#include <string.h>

#define NAME_RULE "a-z or _, then up to 31 of a-z, 0-9, _ and -"
#define MASK_RULE "three octal digits, with or without a 0 before them"
#define PATH_RULE                                                                                  \
	"absolute, each name at most 255 bytes, without //, /./, /../ and without a slash at the " \
	"end"
#define OWN_RULE "DIRECTORY[:DIRECTORY]..., each " PATH_RULE
#define SEED_RULE "TEMPLATE:TARGET, each " PATH_RULE

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* Never owned, nor anything below them: the system's own. */
static const char *const system_trees[] = {
    "/bin",    "/boot", "/dev",  "/lib", "/lib32", "/lib64",
    "/libx32", "/proc", "/sbin", "/sys", "/usr",   NULL,
};

/* Not owned themselves, as they hold what belongs to others. A directory below them may be. */
static const char *const shared_directories[] = {
    "/etc",     "/home",    "/root",    "/run",       "/tmp",     "/var", "/var/cache",
    "/var/lib", "/var/log", "/var/run", "/var/spool", "/var/tmp", NULL,
};

static bool refuse(struct failure *failure, const char *variable, const char *rule,
                   const char *value)
{
	return fail(failure, variable, "must be ", rule, ", not \"", value, "\"", NULL);
}

/* Fills *id where the variable is set, and leaves it alone where it isn't. */
static bool read_id(variable_reader *read_variable, const char *variable, uid_t *id,
                    struct failure *failure)
{
	const char *value = read_variable(variable);

	if (value == NULL || parse_id(value, id))
		return true;
	return refuse(failure, variable, ID_RULE, value);
}

/* Not root: the ids are what they are. A given one that differs would be a promise not kept. */
static bool keep_id(variable_reader *read_variable, const char *variable, uid_t given, uid_t own,
                    struct failure *failure)
{
	char text[NUMBER_TEXT_SIZE];

	if (read_variable(variable) == NULL || given == own)
		return true;
	format_number(own, text);
	return fail(failure, variable, "must be unset or ", text, ", as this was started as ", text,
	            " and not as root, not \"", read_variable(variable), "\"", NULL);
}

static bool read_ids(struct settings *settings, uid_t starter_uid, gid_t starter_gid,
                     variable_reader *read_variable, struct failure *failure)
{
	if (!read_id(read_variable, "DEFAULT_USER_ID", &settings->uid, failure) ||
	    !read_id(read_variable, "USER_ID", &settings->uid, failure))
		return false;
	settings->gid = settings->uid;
	if (!read_id(read_variable, "GROUP_ID", &settings->gid, failure))
		return false;

	settings->from_root = starter_uid == 0;
	if (settings->from_root) {
		if (read_variable("USER_ID") == NULL && read_variable("DEFAULT_USER_ID") == NULL)
			return fail(failure, "USER_ID", "is not set, and the image has no ",
			            "DEFAULT_USER_ID; must be ", ID_RULE, NULL);
		return true;
	}
	if (!keep_id(read_variable, "USER_ID", settings->uid, starter_uid, failure) ||
	    !keep_id(read_variable, "GROUP_ID", settings->gid, starter_gid, failure))
		return false;
	settings->uid = starter_uid;
	settings->gid = starter_gid;
	return true;
}

/* The length of the part that text begins with, up to the separator or its end. */
static size_t measure_part(const char *text, int separator)
{
	return (size_t)(strchrnul(text, separator) - text);
}

static bool is_made_of(const char *text, const char *characters)
{
	while (*text != '\0' && strchr(characters, *text) != NULL)
		text++;
	return *text == '\0';
}

static bool read_user_name(struct settings *settings, variable_reader *read_variable,
                           struct failure *failure)
{
	const char *name = read_variable("USER_NAME");

	settings->user_name = name == NULL ? "app" : name;
	if (name == NULL)
		return true;
	if (*name == '\0' || strlen(name) > 32 || strchr(DIGITS "-", *name) != NULL ||
	    !is_made_of(name, LOWER DIGITS "_-"))
		return refuse(failure, "USER_NAME", NAME_RULE, name);
	return true;
}

static bool read_mask(struct settings *settings, variable_reader *read_variable,
                      struct failure *failure)
{
	const char *value = read_variable("UMASK");
	const char *digits = value;

	settings->mask = 0027;
	if (value == NULL)
		return true;
	if (strlen(value) == 4 && value[0] == '0')
		digits++;
	if (strlen(digits) != 3 || !is_made_of(digits, "01234567"))
		return refuse(failure, "UMASK", MASK_RULE, value);
	settings->mask = 0;
	for (; *digits != '\0'; digits++)
		settings->mask = settings->mask << 3 | (mode_t)(*digits - '0');
	return true;
}

static bool has_one_spelling(const char *path)
{
	if (*path != '/')
		return false;
	while (*path == '/') {
		size_t length = measure_part(++path, '/');

		if (length == 0 || length > NAME_MAX ||
		    (length <= 2 && path[0] == '.' && path[length - 1] == '.'))
			return false;
		path += length;
	}
	return true;
}

static bool is_below(const char *path, const char *tree)
{
	size_t length = strlen(tree);

	return strlen(path) >= length && memcmp(path, tree, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

static bool check_directory(const char *path, struct failure *failure)
{
	if (!has_one_spelling(path))
		return refuse(failure, "ENTRYPOINT_OWN", OWN_RULE, path);
	for (const char *const *tree = system_trees; *tree != NULL; tree++) {
		if (is_below(path, *tree))
			return fail(failure, "ENTRYPOINT_OWN", "must be outside of ", *tree,
			            ", the system's own, not \"", path, "\"", NULL);
	}
	for (const char *const *shared = shared_directories; *shared != NULL; shared++) {
		if (strcmp(path, *shared) == 0)
			return fail(failure, "ENTRYPOINT_OWN", "must be below ", *shared,
			            ", which others share, not \"", path, "\"", NULL);
	}
	return true;
}

/* False where it doesn't fit. */
static bool copy_part(char path[static PATH_MAX], const char *text, size_t length)
{
	if (length >= PATH_MAX)
		return false;
	memcpy(path, text, length);
	path[length] = '\0';
	return true;
}

bool next_directory(const char **rest, char path[static PATH_MAX])
{
	size_t length = measure_part(*rest, ':');

	if (**rest == '\0' || !copy_part(path, *rest, length))
		return false;
	*rest += length;
	if (**rest == ':')
		(*rest)++;
	return true;
}

/* Empty is the same as not set: it lets a `docker run` take back what the image asks for. */
static bool read_directories(struct settings *settings, variable_reader *read_variable,
                             struct failure *failure)
{
	const char *list = read_variable("ENTRYPOINT_OWN");
	const char *rest = list != NULL ? list : "";
	char path[PATH_MAX];

	settings->directories = rest;
	if (*rest == '\0')
		return true;
	if (rest[strlen(rest) - 1] == ':')
		return refuse(failure, "ENTRYPOINT_OWN", OWN_RULE, list);
	while (next_directory(&rest, path)) {
		if (!check_directory(path, failure))
			return false;
	}
	if (*rest == '\0')
		return true;
	return fail(failure, "ENTRYPOINT_OWN", "too long: each must be at most 4095 bytes", NULL);
}

static bool read_seed(struct settings *settings, variable_reader *read_variable,
                      struct failure *failure)
{
	const char *seed = read_variable("ENTRYPOINT_SEED");

	settings->seed_template[0] = '\0';
	if (seed == NULL || *seed == '\0')
		return true;
	const char *target = strchr(seed, ':');
	if (target == NULL || strchr(target + 1, ':') != NULL ||
	    !copy_part(settings->seed_template, seed, (size_t)(target - seed)) ||
	    !copy_part(settings->seed_target, target + 1, strlen(target + 1)) ||
	    !has_one_spelling(settings->seed_template) || !has_one_spelling(settings->seed_target))
		return refuse(failure, "ENTRYPOINT_SEED", SEED_RULE, seed);
	return true;
}

static bool read_init(struct settings *settings, variable_reader *read_variable,
                      struct failure *failure)
{
	const char *value = read_variable("ENTRYPOINT_INIT");

	settings->init = value != NULL && strcmp(value, "1") == 0;
	if (value != NULL && strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
		return refuse(failure, "ENTRYPOINT_INIT", "0 or 1", value);
	return true;
}

bool read_settings(struct settings *settings, uid_t starter_uid, gid_t starter_gid,
                   variable_reader *read_variable, struct failure *failure)
{
	return read_ids(settings, starter_uid, starter_gid, read_variable, failure) &&
	       read_user_name(settings, read_variable, failure) &&
	       read_mask(settings, read_variable, failure) &&
	       read_directories(settings, read_variable, failure) &&
	       read_seed(settings, read_variable, failure) &&
	       read_init(settings, read_variable, failure);
}
