/*
 * A process that the engine's exec started has its parent outside of the container, in another pid
 * namespace. The kernel looks for an orphan's new parent only among those above it inside, and
 * there is none but the namespace's init: so it falls to PID 1, as a daemon's would, unless a
 * subreaper stands between. The orphan itself tells whose child it became.
 */
#include "plimsoll/probe/orphan.h"

#include "plimsoll/engine/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds within which a process that is ready to run has run; milliseconds between two looks. */
#define REPORT_MOST 5.0
#define PAUSE_MS 2

struct orphan {
	pid_t pid, parent;
};

/* Both are read and written whole: they are shorter than PIPE_BUF. */
static _Noreturn void be_orphan(int gate, int report)
{
	char byte;

	/* Ends with the probe, too: then the other side of the gate is closed. */
	if (read(gate, &byte, 1) == 1) {
		const struct orphan orphan = {getpid(), getppid()};
		ssize_t ignored = write(report, &orphan, sizeof(orphan));
		(void)ignored; /* the probe is gone */
	}
	_exit(0);
}

/* The one in the middle: starts the orphan, and ends. Its exit status is the errno of fork(). */
static _Noreturn void be_parent(int gate[2], int report)
{
	close(gate[1]);
	pid_t child = fork();
	if (child == 0)
		be_orphan(gate[0], report);
	_exit(child < 0 ? errno : 0);
}

static bool start_orphan(int gate[2], int report, struct failure *failure)
{
	int status = 0;
	pid_t parent = fork();

	if (parent == 0)
		be_parent(gate, report);
	if (parent > 0)
		waitpid(parent, &status, 0);
	if (parent > 0 && status == 0)
		return true;
	return fail(failure, "fork",
	            "no orphan could be made: ", strerror(parent < 0 ? errno : WEXITSTATUS(status)),
	            NULL);
}

/* To be called once its parent has been waited for: by then it has another. */
static bool let_report(int gate, int report, struct orphan *orphan, struct failure *failure)
{
	struct pollfd wait = {.fd = report, .events = POLLIN};

	if (write(gate, "", 1) == 1 && poll(&wait, 1, (int)(REPORT_MOST * 1000)) == 1 &&
	    read(report, orphan, sizeof(*orphan)) == sizeof(*orphan))
		return true;
	return fail(failure, "orphan", "it did not report within five seconds", NULL);
}

/*
 * A zombie still is somebody to whom a signal can be sent. Asked in this way, as /proc may be
 * hidden, and the orphan has this process's uids.
 */
static bool is_reaped(pid_t pid)
{
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static bool wait_until_reaped(pid_t pid, double deadline)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000};

	while (!is_reaped(pid)) {
		if (now() >= deadline)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

static json_t *make_orphan(int gate[2], int report[2], double seconds, struct failure *failure)
{
	struct orphan orphan;

	if (!start_orphan(gate, report[1], failure) ||
	    !let_report(gate[1], report[0], &orphan, failure))
		return NULL;
	const double start = now();
	const bool reaped = wait_until_reaped(orphan.pid, start + seconds);
	return json_pack("{s:b, s:b, s:f}", "existed", orphan.parent == 1, "reaped", reaped,
	                 "reaped_after", now() - start);
}

json_t *leave_orphan(double seconds, struct failure *failure)
{
	int gate[2], report[2];
	json_t *seen = NULL;

	if (pipe2(gate, O_CLOEXEC) < 0) {
		fail(failure, "pipe", strerror(errno), NULL);
		return NULL;
	}
	if (pipe2(report, O_CLOEXEC) < 0) {
		fail(failure, "pipe", strerror(errno), NULL);
	} else {
		seen = make_orphan(gate, report, seconds, failure);
		close(report[0]);
		close(report[1]);
	}
	close(gate[0]);
	close(gate[1]);
	return seen;
}
