/* What needs no engine: by what it is ready, of what kind it is, what the engine's diff shows, what
 * one run shows for others. */

#include "suites.h"

#include "plimsoll/runs/changes.h"
#include "plimsoll/runs/kinds.h"
#include "plimsoll/runs/readiness.h"
#include "plimsoll/runs/settle.h"

#include <stdlib.h>
#include <string.h>

static json_t *parse(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, 0, &error);

	ck_assert_msg(value != NULL, "%s: %s", text, error.text);
	return value;
}

/* "healthcheck", "port 3000 4000", …, with "?" where it was guessed, or the failure. */
static char *choose(const char *config, const struct budgets *budgets)
{
	static char said[600];
	struct readiness readiness;
	struct failure failure;
	json_t *image = parse(config);
	size_t used;

	if (!choose_readiness(image, budgets, &readiness, &failure)) {
		json_decref(image);
		return strcpy(said, failure.text);
	}
	used = (size_t)snprintf(said, sizeof(said), "%s%s", name_readiness(readiness.by),
	                        readiness.guessed ? "?" : "");
	for (const unsigned int *port = readiness.ports; *port != 0; port++)
		used += (size_t)snprintf(said + used, sizeof(said) - used, " %u", *port);
	json_decref(image);
	return said;
}

#define HEALTH "\"healthcheck\": {\"test\": [\"CMD\", \"/app\", \"health\"], \"timeout\": 3}"
#define PORTS                                                                                      \
	"\"ports\": [{\"port\": 53, \"protocol\": \"udp\"}, {\"port\": 3000, \"protocol\": "       \
	"\"tcp\"}, {\"port\": 4000, \"protocol\": \"tcp\"}]"

START_TEST(readiness_is_found)
{
	const struct budgets none = {0};

	ck_assert_str_eq(choose("{\"config\": {" HEALTH ", " PORTS "}}", &none), "healthcheck");
	ck_assert_str_eq(choose("{\"config\": {" PORTS "}}", &none), "port 3000 4000");
	ck_assert_str_eq(choose("{\"config\": {\"healthcheck\": null, \"ports\": [{\"port\": 53, "
	                        "\"protocol\": \"udp\"}]}}",
	                        &none),
	                 "listening?");
	ck_assert_str_eq(choose("{}", &none), "listening?");
}
END_TEST

/* As many tries as the image says, up to ten; Docker's three where it says none. */
static const struct {
	const char *said;
	unsigned int retries;
} retries[] = {{"", 3},
               {", \"retries\": 0", 3},
               {", \"retries\": 9", 9},
               {", \"retries\": 10", 10},
               {", \"retries\": 11", 10}};

START_TEST(a_health_check_is_tried_as_often_as_the_image_says)
{
	const struct budgets none = {0};
	struct readiness readiness;
	struct failure failure;
	char config[160];

	snprintf(config, sizeof(config),
	         "{\"config\": {\"healthcheck\": {\"test\": [\"CMD\", \"/app\"]%s}}}",
	         retries[_i].said);
	json_t *image = parse(config);
	ck_assert(choose_readiness(image, &none, &readiness, &failure));
	ck_assert_uint_eq(readiness.retries, retries[_i].retries);
	json_decref(image);
}
END_TEST

START_TEST(readiness_is_asked_for)
{
	static char port[] = "port", health[] = "healthcheck", listening[] = "listening",
	            running[] = "running";
	const char *all = "{\"config\": {" HEALTH ", " PORTS "}}";

	ck_assert_str_eq(choose(all, &(struct budgets){.ready = port}), "port 3000 4000");
	ck_assert_str_eq(choose(all, &(struct budgets){.ready = port, .ready_port = 9}), "port 9");
	ck_assert_str_eq(choose(all, &(struct budgets){.ready = listening}), "listening");
	ck_assert_str_eq(choose(all, &(struct budgets){.ready = running}), "running");
	ck_assert_str_eq(choose(all, &(struct budgets){.ready = health}), "healthcheck");
	ck_assert_str_eq(choose("{}", &(struct budgets){.ready = health}),
	                 "ready: healthcheck: the image has none");
	ck_assert_str_eq(choose("{}", &(struct budgets){.ready = port}),
	                 "ready: port: the image EXPOSEs none: name it");
}
END_TEST

