#include "../settings.h"
#include "suites.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* The environment of a test: "NAME=value" strings up to a NULL. */
static const char *const *variables;

static char *read_test_variable(const char *name)
{
	size_t length = strlen(name);

	for (const char *const *variable = variables; *variable != NULL; variable++) {
		if (strncmp(*variable, name, length) == 0 && (*variable)[length] == '=')
			return (char *)(uintptr_t)(*variable + length + 1);
	}
	return NULL;
}

static struct settings settings;
static struct failure failure;

static bool read_as(uid_t uid, gid_t gid, const char *const *environment)
{
	variables = environment;
	failure.text[0] = '\0';
	return read_settings(&settings, uid, gid, read_test_variable, &failure);
}

#define READ_AS(uid, gid, ...) read_as(uid, gid, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(what_is_not_set_has_its_default)
{
	ck_assert_msg(READ_AS(0, 0, "DEFAULT_USER_ID=1000"), "%s", failure.text);
	ck_assert(settings.from_root);
	ck_assert_uint_eq(settings.uid, 1000);
	ck_assert_uint_eq(settings.gid, 1000);
	ck_assert_str_eq(settings.user_name, "app");
	ck_assert_uint_eq(settings.mask, 0027);
	ck_assert_str_eq(settings.directories, "");
	ck_assert_str_eq(settings.seed_template, "");
	ck_assert(!settings.init);
}
END_TEST

START_TEST(what_is_set_is_read)
{
	ck_assert_msg(READ_AS(0, 0, "DEFAULT_USER_ID=1000", "USER_ID=4294967294", "GROUP_ID=0",
	                      "USER_NAME=_web-1", "UMASK=077", "ENTRYPOINT_OWN=/a:/b/c",
	                      "ENTRYPOINT_SEED=/t/x:/a/y", "ENTRYPOINT_INIT=1"),
	              "%s", failure.text);
	ck_assert_uint_eq(settings.uid, 4294967294);
	ck_assert_uint_eq(settings.gid, 0);
	ck_assert_str_eq(settings.user_name, "_web-1");
	ck_assert_uint_eq(settings.mask, 0077);
	ck_assert_str_eq(settings.seed_template, "/t/x");
	ck_assert_str_eq(settings.seed_target, "/a/y");
	ck_assert(settings.init);
}
END_TEST

START_TEST(without_an_id_root_is_refused)
{
	ck_assert(!READ_AS(0, 0, "GROUP_ID=5"));
	ck_assert_msg(strstr(failure.text, "USER_ID: is not set") != NULL, "found: %s",
	              failure.text);
}
END_TEST

START_TEST(another_starter_keeps_its_ids)
{
	ck_assert_msg(READ_AS(12345, 7, "DEFAULT_USER_ID=1000"), "%s", failure.text);
	ck_assert(!settings.from_root);
	ck_assert_uint_eq(settings.uid, 12345);
	ck_assert_uint_eq(settings.gid, 7);
	ck_assert_msg(READ_AS(12345, 7, "USER_ID=12345", "GROUP_ID=7"), "%s", failure.text);
	ck_assert(!READ_AS(12345, 7, "USER_ID=0"));
	ck_assert_str_eq(failure.text,
	                 "USER_ID: must be unset or 12345, as this was started as 12345 "
	                 "and not as root, not \"0\"");
	ck_assert(!READ_AS(12345, 7, "GROUP_ID=12345"));
}
END_TEST

