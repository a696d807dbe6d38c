#include "plimsoll/probe/processes.h"

#include "plimsoll/text.h"
#include "su-exec/number.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Supplementary groups that are listed; the kernel allows 65536. */
#define GROUPS_MOST 100

/* The letter only: "S (sleeping)". */
static json_t *read_state(const char *value)
{
	return plain_string(value, 1, 1);
}

static json_t *read_number(const char *value)
{
	return json_integer(strtoll(value, NULL, 10));
}

static json_t *read_numbers(const char *value)
{
	json_t *list = json_array();
	char *end;

	for (size_t i = 0; i < GROUPS_MOST; i++, value = end) {
		json_int_t number = strtoll(value, &end, 10);

		if (end == value)
			break;
		json_array_append_new(list, json_integer(number));
	}
	return list;
}

static json_t *read_flag(const char *value)
{
	return json_boolean(value[0] == '1');
}

/* Without the leading zeros. */
static json_t *read_capabilities(const char *value)
{
	return json_sprintf("%" PRIx64, (uint64_t)strtoull(value, NULL, 16));
}

/* Lines of status; those that have a set belong into "capabilities". */
static const struct line {
	const char *name, *member;
	json_t *(*read)(const char *value);
} lines[] = {
    {"State", "state", read_state},
    {"PPid", "ppid", read_number},
    {"Uid", "uids", read_numbers},
    {"Gid", "gids", read_numbers},
    {"Groups", "groups", read_numbers},
    {"NoNewPrivs", "no_new_privileges", read_flag},
    {"Seccomp", "seccomp", read_number},
    {"CapInh", "inheritable", read_capabilities},
    {"CapPrm", "permitted", read_capabilities},
    {"CapEff", "effective", read_capabilities},
    {"CapBnd", "bounding", read_capabilities},
    {"CapAmb", "ambient", read_capabilities},
};

/* In the order of facts.md; what no line fills stays null. */
static json_t *start_process(pid_t pid)
{
	return json_pack("{s:i, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:{s:n, s:n, s:n, s:n, "
	                 "s:n}, s:n, s:n}",
	                 "pid", (int)pid, "ppid", "state", "name", "path", "argument", "uids",
	                 "gids", "groups", "capabilities", "inheritable", "permitted", "effective",
	                 "bounding", "ambient", "no_new_privileges", "seccomp");
}

static void take_line(json_t *process, char *text)
{
	char *value = strchr(text, ':');

	if (value == NULL)
		return;
	*value++ = '\0';
	value += strspn(value, " \t");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct line *line = lines + i;

		if (strcmp(text, line->name) != 0)
			continue;
		json_object_set_new(line->read == read_capabilities
		                        ? json_object_get(process, "capabilities")
		                        : process,
		                    line->member, line->read(value));
	}
}

/* False where there was nothing: a process that ended is still opened, and reads as ESRCH. */
static bool read_status(FILE *status, json_t *process)
{
	char *text = NULL;
	size_t size = 0;
	bool any = false;

	while (getline(&text, &size, status) > 0) {
		take_line(process, text);
		any = true;
	}
	free(text);
	return any;
}

/* Not from status, which writes a line feed in it as two characters. */
static void read_name(const char *directory, json_t *process)
{
	char path[PATH_MAX], name[64];

	snprintf(path, sizeof(path), "%s/comm", directory);
	FILE *comm = fopen(path, "re");
	if (comm == NULL)
		return;
	size_t length = fread(name, 1, sizeof(name), comm);
	if (length > 0 && name[length - 1] == '\n')
		length--;
	json_object_set_new(process, "name", plain_string(name, length, length));
	fclose(comm);
}

/* The first word by which it was called: of a script, its interpreter's path. */
static void read_argument(const char *directory, json_t *process)
{
	char path[PATH_MAX], words[PATH_MAX];

	snprintf(path, sizeof(path), "%s/cmdline", directory);
	FILE *line = fopen(path, "re");
	if (line == NULL)
		return;
	size_t length = strnlen(words, fread(words, 1, sizeof(words), line));
	if (length > 0)
		json_object_set_new(process, "argument", plain_string(words, length, length));
	fclose(line);
}

/* The first of "uids" or "gids". */
static uint32_t read_owner(const json_t *process, const char *ids)
{
	return (uint32_t)json_integer_value(json_array_get(json_object_get(process, ids), 0));
}

/* Becomes that user, reads the link, and tells. */
static _Noreturn void tell_link(const char *path, uint32_t uid, uint32_t gid, int fd)
{
	char program[PATH_MAX];
	ssize_t length = -1;

	if (setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0)
		length = readlink(path, program, sizeof(program));
	_exit(length > 0 && write(fd, program, (size_t)length) == length ? 0 : 1);
}

/*
 * The kernel lets only the same user, with no less capabilities, read the link (ptrace(2)). Not
 * even root can, without CAP_SYS_PTRACE, which no container has: but it can become that user.
 */
static ssize_t read_link(const char *path, const json_t *process, char program[static PATH_MAX])
{
	ssize_t length = readlink(path, program, PATH_MAX);
	int told[2];

	if (length >= 0 || errno != EACCES || geteuid() != 0 || pipe2(told, O_CLOEXEC) != 0)
		return length;
	pid_t child = fork();
	if (child == 0)
		tell_link(path, read_owner(process, "uids"), read_owner(process, "gids"), told[1]);
	close(told[1]);
	if (child > 0) {
		length = read(told[0], program, PATH_MAX);
		waitpid(child, NULL, 0);
	}
	close(told[0]);
	return length;
}

