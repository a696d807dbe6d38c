#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct faults faults;

static bool enter(const char *call)
{
	if (++faults.calls != faults.fail_at)
		return true;
	faults.failed = call;
	errno = faults.error;
	return false;
}

/* Also the prototypes that the linker's names don't have. */
#define WRAP(type, name, parameters, arguments)                                                    \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		return enter(#name) ? __real_##name arguments : -1;                                \
	}

WRAP(int, open, (const char *path, int flags, mode_t mode), (path, flags, mode))
WRAP(int, fstat, (int fd, struct stat *status), (fd, status))
WRAP(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size))
WRAP(ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
WRAP(ssize_t, write, (int fd, const void *from, size_t size), (fd, from, faults.slow ? 1 : size))
WRAP(int, fchownat, (int fd, const char *path, uid_t uid, gid_t gid, int flags),
     (fd, path, uid, gid, flags))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, rename, (const char *from, const char *to), (from, to))
