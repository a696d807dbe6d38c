#include "kernel.h"
#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct kernel kernel;

/* What the kernel was told to execute: the program of the tests, as if. */
#define OWN_FILE "/sbin/su-exec"

/* What runs at the end of a process, such as the writing of counted lines, needs the real one. */
static void stop_kernel(void)
{
	kernel.on = false;
}

void start_as(uid_t uid, gid_t gid, uint64_t capabilities)
{
	atexit(stop_kernel);
	kernel = (struct kernel){
	    .on = true,
	    .ruid = uid,
	    .euid = uid,
	    .suid = uid,
	    .rgid = gid,
	    .egid = gid,
	    .sgid = gid,
	    .groups = {gid},
	    .group_count = 1,
	    .permitted = capabilities,
	    .effective = capabilities,
	    .bounding = ALL_CAPABILITIES,
	    .file_mode = S_IFREG | 0755,
	    .exec_error = ENOENT,
	    .error = EPERM,
	};
}

void start_kernel(void)
{
	start_as(0, 0, ALL_CAPABILITIES);
}

/* Counts a call, and says whether it may go on: else it is the one that fails. */
static bool enter(const char *call)
{
	if (++kernel.calls != kernel.fail_at)
		return true;
	kernel.failed = call;
	errno = kernel.error;
	return false;
}

static int refuse(int error)
{
	errno = error;
	return -1;
}

static bool may(int capability)
{
	return (kernel.effective & BIT(capability)) != 0;
}

static bool is_named(const char *named, const char *call)
{
	return named != NULL && strcmp(named, call) == 0;
}

/* The prototypes that the linker's names don't have. */
#define WRAP(type, name, ...)                                                                      \
	type __real_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__)

#define WRAP_ID(type, name, field)                                                                 \
	WRAP(type, name, void)                                                                     \
	{                                                                                          \
		return kernel.on ? kernel.field : __real_##name();                                 \
	}

WRAP_ID(uid_t, getuid, ruid)
WRAP_ID(uid_t, geteuid, euid)
WRAP_ID(gid_t, getgid, rgid)
WRAP_ID(gid_t, getegid, egid)

WRAP(unsigned long, getauxval, unsigned long type)
{
	if (kernel.on && type == AT_SECURE)
		return kernel.at_secure;
	if (kernel.on && type == AT_EXECFN)
		return (unsigned long)OWN_FILE;
	return __real_getauxval(type);
}

WRAP(int, getresuid, uid_t *ruid, uid_t *euid, uid_t *suid)
{
	if (!kernel.on)
		return __real_getresuid(ruid, euid, suid);
	*ruid = kernel.ruid;
	*euid = kernel.euid;
	*suid = kernel.suid;
	return enter("getresuid") ? 0 : -1;
}

WRAP(int, getresgid, gid_t *rgid, gid_t *egid, gid_t *sgid)
{
	if (!kernel.on)
		return __real_getresgid(rgid, egid, sgid);
	*rgid = kernel.rgid;
	*egid = kernel.egid;
	*sgid = kernel.sgid;
	return enter("getresgid") ? 0 : -1;
}

/* A process without the capability may only shuffle the ids that it has. */
static bool may_have(uint32_t id, const uint32_t own[3], int capability)
{
	return id == UINT32_MAX || id == own[0] || id == own[1] || id == own[2] || may(capability);
}

/* capabilities(7): who was root in one of its ids and is in none of them any more loses all. */
static void leave_root(bool was_root)
{
	if (was_root && kernel.ruid != 0 && kernel.euid != 0 && kernel.suid != 0 &&
	    (kernel.securebits & SECBIT_NO_SETUID_FIXUP) == 0)
		kernel.permitted = kernel.effective = 0;
}

static void set_id(uint32_t *id, uint32_t value)
{
	if (value != UINT32_MAX)
		*id = value;
}

static int set_uids(uid_t ruid, uid_t euid, uid_t suid)
{
	const uint32_t own[3] = {kernel.ruid, kernel.euid, kernel.suid};
	bool was_root = kernel.ruid == 0 || kernel.euid == 0 || kernel.suid == 0;

	if (!enter(ruid == UINT32_MAX ? "setresuid back" : "setresuid"))
		return -1;
	if (is_named(kernel.lying, "setresuid") ||
	    (ruid == UINT32_MAX && is_named(kernel.leaky, "setresuid")))
		return 0;
	if (!may_have(ruid, own, CAP_SETUID) || !may_have(euid, own, CAP_SETUID) ||
	    !may_have(suid, own, CAP_SETUID))
		return refuse(EPERM);
	set_id(&kernel.ruid, ruid);
	set_id(&kernel.euid, euid);
	set_id(&kernel.suid, suid);
	leave_root(was_root);
	return 0;
}

