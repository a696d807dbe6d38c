#include "launch.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A script's or a dynamic program's interpreter is what is often missing in a small image. */
static const char *explain(const char *program, int error)
{
	if (error == ENOENT && strchr(program, '/') == NULL)
		return ": not in any directory of PATH";
	if (error == ENOENT && access(program, F_OK) == 0)
		return ": the file is there, but not the interpreter or the loader it asks for";
	if (error == ENOEXEC)
		return ": neither a program for this machine nor a script with a #! line";
	return "";
}

int launch(char *const argv[], struct failure *failure)
{
	execvp(argv[0], argv);

	int error = errno;
	fail(failure, argv[0], strerror(error), explain(argv[0], error), NULL);
	return error == ENOENT || error == ENOTDIR ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}