static const struct {
	struct readiness readiness;
	struct arrival arrival;
	const char *said, *reason; /* of the health check; NULL: null */
} unready[] = {
    {{.by = BY_PORT, .ports = {8080}},
     {.running = true, .waited = 30},
     NULL,
     "not ready within 30 s: nothing accepts on port 8080/tcp"},
    {{.by = BY_PORT, .ports = {80, 443}},
     {.running = true, .waited = 0.5},
     NULL,
     "not ready within 0.5 s: nothing accepts on ports 80/tcp, 443/tcp"},
    {{.by = BY_LISTENING},
     {.running = true, .waited = 9.9996},
     NULL,
     "not ready within 10 s: nothing accepts on any TCP port"},
    {{.by = BY_HEALTHCHECK},
     {.running = true, .waited = 10},
     "sh: curl: not found",
     "not ready within 10 s: its HEALTHCHECK does not pass: \"sh: curl: not found\""},
    {{.by = BY_HEALTHCHECK},
     {.running = true, .waited = 10},
     NULL,
     "not ready within 10 s: its HEALTHCHECK does not pass"},
    {{.by = BY_PORT, .ports = {80}}, {.running = true, .ready = true, .waited = 10}, NULL, NULL},
    {{.by = BY_PORT, .ports = {80}}, {.waited = 10}, NULL, NULL},
};

START_TEST(what_was_waited_for_in_vain_is_said)
{
	struct arrival arrival = unready[_i].arrival;

	arrival.watched = json_pack("{s:s?}", "said", unready[_i].said);
	json_t *reason = explain_unready(&unready[_i].readiness, &arrival);
	if (unready[_i].reason != NULL)
		ck_assert_str_eq(json_string_value(reason), unready[_i].reason);
	else
		ck_assert(json_is_null(reason));
	json_decref(reason);
	free_arrival(&arrival);
}
END_TEST

START_TEST(all_ports_that_can_be_asked_are_named)
{
	struct readiness readiness = {.by = BY_PORT};
	const struct arrival arrival = {.running = true, .waited = 10};

	for (size_t i = 0; i < MOST_PORTS; i++)
		readiness.ports[i] = 65535;
	json_t *reason = explain_unready(&readiness, &arrival);
	ck_assert_uint_eq(json_string_length(reason),
	                  strlen("not ready within 10 s: nothing accepts on ports ") +
	                      MOST_PORTS * strlen("65535/tcp, ") - strlen(", "));
	json_decref(reason);
}
END_TEST

static const struct {
	const char *baseline;
	bool is_service; /* by HEALTHCHECK or EXPOSE */
	const char *kind;
	bool works;
} kinds[] = {
    {"{\"started\": true, \"ready\": true, \"running\": true, \"exit\": null}", true, "service",
     true},
    {"{\"started\": true, \"ready\": true, \"running\": true, \"exit\": null}", false, "service",
     true},
    {"{\"started\": true, \"ready\": false, \"running\": true, \"exit\": null}", true, "service",
     false},
    {"{\"started\": true, \"ready\": true, \"running\": false, \"exit\": 0}", true, "broken",
     false},
    {"{\"started\": true, \"ready\": true, \"running\": false, \"exit\": 0}", false, "one-shot",
     true},
    {"{\"started\": true, \"ready\": false, \"running\": false, \"exit\": 0}", true, "broken",
     false},
    {"{\"started\": true, \"ready\": false, \"running\": false, \"exit\": 0}", false, "one-shot",
     true},
    {"{\"started\": true, \"ready\": false, \"running\": false, \"exit\": 3}", false, "broken",
     false},
    {"{\"started\": false, \"ready\": false, \"running\": false, \"exit\": 127}", true, "broken",
     false},
};

