#include "plimsoll/probe/healthcheck.h"
#include "plimsoll/probe/orphan.h"
#include "plimsoll/probe/own.h"
#include "plimsoll/probe/probe.h"
#include "plimsoll/probe/processes.h"
#include "plimsoll/probe/proof.h"
#include "plimsoll/probe/sockets.h"
#include "plimsoll/probe/walk.h"
#include "plimsoll/probe/watch.h"
#include "suites.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct failure failure;

/* A folder for a test's own /proc and /sys. */
static char root[64], proc[80];

static void make_root(void)
{
	strcpy(root, "/tmp/plimsoll-probe-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(proc, sizeof(proc), "%s/proc", root);
	ck_assert_int_eq(mkdir(proc, 0755), 0);
	failure.text[0] = '\0';
}

/* Each test runs in a process of its own: what it made goes even where it fails. */
static void remove_root(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
}

/* Makes the folders above it as well. */
static void put(const char *name, const char *text)
{
	char path[512];

	int length = snprintf(path, sizeof(path), "%s/%s", root, name);
	for (int i = (int)strlen(root) + 1; i < length; i++) {
		if (path[i] != '/')
			continue;
		path[i] = '\0';
		mkdir(path, 0755);
		path[i] = '/';
	}
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static void put_process(int pid, int ppid)
{
	char name[64], status[64];

	snprintf(name, sizeof(name), "proc/%d/status", pid);
	snprintf(status, sizeof(status), "State:\tS (sleeping)\nPPid:\t%d\n", ppid);
	put(name, status);
}

/* Takes json. */
static void expect(json_t *json, const char *expected)
{
	ck_assert_msg(json != NULL, "%s", failure.text);
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
	ck_assert_str_eq(text, expected);
	free(text);
	json_decref(json);
}

static const char full_status[] = "Name:\tapp\n"
                                  "Umask:\t0022\n"
                                  "State:\tR (running)\n"
                                  "Pid:\t1\n"
                                  "PPid:\t0\n"
                                  "Uid:\t1000\t1001\t1002\t4294967294\n"
                                  "Gid:\t2000\t2001\t2002\t2003\n"
                                  "Groups:\t10 20 \n"
                                  "CapInh:\t0000000000000001\n"
                                  "CapPrm:\t00000000a80425fb\n"
                                  "CapEff:\t0000000000000000\n"
                                  "CapBnd:\t000001ffffffffff\n"
                                  "CapAmb:\t0000000000000400\n"
                                  "NoNewPrivs:\t1\n"
                                  "Seccomp:\t2\n";

START_TEST(a_process_is_described_by_its_status)
{
	char link[128];

	put("proc/1/status", full_status);
	put("proc/1/comm", "a\n\033p\n");
	put("proc/1/cmdline", "app");
	snprintf(link, sizeof(link), "%s/1/exe", proc);
	ck_assert_int_eq(symlink("/usr/bin/\377app", link), 0);
	expect(describe_process(proc, 1, &failure),
	       "{\"pid\":1,\"ppid\":0,\"state\":\"R\",\"name\":\"a\\\\x0a\\\\x1bp\","
	       "\"path\":\"/usr/bin/"
	       "\\\\xffapp\",\"argument\":\"app\",\"uids\":[1000,1001,1002,4294967294],"
	       "\"gids\":[2000,2001,2002,2003],\"groups\":[10,20],"
	       "\"capabilities\":{\"inheritable\":\"1\",\"permitted\":\"a80425fb\",\"effective\":"
	       "\"0\","
	       "\"bounding\":\"1ffffffffff\",\"ambient\":\"400\"},"
	       "\"no_new_privileges\":true,\"seccomp\":2}");
}
END_TEST

START_TEST(what_the_kernel_does_not_say_is_null)
{
	put("proc/7/status", "State:\tZ (zombie)\nPPid:\t1\nGroups:\t \n");
	expect(describe_process(proc, 7, &failure),
	       "{\"pid\":7,\"ppid\":1,\"state\":\"Z\",\"name\":null,\"path\":null,\"argument\":"
	       "null,\"uids\":null,"
	       "\"gids\":null,\"groups\":[],\"capabilities\":{\"inheritable\":null,"
	       "\"permitted\":null,\"effective\":null,\"bounding\":null,\"ambient\":null},"
	       "\"no_new_privileges\":null,\"seccomp\":null}");
}
END_TEST

/* 65536 groups make a line of 700 kB before the lines of the capabilities. */
START_TEST(many_groups_hide_nothing)
{
	const size_t count = 65536;
	char *status = malloc(count * 12 + 64), *end = status + sprintf(status, "Groups:\t");

	for (size_t i = 0; i < count; i++)
		end += sprintf(end, "%u ", 4294901760U + (unsigned int)i);
	strcpy(end, "\nCapBnd:\t00000000000000ff\n");
	put("proc/1/status", status);
	free(status);
	json_t *process = describe_process(proc, 1, &failure);
	ck_assert_uint_eq(json_array_size(json_object_get(process, "groups")), 100);
	expect(json_incref(json_object_get(json_object_get(process, "capabilities"), "bounding")),
	       "\"ff\"");
	json_decref(process);
}
END_TEST

START_TEST(a_process_that_is_not_seen_is_a_failure)
{
	ck_assert_ptr_null(describe_process(proc, 7, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text, "/proc/7/status: can't be read: No such file"));
	put("proc/7/status", ""); /* ended between open() and read() */
	ck_assert_ptr_null(describe_process(proc, 7, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text, "No such process"));
}
END_TEST

static void expect_pids(const char *expected)
{
	json_t *processes = list_processes(proc, &failure), *pids = json_array(), *process;
	size_t i;

	ck_assert_msg(processes != NULL, "%s", failure.text);
	json_array_foreach(processes, i, process)
	    json_array_append(pids, json_object_get(process, "pid"));
	json_decref(processes);
	expect(pids, expected);
}

START_TEST(processes_are_listed_by_number)
{
	put_process(10, 9);
	put_process(9, 1);
	put_process(1, 0);
	put("proc/meminfo", "");
	put("proc/0010/status", "PPid:\t1\n");
	put("proc/self/status", "PPid:\t1\n");
	expect_pids("[1,9,10]");
}
END_TEST

/* A pid that is not this program's own, which is left out; n from 0 on. */
static int other_pid(int n)
{
	return n + 2 < getpid() ? n + 2 : n + 3;
}

START_TEST(this_program_is_left_out_and_nothing_else)
{
	char expected[64];

	put_process(1, 0);
	put_process(getpid(), 0);
	put_process(other_pid(0), 0);        /* as a health check has it, or what it left */
	put_process(other_pid(1), getpid()); /* what it left to whoever ran it */
	snprintf(expected, sizeof(expected), "[1,%d,%d]", other_pid(0), other_pid(1));
	expect_pids(expected);
}
END_TEST

static void put_thread(int pid, int thread, const char *state, const char *uids)
{
	char name[64], status[96];

	snprintf(name, sizeof(name), "proc/%d/task/%d/status", pid, thread);
	snprintf(status, sizeof(status), "State:\t%s\nPPid:\t0\nUid:\t%s\n", state, uids);
	put(name, status);
	if (pid != thread)
		return;
	snprintf(name, sizeof(name), "proc/%d/status", pid);
	put(name, status);
}

START_TEST(a_thread_with_rights_of_its_own_is_listed)
{
	char expected[64];
	int same = other_pid(0), other = other_pid(1), ended = other_pid(2), lives = other_pid(3);

	put_thread(1, 1, "S", "7 7 7 7");
	put_thread(1, same, "S", "7 7 7 7");
	put_thread(1, other, "S", "7 7 0 7");
	put_thread(ended, ended, "Z (zombie)", "7 7 7 7");
	put_thread(ended, lives, "S", "7 7 7 7");
	snprintf(expected, sizeof(expected), "[1,%d,%d,%d]", other, ended, lives);
	expect_pids(expected);
}
END_TEST

START_TEST(a_process_that_is_there_and_can_not_be_read_is_a_failure)
{
	char name[64];

	put_process(1, 0);
	snprintf(name, sizeof(name), "proc/%d/status/is-a-directory", other_pid(0));
	put(name, "");
	ck_assert_ptr_null(list_processes(proc, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text, "status: can't be read: Is a directory"));
}
END_TEST

START_TEST(processes_are_no_more_than_a_thousand)
{
	for (int n = -1; n < 1100; n++)
		put_process(n < 0 ? 1 : other_pid(n), n < 0 ? 0 : 1);
	json_t *processes = list_processes(proc, &failure);
	ck_assert_uint_eq(json_array_size(processes), PROCESSES_MOST);
	json_decref(processes);
}
END_TEST

START_TEST(without_pid_1_there_is_no_list)
{
	put_process(9, 1);
	ck_assert_ptr_null(list_processes(proc, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text, "/proc/1/status: can't be read"));
	ck_assert_ptr_nonnull(strstr(failure.text, "a procfs must be mounted, without hidepid"));
}
END_TEST

#define HEADING                                                                                    \
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"

static void expect_listeners(const char *expected)
{
	struct listeners listeners;

	ck_assert_msg(read_listeners(proc, &listeners, &failure), "%s", failure.text);
	expect(list_listeners(&listeners), expected);
}

START_TEST(sockets_that_listen_are_read_from_the_tables)
{
	put("proc/net/tcp",
	    HEADING "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
	            "   1: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
	            "   2: 0100007F:0BB8 0100007F:C001 01 00000000:00000000 00:00000000 00000000\n"
	            "   3: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
	            "   4: 0100:1F90 00000000:0000 0A\n"
	            "nonsense\n");
	put("proc/net/tcp6", HEADING
	    "   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A\n"
	    "   1: B80D0120000000000000000001000000:FFFF 00000000000000000000000000000000:0000 "
	    "0A\n");
	put("proc/net/udp", HEADING "  12: 00000000:0BB8 00000000:0000 07 00000000:00000000\n"
	                            "  13: 0100007F:A001 0100007F:0035 01 00000000:00000000\n");
	expect_listeners("[{\"protocol\":\"tcp\",\"address\":\"127.0.0.1\",\"port\":8080},"
	                 "{\"protocol\":\"tcp\",\"address\":\"0.0.0.0\",\"port\":3000},"
	                 "{\"protocol\":\"tcp\",\"address\":\"::\",\"port\":3000},"
	                 "{\"protocol\":\"tcp\",\"address\":\"2001:db8::1\",\"port\":65535},"
	                 "{\"protocol\":\"udp\",\"address\":\"0.0.0.0\",\"port\":3000}]");
}
END_TEST

START_TEST(more_than_a_thousand_sockets_are_not_listed)
{
	char *table = malloc(100000), *end = table + sprintf(table, HEADING);
	struct listeners listeners;

	for (int i = 1; i <= 1001; i++)
		end += sprintf(end, "%4d: 0100007F:%04X 00000000:0000 0A 0000\n", i, i);
	put("proc/net/tcp", table);
	free(table);
	ck_assert(read_listeners(proc, &listeners, &failure));
	ck_assert_uint_eq(listeners.count, LISTENERS_MOST);
	ck_assert_uint_eq(listeners.list[LISTENERS_MOST - 1].port, LISTENERS_MOST);
	json_t *listed = list_listeners(&listeners);
	ck_assert_msg(json_is_null(listed), "expected null, found %zu sockets",
	              json_array_size(listed));
}
END_TEST

START_TEST(a_table_that_is_there_and_can_not_be_read_is_a_failure)
{
	struct listeners listeners;

	put("proc/net/tcp", HEADING);
	put("proc/net/udp/is-a-directory", "");
	ck_assert(!read_listeners(proc, &listeners, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text, "net/udp can't be read: Is a directory"));
}
END_TEST

START_TEST(without_tables_there_is_a_failure)
{
	struct listeners listeners;

	ck_assert(!read_listeners(proc, &listeners, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text, "there is no table of sockets (net/tcp)"));
}
END_TEST

static const struct limits_case {
	const char *names[3], *texts[3], *memory, *pids;
} limits_cases[] = {
    {{NULL}, {NULL}, "null", "null"},
    /* Version 1, the container's own part of the hierarchy mounted. */
    {{"proc/1/cgroup", "sys/fs/cgroup/memory/memory.limit_in_bytes", "sys/fs/cgroup/pids/pids.max"},
     {"5:memory:/docker/abc\n4:pids:/docker/abc\n0::/\n", "268435456\n", "64\n"},
     "268435456",
     "64"},
    /* Version 1, all of it mounted; two controllers in one hierarchy. */
    {{"proc/1/cgroup", "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes",
      "sys/fs/cgroup/memory/memory.limit_in_bytes"},
     {"5:hugetlb,memory:/docker/abc\n", "1048576\n", "2097152\n"},
     "1048576",
     "null"},
    {{"sys/fs/cgroup/memory/memory.limit_in_bytes", "sys/fs/cgroup/pids/pids.max"},
     {"9223372036854771712\n", "max\n"},
     "\"max\"",
     "\"max\""},
    /* Version 2, in a namespace of its own, and in the host's. */
    {{"proc/1/cgroup", "sys/fs/cgroup/memory.max", "sys/fs/cgroup/pids.max"},
     {"0::/\n", "268435456\n", "max\n"},
     "268435456",
     "\"max\""},
    {{"proc/1/cgroup", "sys/fs/cgroup/docker/abc/memory.max", "sys/fs/cgroup/docker/abc/pids.max"},
     {"0::/docker/abc\n", "max\n", "12\n"},
     "\"max\"",
     "12"},
};

START_TEST(limits_are_found_in_either_version_of_cgroups)
{
	const struct limits_case *limits = limits_cases + _i;
	char expected[256];

	put("proc/1/status", full_status);
	for (size_t i = 0; i < COUNT(limits->names); i++) {
		if (limits->names[i] != NULL)
			put(limits->names[i], limits->texts[i]);
	}
	snprintf(expected, sizeof(expected),
	         "{\"root_write\":\"ok\",\"bounding\":\"1ffffffffff\",\"no_new_privileges\":true,"
	         "\"seccomp\":2,\"uids\":[1000,1001,1002,4294967294],\"memory\":%s,\"pids\":%s}",
	         limits->memory, limits->pids);
	expect(prove_conditions(root, &failure), expected);
}
END_TEST

START_TEST(the_written_file_is_gone_and_nobodys_else)
{
	char name[64], path[256], kept[8] = "";

	put("proc/1/status", full_status);
	snprintf(name, sizeof(name), ".plimsoll-proof-%d", (int)getpid());
	snprintf(path, sizeof(path), "%s/%s", root, name);
	json_decref(prove_conditions(root, &failure));
	ck_assert_int_eq(access(path, F_OK), -1);

	put(name, "kept");
	json_t *proof = prove_conditions(root, &failure);
	expect(json_incref(json_object_get(proof, "root_write")), "\"EEXIST\"");
	json_decref(proof);
	int fd = open(path, O_RDONLY);
	ck_assert_int_eq(read(fd, kept, sizeof(kept)), 4);
	close(fd);
}
END_TEST

START_TEST(its_own_place_is_the_directory_that_it_was_executed_from)
{
	char *program = strdup(program_invocation_name), *place = dirname(program);
	char beside[PATH_MAX], below[PATH_MAX], above[PATH_MAX];

	snprintf(below, sizeof(below), "%s/plimsoll", place);
	snprintf(beside, sizeof(beside), "%s-2", place);
	snprintf(above, sizeof(above), "%s", place);
	ck_assert(is_own_place(place));
	ck_assert(is_own_place(below));
	ck_assert(!is_own_place(beside));
	ck_assert(!is_own_place(dirname(above)));
	ck_assert(!is_own_place("/"));
	free(program);
}
END_TEST

START_TEST(nothing_is_proved_without_pid_1)
{
	ck_assert_ptr_null(prove_conditions(root, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text, "/proc/1/status: can't be read"));
}
END_TEST

/* On a port that is free; at most backlog + 1 connections wait to be accepted. */
static int listen_on(const char *address, int backlog, uint16_t *port)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	socklen_t length = sizeof(to);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, address, &to.sin_addr);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	ck_assert_int_eq(listen(fd, backlog), 0);
	getsockname(fd, (struct sockaddr *)&to, &length);
	*port = ntohs(to.sin_port);
	return fd;
}

