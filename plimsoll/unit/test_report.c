/* Each format, of the same results: what stands in it, and that its readers take it. */

#include "suites.h"

#include "plimsoll/report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct check rows[] = {
    {.id = "good", .title = "It is good", .why = "w", .fix = "f", .severity = SEVERITY_HIGH},
    {.id = "bad",
     .title = "It is <not> bad",
     .why = "w",
     .fix = "mend & \"go\"",
     .severity = SEVERITY_HIGH},
    {.id = "left-out", .title = "It is left out", .why = "w", .fix = "f", .severity = SEVERITY_LOW},
    {.id = "unknown", .title = "It is known", .why = "w", .fix = "f", .severity = SEVERITY_MEDIUM},
    {.id = "excused", .title = "It is excused", .why = "w", .fix = "f", .severity = SEVERITY_HIGH},
    {.id = "new", .title = "It is new", .why = "w", .fix = "f", .severity = SEVERITY_INFO},
};

static struct result results[6];
static struct waiver waivers[] = {
    {.check = (char[]){"good"}, .path = (char[]){"/x"}, .line = 7, .until = 20260101},
    {.check = (char[]){"bad"}, .line = 9},
};
static struct config config = {
    .file = (char[]){"plimsoll.yaml"}, .waivers = waivers, .waiver_count = 2};
static struct verdict verdicts[2];
static char *text;

static void prepare(void)
{
	static char found[][16] = {
	    "fine", "<bad> & \"worse\"", "not asked # for", "no answer", "old", "new"};
	static char expected[] = "nothing";

	for (size_t i = 0; i < 6; i++)
		results[i] = (struct result){.check = &rows[i],
		                             .outcome = OUTCOME_FAIL,
		                             .found = found[i],
		                             .findings = json_array()};
	results[0].outcome = OUTCOME_PASS;
	results[1].expected = expected;
	results[2].outcome = OUTCOME_SKIP;
	results[3].outcome = OUTCOME_ERROR;
	results[4].waived = "since ever";
	json_array_append_new(results[1].findings, json_pack("{s:s, s:i, s:s}", "path", "/a b/é",
	                                                     "layer", 2, "what", "x"));
	verdicts[0] = (struct verdict){.image = "some/image:1",
	                               .results = results,
	                               .count = 6,
	                               .config = &config,
	                               .today = 20260201,
	                               .took = 1.5};
	verdicts[1] = (struct verdict){.image = "other", .trouble = "not on this engine"};
}

static void clean_up(void)
{
	for (size_t i = 0; i < 6; i++)
		json_decref(results[i].findings);
	free(text);
}

static void write_as(enum format format, bool colour)
{
	size_t size;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	ck_assert(write_report(to, format, colour, verdicts, 2));
	fclose(to);
}

static void assert_holds(const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "expected in it: %s\nfound: %s", part, text);
}

static void assert_lacks(const char *part)
{
	ck_assert_msg(strstr(text, part) == NULL, "expected nowhere: %s\nfound: %s", part, text);
}

START_TEST(only_what_fails_for_good_counts)
{
	const bool counts[] = {false, true, false, true, false, false};

	for (size_t i = 0; i < 6; i++)
		ck_assert_msg(counts_as_failure(&results[i]) == counts[i], "%s: expected %d",
		              rows[i].id, counts[i]);
}
END_TEST

START_TEST(pretty_says_what_was_expected_and_what_was_found)
{
	write_as(FORMAT_PRETTY, false);
	assert_holds("some/image:1\n");
	assert_holds("  pass  good ");
	assert_holds("  FAIL  bad                      <bad> & \"worse\"\n        expected: "
	             "nothing\n          /a b/é (layer 2)\n        fix: mend & \"go\"\n");
	assert_holds("  skip  left-out ");
	assert_holds("  ERROR unknown ");
	assert_holds("  note  excused                  old\n        waived: since ever\n");
	assert_holds("        informational\n");
	assert_holds("plimsoll.yaml:7: the waiver of good for /x has expired\n");
	assert_holds("plimsoll.yaml:9: the waiver of bad covers nothing: remove it\n");
	assert_holds("1 passed, 1 failed, 1 skipped, 1 could not be decided, 1 waived, "
	             "1 informational, in 1.5 s\n");
	assert_holds("other\n  not checked: not on this engine\n");
	assert_lacks("\033");
}
END_TEST

START_TEST(pretty_has_colour_where_it_is_asked_for)
{
	write_as(FORMAT_PRETTY, true);
	assert_holds("\033[1;31mFAIL \033[0m");
}
END_TEST

