#include "../account.h"
#include "fixture.h"
#include "suites.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct user_account user;
static struct group_account group;
static struct group_set set;
static struct failure failure;

static enum lookup by_name(const char *name)
{
	return find_user_by_name(&files, name, &user, &failure);
}

static enum lookup by_uid(uid_t uid)
{
	return find_user_by_uid(&files, uid, &user, &failure);
}

static enum lookup group_by_name(const char *name)
{
	return find_group_by_name(&files, name, &group, &failure);
}

static bool groups_of(const char *name)
{
	return list_groups(&files, name, 1000, &set, &failure);
}

static void assert_user(const char *name, uid_t uid, gid_t gid, const char *home)
{
	ck_assert_str_eq(user.name, name);
	ck_assert_uint_eq(user.uid, uid);
	ck_assert_uint_eq(user.gid, gid);
	ck_assert_str_eq(user.home, home);
}

/* A line of passwd that names alice, and where it is refused the failure's words. */
static void assert_malformed_user(const char *line, size_t size)
{
	write_file(files.passwd, line, size);
	ck_assert_msg(by_name("alice") == LOOKUP_FAILED, "expected to be refused: %s", line);
	assert_contains(failure.text, "line 1 is malformed");
	assert_contains(failure.text, files.passwd);
}

#define MALFORMED_USER(literal) assert_malformed_user(literal, sizeof(literal) - 1)

