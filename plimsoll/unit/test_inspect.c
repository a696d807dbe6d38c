#include "plimsoll/files/survey.h"
#include "plimsoll/image/describe.h"
#include "plimsoll/image/hide.h"
#include "plimsoll/image/inspect.h"
#include "plimsoll/text.h"
#include "plimsoll/unit/suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY                                                                                        \
	"-----BEGIN RSA PRIVATE "                                                                  \
	"KEY-----\nMIIEowIBAAKCAQEAx0tG5vN1yRzQMIIEowIBAAKCAQEAx0tG5vN1yRzQMIIEowIB\n-----END "    \
	"RSA PRIVATE "                                                                             \
	"KEY-----"
#define TOKEN "ghp_n8Zk2Qw7Lr4Tx9Vb3Yc6Hd1Jf5Mg0Ps8RaUe"

/* Only its name says what it is. */
#define PASSWORD "kX9vQ2mZ7rT4wB6n"

/* A client that answers as its script says. */
static char client[] = "/tmp/plimsoll-inspect.XXXXXX";

static struct engine make_engine(const char *script, bool podman)
{
	int fd = mkstemp(client);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(dprintf(fd, "#!/bin/sh\n%s\n", script), 0);
	ck_assert_int_eq(fchmod(fd, 0700), 0);
	close(fd);
	return (struct engine){.client = client, .podman = podman};
}

static void remove_engine(void)
{
	unlink(client);
}

static const char *get_string(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "(none)";
}

static char *dump(const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	ck_assert_ptr_nonnull(text);
	return text;
}

/* The part of config that the fields of an engine's Config come out as. */
static void assert_config(const char *config, const char *name, const char *expected)
{
	json_t *parsed = json_loads(config, 0, NULL);
	json_t *described, *wanted = json_loads(expected, JSON_DECODE_ANY, NULL);

	ck_assert_ptr_nonnull(parsed);
	ck_assert_ptr_nonnull(wanted);
	described = describe_config(parsed);
	char *found = dump(json_object_get(described, name)), *text = dump(wanted);
	ck_assert_msg(json_equal(json_object_get(described, name), wanted),
	              "%s of %s: expected %s, found %s", name, config, text, found);
	free(found);
	free(text);
	json_decref(parsed);
	json_decref(described);
	json_decref(wanted);
}

START_TEST(config_of_any_image)
{
	assert_config("{}", "user", "\"\"");
	assert_config("{\"User\": \"65532:65532\"}", "user", "\"65532:65532\"");
	assert_config("{}", "working_dir", "\"/\"");
	assert_config("{\"WorkingDir\": \"/app\"}", "working_dir", "\"/app\"");
	assert_config("{\"Entrypoint\": null}", "entrypoint", "[]");
	assert_config("{\"Cmd\": [\"/app\", \"a\\u001b[31m\"]}", "cmd",
	              "[\"/app\", \"a\\\\x1b[31m\"]");
	assert_config("{\"Volumes\": {\"/b\": {}, \"/a\": {}}}", "volumes", "[\"/a\", \"/b\"]");
	assert_config(
	    "{\"Volumes\": {\"//z\": {}, \"/a\": {}, \"/a/\": {}, \"/usr/./x/..\": {}, \"/\": {}}}",
	    "volumes", "[\"/\", \"/a\", \"/usr\", \"/z\"]");
	assert_config("{\"StopSignal\": \"SIGQUIT\"}", "stop_signal", "\"SIGQUIT\"");
	assert_config("{\"StopSignal\": \"\"}", "stop_signal", "null");
	assert_config("{\"Labels\": {\"a\": \"b\"}}", "labels", "{\"a\": \"b\"}");
	assert_config(
	    "{\"Env\": [\"A=b=c\", \"D\"]}", "env",
	    "[{\"name\": \"A\", \"value\": \"b=c\"}, {\"name\": \"D\", \"value\": \"\"}]");
}
END_TEST

