#include "assess.h"
#include "look.h"
#include "plimsoll/path.h"

#include <stdio.h>
#include <string.h>

void assess_reaps_zombies(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *orphan = look(facts, "runs.orphan");
	double after = 0;

	(void)budgets;
	if (!is_service(facts, result))
		return;
	look_number(orphan, "reaped_after", &after);
	if (!look_true(orphan, "existed"))
		not_shown(result, "no orphan fell to PID 1");
	else if (look_true(orphan, "reaped"))
		pass(result, "an orphan was reaped after %.2f s", after);
	else if (look_false(orphan, "reaped"))
		miss(result, "an orphan that is reaped", "it stayed a zombie");
	else
		not_shown(result, "what became of the orphan was not seen");
}

static const json_t *find_pid1(const json_t *facts)
{
	const json_t *processes = look_list(facts, "runs.baseline.processes");
	json_t *process;
	size_t i;
	double pid;

	json_array_foreach(processes, i, process)
	{
		if (look_number(process, "pid", &pid) && pid == 1)
			return process;
	}
	return NULL;
}

static bool is_shell(const char *name)
{
	static const char *const shells[] = {"ash",  "bash", "csh",  "dash", "fish", "ksh", "ksh93",
	                                     "mksh", "sh",   "tcsh", "yash", "zsh",  NULL};

	return list_has(shells, name);
}

/* Of a name the kernel keeps so many bytes (TASK_COMM_LEN of proc(5), without its end). */
#define NAME_KEPT 15

static bool is_called(const char *name, const char *path)
{
	return path != NULL && strncmp(name, base_name(path), NAME_KEPT) == 0;
}

/* A script's process has the script's name, and its interpreter's path. Busybox is many programs:
 * it is a shell by that name, or as long as it has that of a script that is the entry point. */
static bool runs_shell(const json_t *facts, const char *name, const char *path)
{
	const json_t *programs = look_list(facts, "files.programs");
	json_t *program;
	size_t i;

	if (is_shell(base_name(path)) || is_shell(name))
		return true;
	if (strcmp(base_name(path), "busybox") != 0)
		return false;
	json_array_foreach(programs, i, program)
	{
		const char *role = look_text(program, "role"),
		           *found = look_text(program, "format");

		if (role != NULL && found != NULL && strcmp(role, "entrypoint") == 0 &&
		    strcmp(found, "script") == 0 &&
		    (is_called(name, look_text(program, "argument")) ||
		     is_called(name, look_text(program, "path"))))
			return true;
	}
	return false;
}

/*
 * Where the kernel does not tell whose program it is, as of one that gave up root itself, the word
 * by which it was called, where its name is of that: a script has its interpreter there.
 */
static const char *find_program(const json_t *process)
{
	const char *path = look_text(process, "path"), *name = look_text(process, "name");
	const char *argument = look_text(process, "argument");

	if (path != NULL || argument == NULL || name == NULL)
		return path;
	return is_called(name, argument) || is_shell(base_name(argument)) ? argument : NULL;
}

void assess_pid1_is_app(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *process = find_pid1(facts);
	const char *path = find_program(process), *name = look_text(process, "name");

	(void)budgets;
	if (!is_service(facts, result))
		return;
	if (path == NULL && name == NULL)
		not_shown(result, "PID 1 was not seen");
	else if (runs_shell(facts, name != NULL ? name : "", path != NULL ? path : ""))
		miss(result, "the application, or an init", "a shell: %s, %s",
		     name != NULL ? name : "?", path != NULL ? path : "?");
	else if (path == NULL)
		not_shown(result, "%s: its program can't be seen, which may be a shell", name);
	else
		pass(result, "%s", path);
}

/* It runs no program any more, and its path is gone. */
static bool is_zombie(const json_t *process)
{
	const char *state = look_text(process, "state");

	return state != NULL && strcmp(state, "Z") == 0;
}

