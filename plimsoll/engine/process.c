#include "plimsoll/engine/process.h"

#include "plimsoll/engine/client.h"
#include "plimsoll/engine/tasks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void lead_group(pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
}

static struct rlimit memory_before;
static bool memory_limited;

bool limit_memory(size_t bytes)
{
	if (getrlimit(RLIMIT_AS, &memory_before) != 0)
		return false;
	memory_limited = setrlimit(RLIMIT_AS, &(struct rlimit){bytes, memory_before.rlim_max}) == 0;
	return memory_limited;
}

/* In the child; writes errno to report where it fails. */
static _Noreturn void execute(const char *const argv[], const int fds[3], pid_t parent, int report)
{
	lead_group(parent);
	if (memory_limited)
		setrlimit(RLIMIT_AS, &memory_before);
	signal(SIGPIPE, SIG_DFL); /* an ignored signal stays ignored, even by who relies on it */
	if (dup2(fds[0], 0) == 0 && dup2(fds[1], 1) == 1 && dup2(fds[2], 2) == 2)
		execvp(argv[0], (char *const *)argv);
	int error = errno;
	ssize_t ignored = write(report, &error, sizeof(error)); /* the exit status remains */
	(void)ignored;
	_exit(127);
}

/* The writing end closes when the child executes: then there is nothing to read. */
static int read_error(int fd)
{
	int error = 0;
	ssize_t got;

	do
		got = read(fd, &error, sizeof(error));
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof(error) ? error : 0;
}

bool start_process(const char *const argv[], int input, int output, int error, pid_t *pid)
{
	int report[2], status;
	pid_t parent = getpid();

	if (pipe2(report, O_CLOEXEC) != 0)
		return false;
	*pid = fork();
	if (*pid == 0)
		execute(argv, (const int[]){input, output, error}, parent, report[1]);
	int failed = *pid < 0 ? errno : 0;
	close(report[1]);
	if (*pid > 0 && (failed = read_error(report[0])) != 0)
		await_process(*pid, now() + GRACE, true, &status);
	close(report[0]);
	errno = failed;
	return failed == 0;
}

/* The leader stays a zombie until its group is killed, so that nobody else has that number yet. */
bool reap_process(pid_t pid, int *status)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
		return false;
	kill(-pid, SIGKILL);
	return waitpid(pid, status, 0) == pid;
}

bool await_process(pid_t pid, double deadline, bool to_the_end, int *status)
{
	for (int pause = 1; !reap_process(pid, status); pause = pause < 20 ? 2 * pause : pause) {
		if (now() >= deadline || (!to_the_end && interrupted() != 0))
			return false;
		poll(NULL, 0, pause);
	}
	return true;
}

bool end_process(pid_t pid, int *status)
{
	kill(-pid, SIGTERM);
	if (await_process(pid, now() + GRACE, true, status))
		return true;
	kill(-pid, SIGKILL);
	await_process(pid, now() + GRACE, true, status);
	return false;
}