START_TEST(ports)
{
	assert_config(
	    "{\"ExposedPorts\": {\"53/udp\": {}, \"80\": {}}}", "ports",
	    "[{\"port\": 53, \"protocol\": \"udp\"}, {\"port\": 80, \"protocol\": \"tcp\"}]");
	assert_config(
	    "{\"ExposedPorts\": {\"\": {}, \"0/tcp\": {}, \"65536/tcp\": {}, \"80x\": {}, "
	    "\"99999999999999999999/tcp\": {}, \"9-8\": {}, \"-5\": {}}}",
	    "ports", "[]");
	assert_config(
	    "{\"ExposedPorts\": {\"22/\": {}, \"000023/tcp\": {}, \"80-81/udp\": {}}}", "ports",
	    "[{\"port\": 23, \"protocol\": \"tcp\"}, {\"port\": 22, \"protocol\": \"tcp\"}, "
	    "{\"port\": 80, \"protocol\": \"udp\"}, {\"port\": 81, \"protocol\": \"udp\"}]");
}
END_TEST

START_TEST(healthcheck_in_seconds_with_the_engines_defaults)
{
	assert_config("{\"Healthcheck\": {\"Test\": [\"CMD\", \"/app\"], \"Interval\": 1500000000, "
	              "\"Timeout\": 3000000000, \"StartPeriod\": 500000000, \"Retries\": 2}}",
	              "healthcheck",
	              "{\"test\": [\"CMD\", \"/app\"], \"interval\": 1.5, \"timeout\": 3.0, "
	              "\"start_period\": 0.5, \"retries\": 2}");
	assert_config("{\"Healthcheck\": {\"Test\": [\"CMD\", \"/app\"]}}", "healthcheck",
	              "{\"test\": [\"CMD\", \"/app\"], \"interval\": 30.0, \"timeout\": 30.0, "
	              "\"start_period\": 0.0, \"retries\": 3}");
	assert_config("{\"Healthcheck\": {\"Test\": [\"NONE\"]}}", "healthcheck", "null");
	assert_config("{\"Healthcheck\": {\"Test\": []}}", "healthcheck", "null");
}
END_TEST

START_TEST(shell_form)
{
	assert_config("{\"Entrypoint\": [\"/bin/sh\", \"-c\", \"app --x\"], \"Cmd\": [\"app\"]}",
	              "shell_form",
	              "{\"entrypoint\": true, \"cmd\": false, \"healthcheck\": false}");
	assert_config("{\"Cmd\": [\"/bin/sh\", \"-c\", \"app\"], \"Healthcheck\": {\"Test\": "
	              "[\"CMD-SHELL\", \"true\"]}}",
	              "shell_form",
	              "{\"entrypoint\": false, \"cmd\": true, \"healthcheck\": true}");
	assert_config("{\"Shell\": [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"], \"Cmd\": "
	              "[\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\", \"app\"]}",
	              "shell_form",
	              "{\"entrypoint\": false, \"cmd\": true, \"healthcheck\": false}");
	/* From before the SHELL. */
	assert_config(
	    "{\"Shell\": [\"/bin/bash\", \"-c\"], \"Cmd\": [\"/bin/sh\", \"-c\", \"app\"]}",
	    "shell_form", "{\"entrypoint\": false, \"cmd\": true, \"healthcheck\": false}");
	assert_config("{\"Entrypoint\": [\"/bin/sh\", \"-c\"], \"Cmd\": [\"/bin/sh\"]}",
	              "shell_form",
	              "{\"entrypoint\": false, \"cmd\": false, \"healthcheck\": false}");
}
END_TEST

