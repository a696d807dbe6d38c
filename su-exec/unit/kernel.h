#ifndef SU_EXEC_UNIT_KERNEL_H
#define SU_EXEC_UNIT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * A kernel for one process, in place of the real one: the linker hands it what su-exec calls
 * (--wrap, see su-exec/build.mk). It knows the rules of ids, groups and capabilities as far as a
 * drop needs them, fails any call that a test picks, and lies where it is told to.
 * Files are the real ones.
 */
struct kernel {
	bool on; /* off, as in every test that doesn't start it: the real one answers */

	uid_t ruid, euid, suid;
	gid_t rgid, egid, sgid;
	gid_t groups[8];
	size_t group_count;
	uint64_t permitted, effective, inheritable, bounding; /* a bit a capability */
	uint64_t marked; /* a bit a descriptor that is close-on-exec now */
	int securebits;
	bool no_new_privs;

	bool at_secure;           /* what the loader was told of the file */
	mode_t file_mode;         /* that of the program's file; 0: not found */
	bool without_close_range; /* as before Linux 5.11 */
	const char *lying,
	    *leaky;     /* the call that only says it worked; that brings an old id back */
	int exec_error; /* execvp's; it never succeeds here */
	bool executed;  /* whether it was called */
	char output[4096], message[4096]; /* what was written to standard output, standard error */

	int calls, fail_at, error; /* those that can fail, from 1; which fails, 0 none; its errno */
	const char *failed; /* the name of the one that did; "… back" where it asks for an old id */
};

extern struct kernel kernel;

#define ALL_CAPABILITIES ((UINT64_C(1) << 41) - 1)
#define BIT(capability) (UINT64_C(1) << (capability))

/* Root with everything it can have, in no group but its own, from a file of mode 0755. */
void start_kernel(void);

/* The process becomes anyone else, in its one group, with these capabilities alone. */
void start_as(uid_t uid, gid_t gid, uint64_t capabilities);

#endif