static bool is_listed(const json_t *seen, uint16_t port)
{
	const json_t *listener;
	size_t i;

	json_array_foreach(json_object_get(seen, "listening"), i, listener)
	{
		if (json_integer_value(json_object_get(listener, "port")) == port)
			return true;
	}
	return false;
}

/* least and most: seconds that it may take. Takes what was seen. */
static void expect_watched(json_t *seen, bool ready, double least, double most)
{
	ck_assert_msg(seen != NULL, "%s", failure.text);
	double after = json_real_value(json_object_get(seen, "after"));
	ck_assert_int_eq(json_is_true(json_object_get(seen, "ready")), ready);
	ck_assert_double_ge(after, least);
	ck_assert_double_le(after, most);
	ck_assert_uint_ge(json_array_size(json_object_get(seen, "processes")), 1);
	json_decref(seen);
}

static json_t *watch_port(uint16_t port, double seconds)
{
	const struct patience patience = {.seconds = seconds, .wait = true, .ports = {port}};

	return watch(&patience, &failure);
}

START_TEST(a_port_that_accepts_is_ready_at_once)
{
	uint16_t port;
	int fd = listen_on("127.0.0.1", 8, &port);
	json_t *seen = watch_port(port, 5);

	ck_assert(is_listed(seen, port));
	expect_watched(seen, true, 0, 1);
	expect_watched(watch_port(0, 5), true, 0, 1);
	close(fd);
}
END_TEST

