#include "plimsoll/engine/client.h"

#include "plimsoll/engine/process.h"
#include "plimsoll/engine/tasks.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERROR_BYTES ((size_t)64 * 1024)

/* One of the outputs of a running client; fd is -1 after its end. */
struct capture {
	int fd;
	size_t most; /* bytes that are kept */
	struct output *output;
	size_t capacity;
};

static void keep(struct capture *capture, const char *bytes, size_t count)
{
	struct output *output = capture->output;
	size_t space = capture->most - output->length;

	if (count > space) {
		output->cut = true;
		count = space;
	}
	if (output->length + count >= capture->capacity) {
		while (output->length + count >= capture->capacity)
			capture->capacity = 2 * capture->capacity + 4096;
		output->bytes = resize_memory(output->bytes, capture->capacity);
	}
	memcpy(output->bytes + output->length, bytes, count);
	output->length += count;
	output->bytes[output->length] = '\0';
}

/* What is beyond the limit is read all the same: a client that waits for a reader never ends. */
static void read_some(struct capture *capture)
{
	char buffer[65536];
	ssize_t got = read(capture->fd, buffer, sizeof(buffer));

	if (got > 0) {
		keep(capture, buffer, (size_t)got);
	} else if (got == 0 || errno != EINTR) {
		close(capture->fd);
		capture->fd = -1;
	}
}

static bool is_over(double deadline, bool to_the_end)
{
	return now() >= deadline || (!to_the_end && interrupted() != 0);
}

/*
 * Reads both outputs until the client has ended. False where it must be ended. A process that it
 * left behind can hold an output open: after the client's end only what was written is read.
 */
