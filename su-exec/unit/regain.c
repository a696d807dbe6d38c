/*
 * Tries to become root again, or to do what only root may, and prints each way that works.
 * Run by tests/su-exec.bats and tests/su-exec-regain.bats as what su-exec made of it.
 *
 * regain                     tries all; exits 1 when one worked
 * regain prepare COMMAND...  as root: leaves a file, a directory and a key open, executes COMMAND
 * regain list                prints the names of all
 */

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "/etc/secret"          /* of root, mode 0600 */
#define SECRET_DIRECTORY "/root/open" /* which all may read, in one that only root enters */

enum { FILE_LEFT = 107, DIRECTORY_LEFT = 108 };

/* Each way returns 0 or more where it worked, as a system call does. */

static int open_secret(void)
{
	return open(SECRET, O_RDONLY);
}

static int try_setgroups(void)
{
	return setgroups(1, &(gid_t){0});
}

static int try_setegid(void)
{
	return setegid(0);
}

static int try_setgid(void)
{
	return setgid(0);
}

static int try_setresgid(void)
{
	return setresgid(0, 0, 0);
}

static int try_seteuid(void)
{
	return seteuid(0);
}

static int try_setuid(void)
{
	return setuid(0);
}

static int try_setreuid(void)
{
	return setreuid(0, 0);
}

static int try_setresuid(void)
{
	return setresuid(0, 0, 0);
}

/* They return what was, and no error: the second call tells what the first did. */
static int try_setfsuid(void)
{
	setfsuid(0);
	return setfsuid((uid_t)-1) == 0 ? 0 : -1;
}

static int try_setfsgid(void)
{
	setfsgid(0);
	return setfsgid((gid_t)-1) == 0 ? 0 : -1;
}

static int keep_capabilities(void)
{
	return prctl(PR_SET_KEEPCAPS, 1) == 0 ? setresuid(0, 0, 0) : -1;
}

static int set_capabilities(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct words[2] = {0};

	words[0].permitted = words[0].effective = words[0].inheritable = 1U << CAP_SETUID;
	return (int)syscall(SYS_capset, &header, words);
}

static int raise_ambient(void)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SETUID, 0, 0);
}

static int set_securebits(void)
{
	return prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP);
}

/* Runs what in a child; 0 where it exits with 0. */
static int run_child(void (*what)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		what();
		_exit(1);
	}
	return waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

static void copy_to(const char *path, int mode)
{
	static char bytes[1 << 16];
	int from = open("/proc/self/exe", O_RDONLY);
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	ssize_t size;

	while ((size = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)size) != size)
			_exit(1);
	if (fchmod(to, (mode_t)mode) != 0)
		_exit(1);
	close(to);
}

/* A setuid copy of one's own: root's only for root. */
static void run_own_copy(void)
{
	char path[] = "/tmp/regain.XXXXXX";

	if (mkdtemp(path) == NULL || chdir(path) != 0)
		_exit(1);
	copy_to("copy", 06755);
	execl("copy", "copy", "root?", NULL);
}

static int setuid_copy(void)
{
	return run_child(run_own_copy);
}

static int make_file(void)
{
	char path[] = "/tmp/regain.XXXXXX";

	return mkstemp(path);
}

static int chown_to_root(void)
{
	return fchown(make_file(), 0, (gid_t)-1);
}

static int chgrp_to_root(void)
{
	return fchown(make_file(), (uid_t)-1, 0);
}

static int write_text(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);

	return file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -1;
}

/* In a user namespace of one's own one is called root; the file must stay shut all the same. */
static void read_in_namespace(void)
{
	char map[64];

	snprintf(map, sizeof(map), "0 %u 1", geteuid());
	if (unshare(CLONE_NEWUSER) != 0 || write_text("/proc/self/uid_map", map) != 0)
		_exit(1);
	_exit(setuid(0) == 0 && open_secret() >= 0 ? 0 : 1);
}

static int own_namespace(void)
{
	return run_child(read_in_namespace);
}

static int open_of_parent(const char *what, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", getppid(), what);
	return open(path, flags);
}

static int memory_of_parent(void)
{
	return open_of_parent("mem", O_RDWR);
}

static int environment_of_parent(void)
{
	return open_of_parent("environ", O_RDONLY);
}

