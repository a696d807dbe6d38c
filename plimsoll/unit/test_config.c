/* plimsoll.yaml: what is read, what is refused and where, and what a waiver covers. */

#include "suites.h"

#include "plimsoll/config/config.h"
#include "plimsoll/config/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct configs configs;
static struct failure failure;

/* Reads the text as a file of this name, beside those that were read before. */
static bool read_file(const char *name, const char *text)
{
	char folder[] = "/tmp/plimsoll-config.XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	FILE *file = fopen(name, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	bool read = read_config(name, &configs, &failure);
	unlink(name);
	rmdir(folder);
	return read;
}

static bool read_text(const char *text)
{
	return read_file("plimsoll.yaml", text);
}

START_TEST(every_key_is_read)
{
	ck_assert_msg(read_text("image: app:1\nsize: 30 MB\nlayers: 12\nuser: \"65532:65532\"\n"
	                        "ready: port 3000 within 5 s\nstop: 0.5 s\nenv: {A: b, C: \"\"}\n"
	                        "writable: [/tmp]\nports: [3000, 8080]\nlabels: [x.y]\n"
	                        "setuid: [/usr/bin/su]\ncommand: [serve, --fast]\nprofile: cis\n"
	                        "skip: [user-set]\nwaive:\n  - check: no-setuid\n    path: /usr/*\n"
	                        "    reason: the base's\n    until: 2027-02-28\n"),
	              "%s", failure.text);
	const struct config *config = &configs.configs[0];
	const struct budgets *budgets = &config->budgets;
	ck_assert_str_eq(config->image, "app:1");
	ck_assert_uint_eq(budgets->size, 30000000);
	ck_assert_uint_eq(budgets->layers, 12);
	ck_assert_str_eq(budgets->user, "65532:65532");
	ck_assert_str_eq(budgets->ready, "port");
	ck_assert_uint_eq(budgets->ready_port, 3000);
	ck_assert_double_eq(budgets->ready_within, 5);
	ck_assert_double_eq(budgets->stop_within, 0.5);
	ck_assert_str_eq(budgets->env[0], "A=b");
	ck_assert_str_eq(budgets->env[1], "C=");
	ck_assert_ptr_null(budgets->env[2]);
	ck_assert_str_eq(budgets->writable[0], "/tmp");
	ck_assert_uint_eq(budgets->ports[1], 8080);
	ck_assert_uint_eq(budgets->ports[2], 0);
	ck_assert_str_eq(budgets->labels[0], "x.y");
	ck_assert_str_eq(budgets->setuid[0], "/usr/bin/su");
	ck_assert_str_eq(budgets->command[1], "--fast");
	ck_assert_str_eq(config->profile, "cis");
	ck_assert_str_eq(config->skip[0], "user-set");
	ck_assert_uint_eq(config->waiver_count, 1);
	ck_assert_str_eq(config->waivers[0].path, "/usr/*");
	ck_assert_int_eq(config->waivers[0].until, 20270228);
	ck_assert_uint_eq(config->waivers[0].line, 16);
	free_configs(&configs);
}
END_TEST

START_TEST(an_empty_file_asks_for_nothing)
{
	ck_assert_msg(read_text("# nothing yet\n"), "%s", failure.text);
	ck_assert_uint_eq(configs.configs[0].budgets.size, 0);
	ck_assert_uint_eq(configs.configs[0].waiver_count, 0);
	free_configs(&configs);
}
END_TEST

struct wrong {
	const char *text, *message;
};

