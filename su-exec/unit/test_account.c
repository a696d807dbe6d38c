#include "../account.h"
#include "fixture.h"
#include "suites.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

static enum lookup group_by_gid(gid_t gid)
{
	return find_group_by_gid(&files, gid, &group, &failure);
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

static void assert_files_refused(void)
{
	ck_assert_int_eq(by_name("alice"), LOOKUP_FAILED);
	assert_contains(failure.text, "/passwd: must be a regular file");
	ck_assert_int_eq(group_by_name("staff"), LOOKUP_FAILED);
	ck_assert_int_eq(group_by_gid(50), LOOKUP_FAILED);
	ck_assert(!groups_of("alice"));
	assert_contains(failure.text, "/group: must be a regular file");
	ck_assert_int_eq(remove(files.passwd), 0);
	ck_assert_int_eq(remove(files.group), 0);
}

/* A pipe that nobody writes to, and a device without end: neither is waited for. */
START_TEST(what_is_no_regular_file_is_a_failure)
{
	ck_assert_int_eq(mkdir(files.passwd, 0700), 0);
	ck_assert_int_eq(mkdir(files.group, 0700), 0);
	assert_files_refused();
	ck_assert_int_eq(mkfifo(files.passwd, 0600), 0);
	ck_assert_int_eq(mkfifo(files.group, 0600), 0);
	assert_files_refused();
	ck_assert_int_eq(symlink("/dev/zero", files.passwd), 0);
	ck_assert_int_eq(symlink("/dev/zero", files.group), 0);
	assert_files_refused();
}
END_TEST

START_TEST(a_file_that_cannot_be_opened_is_a_failure_not_a_missing_one)
{
	const struct account_files below_a_file = {"/dev/null/passwd", "/dev/null/group"};

	ck_assert_int_eq(find_user_by_uid(&below_a_file, 0, &user, &failure), LOOKUP_FAILED);
	assert_contains(failure.text, "/dev/null/passwd: Not a directory");
	ck_assert_int_eq(find_group_by_name(&below_a_file, "a", &group, &failure), LOOKUP_FAILED);
	ck_assert(!list_groups(&below_a_file, "alice", 1000, &set, &failure));
	assert_contains(failure.text, "/dev/null/group: Not a directory");
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
	ck_assert_int_eq(group_by_name("staff"), LOOKUP_FOUND);
	WRITE(files.passwd, "bob:x:1:1:::\nalice:x:1000:100");
	ck_assert_int_eq(by_name("alice"), LOOKUP_FAILED);
	assert_contains(failure.text, "line 2 is malformed");
	WRITE(files.group, "staff:x:50");
	ck_assert_int_eq(group_by_name("staff"), LOOKUP_FAILED);
}
END_TEST

/* As an editor of another system leaves them: none is taken, and none is passed over in silence. */
START_TEST(carriage_returns_at_the_ends_are_refused)
{
	WRITE(files.passwd, "root:x:0:0::/root:/bin/sh\r\nalice:x:1000:100::/:/bin/sh\r\n");
	ck_assert_int_eq(by_name("alice"), LOOKUP_FAILED);
	assert_contains(failure.text, "line 2 is malformed");
	ck_assert_int_eq(by_uid(0), LOOKUP_FAILED);
	assert_contains(failure.text, "line 1 is malformed");
	ck_assert_int_eq(by_uid(7), LOOKUP_ABSENT);
	WRITE(files.group, "root:x:0:\r\nstaff:x:50:bob,alice\r\n");
	ck_assert_int_eq(group_by_name("root"), LOOKUP_FAILED);
	ck_assert_int_eq(group_by_gid(50), LOOKUP_FAILED);
	assert_contains(failure.text, "line 2 is malformed");
	ck_assert(!groups_of("alice"));
	assert_contains(failure.text, "line 2 is malformed");
	ck_assert(groups_of("carol"));
}
END_TEST

/* A reader that takes NUL for the end would see another name, number or line than there is. */
START_TEST(nul_bytes_are_refused_where_they_match)
{
	static const char *const names[] = {"staff", "alice"};
	struct {
		const char *line;
		size_t size;
	} lines[] = {
#define LINE(literal) {literal, sizeof(literal) - 1}
	    LINE("sta\0ff:x:50:alice\n"),    LINE("staff\0:x:50:alice\n"),
	    LINE("staff:x:5\0\x30:alice\n"), LINE("staff:x:50:al\0ice\n"),
	    LINE("staff:x:50:bob,alice\0"),  LINE("\0staff:x:50:alice"),
#undef LINE
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		write_file(files.group, lines[i].line, lines[i].size);
		ck_assert_msg(group_by_name(names[0]) == LOOKUP_FAILED, "line %zu", i);
		ck_assert_msg(group_by_gid(50) == LOOKUP_FAILED, "line %zu", i);
		ck_assert_msg(!groups_of(names[1]), "line %zu", i);
		assert_contains(failure.text, "line 1 is malformed");
		ck_assert_int_eq(group_by_name("sta"), LOOKUP_ABSENT);
	}
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
	ck_assert_int_eq(group_by_gid(10), LOOKUP_FOUND);
	ck_assert_str_eq(group.name, "g");
	/* Refused as well, where the second would do: which of them was meant, nobody knows. */
	WRITE(files.passwd, "a:x:1000\na:x:1000:1:::\n");
	ck_assert_int_eq(by_name("a"), LOOKUP_FAILED);
	ck_assert_int_eq(by_uid(1000), LOOKUP_FAILED);
	WRITE(files.passwd, "a:x:1000:1:::\na:x:1000\n");
	ck_assert_int_eq(by_name("a"), LOOKUP_FOUND);
	ck_assert_int_eq(by_uid(1000), LOOKUP_FOUND);
	WRITE(files.group, "g:x\ng:x:11:\n");
	ck_assert_int_eq(group_by_name("g"), LOOKUP_FAILED);
	ck_assert_int_eq(group_by_gid(11), LOOKUP_FOUND);
}
END_TEST

/* Each of two groups of one gid or one name counts, as for initgroups(3). */
START_TEST(memberships_of_double_groups_add_up)
{
	WRITE(files.group, "g:x:10:alice\ng:x:11:alice\nh:x:10:alice,alice\ni:x:12:bob\n");
	ck_assert(groups_of("alice"));
	ck_assert_uint_eq(set.count, 3);
	ck_assert_uint_eq(set.gids[0], 10);
	ck_assert_uint_eq(set.gids[1], 11);
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
	WRITE(files.passwd, "+nis:x:0:0::/:\n-nis:x:5:5::/:\n+::::::\n#old:x:7:7::/:\n"
	                    "+\n+:::::/home/nis:/bin/sh\n+@staff::::::\n-@guests:x:0:0::/:\n");
	ck_assert_int_eq(by_name("+nis"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("-nis"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("#old"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("+"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("+@staff"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_name("-@guests"), LOOKUP_ABSENT);
	ck_assert_int_eq(by_uid(0), LOOKUP_ABSENT);
	ck_assert_int_eq(by_uid(5), LOOKUP_ABSENT);
	ck_assert_int_eq(by_uid(7), LOOKUP_ABSENT);
	WRITE(files.group, "+nis:x:0:alice\n-nis:x:5:alice\n#old:x:7:alice\n+:::\n");
	ck_assert_int_eq(group_by_name("+nis"), LOOKUP_ABSENT);
	ck_assert_int_eq(group_by_gid(0), LOOKUP_ABSENT);
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

/* Runs read_all twice, on a small file and on the huge one: the second may take no more memory. */
static void assert_memory_stays(void (*write_small)(void), void (*write_huge)(void),
                                void (*read_all)(void))
{
	struct rusage before, after;

	write_small();
	read_all();
	getrusage(RUSAGE_SELF, &before);
	write_huge();
	read_all();
	getrusage(RUSAGE_SELF, &after);
	ck_assert_msg(after.ru_maxrss - before.ru_maxrss < 256,
	              "expected a peak of less than 256 kB more, found %ld",
	              after.ru_maxrss - before.ru_maxrss);
}

/* A line with a hole of that many NUL bytes in the middle. */
static void write_hole(const char *path, const char *start, long size, const char *end)
{
	FILE *file = create_file(path);

	fputs(start, file);
	ck_assert_int_eq(fseek(file, size, SEEK_SET), 0);
	fputs(end, file);
	fclose(file);
}

/* A GiB, but in the builds that count or watch each step of it: there memory is not the question.
 */
#ifndef HUGE_LINE
#define HUGE_LINE (1L << 30)
#endif

static void write_small_passwd(void)
{
	write_hole(files.passwd, "alice:x:1000:100:", 100, ":/:\n");
}

static void write_huge_passwd(void)
{
	write_hole(files.passwd, "alice:x:1000:100:", HUGE_LINE, ":/:\n");
}

static void read_passwd(void)
{
	ck_assert_int_eq(by_name("alice"), LOOKUP_FAILED);
	assert_contains(failure.text, "line 1 is malformed");
}

START_TEST(a_huge_line_of_passwd_takes_no_memory)
{
	assert_memory_stays(write_small_passwd, write_huge_passwd, read_passwd);
}
END_TEST

static void write_small_group(void)
{
	write_hole(files.group, "staff:x:50:bob", 100, ",alice\n");
}

static void write_huge_group(void)
{
	write_hole(files.group, "staff:x:50:bob", HUGE_LINE, ",alice\n");
}

static void read_group(void)
{
	ck_assert(!groups_of("alice"));
	assert_contains(failure.text, "line 1 is malformed");
}

START_TEST(a_huge_line_of_group_takes_no_memory)
{
	assert_memory_stays(write_small_group, write_huge_group, read_group);
}
END_TEST

/* Many lines, and a match that comes last. */
static void write_lines(int count)
{
	FILE *file = create_file(files.passwd);

	for (int i = 0; i < count; i++)
		fprintf(file, "user%d:x:%d:100:%050d:/home/user%d:/bin/sh\n", i, i, 0, i);
	fprintf(file, "bob:x:4000000000:100::/:\n");
	fclose(file);
}

static void write_ten_lines(void)
{
	write_lines(10);
}

static void write_million_lines(void)
{
	write_lines(1000000);
}

static void find_the_last(void)
{
	ck_assert_int_eq(by_name("bob"), LOOKUP_FOUND);
	ck_assert_int_eq(by_uid(4000000000), LOOKUP_FOUND);
}

START_TEST(a_million_users_take_no_memory)
{
	assert_memory_stays(write_ten_lines, write_million_lines, find_the_last);
}
END_TEST

START_TEST(a_line_over_the_limit_is_malformed)
{
	for (int over = 0; over < 2; over++) {
		enum lookup expected = over ? LOOKUP_FAILED : LOOKUP_FOUND;
		FILE *file = create_file(files.passwd);
		/* "alice:x:1000:100:" and ":/:" with its newline */
		fprintf(file, "alice:x:1000:100:%0*d:/:\n", LINE_BYTES_MAX - 21 + over, 0);
		fclose(file);
		ck_assert_int_eq(by_name("alice"), expected);
		file = create_file(files.group);
		fputs("staff:x:50:", file);
		/* but for that and "alice" with its newline: members without a name */
		for (int i = 0; i < LINE_BYTES_MAX - 17 + over; i++)
			fputc(',', file);
		fputs("alice\n", file);
		fclose(file);
		ck_assert_int_eq(group_by_name("staff"), expected);
		ck_assert_int_eq(groups_of("alice"), !over);
	}
}
END_TEST

Suite *account_suite(void)
{
	const TTest *const tests[] = {
	    users_are_found_by_name_and_by_uid,
	    a_missing_file_is_told_from_an_absent_entry,
	    what_is_no_regular_file_is_a_failure,
	    a_file_that_cannot_be_opened_is_a_failure_not_a_missing_one,
	    the_last_line_needs_no_newline,
	    carriage_returns_at_the_ends_are_refused,
	    nul_bytes_are_refused_where_they_match,
	    the_first_of_two_entries_wins,
	    memberships_of_double_groups_add_up,
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
	    a_huge_line_of_passwd_takes_no_memory,
	    a_huge_line_of_group_takes_no_memory,
	    a_million_users_take_no_memory,
	    a_line_over_the_limit_is_malformed,
	    NULL,
	};
	return make_suite("account", tests);
}
