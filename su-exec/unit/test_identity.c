#include "../identity.h"
#include "fixture.h"
#include "suites.h"

#include <string.h>

static struct identity identity;
static struct failure failure;

static void write_accounts(void)
{
	WRITE(files.passwd, "root:x:0:0:root:/root:/bin/sh\n"
	                    "games:x:5:60:games:/usr/games:/bin/sh\n"
	                    "homeless:x:6:6:::\n"
	                    "1000:x:77:77::/:\n"
	                    "broken:x:abc:8::/:\n"
	                    "+nis:x:0:0::/:\n");
	WRITE(files.group, "root:x:0:\ndaemon:x:1:\ngames:x:60:\nplay:x:61:games\n"
	                   "1000:x:78:\nbroken:x:4294967296:\n+nis:x:0:games\n");
}

struct accepted {
	const char *spec;
	uid_t uid;
	gid_t gid;
	const char *groups; /* as "60 61" */
	const char *name;
	const char *home;
};

static const struct accepted accepted[] = {
    {"root", 0, 0, "0", "root", "/root"},
    {"0", 0, 0, "0", "root", "/root"},
    {"games", 5, 60, "60 61", "games", "/usr/games"},
    {"5", 5, 60, "60 61", "games", "/usr/games"},
    {"games:daemon", 5, 1, "", "games", "/usr/games"},
    {"games:games", 5, 60, "", "games", "/usr/games"},
    {"games:1500", 5, 1500, "", "games", "/usr/games"},
    {"5:daemon", 5, 1, "", "games", "/usr/games"},
    {"0:1000", 0, 1000, "", "root", "/root"},
    {"0:root", 0, 0, "", "root", "/root"},
    {"homeless", 6, 6, "6", "homeless", "/"},
    {"1000:1000", 1000, 1000, "", "", "/"},
    {"1000:root", 1000, 0, "", "", "/"},
    {"4294967294:4294967294", 4294967294, 4294967294, "", "", "/"},
};

struct refused {
	const char *spec;
	const char *reason;
};

static const struct refused refused[] = {
    {"", "\"\": the user is empty"},
    {":", "\":\": the user is empty"},
    {":games", "the user is empty"},
    {"games:", "\"games:\": the group is empty"},
    {"0:", "the group is empty"},
    {"a:b:c", "more than two fields"},
    {"games:games:", "more than two fields"},
    {"games::", "more than two fields"},
    {"bogus", "bogus: no such user in "},
    {"0day", "0day: no such user in "},
    {" 0", "\" 0\": no such user in "},
    {"0 ", "no such user in "},
    {"+5", "no such user in "},
    {"-42", "no such user in "},
    {"+nis", "no such user in "},
    {"1500", "so its group is unknown: give one, for example 1500:1500"},
    {"1000", "so its group is unknown: give one, for example 1000:1000"},
    {"007", "007: not a uid"},
    {"4294967295", "not a uid"},
    {"4294967296", "4294967296: not a uid"},
    {"9223372036854775808", "not a uid"},
    {"broken", "line 5 is malformed"},
    {"0:bogus", "bogus: no such group in "},
    {"0:0day", "no such group in "},
    {"0:-3", "no such group in "},
    {"0: 0", "no such group in "},
    {"0:+nis", "no such group in "},
    {"1500:4294967296", "4294967296: not a gid"},
    {"1500:4294967295", "not a gid"},
    {"1500:00", "not a gid"},
    {"games:broken", "line 6 is malformed"},
};

static const char *write_groups(char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < identity.groups.count; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%u", i > 0 ? " " : "",
		                         identity.groups.gids[i]);
	return text;
}

static void assert_accepted(const struct accepted *wanted, size_t count)
{
	char groups[100];

	for (const struct accepted *want = wanted; want < wanted + count; want++) {
		memset(&identity, 0xff, sizeof(identity)); /* nothing may be left as it was */
		ck_assert_msg(resolve_spec(&files, want->spec, &identity, &failure),
		              "%s: expected to resolve, found: %s", want->spec, failure.text);
		ck_assert_msg(identity.uid == want->uid && identity.gid == want->gid,
		              "%s: expected %u:%u, found %u:%u", want->spec, want->uid, want->gid,
		              identity.uid, identity.gid);
		write_groups(groups, sizeof(groups));
		ck_assert_msg(strcmp(groups, want->groups) == 0,
		              "%s: expected the groups %s, found %s", want->spec, want->groups,
		              groups);
		ck_assert_str_eq(identity.name, want->name);
		ck_assert_str_eq(identity.home, want->home);
	}
}