static const struct wrong wrong[] = {
    {"sise: 3 MB", "plimsoll.yaml:1:1: sise: no such key: did you mean size?"},
    {"size: 3 MB\nsize: 4 MB", "plimsoll.yaml:2:1: size: stands here a second time"},
    {"size: 3", "plimsoll.yaml:1:7: size: must be a number and B, kB, MB or GB, as in 30 MB"},
    {"size: -3 MB", "size: must be a number"},
    {"size: 1e3 MB", "size: must be a number"},
    {"size: 99999999999 GB", "size: must be a number"},
    {"size: [3]", "plimsoll.yaml:1:7: must be a single value"},
    {"layers: 0", "layers: must be a number from 1 to 1000"},
    {"layers: 1001", "layers: must be a number from 1 to 1000"},
    {"ready: port", "plimsoll.yaml:1:8: ready: must be healthcheck, port N, listening or running"},
    {"ready: port 0", "ready: must be"},
    {"ready: port 65536", "ready: must be"},
    {"ready: healthcheck in 5 s", "ready: must be"},
    {"ready: running within 5", "ready: must be"},
    {"stop: 301 s", "stop: must be seconds"},
    {"stop: 0 s", "stop: must be seconds"},
    {"env: [A]", "plimsoll.yaml:1:6: must be a mapping: KEY: VALUE"},
    {"env: {A=B: c}", "plimsoll.yaml:1:7: A=B: no name of a variable"},
    {"env: {A: b, A: c}", "A: stands here a second time"},
    {"writable: /tmp", "must be a list: [ONE, TWO]"},
    {"writable: [tmp]", "tmp: must be an absolute path"},
    {"ports: [70000]", "70000: must be a port from 1 to 65535"},
    {"profile: strict", "profile: must be default, cis, pss-restricted or openshift"},
    {"skip: [user-sat]", "user-sat: no such check: did you mean user-set? see plimsoll list"},
    {"waive: [{reason: x}]", "check: missing: which check is waived?"},
    {"waive: [{check: user-set}]", "reason: missing: why is it waived?"},
    {"waive: [{check: user-set, reason: x, until: 2027-02-29}]",
     "until: must be a date, as in 2027-01-31"},
    {"waive: [{check: user-set, reason: x, until: soon}]", "until: must be a date"},
    {"waive: [{check: user-set, raison: x}]", "raison: no such key: did you mean reason?"},
    {"a: b: c", "plimsoll.yaml:1:5: mapping values are not allowed in this context"},
    {"image: \"\"", "plimsoll.yaml:1:8: image: must name an image"},
    {"image: a\n---\nsize: 4 MB",
     "plimsoll.yaml:3: image: each document of a file must name its own, beginning at "
     "plimsoll.yaml:1"},
    {"size: 4 MB\n---\nimage: a", "plimsoll.yaml:3: image: each document of a file must name its"},
    {"image: a\n---\nimage: b\n---\n# again\nimage: a",
     "plimsoll.yaml:6: image: must be another than at plimsoll.yaml:1"},
    {"image: a\n---\nsise: 3 MB", "plimsoll.yaml:3:1: sise: no such key"},
    {"image: a\n---\n", "plimsoll.yaml:3:1: must be a mapping: KEY: VALUE"},
    {"just text", "plimsoll.yaml:1:1: must be a mapping: KEY: VALUE"},
    {"user: \"a\\0b\"", "holds a NUL"},
};

START_TEST(what_is_wrong_is_refused_with_its_place)
{
	const struct wrong *row = &wrong[_i];

	ck_assert_msg(!read_text(row->text), "expected this to be refused: %s", row->text);
	ck_assert_msg(strstr(failure.text, row->message) != NULL, "%s\nexpected: %s\nfound:    %s",
	              row->text, row->message, failure.text);
	ck_assert_ptr_null(configs.configs);
}
END_TEST

/* What is deeper takes the scanner of libyaml a time that grows with the square. */
START_TEST(a_file_is_not_endlessly_deep)
{
	static char text[200001];

	memset(text, '[', sizeof(text) - 1);
	ck_assert(!read_text(text));
	ck_assert_str_eq(failure.text, "plimsoll.yaml:1:65: more than 64 levels deep");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_refused)
{
	ck_assert(!read_config("/no/such.yaml", &configs, &failure));
	ck_assert_str_eq(failure.text, "/no/such.yaml: No such file or directory");
	ck_assert(!read_config("/", &configs, &failure));
	ck_assert_str_eq(failure.text, "/: Is a directory");
}
END_TEST

/* The budget of layers that holds for the image, 0 for none; without a document, failure is set. */
static unsigned long layers_of(const char *image)
{
	struct config *config = find_config(&configs, image, &failure);

	return config != NULL ? config->budgets.layers : 0;
}

START_TEST(each_image_has_its_document)
{
	ck_assert_msg(read_text("image: a\nlayers: 1\n---\nimage: b:1\nlayers: 2\n"), "%s",
	              failure.text);
	ck_assert_msg(read_file("other.yaml", "image: c\nlayers: 3\n"), "%s", failure.text);
	ck_assert_uint_eq(layers_of("a"), 1);
	ck_assert_uint_eq(layers_of("b:1"), 2);
	ck_assert_uint_eq(layers_of("c"), 3);
	ck_assert_uint_eq(layers_of("b:2"), 0);
	ck_assert_str_eq(failure.text, "b:2: no document of --config is for it: did you mean b:1?");
	ck_assert_msg(read_file("rest.yaml", "layers: 4\n"), "%s", failure.text);
	ck_assert_uint_eq(layers_of("a"), 1);
	ck_assert_uint_eq(layers_of("b:2"), 4);
	free_configs(&configs);
}
END_TEST