START_TEST(a_port_of_another_address_than_the_loopbacks_is_found)
{
	uint16_t port;
	int fd = listen_on("127.0.0.2", 8, &port);

	expect_watched(watch_port(port, 5), true, 0, 1);
	close(fd);
}
END_TEST

START_TEST(a_port_nobody_listens_on_is_waited_for)
{
	uint16_t port, other;
	int fd = listen_on("127.0.0.1", 8, &port), unasked = listen_on("127.0.0.1", 8, &other);

	close(fd);
	expect_watched(watch_port(port, 0.2), false, 0.2, 1);
	close(unasked);
	pid_t child = fork();
	if (child == 0) {
		struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};

		nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0 && listen(fd, 1) == 0)
			pause();
		_exit(1);
	}
	json_t *seen = watch_port(port, 10);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	expect_watched(seen, true, 0.1, 5);
}
END_TEST

/* The kernel drops what comes to a full queue: then connect() would wait for minutes. */
START_TEST(a_full_queue_is_not_ready)
{
	uint16_t port;
	int fd = listen_on("127.0.0.1", 0, &port), clients[3];
	const struct sockaddr_in to = {.sin_family = AF_INET,
	                               .sin_port = htons(port),
	                               .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};

	for (size_t i = 0; i < COUNT(clients); i++) {
		clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(clients[i], (const struct sockaddr *)&to, sizeof(to));
	}
	expect_watched(watch_port(port, 0.5), false, 0.5, 2);
	for (size_t i = 0; i < COUNT(clients); i++)
		close(clients[i]);
	close(fd);
}
END_TEST

