/*
 * Times commands side by side: in each round every one of them is run once, from fork to the end,
 * and the next round begins with another. A machine that slows down slows all of them.
 *
 * Usage: rounds [--pid1] [--before PROGRAM] COUNT < LIST
 *   --pid1    run each as the first process of a PID namespace
 *   --before  run PROGRAM before each of them; its time does not count
 *   LIST      lines "NAME: PROGRAM [ARGUMENT]..."; no quoting; empty ones are passed over
 * Prints for each a line of JSON: name, fastest and median (microseconds), page faults of the last
 * run. Exit: 0, 1 a command failed, 2 usage.
 */
#include <err.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 32, WORDS_MAX = 32 };

struct command {
	const char *name;
	char *words[WORDS_MAX + 1];
	double *times;
	long faults;
};

struct request {
	bool pid1;
	char *before[2]; /* with its NULL */
	size_t rounds;
};

static void read_words(struct command *command, char *line)
{
	size_t count = 0;

	command->name = strtok(line, ":");
	for (char *word; count < WORDS_MAX && (word = strtok(NULL, " \n")) != NULL;)
		command->words[count++] = word;
	if (count == 0 || count == WORDS_MAX)
		errx(2, "%s: must be followed by 1 to %d words", command->name, WORDS_MAX - 1);
}

static size_t read_commands(struct command commands[], size_t rounds)
{
	size_t count = 0, size = 0;
	char *line = NULL;

	for (; getline(&line, &size, stdin) > 0; line = NULL, size = 0) {
		if (*line == '\n')
			continue;
		if (count == COMMANDS_MAX)
			errx(2, "more than %d commands", COMMANDS_MAX);
		commands[count].times = calloc(rounds, sizeof(double));
		if (commands[count].times == NULL)
			err(1, "calloc");
		read_words(&commands[count++], line);
	}
	return count;
}

static void run(char *const words[], bool pid1, struct rusage *usage)
{
	int status;
	/* As fork(2), which takes no flags. */
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD | (pid1 ? CLONE_NEWPID : 0), 0, 0, 0, 0);

	if (pid < 0)
		err(1, "clone");
	if (pid == 0) {
		execv(words[0], words);
		_exit(127);
	}
	if (wait4(pid, &status, 0, usage) != pid)
		err(1, "wait4");
	if (status != 0)
		errx(1, "%s: expected exit 0, found wait status 0x%x", words[0], (unsigned)status);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void time_once(const struct request *request, struct command *command, size_t round)
{
	struct rusage usage;

	if (request->before[0] != NULL)
		run(request->before, false, &usage);
	double from = now();
	run(command->words, request->pid1, &usage);
	command->times[round] = now() - from;
	command->faults = usage.ru_minflt;
}

static int compare(const void *one, const void *other)
{
	const double *a = one, *b = other;

	return (*a > *b) - (*a < *b);
}

static void print(const struct command *command, size_t rounds)
{
	qsort(command->times, rounds, sizeof(double), compare);
	printf("{\"name\": \"%s\", \"fastest\": %.1f, \"median\": %.1f, \"faults\": %ld}\n",
	       command->name, command->times[0], command->times[rounds / 2], command->faults);
}

static void parse_request(char **argv, struct request *request)
{
	for (argv++; *argv != NULL && strncmp(*argv, "--", 2) == 0; argv++) {
		if (strcmp(*argv, "--pid1") == 0)
			request->pid1 = true;
		else if (strcmp(*argv, "--before") == 0 && argv[1] != NULL)
			request->before[0] = *++argv;
		else
			errx(2, "%s: no such option, or its value is missing", *argv);
	}
	request->rounds = *argv == NULL ? 0 : strtoul(*argv, NULL, 10);
	if (request->rounds == 0)
		errx(2, "COUNT: must be a number from 1");
}

int main(int argc, char **argv)
{
	static struct command commands[COMMANDS_MAX];
	struct request request = {0};

	(void)argc;
	parse_request(argv, &request);
	size_t count = read_commands(commands, request.rounds);
	for (size_t round = 0; round < request.rounds; round++) {
		for (size_t i = 0; i < count; i++)
			time_once(&request, &commands[(round + i) % count], round);
	}
	for (size_t i = 0; i < count; i++)
		print(&commands[i], request.rounds);
	return 0;
}