START_TEST(two_files_for_one_image_are_refused)
{
	ck_assert(read_text("image: a"));
	ck_assert(!read_file("other.yaml", "\nimage: a"));
	ck_assert_str_eq(failure.text,
	                 "other.yaml:2: image: must be another than at plimsoll.yaml:1");
	ck_assert(read_text("layers: 1"));
	ck_assert(!read_file("other.yaml", "layers: 2"));
	ck_assert_str_eq(failure.text,
	                 "other.yaml:1: image: must be another than at plimsoll.yaml:1");
	ck_assert_ptr_null(configs.configs);
}
END_TEST

static struct result failed(const char *id)
{
	struct result result = {.check = find_check(id), .outcome = OUTCOME_FAIL};

	result.findings = json_array();
	return result;
}

static void find_path(struct result *result, const char *path)
{
	json_array_append_new(result->findings, json_pack("{s:s}", "path", path));
}

#define WAIVER(path, until)                                                                        \
	"waive: [{check: no-setuid, path: " path ", reason: known, until: " until "}]"

START_TEST(a_waiver_covers_a_result_whose_every_path_it_names)
{
	struct result result = failed("no-setuid");

	find_path(&result, "/usr/bin/su");
	ck_assert(read_text(WAIVER("/usr/bin/*", "2027-01-31")));
	waive(configs.configs, 20270131, &result, 1);
	ck_assert_str_eq(result.waived, "known");
	ck_assert(configs.configs[0].waivers[0].used);
	find_path(&result, "/opt/own");
	waive(configs.configs, 20270131, &result, 1);
	ck_assert_ptr_null(result.waived);
	json_decref(result.findings);
	free_configs(&configs);
}
END_TEST

/* Of what is not listed nobody knows the path. */
START_TEST(a_waiver_with_a_path_covers_no_more_than_is_listed)
{
	struct result result = failed("no-setuid");

	find_path(&result, "/usr/bin/su");
	result.more = 1;
	ck_assert(read_text(WAIVER("/usr/bin/*", "2027-01-31")));
	waive(configs.configs, 20270131, &result, 1);
	ck_assert_ptr_null(result.waived);
	free_configs(&configs);
	ck_assert(read_text("waive: [{check: no-setuid, reason: all of them}]"));
	waive(configs.configs, 20270131, &result, 1);
	ck_assert_str_eq(result.waived, "all of them");
	json_decref(result.findings);
	free_configs(&configs);
}
END_TEST

START_TEST(an_expired_waiver_covers_nothing)
{
	struct result result = failed("no-setuid");

	find_path(&result, "/usr/bin/su");
	ck_assert(read_text(WAIVER("/usr/bin/*", "2027-01-31")));
	waive(configs.configs, 20270201, &result, 1);
	ck_assert_ptr_null(result.waived);
	ck_assert(!configs.configs[0].waivers[0].used);
	json_decref(result.findings);
	free_configs(&configs);
}
END_TEST

START_TEST(a_waiver_of_another_check_or_with_a_path_covers_no_bare_failure)
{
	struct result results[2] = {failed("no-setuid"), failed("user-set")};

	ck_assert(read_text(WAIVER("/usr/bin/*", "2027-01-31")));
	waive(configs.configs, 20270101, results, 2);
	ck_assert_ptr_null(results[0].waived);
	ck_assert_ptr_null(results[1].waived);
	free_configs(&configs);
	ck_assert(read_text("waive: [{check: user-set, reason: for now}]"));
	waive(configs.configs, 20270101, results, 2);
	ck_assert_ptr_null(results[0].waived);
	ck_assert_str_eq(results[1].waived, "for now");
	free_configs(&configs);
	json_decref(results[0].findings);
	json_decref(results[1].findings);
}
END_TEST

Suite *config_suite(void)
{
	Suite *suite = suite_create("config");
	TCase *tests = tcase_create("config");

	tcase_add_test(tests, every_key_is_read);
	tcase_add_test(tests, an_empty_file_asks_for_nothing);
	tcase_add_loop_test(tests, what_is_wrong_is_refused_with_its_place, 0,
	                    sizeof(wrong) / sizeof(*wrong));
	tcase_add_test(tests, a_file_is_not_endlessly_deep);
	tcase_add_test(tests, a_file_that_is_not_there_is_refused);
	tcase_add_test(tests, each_image_has_its_document);
	tcase_add_test(tests, two_files_for_one_image_are_refused);
	tcase_add_test(tests, a_waiver_covers_a_result_whose_every_path_it_names);
	tcase_add_test(tests, a_waiver_with_a_path_covers_no_more_than_is_listed);
	tcase_add_test(tests, an_expired_waiver_covers_nothing);
	tcase_add_test(tests, a_waiver_of_another_check_or_with_a_path_covers_no_bare_failure);
	suite_add_tcase(suite, tests);
	return suite;
}
