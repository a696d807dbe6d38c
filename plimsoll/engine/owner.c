#include "plimsoll/engine/owner.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST_DIGITS 19 /* all that fit into an unsigned long long */

struct owner {
	char boot[40];
	unsigned long long namespace, pid, start, time;
};

/* A short file of /proc as text; "" where it can't be read. */
static void read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, text, size - 1) : 0;

	text[got > 0 ? got : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Field 22 of /proc/PID/stat (proc(5)); the name before it may hold anything. 0: no such process.
 */
static unsigned long long read_start(unsigned long long pid)
{
	char path[64], text[1024];

	snprintf(path, sizeof(path), "/proc/%llu/stat", pid);
	read_text(path, text, sizeof(text));
	const char *at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at != NULL ? strtoull(at, NULL, 10) : 0;
}

static void find_self(struct owner *self)
{
	struct stat status = {0};

	*self = (struct owner){.pid = (unsigned long long)getpid(),
	                       .time = (unsigned long long)time(NULL)};
	read_text("/proc/sys/kernel/random/boot_id", self->boot, sizeof(self->boot));
	self->boot[strcspn(self->boot, "\n")] = '\0';
	if (stat("/proc/self/ns/pid", &status) == 0)
		self->namespace = status.st_ino;
	self->start = read_start(self->pid);
}

void describe_owner(char owner[static OWNER_SIZE])
{
	struct owner self;

	find_self(&self);
	snprintf(owner, OWNER_SIZE, "%s/%llu/%llu/%llu/%llu", self.boot, self.namespace, self.pid,
	         self.start, self.time);
}

/* Digits alone, and behind them what ends the field. */
static bool take_number(const char **text, char end, unsigned long long *number)
{
	size_t length = strspn(*text, "0123456789");

	if (length == 0 || length > MOST_DIGITS || (*text)[length] != end)
		return false;
	*number = strtoull(*text, NULL, 10);
	*text += length + 1;
	return true;
}

static bool parse_owner(const char *text, struct owner *owner)
{
	size_t length = strcspn(text, "/");

	if (length == 0 || length >= sizeof(owner->boot) || text[length] != '/')
		return false;
	memcpy(owner->boot, text, length);
	owner->boot[length] = '\0';
	text += length + 1;
	return take_number(&text, '/', &owner->namespace) && take_number(&text, '/', &owner->pid) &&
	       take_number(&text, '/', &owner->start) && take_number(&text, '\0', &owner->time);
}

enum owner_state look_for_owner(const char *text, double *age)
{
	struct owner self, owner;

	*age = 0;
	find_self(&self);
	if (!parse_owner(text, &owner))
		return OWNER_NONE;
	if (strcmp(owner.boot, self.boot) == 0 && owner.namespace == self.namespace)
		return read_start(owner.pid) == owner.start ? OWNER_RUNS : OWNER_GONE;
	if (self.time > owner.time)
		*age = (double)(self.time - owner.time);
	return OWNER_UNSEEN;
}
