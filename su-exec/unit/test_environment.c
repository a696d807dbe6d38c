#include "../environment.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct identity identity;
static struct failure failure;

static size_t count_entries(const char *prefix)
{
	size_t count = 0;

	for (char **entry = environ; *entry != NULL; entry++)
		count += strncmp(*entry, prefix, strlen(prefix)) == 0;
	return count;
}

START_TEST(a_user_has_all_three)
{
	char *given[] = {"HOME=/root", "A=1", "USER=root", "HOME=/again", "HOMES=/x", NULL};

	environ = given;
	strcpy(identity.name, "games");
	strcpy(identity.home, "/usr/games");
	ck_assert(set_variables(&identity, &failure));
	ck_assert_str_eq(getenv("HOME"), "/usr/games");
	ck_assert_str_eq(getenv("USER"), "games");
	ck_assert_str_eq(getenv("LOGNAME"), "games");
	ck_assert_str_eq(getenv("A"), "1");
	ck_assert_str_eq(getenv("HOMES"), "/x");
	ck_assert_uint_eq(count_entries("HOME="), 1);
	ck_assert_uint_eq(count_entries(""), 5);
}
END_TEST

START_TEST(a_nameless_uid_has_a_home_alone)
{
	char *given[] = {"LOGNAME=root", "USER=root", "USER=root", NULL};

	environ = given;
	strcpy(identity.name, "");
	strcpy(identity.home, "/");
	ck_assert(set_variables(&identity, &failure));
	ck_assert_str_eq(getenv("HOME"), "/");
	ck_assert_uint_eq(count_entries(""), 1);
}
END_TEST

START_TEST(an_empty_environment_is_filled)
{
	char *given[] = {NULL};

	environ = given;
	memset(identity.name, 'n', NAME_SIZE - 1);
	memset(identity.home, 'h', HOME_SIZE - 1);
	ck_assert(set_variables(&identity, &failure));
	ck_assert_str_eq(getenv("HOME"), identity.home);
	ck_assert_str_eq(getenv("LOGNAME"), identity.name);
	ck_assert_uint_eq(count_entries(""), 3);
}
END_TEST

Suite *environment_suite(void)
{
	const TTest *const tests[] = {
	    a_user_has_all_three,
	    a_nameless_uid_has_a_home_alone,
	    an_empty_environment_is_filled,
	    NULL,
	};
	return make_suite("environment", tests);
}
