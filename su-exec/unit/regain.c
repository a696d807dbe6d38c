/*
 * Tries to become root, or to do what only root may, and prints each way that works.
 * Run by tests/su-exec.bats as what su-exec made of it; exits 1 when one worked.
 */

#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static bool worked(const char *way, int result)
{
	if (result >= 0)
		puts(way);
	return result >= 0;
}

int main(void)
{
	const gid_t root = 0;
	bool any = false;

	any |= worked("file of root", open("/etc/secret", O_RDONLY));
	any |= worked("setgroups", setgroups(1, &root));
	any |= worked("setegid", setegid(0));
	any |= worked("setgid", setgid(0));
	any |= worked("setresgid", setresgid(0, 0, 0));
	any |= worked("seteuid", seteuid(0));
	any |= worked("setuid", setuid(0));
	any |= worked("setreuid", setreuid(0, 0));
	any |= worked("setresuid", setresuid(0, 0, 0));
	return any;
}