/* What a process could still do, into what; false: nothing, or not known (then *known is false). */
static bool has_power(const json_t *process, char what[80], bool *known)
{
	static const char *const sets[] = {"effective", "permitted", "inheritable", "ambient"};
	const json_t *uids = look_list(process, "uids");
	json_t *uid;
	size_t i;

	json_array_foreach(uids, i, uid)
	{
		if (!json_is_integer(uid) || json_integer_value(uid) != 0)
			continue;
		snprintf(what, 80, "uid 0");
		return true;
	}
	*known = *known && i == 4;
	for (i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		const char *set = look_text(look(process, "capabilities"), sets[i]);

		*known = *known && set != NULL;
		if (set != NULL && set[strspn(set, "0")] != '\0') {
			snprintf(what, 80, "%s capabilities %.20s", sets[i], set);
			return true;
		}
	}
	return false;
}

/* Real, effective, saved and file system uid, and each set but the bounding one. Group 0 is no
 * power: the kernel asks for uid 0 and capabilities. */
void assess_runs_unprivileged(const json_t *facts, const struct budgets *budgets,
                              struct result *result)
{
	const json_t *processes = look_list(facts, "runs.baseline.processes");
	bool known = true;
	json_t *process;
	size_t i;

	(void)budgets;
	json_array_foreach(processes, i, process)
	{
		const char *path = look_text(process, "path"), *name = look_text(process, "name");
		double pid = 0;
		char power[80], what[128];

		if (is_zombie(process) || !has_power(process, power, &known))
			continue;
		look_number(process, "pid", &pid);
		snprintf(what, sizeof(what), "process %.0f has %s", pid, power);
		add_finding(result, path != NULL ? path : name != NULL ? name : "?", NULL, what);
	}
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "no process that is root or has capabilities", "processes");
	else if (i == 0 && is_one_shot(facts))
		skip(result, "a one-shot program: it ended before anybody could look");
	else if (is_broken(facts))
		not_shown(result, "it does not start: see the check \"starts\"");
	else if (i == 0 || !known || find_pid1(facts) == NULL)
		not_shown(result,
		          "not all processes were seen with all their ids and capabilities");
	else
		pass(result, "%zu processes without root and capabilities", i);
}

/* Small inits, and what supervises in place of the engine. */
static bool is_init(const char *name)
{
	static const char *const inits[] = {"catatonit",  "docker-init", "dumb-init",
	                                    "entrypoint", "su-exec",     "gosu",
	                                    "tini",       "tini-static", NULL};

	return list_has(inits, name);
}

static bool is_supervisor(const char *name)
{
	static const char *const supervisors[] = {"init",      "monit",       "runit",   "runsvdir",
	                                          "s6-svscan", "supervisord", "systemd", NULL};

	return list_has(supervisors, name);
}

/* Processes of one program are one service, as are those that a shell script leads to. */
void assess_one_service(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *processes = look_list(facts, "runs.baseline.processes");
	const char *service = NULL, *hidden = NULL;
	json_t *process;
	size_t i;

	(void)budgets;
	if (!is_service(facts, result))
		return;
	json_array_foreach(processes, i, process)
	{
		const char *path = find_program(process), *name = look_text(process, "name");
		const char *base = name != NULL ? name : path != NULL ? base_name(path) : "?";

		if (is_zombie(process))
			continue;
		if (is_supervisor(base) || (path != NULL && is_supervisor(base_name(path))))
			add_finding(result, path != NULL ? path : base, NULL, "a supervisor");
		else if (path == NULL) /* as of a worker that gave up root */
			hidden = is_called(base, service) ? hidden : base;
		else if (is_init(base_name(path)) || is_shell(base_name(path)))
			continue;
		else if (service == NULL)
			service = path;
		else if (strcmp(service, path) != 0)
			add_finding(result, path, NULL, "another program");
	}
	if (find_pid1(facts) == NULL)
		not_shown(result, "its processes were not seen");
	else if (json_array_size(result->findings) > 0)
		miss_findings(result, "one service", "others");
	else if (hidden != NULL)
		not_shown(result, "%s: its program can't be seen", hidden);
	else
		pass(result, "%s, in %zu processes", service != NULL ? service : "a script", i);
}
