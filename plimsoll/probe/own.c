#include "plimsoll/probe/own.h"

#include "plimsoll/path.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

bool is_own_place(const char *path)
{
	const char *program = (const char *)(uintptr_t)getauxval(AT_EXECFN);
	const char *slash = program != NULL ? strrchr(program, '/') : NULL;
	char place[PATH_MAX];

	if (slash == NULL || slash == program)
		return false;
	snprintf(place, sizeof(place), "%.*s", (int)(slash - program), program);
	return is_below(path, place);
}
