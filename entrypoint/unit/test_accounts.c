#include "../accounts.h"
#include "faults.h"
#include "suites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A passwd and a group in a directory of their own, for each test. */
static char directory[] = "/tmp/entrypoint-unit-XXXXXX";
static char passwd[64], group[64];
static struct account_files files = {passwd, group};
static struct settings settings;
static struct missing_accounts missing;
static struct failure failure;

static void make_files(void)
{
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(passwd, sizeof(passwd), "%s/passwd", directory);
	snprintf(group, sizeof(group), "%s/group", directory);
	settings = (struct settings){.uid = 1500, .gid = 1500, .user_name = "app"};
	umask(0);
}

static void remove_files(void)
{
	unlink(passwd);
	unlink(group);
	ck_assert_msg(rmdir(directory) == 0, "%s: expected nothing else in it", directory);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static const char *read_file(const char *path)
{
	static char text[4096];
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void add(void)
{
	ck_assert_msg(check_accounts(&files, &settings, &missing, &failure), "%s", failure.text);
	ck_assert_msg(add_accounts(&files, &settings, &missing, &failure), "%s", failure.text);
}

START_TEST(what_is_missing_is_appended_once)
{
	write_file(passwd, "root:x:0:0:root:/root:/bin/sh\n");
	write_file(group, "root:x:0:\n");
	add();
	add();
	ck_assert_str_eq(read_file(passwd), "root:x:0:0:root:/root:/bin/sh\n"
	                                    "app:x:1500:1500::/:/sbin/nologin\n");
	ck_assert_str_eq(read_file(group), "root:x:0:\napp:x:1500:\n");
}
END_TEST

START_TEST(files_that_are_missing_are_made)
{
	struct stat status;

	add();
	ck_assert_str_eq(read_file(passwd), "app:x:1500:1500::/:/sbin/nologin\n");
	ck_assert_int_eq(stat(passwd, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0644);
}
END_TEST

START_TEST(a_last_line_without_an_end_gets_one_and_the_mode_stays)
{
	struct stat status;

	write_file(passwd, "root:x:0:0:root:/root:/bin/sh");
	write_file(group, "");
	ck_assert_int_eq(chmod(passwd, 0600), 0);
	add();
	ck_assert_str_eq(read_file(passwd), "root:x:0:0:root:/root:/bin/sh\n"
	                                    "app:x:1500:1500::/:/sbin/nologin\n");
	ck_assert_str_eq(read_file(group), "app:x:1500:\n");
	ck_assert_int_eq(stat(passwd, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
}
END_TEST

START_TEST(an_entry_for_the_id_is_used_as_it_is)
{
	write_file(passwd, "other:x:1500:7::/home/other:/bin/sh\napp:x:9:9::/:/bin/sh\n");
	write_file(group, "crew:x:1500:\n");
	ck_assert_msg(check_accounts(&files, &settings, &missing, &failure), "%s", failure.text);
	ck_assert(!missing.user);
	ck_assert(!missing.group);
}
END_TEST

START_TEST(a_name_that_stands_for_another_id_is_refused)
{
	write_file(passwd, "app:x:9:9::/:/bin/sh\n");
	write_file(group, "");
	ck_assert(!check_accounts(&files, &settings, &missing, &failure));
	ck_assert_msg(strstr(failure.text, "USER_NAME: ") == failure.text &&
	                  strstr(failure.text, "\"app\", which is uid 9") != NULL,
	              "found: %s", failure.text);
	write_file(passwd, "");
	write_file(group, "app:x:8:\n");
	ck_assert(!check_accounts(&files, &settings, &missing, &failure));
	ck_assert_msg(strstr(failure.text, "\"app\", which is gid 8") != NULL, "found: %s",
	              failure.text);
}
END_TEST

START_TEST(a_malformed_line_is_refused)
{
	write_file(passwd, "x:x:1500:\n");
	ck_assert(!check_accounts(&files, &settings, &missing, &failure));
	write_file(passwd, "app:x:abc:1500::/:/bin/sh\n");
	ck_assert(!check_accounts(&files, &settings, &missing, &failure));
	ck_assert_msg(strstr(failure.text, "line 1") != NULL, "found: %s", failure.text);
}
END_TEST

START_TEST(root_is_never_made)
{
	settings.uid = settings.gid = 0;
	write_file(passwd, "");
	write_file(group, "");
	add();
	ck_assert_str_eq(read_file(passwd), "");
	ck_assert_str_eq(read_file(group), "");
}
END_TEST

START_TEST(a_directory_that_is_not_there_is_done_without)
{
	static struct account_files nowhere = {"/nowhere/passwd", "/nowhere/group"};

	ck_assert(check_accounts(&nowhere, &settings, &missing, &failure));
	ck_assert(missing.user && missing.group);
	ck_assert_msg(add_accounts(&nowhere, &settings, &missing, &failure), "%s", failure.text);
}
END_TEST

START_TEST(a_file_that_cannot_be_looked_at_is_a_failure)
{
	const char *const paths[] = {passwd, group};

	for (size_t i = 0; i < 2; i++) {
		write_file(passwd, "");
		write_file(group, "");
		unlink(paths[i]);
		ck_assert_int_eq(symlink(paths[i], paths[i]), 0);
		ck_assert(!check_accounts(&files, &settings, &missing, &failure));
		ck_assert_msg(strstr(failure.text, strerror(ELOOP)) != NULL, "found: %s",
		              failure.text);
		missing = (struct missing_accounts){true, true};
		ck_assert(!add_accounts(&files, &settings, &missing, &failure));
		unlink(paths[i]);
	}
}
END_TEST

/* A path of the greatest length, by way of "./": the new file's name is cut to fit. */
START_TEST(a_path_that_leaves_no_room_for_a_longer_name_works)
{
	static char longest[PATH_MAX];
	struct account_files longer = {longest, group};
	size_t left = sizeof(longest) - 2 - strlen(passwd);

	strcpy(longest, directory);
	for (size_t i = 0; i < left / 2; i++)
		strcat(longest, "/.");
	strcat(longest, "/passwd");
	ck_assert_msg(check_accounts(&longer, &settings, &missing, &failure), "%s", failure.text);
	ck_assert_msg(add_accounts(&longer, &settings, &missing, &failure), "%s", failure.text);
	ck_assert_str_eq(read_file(passwd), "app:x:1500:1500::/:/sbin/nologin\n");
}
END_TEST

static const char old_passwd[] = "root:x:0:0:root:/root:/bin/sh\nend:x:1:1::/:";
static const char new_passwd[] = "root:x:0:0:root:/root:/bin/sh\nend:x:1:1::/:\n"
                                 "app:x:1500:1500::/:/sbin/nologin\n";

static void assert_one_of(const char *path, const char *old, const char *new)
{
	const char *found = read_file(path);

	ck_assert_msg(strcmp(found, old) == 0 || strcmp(found, new) == 0,
	              "%s, %s failed: expected the old or the new file, found:\n%s", path,
	              faults.failed, found);
}

/* Adds both with that call failing; false when there are fewer. */
static bool add_with_fault(int call, int error, bool *added)
{
	write_file(passwd, old_passwd);
	write_file(group, "root:x:0:\n");
	missing = (struct missing_accounts){true, true};
	faults = (struct faults){.fail_at = call, .error = error};
	*added = add_accounts(&files, &settings, &missing, &failure);
	bool reached = faults.failed != NULL;
	faults.fail_at = 0;
	assert_one_of(passwd, old_passwd, new_passwd);
	assert_one_of(group, "root:x:0:\n", "root:x:0:\napp:x:1500:\n");
	remove_files(); /* and finds nothing else in the directory */
	ck_assert_int_eq(mkdir(directory, 0700), 0);
	return reached;
}

START_TEST(a_call_that_fails_leaves_whole_files_and_is_named)
{
	int call = 1;
	bool added;

	for (; add_with_fault(call, EIO, &added); call++) {
		ck_assert_msg(!added, "%s: expected a failure", faults.failed);
		ck_assert_msg(strstr(failure.text, strerror(EIO)) != NULL, "%s: found: %s",
		              faults.failed, failure.text);
	}
	ck_assert(added);
	/* open, fstat, open, read, write, read, pread, fchownat, write, fsync, rename, each twice
	 */
	ck_assert_int_ge(call, 2 * 11);
	write_file(passwd, "");
	write_file(group, "");
}
END_TEST

/* What a file system that is not to be written to says, wherever it says it. */
START_TEST(where_nothing_can_be_written_the_numbers_have_to_do)
{
	static const int errors[] = {EROFS, EACCES, EPERM, ENOENT, EBUSY};
	bool added;

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		/* Not of the old file: who may not read it can't judge it. */
		for (int call = 3; call <= 11; call++) {
			ck_assert(add_with_fault(call, errors[i], &added));
			ck_assert_msg(added, "%s: %s: %s", faults.failed, strerror(errors[i]),
			              failure.text);
		}
	}
	write_file(passwd, "");
	write_file(group, "");
}
END_TEST

START_TEST(a_write_may_take_less_than_it_was_given)
{
	write_file(passwd, old_passwd);
	write_file(group, "");
	faults.slow = true;
	add();
	faults.slow = false;
	ck_assert_str_eq(read_file(passwd), new_passwd);
	ck_assert_str_eq(read_file(group), "app:x:1500:\n");
}
END_TEST

Suite *accounts_suite(void)
{
	Suite *suite = suite_create("accounts");
	TCase *cases = tcase_create("accounts");

	tcase_add_checked_fixture(cases, make_files, remove_files);
	tcase_add_test(cases, what_is_missing_is_appended_once);
	tcase_add_test(cases, files_that_are_missing_are_made);
	tcase_add_test(cases, a_last_line_without_an_end_gets_one_and_the_mode_stays);
	tcase_add_test(cases, an_entry_for_the_id_is_used_as_it_is);
	tcase_add_test(cases, a_name_that_stands_for_another_id_is_refused);
	tcase_add_test(cases, a_malformed_line_is_refused);
	tcase_add_test(cases, root_is_never_made);
	tcase_add_test(cases, a_directory_that_is_not_there_is_done_without);
	tcase_add_test(cases, a_file_that_cannot_be_looked_at_is_a_failure);
	tcase_add_test(cases, a_path_that_leaves_no_room_for_a_longer_name_works);
	tcase_add_test(cases, a_call_that_fails_leaves_whole_files_and_is_named);
	tcase_add_test(cases, where_nothing_can_be_written_the_numbers_have_to_do);
	tcase_add_test(cases, a_write_may_take_less_than_it_was_given);
	suite_add_tcase(suite, cases);
	return suite;
}
