/* su-exec as a whole: its main, on the kernel of these tests and the files of this machine. */

#include "fixture.h"
#include "kernel.h"
#include "program.h"
#include "suites.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define RUN(...) su_exec_main(0, (char *[]){"su-exec", __VA_ARGS__, NULL})

static void assert_refused(int status, const char *message)
{
	ck_assert_int_eq(status, 125);
	ck_assert_str_eq(kernel.message, message);
	ck_assert(!kernel.executed);
}

START_TEST(it_drops_and_executes)
{
	start_kernel();
	RUN("1500:1501", "true");
	ck_assert(kernel.executed);
	ck_assert_uint_eq(kernel.ruid, 1500);
	ck_assert(!kernel.no_new_privs);
	ck_assert_uint_eq(kernel.bounding, ALL_CAPABILITIES);
	start_kernel();
	RUN("--lock", "--", "1500:1501", "true");
	ck_assert(kernel.executed);
	ck_assert_uint_eq(kernel.ruid, 1500);
	ck_assert(kernel.no_new_privs);
	ck_assert_uint_eq(kernel.bounding, 0);
}
END_TEST

/* An answer, not a failure: it goes on as it should. */
static bool is_answer(const char *call, int error)
{
	return strcmp(call, "stat") == 0 || strcmp(call, "close_range") == 0 ||
	       strcmp(call, "setresuid back") == 0 || strcmp(call, "setresgid back") == 0 ||
	       (strcmp(call, "PR_CAPBSET_READ") == 0 && error == EINVAL && kernel.bounding == 0);
}

/* Reads back what was set: where it fails, that is not shown to be there. */
static bool is_verification(const char *call)
{
	return strncmp(call, "PR_GET_", 7) == 0 || strcmp(call, "PR_CAPBSET_READ") == 0;
}

static void assert_one_line(const char *text, const char *of)
{
	const char *end = strchr(text, '\n');

	ck_assert_msg(strncmp(text, "su-exec: ", 9) == 0 && end != NULL && end[1] == '\0',
	              "%s: expected a line of su-exec's, found: \"%s\"", of, text);
}

/* Makes one call after the other fail, until there is none left; returns how many there are. */
static int fail_each(int error, bool without_close_range)
{
	for (int call = 1;; call++) {
		start_kernel();
		kernel.without_close_range = without_close_range;
		kernel.securebits = 1 << 2; /* no_setuid_fixup: to be cleared */
		kernel.fail_at = call;
		kernel.error = error;
		int status = RUN("--lock", "daemon", "true");
		if (kernel.failed == NULL)
			return call - 1;
		if (is_answer(kernel.failed, error)) {
			ck_assert_msg(kernel.executed, "%s: %s", kernel.failed, kernel.message);
			continue;
		}
		ck_assert_msg(!kernel.executed, "%s: %s: expected no exec", kernel.failed,
		              strerror(error));
		ck_assert_msg(status == 125, "%s: %s: expected 125, found %d", kernel.failed,
		              strerror(error), status);
		assert_one_line(kernel.message, kernel.failed);
		if (is_verification(kernel.failed) && strstr(kernel.message, ": not executed\n"))
			continue;
		assert_contains(kernel.message, strerror(error));
		ck_assert_msg(kernel.calls == call, "%s: %s: expected nothing more, found %d calls",
		              kernel.failed, strerror(error), kernel.calls - call);
	}
}

START_TEST(every_call_that_fails_ends_it_before_the_exec)
{
	static const int errors[] = {EPERM, EINVAL, ENOSYS, EIO};

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		/* 41 capabilities are read, dropped and read again; without_close_range counts
		 * descriptors. */
		ck_assert_int_gt(fail_each(errors[i], false), 3 * 41 + 15);
		ck_assert_int_gt(fail_each(errors[i], true), 3 * 41 + 20);
	}
}
END_TEST