START_TEST(wrong_types_count_as_not_there)
{
	static const char *const types[] = {"5",         "true",       "null",     "\"x\"",
	                                    "[5, null]", "{\"a\": 5}", "[[\"a\"]]"};
	static const char *const names[] = {"User",         "Entrypoint", "Cmd",        "Env",
	                                    "WorkingDir",   "Volumes",    "StopSignal", "Labels",
	                                    "ExposedPorts", "Shell",      "Healthcheck"};
	char config[256];

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++) {
			bool right = i == 3 && (j == 0 || j == 4 || j == 6);
			snprintf(config, sizeof(config), "{\"%s\": %s}", names[j], types[i]);
			assert_config(config, "user", right && j == 0 ? "\"x\"" : "\"\"");
			/* Go takes a text for a list of one, and null for an empty text. */
			bool words = j == 2 && (i == 3 || i == 4);
			assert_config(config, "cmd", !words ? "[]" : i == 3 ? "[\"x\"]" : "[\"\"]");
			assert_config(config, "env", "[]");
			assert_config(config, "healthcheck", "null");
			assert_config(config, "labels", "{}");
			snprintf(config, sizeof(config), "{\"Healthcheck\": {\"Test\": %s}}",
			         types[i]);
			assert_config(config, "user", "\"\"");
		}
	}
}
END_TEST

START_TEST(secrets_of_variables_labels_and_words)
{
	json_t *config = json_pack("{s:[s,s],s:[s,s],s:{s:s}}", "Env", "DEPLOY=" TOKEN, "PATH=/bin",
	                           "Cmd", "app", "--token=" TOKEN, "Labels", "deploy", TOKEN);
	json_t *described = describe_config(config);
	char *text = dump(described);
	json_t *env = json_object_get(described, "env");

	ck_assert_ptr_null(strstr(text, TOKEN));
	ck_assert_str_eq(get_string(json_array_get(env, 0), "name"), "DEPLOY");
	ck_assert_str_ne(get_string(json_array_get(env, 0), "secret"), "(none)");
	ck_assert_ptr_null(json_object_get(json_array_get(env, 0), "value"));
	ck_assert_str_eq(get_string(json_array_get(env, 1), "value"), "/bin");
	ck_assert_ptr_nonnull(strstr(text, "\"--token=["));
	free(text);
	json_decref(described);
	json_decref(config);
}
END_TEST

static void assert_hidden(const char *text, const char *before, const char *after)
{
	const char *kind;
	size_t length;
	char *hidden = hide_secrets(text, strlen(text), &length, &kind);
	char *shown = make_plain(hidden, length, SIZE_MAX);

	ck_assert_msg(kind != NULL, "a secret in %s: expected a kind, found none", text);
	ck_assert_msg(strncmp(shown, before, strlen(before)) == 0 &&
	                  strlen(shown) > strlen(after) &&
	                  strcmp(shown + strlen(shown) - strlen(after), after) == 0 &&
	                  strstr(shown, TOKEN) == NULL,
	              "expected %s[KIND]%s, found %s", before, after, shown);
	free(shown);
	free(hidden);
}

START_TEST(secrets_of_history)
{
	assert_hidden("ENV DEPLOY=" TOKEN " A=b", "ENV DEPLOY=[", "] A=b");
	assert_hidden("ENV DEPLOY=\"" TOKEN "\"", "ENV DEPLOY=\"[", "]\"");
	assert_hidden("RUN |1 T=" TOKEN " /bin/sh -c make # buildkit", "RUN |1 T=[",
	              "] /bin/sh -c make # buildkit");
	assert_hidden("RUN curl -H 'x' --token=" TOKEN, "RUN curl -H 'x' --token=[", "]");
	assert_hidden("CMD [\"app\" \"" TOKEN "\"]", "CMD [\"app\" \"[", "]\"]");
	assert_hidden("RUN (echo " TOKEN ")>x", "RUN (echo [", "])>x");
	assert_hidden("ENV DB_PASSWORD=" PASSWORD, "ENV DB_PASSWORD=[", "]");
	assert_hidden("RUN app --db-password=" PASSWORD " x", "RUN app --db-password=[", "] x");
	assert_hidden("RUN echo " KEY " >/key", "", "");
	assert_hidden("RUN printf '" KEY "' >/key", "", "");
}
END_TEST

