#include "plimsoll/engine/tasks.h"

#include "plimsoll/engine/client.h"
#include "plimsoll/engine/process.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_BYTES ((size_t)16 * 1024 * 1024)

/* A task gets longer than its clients, which it ends first. */
#define TASK_GRACE (2 * GRACE + 0.5)

static volatile sig_atomic_t first_interrupt;

static void note_interrupt(int number)
{
	if (first_interrupt == 0)
		first_interrupt = number;
}

void catch_interrupts(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = note_interrupt}, old;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		/* Ignored from the start: as under nohup, or in the background of a script. */
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}

int interrupted(void)
{
	return first_interrupt;
}

/* The task's own process. Its message is a letter, and what belongs to it. */
#define SAYS_RESULT 'r'
#define SAYS_FAILURE 'f'

static bool write_all(int fd, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t done = write(fd, bytes, count);

		if (done < 0 && errno != EINTR)
			return false;
		bytes += done > 0 ? done : 0;
		count -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

static bool say(int fd, char what, const char *text)
{
	return write_all(fd, &what, 1) && write_all(fd, text, strlen(text));
}

/* _exit(): the parent's buffers are the parent's to write. */
static _Noreturn void do_task(const struct task *task, int fd, pid_t parent)
{
	struct failure failure = {"it does not say why"};
	json_t *result = NULL;

	lead_group(parent);
	if (task->memory == 0 || limit_memory(task->memory))
		result = task->run(task->context, &failure);
	else
		fail(&failure, task->name, "memory limit: ", strerror(errno), NULL);
	if (result == NULL)
		_exit(say(fd, SAYS_FAILURE, failure.text) ? EXIT_SUCCESS : EXIT_FAILURE);
	char *text = json_dumps(result, JSON_COMPACT | JSON_ENCODE_ANY);
	_exit(text != NULL && say(fd, SAYS_RESULT, text) ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* A task that has been started. */
struct runner {
	struct task *task; /* NULL: this place is free */
	pid_t pid;
	int fd; /* its message; -1 after the end of it */
	char *message;
	size_t length, capacity;
	double began, deadline;
	const char *ended_for; /* why it was told to end, or NULL */
	bool killed;
};

static bool start_runner(struct runner *runner, struct task *task)
{
	pid_t parent = getpid();
	int message[2];

	if (pipe2(message, O_CLOEXEC) != 0)
		return fail(&task->failure, task->name, "pipe: ", strerror(errno), NULL);
	pid_t pid = fork();
	if (pid == 0)
		do_task(task, message[1], parent);
	int error = errno;
	close(message[1]);
	if (pid < 0) {
		close(message[0]);
		return fail(&task->failure, task->name, "fork: ", strerror(error), NULL);
	}
	fcntl(message[0], F_SETFL, O_NONBLOCK); /* what is there after its end is read, no more */
	*runner = (struct runner){.task = task, .pid = pid, .fd = message[0], .began = now()};
	runner->deadline = runner->began + task->seconds;
	return true;
}

/* Asks it to end, or once more with KILL. */
static void end_runner(struct runner *runner, const char *why)
{
	runner->killed = runner->ended_for != NULL;
	if (!runner->killed)
		runner->ended_for = why;
	kill(-runner->pid, runner->killed ? SIGKILL : SIGTERM);
	runner->deadline = now() + TASK_GRACE;
}

static void end_late_runner(struct runner *runner)
{
	if (interrupted() != 0 && runner->ended_for == NULL)
		end_runner(runner, "interrupted");
	else if (now() >= runner->deadline)
		end_runner(runner, "took too long, and was ended");
}

static void read_message(struct runner *runner)
{
	char buffer[65536];
	ssize_t got = read(runner->fd, buffer, sizeof(buffer));

	if (got < 0 && errno == EINTR)
		return;
	if (got <= 0) {
		close(runner->fd);
		runner->fd = -1;
	} else if (runner->ended_for != NULL) {
		return; /* too late */
	} else if (runner->length + (size_t)got > MOST_BYTES) {
		end_runner(runner, "its result is larger than 16 MiB");
	} else {
		if (runner->length + (size_t)got > runner->capacity) {
			runner->capacity = 2 * runner->capacity + (size_t)got;
			runner->message = resize_memory(runner->message, runner->capacity);
		}
		memcpy(runner->message + runner->length, buffer, (size_t)got);
		runner->length += (size_t)got;
	}
}

static bool refuse_status(struct task *task, int status)
{
	char text[64];

	if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "crashed: signal %d, ", WTERMSIG(status));
	else
		snprintf(text, sizeof(text), "ended with status %d ", WEXITSTATUS(status));
	return fail(&task->failure, task->name, text,
	            WIFSIGNALED(status) ? sigdescr_np(WTERMSIG(status)) : "and no result", NULL);
}

/* Sets the task's result, or its failure. */
static bool take_message(const struct runner *runner, int status)
{
	struct task *task = runner->task;
	size_t length = runner->length > 0 ? runner->length - 1 : 0;
	char what = runner->length > 0 ? runner->message[0] : '\0';

	if (runner->ended_for != NULL)
		return fail(&task->failure, task->name, runner->ended_for, NULL);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return refuse_status(task, status);
	if (what == SAYS_FAILURE && length < sizeof(task->failure.text)) {
		memcpy(task->failure.text, runner->message + 1, length);
		task->failure.text[length] = '\0';
		return false;
	}
	if (what == SAYS_RESULT)
		task->result = json_loadb(runner->message + 1, length, JSON_DECODE_ANY, NULL);
	return task->result != NULL ||
	       fail(&task->failure, task->name, "ended without a result", NULL);
}

/* Whether it is over: it has ended, or not even KILL ends it. */
static bool settle_runner(struct runner *runner)
{
	int status = SIGKILL;

	if (!reap_process(runner->pid, &status) && !(runner->killed && now() >= runner->deadline))
		return false;
	while (runner->fd >= 0)
		read_message(runner);
	take_message(runner, status);
	runner->task->took = now() - runner->began;
	free(runner->message);
	return true;
}

/* Until one has something to say; shortly, where one has said all, but is still there. */
static void wait_for_runners(struct runner runners[], size_t jobs)
{
	struct pollfd *waited = get_memory(jobs * sizeof(*waited));
	int pause = TICK_MILLISECONDS;

	for (size_t i = 0; i < jobs; i++) {
		bool silent = runners[i].task == NULL || runners[i].fd < 0;

		waited[i] = (struct pollfd){.fd = silent ? -1 : runners[i].fd, .events = POLLIN};
		if (runners[i].task != NULL && silent)
			pause = 1;
	}
	int ready = poll(waited, jobs, pause);
	for (size_t i = 0; ready > 0 && i < jobs; i++) {
		if (waited[i].revents != 0)
			read_message(&runners[i]);
	}
	free(waited);
}

struct progress {
	void (*report)(const struct task *task, bool done, void *context);
	void *context;
};

static void report(const struct progress *progress, const struct task *task, bool done)
{
	if (progress->report != NULL)
		progress->report(task, done, progress->context);
}

/* Starts the next task in a free place; a task that can't be started has failed. */
static bool fill_place(struct runner *runner, struct task *task, const struct progress *progress)
{
	report(progress, task, false);
	if (start_runner(runner, task))
		return true;
	report(progress, task, true);
	return false;
}

/* Looks after those that run; returns how many still do. */
static size_t settle_runners(struct runner runners[], size_t jobs, const struct progress *progress)
{
	size_t running = 0;

	for (size_t i = 0; i < jobs; i++) {
		if (runners[i].task == NULL)
			continue;
		if (settle_runner(&runners[i])) {
			report(progress, runners[i].task, true);
			runners[i].task = NULL;
			continue;
		}
		end_late_runner(&runners[i]);
		running++;
	}
	return running;
}

bool run_tasks(struct task tasks[], size_t count, size_t jobs,
               void (*report_task)(const struct task *task, bool done, void *context),
               void *context)
{
	const struct progress progress = {report_task, context};
	struct runner *runners = get_memory(jobs * sizeof(*runners));
	size_t next = 0, running = 0;

	memset(runners, 0, jobs * sizeof(*runners));
	for (size_t i = 0; i < count; i++) {
		tasks[i].result = NULL;
		tasks[i].took = 0;
	}
	while (running > 0 || (next < count && interrupted() == 0)) {
		for (size_t i = 0; i < jobs && next < count && interrupted() == 0; i++) {
			if (runners[i].task == NULL)
				fill_place(&runners[i], &tasks[next++], &progress);
		}
		wait_for_runners(runners, jobs);
		running = settle_runners(runners, jobs, &progress);
	}
	free(runners);
	for (; next < count; next++)
		fail(&tasks[next].failure, tasks[next].name, "interrupted", NULL);
	return interrupted() == 0;
}
