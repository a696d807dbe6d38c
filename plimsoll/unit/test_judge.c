#include "judge_cases.h"
#include "suites.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const outcomes[] = {"pass", "fail", "skip", "error"};

/* ' stands for ". */
static json_t *parse(const char *text)
{
	char *json = strdup(text);
	json_error_t error;

	for (char *at = json; (at = strchr(at, '\'')) != NULL;)
		*at = '"';
	json_t *facts = json_loads(json, 0, &error);
	ck_assert_msg(facts != NULL, "%s: %s", text, error.text);
	free(json);
	return facts;
}

static void assert_case(const struct judge_case *expected)
{
	const struct check *check = find_check(expected->id);
	struct result result;
	char reason[256] = "";

	ck_assert_msg(check != NULL, "%s: expected to be in the catalogue", expected->id);
	json_t *facts = parse(expected->facts);
	ck_assert_msg(check_facts(facts, reason, sizeof(reason)), "%s: expected facts, found %s",
	              expected->facts, reason);
	judge(facts, expected->budgets, &check, 1, &result);
	ck_assert_msg(result.outcome == expected->outcome &&
	                  strstr(result.found, expected->found) != NULL,
	              "%s of %s: expected %s with \"%s\", found %s with \"%s\"", expected->id,
	              expected->facts, outcomes[expected->outcome], expected->found,
	              outcomes[result.outcome], result.found);
	json_t *shown = json_string(result.found);
	ck_assert_msg(shown != NULL, "%s: expected UTF-8, found \"%s\"", expected->id,
	              result.found);
	json_decref(shown);
	ck_assert_msg((result.expected != NULL) == (result.outcome == OUTCOME_FAIL),
	              "%s: expected a text of what is expected where it failed alone",
	              expected->id);
	ck_assert_msg(json_is_array(result.findings) &&
	                  (result.outcome == OUTCOME_FAIL || json_array_size(result.findings) == 0),
	              "%s: expected findings where it failed alone", expected->id);
	free_results(&result, 1);
	json_decref(facts);
}

START_TEST(image_facts_are_judged)
{
	assert_case(&image_cases[_i]);
}
END_TEST

START_TEST(file_facts_are_judged)
{
	assert_case(&file_cases[_i]);
}
END_TEST

START_TEST(run_facts_are_judged)
{
	assert_case(&run_cases[_i]);
}
END_TEST

START_TEST(process_facts_are_judged)
{
	assert_case(&process_cases[_i]);
}
END_TEST

static size_t count_cases(const char *id, unsigned int wanted)
{
	const struct judge_case *const tables[] = {image_cases, file_cases, run_cases,
	                                           process_cases};
	const size_t counts[] = {image_case_count, file_case_count, run_case_count,
	                         process_case_count};
	size_t found = 0;

	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < counts[i]; j++)
			found += strcmp(tables[i][j].id, id) == 0 &&
			         (wanted & 1U << tables[i][j].outcome) != 0;
	return found;
}

START_TEST(every_check_has_cases_of_each_outcome)
{
	const char *id = catalogue[_i].id;

	ck_assert_msg(count_cases(id, 1U << OUTCOME_PASS) > 0, "%s: expected a case that passes",
	              id);
	ck_assert_msg(count_cases(id, 1U << OUTCOME_FAIL) > 0, "%s: expected a case that fails",
	              id);
	ck_assert_msg(count_cases(id, 1U << OUTCOME_SKIP | 1U << OUTCOME_ERROR) > 0,
	              "%s: expected a case that shows nothing", id);
}
END_TEST

/* Whatever it asks for: where nobody looked, nothing passes, and nothing is held against it. */
START_TEST(nothing_is_decided_by_facts_that_are_missing)
{
	static const char *const empty[] = {
	    "{'facts':1}",
	    "{'facts':1,'image':{},'layers':{},'files':{},'runs':{}}",
	    "{'facts':1,'image':{'config':{}},'files':{},'layers':{'list':[{}]},'runs':{'kind':"
	    "'service','baseline':{},'stop':{},'stop_early':{},'interrupt':{},'orphan':{},'restart'"
	    ":{},"
	    "'read_only':{},'anyone':{},'openshift':{},'no_capabilities':{},'no_new_privileges':{},"
	    "'restricted':{},'limits':{},'bad_argument':{},'override':{}}}",
	};
	const struct check *check = &catalogue[_i];

	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++) {
		json_t *facts = parse(empty[i]);
		struct result result;

		judge(facts, NULL, &check, 1, &result);
		bool decided = result.outcome == OUTCOME_PASS || result.outcome == OUTCOME_FAIL;
		bool absent = strcmp(check->id, "healthcheck") == 0 && i == 2;
		ck_assert_msg(!decided || absent, "%s of %s: expected skip or error, found %s: %s",
		              check->id, empty[i], outcomes[result.outcome], result.found);
		free_results(&result, 1);
		json_decref(facts);
	}
}
END_TEST

