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

START_TEST(good_specs_resolve)
{
	char groups[100];

	write_accounts();
	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		const struct accepted *want = &accepted[i];
		memset(&identity, 0xff, sizeof(identity)); /* nothing may be left as it was */
		ck_assert_msg(resolve_spec(&files, want->spec, &identity, &failure),
		              "%s: expected to resolve, found: %s", want->spec, failure.text);
		ck_assert_msg(identity.uid == want->uid && identity.gid == want->gid,
		              "%s: expected %u:%u, found %u:%u", want->spec, want->uid, want->gid,
		              identity.uid, identity.gid);
		ck_assert_str_eq(write_groups(groups, sizeof(groups)), want->groups);
		ck_assert_str_eq(identity.name, want->name);
		ck_assert_str_eq(identity.home, want->home);
	}
}
END_TEST

START_TEST(bad_specs_are_refused_with_the_reason)
{
	write_accounts();
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		ck_assert_msg(!resolve_spec(&files, refused[i].spec, &identity, &failure),
		              "\"%s\": expected to be refused, found %u:%u", refused[i].spec,
		              identity.uid, identity.gid);
		assert_contains(failure.text, refused[i].reason);
	}
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

Suite *identity_suite(void)
{
	const TTest *const tests[] = {
	    good_specs_resolve,
	    bad_specs_are_refused_with_the_reason,
	    without_files_numbers_work_and_names_fail,
	    a_malformed_entry_of_the_uid_is_refused_even_with_a_group,
	    a_user_longer_than_any_name_is_refused,
	    NULL,
	};
	return make_suite("identity", tests);
}