START_TEST(kind_is_found)
{
	json_t *baseline = parse(kinds[_i].baseline);
	enum kind kind = find_kind(baseline, kinds[_i].is_service);

	ck_assert_str_eq(name_kind(kind), kinds[_i].kind);
	ck_assert_int_eq(works(kind, baseline), kinds[_i].works);
	json_decref(baseline);
}
END_TEST

static char *list_changes(const char *diff, const char *volumes)
{
	json_t *mounts = parse(volumes),
	       *changed = parse_changes(diff, strlen(diff), "/.plimsoll-1", mounts);
	char *text = json_dumps(changed, JSON_COMPACT | JSON_ENCODE_ANY);

	json_decref(mounts);
	json_decref(changed);
	return text;
}

START_TEST(changes_are_the_images)
{
	char *text =
	    list_changes("C /var\nC /var/lib\nA /var/lib/app\nA /.plimsoll-1\nC "
	                 "/etc\nC /etc/passwd\nA /var/library\nD /tmp/x\nnonsense\n\nA /a\x1b[2J\n",
	                 "[\"/var/lib/app/\"]");

	ck_assert_str_eq(text, "[{\"path\":\"/etc\",\"change\":\"changed\"},"
	                       "{\"path\":\"/etc/passwd\",\"change\":\"changed\"},"
	                       "{\"path\":\"/var/library\",\"change\":\"added\"},"
	                       "{\"path\":\"/tmp/x\",\"change\":\"deleted\"},"
	                       "{\"path\":\"\\\\x0anonsense\",\"change\":\"changed\"},"
	                       "{\"path\":\"\\\\x0a\",\"change\":\"changed\"},"
	                       "{\"path\":\"/a\\\\x1b[2J\",\"change\":\"added\"}]");
	free(text);
	text = list_changes("", "[]");
	ck_assert_str_eq(text, "[]");
	free(text);
}
END_TEST

/* What has grown, in one line, with "…" where that is partial; which of the three are is a bit
 * each.
 */
static char *list_grown(const char *after_text, unsigned int partial)
{
	struct sizes before = {.files = parse("{\"/log\": 10, \"/same\": 5}"),
	                       .partial = (partial & 1) != 0};
	struct sizes between = {.files = parse("{\"/saved-at-the-end\": 9, \"/log\": 12}"),
	                        .partial = (partial & 2) != 0};
	struct sizes after = {.files = parse(after_text), .partial = (partial & 4) != 0};
	bool more;
	json_t *grown = find_grown(&before, &between, &after, &more);

	if (more)
		json_array_append_new(grown, json_string("…"));
	char *text = json_dumps(grown, JSON_COMPACT);
	json_decref(before.files);
	json_decref(between.files);
	json_decref(after.files);
	json_decref(grown);
	return text;
}

#define assert_grown(after, partial, expected)                                                     \
	do {                                                                                       \
		char *grown = list_grown(after, partial);                                          \
		ck_assert_str_eq(grown, expected);                                                 \
		free(grown);                                                                       \
	} while (0)

START_TEST(growth_is_found)
{
	static const char after[] =
	    "{\"/log\": 13, \"/same\": 5, \"/saved-at-the-end\": 9, \"/new\": 0}";

	assert_grown(after, 0, "[\"/log\",\"/new\"]");
	/* What was not kept before may have been there. */
	assert_grown(after, 1, "[\"/log\",\"…\"]");
	assert_grown(after, 2, "[\"/log\",\"…\"]");
	assert_grown(after, 4, "[\"/log\",\"/new\",\"…\"]");
	assert_grown("{\"/same\": 5}", 4, "[\"…\"]");
}
END_TEST