static bool is_well_formed(const char *id)
{
	size_t length = strlen(id);

	for (size_t i = 0; i < length; i++)
		if (!islower((unsigned char)id[i]) && !isdigit((unsigned char)id[i]) &&
		    (id[i] != '-' || i == 0 || i == length - 1 || id[i - 1] == '-'))
			return false;
	return length >= 3 && length <= 24;
}

static bool is_one_of(const char *word, size_t length, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == length && strncmp(*words, word, length) == 0)
			return true;
	return false;
}

static void assert_words(const struct check *check, const char *text, const char *const *words)
{
	while (*text != '\0') {
		size_t length = strcspn(text, " ");

		ck_assert_msg(is_one_of(text, length, words), "%s: expected known words, found %s",
		              check->id, text);
		text += length + (text[length] == ' ');
	}
}

START_TEST(every_row_has_its_texts)
{
	static const char *const profiles[] = {"default", "cis", "pss-restricted", "openshift",
	                                       NULL};
	static const char *const needs[] = {"image",
	                                    "files",
	                                    "layers",
	                                    "runs.baseline",
	                                    "runs.stop",
	                                    "runs.stop_early",
	                                    "runs.interrupt",
	                                    "runs.orphan",
	                                    "runs.restart",
	                                    "runs.read_only",
	                                    "runs.anyone",
	                                    "runs.openshift",
	                                    "runs.no_capabilities",
	                                    "runs.no_new_privileges",
	                                    "runs.restricted",
	                                    "runs.limits",
	                                    "runs.bad_argument",
	                                    "runs.override",
	                                    NULL};
	const struct check *check = &catalogue[_i];

	ck_assert_msg(is_well_formed(check->id), "%s: expected small letters, digits and hyphens",
	              check->id);
	for (size_t i = 0; i < (size_t)_i; i++)
		ck_assert_msg(strcmp(catalogue[i].id, check->id) != 0, "%s: expected only once",
		              check->id);
	ck_assert_msg(strlen(check->title) > 10 && isupper((unsigned char)check->title[0]) &&
	                  check->title[strlen(check->title) - 1] != '.',
	              "%s: expected a title without a full stop, found %s", check->id,
	              check->title);
	ck_assert_msg(strlen(check->why) > 40 && check->why[strlen(check->why) - 1] == '.',
	              "%s: expected one or two sentences, found %s", check->id, check->why);
	ck_assert_msg(strlen(check->fix) > 10, "%s: expected a fix, found %s", check->id,
	              check->fix);
	ck_assert_ptr_nonnull(check->references);
	ck_assert_ptr_nonnull(check->assess);
	ck_assert_msg(*check->profiles != '\0', "%s: expected to be of a profile", check->id);
	assert_words(check, check->profiles, profiles);
	assert_words(check, check->needs, needs);
	ck_assert(check->severity <= SEVERITY_HIGH);
}
END_TEST

/* A check is of the profile of whoever asks for it. */
START_TEST(every_row_is_of_the_profiles_that_ask_for_it)
{
	const struct check *check = &catalogue[_i];

	if (strstr(check->references, "PSS Restricted") != NULL)
		ck_assert_msg(strstr(check->profiles, "pss-restricted") != NULL,
		              "%s: expected to be of the profile pss-restricted", check->id);
	if (strstr(check->profiles, "cis") != NULL && strcmp(check->id, "starts") != 0)
		ck_assert_msg(strstr(check->references, "CIS Docker") != NULL,
		              "%s: expected a number of CIS", check->id);
}
END_TEST

START_TEST(every_rung_is_an_example)
{
	const struct check *check = &catalogue[_i];
	struct stat status;
	char path[128];

	if (*check->rung == '\0')
		return;
	snprintf(path, sizeof(path), "examples/%s", check->rung);
	ck_assert_msg(stat(path, &status) == 0 && S_ISDIR(status.st_mode),
	              "%s: expected the folder %s", check->id, path);
}
END_TEST