/* Of a program that is gone the kernel says so behind its path. */
static void read_path(const char *directory, json_t *process)
{
	static const char gone[] = " (deleted)";
	const ssize_t more = (ssize_t)strlen(gone);
	char path[PATH_MAX], program[PATH_MAX];

	snprintf(path, sizeof(path), "%s/exe", directory);
	ssize_t length = read_link(path, process, program);
	if (length > more && memcmp(program + length - more, gone, (size_t)more) == 0)
		length -= more;
	if (length > 0)
		json_object_set_new(process, "path",
		                    plain_string(program, (size_t)length, (size_t)length));
}

json_t *describe_process(const char *proc, pid_t pid, struct failure *failure)
{
	char directory[PATH_MAX - 16], path[PATH_MAX];

	snprintf(directory, sizeof(directory), "%s/%d", proc, (int)pid);
	snprintf(path, sizeof(path), "%s/status", directory);
	errno = 0;
	FILE *status = fopen(path, "re");
	json_t *process = start_process(pid);
	bool read = status != NULL && read_status(status, process);
	int error = errno != 0 ? errno : ESRCH;
	if (status != NULL)
		fclose(status);
	if (read) {
		read_name(directory, process);
		read_argument(directory, process);
		read_path(directory, process);
		return process;
	}
	json_decref(process);
	fail(failure, path, "can't be read: ", strerror(error),
	     pid == 1 ? "; a procfs must be mounted, without hidepid or for root" : "", NULL);
	errno = error;
	return NULL;
}

static int compare_pids(const void *left, const void *right)
{
	const pid_t *one = left, *other = right;

	return (*one > *other) - (*one < *other);
}

/* Sorted; returns how many, at most PROCESSES_MOST. A procfs lists them in order itself. */
static size_t list_pids(DIR *directory, pid_t pids[static PROCESSES_MOST])
{
	const struct dirent *entry;
	size_t count = 0;
	uint32_t pid;

	while (count < PROCESSES_MOST && (entry = readdir(directory)) != NULL) {
		if (parse_id(entry->d_name, &pid) && pid > 0 && pid <= INT_MAX)
			pids[count++] = (pid_t)pid;
	}
	qsort(pids, count, sizeof(*pids), compare_pids);
	return count;
}

/* Of whom the kernel lets a thread differ from its process. */
static bool has_same_rights(const json_t *one, const json_t *other)
{
	static const char *const members[] = {"uids", "gids", "groups", "capabilities",
	                                      "no_new_privileges"};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		if (!json_equal(json_object_get(one, members[i]),
		                json_object_get(other, members[i])))
			return false;
	}
	return true;
}

/* It may be that of a process whose other threads live on. */
static bool is_zombie(const json_t *process)
{
	const char *state = json_string_value(json_object_get(process, "state"));

	return state != NULL && strcmp(state, "Z") == 0;
}

/* False and failure where it can't be read though it is there; one that has ended meanwhile is left
 * out. */
static bool add_one(const char *proc, pid_t pid, const json_t *leader, json_t *processes,
                    struct failure *failure)
{
	json_t *process = describe_process(proc, pid, failure);

	if (process == NULL)
		return errno == ENOENT || errno == ESRCH;
	if (leader == NULL || is_zombie(leader) || !has_same_rights(leader, process))
		json_array_append(processes, process);
	json_decref(process);
	return true;
}

/* Each thread has rights of its own, but most have those of their process. */
static bool add_threads(const char *proc, pid_t pid, json_t *processes, struct failure *failure)
{
	const json_t *leader = json_array_get(processes, json_array_size(processes) - 1);
	pid_t threads[PROCESSES_MOST];
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%d/task", proc, (int)pid);
	DIR *directory = opendir(path);
	if (directory == NULL)
		return errno == ENOENT || errno == ESRCH ||
		       fail(failure, path, strerror(errno), NULL);
	size_t count = list_pids(directory, threads);
	closedir(directory);
	for (size_t i = 0; i < count; i++) {
		if (threads[i] != pid && !add_one(path, threads[i], leader, processes, failure))
			return false;
	}
	return true;
}

static bool add_all(const char *proc, const pid_t pids[], size_t count, json_t *processes,
                    struct failure *failure)
{
	for (size_t i = 0; i < count; i++) {
		size_t before = json_array_size(processes);

		if (pids[i] == getpid())
			continue;
		if (!add_one(proc, pids[i], NULL, processes, failure) ||
		    (json_array_size(processes) > before &&
		     !add_threads(proc, pids[i], processes, failure)))
			return false;
	}
	return true;
}

json_t *list_processes(const char *proc, struct failure *failure)
{
	pid_t pids[PROCESSES_MOST];
	json_t *process = describe_process(proc, 1, failure);
	DIR *directory = process != NULL ? opendir(proc) : NULL;

	if (process != NULL && directory == NULL)
		fail(failure, proc, "can't be read: ", strerror(errno), NULL);
	json_decref(process);
	if (directory == NULL)
		return NULL;

	size_t count = list_pids(directory, pids);
	closedir(directory);
	json_t *processes = json_array();
	if (add_all(proc, pids, count, processes, failure))
		return processes;
	json_decref(processes);
	return NULL;
}