START_TEST(history_without_secrets_stays)
{
	static const char *const texts[] = {
	    "",
	    " ",
	    "COPY /app/bin/app /usr/local/bin/app # buildkit",
	    "/bin/sh -c #(nop)  CMD [\"/app\" \"a=b\"]",
	    "RUN a='b c' \"d\\\"e\" f=\"",
	    "RUN apt-get update && apt-get install -y --no-install-recommends x >/dev/null; \t rm "
	    "-rf /x",
	    "\"",
	    "=",
	    "A=",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		const char *kind;
		size_t length;
		char *hidden = hide_secrets(texts[i], strlen(texts[i]), &length, &kind);
		ck_assert_ptr_null(kind);
		ck_assert_msg(length == strlen(texts[i]) && memcmp(hidden, texts[i], length) == 0,
		              "expected %s, found %.*s", texts[i], (int)length, hidden);
		free(hidden);
	}
}
END_TEST

static void assert_last_line(const char *text, size_t length, const char *expected)
{
	json_t *line = show_last_line(text, length);

	ck_assert_str_eq(json_string_value(line), expected);
	json_decref(line);
}

START_TEST(the_last_line_is_shown_plain_without_secrets)
{
	char longer[300];

	memset(longer, 'x', sizeof(longer));
	assert_last_line("", 0, "");
	assert_last_line("\n\r\n", 3, "");
	assert_last_line("one", 3, "one");
	assert_last_line("one\ntwo\x1b[2J\r\n\n", 14, "two\\x1b[2J");
	assert_last_line("one\nTOKEN=" TOKEN, strlen("one\nTOKEN=" TOKEN), "TOKEN=[github-token]");
	json_t *line = show_last_line(longer, sizeof(longer));
	ck_assert_uint_eq(json_string_length(line), 200 + strlen("…"));
	json_decref(line);
}
END_TEST

static const char docker[] =
    "case $1 in\n"
    "inspect) test \"$*\" = 'inspect --type image -- app:1' || exit 9; cat <<'END'\n"
    "[{\"Id\": \"sha256:1\", \"RepoDigests\": [\"app@sha256:2\"], \"Os\": \"linux\", "
    "\"Architecture\": "
    "\"arm64\", \"Size\": 5000000000, \"Config\": {\"User\": \"7\"}, \"RootFS\": {\"Layers\": "
    "[\"a\", "
    "\"b\", \"c\"]}}]\n"
    "END\n"
    ";;\n"
    "history) cat <<'END'\n"
    "{\"CreatedBy\": \"CMD [\\\"/app\\\"]\", \"Size\": \"0\"}\n"
    "{\"CreatedBy\": \"WORKDIR /\", \"Size\": \"0\"}\n"
    "{\"CreatedBy\": \"COPY a /\", \"Size\": \"12\"}\n"
    "{\"CreatedBy\": \"\", \"Size\": \"5000\"}\n"
    "END\n"
    ";;\n"
    "esac\n";

