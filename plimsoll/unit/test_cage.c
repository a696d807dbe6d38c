#include "plimsoll/engine/cage.h"
#include "plimsoll/engine/tasks.h"
#include "suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * An engine of one container and one volume, which are files of its own folder. Each call is a line
 * of the file "calls". What stands before it in the script makes it slow, or fail.
 */
#define ENGINE                                                                                     \
	"case \"$1 $2\" in\n"                                                                      \
	"'container ls') cat container ;;\n"                                                       \
	"'container rm') : >container ;;\n"                                                        \
	"'volume rm')\n"                                                                           \
	"	if [ -s container ]; then\n"                                                             \
	"		echo \"Error response from daemon: remove $4: volume is in use\" >&2\n"                 \
	"		exit 1\n"                                                                               \
	"	fi\n"                                                                                    \
	"	: >volume ;;\n"                                                                          \
	"*) echo \"not expected: $*\" >&2; exit 1 ;;\n"                                            \
	"esac\n"

static char directory[64], path[160];
static struct engine engine = {.client = "docker"};
static struct cage cage;
static struct failure failure;

static const char *name(const char *file)
{
	snprintf(path, sizeof(path), "%s/%s", directory, file);
	return path;
}

static void write_file(const char *file, const char *first, const char *second)
{
	FILE *to = fopen(name(file), "we");

	ck_assert_ptr_nonnull(to);
	fprintf(to, "%s%s", first, second);
	ck_assert_int_eq(fclose(to), 0);
}

static void make_engine(const char *trouble)
{
	char script[1024];

	snprintf(script, sizeof(script),
	         "#!/bin/sh\ncd %s\necho \"$*\" >>calls\ncount() { grep -c \"$1\" calls; }\n%s\n",
	         directory, trouble);
	write_file("docker", script, ENGINE);
	ck_assert_int_eq(chmod(name("docker"), 0755), 0);
}