START_TEST(checks_are_found_by_id)
{
	ck_assert_str_eq(find_check("user-set")->title, "It names a user that is not root");
	ck_assert_ptr_null(find_check("user-se"));
	ck_assert_ptr_null(find_check(""));
	ck_assert_ptr_null(find_check("USER-SET"));
}
END_TEST

START_TEST(a_misspelled_id_is_near_to_the_right_one)
{
	static const char *const ids[][2] = {{"user-sett", "user-set"},
	                                     {"stop-on-term", "stops-on-term"},
	                                     {"no-setiud", "no-setuid"},
	                                     {"healtcheck", "healthcheck"},
	                                     {"uct", "utc"}};
	static char endless[1 << 16];

	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(nearest_check(ids[i][0])->id, ids[i][1]);
	memset(endless, 'x', sizeof(endless) - 1);
	ck_assert_ptr_nonnull(nearest_check(endless));
	ck_assert_ptr_nonnull(nearest_check(""));
}
END_TEST

START_TEST(each_finding_has_path_layer_and_what)
{
	const struct check *check = find_check("no-secret-file");
	json_t *facts = parse(FILES("'secrets':[{'path':'/a','kind':'dotenv','layer':3},"
	                            "{'path':'/b','kind':'private-key','layer':null}]"));
	struct result result;

	judge(facts, NULL, &check, 1, &result);
	char *found = json_dumps(result.findings, JSON_COMPACT);
	ck_assert_str_eq(found, "[{\"path\":\"/a\",\"layer\":3,\"what\":\"dotenv\"},"
	                        "{\"path\":\"/b\",\"layer\":null,\"what\":\"private-key\"}]");
	free(found);
	free_results(&result, 1);
	json_decref(facts);
}
END_TEST

START_TEST(endless_changes_are_not_all_looked_at)
{
	const struct check *check = find_check("writes-nothing");
	json_t *facts = parse(RUNS("'kind':'service','baseline':{'changed':[]}"));
	json_t *baseline = json_object_get(json_object_get(facts, "runs"), "baseline");
	json_t *changed = json_object_get(baseline, "changed");
	struct result result;

	for (int i = 1; i <= 1001; i++) {
		json_array_append_new(changed, json_pack("{s:s}", "path", "/tmp/x"));
		if (i < 1000)
			continue;
		judge(facts, NULL, &check, 1, &result);
		ck_assert_int_eq(result.outcome, i == 1000 ? OUTCOME_PASS : OUTCOME_ERROR);
		free_results(&result, 1);
	}
	json_decref(facts);
}
END_TEST

START_TEST(findings_end_at_a_hundred)
{
	struct result result = {.findings = json_array()};

	for (int i = 0; i < 150; i++)
		add_finding(&result, "/x", NULL, "x");
	ck_assert_uint_eq(json_array_size(result.findings), 100);
	json_decref(result.findings);
}
END_TEST

START_TEST(all_checks_are_judged_at_once)
{
	static const struct check *checks[100];
	static struct result results[100];
	json_t *facts = parse(CONFIG("'user':'65532:65532'"));

	ck_assert_uint_le(catalogue_size, 100);
	for (size_t i = 0; i < catalogue_size; i++)
		checks[i] = &catalogue[i];
	judge(facts, NULL, checks, catalogue_size, results);
	for (size_t i = 0; i < catalogue_size; i++)
		ck_assert_ptr_eq(results[i].check, &catalogue[i]);
	ck_assert_int_eq(results[0].outcome, OUTCOME_PASS);
	free_results(results, catalogue_size);
	json_decref(facts);
}
END_TEST

static const struct {
	const char *facts, *reason;
} bad_facts[] = {
    {"[]", "facts: no such key: it must be an object of `plimsoll facts`"},
    {"{}", "facts: no such key: it must be an object of `plimsoll facts`"},
    {"{'facts':2}", "facts: must be 1, the version that is known"},
    {"{'facts':'1'}", "facts: must be 1, the version that is known"},
    {"{'facts':1,'image':[]}", "image: must be an object, or null"},
    {"{'facts':1,'files':{'setuid':{}}}", "files.setuid: must be an array, or null"},
    {"{'facts':1,'files':{'setuid':[{},{'path':5}]}}",
     "files.setuid.1.path: must be a string, or null"},
    {"{'facts':1,'runs':{'stop':{'after':-1}}}", "runs.stop.after: must not be negative"},
    {"{'facts':1,'runs':{'stop':{'exit':1.5}}}", "runs.stop.exit: must be a whole number, or null"},
    {"{'facts':1,'runs':{'stop':{'alive':1}}}", "runs.stop.alive: must be true, false or null"},
    {"{'facts':1,'runs':{'stop':{'after':'1'}}}", "runs.stop.after: must be a number, or null"},
    {"{'facts':1,'image':{'config':{'user':'a\\u001b[2J'}}}",
     "image.config.user: holds what can't be shown: it must be written \\xNN"},
    {"{'facts':1,'image':{'config':{'user':'\\u202e'}}}",
     "image.config.user: holds what can't be shown: it must be written \\xNN"},
    {"{'facts':1,'image':{'config':{'labels':{'\\n':'x'}}}}",
     "image.config.labels: a key holds what can't be shown"},
};