START_TEST(docker_image)
{
	struct engine engine = make_engine(docker, false);
	struct failure failure;
	strcpy(engine.architecture, "amd64");
	json_t *image = inspect_image(&engine, "app:1", &failure);
	static const char expected[] =
	    "[{\"created_by\":\"\",\"empty\":false,\"secret\":null},"
	    "{\"created_by\":\"COPY a /\",\"empty\":false,\"secret\":null},"
	    "{\"created_by\":\"WORKDIR /\",\"empty\":false,\"secret\":null},"
	    "{\"created_by\":\"CMD [\\\"/app\\\"]\",\"empty\":true,\"secret\":null}]";

	ck_assert_msg(image != NULL, "expected an image, found: %s", failure.text);
	ck_assert_str_eq(get_string(image, "reference"), "app:1");
	ck_assert_str_eq(get_string(image, "id"), "sha256:1");
	ck_assert_str_eq(get_string(image, "digest"), "sha256:2");
	ck_assert_str_eq(get_string(image, "os"), "linux");
	ck_assert_str_eq(get_string(image, "architecture"), "arm64");
	ck_assert_str_eq(get_string(image, "host_architecture"), "amd64");
	ck_assert_int_eq(json_integer_value(json_object_get(image, "size")), 5000000000);
	ck_assert_int_eq(json_integer_value(json_object_get(image, "layer_count")), 3);
	ck_assert_str_eq(get_string(json_object_get(image, "config"), "user"), "7");
	char *history = dump(json_object_get(image, "history"));
	ck_assert_str_eq(history, expected);
	free(history);
	json_decref(image);
}
END_TEST

START_TEST(podman_image)
{
	struct engine engine = make_engine(
	    "case $1 in\n"
	    "inspect) echo '[{\"Id\": "
	    "\"0123456789012345678901234567890123456789012345678901234567890123\", \"Config\": {}, "
	    "\"Healthcheck\": {\"Test\": [\"CMD\", \"/app\"]}, \"RootFS\": {\"Layers\": "
	    "[\"a\"]}}]';;\n"
	    "history) echo '{\"createdBy\": \"COPY a /\", \"size\": 12}';;\n"
	    "esac",
	    true);
	struct failure failure;
	json_t *image = inspect_image(&engine, "app", &failure), *check;

	ck_assert_msg(image != NULL, "expected an image, found: %s", failure.text);
	ck_assert_str_eq(get_string(image, "id"),
	                 "sha256:0123456789012345678901234567890123456789012345678901234567890123");
	ck_assert(json_is_null(json_object_get(image, "host_architecture")));
	check = json_object_get(json_object_get(image, "config"), "healthcheck");
	ck_assert_int_eq((int)json_array_size(json_object_get(check, "test")), 2);
	json_t *step = json_array_get(json_object_get(image, "history"), 0);
	ck_assert_str_eq(get_string(step, "created_by"), "COPY a /");
	ck_assert(json_is_false(json_object_get(step, "empty")));
	json_decref(image);
}
END_TEST

/* A file may be meant as an archive. */
START_TEST(an_image_that_is_not_there_but_a_file_is)
{
	static const char *const said[] = {"Error: No such image", "invalid reference format"};

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		char script[64];
		struct failure failure = {""};

		snprintf(script, sizeof(script), "echo '%s' >&2; exit 1", said[i]);
		struct engine engine = make_engine(script, false);
		ck_assert_ptr_null(inspect_image(&engine, "plimsoll/build.mk", &failure));
		ck_assert_str_eq(failure.text, "plimsoll/build.mk: no image of this engine, but a "
		                               "file: did you mean docker-archive:plimsoll/"
		                               "build.mk?");
		remove_engine();
		memcpy(client + sizeof(client) - 7, "XXXXXX", 6);
	}
}
END_TEST

static void assert_refused(const char *script, bool podman, const char *expected)
{
	struct engine engine = make_engine(script, podman);
	struct failure failure = {""};
	json_t *image = inspect_image(&engine, "app", &failure);

	ck_assert_msg(image == NULL, "%s: expected a failure, found an image", script);
	ck_assert_str_eq(failure.text, expected);
	remove_engine();
	memcpy(client + sizeof(client) - 7, "XXXXXX", 6);
}

