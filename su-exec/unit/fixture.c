#include "fixture.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEMPLATE "/tmp/su-exec-unit-XXXXXX"

static char directory[sizeof(TEMPLATE)];
static char passwd[sizeof(TEMPLATE) + 16];
static char group[sizeof(TEMPLATE) + 16];

struct account_files files = {passwd, group};

static void make_directory(void)
{
	strcpy(directory, TEMPLATE);
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(passwd, sizeof(passwd), "%s/passwd", directory);
	snprintf(group, sizeof(group), "%s/group", directory);
}

static void empty_directory(void)
{
	remove(passwd);
	remove(group);
}

static void remove_directory(void)
{
	empty_directory();
	ck_assert_int_eq(rmdir(directory), 0);
}

FILE *create_file(const char *path)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	return file;
}

void write_file(const char *path, const char *bytes, size_t size)
{
	FILE *file = create_file(path);

	ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
}

void assert_contains(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "expected \"%s\" to contain \"%s\"", text, part);
}

Suite *make_suite(const char *name, const TTest *const tests[])
{
	Suite *suite = suite_create(name);
	TCase *tests_of_it = tcase_create(name);

	tcase_set_timeout(tests_of_it, 300); /* the huge line, with sanitizers, on a busy machine */
	/* Unchecked ones run in the parent: a test that fails or is killed leaves nothing behind.
	 */
	tcase_add_unchecked_fixture(tests_of_it, make_directory, remove_directory);
	tcase_add_checked_fixture(tests_of_it, empty_directory, NULL);
	for (; *tests != NULL; tests++)
		tcase_add_test(tests_of_it, *tests);
	suite_add_tcase(suite, tests_of_it);
	return suite;
}
