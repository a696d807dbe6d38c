/*
 * The most memory that a command or any one of its descendants ever held, in kB (ru_maxrss of those
 * that were waited for), on standard error.
 *
 * Usage: most PROGRAM [ARGUMENT]...
 */
#include <err.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage usage;
	int status;

	if (argc < 2)
		errx(2, "PROGRAM: missing");
	pid_t pid = fork();
	if (pid == 0) {
		execv(argv[1], argv + 1);
		err(127, "%s", argv[1]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || getrusage(RUSAGE_CHILDREN, &usage) != 0)
		err(1, "%s", argv[1]);
	fprintf(stderr, "%ld\n", usage.ru_maxrss);
	return 0;
}