START_TEST(users_are_found_by_name_and_by_uid)
{
	WRITE(files.passwd, "root:x:0:0:root:/root:/bin/sh\n"
	                    "alice:x:1000:100:Alice,,,:/home/alice:/bin/sh\n"
	                    "last:x:4294967294:4294967294:::\n");
	ck_assert_int_eq(by_name("alice"), LOOKUP_FOUND);
	assert_user("alice", 1000, 100, "/home/alice");
	ck_assert_int_eq(by_uid(0), LOOKUP_FOUND);
	assert_user("root", 0, 0, "/root");
	ck_assert_int_eq(by_uid(4294967294), LOOKUP_FOUND);
	assert_user("last", 4294967294, 4294967294, "");
	ck_assert_int_eq(by_name("alic"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("alice2"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_uid(1001), LOOKUP_ABSENT);
}
END_TEST

START_TEST(a_missing_file_is_told_from_an_absent_entry)
{
	ck_assert_int_eq(by_name("alice"), LOOKUP_NO_FILE);
	ck_assert_int_eq(by_uid(0), LOOKUP_NO_FILE);
	ck_assert_int_eq(group_by_name("staff"), LOOKUP_NO_FILE);
	WRITE(files.passwd, "");
	WRITE(files.group, "\n\n");
	ck_assert_int_eq(by_name("alice"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name(""), LOOKUP_ABSENT);
	ck_assert_int_eq(group_by_name("staff"), LOOKUP_ABSENT);
}
END_TEST

START_TEST(an_unreadable_file_is_a_failure)
{
	ck_assert_int_eq(mkdir(files.passwd, 0700), 0);
	ck_assert_int_eq(by_name("alice"), LOOKUP_FAILED);
	assert_contains(failure.text, "Is a directory");
}
END_TEST

START_TEST(the_last_line_needs_no_newline)
{
	WRITE(files.passwd, "alice:x:1000:100::/home/alice:/bin/sh");
	ck_assert_int_eq(by_name("alice"), LOOKUP_FOUND);
	assert_user("alice", 1000, 100, "/home/alice");
	WRITE(files.group, "staff:x:50:alice");
	ck_assert(groups_of("alice"));
	ck_assert_uint_eq(set.count, 2);
}
END_TEST

START_TEST(the_first_of_two_entries_wins)
{
	WRITE(files.passwd, "a:x:1000:1:::\nb:x:1000:2:::\na:x:1001:3:::\n");
	ck_assert_int_eq(by_uid(1000), LOOKUP_FOUND);
	assert_user("a", 1000, 1, "");
	ck_assert_int_eq(by_name("a"), LOOKUP_FOUND);
	assert_user("a", 1000, 1, "");
	WRITE(files.group, "g:x:10:\ng:x:11:\nh:x:10:\n");
	ck_assert_int_eq(group_by_name("g"), LOOKUP_FOUND);
	ck_assert_uint_eq(group.gid, 10);
	ck_assert_int_eq(find_group_by_gid(&files, 10, &group, &failure), LOOKUP_FOUND);
	ck_assert_str_eq(group.name, "g");
}
END_TEST

START_TEST(a_malformed_line_that_matches_is_refused)
{
	MALFORMED_USER("alice");
	MALFORMED_USER("alice:x:1000:100::/home/alice\n");
	MALFORMED_USER("alice:x:1000:100::/home/alice:/bin/sh:more\n");
	MALFORMED_USER("alice:x:abc:100::/:\n");
	MALFORMED_USER("alice:x::100::/:\n");
	MALFORMED_USER("alice:x:1000:::/:\n");
	MALFORMED_USER("alice:x:4294967296:100::/:\n");
	MALFORMED_USER("alice:x:1000:4294967296::/:\n");
	MALFORMED_USER("alice:x:-1:100::/:\n");
	MALFORMED_USER("alice:x:01000:100::/:\n");
	MALFORMED_USER("alice:x:1000: 100::/:\n");
	MALFORMED_USER("alice:x:1000:100::/home/alice:/bin/sh\r\n");
	MALFORMED_USER("alice:x:10\0"
	               "00:100::/home/alice:/bin/sh\n");
	MALFORMED_USER("al\0ice:x:1000:100::/home/alice:/bin/sh\n");
}
END_TEST

START_TEST(the_line_number_is_that_of_the_line)
{
	WRITE(files.passwd, "root:x:0:0::/:\n\nalice:x:y:100::/:\n");
	ck_assert_int_eq(by_name("alice"), LOOKUP_FAILED);
	assert_contains(failure.text, "line 3 is malformed");
	WRITE(files.group, "a:x:1:\nb:x:2:\nc:x:3:\nstaff:x:y:\n");
	ck_assert_int_eq(group_by_name("staff"), LOOKUP_FAILED);
	assert_contains(failure.text, "line 4 is malformed");
}
END_TEST

START_TEST(a_malformed_line_that_matches_by_uid_is_refused)
{
	WRITE(files.passwd, "alice:x:1000\n");
	ck_assert_int_eq(by_uid(1000), LOOKUP_FAILED);
	WRITE(files.passwd, ":x:1000:100::/:\n");
	ck_assert_int_eq(by_uid(1000), LOOKUP_FAILED);
	assert_contains(failure.text, "line 1 is malformed");
}
END_TEST

START_TEST(a_malformed_line_that_does_not_match_is_passed_over)
{
	WRITE(files.passwd,
	      "broken:x:abc:0::/:\nshort\n:::\n\r\n\0\0\n:\nwrapped:x:4294967296:0::/:\n"
	      "alice:x:1000:100::/home/alice:/bin/sh\n");
	ck_assert_int_eq(by_name("alice"), LOOKUP_FOUND);
	assert_user("alice", 1000, 100, "/home/alice");
	ck_assert_int_eq(by_uid(1000), LOOKUP_FOUND);
	ck_assert_int_eq(by_uid(0), LOOKUP_ABSENT);
	WRITE(files.group, "broken:x:abc:bob\nshort\n:\nstaff:x:50:alice\n");
	ck_assert_int_eq(group_by_name("staff"), LOOKUP_FOUND);
	ck_assert(groups_of("alice"));
}
END_TEST

START_TEST(nis_and_commented_lines_never_match)
{
	WRITE(files.passwd, "+nis:x:0:0::/:\n-nis:x:5:5::/:\n+::::::\n#old:x:7:7::/:\n");
	ck_assert_int_eq(by_name("+nis"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("-nis"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("#old"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("+"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_uid(0), LOOKUP_ABSENT);
	ck_assert_int_eq(by_uid(5), LOOKUP_ABSENT);
	ck_assert_int_eq(by_uid(7), LOOKUP_ABSENT);
	WRITE(files.group, "+nis:x:0:alice\n-nis:x:5:alice\n#old:x:7:alice\n+:::\n");
	ck_assert_int_eq(group_by_name("+nis"), LOOKUP_ABSENT);
	ck_assert_int_eq(find_group_by_gid(&files, 0, &group, &failure), LOOKUP_ABSENT);
	ck_assert(groups_of("alice"));
	ck_assert_uint_eq(set.count, 1);
}
END_TEST

START_TEST(names_and_homes_that_do_not_fit_are_refused)
{
	FILE *file = create_file(files.passwd);
	char name[NAME_SIZE + 1] = {0};

	memset(name, 'a', NAME_SIZE);
	fprintf(file, "%s:x:1000:100::/:\n", name);
	fprintf(file, "%s:x:1001:100::/:\n", name + 1);
	fprintf(file, "home:x:1002:100::/%0*d:\n", HOME_SIZE - 2, 0);
	fprintf(file, "long:x:1003:100::/%0*d:\n", HOME_SIZE - 1, 0);
	fprintf(file, "digits:x:%030d:100::/:\n", 0);
	fclose(file);
	ck_assert_int_eq(by_uid(1000), LOOKUP_FAILED);
	ck_assert_int_eq(by_uid(1001), LOOKUP_FOUND);
	ck_assert_str_eq(user.name, name + 1);
	ck_assert_int_eq(by_name(name + 1), LOOKUP_FOUND);
	ck_assert_uint_eq(user.uid, 1001);
	ck_assert_int_eq(by_name("home"), LOOKUP_FOUND);
	ck_assert_uint_eq(strlen(user.home), HOME_SIZE - 1);
	ck_assert_int_eq(by_name("long"), LOOKUP_FAILED);
	ck_assert_int_eq(by_name("digits"), LOOKUP_FAILED);
}
END_TEST

START_TEST(groups_that_match_malformed_are_refused)
{
	static const char *const lines[] = {
	    "staff",       "staff:x",      "staff:x:50",     "staff:x::",           "staff:x:abc:",
	    "staff:x:-1:", "staff:x:050:", "staff:x:50:a:b", "staff:x:4294967295:", "staff:x:50:\r",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		write_file(files.group, lines[i], strlen(lines[i]));
		ck_assert_msg(group_by_name("staff") == LOOKUP_FAILED, "expected to be refused: %s",
		              lines[i]);
		assert_contains(failure.text, "line 1 is malformed");
	}
}
END_TEST

START_TEST(a_malformed_group_that_lists_the_user_is_refused)
{
	static const char *const lines[] = {
	    "staff:x:abc:alice\n",      "staff:x:4294967296:alice\n", ":x:50:alice\n",
	    "staff:x:50:bob,alice\r\n", "staff:x:50:alice:more\n",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		write_file(files.group, lines[i], strlen(lines[i]));
		ck_assert_msg(!groups_of("alice"), "expected to be refused: %s", lines[i]);
		assert_contains(failure.text, "line 1 is malformed");
		ck_assert_msg(groups_of("carol"), "expected to be passed over: %s", lines[i]);
	}
}
END_TEST

START_TEST(the_groups_are_the_primary_and_each_that_lists_the_user)
{
	WRITE(files.group,
	      "z:x:3000:alice\nown:x:1000:alice\na:x:5:bob,alice,carol\nb:x:6:alice2,alic\n"
	      "c:x:7:,alice,\nd:x:5:alice\ne:x:8:\n");
	ck_assert(groups_of("alice"));
	ck_assert_uint_eq(set.count, 4);
	ck_assert_uint_eq(set.gids[0], 5);
	ck_assert_uint_eq(set.gids[1], 7);
	ck_assert_uint_eq(set.gids[2], 1000);
	ck_assert_uint_eq(set.gids[3], 3000);
}
END_TEST

START_TEST(without_a_group_file_the_primary_remains)
{
	ck_assert(groups_of("alice"));
	ck_assert_uint_eq(set.count, 1);
	ck_assert_uint_eq(set.gids[0], 1000);
}
END_TEST

START_TEST(a_group_may_list_7500_members)
{
	FILE *file = create_file(files.group);

	fprintf(file, "many:x:50:");
	for (int i = 0; i < 7500; i++)
		fprintf(file, "%smember-with-quite-a-long-name-%d", i > 0 ? "," : "", i);
	fprintf(file, "\nnext:x:51:alice\n");
	fclose(file);
	ck_assert_int_eq(group_by_name("many"), LOOKUP_FOUND);
	ck_assert_int_eq(group_by_name("next"), LOOKUP_FOUND);
	ck_assert(groups_of("member-with-quite-a-long-name-7499"));
	ck_assert_uint_eq(set.count, 2);
	ck_assert_uint_eq(set.gids[0], 50);
}
END_TEST

START_TEST(a_user_may_be_in_200_groups)
{
	FILE *file = create_file(files.group);

	for (int i = 0; i < 200; i++)
		fprintf(file, "g%d:x:%d:bob,alice\n", i, 5000 - i);
	fclose(file);
	ck_assert(groups_of("alice"));
	ck_assert_uint_eq(set.count, 201);
	for (size_t i = 1; i < 201; i++)
		ck_assert_uint_eq(set.gids[i], 4800 + i);
}
END_TEST

START_TEST(more_groups_than_a_process_can_have_are_refused)
{
	FILE *file = create_file(files.group);

	for (int i = 0; i < GROUPS_MAX; i++)
		fprintf(file, "g:x:%d:alice\n", 2000 + i);
	fclose(file);
	ck_assert(!groups_of("alice"));
	assert_contains(failure.text, "65536");
}
END_TEST

/* 1 GiB without a newline, most of it a hole in the file: of NUL bytes. */
static void write_huge_line(const char *path, const char *start, const char *end)
{
	FILE *file = create_file(path);

	fputs(start, file);
	ck_assert_int_eq(fseek(file, 1L << 30, SEEK_SET), 0);
	fputs(end, file);
	fclose(file);
}

START_TEST(a_huge_line_takes_no_memory)
{
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	write_huge_line(files.passwd, "alice:x:1000:100:", ":/:\nbob:x:1001:100::/:\n");
	ck_assert_int_eq(by_name("alice"), LOOKUP_FAILED);
	ck_assert_int_eq(by_name("bob"), LOOKUP_FOUND);
	getrusage(RUSAGE_SELF, &after);
	ck_assert_msg(after.ru_maxrss - before.ru_maxrss < 1024,
	              "expected less than 1024 kB, found %ld", after.ru_maxrss - before.ru_maxrss);
}
END_TEST

START_TEST(a_line_over_the_limit_is_malformed)
{
	for (int over = 0; over < 2; over++) {
		FILE *file = create_file(files.passwd);
		/* "alice:x:1000:100:" and ":/:" with its newline */
		fprintf(file, "alice:x:1000:100:%0*d:/:\n", LINE_BYTES_MAX - 21 + over, 0);
		fclose(file);
		ck_assert_int_eq(by_name("alice"), over ? LOOKUP_FAILED : LOOKUP_FOUND);
	}
}
END_TEST

Suite *account_suite(void)
{
	const TTest *const tests[] = {
	    users_are_found_by_name_and_by_uid,
	    a_missing_file_is_told_from_an_absent_entry,
	    an_unreadable_file_is_a_failure,
	    the_last_line_needs_no_newline,
	    the_first_of_two_entries_wins,
	    a_malformed_line_that_matches_is_refused,
	    the_line_number_is_that_of_the_line,
	    a_malformed_line_that_matches_by_uid_is_refused,
	    a_malformed_line_that_does_not_match_is_passed_over,
	    nis_and_commented_lines_never_match,
	    names_and_homes_that_do_not_fit_are_refused,
	    groups_that_match_malformed_are_refused,
	    a_malformed_group_that_lists_the_user_is_refused,
	    the_groups_are_the_primary_and_each_that_lists_the_user,
	    without_a_group_file_the_primary_remains,
	    a_group_may_list_7500_members,
	    a_user_may_be_in_200_groups,
	    more_groups_than_a_process_can_have_are_refused,
	    a_huge_line_takes_no_memory,
	    a_line_over_the_limit_is_malformed,
	    NULL,
	};
	return make_suite("account", tests);
}