START_TEST(growth_beyond_a_hundred_files_is_partial)
{
	struct sizes none = {.files = json_object()}, after = {.files = json_object()};
	char path[16];
	bool partial;

	for (int i = 0; i < 101; i++) {
		json_t *grown = find_grown(&none, &none, &after, &partial);

		ck_assert(!partial);
		ck_assert_uint_eq(json_array_size(grown), (size_t)i);
		json_decref(grown);
		snprintf(path, sizeof(path), "/%d", i);
		json_object_set_new(after.files, path, json_integer(1));
	}
	json_t *grown = find_grown(&none, &none, &after, &partial);
	ck_assert(partial);
	ck_assert_uint_eq(json_array_size(grown), 100);
	json_decref(grown);
	json_decref(none.files);
	json_decref(after.files);
}
END_TEST

START_TEST(what_comes_with_each_start_is_no_growth)
{
	json_t *baseline = parse("{\"changed\": [{\"path\": \"/run\", \"change\": \"changed\"}, "
	                         "{\"path\": \"/run/pid\", \"change\": \"added\"}]}");
	json_t *restart = parse("{\"grown\": [\"/run/pid\", \"/run/pid.2\", \"/run\"]}");
	json_t *unread = parse("{\"grown\": null}");

	settle_restart(baseline, restart);
	settle_restart(baseline, unread);
	settle_restart(baseline, NULL);
	char *text = json_dumps(restart, JSON_COMPACT);
	ck_assert_str_eq(text, "{\"grown\":[\"/run/pid.2\"]}");
	free(text);
	ck_assert(json_is_null(json_object_get(unread, "grown")));
	json_decref(baseline);
	json_decref(restart);
	json_decref(unread);
}
END_TEST

#define PROOF                                                                                      \
	"{\"root_write\": \"EROFS\", \"bounding\": \"0\", \"no_new_privileges\": true, "           \
	"\"seccomp\": 2, \"uids\": [12345, 12345, 12345, 12345], \"memory\": 268435456, "          \
	"\"pids\": 64}"
#define STRICT(ready, exit, proof)                                                                 \
	"{\"ready\": " ready ", \"ready_after\": 0.1, \"exit\": " exit ", \"output\": null, "      \
	"\"proof\": " proof ", \"user\": \"12345:12345\", \"memory\": 268435456, \"pids\": 64}"

static const char service[] =
    "{\"started\": true, \"ready\": true, \"running\": true, \"exit\": null}";
static const char one_shot[] =
    "{\"started\": true, \"ready\": false, \"running\": false, \"exit\": 0}";

/* The object of the run, as the strict one shows it, in one line; "" where it does not. */
static char *show(const char *name, const char *baseline_text, const char *strict_text)
{
	json_t *baseline = parse(baseline_text), *strict = parse(strict_text);
	json_t *shown =
	    show_by_bundle(name, "restricted", find_kind(baseline, false), baseline, strict);
	char *text =
	    shown != NULL ? json_dumps(shown, JSON_COMPACT | JSON_REAL_PRECISION(6)) : strdup("");

	json_decref(baseline);
	json_decref(strict);
	json_decref(shown);
	return text;
}

#define assert_shown(name, baseline, strict, expected)                                             \
	do {                                                                                       \
		char *shown = show(name, baseline, strict);                                        \
		ck_assert_str_eq(shown, expected);                                                 \
		free(shown);                                                                       \
	} while (0)