static void assert_refused(const struct refused *wanted, size_t count)
{
	for (const struct refused *want = wanted; want < wanted + count; want++) {
		ck_assert_msg(!resolve_spec(&files, want->spec, &identity, &failure),
		              "\"%s\": expected to be refused, found %u:%u", want->spec,
		              identity.uid, identity.gid);
		assert_contains(failure.text, want->reason);
	}
}

START_TEST(good_specs_resolve)
{
	write_accounts();
	assert_accepted(accepted, sizeof(accepted) / sizeof(*accepted));
}
END_TEST

START_TEST(bad_specs_are_refused_with_the_reason)
{
	write_accounts();
	assert_refused(refused, sizeof(refused) / sizeof(*refused));
}
END_TEST

/* The cases of moby's own tests of a container's user, on files like theirs. */
static void write_accounts_of_moby(void)
{
	FILE *file = create_file(files.group);

	WRITE(files.passwd, "\n"
	                    "root:x:0:0:root user:/root:/bin/bash\n"
	                    "adm:x:42:43:adm:/var/adm:/bin/false\n"
	                    "111:x:222:333::/var/garbage\n"
	                    "odd:x:111:112::/home/odd:::::\n"
	                    "-42:x:12:13:broken:/very/broken\n"
	                    "2147483647:x:0:0:a:/root:/bin/bash\n"
	                    "2147483648:x:0:0:b:/root:/bin/bash\n"
	                    "9223372036854775807:x:0:0:c:/root:/bin/bash\n"
	                    "9223372036854775808:x:0:0:d:/root:/bin/bash\n"
	                    "short:x:7457:100:Vasya:/home/short\n"
	                    "user7456:x:7456:100:Vasya:/home/user7456:\n"
	                    "this is just some garbage data\n");
	fputs("\nroot:x:0:root\nadm:x:43:\ngrp:x:1234:root,adm,user7456\n444:x:555:111\n"
	      "odd:x:444:\nadm:x:4343:adm-duplicate\n2147483647:x:1235:\n"
	      "9223372036854775808:x:1238:\ntoolarge:x:4294967295:\n"
	      "this is just some garbage data\nlargegroup:x:1000:user1",
	      file);
	for (int i = 2; i <= 7500; i++)
		fprintf(file, ",user%d", i);
	fputs("\n", file);
	fclose(file);
}

static const struct accepted accepted_of_moby[] = {
    {"root", 0, 0, "0 1234", "root", "/root"},
    {"0", 0, 0, "0 1234", "root", "/root"},
    {"0:0", 0, 0, "", "root", "/root"},
    {"adm", 42, 43, "43 1234", "adm", "/var/adm"},
    {"root:adm", 0, 43, "", "root", "/root"},
    {"adm:1234", 42, 1234, "", "adm", "/var/adm"},
    {"42:1234", 42, 1234, "", "adm", "/var/adm"},
    {"1337:1234", 1337, 1234, "", "", "/"},
    {"7456", 7456, 100, "100 1000 1234", "user7456", "/home/user7456"},
    {"7456:2147483647", 7456, 2147483647, "", "user7456", "/home/user7456"},
    {"2147483647:43", 2147483647, 43, "", "", "/"},
    /* Linux has ids above 2^31, so these are two more of them. */
    {"42:2147483648", 42, 2147483648, "", "adm", "/var/adm"},
    {"2147483648:43", 2147483648, 43, "", "", "/"},
};

static const struct refused refused_of_moby[] = {
    {"", "the user is empty"},
    {"notuser", "no such user"},
    {"notuser:notgroup", "notuser: no such user"},
    {"root:notgroup", "notgroup: no such group"},
    {"notuser:adm", "notuser: no such user"},
    {"8888:notgroup", "notgroup: no such group"},
    {"notuser:8888", "notuser: no such user"},
    {"-1:0", "-1: no such user"},
    {"0:-3", "-3: no such group"},
    {"-5:-2", "-5: no such user"},
    {"-42", "-42: no such user"},
    {"-43", "-43: no such user"},
    {"0:-2147483649", "-2147483649: no such group"},
    {"0:-9223372036854775808", "-9223372036854775808: no such group"},
    {"-9223372036854775808:0", "-9223372036854775808: no such user"},
    {"7456:9223372036854775807", "9223372036854775807: not a gid"},
    {"9223372036854775807:43", "9223372036854775807: not a uid"},
    {"9223372036854775807", "9223372036854775807: not a uid"},
    {"9223372036854775808", "9223372036854775808: not a uid"},
    {"0:9223372036854775808", "9223372036854775808: not a gid"},
    {"root:toolarge", "is malformed"},
    /* Theirs get the default of the image; here a uid without a group is refused. */
    {"1337", "give one, for example 1337:1337"},
    {"2147483647", "give one, for example 2147483647:2147483647"},
    {"2147483648", "give one, for example 2147483648:2147483648"},
    /* Theirs take a line of too many or too few fields. */
    {"111", "line 5 is malformed"},
    {"111:444", "line 5 is malformed"},
    {"7457", "line 11 is malformed"},
};