/* A read that a signal interrupts is no failure. */
START_TEST(an_interrupted_read_is_read_again)
{
	start_kernel();
	kernel.error = EINTR;
	do {
		int call = kernel.fail_at + 1;
		start_kernel();
		kernel.error = EINTR;
		kernel.fail_at = call;
		RUN("daemon", "true");
		ck_assert_ptr_nonnull(kernel.failed);
	} while (strcmp(kernel.failed, "read") != 0);
	ck_assert_msg(kernel.executed, "%s", kernel.message);
}
END_TEST

START_TEST(a_wrong_command_line_is_refused)
{
	char *nothing[] = {NULL};

	start_kernel();
	assert_refused(su_exec_main(0, nothing), "su-exec: SPEC: missing: see su-exec --help\n");
	start_kernel();
	assert_refused(RUN(NULL), "su-exec: SPEC: missing: see su-exec --help\n");
	start_kernel();
	assert_refused(RUN("--", NULL), "su-exec: SPEC: missing: see su-exec --help\n");
	start_kernel();
	assert_refused(RUN("0"), "su-exec: PROGRAM: missing after 0: see su-exec --help\n");
	start_kernel();
	assert_refused(RUN("-x", "0", "true"), "su-exec: -x: no such option: see su-exec --help\n");
	start_kernel();
	assert_refused(RUN("0:", "true"), "su-exec: \"0:\": the group is empty: "
	                                  "give user, user:group, uid or uid:gid\n");
	start_kernel();
	kernel.file_mode |= 04000;
	RUN("0", "true");
	assert_contains(kernel.message, "su-exec: setuid or setgid file: refused");
}
END_TEST

START_TEST(help_and_version_are_shown)
{
	start_kernel();
	ck_assert_int_eq(RUN("--help"), 0);
	ck_assert_int_eq(strncmp(kernel.output, "Usage: su-exec ", 15), 0);
	start_kernel();
	ck_assert_int_eq(RUN("--version", "--lock"), 0);
	ck_assert_int_eq(strncmp(kernel.output, "su-exec ", 8), 0);
	ck_assert_str_eq(kernel.message, "");
	ck_assert(!kernel.executed);
	start_kernel();
	kernel.fail_at = 2; /* after stat of the file */
	kernel.error = ENOSPC;
	assert_refused(RUN("--help"), "su-exec: standard output: No space left on device\n");
	start_kernel();
	kernel.lying = "write"; /* it is cut short */
	assert_refused(RUN("--help"), "su-exec: standard output: Input/output error\n");
}
END_TEST

struct end {
	char *program;
	int error;
	int status;
	const char *message;
};

static const struct end ends[] = {
    {"no-such", ENOENT, 127, "no-such: No such file or directory: not in any directory of PATH"},
    {"/no/such", ENOENT, 127, "/no/such: No such file or directory\n"},
    {"/bin/sh", ENOENT, 127, "the file is there, but not the interpreter or the loader"},
    {"/etc/passwd/x", ENOTDIR, 127, "/etc/passwd/x: Not a directory\n"},
    {"/etc/passwd", EACCES, 126, "/etc/passwd: Permission denied\n"},
    {"empty", ENOEXEC, 126, "neither a program for this machine nor a script with a #! line"},
    {"large", E2BIG, 126, "large: Argument list too long\n"},
};

START_TEST(what_cannot_be_executed_has_its_status_and_reason)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		start_kernel();
		kernel.exec_error = ends[i].error;
		int status = RUN("1500:1501", ends[i].program);
		ck_assert_msg(status == ends[i].status, "%s: expected %d, found %d",
		              ends[i].program, ends[i].status, status);
		assert_one_line(kernel.message, ends[i].program);
		assert_contains(kernel.message, ends[i].message);
	}
}
END_TEST

Suite *program_suite(void)
{
	const TTest *const tests[] = {
	    it_drops_and_executes,
	    every_call_that_fails_ends_it_before_the_exec,
	    an_interrupted_read_is_read_again,
	    a_wrong_command_line_is_refused,
	    help_and_version_are_shown,
	    what_cannot_be_executed_has_its_status_and_reason,
	    NULL,
	};
	return make_suite("program", tests);
}