START_TEST(one_of_several_ports_does)
{
	uint16_t closed, port;
	int fd = listen_on("127.0.0.1", 8, &closed), other;

	close(fd);
	other = listen_on("127.0.0.1", 8, &port);
	const struct patience patience = {.seconds = 5, .wait = true, .ports = {closed, port}};
	expect_watched(watch(&patience, &failure), true, 0, 1);
	close(other);
}
END_TEST

static json_t *watch_test(const char *script, double seconds, double each, uint32_t tries)
{
	json_t *test = json_pack("[s, s]", "CMD-SHELL", script);
	const struct patience patience = {
	    .seconds = seconds, .wait = true, .test = test, .test_seconds = each, .tries = tries};
	json_t *seen = watch(&patience, &failure);

	json_decref(test);
	return seen;
}

START_TEST(a_health_check_that_passes_is_ready)
{
	json_t *none = json_pack("[s]", "CMD"), *missing = json_pack("[s, s]", "CMD", "/no/such");
	json_t *program = json_pack("[s, s, s]", "CMD", "test", "word");

	json_t *said = NULL;
	bool forked = false;

	ck_assert(passes_healthcheck(program, 5, &forked, &said) && forked);
	ck_assert(!passes_healthcheck(none, 5, &forked, &said) && forked);
	ck_assert_ptr_null(said);
	ck_assert(!passes_healthcheck(missing, 5, &forked, &said) && forked);
	ck_assert_str_eq(json_string_value(said), "/no/such: not installed");
	json_decref(said);
	json_decref(program);
	json_decref(missing);
	json_decref(none);
	expect_watched(watch_test("exit 0", 5, 5, 0), true, 0, 1);
	expect_watched(watch_test("exit 1", 0.3, 5, 0), false, 0.3, 1);
}
END_TEST