START_TEST(strict_shows_conditions)
{
	static const char good[] = STRICT("true", "null", PROOF);
#define READY "{\"ready\":true,\"ready_after\":0.1,\"exit\":null,\"output\":null,"
#define SHOWN "\"shown_by\":\"restricted\"}"

	assert_shown("read_only", service, good, READY "\"proof\":\"EROFS\"," SHOWN);
	assert_shown("no_capabilities", service, good,
	             READY "\"proof\":\"0\",\"needs\":null," SHOWN);
	assert_shown("no_new_privileges", service, good, READY "\"proof\":\"1\"," SHOWN);
	assert_shown("anyone", service, good, READY "\"user\":\"12345:12345\"," SHOWN);
	assert_shown("limits", service, good, READY "\"memory\":268435456,\"pids\":64," SHOWN);
	assert_shown("openshift", service, good, "");
}
END_TEST

/* It is settled with those that were made by themselves, and must not be settled before. */
START_TEST(strongest_is_as_it_was_made)
{
	static const char good[] = STRICT("true", "null", PROOF);
	json_t *made = parse(good);
	char *whole = json_dumps(made, JSON_COMPACT | JSON_REAL_PRECISION(6));

	assert_shown("restricted", service, good, whole);
	json_decref(made);
	free(whole);
}
END_TEST

/* Each of what the strict run needs, taken away once. */
static const struct {
	const char *name, *strict;
} unproven[] = {
    {"read_only", STRICT("false", "1", PROOF)},
    {"read_only", STRICT("true", "137", PROOF)},
    {"read_only", STRICT("true", "null", "null")},
    {"read_only", STRICT("true", "null", "{\"root_write\": \"EACCES\"}")},
    {"no_capabilities", STRICT("true", "null", "{\"bounding\": \"400\"}")},
    {"no_capabilities", STRICT("true", "null", "{\"bounding\": \"\"}")},
    {"no_new_privileges", STRICT("true", "null", "{\"no_new_privileges\": false}")},
    {"anyone", STRICT("true", "null", "{\"uids\": [12345, 0, 0, 0]}")},
    {"anyone", STRICT("true", "null", "{\"uids\": []}")},
    {"limits", STRICT("true", "null", "{\"memory\": null, \"pids\": 64}")},
    {"limits", STRICT("true", "null", "{\"memory\": 268435456, \"pids\": 256}")},
    {"restricted",
     STRICT("true", "null",
            "{\"uids\": [12345], \"bounding\": \"0\", \"no_new_privileges\": false}")},
};

START_TEST(strict_shows_nothing_unproven)
{
	assert_shown(unproven[_i].name, service, unproven[_i].strict, "");
}
END_TEST

START_TEST(one_shot_must_end_alike)
{
	assert_shown("no_new_privileges", one_shot, STRICT("false", "0", PROOF),
	             "{\"ready\":true,\"ready_after\":0.1,\"exit\":0,\"output\":null,"
	             "\"proof\":\"1\",\"shown_by\":\"restricted\"}");
	assert_shown("no_new_privileges", one_shot, STRICT("false", "1", PROOF), "");
	assert_shown("no_new_privileges", one_shot, STRICT("true", "null", PROOF), "");
}
END_TEST

/* A proof that nobody gave must not look like one that speaks against it. */
START_TEST(no_proof_is_none)
{
	static const char *const names[] = {"read_only", "no_capabilities", "no_new_privileges",
	                                    "restricted"};
	json_t *baseline = parse(service), *run = parse(STRICT("false", "1", "null"));
	char reason[128];

	ck_assert(settle_confined(names[_i], KIND_SERVICE, baseline, run, reason, sizeof(reason)));
	ck_assert(!json_is_string(json_object_get(run, "proof")));
	json_decref(baseline);
	json_decref(run);
}
END_TEST

static bool settle(const char *name, const char *text)
{
	json_t *baseline = parse(service), *run = parse(text);
	char reason[128] = "";
	bool settled = settle_confined(name, KIND_SERVICE, baseline, run, reason, sizeof(reason));

	ck_assert_int_eq(settled, *reason == '\0');
	json_decref(baseline);
	json_decref(run);
	return settled;
}

