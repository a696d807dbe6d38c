#include "environment.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* setenv(3) would do, but brings an allocator that is a third of the program's size. */

static bool is_replaced(const char *entry)
{
	return strncmp(entry, "HOME=", 5) == 0 || strncmp(entry, "USER=", 5) == 0 ||
	       strncmp(entry, "LOGNAME=", 8) == 0;
}

/* A copy of the environment without those, with room for them; sets *end to its NULL. */
static char **copy_environment(char ***end)
{
	size_t count = 0;

	while (environ[count] != NULL)
		count++;
	char **copy = mmap(NULL, (count + 4) * sizeof(*copy), PROT_READ | PROT_WRITE,
	                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copy == MAP_FAILED)
		return NULL;
	*end = copy;
	for (size_t i = 0; i < count; i++)
		if (!is_replaced(environ[i]))
			*(*end)++ = environ[i];
	return copy;
}

/* Appends "NAME=value" at *end, and moves *end behind its NUL. */
static char *add_variable(char **end, const char *name, const char *value)
{
	char *entry = *end;

	strcat(strcpy(entry, name), value);
	*end += strlen(entry) + 1;
	return entry;
}

bool set_variables(const struct identity *identity, struct failure *failure)
{
	static char text[sizeof("HOME=USER=LOGNAME=") + HOME_SIZE + 2 * NAME_SIZE];
	char *free = text;
	char **end, **copy = copy_environment(&end);

	if (copy == NULL)
		return fail(failure, "environment", strerror(errno), NULL);
	*end++ = add_variable(&free, "HOME=", identity->home);
	if (identity->name[0] != '\0') {
		*end++ = add_variable(&free, "USER=", identity->name);
		*end++ = add_variable(&free, "LOGNAME=", identity->name);
	}
	environ = copy;
	return true;
}