/* What a test says that does not pass; with none of its own, what one said before it. */
static const struct {
	const char *script, *said;
	bool ready;
} ill[] = {
    {"echo out; nonesuch-curl", "nonesuch-curl: not found", false},
    {"echo one; echo two; exit 1", "two", false},
    {"printf 'TOKEN=ghp_n8Zk2Qw7Lr4Tx9Vb3Yc6Hd1Jf5Mg0Ps8RaUe\\n' >&2; exit 1",
     "TOKEN=[github-token]", false},
    {"echo hangs >&2; exec sleep 60", "hangs", false},
    {"exec sleep 60", "did not end within 0.5 s", false},
    {"f=build/plimsoll-unit-said; test ! -e $f || exit 1; echo first >&2; : >$f; exit 1", "first",
     false},
    {"exit 1", NULL, false},
    {"echo fine >&2", NULL, true},
};

START_TEST(what_a_health_check_says_is_seen)
{
	unlink("build/plimsoll-unit-said");
	json_t *seen = watch_test(ill[_i].script, 5, 0.5, 2);
	const char *said = json_string_value(json_object_get(seen, "said"));

	unlink("build/plimsoll-unit-said");
	ck_assert_int_eq(json_is_true(json_object_get(seen, "ready")), ill[_i].ready);
	ck_assert_int_eq(said != NULL, ill[_i].said != NULL);
	ck_assert_msg(said == NULL || strstr(said, ill[_i].said) != NULL, "found %s", said);
	json_decref(seen);
}
END_TEST