START_TEST(disproved_conditions_are_no_result)
{
	ck_assert(settle("read_only", STRICT("true", "null", PROOF)));
	ck_assert(!settle("read_only", STRICT("true", "null", "{\"root_write\": \"ok\"}")));
	ck_assert(!settle("openshift", STRICT("true", "null", "{\"uids\": [0, 0, 0, 0]}")));
	ck_assert(!settle("limits", STRICT("true", "null", "{\"memory\": 1, \"pids\": 64}")));
	/* The engine's word does where the kernel's can't be had; and what is not ready, is not. */
	ck_assert(settle("limits", STRICT("true", "null", "{\"memory\": null, \"pids\": null}")));
	ck_assert(
	    !settle("limits", STRICT("true", "null", "{\"memory\": \"max\", \"pids\": \"max\"}")));
	ck_assert(
	    !settle("limits", STRICT("true", "null", "{\"memory\": \"max\", \"pids\": null}")));
	ck_assert(
	    !settle("limits", STRICT("true", "null", "{\"memory\": null, \"pids\": \"max\"}")));
	ck_assert(settle("read_only", STRICT("false", "1", "{\"root_write\": \"ok\"}")));
}
END_TEST

START_TEST(ends_are_measured)
{
	ck_assert_double_eq_tol(measure_end(1000, 1000.25, 0.5), 0.25, 1e-9);
	ck_assert_double_eq_tol(measure_end(1000, 999, 0.5), 0.5, 1e-9);
	ck_assert_double_eq_tol(measure_end(1000, 1007, 0.5), 0.5, 1e-9);
	ck_assert(is_outlived(1, 1.2));
	ck_assert(!is_outlived(1, 1.05));
	ck_assert(!is_outlived(1, 0));
}
END_TEST

START_TEST(signals_are_named)
{
	ck_assert_str_eq(name_signal(NULL), "TERM");
	ck_assert_str_eq(name_signal(""), "TERM");
	ck_assert_str_eq(name_signal("SIGQUIT"), "QUIT");
	ck_assert_str_eq(name_signal("QUIT"), "QUIT");
	ck_assert_str_eq(name_signal("3"), "QUIT");
	ck_assert_str_eq(name_signal("SIGRTMIN+3"), "RTMIN+3");
	ck_assert_str_eq(name_signal("99"), "99");
}
END_TEST

Suite *runs_suite(void)
{
	Suite *suite = suite_create("runs");
	TCase *tests = tcase_create("runs");

	tcase_add_test(tests, readiness_is_found);
	tcase_add_loop_test(tests, a_health_check_is_tried_as_often_as_the_image_says, 0,
	                    sizeof(retries) / sizeof(*retries));
	tcase_add_test(tests, readiness_is_asked_for);
	tcase_add_loop_test(tests, what_was_waited_for_in_vain_is_said, 0,
	                    sizeof(unready) / sizeof(*unready));
	tcase_add_test(tests, all_ports_that_can_be_asked_are_named);
	tcase_add_loop_test(tests, kind_is_found, 0, sizeof(kinds) / sizeof(*kinds));
	tcase_add_test(tests, changes_are_the_images);
	tcase_add_test(tests, growth_is_found);
	tcase_add_test(tests, growth_beyond_a_hundred_files_is_partial);
	tcase_add_test(tests, what_comes_with_each_start_is_no_growth);
	tcase_add_test(tests, strict_shows_conditions);
	tcase_add_test(tests, strongest_is_as_it_was_made);
	tcase_add_loop_test(tests, strict_shows_nothing_unproven, 0,
	                    sizeof(unproven) / sizeof(*unproven));
	tcase_add_test(tests, one_shot_must_end_alike);
	tcase_add_loop_test(tests, no_proof_is_none, 0, 4);
	tcase_add_test(tests, disproved_conditions_are_no_result);
	tcase_add_test(tests, ends_are_measured);
	tcase_add_test(tests, signals_are_named);
	suite_add_tcase(suite, tests);
	return suite;
}