static int set_gids(gid_t rgid, gid_t egid, gid_t sgid)
{
	const uint32_t own[3] = {kernel.rgid, kernel.egid, kernel.sgid};

	if (!enter(rgid == UINT32_MAX ? "setresgid back" : "setresgid"))
		return -1;
	if (is_named(kernel.lying, "setresgid") ||
	    (rgid == UINT32_MAX && is_named(kernel.leaky, "setresgid")))
		return 0;
	if (!may_have(rgid, own, CAP_SETGID) || !may_have(egid, own, CAP_SETGID) ||
	    !may_have(sgid, own, CAP_SETGID))
		return refuse(EPERM);
	set_id(&kernel.rgid, rgid);
	set_id(&kernel.egid, egid);
	set_id(&kernel.sgid, sgid);
	return 0;
}

WRAP(int, getgroups, int size, gid_t groups[])
{
	if (!kernel.on)
		return __real_getgroups(size, groups);
	if (!enter("getgroups"))
		return -1;
	memcpy(groups, kernel.groups, kernel.group_count * sizeof(*groups));
	return (int)kernel.group_count;
}

static int set_groups(size_t count, const gid_t *groups)
{
	if (!enter("setgroups"))
		return -1;
	if (!may(CAP_SETGID))
		return refuse(EPERM);
	if (is_named(kernel.lying, "setgroups"))
		return 0;
	ck_assert_uint_le(count, sizeof(kernel.groups) / sizeof(*kernel.groups));
	memcpy(kernel.groups, groups, count * sizeof(*groups));
	kernel.group_count = count;
	return 0;
}

static uint64_t join_words(uint32_t low, uint32_t high)
{
	return (uint64_t)high << 32 | low;
}

static int get_capabilities(struct __user_cap_data_struct words[static 2])
{
	if (!enter("capget"))
		return -1;
	for (int i = 0; i < 2; i++) {
		words[i].effective = (uint32_t)(kernel.effective >> (32 * i));
		words[i].permitted = (uint32_t)(kernel.permitted >> (32 * i));
		words[i].inheritable = (uint32_t)(kernel.inheritable >> (32 * i));
	}
	return 0;
}

static int set_capabilities(const struct __user_cap_data_struct words[static 2])
{
	uint64_t permitted = join_words(words[0].permitted, words[1].permitted);

	if (!enter("capset"))
		return -1;
	if ((permitted & ~kernel.permitted) != 0)
		return refuse(EPERM);
	if (is_named(kernel.lying, "capset"))
		return 0;
	if (!is_named(kernel.lying, "capset permitted"))
		kernel.permitted = permitted;
	if (!is_named(kernel.lying, "capset effective"))
		kernel.effective = join_words(words[0].effective, words[1].effective);
	kernel.inheritable = join_words(words[0].inheritable, words[1].inheritable);
	return 0;
}

static int mark_range(unsigned int first, unsigned int last, unsigned int flags)
{
	if (!enter("close_range"))
		return -1;
	ck_assert_uint_eq(first, 3);
	ck_assert_uint_eq(last, UINT32_MAX);
	ck_assert_uint_eq(flags, 4); /* CLOSE_RANGE_CLOEXEC */
	if (kernel.without_close_range)
		return refuse(ENOSYS);
	kernel.marked = ~UINT64_C(7);
	return 0;
}

long __real_syscall(long number, ...);

static long list_directory(int directory, void *list, size_t size)
{
	return enter("getdents64") ? __real_syscall(SYS_getdents64, directory, list, size) : -1;
}

/* The type of each argument is that of what su-exec hands over. */
static long answer(long number, va_list arguments)
{
	uint32_t ids[3];
	void *pointer;

	switch (number) {
	case SYS_capget:
	case SYS_capset:
		(void)va_arg(arguments, void *); /* the header */
		pointer = va_arg(arguments, void *);
		return number == SYS_capget ? get_capabilities(pointer) : set_capabilities(pointer);
	case SYS_setgroups: {
		size_t count = va_arg(arguments, size_t);
		return set_groups(count, va_arg(arguments, const gid_t *));
	}
	case SYS_getdents64: {
		int directory = va_arg(arguments, int);
		pointer = va_arg(arguments, void *);
		return list_directory(directory, pointer, va_arg(arguments, size_t));
	}
	}
	for (int i = 0; i < 3; i++)
		ids[i] = va_arg(arguments, uint32_t);
	if (number == SYS_setresuid)
		return set_uids(ids[0], ids[1], ids[2]);
	if (number == SYS_setresgid)
		return set_gids(ids[0], ids[1], ids[2]);
	ck_assert_int_eq(number, SYS_close_range);
	return mark_range(ids[0], ids[1], ids[2]);
}

