/*
 * Runs below an init and measures it. Each byte on standard input asks for one figure, which comes
 * as a line of nanoseconds: f  a signal to the init, until it is back here o  the death of an
 * orphan, until the init has reaped it
 */
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long time_forwarding(const sigset_t *awaited)
{
	int number;
	long long from = now();

	if (kill(1, SIGUSR1) != 0 || sigwait(awaited, &number) != 0)
		err(1, "SIGUSR1");
	return now() - from;
}

/* A child of a child that has ended; it waits to be killed. */
static pid_t make_orphan(void)
{
	int link[2];
	pid_t child, orphan;

	if (pipe(link) != 0 || (child = fork()) < 0)
		err(1, "fork");
	if (child == 0) {
		orphan = fork();
		if (orphan == 0)
			for (;;)
				pause();
		_exit(write(link[1], &orphan, sizeof(orphan)) != sizeof(orphan));
	}
	if (read(link[0], &orphan, sizeof(orphan)) != sizeof(orphan) || orphan < 0 ||
	    waitpid(child, NULL, 0) != child)
		err(1, "orphan");
	close(link[0]);
	close(link[1]);
	return orphan;
}

static long long time_reaping(void)
{
	pid_t orphan = make_orphan();
	long long from = now();

	if (kill(orphan, SIGKILL) != 0)
		err(1, "orphan");
	while (kill(orphan, 0) == 0)
		sched_yield();
	return now() - from;
}

int main(void)
{
	sigset_t awaited;
	int asked;

	sigemptyset(&awaited);
	sigaddset(&awaited, SIGUSR1);
	sigprocmask(SIG_BLOCK, &awaited, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0);
	puts("ready");
	while ((asked = getchar()) != EOF)
		printf("%lld\n", asked == 'f' ? time_forwarding(&awaited) : time_reaping());
	return 0;
}