static bool gather(struct capture captures[2], pid_t pid, double deadline, bool to_the_end,
                   int *status)
{
	bool ended = false;

	while (captures[0].fd >= 0 || captures[1].fd >= 0) {
		struct pollfd waited[2] = {{.fd = captures[0].fd, .events = POLLIN},
		                           {.fd = captures[1].fd, .events = POLLIN}};
		int ready = poll(waited, 2, ended ? 0 : TICK_MILLISECONDS);

		for (int i = 0; ready > 0 && i < 2; i++) {
			if (waited[i].revents != 0)
				read_some(&captures[i]);
		}
		if (ready == 0 && ended)
			break;
		ended = ended || (ready == 0 && reap_process(pid, status));
		if (is_over(deadline, to_the_end))
			return ended;
	}
	return ended || await_process(pid, deadline, to_the_end, status);
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* `client ARGUMENT…`, up to a NULL; allocated. */
static const char **join_command(const struct engine *engine, const char *const arguments[])
{
	size_t count = 0;

	while (arguments[count] != NULL)
		count++;
	const char **command = get_memory((count + 2) * sizeof(*command));
	command[0] = engine->client;
	memcpy(command + 1, arguments, (count + 1) * sizeof(*command));
	return command;
}

static bool say_errno(const struct engine *engine, struct failure *failure)
{
	return fail(failure, engine->client, errno == ENOENT ? "not installed" : strerror(errno),
	            NULL);
}

static void close_pair(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

/* Starts it with pipes; outputs[0] of each is to be read. */
static bool start_with_pipes(const char *const command[], const struct way *way, int out[2],
                             int err[2], pid_t *pid)
{
	int input = way->input != 0 ? way->input : open("/dev/null", O_RDONLY | O_CLOEXEC);
	bool started = false;

	if (input >= 0 && pipe2(out, O_CLOEXEC) == 0) {
		if (pipe2(err, O_CLOEXEC) == 0) {
			started = start_process(command, input, out[1],
			                        way->together ? out[1] : err[1], pid);
			if (!started)
				close_pair(err);
		}
		if (!started)
			close_pair(out);
	}
	int error = errno;
	if (way->input == 0 && input >= 0)
		close(input);
	errno = error;
	return started;
}

static bool run(const struct engine *engine, const char *const arguments[],
                const struct limits *limits, const struct way *way, struct finished *finished,
                struct failure *failure)
{
	const char **command = join_command(engine, arguments);
	double deadline = now() + limits->seconds;
	int out[2], err[2], status = 0;
	pid_t pid;

	*finished = (struct finished){0};
	bool started = start_with_pipes(command, way, out, err, &pid);
	free(command);
	if (!started)
		return say_errno(engine, failure);
	close(out[1]);
	close(err[1]);

	struct capture captures[2] = {{out[0], limits->out_bytes, &finished->out, 0},
	                              {err[0], ERROR_BYTES, &finished->err, 0}};
	keep(&captures[0], "", 0);
	keep(&captures[1], "", 0);
	bool ended = gather(captures, pid, deadline, way->to_the_end, &status);
	finished->timed_out = !ended && now() >= deadline;
	finished->status = ended || end_process(pid, &status) ? exit_status(status) : -1;
	for (int i = 0; i < 2; i++) {
		if (captures[i].fd >= 0)
			close(captures[i].fd);
	}
	if (ended || finished->timed_out)
		return true;
	free_finished(finished);
	return fail(failure, engine->client, "interrupted", NULL);
}

bool run_client(const struct engine *engine, const char *const arguments[],
                const struct limits *limits, struct finished *finished, struct failure *failure)
{
	return run(engine, arguments, limits, &(struct way){0}, finished, failure);
}

/* What stands before the reason in messages of docker and podman. */
static const char *skip_prefixes(const char *line)
{
	static const char *const prefixes[] = {
	    "docker: ", "Error response from daemon: ", "Error: ", "error: ", "ERROR: "};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		size_t length = strlen(prefixes[i]);

		if (strncmp(line, prefixes[i], length) == 0) {
			line += length;
			i = (size_t)-1; /* from the first again */
		}
	}
	return line;
}

/* The first line that tells of an error (warnings come before it, hints after it), or else the
 * first that is not empty; plain, allocated. */
static char *find_complaint(const struct output *output)
{
	const char *chosen = NULL, *end = output->bytes + output->length, *next;
	size_t chosen_length = 0;

	for (const char *line = output->bytes; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next != NULL ? next : end;
		size_t length = (size_t)(next - line);
		bool tells = memmem(line, length, "rror", 4) != NULL;

		if (length > 0 && (chosen == NULL || tells)) {
			chosen = line;
			chosen_length = length;
		}
		if (tells)
			break;
	}
	if (chosen == NULL)
		return make_plain("", 0, 0);
	const char *reason = skip_prefixes(chosen);
	size_t skipped = (size_t)(reason - chosen);
	return skipped < chosen_length ? make_plain(reason, chosen_length - skipped, 300)
	                               : make_plain(chosen, chosen_length, 300);
}

/* False and failure where it did not exit 0. errno is 0 then: it did run. */
static bool check_success(const char *client, const char *command, const struct finished *finished,
                          const struct output *said, struct failure *failure)
{
	char object[128], status[32];

	if (finished->status == 0 && !finished->timed_out)
		return true;
	snprintf(object, sizeof(object), "%s %s", client, command);
	snprintf(status, sizeof(status), "exit status %d", finished->status);
	char *complaint = find_complaint(said);
	const char *reason = complaint[0] != '\0' ? complaint : status;
	if (finished->timed_out)
		fail(failure, object, "took too long, and was ended", NULL);
	else
		fail(failure, object, reason, NULL);
	free(complaint);
	errno = 0;
	return false;
}

bool ask_client_so(const struct engine *engine, const char *const arguments[],
                   const struct limits *limits, const struct way *way, struct finished *finished,
                   struct failure *failure)
{
	if (!run(engine, arguments, limits, way, finished, failure))
		return false;
	if (check_success(engine->client, arguments[0], finished,
	                  way->together ? &finished->out : &finished->err, failure))
		return true;
	free_finished(finished);
	return false;
}

bool ask_client(const struct engine *engine, const char *const arguments[],
                const struct limits *limits, struct finished *finished, struct failure *failure)
{
	return ask_client_so(engine, arguments, limits, &(struct way){0}, finished, failure);
}

/*
 * Standard error of a stream, which nobody reads meanwhile: a file in memory that can't grow. A
 * write beyond its end fails (EPERM), and never waits.
 */
static int make_error_file(void)
{
	int fd = memfd_create("standard error", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && (ftruncate(fd, (off_t)ERROR_BYTES) != 0 ||
	                fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool start_stream(const struct engine *engine, const char *const arguments[], struct stream *stream,
                  struct failure *failure)
{
	const char **command = join_command(engine, arguments);
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC), out[2] = {-1, -1};
	int error_fd = make_error_file();
	bool started = input >= 0 && error_fd >= 0 && pipe2(out, O_CLOEXEC) == 0 &&
	               start_process(command, input, out[1], error_fd, &stream->pid);

	int error = errno;
	free(command);
	close(input);
	close(out[1]);
	stream->client = engine->client;
	stream->command = arguments[0];
	stream->fd = out[0];
	stream->error_fd = error_fd;
	if (started)
		return true;
	close(out[0]);
	close(error_fd);
	errno = error;
	return say_errno(engine, failure);
}

/* The client's own offset tells how much it wrote. */
static void read_error_file(int fd, struct output *output)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	size_t most = end > 0 && (size_t)end < ERROR_BYTES ? (size_t)end : ERROR_BYTES;
	ssize_t got;

	output->bytes = get_memory(most + 1);
	got = end > 0 ? pread(fd, output->bytes, most, 0) : 0;
	output->length = got > 0 ? (size_t)got : 0;
	output->bytes[output->length] = '\0';
}

bool finish_stream(struct stream *stream, double seconds, struct finished *finished,
                   struct failure *failure)
{
	double deadline = now() + seconds;
	int status = 0;

	*finished = (struct finished){0};
	close(stream->fd);
	bool ended = await_process(stream->pid, deadline, false, &status);
	finished->timed_out = !ended && now() >= deadline;
	finished->status = ended || end_process(stream->pid, &status) ? exit_status(status) : -1;
	read_error_file(stream->error_fd, &finished->err);
	close(stream->error_fd);
	if (ended || finished->timed_out)
		return check_success(stream->client, stream->command, finished, &finished->err,
		                     failure);
	return fail(failure, stream->client, "interrupted", NULL);
}

void free_finished(struct finished *finished)
{
	free(finished->out.bytes);
	free(finished->err.bytes);
	*finished = (struct finished){0};
}