/* Each must be refused, with the variable first and the value last in the message. */
static const char *const refused[] = {
    "USER_ID=",
    "USER_ID=abc",
    "USER_ID=-5",
    "USER_ID=07",
    "USER_ID=00",
    "USER_ID=+0",
    "USER_ID= 0",
    "USER_ID=0 ",
    "USER_ID=0\n",
    "USER_ID=0x0",
    "USER_ID=\xd9\xa0",     /* ARABIC-INDIC DIGIT ZERO */
    "USER_ID=\xef\xbc\x90", /* FULLWIDTH DIGIT ZERO */
    "USER_ID=-2147483648",
    "USER_ID=-4294967296",
    "USER_ID=9223372036854775807",
    "USER_ID=9223372036854775808",
    "USER_ID=-9223372036854775808",
    "USER_ID=18446744073709551615",
    "USER_ID=18446744073709551616",
    "USER_ID=root",
    "USER_ID=0:0",
    "USER_ID=4294967295",
    "USER_ID=4294967296",
    "USER_ID=70000000000",
    "GROUP_ID=",
    "GROUP_ID=+1",
    "GROUP_ID=00",
    "GROUP_ID=4294967295",
    "GROUP_ID=4294967296",
    "GROUP_ID=18446744073709551616",
    "DEFAULT_USER_ID=x",
    "USER_NAME=",
    "USER_NAME=1app",
    "USER_NAME=-app",
    "USER_NAME=App",
    "USER_NAME=a:b",
    "USER_NAME=a\nb",
    "USER_NAME=\xc3\xa4",
    "USER_NAME=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "UMASK=",
    "UMASK=27",
    "UMASK=028",
    "UMASK=1027",
    "UMASK=00027",
    "UMASK= 27",
    "UMASK=0 27",
    "UMASK=-27",
    "UMASK=0o27",
    "UMASK=u=rwx",
    "UMASK=\xd9\xa2\xd9\xa7",
    "ENTRYPOINT_INIT=",
    "ENTRYPOINT_INIT=yes",
    "ENTRYPOINT_INIT=2",
    "ENTRYPOINT_INIT=01",
    "ENTRYPOINT_INIT=1 ",
    "ENTRYPOINT_OWN=data",
    "ENTRYPOINT_OWN=/",
    "ENTRYPOINT_OWN=//",
    "ENTRYPOINT_OWN=/data/",
    "ENTRYPOINT_OWN=/a//b",
    "ENTRYPOINT_OWN=/a/./b",
    "ENTRYPOINT_OWN=/a/../b",
    "ENTRYPOINT_OWN=/..",
    "ENTRYPOINT_OWN=/proc",
    "ENTRYPOINT_OWN=/sys/x",
    "ENTRYPOINT_OWN=/usr/bin",
    "ENTRYPOINT_OWN=/etc",
    "ENTRYPOINT_OWN=/var/lib",
    "ENTRYPOINT_SEED=/a",
    "ENTRYPOINT_SEED=a:/b",
    "ENTRYPOINT_SEED=/a:b",
    "ENTRYPOINT_SEED=:/b",
    "ENTRYPOINT_SEED=/a:",
    "ENTRYPOINT_SEED=/a:/b:/c",
    "ENTRYPOINT_SEED=/a:/b/../c",
    "ENTRYPOINT_SEED=/a/./b:/c",
    "ENTRYPOINT_SEED=:",
    "ENTRYPOINT_SEED=/a::/b",
};

START_TEST(a_bad_value_is_refused_and_named)
{
	const char *value = strchr(refused[_i], '=') + 1;
	size_t name = (size_t)(value - refused[_i]) - 1;
	char end[64];

	ck_assert_msg(!READ_AS(0, 0, refused[_i], "USER_ID=1000", "DEFAULT_USER_ID=1000"),
	              "%s: expected to be refused", refused[_i]);
	ck_assert_msg(strncmp(failure.text, refused[_i], name) == 0, "expected %s first, found: %s",
	              refused[_i], failure.text);
	snprintf(end, sizeof(end), ", not \"%s\"", value);
	ck_assert_msg(strlen(failure.text) > strlen(end) &&
	                  strcmp(failure.text + strlen(failure.text) - strlen(end), end) == 0,
	              "expected %s at the end, found: %s", end, failure.text);
}
END_TEST

/* The first and the last of a list are judged like those between; an empty one is none. */
static const char *const refused_lists[] = {
    ":/a", "/a:", "/a::/b", "/a:/proc", "/a:b", ":", "/usr:/a",
};

START_TEST(a_list_is_refused_for_any_part)
{
	char variable[64] = "ENTRYPOINT_OWN=";

	strcat(variable, refused_lists[_i]);
	ck_assert_msg(!READ_AS(0, 0, "USER_ID=1", variable), "%s: expected to be refused",
	              variable);
}
END_TEST

static const char *const accepted_directories[] = {
    "/data", "/etc/app", "/var/lib/app", "/usrlocal", "/procs", "/a.b/..c/.d", "/srv", "/home/app",
};

START_TEST(a_directory_of_its_own_is_accepted)
{
	char variable[64] = "ENTRYPOINT_OWN=";

	strcat(variable, accepted_directories[_i]);
	ck_assert_msg(READ_AS(0, 0, "USER_ID=1", variable), "%s: found: %s", variable,
	              failure.text);
}
END_TEST

START_TEST(an_empty_list_takes_back_what_the_image_asks_for)
{
	ck_assert_msg(READ_AS(0, 0, "USER_ID=1", "ENTRYPOINT_OWN=", "ENTRYPOINT_SEED="), "%s",
	              failure.text);
	ck_assert_str_eq(settings.directories, "");
	ck_assert_str_eq(settings.seed_template, "");
}
END_TEST

START_TEST(directories_come_one_by_one)
{
	const char *rest = "/a:/b/c:/d";
	char path[PATH_MAX];

	ck_assert(next_directory(&rest, path));
	ck_assert_str_eq(path, "/a");
	ck_assert(next_directory(&rest, path));
	ck_assert_str_eq(path, "/b/c");
	ck_assert(next_directory(&rest, path));
	ck_assert_str_eq(path, "/d");
	ck_assert(!next_directory(&rest, path));
}
END_TEST

/* A name may have 255 bytes. */
static void cut_into_names(char *path)
{
	for (size_t at = 200; at < strlen(path); at += 200)
		path[at] = '/';
}

