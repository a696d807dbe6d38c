#include "plimsoll/engine/owner.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HOUR 3600

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
	unsigned long long start = 0;

	snprintf(path, sizeof(path), "/proc/%llu/stat", pid);
	read_text(path, text, sizeof(text));
	const char *at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at != NULL && sscanf(at, " %llu", &start) == 1 ? start : 0;
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

bool is_owner_gone(const char *text)
{
	struct owner self, owner;

	find_self(&self);
	if (sscanf(text, "%39[^/]/%llu/%llu/%llu/%llu", owner.boot, &owner.namespace, &owner.pid,
	           &owner.start, &owner.time) != 5)
		return false;
	if (strcmp(owner.boot, self.boot) == 0 && owner.namespace == self.namespace)
		return read_start(owner.pid) != owner.start;
	return owner.time + HOUR < self.time;
}