START_TEST(the_cases_of_moby)
{
	write_accounts_of_moby();
	assert_accepted(accepted_of_moby, sizeof(accepted_of_moby) / sizeof(*accepted_of_moby));
	assert_refused(refused_of_moby, sizeof(refused_of_moby) / sizeof(*refused_of_moby));
}
END_TEST

START_TEST(without_files_numbers_work_and_names_fail)
{
	ck_assert(resolve_spec(&files, "1500:1501", &identity, &failure));
	ck_assert_uint_eq(identity.uid, 1500);
	ck_assert_uint_eq(identity.gid, 1501);
	ck_assert(!resolve_spec(&files, "1500", &identity, &failure));
	assert_contains(failure.text, "give one, for example 1500:1500");
	ck_assert(!resolve_spec(&files, "root", &identity, &failure));
	assert_contains(failure.text, "no such user, as there is no ");
	ck_assert(!resolve_spec(&files, "1500:root", &identity, &failure));
	assert_contains(failure.text, "no such group, as there is no ");
}
END_TEST

START_TEST(a_malformed_entry_of_the_uid_is_refused_even_with_a_group)
{
	WRITE(files.passwd, "alice:x:1500\n");
	ck_assert(!resolve_spec(&files, "1500:1500", &identity, &failure));
	assert_contains(failure.text, "line 1 is malformed");
}
END_TEST

START_TEST(a_user_longer_than_any_name_is_refused)
{
	char spec[NAME_SIZE + 1] = {0};

	memset(spec, 'a', NAME_SIZE);
	WRITE(files.passwd, "");
	ck_assert(!resolve_spec(&files, spec, &identity, &failure));
	assert_contains(failure.text, "longer than 255 bytes");
	ck_assert(!resolve_spec(&files, spec + 1, &identity, &failure));
	assert_contains(failure.text, "no such user");
}
END_TEST

START_TEST(ten_thousand_digits_are_refused)
{
	static char spec[2 + 10000 + 1] = "0:";

	memset(spec + 2, '1', 10000);
	ck_assert(!resolve_spec(&files, spec, &identity, &failure));
	assert_contains(failure.text, "1111...: not a gid: it must be a number from 0 to");
	ck_assert(!resolve_spec(&files, spec + 2, &identity, &failure));
	assert_contains(failure.text, "1111...: the user is longer than 255 bytes");
}
END_TEST

START_TEST(an_unreadable_file_is_a_failure)
{
	const struct account_files no_passwd = {"/dev/null/x", files.group};
	const struct account_files no_group = {files.passwd, "/dev/null/x"};

	write_accounts();
	ck_assert(!resolve_spec(&no_passwd, "5:60", &identity, &failure));
	assert_contains(failure.text, "/dev/null/x: Not a directory");
	ck_assert(!resolve_spec(&no_passwd, "games", &identity, &failure));
	ck_assert(!resolve_spec(&no_group, "games", &identity, &failure));
	ck_assert(!resolve_spec(&no_group, "games:play", &identity, &failure));
	assert_contains(failure.text, "/dev/null/x: Not a directory");
	ck_assert(resolve_spec(&no_group, "games:61", &identity, &failure));
}
END_TEST

Suite *identity_suite(void)
{
	const TTest *const tests[] = {
	    good_specs_resolve,
	    bad_specs_are_refused_with_the_reason,
	    the_cases_of_moby,
	    ten_thousand_digits_are_refused,
	    an_unreadable_file_is_a_failure,
	    without_files_numbers_work_and_names_fail,
	    a_malformed_entry_of_the_uid_is_refused_even_with_a_group,
	    a_user_longer_than_any_name_is_refused,
	    NULL,
	};
	return make_suite("identity", tests);
}