/* PATH_MAX counts the NUL. */
START_TEST(a_path_that_is_too_long_is_refused)
{
	static char variable[PATH_MAX + 64] = "ENTRYPOINT_OWN=/";
	size_t start = strlen("ENTRYPOINT_OWN=");

	memset(variable + start + 1, 'a', PATH_MAX - 2);
	cut_into_names(variable + start);
	ck_assert_msg(READ_AS(0, 0, "USER_ID=1", variable), "%s", failure.text);
	memset(variable + start + 1, 'a', PATH_MAX - 1);
	cut_into_names(variable + start);
	ck_assert(!READ_AS(0, 0, "USER_ID=1", variable));
	ck_assert_msg(strstr(failure.text, "too long") != NULL, "found: %s", failure.text);
}
END_TEST

/* Each alone of a pair, and with a NUL's worth more than fits; from a value of 10 kB. */
START_TEST(values_that_are_too_long_are_refused)
{
	static const char *const names[] = {"USER_ID=",   "GROUP_ID=", "DEFAULT_USER_ID=",
	                                    "USER_NAME=", "UMASK=",    "ENTRYPOINT_INIT="};
	static char variable[32 + 10001];

	for (size_t i = 0; i < COUNT(names); i++) {
		strcpy(variable, names[i]);
		memset(variable + strlen(names[i]), names[i][5] == 'N' ? 'a' : '1', 10000);
		variable[strlen(names[i]) + 10000] = '\0';
		ck_assert_msg(!READ_AS(0, 0, variable, "USER_ID=1"), "%s: expected to be refused",
		              names[i]);
		ck_assert_msg(strncmp(failure.text, names[i], strlen(names[i]) - 1) == 0,
		              "expected %s first, found: %s", names[i], failure.text);
	}
}
END_TEST

START_TEST(a_seed_path_or_name_that_is_too_long_is_refused)
{
	static char variable[2 * PATH_MAX + 64], path[PATH_MAX + 1];

	for (int over = 0; over < 2; over++) {
		/* In names of 99 bytes, as a name has a limit of its own. */
		for (int i = 0; i < PATH_MAX - 1 + over; i++)
			path[i] = i % 100 == 0 ? '/' : 'a';
		snprintf(variable, sizeof(variable), "ENTRYPOINT_SEED=%s:/b", path);
		ck_assert_int_eq(READ_AS(0, 0, "USER_ID=1", variable), !over);
		snprintf(variable, sizeof(variable), "ENTRYPOINT_SEED=/a:%s", path);
		ck_assert_int_eq(READ_AS(0, 0, "USER_ID=1", variable), !over);
		snprintf(variable, sizeof(variable), "ENTRYPOINT_SEED=/%0*d:/b", NAME_MAX + over,
		         0);
		ck_assert_int_eq(READ_AS(0, 0, "USER_ID=1", variable), !over);
	}
}
END_TEST

START_TEST(every_mask_is_read_with_and_without_its_zero)
{
	char variable[16];

	for (mode_t mask = 0; mask <= 0777; mask++) {
		snprintf(variable, sizeof(variable), "UMASK=0%03o", mask);
		ck_assert_msg(READ_AS(0, 0, "USER_ID=1", variable), "%s", failure.text);
		ck_assert_uint_eq(settings.mask, mask);
		snprintf(variable, sizeof(variable), "UMASK=%03o", mask);
		ck_assert_msg(READ_AS(0, 0, "USER_ID=1", variable), "%s", failure.text);
		ck_assert_uint_eq(settings.mask, mask);
	}
}
END_TEST

START_TEST(no_init_can_be_asked_for)
{
	ck_assert_msg(READ_AS(0, 0, "USER_ID=1", "ENTRYPOINT_INIT=0"), "%s", failure.text);
	ck_assert(!settings.init);
}
END_TEST

Suite *settings_suite(void)
{
	Suite *suite = suite_create("settings");
	TCase *cases = tcase_create("settings");

	tcase_add_test(cases, what_is_not_set_has_its_default);
	tcase_add_test(cases, what_is_set_is_read);
	tcase_add_test(cases, without_an_id_root_is_refused);
	tcase_add_test(cases, another_starter_keeps_its_ids);
	tcase_add_loop_test(cases, a_bad_value_is_refused_and_named, 0, COUNT(refused));
	tcase_add_loop_test(cases, a_list_is_refused_for_any_part, 0, COUNT(refused_lists));
	tcase_add_loop_test(cases, a_directory_of_its_own_is_accepted, 0,
	                    COUNT(accepted_directories));
	tcase_add_test(cases, an_empty_list_takes_back_what_the_image_asks_for);
	tcase_add_test(cases, directories_come_one_by_one);
	tcase_add_test(cases, a_path_that_is_too_long_is_refused);
	tcase_add_test(cases, values_that_are_too_long_are_refused);
	tcase_add_test(cases, a_seed_path_or_name_that_is_too_long_is_refused);
	tcase_add_test(cases, every_mask_is_read_with_and_without_its_zero);
	tcase_add_test(cases, no_init_can_be_asked_for);
	suite_add_tcase(suite, cases);
	return suite;
}