static int files_of_parent(void)
{
	return open_of_parent("root" SECRET, O_RDONLY);
}

static int namespace_of_parent(void)
{
	return open_of_parent("ns/mnt", O_RDONLY);
}

static int descriptor_of_parent(void)
{
	int parent = (int)syscall(SYS_pidfd_open, getppid(), 0);

	return parent < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, parent, 0, 0);
}

static int trace_parent(void)
{
	return (int)ptrace(PTRACE_SEIZE, getppid(), NULL, NULL);
}

static int signal_parent(void)
{
	return getppid() == 0 ? -1 : kill(getppid(), 0);
}

static int make_device(void)
{
	char path[] = "/tmp/regain.XXXXXX";

	return mkdtemp(path) == NULL || chdir(path) != 0 ? -1
	                                                 : mknod("null", S_IFCHR, makedev(1, 3));
}

static int mount_over(void)
{
	return mount("none", "/mnt", "tmpfs", 0, NULL);
}

static int raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW, 255);
}

static int change_root(void)
{
	return chroot("/");
}

static int read_left_file(void)
{
	char byte;

	return read(FILE_LEFT, &byte, 1) == 1 ? 0 : -1;
}

static int read_left_directory(void)
{
	return openat(DIRECTORY_LEFT, "secret", O_RDONLY);
}

/* A process possesses the keys of its session keyring, whoever put them there. */
static int read_left_key(void)
{
	char bytes[8];
	long key =
	    syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "plimsoll", 0);

	return key < 0 ? -1 : (int)syscall(SYS_keyctl, KEYCTL_READ, key, bytes, sizeof(bytes));
}

/* Those that change the process and what it may come last. */
static const struct way {
	const char *name;
	int (*take)(void);
} ways[] = {
    {"file of root", open_secret},
    {"descriptor of a file", read_left_file},
    {"descriptor of a directory", read_left_directory},
    {"key in the session keyring", read_left_key},
    {"memory of root's process", memory_of_parent},
    {"environment of root's process", environment_of_parent},
    {"file through /proc", files_of_parent},
    {"namespace of root's process", namespace_of_parent},
    {"descriptor of root's process", descriptor_of_parent},
    {"ptrace", trace_parent},
    {"signal to root's process", signal_parent},
    {"mknod", make_device},
    {"mount", mount_over},
    {"raw socket", raw_socket},
    {"chroot", change_root},
    {"chown to root", chown_to_root},
    {"chgrp to root", chgrp_to_root},
    {"setuid copy", setuid_copy},
    {"user namespace", own_namespace},
    {"setgroups", try_setgroups},
    {"setegid", try_setegid},
    {"setgid", try_setgid},
    {"setresgid", try_setresgid},
    {"setfsgid", try_setfsgid},
    {"setfsuid", try_setfsuid},
    {"seteuid", try_seteuid},
    {"setuid", try_setuid},
    {"setreuid", try_setreuid},
    {"setresuid", try_setresuid},
    {"keep_caps", keep_capabilities},
    {"securebits", set_securebits},
    {"capset", set_capabilities},
    {"ambient capability", raise_ambient},
};
enum { WAYS = sizeof(ways) / sizeof(*ways) };

static int take_all(void)
{
	int any = 0;

	for (size_t i = 0; i < WAYS; i++)
		if (ways[i].take() >= 0) {
			puts(ways[i].name);
			any = 1;
		}
	return any;
}

static int list_all(void)
{
	for (size_t i = 0; i < WAYS; i++)
		puts(ways[i].name);
	return 0;
}

/* Where the engine forbids keys to all, none is left. */
static int prepare(char **command)
{
	dup2(open(SECRET, O_RDONLY), FILE_LEFT);
	dup2(open(SECRET_DIRECTORY, O_RDONLY | O_DIRECTORY), DIRECTORY_LEFT);
	syscall(SYS_add_key, "user", "plimsoll", "secret", 6, KEY_SPEC_SESSION_KEYRING);
	execvp(command[0], command);
	perror(command[0]);
	return 2;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "prepare") == 0)
		return prepare(argv + 2);
	if (argc > 1 && strcmp(argv[1], "list") == 0)
		return list_all();
	if (argc > 1 && strcmp(argv[1], "root?") == 0)
		return geteuid() != 0 && getegid() != 0;
	return take_all();
}