/* The time may be over in the middle of a try, or between two. */
START_TEST(what_a_try_said_is_not_lost_with_the_last)
{
	json_t *seen = watch_test("sleep 0.3; echo refused >&2; exit 1", 0.5 + 0.2 * _i, 5, 0);

	ck_assert_str_eq(json_string_value(json_object_get(seen, "said")), "refused");
	json_decref(seen);
}
END_TEST

/* The limit does not hold for root. */
static void watch_without_a_process(void)
{
	const struct rlimit none = {0, 0};

	if (setresgid(65533, 65533, 65533) != 0 || setresuid(65533, 65533, 65533) != 0 ||
	    setrlimit(RLIMIT_NPROC, &none) != 0)
		_exit(2);
	json_t *seen = watch_test("exit 0", 5, 5, 0);
	_exit(!json_is_true(json_object_get(seen, "full")) ||
	      !json_is_false(json_object_get(seen, "ready")) ||
	      !json_is_null(json_object_get(seen, "said")) ||
	      json_real_value(json_object_get(seen, "after")) > 1);
}

START_TEST(where_no_process_is_left_for_the_health_check_that_is_said)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		watch_without_a_process();
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	              "expected exit status 0, found %#x", (unsigned int)status);
}
END_TEST

START_TEST(a_health_check_is_tried_as_often_as_is_asked)
{
	char script[128], tried[16] = "";
	const char *file = "build/plimsoll-unit-tries";

	unlink(file);
	snprintf(script, sizeof(script), "printf x >>%s; exit 1", file);
	expect_watched(watch_test(script, 5, 5, 3), false, 0, 4);
	FILE *tries = fopen(file, "re");
	ck_assert(tries != NULL && fgets(tried, sizeof(tried), tries) != NULL);
	fclose(tries);
	unlink(file);
	ck_assert_str_eq(tried, "xxx");
}
END_TEST

START_TEST(a_health_check_that_does_not_end_is_ended_with_what_it_started)
{
	char line[32] = "";
	const char *file = "build/plimsoll-unit-endless";
	char script[128];

	unlink(file);
	snprintf(script, sizeof(script), "sleep 300 & echo $! >%s; wait", file);
	expect_watched(watch_test(script, 2, 0.5, 1), false, 0.5, 2);
	FILE *pid = fopen(file, "re");
	ck_assert(pid != NULL && fgets(line, sizeof(line), pid) != NULL);
	fclose(pid);
	unlink(file);
	int left = 0; /* until init has reaped it */
	for (int looks = 0; left == 0 && looks < 100; looks++) {
		left = kill((pid_t)strtol(line, NULL, 10), 0);
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	}
	ck_assert_msg(left != 0 && errno == ESRCH, "process %s is left", line);
}
END_TEST

START_TEST(nothing_is_waited_for_where_nothing_is_asked)
{
	uint16_t port;
	int fd = listen_on("127.0.0.1", 8, &port);
	json_t *seen = watch(&(struct patience){.seconds = 5}, &failure);

	ck_assert(is_listed(seen, port));
	expect_watched(seen, false, 0, 0.5);
	close(fd);
}
END_TEST

static void expect_orphan(double seconds, bool reaped, double least, double most)
{
	json_t *orphan = leave_orphan(seconds, &failure);

	ck_assert_msg(orphan != NULL, "%s", failure.text);
	double after = json_real_value(json_object_get(orphan, "reaped_after"));
	ck_assert_int_eq(json_is_true(json_object_get(orphan, "existed")), false);
	ck_assert_int_eq(json_is_true(json_object_get(orphan, "reaped")), reaped);
	ck_assert_double_ge(after, least);
	ck_assert_double_le(after, most);
	json_decref(orphan);
}

