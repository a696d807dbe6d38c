#include "plimsoll/files/elf.h"
#include "plimsoll/files/survey.h"
#include "plimsoll/probe/walk.h"
#include "suites.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct survey *survey;

static void start(void)
{
	survey = start_survey("layers", NULL);
}

static void end(void)
{
	free_survey(survey);
}

static void feed(const char *path, mode_t mode, uid_t uid, const char *text)
{
	struct file file = {.path = path, .mode = mode, .uid = uid, .gid = uid, .layer = 2};
	size_t length = text != NULL ? strlen(text) : 0;

	file.size = length;
	file.link = S_ISLNK(mode) ? text : NULL;
	survey_file(survey, &file, text, S_ISREG(mode) ? length : 0);
}

/* What the report says under a key, as compact JSON with sorted keys, is this. */
static void expect(const struct programs *programs, const char *key, const char *expected)
{
	static const struct programs none;
	json_t *report = report_survey(survey, programs != NULL ? programs : &none);
	char *text = json_dumps(json_object_get(report, key),
	                        JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	ck_assert_str_eq(text, expected);
	free(text);
	json_decref(report);
}

START_TEST(rights_are_listed_by_path)
{
	feed("/b", S_IFREG | 04755, 0, "x");
	feed("/a", S_IFREG | 02755, 0, "x");
	feed("/mail", S_IFDIR | 02775, 0, NULL);
	feed("/tmp", S_IFDIR | 01777, 0, NULL);
	feed("/open", S_IFDIR | 0777, 0, NULL);
	feed("/link", S_IFLNK | 0777, 0, "a");
	expect(NULL, "setuid",
	       "[{\"gid\":0,\"layer\":2,\"mode\":\"2755\",\"path\":\"/a\",\"uid\":0},"
	       "{\"gid\":0,\"layer\":2,\"mode\":\"4755\",\"path\":\"/b\",\"uid\":0}]");
	expect(NULL, "world_writable",
	       "[{\"directory\":true,\"layer\":2,\"mode\":\"0777\",\"path\":\"/open\"}]");
}
END_TEST

START_TEST(owners_wait_for_passwd)
{
	feed("/x", S_IFREG | 0644, 42, "x");
	expect(NULL, "unowned", "[]");
	feed("/etc/passwd", S_IFREG | 0644, 0, "root:x:0:0::/root:/bin/sh\n");
	expect(NULL, "unowned", "[{\"gid\":42,\"layer\":2,\"path\":\"/x\",\"uid\":42}]");
}
END_TEST

/* As engines read them: blanks before a name are none of it, and what is no number is none. */
START_TEST(an_id_that_can_not_be_read_is_null)
{
	feed("/etc/group", S_IFREG | 0644, 0, " \tapp:x:65532\napp:x:1x:\n:x:3:\n\napp\n");
	expect(NULL, "groups",
	       "[{\"gid\":65532,\"name\":\"app\"},{\"gid\":null,\"name\":\"app\"},"
	       "{\"gid\":null,\"name\":\"app\"}]");
}
END_TEST

START_TEST(passwords_are_described)
{
	feed("/etc/shadow", S_IFREG | 0640, 0, "a::1\nb:$6$x$y:1\nc:!:1\n");
	feed("/etc/passwd", S_IFREG | 0644, 0,
	     "a:x:1:1::/:\nb:x:2:2::/:\nc:x:3:3::/:\nd:x:4:4::/:\ne::5:5::/:\nbroken\n");
	expect(
	    NULL, "users",
	    "[{\"gid\":1,\"home\":\"/\",\"name\":\"a\",\"password\":\"empty\",\"uid\":1},"
	    "{\"gid\":2,\"home\":\"/\",\"name\":\"b\",\"password\":\"crypt\",\"uid\":2},"
	    "{\"gid\":3,\"home\":\"/\",\"name\":\"c\",\"password\":\"locked\",\"uid\":3},"
	    "{\"gid\":4,\"home\":\"/\",\"name\":\"d\",\"password\":\"none\",\"uid\":4},"
	    "{\"gid\":5,\"home\":\"/\",\"name\":\"e\",\"password\":\"empty\",\"uid\":5},"
	    "{\"gid\":null,\"home\":\"\",\"name\":\"broken\",\"password\":\"none\",\"uid\":null}]");
}
END_TEST

START_TEST(time_zone_is_what_the_link_leads_to)
{
	expect(NULL, "time_zone", "\"\"");
	feed("/etc/localtime", S_IFLNK | 0777, 0, "../usr/share/zoneinfo/Asia/Tokyo");
	expect(NULL, "time_zone", "\"\"");
	feed("/usr/share/zoneinfo/Asia/Tokyo", S_IFREG | 0644, 0, "TZif");
	expect(NULL, "time_zone", "\"Asia/Tokyo\"");
	feed("/etc/localtime", S_IFREG | 0644, 0, "TZif");
	expect(NULL, "time_zone", "\"file\"");
}
END_TEST

START_TEST(programs_are_found_through_links)
{
	static const struct programs programs = {.entrypoint = "run", .path = "/no:/bin"};

	feed("/bin", S_IFLNK | 0777, 0, "usr/bin");
	feed("/usr/bin/run", S_IFLNK | 0777, 0, "../lib/run.sh");
	feed("/usr/lib/run.sh", S_IFREG | 0755, 0, "#!/usr/bin/env python3\n");
	feed("/usr/bin/env", S_IFREG | 0755, 0, "\177ELF");
	expect(
	    &programs, "programs",
	    "[{\"argument\":\"run\",\"executable\":true,\"format\":\"script\",\"interpreter\":"
	    "\"python3\",\"interpreter_found\":false,\"machine\":null,\"path\":\"/usr/lib/run.sh\","
	    "\"role\":\"entrypoint\"}]");
}
END_TEST

START_TEST(a_relative_directory_of_path_is_the_working_directorys)
{
	static const struct programs programs = {
	    .entrypoint = "run", .path = "bin", .working_dir = "/app"};

	feed("/bin/run", S_IFREG | 0755, 0, "\177ELF");
	expect(
	    &programs, "programs",
	    "[{\"argument\":\"run\",\"executable\":false,\"format\":null,\"interpreter\":null,"
	    "\"interpreter_found\":null,\"machine\":null,\"path\":null,\"role\":\"entrypoint\"}]");
}
END_TEST

START_TEST(loops_lead_nowhere)
{
	static const struct programs programs = {.entrypoint = "/a/x", .working_dir = "/b"};

	feed("/a", S_IFLNK | 0777, 0, "b");
	feed("/b", S_IFLNK | 0777, 0, "/a");
	expect(&programs, "working_dir",
	       "{\"directory\":false,\"found\":false,\"gid\":null,\"mode\":null,\"uid\":null}");
}
END_TEST

START_TEST(junk_caches_and_tools_by_place)
{
	feed("/app/.git", S_IFDIR | 0755, 0, NULL);
	feed("/app/.git/config", S_IFREG | 0644, 0, "x");
	feed("/app/core", S_IFREG | 0644, 0, "no dump");
	feed("/var/lib/apt/lists/lock", S_IFREG | 0644, 0, "");
	feed("/var/lib/apt/lists/a", S_IFREG | 0644, 0, "abc");
	feed("/var/lib/apt/lists/b", S_IFREG | 0644, 0, "de");
	feed("/root/.cache/pipx/a", S_IFREG | 0644, 0, "none");
	feed("/root/.cache/pip/a", S_IFREG | 0644, 0, "a");
	feed("/bin/sh", S_IFLNK | 0777, 0, "dash");
	feed("/etc/sudo", S_IFREG | 0755, 0, "x");
	expect(NULL, "junk", "[{\"kind\":\"git\",\"layer\":2,\"path\":\"/app/.git\"}]");
	expect(NULL, "caches",
	       "[{\"bytes\":1,\"kind\":\"pip\",\"layer\":2,\"path\":\"/root/.cache/pip\"},"
	       "{\"bytes\":5,\"kind\":\"apt\",\"layer\":2,\"path\":\"/var/lib/apt/lists\"}]");
	expect(NULL, "tools", "[{\"kind\":\"shell\",\"layer\":2,\"path\":\"/bin/sh\"}]");
}
END_TEST

START_TEST(lists_hold_a_hundred)
{
	char path[32];

	for (int i = 0; i < 101; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		feed(path, S_IFREG | 04755, 0, "x");
	}
	json_t *report = report_survey(survey, &(struct programs){0});
	ck_assert_uint_eq(json_array_size(json_object_get(report, "setuid")), 100);
	json_decref(report);
	expect(NULL, "unlisted", "{\"setuid\":1}");
}
END_TEST

/* A hundred shells hide no sudo. */
START_TEST(tools_of_each_kind_have_their_hundred)
{
	char path[32];

	for (int i = 0; i < 120; i++) {
		snprintf(path, sizeof(path), "/%d/bin/sh", i);
		feed(path, S_IFREG | 0755, 0, "x");
	}
	feed("/usr/bin/sudo", S_IFREG | 0755, 0, "x");
	json_t *report = report_survey(survey, &(struct programs){0});
	json_t *tools = json_object_get(report, "tools");
	ck_assert_uint_eq(json_array_size(tools), 101);
	ck_assert_str_eq(json_string_value(json_object_get(json_array_get(tools, 100), "kind")),
	                 "sudo");
	json_decref(report);
	expect(NULL, "unlisted", "{\"shell\":20}");
}
END_TEST

/* 256 owners, of which passwd knows the most, and one more. */
START_TEST(owners_beyond_what_is_told_apart_are_counted)
{
	char path[32], passwd[16384] = "root:x:0:0::/:\n";

	for (unsigned int i = 0; i < 300; i++) {
		snprintf(path, sizeof(path), "/%u", i);
		feed(path, S_IFREG | 0644, i, "x");
		snprintf(passwd + strlen(passwd), 32, "u%u:x:%u:%u::/:\n", i, i, i);
	}
	feed("/etc/passwd", S_IFREG | 0644, 0, passwd);
	expect(NULL, "unowned", "[]");
	expect(NULL, "unlisted", "{\"unowned\":44,\"users\":201}");
}
END_TEST

/* Whose paths have no more room: they are counted with their owner. */
START_TEST(paths_of_owners_are_counted_where_they_are_too_long)
{
	char path[4096] = "";

	feed("/etc/passwd", S_IFREG | 0644, 0, "root:x:0:0::/:\n");
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	for (unsigned int i = 0; i < 300; i++)
		feed(path, S_IFREG | 0644, i % 4, "x");
	feed("/late", S_IFREG | 0644, 5, "x");
	json_t *report = report_survey(survey, &(struct programs){0});
	json_t *unlisted = json_object_get(json_object_get(report, "unlisted"), "unowned");
	size_t listed = json_array_size(json_object_get(report, "unowned"));
	ck_assert_int_eq(json_integer_value(unlisted) + (json_int_t)listed, 226);
	json_decref(report);
}
END_TEST

START_TEST(a_passwd_that_goes_on_has_more_users)
{
	static char text[70000];
	struct file file = {.path = "/etc/passwd", .mode = S_IFREG | 0644, .layer = 2};

	strcpy(text, "root:x:0:0::/:\n");
	memset(text + strlen(text), '#', sizeof(text) - strlen(text));
	file.size = sizeof(text);
	survey_file(survey, &file, text, sizeof(text));
	expect(NULL, "unlisted", "{\"users\":2}"); /* and the rest is a name that is too long */
}
END_TEST

/* Blanks of Unicode, which engines leave out, are not told from other letters. */
START_TEST(a_name_that_is_not_ascii_is_not_known)
{
	feed("/etc/passwd", S_IFREG | 0644, 0,
	     "\xc2\xa0"
	     "app:x:0:0::/:\napp\xc2\xa0\napp:x:7:7::/:\n");
	expect(NULL, "unlisted", "{\"users\":2}");
}
END_TEST

/* A line may be a name alone. */
START_TEST(blanks_at_the_end_are_left_out)
{
	feed("/etc/passwd", S_IFREG | 0644, 0, "app \r\napp:x:7:7::/:\n");
	expect(NULL, "users",
	       "[{\"gid\":null,\"home\":\"\",\"name\":\"app\",\"password\":\"none\",\"uid\":null},"
	       "{\"gid\":7,\"home\":\"/\",\"name\":\"app\",\"password\":\"none\",\"uid\":7}]");
}
END_TEST

/* Engines read what it leads to. */
START_TEST(a_passwd_that_is_a_link_is_not_known)
{
	feed("/etc", S_IFLNK | 0777, 0, "usr/etc");
	feed("/etc/passwd", S_IFREG | 0644, 0, "root:x:7:0::/:\n");
	feed("/usr/etc/passwd", S_IFREG | 0644, 0, "root:x:0:0::/:\n");
	feed("/usr/etc/group", S_IFLNK | 0777, 0, "nowhere");
	expect(NULL, "users", "[]");
	expect(NULL, "unlisted", "{\"unowned\":1,\"users\":1}");
}
END_TEST

/* Of more files than are told apart, programs and what leads to them are the last to go. */
START_TEST(programs_are_found_among_any_number_of_files)
{
	static const struct programs programs = {.entrypoint = "/bin/run", .working_dir = "/srv"};
	char path[32];

	for (int i = 0; i < 400000; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		feed(path, S_IFREG | 0644, 0, "x");
	}
	feed("/bin", S_IFLNK | 0777, 0, "usr/bin");
	feed("/usr/bin/run", S_IFREG | 0755, 0, "#!/bin/no\n");
	feed("/last", S_IFREG | 04755, 0, "x");
	json_t *report = report_survey(survey, &programs);
	json_t *program = json_array_get(json_object_get(report, "programs"), 0);
	ck_assert(json_is_false(json_object_get(report, "cut")));
	ck_assert(json_is_true(json_object_get(report, "partial")));
	ck_assert_uint_eq(json_array_size(json_object_get(report, "setuid")), 1);
	ck_assert_str_eq(json_string_value(json_object_get(program, "path")), "/usr/bin/run");
	ck_assert(json_is_null(json_object_get(program, "interpreter_found")));
	ck_assert(json_is_null(json_object_get(report, "working_dir")));
	ck_assert(json_is_null(json_object_get(report, "time_zone")));
	json_decref(report);
}
END_TEST

/* A program whose header, one program header and loader's name stand where they are told to. */
static const char *read_loader(size_t headers, size_t name)
{
	static unsigned char file[4096];
	static struct executable executable;
	const Elf64_Ehdr head = {
	    .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
	    .e_type = ET_DYN,
	    .e_machine = EM_X86_64,
	    .e_phoff = headers,
	    .e_phnum = 1};
	const Elf64_Phdr header = {.p_type = PT_INTERP, .p_offset = name};

	memset(file, 'x', sizeof(file));
	memcpy(file, &head, sizeof(head));
	if (headers + sizeof(header) <= sizeof(file))
		memcpy(file + headers, &header, sizeof(header));
	if (name + 8 <= sizeof(file))
		memcpy(file + name, "/lib/ld", 8);
	read_executable(file, sizeof(file), &executable);
	return executable.interpreter;
}

START_TEST(a_loader_that_is_not_in_the_head_is_not_seen)
{
	ck_assert_str_eq(read_loader(64, 200), "/lib/ld");
	ck_assert_str_eq(read_loader(64, 8000), UNSEEN_LOADER);
	ck_assert_str_eq(read_loader(64, 4090), UNSEEN_LOADER);
	ck_assert_str_eq(read_loader(64, 200000), UNSEEN_LOADER);
	ck_assert_str_eq(read_loader(4080, 200), UNSEEN_LOADER);
	ck_assert_str_eq(read_loader(8000, 200), UNSEEN_LOADER);
}
END_TEST

/* Root may read all. */
START_TEST(walk_tells_what_it_may_not_read)
{
	char root[] = "/tmp/plimsoll-walk-XXXXXX", command[128];
	struct failure failure;
	int status;

	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(command, sizeof(command),
	         "cd %s && echo TOKEN=a-secret-of-some-length >.env && mkdir closed && chmod 0 "
	         ".env closed && chmod 755 .",
	         root);
	ck_assert_int_eq(system(command), 0);
	pid_t pid = fork();
	if (pid == 0) {
		if (setgid(4242) != 0 || setuid(4242) != 0)
			_exit(2);
		json_t *report = walk_root(&(struct programs){0}, NULL, root, &failure);
		json_t *unlisted = json_object_get(report, "unlisted");
		_exit(!json_is_true(json_object_get(report, "cut")) ||
		      json_integer_value(json_object_get(unlisted, "secrets")) != 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
	ck_assert_msg(status == 0, "expected cut, and a secret that is not listed");
}
END_TEST

/* A pipe that nobody writes to would hold up whoever opens it to read. */
START_TEST(walk_passes_pipes_and_deep_trees)
{
	char root[] = "/tmp/plimsoll-walk-XXXXXX", command[128];
	struct failure failure;

	ck_assert_ptr_nonnull(mkdtemp(root));
	ck_assert_int_eq(chdir(root), 0);
	ck_assert_int_eq(mkfifo("id_rsa", 0644), 0);
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(mkdir("d", 0755), 0);
		ck_assert_int_eq(chdir("d"), 0);
	}
	json_t *report = walk_root(&(struct programs){0}, NULL, root, &failure);
	ck_assert_msg(report != NULL, "%s", failure.text);
	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
	ck_assert(json_is_true(json_object_get(report, "cut")));
	ck_assert_int_eq(json_integer_value(json_object_get(report, "count")), 202);
	json_decref(report);
}
END_TEST

static void put(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	ck_assert_msg(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
	ck_assert_int_eq(chmod(path, mode), 0);
}

/* Links and programs are read after the walk, only those that are asked for. */
START_TEST(walk_looks_back)
{
	static const struct programs programs = {
	    .entrypoint = "run", .healthcheck = "/opt/none", .path = "/bin"};
	char root[] = "/tmp/plimsoll-walk-XXXXXX", command[128];
	struct failure failure;

	ck_assert_ptr_nonnull(mkdtemp(root));
	ck_assert_int_eq(chdir(root), 0);
	ck_assert(mkdir("bin", 0755) == 0 && mkdir("opt", 0755) == 0 && mkdir("etc", 0755) == 0);
	put("opt/run.sh", "#!/opt/shell -e\n", 0755);
	put("opt/shell", "\177ELF", 0755);
	put("etc/UTC", "TZif", 0644);
	ck_assert_int_eq(symlink("../opt/run.sh", "bin/run"), 0);
	ck_assert_int_eq(symlink("/nowhere", "opt/none"), 0);
	ck_assert_int_eq(symlink("UTC", "etc/localtime"), 0);
	json_t *report = walk_root(&programs, NULL, root, &failure);
	ck_assert_msg(report != NULL, "%s", failure.text);
	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
	char *text = json_dumps(json_object_get(report, "programs"), JSON_COMPACT | JSON_SORT_KEYS);
	ck_assert_str_eq(
	    text,
	    "[{\"argument\":\"run\",\"executable\":true,\"format\":\"script\",\"interpreter\":"
	    "\"/opt/shell\",\"interpreter_found\":true,\"machine\":null,\"path\":\"/opt/run.sh\","
	    "\"role\":\"entrypoint\"},"
	    "{\"argument\":\"/opt/none\",\"executable\":false,\"format\":null,\"interpreter\":null,"
	    "\"interpreter_found\":null,\"machine\":null,\"path\":null,\"role\":\"healthcheck\"}]");
	ck_assert_str_eq(json_string_value(json_object_get(report, "time_zone")), "file");
	free(text);
	json_decref(report);
}
END_TEST

Suite *survey_suite(void)
{
	Suite *suite = suite_create("survey");
	TCase *tests = tcase_create("survey");

	tcase_set_timeout(tests, 60); /* thousands of directories on a busy disk */
	tcase_add_checked_fixture(tests, start, end);
	tcase_add_test(tests, rights_are_listed_by_path);
	tcase_add_test(tests, owners_wait_for_passwd);
	tcase_add_test(tests, an_id_that_can_not_be_read_is_null);
	tcase_add_test(tests, passwords_are_described);
	tcase_add_test(tests, time_zone_is_what_the_link_leads_to);
	tcase_add_test(tests, programs_are_found_through_links);
	tcase_add_test(tests, a_relative_directory_of_path_is_the_working_directorys);
	tcase_add_test(tests, loops_lead_nowhere);
	tcase_add_test(tests, junk_caches_and_tools_by_place);
	tcase_add_test(tests, lists_hold_a_hundred);
	tcase_add_test(tests, tools_of_each_kind_have_their_hundred);
	tcase_add_test(tests, owners_beyond_what_is_told_apart_are_counted);
	tcase_add_test(tests, paths_of_owners_are_counted_where_they_are_too_long);
	tcase_add_test(tests, a_passwd_that_goes_on_has_more_users);
	tcase_add_test(tests, a_passwd_that_is_a_link_is_not_known);
	tcase_add_test(tests, a_name_that_is_not_ascii_is_not_known);
	tcase_add_test(tests, blanks_at_the_end_are_left_out);
	tcase_add_test(tests, programs_are_found_among_any_number_of_files);
	tcase_add_test(tests, a_loader_that_is_not_in_the_head_is_not_seen);
	tcase_add_test(tests, walk_tells_what_it_may_not_read);
	tcase_add_test(tests, walk_passes_pipes_and_deep_trees);
	tcase_add_test(tests, walk_looks_back);
	suite_add_tcase(suite, tests);
	return suite;
}