START_TEST(refused_images)
{
	assert_refused("echo '[]'; echo 'Error: No such image: app' >&2; exit 1", false,
	               "app: not on this engine: docker pull app");
	assert_refused("echo 'Error: app: image not known' >&2; exit 125", true,
	               "app: not on this engine: podman pull app");
	assert_refused("echo warning >&2; echo 'no daemon\x1b[31m' >&2; exit 1", false,
	               "docker inspect: no daemon\\x1b[31m");
	assert_refused("echo '[{'", false, "docker inspect: what it says can't be read");
	assert_refused("echo '[5]'", false, "docker inspect: what it says can't be read");
	assert_refused("echo '{\"Id\": 5}'", false, "docker inspect: what it says can't be read");
	assert_refused("head -c 9000000 /dev/zero", false, "docker inspect: says more than 4 MiB");
	assert_refused("test $1 = inspect && echo '[{}]' || echo 5", false,
	               "docker history: what it says can't be read");
	assert_refused("test $1 = inspect && echo '[{}]' || exit 1", false,
	               "docker history: what it says can't be read");
}
END_TEST

START_TEST(programs_of_an_image)
{
	json_t *configuration = json_pack(
	    "{s:s,s:{s:[]},s:{s:[s,s],s:[s],s:[s,s],s:{s:[s,s]}}}", "architecture", "arm64",
	    "rootfs", "diff_ids", "config", "Entrypoint", "/entry", "app", "Cmd", "/cmd", "Env",
	    "PATH=/none", "PATH=/a:/b", "Healthcheck", "Test", "CMD", "/check");
	struct failure failure;
	struct programs programs;
	json_t *image = describe_configuration(configuration, "x", &failure);

	ck_assert_ptr_nonnull(image);
	find_programs(image, &programs);
	ck_assert_str_eq(programs.entrypoint, "/entry");
	ck_assert_str_eq(programs.healthcheck, "/check");
	ck_assert_str_eq(programs.path, "/a:/b");
	ck_assert_str_eq(programs.working_dir, "/");
	ck_assert_str_eq(programs.machine, "arm64");
	json_object_clear(json_object_get(json_object_get(image, "config"), "entrypoint"));
	json_array_clear(json_object_get(json_object_get(image, "config"), "entrypoint"));
	find_programs(image, &programs);
	ck_assert_str_eq(programs.entrypoint, "/cmd");
	json_decref(image);
	json_decref(configuration);
}
END_TEST

START_TEST(configurations_that_are_none)
{
	static const char *const texts[] = {"[]", "{}", "{\"rootfs\": 5}",
	                                    "{\"rootfs\": {\"diff_ids\": 5}}"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_t *configuration = json_loads(texts[i], 0, NULL);
		struct failure failure = {""};
		ck_assert_ptr_null(describe_configuration(configuration, "a.tar", &failure));
		ck_assert_str_eq(failure.text,
		                 "a.tar: its configuration names no layers: not an image's");
		json_decref(configuration);
	}
}
END_TEST

Suite *inspect_suite(void)
{
	Suite *suite = suite_create("inspect");
	TCase *described = tcase_create("described"), *asked = tcase_create("asked");

	tcase_add_test(described, config_of_any_image);
	tcase_add_test(described, ports);
	tcase_add_test(described, healthcheck_in_seconds_with_the_engines_defaults);
	tcase_add_test(described, shell_form);
	tcase_add_test(described, wrong_types_count_as_not_there);
	tcase_add_test(described, secrets_of_variables_labels_and_words);
	tcase_add_test(described, secrets_of_history);
	tcase_add_test(described, history_without_secrets_stays);
	tcase_add_test(described, the_last_line_is_shown_plain_without_secrets);
	tcase_add_test(described, programs_of_an_image);
	tcase_add_test(described, configurations_that_are_none);
	tcase_add_checked_fixture(asked, NULL, remove_engine);
	tcase_add_test(asked, docker_image);
	tcase_add_test(asked, podman_image);
	tcase_add_test(asked, refused_images);
	tcase_add_test(asked, an_image_that_is_not_there_but_a_file_is);
	suite_add_tcase(suite, described);
	suite_add_tcase(suite, asked);
	return suite;
}