/* This process is a subreaper, and no PID 1: the orphan falls to it. */
START_TEST(an_orphan_that_nobody_waits_for_is_not_reaped)
{
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1UL), 0);
	expect_orphan(0.1, false, 0.1, 1);
	ck_assert_int_gt(waitpid(-1, NULL, 0), 0);
	ck_assert_int_eq(waitpid(-1, NULL, 0), -1);
}
END_TEST

START_TEST(an_orphan_that_is_waited_for_is_reaped)
{
	int status = -1, code = -1;
	pid_t pid;

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1UL), 0);
	pid_t child = fork();
	if (child == 0) {
		json_t *orphan = leave_orphan(10, &failure);
		_exit(json_is_true(json_object_get(orphan, "reaped")) ? 0 : 1);
	}
	while ((pid = waitpid(-1, &status, 0)) > 0) {
		if (pid == child)
			code = status;
	}
	ck_assert_int_eq(code, 0);
}
END_TEST

static const struct usage_case {
	const char *arguments[6], *says;
} usage_cases[] = {
    {{NULL}, "plimsoll probe: \"\": no probe: watch, proof, walk, files, setup\n"},
    {{"look"}, "plimsoll probe: look: no probe: watch, proof, walk, files, setup\n"},
    {{"watch"}, "plimsoll probe: watch: needs --for\n"},
    {{"watch", "--none"}, "plimsoll probe: watch: needs --for\n"},
    {{"watch", "--for"}, "plimsoll probe: --for: needs seconds, from 0 to 86400\n"},
    {{"watch", "--for", "86401", "--none"},
     "plimsoll probe: --for: \"86401\" is not seconds, from 0 to 86400\n"},
    {{"watch", "--for", "1.2.3", "--none"},
     "plimsoll probe: --for: \"1.2.3\" is not seconds, from 0 to 86400\n"},
    {{"watch", "--for", ".", "--none"},
     "plimsoll probe: --for: \".\" is not seconds, from 0 to 86400\n"},
    {{"watch", "--for", "-1", "--none"},
     "plimsoll probe: --for: \"-1\" is not seconds, from 0 to 86400\n"},
    {{"watch", "--for", "1", "--port", "0"},
     "plimsoll probe: --port: \"0\" is not a port, from 1 to 65535, at most 15 of them\n"},
    {{"watch", "--for", "1", "--port", "65536"},
     "plimsoll probe: --port: \"65536\" is not a port, from 1 to 65535, at most 15 of them\n"},
    {{"watch", "--soon"}, "plimsoll probe: --soon: no such option of a probe\n"},
    {{"walk", "--programs", "["}, "plimsoll probe: --programs: ']' expected near end of file\n"},
};

/* Standard output and error go to one file. */
static int run(const char *const arguments[], char *said, size_t size)
{
	char *copies[8] = {NULL};
	FILE *file = tmpfile();

	for (size_t i = 0; arguments[i] != NULL; i++)
		copies[i] = strdup(arguments[i]);
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	dup2(fileno(file), STDOUT_FILENO);
	dup2(fileno(file), STDERR_FILENO);
	int status = run_probe(copies);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	rewind(file);
	said[fread(said, 1, size - 1, file)] = '\0';
	fclose(file);
	for (size_t i = 0; copies[i] != NULL; i++)
		free(copies[i]);
	return status;
}

START_TEST(what_is_wrong_is_said_in_one_line)
{
	const struct usage_case *usage = usage_cases + _i;
	char said[1024];

	int status = run(usage->arguments, said, sizeof(said));
	ck_assert_str_eq(said, usage->says);
	ck_assert_int_eq(status, 1);
}
END_TEST

START_TEST(what_is_seen_is_printed_in_one_line)
{
	static char said[1 << 20];
	const char *const arguments[] = {"watch", "--for", "0.5", "--none", NULL};

	ck_assert_int_eq(run(arguments, said, sizeof(said)), 0);
	ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1);
	json_t *seen = json_loads(said, 0, NULL);
	ck_assert_ptr_nonnull(seen);
	ck_assert(json_is_false(json_object_get(seen, "ready")));
	json_decref(seen);
}
END_TEST

/* Where nothing else is said, any port that is listened on is waited for. */
static const char *const waiting[][6] = {
    {"watch", "--for", "5"},
    {"watch", "--for", "5", "--listening"},
    {"watch", "--none", "--for", "5", "--listening"},
};