START_TEST(tap_has_a_line_for_each)
{
	write_as(FORMAT_TAP, false);
	ck_assert_int_eq(strncmp(text, "TAP version 13\n1..7\nok 1 - some/image:1: good\n", 46), 0);
	assert_holds("not ok 2 - some/image:1: bad\n  ---\n  found: \"<bad> & \\\"worse\\\"\"\n  "
	             "expected: \"nothing\"\n");
	assert_holds("ok 3 - some/image:1: left-out # SKIP not asked \\# for\n");
	assert_holds("not ok 4 - some/image:1: unknown\n");
	assert_holds("not ok 5 - some/image:1: excused # TODO waived: since ever\n");
	assert_holds("not ok 6 - some/image:1: new # TODO informational\n");
	assert_holds("not ok 7 - other: not checked\n");
	assert_holds("# plimsoll.yaml:7: ");
}
END_TEST

START_TEST(junit_escapes_and_counts)
{
	write_as(FORMAT_JUNIT, false);
	assert_holds("<testsuite name=\"some/image:1\" tests=\"6\" failures=\"1\" errors=\"1\" "
	             "skipped=\"3\" time=\"1.500\">");
	assert_holds(
	    "<failure message=\"&lt;bad&gt; &amp; &quot;worse&quot;\" type=\"high\">expected: "
	    "nothing&#10;/a b/é&#10;fix: mend &amp; &quot;go&quot;</failure>");
	assert_holds("<skipped message=\"waived: since ever\"/>");
	assert_holds("<error message=\"not on this engine\"/>");
}
END_TEST

START_TEST(json_is_as_its_schema_says)
{
	write_as(FORMAT_JSON, false);
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const char *id, *outcome, *image;
	int schema, layer;

	ck_assert_ptr_nonnull(document);
	json_t *images = json_object_get(document, "images");
	json_t *second = json_array_get(json_object_get(json_array_get(images, 0), "results"), 1);
	ck_assert_int_eq(json_unpack(document, "{s:i}", "schema", &schema), 0);
	ck_assert_int_eq(schema, 1);
	ck_assert_int_eq(json_unpack(json_array_get(images, 0), "{s:s}", "image", &image), 0);
	ck_assert_str_eq(image, "some/image:1");
	ck_assert_int_eq(
	    json_unpack(second, "{s:s, s:s, s:i}", "id", &id, "outcome", &outcome, "layer", &layer),
	    0);
	ck_assert_str_eq(id, "bad");
	ck_assert_str_eq(outcome, "fail");
	ck_assert_int_eq(layer, 2);
	json_decref(document);
}
END_TEST

START_TEST(sarif_has_failures_with_their_places)
{
	write_as(FORMAT_SARIF, false);
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *found;
	const char *message, *uri, *justification;

	ck_assert_ptr_nonnull(document);
	json_t *run = json_array_get(json_object_get(document, "runs"), 0);
	found = json_object_get(run, "results");
	ck_assert_uint_eq(json_array_size(found), 4);
	ck_assert_int_eq(json_unpack(json_array_get(found, 0), "{s:{s:s}, s:[{s:{s:{s:s}}}]}",
	                             "message", "text", &message, "locations", "physicalLocation",
	                             "artifactLocation", "uri", &uri),
	                 0);
	ck_assert_str_eq(message, "It is <not> bad: expected nothing, found <bad> & \"worse\"");
	ck_assert_str_eq(uri, "a%20b/%C3%A9");
	ck_assert_int_eq(json_unpack(json_array_get(found, 2), "{s:[{s:s}]}", "suppressions",
	                             "justification", &justification),
	                 0);
	ck_assert_str_eq(justification, "since ever");
	json_decref(document);
}
END_TEST

START_TEST(a_write_that_fails_is_said)
{
	FILE *full = fopen("/dev/full", "w");

	for (enum format format = FORMAT_PRETTY; format <= FORMAT_SARIF; format++) {
		clearerr(full);
		ck_assert(!write_report(full, format, false, verdicts, 2));
	}
	fclose(full);
}
END_TEST

Suite *report_suite(void)
{
	Suite *suite = suite_create("report");
	TCase *tests = tcase_create("report");

	tcase_add_checked_fixture(tests, prepare, clean_up);
	tcase_add_test(tests, only_what_fails_for_good_counts);
	tcase_add_test(tests, pretty_says_what_was_expected_and_what_was_found);
	tcase_add_test(tests, pretty_has_colour_where_it_is_asked_for);
	tcase_add_test(tests, tap_has_a_line_for_each);
	tcase_add_test(tests, junit_escapes_and_counts);
	tcase_add_test(tests, json_is_as_its_schema_says);
	tcase_add_test(tests, sarif_has_failures_with_their_places);
	tcase_add_test(tests, a_write_that_fails_is_said);
	suite_add_tcase(suite, tests);
	return suite;
}
