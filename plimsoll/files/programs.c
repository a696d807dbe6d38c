#include "plimsoll/files/programs.h"
#include "plimsoll/files/list.h"
#include "plimsoll/text.h"

#include <string.h>
#include <sys/stat.h>

/* What engines set where an image has none. */
#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static bool is_executable(const struct node *node)
{
	return S_ISREG(node->mode) && (node->mode & 0111) != 0;
}

/* "directory/name"; false where that is too long. */
static bool join(char path[static PATH_MAX], const char *directory, size_t length, const char *name)
{
	if (length + strlen(name) + 2 > PATH_MAX)
		return false;
	memcpy(path, directory, length);
	path[length] = '/';
	strcpy(path + length + 1, name);
	return true;
}

/* A directory of PATH may be one of the working directory. */
static bool join_from(const struct programs *programs, char path[static PATH_MAX],
                      const char *directory, size_t length, const char *name)
{
	const char *from = programs->working_dir != NULL ? programs->working_dir : "/";
	char relative[PATH_MAX];

	if (*directory == '/')
		return join(path, directory, length, name);
	return join(relative, directory, length, name) && join(path, from, strlen(from), relative);
}

/* As execvp(3): the first that can be executed; else real is left at the first that is there. */
static bool search_path(const struct tree *tree, const struct programs *programs, const char *name,
                        struct node *node, char real[static PATH_MAX])
{
	const char *directory = programs->path != NULL ? programs->path : DEFAULT_PATH;
	char path[PATH_MAX], other[PATH_MAX];
	bool found = false;

	for (size_t length;; directory += length + 1) {
		struct node candidate;

		length = strcspn(directory, ":");
		if (length > 0 && join_from(programs, path, directory, length, name) &&
		    find_in_tree(tree, path, &candidate, other) && S_ISREG(candidate.mode) &&
		    (!found || is_executable(&candidate))) {
			*node = candidate;
			strcpy(real, other);
			found = true;
			if (is_executable(node))
				return true;
		}
		if (directory[length] == '\0')
			return found;
	}
}

/* A name with a slash is a path, from the working directory on. */
static bool find_program(const struct tree *tree, const struct programs *programs, const char *name,
                         struct node *node, char real[static PATH_MAX])
{
	const char *directory = programs->working_dir != NULL ? programs->working_dir : "/";
	char path[PATH_MAX];

	if (*name == '\0')
		return false;
	if (strchr(name, '/') == NULL)
		return search_path(tree, programs, name, node, real);
	if (*name == '/')
		return find_in_tree(tree, name, node, real);
	return join(path, directory, strlen(directory), name) &&
	       find_in_tree(tree, path, node, real);
}

static json_t *string_or_null(const char *text)
{
	return text != NULL ? plain_string(text, strlen(text), PATH_LENGTH_MOST) : json_null();
}

/* Cuts the line's next word off. */
static char *next_word(char **line)
{
	char *word = *line + strspn(*line, " \t");
	size_t length = strcspn(word, " \t");

	*line = word + length;
	if (**line != '\0')
		*(*line)++ = '\0';
	return word;
}

/* What env(1) will execute: past its options and variables. */
static char *word_after_env(char *line)
{
	char *word;

	do
		word = next_word(&line);
	while (*word == '-' || strchr(word, '=') != NULL);
	return word;
}

/* Sets "interpreter" and whether it is there: of `#!/usr/bin/env NAME` it is NAME that matters, as
 * soon as env itself is there. */
static void describe_interpreter(json_t *program, const struct tree *tree,
                                 const struct programs *programs, char *line)
{
	const char *format = json_string_value(json_object_get(program, "format"));
	bool script = format != NULL && strcmp(format, "script") == 0, found;
	char real[PATH_MAX], *rest = line, *name;
	struct node other;

	bool unseen = !script && strcmp(line, UNSEEN_LOADER) == 0;
	if (*line == '\0' || unseen) {
		json_object_set_new(program, "interpreter", json_null());
		json_object_set_new(program, "interpreter_found",
		                    unseen ? json_false() : json_null());
		return;
	}
	name = script ? next_word(&rest) : line;
	found = find_program(tree, programs, name, &other, real) && is_executable(&other);
	const char *slash = strrchr(name, '/');
	if (found && script && slash != NULL && strcmp(slash, "/env") == 0) {
		char *word = word_after_env(rest);
		name = *word != '\0' ? word : name;
		found = find_program(tree, programs, name, &other, real) && is_executable(&other);
	}
	json_object_set_new(program, "interpreter", string_or_null(name));
	json_object_set_new(program, "interpreter_found",
	                    found || is_whole_tree(tree) ? json_boolean(found) : json_null());
}

static void add_program(json_t *list, const struct tree *tree, const struct programs *programs,
                        const char *role, const char *argument)
{
	char real[PATH_MAX];
	struct node node = {0};
	struct program how;
	bool found;

	if (argument == NULL)
		return;
	found = find_program(tree, programs, argument, &node, real);
	describe_program(tree, &node, real, &how);
	json_t *program = json_pack(
	    "{s:s,s:o,s:o,s:b,s:o,s:o}", "role", role, "argument", string_or_null(argument), "path",
	    string_or_null(found ? real : NULL), "executable", found && is_executable(&node),
	    "format", string_or_null(how.format), "machine", string_or_null(how.machine));
	describe_interpreter(program, tree, programs, how.interpreter);
	json_array_append_new(list, program);
}

json_t *list_programs(const struct tree *tree, const struct programs *programs)
{
	json_t *list = json_array();

	add_program(list, tree, programs, "entrypoint", programs->entrypoint);
	add_program(list, tree, programs, "healthcheck", programs->healthcheck);
	return list;
}

json_t *describe_working_dir(const struct tree *tree, const struct programs *programs)
{
	/* An archive need not hold the root itself: then engines make it. */
	struct node node = {.mode = S_IFDIR | 0755};
	char real[PATH_MAX];
	const char *path = programs->working_dir;

	if (path == NULL || *path == '\0')
		path = "/";
	if (!find_in_tree(tree, path, &node, real) && strcmp(path, "/") != 0) {
		if (!is_whole_tree(tree))
			return json_null();
		return json_pack("{s:b,s:b,s:n,s:n,s:n}", "found", 0, "directory", 0, "mode", "uid",
		                 "gid");
	}
	if (!S_ISDIR(node.mode))
		return json_pack("{s:b,s:b,s:o,s:n,s:n}", "found", 1, "directory", 0, "mode",
		                 describe_mode(node.mode), "uid", "gid");
	return json_pack("{s:b,s:b,s:o,s:I,s:I}", "found", 1, "directory", 1, "mode",
	                 describe_mode(node.mode), "uid", (json_int_t)node.uid, "gid",
	                 (json_int_t)node.gid);
}
