/* The part that stays when a command wants somebody above it: PID 1, in a screenful. */
#include "init.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t inherited_mask;

/* By system call: the C library's own sets leave out the signals 32 to 34, which musl uses itself.
 */
static long change_mask(int how, const uint64_t *set, uint64_t *old)
{
	return syscall(SYS_rt_sigprocmask, how, set, old, sizeof(*set));
}

void hold_signals(bool all)
{
	const uint64_t set = all ? ~UINT64_C(0) : UINT64_C(1) << (SIGXFSZ - 1);

	change_mask(SIG_BLOCK, &set, &inherited_mask);
}

void release_signals(void)
{
	change_mask(SIG_SETMASK, &inherited_mask, NULL);
}

static int wait_for_signal(siginfo_t *info)
{
	const uint64_t all = ~UINT64_C(0);

	return (int)syscall(SYS_rt_sigtimedwait, &all, info, NULL, sizeof(all));
}

/* SIGTTOU is blocked in both halves, so that a process of the background may do this. */
static void hand_over_terminal(pid_t from, pid_t to)
{
	if (tcgetpgrp(STDIN_FILENO) == from)
		tcsetpgrp(STDIN_FILENO, to);
}

static void start_child(pid_t parent_group)
{
	setpgid(0, 0);
	hand_over_terminal(parent_group, getpid());
}

static void forward(int number, pid_t child)
{
	/* After `fg` in a shell the terminal's foreground is this group. */
	if (number == SIGCONT)
		hand_over_terminal(getpgrp(), child);
	kill(child, number);
}

/* The child was stopped: so stops its job, for the shell that watches it. PID 1 can't be stopped.
 */
static void stop_too(void)
{
	kill(getpid(), SIGSTOP);
}

/* Returns the child's exit code once it has ended, else -1. */
static int reap(pid_t child)
{
	int status, code = -1;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (pid != child)
			continue;
		if (WIFSTOPPED(status))
			stop_too();
		else
			code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return code;
}

/* A script that started this would find itself in the background. */
static _Noreturn void end_as(pid_t child, int code)
{
	hand_over_terminal(child, getpgrp());
	_exit(code);
}

static _Noreturn void watch(pid_t child)
{
	siginfo_t info;
	int number, code;

	for (;;) {
		number = wait_for_signal(&info);
		/* A filter forbids to wait for signals: all that is left is to wait for the end. */
		if (number < 0 && errno != EINTR)
			waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
		if ((number == SIGCHLD || number < 0) && (code = reap(child)) >= 0)
			end_as(child, code);
		/* A SIGCHLD that some process sent is a signal like any other. */
		if (number > 0 && (number != SIGCHLD || info.si_code <= 0))
			forward(number, child);
	}
}

bool stay_as_init(struct failure *failure)
{
	const pid_t group = getpgrp();
	const unsigned long default_action[8] = {
	    0}; /* the kernel's struct sigaction, all of it 0 */
	pid_t child;

	/* Where this is not PID 1, orphans of the child would go past it. */
	prctl(PR_SET_CHILD_SUBREAPER, 1UL);
	/* Ignored, as some parents leave it, it would make waitpid() forget how the child ended. */
	syscall(SYS_rt_sigaction, SIGCHLD, &default_action, NULL, sizeof(uint64_t));
	child = _Fork(); /* without the handlers and locks of threads, which there are none of */
	if (child < 0)
		return fail(failure, "fork", strerror(errno), NULL);
	if (child > 0)
		watch(child);
	start_child(group);
	return true;
}
