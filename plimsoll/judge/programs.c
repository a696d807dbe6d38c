#include "assess.h"
#include "look.h"

#include <stdio.h>
#include <string.h>

/* What the survey found of the program of that role; NULL where it did not look. */
static const json_t *find_program(const json_t *facts, const char *role)
{
	return find_entry(look_list(facts, "files.programs"), "role", role);
}

/* A processor of the first kind executes programs of the second as well. */
static bool runs_machine(const char *architecture, const char *machine)
{
	return strcmp(architecture, machine) == 0 ||
	       (strcmp(architecture, "amd64") == 0 && strcmp(machine, "386") == 0) ||
	       (strcmp(architecture, "arm64") == 0 && strcmp(machine, "arm") == 0);
}

/* What keeps a file that was found from being executed; NULL: nothing. */
static const char *find_obstacle(const json_t *facts, const json_t *program, char buffer[160])
{
	const char *format = look_text(program, "format"), *machine = look_text(program, "machine");
	const char *architecture = look_text(facts, "image.architecture");
	const char *interpreter = look_text(program, "interpreter");

	if (look_false(program, "executable"))
		return "not executable";
	if (format != NULL && strcmp(format, "other") == 0)
		return "neither a program nor a script with #!";
	if (machine != NULL && architecture != NULL && !runs_machine(architecture, machine)) {
		snprintf(buffer, 160, "made for %.40s, in an image for %.40s", machine,
		         architecture);
		return buffer;
	}
	if (interpreter == NULL || !look_false(program, "interpreter_found"))
		return NULL;
	snprintf(buffer, 160, "needs %.120s, which is not there", interpreter);
	return buffer;
}

/* Whether each of the questions was answered. */
static bool is_shown(const json_t *facts, const json_t *program)
{
	const char *format = look_text(program, "format");

	if (format == NULL || !look_true(program, "executable"))
		return false;
	if (look_false(program, "interpreter_found") ||
	    (look_text(program, "interpreter") != NULL && !look_true(program, "interpreter_found")))
		return false;
	return strcmp(format, "elf") != 0 || (look_text(program, "machine") != NULL &&
	                                      look_text(facts, "image.architecture") != NULL);
}

static void judge_program(const json_t *facts, const char *role, struct result *result)
{
	const json_t *program = find_program(facts, role);
	const char *argument = look_text(program, "argument"), *path = look_text(program, "path");
	const char *obstacle;
	char buffer[160];

	argument = argument != NULL ? argument : "?";
	if (program == NULL)
		not_shown(result, "the program was not looked for");
	else if (path == NULL && look_true(facts, "files.cut"))
		not_shown(result, "%s: not seen; the walk over the files ended early", argument);
	else if (path == NULL && look_true(facts, "files.partial"))
		not_shown(result, "%s: not seen; not every path could be kept", argument);
	else if (path == NULL)
		miss(result, "a program that is there", "%s: not there", argument);
	else if ((obstacle = find_obstacle(facts, program, buffer)) != NULL)
		miss(result, "a program that can be executed", "%s: %s", path, obstacle);
	else if (!is_shown(facts, program))
		not_shown(result, "%s: whether it can be executed was not found out", path);
	else
		pass(result, "%s", path);
}

void assess_entrypoint_exists(const json_t *facts, const struct budgets *budgets,
                              struct result *result)
{
	(void)budgets;
	if (json_array_size(look(facts, "image.config.entrypoint")) == 0 &&
	    json_array_size(look(facts, "image.config.cmd")) == 0)
		skip(result, "neither ENTRYPOINT nor CMD");
	else
		judge_program(facts, "entrypoint", result);
}

void assess_healthcheck_runnable(const json_t *facts, const struct budgets *budgets,
                                 struct result *result)
{
	const char *form =
	    json_string_value(json_array_get(look_list(facts, "image.config.healthcheck.test"), 0));

	(void)budgets;
	if (look(facts, "image.config.healthcheck") == NULL)
		skip(result, "no HEALTHCHECK");
	else if (look_true(facts, "image.config.shell_form.healthcheck") ||
	         (form != NULL && strcmp(form, "CMD-SHELL") == 0))
		miss(result, "HEALTHCHECK CMD [\"program\", \"argument\"]",
		     "shell form: it needs /bin/sh");
	else
		judge_program(facts, "healthcheck", result);
}
