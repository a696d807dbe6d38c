/* Configurations of container-structure-test: what is read, what is refused, and what is judged. */

#include "suites.h"

#include "plimsoll/command/reports.h"
#include "plimsoll/engine/client.h"
#include "plimsoll/probe/files.h"
#include "plimsoll/structure/pattern.h"
#include "plimsoll/structure/seen.h"
#include "plimsoll/structure/tests.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct failure failure;
static struct structure *structure;

/* A folder for what a test writes; it is the working directory. */
static char folder[32];

static void make_folder(void)
{
	strcpy(folder, "/tmp/plimsoll-st.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	failure.text[0] = '\0';
}

static void remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void write_file(const char *name, const void *bytes, size_t length)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

static bool read_as(const char *name, const char *text)
{
	write_file(name, text, strlen(text));
	structure = NULL;
	return read_structure(name, &structure, &failure);
}

/* The value at "key.0.key" of what was read, as compact JSON. */
static void expect_read(const char *path, const char *expected)
{
	char copy[128], *rest = copy, *step;
	const json_t *value = structure->tests;

	snprintf(copy, sizeof(copy), "%s", path);
	while ((step = strsep(&rest, ".")) != NULL)
		value = json_is_array(value) ? json_array_get(value, (size_t)atoi(step))
		                             : json_object_get(value, step);
	char *found = value != NULL ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	ck_assert_msg(found != NULL && strcmp(found, expected) == 0,
	              "%s\nexpected: %s\nfound:    %s", path, expected, found);
	free(found);
}

/* --- Patterns --- */

static const struct pattern_row {
	const char *pattern, *text;
	bool found;
} pattern_rows[] = {
    {"", "", true},
    {"b+", "abbc", true},
    {"^b", "a\nb", false},
    {"(?m)^b$", "a\nb\nc", true},
    {"(?m)^ID=debian$", "NAME=x\nID=debian\nHOME=y\n", true},
    {"a$", "a\n", false}, /* the very end alone, as in Go */
    {"a\\z", "a", true},
    {"a.c", "a\nc", false},
    {"(?s)a.c", "a\nc", true},
    {"(?i)ABC", "xabcx", true},
    {"(?m)^\\z", "a\n", true},
    {"a{2}", "aa", true},
    {"a{,2}b", "a{,2}b", true}, /* plain text for Go */
    {"a{ 2 }", "aa", false},
    {"{", "{", true},
    {"\\v", "\n", false}, /* the vertical tab alone */
    {"\\v", "\v", true},
    {"\\101", "A", true},
    {"\\x{41}\\x42", "AB", true},
    {"[[:alpha:]]+[]x]", "ab]", true},
    {"[^]a]", "]a", false},
    {"[[a]b]", "[b]", true},
    {"[\\d\\-.]+x", "1-.x", true},
    {"\\Qa.b\\E+", "a.bbb", true},
    {"\\Qa.b", "xa.b", true},
    {"\\Qa)(b", "a)(b", true},
    {"(?P<name>a)(?<other>b)", "ab", true},
    {"(?:a|b)*?c", "ababc", true},
    {"\\bcat\\b", "concat", false},
    {"\\p{Greek}\\pL", "αz", true},
    {"\\w", "ä", false},   /* ASCII's alone */
    {"^.$", "\xff", true}, /* a byte that is no UTF-8 is one character */
    {"\\x{fffd}", "a\xff", true},
    {"(?m)a$(?-m:b$)", "a\nb\n", false},
    {"(a(?m)b$|c$)", "c\nd", true},
    {"(?m:a)b$", "ab\n", false},
    {"a+b+", "aabb", true},
    {"[ab]+?c", "abc", true},
    {"ä+ö", "ääö", true},
    {"\\Qäö\\E+x", "äööx", true},
    {"\\07+", "\a\a", true},
    {"root:x:0:0.*", "daemon:x\nroot:x:0:0:root", true},
};

START_TEST(a_pattern_matches_as_in_go)
{
	const struct pattern_row *row = &pattern_rows[_i];
	char reason[256];
	size_t length;
	char *text = repair_text(row->text, strlen(row->text), &length);

	ck_assert_msg(check_pattern(row->pattern, reason, sizeof(reason)), "%s: %s", row->pattern,
	              reason);
	enum match match = find_pattern(row->pattern, text, length);
	ck_assert_msg(match == (row->found ? MATCH_FOUND : MATCH_NONE),
	              "\"%s\" in \"%s\": expected %d, found %d", row->pattern, row->text,
	              row->found ? MATCH_FOUND : MATCH_NONE, match);
	free(text);
}
END_TEST

static const char *const no_patterns[] = {
    "(a",           "a)",        "a)(b",    "[a",      "*a",      "a**",   "a*+",    "a{2}{3}",
    "a{1001}",      "(?=a)",     "(?!a)",   "(?<=a)b", "(?<!a)b", "(?>a)", "(a)\\1", "\\k<a>",
    "(?#x)",        "(?x)a b",   "\\Z",     "\\K",     "\\C",     "\\R",   "\\h",    "(?R)",
    "(*ACCEPT)",    "(?|a)",     "(?'n'a)", "(?P=n)",  "\\",      "\\xg",  "\\x{}",  "[z-a]",
    "\\p{Klingon}", "[[:foo:]]", "(?C)",    "a++",     "(?i",     "[\\b]",
};

START_TEST(what_go_would_refuse_is_no_pattern)
{
	char reason[256] = "";

	ck_assert_msg(!check_pattern(no_patterns[_i], reason, sizeof(reason)),
	              "expected this to be refused: %s", no_patterns[_i]);
	ck_assert_msg(strncmp(reason, "no regular expression: ", 23) == 0 &&
	                  strchr(reason, '\n') == NULL,
	              "%s", reason);
}
END_TEST

static const struct hard_row {
	const char *pattern;
	bool found;
} hard_rows[] = {
    {"(a+)+$", false},       {"(a|aa)+$", false},
    {"(a|a)*b", false},      {"(.*)(.*)(.*)(.*)(.*)x", false},
    {"(?s)(.|\\n)*y", true},
};

START_TEST(no_pattern_hangs)
{
	enum { LENGTH = 300000 };
	const struct hard_row *row = &hard_rows[_i];
	char *text = get_memory(LENGTH);
	double began = now();

	memset(text, 'a', LENGTH);
	text[LENGTH - 1] = 'y';
	enum match match = find_pattern(row->pattern, text, LENGTH);
	double took = now() - began;
	ck_assert_msg(match == (row->found ? MATCH_FOUND : MATCH_NONE), "%s: found %d",
	              row->pattern, match);
	ck_assert_msg(took < 5, "%s: expected less than 5 s, found %.1f s", row->pattern, took);
	free(text);
}
END_TEST

START_TEST(a_pattern_that_takes_too_long_is_undecided)
{
	enum { LENGTH = 4 << 20 };
	char *text = get_memory(LENGTH);
	double began = now();

	memset(text, 'a', LENGTH);
	ck_assert_int_eq(find_pattern("a.{900}(a|b.{900}){3}c", text, LENGTH), MATCH_UNDECIDED);
	ck_assert_double_lt(now() - began, 8);
	free(text);
}
END_TEST

/* --- Variables --- */

static const struct expansion_row {
	const char *text, *expected;
} expansion_rows[] = {
    {"", ""},
    {"$HOME/x", "/root/x"},
    {"${HOME}x$HOMEx", "/rootx"},
    {"a$", "a$"},
    {"$ a", "$ a"},
    {"$$HOME", "HOME"}, /* a special variable that is not set */
    {"${}x", "x"},
    {"${HOME", "HOME"},
    {"$1x", "x"},
    {"$TWICE", "b"},
};

START_TEST(a_text_is_expanded_as_in_go)
{
	const struct expansion_row *row = &expansion_rows[_i];
	json_t *variables = json_pack("[s, s, s, s]", "HOME=/root", "TWICE=a", "TWICE=b", "HOMEx=");
	char *expanded = expand_text(row->text, variables);

	ck_assert_msg(strcmp(expanded, row->expected) == 0, "%s\nexpected: %s\nfound:    %s",
	              row->text, row->expected, expanded);
	free(expanded);
	json_decref(variables);
}
END_TEST

START_TEST(a_file_of_variables_is_read)
{
	static const char text[] = "# x\n\nA=1\nexport B = two words # said\nC=\"$A #\"\nD='$A'\n"
	                           "EMPTY=\nE: yaml\r\n";

	write_file("env", text, sizeof(text) - 1);
	json_t *variables = read_variables("env", &failure);
	ck_assert_msg(variables != NULL, "%s", failure.text);
	char *found = json_dumps(variables, JSON_COMPACT);
	ck_assert_str_eq(found, "[\"A=1\",\"B=two words\",\"C=1 #\",\"D=$A\",\"E=yaml\"]");
	free(found);
	json_decref(variables);
}
END_TEST

static const struct wrong_row {
	const char *text, *message;
} wrong_variables[] = {
    {"A", "env:1: must be NAME=value on one line"}, {"A=1\n=2", "env:2: must be NAME=value"},
    {"A=\"b", "env:1: must be NAME=value"},         {"A='b' c", NULL},
    {"A='b'c", "env:1: must be NAME=value"},
};

START_TEST(what_is_no_file_of_variables_is_refused)
{
	const struct wrong_row *row = &wrong_variables[_i];

	write_file("env", row->text, strlen(row->text));
	json_t *variables = read_variables("env", &failure);
	if (row->message == NULL)
		ck_assert_ptr_nonnull(variables);
	else
		ck_assert_msg(variables == NULL && strstr(failure.text, row->message) != NULL,
		              "expected: %s\nfound:    %s", row->message, failure.text);
	json_decref(variables);
}
END_TEST

/* --- Reading --- */

#define HEAD "schemaVersion: 2.0.0\n"

static const char every_key[] =
    HEAD "globalEnvVars: [{key: PATH, value: '/x:$PATH'}]\n"
         "commandTests:\n"
         "- name: runs\n"
         "  setup: [[touch, /a], [sh, -c, 'true']]\n"
         "  teardown: [[rm, /a]]\n"
         "  envVars: [{key: A, value: 1}]\n"
         "  exitCode: 2\n"
         "  command: app\n"
         "  args: [--version, 3]\n"
         "  expectedOutput: [a]\n  excludedOutput: [b]\n"
         "  expectedError: [c]\n  excludedError: [d]\n"
         "fileExistenceTests:\n"
         "- {name: is, path: /a, shouldExist: no, permissions: -rw-r--r--, uid: 1, gid: 0x10,\n"
         "   isExecutableBy: any}\n"
         "- {name: default, path: /b}\n"
         "fileContentTests:\n"
         "- {name: holds, path: /c, expectedContents: [a.*], excludedContents: ['\\d']}\n"
         "metadataTest:\n"
         "  envVars: [{key: A, value: ^b, isRegex: true}]\n"
         "  unboundEnvVars: [{key: B}]\n"
         "  labels: [{key: l, value: ''}]\n"
         "  entrypoint: []\n  cmd: [x]\n  workdir: /w\n  user: 1:1\n"
         "  exposedPorts: [80]\n  unexposedPorts: [81]\n"
         "  volumes: [/v]\n  unmountedVolumes: [/u]\n"
         "licenseTests:\n"
         "- {debian: true, files: [/l]}\n"
         "containerRunOptions: {user: root, privileged: true, allocateTty: yes, envVars: [],\n"
         "  envFile: '', capabilities: [X], bindMounts: ['/a:/b']}\n";

START_TEST(every_key_is_read)
{
	ck_assert_msg(read_as("all.yaml", every_key), "%s", failure.text);
	expect_read("globalEnvVars", "[{\"value\":\"/x:$PATH\",\"key\":\"PATH\"}]");
	expect_read("commandTests.0.setup", "[[\"touch\",\"/a\"],[\"sh\",\"-c\",\"true\"]]");
	expect_read("commandTests.0.args", "[\"--version\",\"3\"]");
	expect_read("commandTests.0.exitCode", "2");
	expect_read("commandTests.0.excludedError", "[\"d\"]");
	expect_read("fileExistenceTests.0.shouldExist", "false");
	expect_read("fileExistenceTests.0.gid", "16");
	expect_read("fileExistenceTests.1.shouldExist", "true");
	expect_read("fileExistenceTests.1.uid", "-1");
	expect_read("fileContentTests.0.excludedContents", "[\"\\\\d\"]");
	expect_read("metadataTest.entrypoint", "[]");
	expect_read("metadataTest.envVars.0.isRegex", "true");
	expect_read("metadataTest.exposedPorts", "[\"80\"]");
	expect_read("licenseTests.0.debian", "true");
	expect_read("containerRunOptions.allocateTty", "true");
	expect_read("runEnvironment", "[]");
	ck_assert(needs_probe(structure));
	free_structure(structure);
}
END_TEST

START_TEST(json_is_read_with_the_defaults_that_it_has_there)
{
	ck_assert_msg(read_as("x.json", "{\n\t\"schemaVersion\": \"2.0.0\",\n"
	                                "\t\"$schema\": {\"of\": [\"an editor\"]},\n"
	                                "\t\"containerRunOptions\": {\"tty\": true},\n"
	                                "\t\"fileexistencetests\": [\n"
	                                "\t\t{\"Name\":\"a\",\"path\":\"/a\"}\n\t]\n}\n"),
	              "%s", failure.text);
	expect_read("fileExistenceTests.0.shouldExist", "false");
	expect_read("fileExistenceTests.0.uid", "0");
	expect_read("containerRunOptions.allocateTty", "true");
	free_structure(structure);
}
END_TEST

START_TEST(a_terminal_is_called_otherwise_in_json)
{
	ck_assert_msg(read_as("x.json", "{\"schemaVersion\": \"2.0.0\",\n"
	                                "\"metadataTest\": {\"user\": \"a\"},\n"
	                                "\"containerRunOptions\": {\"allocateTty\": true}}\n"),
	              "%s", failure.text);
	expect_read("containerRunOptions", "{}");
	free_structure(structure);
}
END_TEST

START_TEST(tests_of_several_files_are_kept_apart)
{
	ck_assert_msg(read_as("x.yaml", HEAD "licenseTests: [{debian: true}]\n"), "%s",
	              failure.text);
	write_file("y.yaml", HEAD "commandTests: [{name: a, command: x, setup: [[b]]}]\n",
	           strlen(HEAD "commandTests: [{name: a, command: x, setup: [[b]]}]\n"));
	ck_assert_msg(read_structure("y.yaml", &structure, &failure), "%s", failure.text);
	ck_assert_ptr_nonnull(structure->next);
	ck_assert_ptr_null(structure->next->next);
	expect_read("licenseTests.0.debian", "true");
	ck_assert(needs_probe(structure->next));
	free_structure(structure);
}
END_TEST

START_TEST(keys_are_merged_and_nothing_is_no_value)
{
	ck_assert_msg(read_as("x.yaml",
	                      HEAD "commandTests:\n- &one {name: a, command: x, exitCode: 3}\n"
	                           "- {name: b, <<: *one, args: null, setup: ~}\n"),
	              "%s", failure.text);
	expect_read("commandTests.1.name", "\"b\"");
	expect_read("commandTests.1.exitCode", "3");
	ck_assert(!needs_probe(structure));
	free_structure(structure);
}
END_TEST

START_TEST(variables_of_plimsolls_environment_are_taken)
{
	ck_assert_int_eq(setenv("ST_SET", "x", 1), 0);
	ck_assert_int_eq(setenv("ST_EMPTY", "", 1), 0);
	unsetenv("ST_UNSET");
	write_file("env", "F=1\n", 4);
	ck_assert_msg(read_as("x.yaml", HEAD "metadataTest: {user: a}\n"
	                                     "containerRunOptions: {envFile: env,\n"
	                                     "  envVars: [ST_SET, ST_EMPTY, ST_UNSET]}\n"),
	              "%s", failure.text);
	expect_read("runEnvironment", "[\"F=1\",\"ST_SET=x\"]");
	free_structure(structure);
}
END_TEST

static const struct wrong_row wrong[] = {
    {"", "schemaVersion: missing"},
    {"schemaVersion: 1.0.0", "x.yaml:1:16: 1.0.0: must be 2.0.0"},
    {HEAD, "x.yaml:1:1: holds no test"},
    {HEAD "commandTests: []", "holds no test"},
    {HEAD "metadataTest: {}", "holds no test"},
    {HEAD "comandTests: []", "x.yaml:2:1: comandTests: no such key: did you mean commandTests?"},
    {HEAD "commandTests: [{name: a}]", "x.yaml:2:16: command: missing"},
    {HEAD "commandTests: [{command: a}]", "name: missing"},
    {HEAD "commandTests: [{name: a, command: ''}]", "x.yaml:2:35: must not be empty"},
    {HEAD "commandTests: [{name: a, command: [b]}]", "x.yaml:2:35: must be a single value"},
    {HEAD "commandTests: [{name: a, command: b, args: c}]", "must be a list: [ONE, TWO]"},
    {HEAD "commandTests: [{name: a, command: b, setup: [c]}]", "must be a list"},
    {HEAD "commandTests: [{name: a, command: b, setup: [[]]}]", "an empty command"},
    {HEAD "commandTests: [{name: a, command: b, exitCode: zero}]", "zero: must be a whole number"},
    {HEAD "commandTests: [{name: a, command: b, envVars: [{value: c}]}]", "key: missing"},
    {HEAD "commandTests: [{name: a, command: b, envVars: [{key: c=d}]}]",
     "c=d: no name of a variable"},
    {HEAD "commandTests: [{name: a, command: b, expectedOutput: ['(a']}]",
     "x.yaml:2:55: (a: no regular expression: "},
    {HEAD "commandTests: [{name: a, name: b, command: c}]", "name: stands here a second time"},
    {HEAD "commandTests: [&a {<<: *a, name: b}]", "<<: more than 8 of them in each other"},
    {HEAD "fileExistenceTests: [{name: a}]", "path: missing"},
    {HEAD "fileExistenceTests: [{name: a, path: b, shouldExist: maybe}]",
     "maybe: must be true or false"},
    {HEAD "fileExistenceTests: [{name: a, path: b, isExecutableBy: me}]",
     "me: must be any, owner, group or other"},
    {HEAD "metadataTest: {labels: [{key: a, value: '(', isRegex: true}]}",
     "(: no regular expression: "},
    {HEAD "metadataTest: {user: a}\ncontainerRunOptions: {envFile: none}",
     "none: No such file or directory"},
};

START_TEST(what_is_wrong_is_refused_with_its_place)
{
	const struct wrong_row *row = &wrong[_i];

	ck_assert_msg(!read_as("x.yaml", row->text), "expected this to be refused: %s", row->text);
	ck_assert_msg(strstr(failure.text, row->message) != NULL, "%s\nexpected: %s\nfound:    %s",
	              row->text, row->message, failure.text);
}
END_TEST

/* --- Files --- */

/* The outcome, found and expected of a test of files below the folder, which it gives as JSON. */
static void expect_file(const char *test, const char *expected)
{
	char *tests[] = {(char *)(uintptr_t)test, NULL};
	json_t *answer = look_at_files(folder, tests, &failure);

	ck_assert_msg(answer != NULL, "%s", failure.text);
	const json_t *result = json_array_get(json_object_get(answer, "results"), 0);
	const char *wanted = json_string_value(json_object_get(result, "expected"));
	char *found =
	    print_text("%s: %s%s%s", json_string_value(json_object_get(result, "outcome")),
	               json_string_value(json_object_get(result, "found")),
	               wanted != NULL ? ", not " : "", wanted != NULL ? wanted : "");
	ck_assert_msg(strcmp(found, expected) == 0, "%s\nexpected: %s\nfound:    %s", test,
	              expected, found);
	free(found);
	json_decref(answer);
}

#define EXISTS(path, rest)                                                                         \
	"{\"kind\":\"existence\",\"path\":\"" path "\",\"shouldExist\":true" rest "}"

static void make_files(void)
{
	make_folder();
	write_file("file", "one\ntwo\n", 8);
	ck_assert_int_eq(chmod("file", 04750), 0);
	ck_assert_int_eq(mkdir("dir", 0755), 0);
	ck_assert_int_eq(chmod("dir", 01777), 0);
	ck_assert_int_eq(symlink("file", "link"), 0);
	ck_assert_int_eq(symlink("/nowhere/at/all", "broken"), 0);
	ck_assert_int_eq(mkfifo("fifo", 0644), 0);
	ck_assert_int_eq(symlink("/proc", "proc"), 0);
}

START_TEST(existence_mode_and_owner_are_looked_at)
{
	expect_file(EXISTS("/file", ""), "pass: /file urwxr-x--- 0:0");
	expect_file(EXISTS("file", ""), "pass: file urwxr-x--- 0:0");
	expect_file(EXISTS("/dir/", ",\"permissions\":\"dtrwxrwxrwx\""),
	            "pass: /dir/ dtrwxrwxrwx 0:0");
	expect_file(EXISTS("/broken", ""), "pass: /broken Lrwxrwxrwx 0:0");
	expect_file(EXISTS("/none", ""), "fail: no /none, not /none");
	expect_file(EXISTS("/fifo", ""), "fail: no /fifo, not /fifo");
	expect_file(EXISTS("/proc/version", ""), "fail: no /proc/version, not /proc/version");
	expect_file(EXISTS("/file/x", ""), "fail: no /file/x, not /file/x");
	expect_file(EXISTS("/file", ",\"permissions\":\"-rw-r--r--\""),
	            "fail: mode urwxr-x---, not mode -rw-r--r--");
	expect_file(EXISTS("/file", ",\"uid\":0,\"gid\":7"), "fail: gid 0, not gid 7");
	expect_file(EXISTS("/file", ",\"uid\":-1,\"isExecutableBy\":\"group\""),
	            "pass: /file urwxr-x--- 0:0");
	expect_file(EXISTS("/file", ",\"isExecutableBy\":\"other\""),
	            "fail: mode urwxr-x---, not executable by other");
	expect_file("{\"kind\":\"existence\",\"path\":\"/file\",\"shouldExist\":false}",
	            "fail: /file, not no /file");
	expect_file("{\"kind\":\"existence\",\"path\":\"/none\",\"shouldExist\":false}",
	            "pass: no /none");
}
END_TEST

#define HOLDS(path, rest) "{\"kind\":\"content\",\"path\":\"" path "\"" rest "}"

START_TEST(content_is_looked_at)
{
	expect_file(HOLDS("/link", ",\"expectedContents\":[\"one\",\"(?m)^two$\"],"
	                           "\"excludedContents\":[\"three\"]"),
	            "pass: /link, 8 bytes");
	expect_file(HOLDS("/file", ",\"expectedContents\":[\"three\"]"),
	            "fail: /file is \"one\\x0atwo\\x0a\", not /file that matches \"three\"");
	expect_file(HOLDS("/file", ",\"excludedContents\":[\"one\"]"),
	            "fail: /file is \"one\\x0atwo\\x0a\", not /file without a match of \"one\"");
	expect_file(HOLDS("/none", ""), "fail: /none: No such file or directory, not a file /none");
	expect_file(HOLDS("/dir", ""), "fail: /dir: Is a directory, not a file /dir");
	expect_file(HOLDS("/fifo", ""), "fail: /fifo: No such file or directory, not a file /fifo");
	expect_file(HOLDS("/proc/version", ""),
	            "fail: /proc/version: No such file or directory, not a file /proc/version");
}
END_TEST

START_TEST(content_is_bounded)
{
	write_file("large", "x", 1);
	ck_assert_int_eq(truncate("large", 8 << 20), 0);
	expect_file(HOLDS("/large", ",\"expectedContents\":[\"^x\"]"),
	            "pass: /large, 8388608 bytes");
	ck_assert_int_eq(truncate("large", (8 << 20) + 1), 0);
	expect_file(HOLDS("/large", ",\"expectedContents\":[\"^x\"]"),
	            "error: /large is larger than the 8 MiB that are looked at");
}
END_TEST

START_TEST(a_secret_is_not_shown)
{
	static const char key[] = "-----BEGIN OPENSSH PRIVATE KEY-----\n"
	                          "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB\n"
	                          "-----END OPENSSH PRIVATE KEY-----\n";

	write_file("key", key, sizeof(key) - 1);
	expect_file(HOLDS("/key", ",\"excludedContents\":[\"PRIVATE\"]"),
	            "fail: /key holds a secret, which is not shown, not /key without a match of "
	            "\"PRIVATE\"");
}
END_TEST

START_TEST(licenses_are_looked_at)
{
	ck_assert_int_eq(
	    system("mkdir -p usr/share/doc/a usr/share/doc/b usr/share/doc/libgnutls30 "
	           "&& echo MIT >usr/share/doc/a/copyright && ln -s a usr/share/doc/c"),
	    0);
	expect_file("{\"kind\":\"license\",\"debian\":true}",
	            "fail: /usr/share/doc/b/copyright: No such file or directory, not a file "
	            "/usr/share/doc/b/copyright");
	write_file("usr/share/doc/b/copyright", "the agpl", 8);
	expect_file("{\"kind\":\"license\",\"debian\":true}",
	            "fail: /usr/share/doc/b/copyright names AGPL, not "
	            "/usr/share/doc/b/copyright without AGPL");
	write_file("usr/share/doc/b/copyright", "GPL", 3);
	expect_file("{\"kind\":\"license\",\"debian\":true,\"files\":[\"/file\"]}",
	            "pass: 3 licenses looked at");
	expect_file("{\"kind\":\"license\",\"files\":[\"/none\"]}",
	            "fail: /none: No such file or directory, not a file /none");
}
END_TEST

/* --- The configuration --- */

static const char image_config[] =
    "{\"Env\":[\"PATH=/usr/bin\",\"API_TOKEN=hunter2hunter2hunter2\"],\"Cmd\":[\"a\",\"b\"],"
    "\"Labels\":{\"l\":\"v1\"},\"ExposedPorts\":{\"80/tcp\":{}},\"Volumes\":{\"/v\":{}},"
    "\"WorkingDir\":\"/w\",\"User\":\"\"}";

static const struct metadata_row {
	const char *test, *expected;
} metadata_rows[] = {
    {"cmd: [a, b]", "pass: the configuration is as expected"},
    {"entrypoint: []", "pass: the configuration is as expected"},
    {"cmd: [a]", "fail: CMD [\"a\",\"b\"], not CMD [\"a\"]"},
    {"cmd: [a, c]", "fail: CMD [\"a\",\"b\"], not CMD [\"a\",\"c\"]"},
    {"entrypoint: [x]", "fail: ENTRYPOINT [], not ENTRYPOINT [\"x\"]"},
    {"envVars: [{key: PATH, value: /usr/bin}]", "pass: the configuration is as expected"},
    {"envVars: [{key: PATH, value: /usr}]",
     "fail: variable PATH is \"/usr/bin\", not variable PATH that is \"/usr\""},
    {"envVars: [{key: PATH, value: ^/usr, isRegex: true}]",
     "pass: the configuration is as expected"},
    {"envVars: [{key: PATH, value: ^/opt, isRegex: true}]",
     "fail: variable PATH is \"/usr/bin\", not variable PATH that matches \"^/opt\""},
    {"envVars: [{key: NONE, value: ''}]", "fail: no variable NONE, not variable NONE that is \"\""},
    {"envVars: [{key: API_TOKEN, value: x}]",
     "fail: variable API_TOKEN is another secret, not variable API_TOKEN that is \"…\""},
    {"unboundEnvVars: [{key: PATH}]", "fail: variable PATH is set, not no variable PATH"},
    {"unboundEnvVars: [{key: PAT}]", "pass: the configuration is as expected"},
    {"labels: [{key: l, value: v\\d, isRegex: true}]", "pass: the configuration is as expected"},
    {"labels: [{key: m, value: v}]", "fail: no label m, not label m that is \"v\""},
    {"exposedPorts: [80]", "pass: the configuration is as expected"},
    {"exposedPorts: ['8']", "fail: no port 8, not port 8"},
    {"exposedPorts: [80/tcp]", "fail: no port 80/tcp, not port 80/tcp"},
    {"unexposedPorts: [80]", "fail: port 80, not no port 80"},
    {"volumes: [/v]", "pass: the configuration is as expected"},
    {"volumes: [/x]", "fail: no volume /x, not volume /x"},
    {"unmountedVolumes: [/v]", "fail: volume /v, not no volume /v"},
    {"workdir: /", "fail: WORKDIR /w, not WORKDIR /"},
    {"user: root", "fail: USER unset, not USER root"},
    {"{user: root, workdir: /}", "fail: WORKDIR /w; USER unset, not WORKDIR /; USER root"},
};

START_TEST(the_configuration_is_compared)
{
	const struct metadata_row *row = &metadata_rows[_i];
	char *text = print_text(HEAD "metadataTest:\n  %s\n", row->test);
	json_t *config = json_loads(image_config, 0, NULL);

	ck_assert_msg(read_as("x.yaml", text), "%s", failure.text);
	json_t *result = test_metadata(json_object_get(structure->tests, "metadataTest"), config);
	const char *wanted = json_string_value(json_object_get(result, "expected"));
	char *found =
	    print_text("%s: %s%s%s", json_string_value(json_object_get(result, "outcome")),
	               json_string_value(json_object_get(result, "found")),
	               wanted != NULL ? ", not " : "", wanted != NULL ? wanted : "");
	ck_assert_msg(strcmp(found, row->expected) == 0, "%s\nexpected: %s\nfound:    %s",
	              row->test, row->expected, found);
	free(found);
	free(text);
	json_decref(result);
	json_decref(config);
	free_structure(structure);
}
END_TEST

/* --- Results --- */

START_TEST(cut_output_decides_only_what_was_found)
{
	struct seen seen = {0};
	json_t *a = json_pack("[s]", "a"), *b = json_pack("[s]", "b");

	compare_text(&seen, "output", a, NULL, "aaa", 3, true);
	compare_text(&seen, "output", NULL, b, "aaa", 3, true);
	json_t *result = report_seen(&seen, print_text("fine"));
	ck_assert_str_eq(json_string_value(json_object_get(result, "outcome")), "error");
	ck_assert_str_eq(json_string_value(json_object_get(result, "found")),
	                 "output is longer than what is kept of it");
	json_decref(result);
	json_decref(a);
	json_decref(b);
}
END_TEST

static void expect_result(const struct result *result, const char *id, enum outcome outcome,
                          const char *found)
{
	ck_assert_str_eq(result->check->id, id);
	ck_assert_int_eq(result->outcome, outcome);
	ck_assert_str_eq(result->found, found);
}

START_TEST(facts_become_results)
{
	json_t *facts = json_pack(
	    "{s:[{s:s, s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}, {}]}",
	    "structure", "name", "a b", "kind", "command", "outcome", "fail", "found", "f",
	    "expected", "e", "name", "a b", "kind", "command", "outcome", "pass", "found", "g",
	    "name", "", "kind", "metadata", "outcome", "skip", "found", "h");
	struct result results[4];

	ck_assert_uint_eq(count_structure(facts), 4);
	judge_structure(facts, results);
	expect_result(&results[0], "structure:command:a b", OUTCOME_FAIL, "f");
	ck_assert_str_eq(results[0].expected, "e");
	expect_result(&results[1], "structure:command:a b (2)", OUTCOME_PASS, "g");
	expect_result(&results[2], "structure:metadata", OUTCOME_SKIP, "h");
	expect_result(&results[3], "structure:", OUTCOME_ERROR, "");
	ck_assert(counts_as_failure(&results[0]));
	for (size_t i = 0; i < 4; i++)
		free_structure_check(results[i].check);
	free_results(results, 4);
	json_decref(facts);
}
END_TEST

START_TEST(tests_that_could_not_be_made_are_an_error)
{
	json_t *facts = json_pack("{s:{s:s}}", "errors", "structure", "no time");
	struct result result;

	ck_assert_uint_eq(count_structure(facts), 1);
	judge_structure(facts, &result);
	expect_result(&result, "structure", OUTCOME_ERROR, "no time");
	free_structure_check(result.check);
	free_results(&result, 1);
	json_decref(facts);
	facts = json_object();
	ck_assert_uint_eq(count_structure(facts), 0);
	json_decref(facts);
}
END_TEST

Suite *structure_suite(void)
{
	Suite *suite = suite_create("structure");
	TCase *plain = tcase_create("plain"), *reading = tcase_create("reading");
	TCase *files = tcase_create("files");

	tcase_set_timeout(plain, 60);
	tcase_add_loop_test(plain, a_pattern_matches_as_in_go, 0, COUNT(pattern_rows));
	tcase_add_loop_test(plain, what_go_would_refuse_is_no_pattern, 0, COUNT(no_patterns));
	tcase_add_loop_test(plain, no_pattern_hangs, 0, COUNT(hard_rows));
	tcase_add_test(plain, a_pattern_that_takes_too_long_is_undecided);
	tcase_add_loop_test(plain, a_text_is_expanded_as_in_go, 0, COUNT(expansion_rows));
	tcase_add_test(plain, cut_output_decides_only_what_was_found);
	tcase_add_test(plain, facts_become_results);
	tcase_add_test(plain, tests_that_could_not_be_made_are_an_error);
	suite_add_tcase(suite, plain);
	tcase_add_checked_fixture(reading, make_folder, remove_folder);
	tcase_add_test(reading, a_file_of_variables_is_read);
	tcase_add_loop_test(reading, what_is_no_file_of_variables_is_refused, 0,
	                    COUNT(wrong_variables));
	tcase_add_test(reading, every_key_is_read);
	tcase_add_test(reading, json_is_read_with_the_defaults_that_it_has_there);
	tcase_add_test(reading, a_terminal_is_called_otherwise_in_json);
	tcase_add_test(reading, tests_of_several_files_are_kept_apart);
	tcase_add_test(reading, keys_are_merged_and_nothing_is_no_value);
	tcase_add_test(reading, variables_of_plimsolls_environment_are_taken);
	tcase_add_loop_test(reading, what_is_wrong_is_refused_with_its_place, 0, COUNT(wrong));
	tcase_add_loop_test(reading, the_configuration_is_compared, 0, COUNT(metadata_rows));
	suite_add_tcase(suite, reading);
	tcase_add_checked_fixture(files, make_files, remove_folder);
	tcase_set_timeout(files, 60);
	tcase_add_test(files, existence_mode_and_owner_are_looked_at);
	tcase_add_test(files, content_is_looked_at);
	tcase_add_test(files, content_is_bounded);
	tcase_add_test(files, a_secret_is_not_shown);
	tcase_add_test(files, licenses_are_looked_at);
	suite_add_tcase(suite, files);
	return suite;
}
