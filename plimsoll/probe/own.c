#include "plimsoll/probe/own.h"

#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

bool is_own_place(const char *path)
{
	const char *program = (const char *)(uintptr_t)getauxval(AT_EXECFN);
	const char *slash = program != NULL ? strrchr(program, '/') : NULL;
	size_t length = slash != NULL ? (size_t)(slash - program) : 0;

	return length > 0 && strncmp(path, program, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}
