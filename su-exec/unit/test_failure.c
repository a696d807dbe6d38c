#include "../failure.h"
#include "suites.h"

#include <string.h>
#include <unistd.h>

static struct failure failure;

/* What report_failure writes to standard error. */
static const char *report(const char *program)
{
	static char line[4096];
	int ends[2];
	int saved = dup(STDERR_FILENO);

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	report_failure(program, &failure);
	ck_assert_int_eq(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
	close(ends[1]);
	ssize_t got = read(ends[0], line, sizeof(line) - 1);
	ck_assert_int_ge(got, 0);
	line[got] = '\0';
	close(ends[0]);
	return line;
}

START_TEST(object_and_reasons_are_joined)
{
	ck_assert(!fail(&failure, "bogus", "no such user in ", "/etc/passwd", NULL));
	ck_assert_str_eq(failure.text, "bogus: no such user in /etc/passwd");
	ck_assert_str_eq(report("su-exec"), "su-exec: bogus: no such user in /etc/passwd\n");
}
END_TEST

START_TEST(an_object_without_clear_ends_is_quoted)
{
	fail(&failure, "", "empty", NULL);
	ck_assert_str_eq(failure.text, "\"\": empty");
	fail(&failure, " 0", "no", NULL);
	ck_assert_str_eq(failure.text, "\" 0\": no");
	fail(&failure, "0 ", "no", NULL);
	ck_assert_str_eq(failure.text, "\"0 \": no");
	fail(&failure, "0:", "no", NULL);
	ck_assert_str_eq(failure.text, "\"0:\": no");
	fail(&failure, "0:0", "no", NULL);
	ck_assert_str_eq(failure.text, "0:0: no");
}
END_TEST

START_TEST(control_and_other_bytes_are_escaped)
{
	fail(&failure, "a\x1b[31m\nb\x7f\xc3\xa9", "no", NULL);
	ck_assert_str_eq(report("p"), "p: a\\x1b[31m\\x0ab\\x7f\\xc3\\xa9: no\n");
}
END_TEST

START_TEST(a_long_object_leaves_a_place_for_the_reason)
{
	char longer[2000];

	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	longer[0] = ' ';
	fail(&failure, longer, "not a name", NULL);
	ck_assert_uint_eq(strlen(failure.text), 299 + strlen("\": not a name"));
	ck_assert_str_eq(strchr(failure.text, '.'), "...\": not a name");
	longer[299] = '\0';
	fail(&failure, longer + 1, "not a name", NULL);
	ck_assert_uint_eq(strlen(failure.text), 298 + strlen(": not a name"));
	ck_assert_str_eq(strchr(failure.text, ':'), ": not a name");
	ck_assert_ptr_null(strchr(failure.text, '.'));
}
END_TEST

START_TEST(long_text_is_cut_and_says_so)
{
	char longer[2000];

	memset(longer, '\x01', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	fail(&failure, "\x01", longer, NULL);
	ck_assert_uint_eq(strlen(failure.text), sizeof(failure.text) - 1);
	ck_assert_str_eq(failure.text + sizeof(failure.text) - 4, "...");
	const char *line = report("program");
	ck_assert_uint_eq(strlen(line), strlen("program: : ") + 4 * 506 + strlen("...\n"));
	ck_assert_str_eq(line + strlen(line) - 4, "...\n");
}
END_TEST

START_TEST(text_that_just_fits_is_not_cut)
{
	char longest[sizeof(failure.text) - sizeof("x: ") + 1];

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	fail(&failure, "x", longest, NULL);
	ck_assert_uint_eq(strlen(failure.text), sizeof(failure.text) - 1);
	ck_assert_str_eq(failure.text + sizeof(failure.text) - 4, "aaa");
}
END_TEST

START_TEST(a_long_program_name_is_cut)
{
	char program[500];

	memset(program, 'p', sizeof(program) - 1);
	program[sizeof(program) - 1] = '\0';
	fail(&failure, "x", "y", NULL);
	ck_assert_uint_eq(strlen(report(program)), 60 + strlen(": x: y\n"));
}
END_TEST

Suite *failure_suite(void)
{
	const TTest *const tests[] = {
	    object_and_reasons_are_joined,       an_object_without_clear_ends_is_quoted,
	    control_and_other_bytes_are_escaped, a_long_object_leaves_a_place_for_the_reason,
	    long_text_is_cut_and_says_so,        text_that_just_fits_is_not_cut,
	    a_long_program_name_is_cut,          NULL,
	};
	return make_suite("failure", tests);
}
