/*
 * How much memory a command holds in the moment that its own process ends, in kB: the pages are
 * counted, where getrusage(2) estimates. A helper that is to show its own figure must not find its
 * program.
 *
 * Usage: peak PROGRAM [ARGUMENT]...
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void start(char **argv)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		err(1, "ptrace");
	execv(argv[0], argv);
	err(1, "%s", argv[0]);
}

/* Leads pid to the stop right before its end, when its memory is still there. */
static void await_end(pid_t pid)
{
	int status, number = 0;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT) != 0)
		err(1, "not stopped where it starts");
	for (;;) {
		if (ptrace(PTRACE_CONT, pid, NULL, number) != 0 ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			err(1, "not stopped where it ends");
		if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXIT << 8)))
			return;
		number = WSTOPSIG(status);
	}
}

static long resident(pid_t pid)
{
	char path[64], line[256];
	long kilobytes = -1;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		err(1, "%s", path);
	while (kilobytes < 0 && fgets(line, sizeof(line), file) != NULL)
		sscanf(line, "Rss: %ld kB", &kilobytes);
	fclose(file);
	return kilobytes;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		errx(2, "PROGRAM: missing");
	pid_t pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0)
		start(argv + 1);
	await_end(pid);
	printf("%ld\n", resident(pid));
	ptrace(PTRACE_CONT, pid, NULL, 0);
	waitpid(pid, NULL, 0);
	return 0;
}