START_TEST(any_port_is_waited_for)
{
	static char said[1 << 20];
	uint16_t port;
	int fd = listen_on("127.0.0.1", 8, &port);

	ck_assert_int_eq(run(waiting[_i], said, sizeof(said)), 0);
	json_t *seen = json_loads(said, 0, NULL);
	ck_assert_msg(json_is_true(json_object_get(seen, "ready")), "not ready: %s", said);
	json_decref(seen);
	close(fd);
}
END_TEST

START_TEST(a_full_output_is_a_failure)
{
	const char *const arguments[] = {"proof", NULL};
	char *copies[2] = {strdup(arguments[0]), NULL};
	int out = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	dup2(full, STDOUT_FILENO);
	int status = run_probe(copies);
	dup2(out, STDOUT_FILENO);
	ck_assert_int_eq(status, 1);
	free(copies[0]);
}
END_TEST

Suite *probe_suite(void)
{
	Suite *suite = suite_create("probe");
	TCase *files = tcase_create("tables of a test"), *live = tcase_create("this machine");

	tcase_set_timeout(files, 60); /* thousands of files on a busy disk */
	tcase_add_checked_fixture(files, make_root, remove_root);
	tcase_add_test(files, a_process_is_described_by_its_status);
	tcase_add_test(files, what_the_kernel_does_not_say_is_null);
	tcase_add_test(files, many_groups_hide_nothing);
	tcase_add_test(files, a_process_that_is_not_seen_is_a_failure);
	tcase_add_test(files, processes_are_listed_by_number);
	tcase_add_test(files, this_program_is_left_out_and_nothing_else);
	tcase_add_test(files, a_thread_with_rights_of_its_own_is_listed);
	tcase_add_test(files, a_process_that_is_there_and_can_not_be_read_is_a_failure);
	tcase_add_test(files, processes_are_no_more_than_a_thousand);
	tcase_add_test(files, without_pid_1_there_is_no_list);
	tcase_add_test(files, sockets_that_listen_are_read_from_the_tables);
	tcase_add_test(files, more_than_a_thousand_sockets_are_not_listed);
	tcase_add_test(files, a_table_that_is_there_and_can_not_be_read_is_a_failure);
	tcase_add_test(files, without_tables_there_is_a_failure);
	tcase_add_loop_test(files, limits_are_found_in_either_version_of_cgroups, 0,
	                    COUNT(limits_cases));
	tcase_add_test(files, the_written_file_is_gone_and_nobodys_else);
	tcase_add_test(files, its_own_place_is_the_directory_that_it_was_executed_from);
	tcase_add_test(files, nothing_is_proved_without_pid_1);
	suite_add_tcase(suite, files);

	tcase_set_timeout(live, 20);
	tcase_add_test(live, a_port_that_accepts_is_ready_at_once);
	tcase_add_test(live, a_port_of_another_address_than_the_loopbacks_is_found);
	tcase_add_test(live, a_port_nobody_listens_on_is_waited_for);
	tcase_add_test(live, a_full_queue_is_not_ready);
	tcase_add_test(live, one_of_several_ports_does);
	tcase_add_test(live, a_health_check_that_passes_is_ready);
	tcase_add_loop_test(live, what_a_try_said_is_not_lost_with_the_last, 0, 5);
	tcase_add_loop_test(live, what_a_health_check_says_is_seen, 0, COUNT(ill));
	tcase_add_test(live, where_no_process_is_left_for_the_health_check_that_is_said);
	tcase_add_test(live, a_health_check_is_tried_as_often_as_is_asked);
	tcase_add_test(live, a_health_check_that_does_not_end_is_ended_with_what_it_started);
	tcase_add_test(live, nothing_is_waited_for_where_nothing_is_asked);
	tcase_add_test(live, an_orphan_that_nobody_waits_for_is_not_reaped);
	tcase_add_test(live, an_orphan_that_is_waited_for_is_reaped);
	tcase_add_loop_test(live, what_is_wrong_is_said_in_one_line, 0, COUNT(usage_cases));
	tcase_add_test(live, what_is_seen_is_printed_in_one_line);
	tcase_add_loop_test(live, any_port_is_waited_for, 0, COUNT(waiting));
	tcase_add_test(live, a_full_output_is_a_failure);
	suite_add_tcase(suite, live);
	return suite;
}