long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	va_list arguments;

	ck_assert(kernel.on);
	va_start(arguments, number);
	long result = answer(number, arguments);
	va_end(arguments);
	return result;
}

static int read_bounding_set(unsigned long capability)
{
	if (BIT(capability) > ALL_CAPABILITIES || is_named(kernel.lying, "PR_CAPBSET_READ"))
		return refuse(EINVAL);
	return (kernel.bounding & BIT(capability)) != 0;
}

static const char *name_option(int option)
{
	return option == PR_SET_NO_NEW_PRIVS   ? "PR_SET_NO_NEW_PRIVS"
	       : option == PR_GET_NO_NEW_PRIVS ? "PR_GET_NO_NEW_PRIVS"
	       : option == PR_GET_SECUREBITS   ? "PR_GET_SECUREBITS"
	       : option == PR_SET_SECUREBITS   ? "PR_SET_SECUREBITS"
	       : option == PR_CAPBSET_READ     ? "PR_CAPBSET_READ"
	                                       : "PR_CAPBSET_DROP";
}

static int change_process(int option, unsigned long value)
{
	if (!may(CAP_SETPCAP))
		return refuse(EPERM);
	if (is_named(kernel.lying, name_option(option)))
		return 0;
	if (option == PR_CAPBSET_DROP)
		kernel.bounding &= ~BIT(value);
	else
		kernel.securebits = (int)value;
	return 0;
}

int __wrap_prctl(int option, unsigned long value, ...);
int __wrap_prctl(int option, unsigned long value, ...)
{
	if (!enter(name_option(option)))
		return -1;
	switch (option) {
	case PR_SET_NO_NEW_PRIVS:
		if (!is_named(kernel.lying, "PR_SET_NO_NEW_PRIVS"))
			kernel.no_new_privs = value == 1;
		return 0;
	case PR_GET_NO_NEW_PRIVS:
		return kernel.no_new_privs;
	case PR_GET_SECUREBITS:
		return kernel.securebits;
	case PR_CAPBSET_READ:
		return read_bounding_set(value);
	case PR_CAPBSET_DROP:
	case PR_SET_SECUREBITS:
		return change_process(option, value);
	default:
		ck_abort_msg("prctl: expected none but these, found option %d", option);
	}
}

WRAP(int, fcntl, int fd, int command, unsigned long value)
{
	if (!kernel.on)
		return __real_fcntl(fd, command, value);
	if (!enter("fcntl"))
		return -1;
	ck_assert_int_eq(command, F_SETFD);
	ck_assert_uint_eq(value, FD_CLOEXEC);
	kernel.marked |= BIT(fd);
	return 0;
}

WRAP(int, stat, const char *path, struct stat *status)
{
	if (!kernel.on)
		return __real_stat(path, status);
	if (!enter("stat"))
		return -1;
	if (kernel.file_mode == 0)
		return refuse(ENOENT);
	ck_assert_str_eq(path, OWN_FILE);
	status->st_mode = kernel.file_mode;
	return 0;
}

WRAP(int, openat, int directory, const char *path, int flags, mode_t mode)
{
	return !kernel.on || enter("openat") ? __real_openat(directory, path, flags, mode) : -1;
}

WRAP(int, open, const char *path, int flags, mode_t mode)
{
	return !kernel.on || enter("open") ? __real_open(path, flags, mode) : -1;
}

WRAP(int, fstat, int fd, struct stat *status)
{
	return !kernel.on || enter("fstat") ? __real_fstat(fd, status) : -1;
}

WRAP(ssize_t, read, int fd, void *buffer, size_t size)
{
	return !kernel.on || enter("read") ? __real_read(fd, buffer, size) : -1;
}

WRAP(void *, mmap, void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	return !kernel.on || enter("mmap") ? __real_mmap(at, size, protection, flags, fd, offset)
	                                   : MAP_FAILED;
}

/* Only what ends an otherwise good run can fail: for a message there is no other place. */
WRAP(ssize_t, write, int fd, const void *bytes, size_t size)
{
	if (!kernel.on)
		return __real_write(fd, bytes, size);
	char *to = fd == STDOUT_FILENO ? kernel.output : kernel.message;
	if (fd == STDOUT_FILENO && !enter("write"))
		return -1;
	ck_assert_uint_lt(strlen(to) + size, sizeof(kernel.message));
	strncat(to, bytes, size);
	return (ssize_t)size - (fd == STDOUT_FILENO && is_named(kernel.lying, "write"));
}

WRAP(int, execvp, const char *program, char *const arguments[])
{
	if (!kernel.on)
		return __real_execvp(program, arguments);
	kernel.executed = true;
	return refuse(kernel.exec_error);
}