START_TEST(bad_facts_are_refused_with_their_key)
{
	json_t *facts = parse(bad_facts[_i].facts);
	char reason[256] = "";

	ck_assert_msg(!check_facts(facts, reason, sizeof(reason)), "%s: expected to be refused",
	              bad_facts[_i].facts);
	ck_assert_str_eq(reason, bad_facts[_i].reason);
	json_decref(facts);
}
END_TEST

START_TEST(facts_of_a_later_plimsoll_may_say_more)
{
	json_t *facts =
	    parse("{'facts':1,'weather':'fair \\\\x1b','image':{'moon':[1]},'layers':null,"
	          "'runs':{'tide':{'high':true}}}");
	char reason[256] = "";

	ck_assert_msg(check_facts(facts, reason, sizeof(reason)), "found %s", reason);
	json_decref(facts);
}
END_TEST

/* Each object of facts.md by itself is facts, so that the page and the reader agree. */
START_TEST(the_examples_of_facts_md_are_facts)
{
	FILE *file = fopen("plimsoll/facts.md", "r");
	static char page[1 << 16];
	char reason[256] = "";
	int count = 0;

	ck_assert_ptr_nonnull(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (char *at = page; (at = strstr(at, "```json\n")) != NULL; count++) {
		json_error_t error;

		at += strlen("```json\n");
		json_t *facts = json_loads(at, JSON_DISABLE_EOF_CHECK, &error);
		ck_assert_msg(facts != NULL, "facts.md: %s", error.text);
		json_object_set_new(facts, "facts", json_integer(1));
		ck_assert_msg(check_facts(facts, reason, sizeof(reason)), "facts.md: %s", reason);
		json_decref(facts);
	}
	ck_assert_int_eq(count, 5);
}
END_TEST

Suite *judge_suite(void)
{
	Suite *suite = suite_create("judge");
	TCase *cases = tcase_create("cases"), *rows = tcase_create("rows"),
	      *facts = tcase_create("facts");
	int checks = (int)catalogue_size;

	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, image_facts_are_judged, 0, (int)image_case_count);
	tcase_add_loop_test(cases, file_facts_are_judged, 0, (int)file_case_count);
	tcase_add_loop_test(cases, run_facts_are_judged, 0, (int)run_case_count);
	tcase_add_loop_test(cases, process_facts_are_judged, 0, (int)process_case_count);
	suite_add_tcase(suite, rows);
	tcase_add_loop_test(rows, every_check_has_cases_of_each_outcome, 0, checks);
	tcase_add_loop_test(rows, nothing_is_decided_by_facts_that_are_missing, 0, checks);
	tcase_add_loop_test(rows, every_row_has_its_texts, 0, checks);
	tcase_add_loop_test(rows, every_row_is_of_the_profiles_that_ask_for_it, 0, checks);
	tcase_add_loop_test(rows, every_rung_is_an_example, 0, checks);
	tcase_add_test(rows, checks_are_found_by_id);
	tcase_add_test(rows, a_misspelled_id_is_near_to_the_right_one);
	tcase_add_test(rows, each_finding_has_path_layer_and_what);
	tcase_add_test(rows, endless_changes_are_not_all_looked_at);
	tcase_add_test(rows, findings_end_at_a_hundred);
	tcase_add_test(rows, all_checks_are_judged_at_once);
	suite_add_tcase(suite, facts);
	tcase_add_loop_test(facts, bad_facts_are_refused_with_their_key, 0,
	                    (int)(sizeof(bad_facts) / sizeof(*bad_facts)));
	tcase_add_test(facts, facts_of_a_later_plimsoll_may_say_more);
	tcase_add_test(facts, the_examples_of_facts_md_are_facts);
	return suite;
}
