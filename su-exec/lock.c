#include "lock.h"
#include "number.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From linux/close_range.h, which musl-gcc does not find; since Linux 5.11. */
#define MARK_CLOSE_ON_EXEC 0x4

static bool set_no_new_privs(struct failure *failure)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0)
		return fail(failure, "no_new_privs", strerror(errno), NULL);
	if (prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) != 1)
		return fail(failure, "no_new_privs", "not set: not executed", NULL);
	return true;
}

static int is_in_bounding_set(unsigned long capability)
{
	return prctl(PR_CAPBSET_READ, capability, 0UL, 0UL, 0UL);
}

/* In either loop the first capability that the kernel does not know (EINVAL) ends the set. */
static bool empty_bounding_set(struct failure *failure)
{
	unsigned long capability;
	int present;

	for (capability = 0; (present = is_in_bounding_set(capability)) >= 0; capability++)
		if (present > 0 && prctl(PR_CAPBSET_DROP, capability, 0UL, 0UL, 0UL) != 0)
			return fail(failure, "capability bounding set", strerror(errno),
			            ": emptying it needs CAP_SETPCAP", NULL);
	if (errno != EINVAL || capability == 0)
		return fail(failure, "capability bounding set", strerror(errno), NULL);

	for (capability = 0; (present = is_in_bounding_set(capability)) == 0; capability++)
		;
	if (present < 0 && errno == EINVAL)
		return true;
	return fail(failure, "capability bounding set", present < 0 ? strerror(errno) : "not empty",
	            ": not executed", NULL);
}

/* As readdir(3) would, without the allocator that opendir(3) brings. */
static bool mark_listed(int directory, struct failure *failure)
{
	union {
		struct dirent first;
		char bytes[1024];
	} list;
	long size;

	while ((size = syscall(SYS_getdents64, directory, &list, sizeof(list))) > 0) {
		const struct dirent *entry;
		for (long at = 0; at < size; at += entry->d_reclen) {
			uint32_t descriptor;
			entry = (const struct dirent *)(const void *)(list.bytes + at);
			if (parse_id(entry->d_name, &descriptor) && descriptor > STDERR_FILENO &&
			    fcntl((int)descriptor, F_SETFD, FD_CLOEXEC) != 0)
				return fail(failure, "/proc/self/fd", entry->d_name, ": ",
				            strerror(errno), NULL);
		}
	}
	if (size == 0)
		return true;
	return fail(failure, "/proc/self/fd", strerror(errno), NULL);
}

/* For kernels and seccomp filters without close_range(2). */
static bool mark_each_descriptor(struct failure *failure)
{
	int directory = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return fail(failure, "/proc/self/fd", strerror(errno),
		            ": --lock needs it where close_range(2) does not work", NULL);
	bool marked = mark_listed(directory, failure);
	close(directory);
	return marked;
}

static bool mark_descriptors(struct failure *failure)
{
	return syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, MARK_CLOSE_ON_EXEC) == 0 ||
	       mark_each_descriptor(failure);
}

bool lock_down(struct failure *failure)
{
	return set_no_new_privs(failure) && empty_bounding_set(failure) &&
	       mark_descriptors(failure);
}