static void start(void)
{
	char paths[256];

	strcpy(directory, "/tmp/plimsoll-cage.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(paths, sizeof(paths), "%s:/usr/bin:/bin", directory);
	ck_assert_int_eq(setenv("PATH", paths, 1), 0);
	write_file("container", "one\n", "");
	write_file("volume", "one\n", "");
	open_cage(&cage, &engine, "image");
	strcpy(failure.text, "(no reason)");
}

static void end(void)
{
	static const char *const files[] = {"docker", "calls", "container", "volume"};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(name(files[i]));
	ck_assert_int_eq(rmdir(directory), 0);
}

static void assert_left(const char *file, bool left)
{
	struct stat status;

	ck_assert_int_eq(stat(name(file), &status), 0);
	ck_assert_msg((status.st_size > 0) == left, "%s: expected to be %s", file,
	              left ? "left" : "gone");
}

static void assert_closed(void)
{
	ck_assert_msg(close_cage(&cage, &failure), "expected closed, found: %s", failure.text);
	assert_left("container", false);
	assert_left("volume", false);
}

static int count_calls(const char *of)
{
	char line[256];
	FILE *calls = fopen(name("calls"), "re");
	int count = 0;

	ck_assert_ptr_nonnull(calls);
	while (fgets(line, sizeof(line), calls) != NULL)
		count += strncmp(line, of, strlen(of)) == 0;
	fclose(calls);
	return count;
}

START_TEST(all_of_it_is_removed_in_three_calls)
{
	make_engine("");
	assert_closed();
	ck_assert_int_eq(count_calls(""), 3);
}
END_TEST

START_TEST(what_is_gone_already_is_no_failure)
{
	make_engine("case \"$1 $2\" in 'container rm') : >container;\n"
	            "echo 'Error: No such container: one' >&2; exit 1 ;;\n"
	            "'volume rm') : >volume; echo 'Error: no such volume: v' >&2; exit 1 ;; esac");
	assert_closed();
}
END_TEST

/* As long as the engine still has the container that it is removing for somebody else. */
START_TEST(a_volume_that_is_still_in_use_is_waited_for)
{
	make_engine(
	    "case \"$1 $2\" in 'container rm') [ $(count '^container rm') -ge 3 ] ||\n"
	    "{ echo 'Error: removal of container one is already in progress' >&2; exit 1; };;\n"
	    "esac");
	assert_closed();
	ck_assert_int_eq(count_calls("volume rm"), 3);
}
END_TEST

/* The container is gone by then, and its mount is not. */
START_TEST(a_volume_that_is_in_use_once_is_removed_the_second_time)
{
	make_engine("if [ \"$1\" = volume ] && [ $(count '^volume rm') -eq 1 ]; then\n"
	            "echo 'Error: remove v: volume is in use - [one]' >&2; exit 1; fi");
	assert_closed();
	ck_assert_int_eq(count_calls("volume rm"), 2);
}
END_TEST

START_TEST(what_is_really_left_is_told_in_one_line)
{
	make_engine(
	    "case \"$1 $2\" in 'container rm') echo 'Error: it is stuck' >&2; exit 1;; esac");
	cage.patience = 0.5;
	ck_assert(!close_cage(&cage, &failure));
	const char *colon = strchr(failure.text, ':');
	ck_assert_ptr_nonnull(colon);
	ck_assert_msg(strncmp(failure.text, cage.volume, strlen(cage.volume)) == 0, "%s",
	              failure.text);
	ck_assert_str_eq(colon, ": still on the engine after 0.5 s: docker container: it is stuck");
	ck_assert_int_ge(count_calls("container rm"), 2);
	assert_left("volume", true);
}
END_TEST

/* Nobody waits a minute for one that says nothing. */
START_TEST(an_engine_that_does_not_answer_is_given_up_soon)
{
	make_engine("echo 'Cannot connect' >&2; exit 1");
	ck_assert(!close_cage(&cage, &failure));
	ck_assert_str_eq(failure.text, "docker container: Cannot connect");
	ck_assert_int_eq(count_calls(""), 10);
}
END_TEST

/* One that was being made comes to light behind the first round. */
START_TEST(after_an_interrupt_it_looks_twice)
{
	make_engine("if [ \"$1 $2\" = 'volume rm' ] && [ $(count '^volume rm') -eq 1 ]; then\n"
	            "echo two >container; exit 0; fi");
	catch_interrupts();
	raise(SIGTERM);
	assert_closed();
	ck_assert_int_eq(count_calls("container rm"), 2);
}
END_TEST

#define NAME "plimsoll-0123456789abcdef0123456789abcdef"
#define UNSEEN "elsewhere/1/2/3/1000000000"

/* As where a process of an image was stopped in the moment in which the engine started it. */
START_TEST(one_that_is_stuck_keeps_no_other)
{
	struct cleaning cleaning = {.older_than = 3600};

	make_engine("if [ \"$1 $2\" = 'container inspect' ]; then\n"
	            "	case $* in *stuck*) exec sleep 30 ;; esac\n"
	            "	echo /" NAME "-holder elsewhere/1/2/3/1000000000; exit\n"
	            "fi\n");
	write_file("container", "stuck\n", "left\n");
	ck_assert(!clean_up(&engine, &cleaning, &failure));
	ck_assert_msg(strstr(failure.text, "stuck: stuck in the engine") != NULL, "found %s",
	              failure.text);
	ck_assert_uint_eq(cleaning.removed, 1);
	ck_assert_int_eq(count_calls("container rm --force --volumes left\n"), 1);
	ck_assert_int_eq(count_calls("volume ls"), 1);
}
END_TEST

/* Of two that can't be seen one is of 2001, the other of just now; the third is no owner's, and the
 * rest have names that plimsoll gives nothing. */
START_TEST(what_can_not_be_seen_is_cleaned_by_its_age)
{
	struct cleaning cleaning = {.older_than = _i == 0 ? -1 : 3600};
	char trouble[1024];

	snprintf(trouble, sizeof(trouble),
	         "case \"$1 $2\" in 'container ls') echo one ;; 'volume ls') ;;\n"
	         "'container inspect') echo /" NAME "-0123abcd " UNSEEN "; echo /" NAME " "
	         "elsewhere/1/2/3/$(date +%%s)\n"
	         "echo /" NAME "-1234abcd x/1; echo /other " UNSEEN "\n"
	         "echo /plimsoll-tests-1 " UNSEEN "; echo /" NAME "-app " UNSEEN "\n"
	         "echo /" NAME "0 " UNSEEN "; echo /" NAME "-0123abcde " UNSEEN " ;;\n"
	         "'container rm') ;; *) false ;; esac && exit 0");
	make_engine(trouble);
	ck_assert_msg(clean_up(&engine, &cleaning, &failure), "%s", failure.text);
	ck_assert_uint_eq(cleaning.removed, _i == 0 ? 0 : 1);
	ck_assert_uint_eq(cleaning.unseen, _i == 0 ? 2 : 1);
	ck_assert_int_eq(count_calls("container rm --force --volumes " NAME "-0123abcd\n"), _i);
	ck_assert_int_eq(count_calls("container rm"), _i);
}
END_TEST

Suite *cage_suite(void)
{
	Suite *suite = suite_create("cage");
	TCase *tests = tcase_create("cage");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, start, end);
	tcase_add_test(tests, all_of_it_is_removed_in_three_calls);
	tcase_add_test(tests, what_is_gone_already_is_no_failure);
	tcase_add_test(tests, a_volume_that_is_still_in_use_is_waited_for);
	tcase_add_test(tests, a_volume_that_is_in_use_once_is_removed_the_second_time);
	tcase_add_test(tests, what_is_really_left_is_told_in_one_line);
	tcase_add_test(tests, an_engine_that_does_not_answer_is_given_up_soon);
	tcase_add_test(tests, after_an_interrupt_it_looks_twice);
	tcase_add_test(tests, one_that_is_stuck_keeps_no_other);
	tcase_add_loop_test(tests, what_can_not_be_seen_is_cleaned_by_its_age, 0, 2);
	suite_add_tcase(suite, tests);
	return suite;
}
