#include "plimsoll/engine/client.h"
#include "plimsoll/engine/tasks.h"
#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A shell is a client whose arguments say what it does. */
static const struct engine shell = {.client = "sh"};
static const struct limits usual = {.seconds = 10, .out_bytes = 1000};
static struct finished finished;
static struct failure failure;

static void run_script(const char *script, const struct limits *limits)
{
	const char *const arguments[] = {"-c", script, NULL};

	ck_assert_msg(run_client(&shell, arguments, limits, &finished, &failure), "%s",
	              failure.text);
}

START_TEST(both_outputs_and_the_status_are_given)
{
	run_script("printf 'a\\000b'; printf bad >&2; exit 7", &usual);
	ck_assert_int_eq(finished.status, 7);
	ck_assert(!finished.timed_out);
	ck_assert_uint_eq(finished.out.length, 3);
	ck_assert_mem_eq(finished.out.bytes, "a\0b", 4); /* and the NUL after it */
	ck_assert_str_eq(finished.err.bytes, "bad");
	ck_assert(!finished.out.cut && !finished.err.cut);
	free_finished(&finished);
	ck_assert_ptr_null(finished.out.bytes);
}
END_TEST

START_TEST(nothing_said_is_empty_text)
{
	run_script("", &usual);
	ck_assert_int_eq(finished.status, 0);
	ck_assert_str_eq(finished.out.bytes, "");
	ck_assert_str_eq(finished.err.bytes, "");
	free_finished(&finished);
}
END_TEST

START_TEST(a_signal_is_128_more)
{
	run_script("kill -USR1 $$", &usual);
	ck_assert_int_eq(finished.status, 128 + SIGUSR1);
	free_finished(&finished);
}
END_TEST

START_TEST(the_limit_is_exact)
{
	run_script("printf %01000d 0", &usual);
	ck_assert_uint_eq(finished.out.length, 1000);
	ck_assert(!finished.out.cut);
	free_finished(&finished);
	run_script("printf %01001d 0", &usual);
	ck_assert_uint_eq(finished.out.length, 1000);
	ck_assert(finished.out.cut);
	free_finished(&finished);
}
END_TEST

static long peak_kilobytes(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

START_TEST(what_is_beyond_the_limits_costs_neither_memory_nor_the_end)
{
	const struct limits limits = {.seconds = 30, .out_bytes = 1000};
	long before = peak_kilobytes();

	run_script("head -c 300000000 /dev/zero; head -c 3000000 /dev/zero >&2; exit 3", &limits);
	ck_assert_int_eq(finished.status, 3);
	ck_assert(finished.out.cut && finished.err.cut);
	ck_assert_uint_eq(finished.err.length, 65536);
	ck_assert_int_lt(peak_kilobytes() - before, 8192);
	free_finished(&finished);
}
END_TEST

START_TEST(its_input_is_empty)
{
	run_script("cat; echo $?", &usual);
	ck_assert_str_eq(finished.out.bytes, "0\n");
	free_finished(&finished);
}
END_TEST

START_TEST(it_inherits_no_descriptors)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	/* 3 is that of the directory that ls reads itself, or one that this test inherited. */
	run_script("for fd in /proc/self/fd/*; do case $(readlink $fd) in pipe:*) echo ${fd##*/};; "
	           "esac; done",
	           &usual);
	ck_assert_str_eq(finished.out.bytes, "1\n2\n");
	free_finished(&finished);
	close(fd);
}
END_TEST

START_TEST(an_input_is_read_from_where_it_stands)
{
	const char *const arguments[] = {"-c", "cat", NULL};
	FILE *file = tmpfile();

	ck_assert_ptr_nonnull(file);
	fputs("skipped rest", file);
	fflush(file);
	lseek(fileno(file), 8, SEEK_SET);
	const struct way way = {.input = fileno(file)};
	ck_assert(ask_client_so(&shell, arguments, &usual, &way, &finished, &failure));
	ck_assert_str_eq(finished.out.bytes, "rest");
	free_finished(&finished);
	fclose(file);
}
END_TEST

START_TEST(both_outputs_can_come_together_in_order)
{
	const char *const arguments[] = {"-c", "echo 1; echo 2 >&2; echo 3", NULL};
	const struct way way = {.together = true};

	ck_assert(ask_client_so(&shell, arguments, &usual, &way, &finished, &failure));
	ck_assert_str_eq(finished.out.bytes, "1\n2\n3\n");
	ck_assert_str_eq(finished.err.bytes, "");
	free_finished(&finished);
}
END_TEST

/* No process of group pid is left, or only what init has not reaped yet. */
static bool is_group_gone(pid_t pid)
{
	for (int i = 0; i < 100; i++) {
		if (kill(-pid, 0) != 0 && errno == ESRCH)
			return true;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		poll(NULL, 0, 20);
	}
	return false;
}

START_TEST(one_that_takes_too_long_is_ended_with_its_children)
{
	const struct limits limits = {.seconds = 0.3, .out_bytes = 1000};
	double began = now();

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	run_script("echo $$; sleep 60 & sleep 60", &limits);
	ck_assert(finished.timed_out);
	ck_assert_int_eq(finished.status, 128 + SIGTERM);
	ck_assert(now() - began < 1.2);
	ck_assert(is_group_gone((pid_t)atoi(finished.out.bytes)));
	free_finished(&finished);
}
END_TEST

START_TEST(one_that_ignores_term_is_killed)
{
	const struct limits limits = {.seconds = 0.3, .out_bytes = 1000};
	double began = now();

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	run_script("echo $$; trap '' TERM; sleep 60 & sleep 60", &limits);
	ck_assert(finished.timed_out);
	ck_assert_int_eq(finished.status, -1);
	ck_assert(now() - began < 3);
	ck_assert(is_group_gone((pid_t)atoi(finished.out.bytes)));
	free_finished(&finished);
}
END_TEST

START_TEST(a_child_that_holds_its_output_does_not_hold_us)
{
	double began = now();

	run_script("setsid sleep 20 & echo here", &usual);
	ck_assert_int_eq(finished.status, 0);
	ck_assert_str_eq(finished.out.bytes, "here\n");
	ck_assert_msg(now() - began < 2, "it took %.1f s", now() - began);
	free_finished(&finished);
}
END_TEST

START_TEST(one_that_closes_its_outputs_is_waited_for)
{
	run_script("exec >&- 2>&-; sleep 0.2; exit 9", &usual);
	ck_assert_int_eq(finished.status, 9);
	free_finished(&finished);
}
END_TEST

START_TEST(an_interrupt_ends_it)
{
	const char *const arguments[] = {"-c", "kill -TERM $PPID; sleep 20", NULL};
	double began = now();

	catch_interrupts();
	ck_assert(!run_client(&shell, arguments, &usual, &finished, &failure));
	ck_assert_str_eq(failure.text, "sh: interrupted");
	ck_assert_int_eq(interrupted(), SIGTERM);
	ck_assert(now() - began < 2);
}
END_TEST

START_TEST(what_must_be_done_is_done_after_an_interrupt)
{
	const char *const arguments[] = {"-c", "kill -TERM $PPID; sleep 0.3; echo done", NULL};
	const struct way way = {.to_the_end = true};

	catch_interrupts();
	ck_assert(ask_client_so(&shell, arguments, &usual, &way, &finished, &failure));
	ck_assert_int_eq(interrupted(), SIGTERM);
	ck_assert_str_eq(finished.out.bytes, "done\n");
	free_finished(&finished);
}
END_TEST

START_TEST(it_dies_with_us)
{
	int ends[2];
	char byte;

	ck_assert_int_eq(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		run_script("kill -KILL $PPID; exec sleep 20", &usual);
		_exit(0);
	}
	close(ends[1]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	struct pollfd end = {.fd = ends[0], .events = POLLIN};
	ck_assert_msg(poll(&end, 1, 3000) == 1, "its client is still there after 3 s");
	ck_assert_int_eq(read(ends[0], &byte, 1), 0);
}
END_TEST

/* The message of a client that fails so. */
static const char *complain(const char *script)
{
	const char *const arguments[] = {"-c", script, NULL};

	ck_assert(!ask_client(&shell, arguments, &usual, &finished, &failure));
	return failure.text;
}

START_TEST(a_failure_is_one_plain_line)
{
	ck_assert_str_eq(complain("echo 'no space left' >&2; exit 1"), "sh -c: no space left");
	ck_assert_str_eq(complain("exit 4"), "sh -c: exit status 4");
	ck_assert_str_eq(complain("printf '\\n\\nfirst\\nsecond' >&2; exit 1"), "sh -c: first");
	ck_assert_str_eq(complain("echo 'WARNING: no swap' >&2;"
	                          "echo 'docker: Error response from daemon: bad thing.' >&2;"
	                          "echo \"See 'docker run --help'.\" >&2; exit 125"),
	                 "sh -c: bad thing.");
	ck_assert_str_eq(complain("printf 'Error: a\\033[31m\\r b' >&2; exit 1"),
	                 "sh -c: a\\x1b[31m\\x0d b");
	ck_assert_str_eq(complain("printf 'Error: ' >&2; exit 1"), "sh -c: Error: ");
	ck_assert_uint_lt(strlen(complain("head -c 100000 /dev/zero >&2; exit 1")), 512);
}
END_TEST

START_TEST(a_late_client_is_a_failure)
{
	const char *const arguments[] = {"-c", "sleep 20", NULL};
	const struct limits limits = {.seconds = 0.2, .out_bytes = 10};

	ck_assert(!ask_client(&shell, arguments, &limits, &finished, &failure));
	ck_assert_str_eq(failure.text, "sh -c: took too long, and was ended");
}
END_TEST

START_TEST(one_that_is_not_there_is_said_to_be_missing)
{
	const struct engine none = {.client = "plimsoll-no-such-client"};
	const char *const arguments[] = {"version", NULL};

	ck_assert(!run_client(&none, arguments, &usual, &finished, &failure));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_str_eq(failure.text, "plimsoll-no-such-client: not installed");
}
END_TEST

/* What the stream gives, up to its end. */
static const char *read_stream(const struct stream *stream)
{
	static char text[64];
	size_t length = 0;

	for (ssize_t got; (got = read(stream->fd, text + length, sizeof(text) - 1 - length)) > 0;)
		length += (size_t)got;
	text[length] = '\0';
	return text;
}

START_TEST(a_stream_is_read_while_it_runs)
{
	const char *const arguments[] = {
	    "-c", "echo one; head -c 1000000 /dev/zero | tr '\\0' e >&2; echo two", NULL};
	struct stream stream;

	ck_assert(start_stream(&shell, arguments, &stream, &failure));
	ck_assert_str_eq(read_stream(&stream), "one\ntwo\n");
	ck_assert_msg(finish_stream(&stream, 5, &finished, &failure), "%s", failure.text);
	ck_assert_uint_le(finished.err.length, 65536);
	ck_assert_uint_ge(finished.err.length, 4096);
	ck_assert_int_eq(finished.err.bytes[0], 'e');
	ck_assert_int_eq(finished.err.bytes[finished.err.length - 1], 'e');
	free_finished(&finished);
}
END_TEST

START_TEST(a_stream_that_fails_says_so)
{
	const char *const arguments[] = {"-c", "echo part; echo 'Error: no such image' >&2; exit 1",
	                                 NULL};
	struct stream stream;

	ck_assert(start_stream(&shell, arguments, &stream, &failure));
	ck_assert_str_eq(read_stream(&stream), "part\n");
	ck_assert(!finish_stream(&stream, 5, &finished, &failure));
	ck_assert_str_eq(failure.text, "sh -c: no such image");
	ck_assert_int_eq(finished.status, 1);
	free_finished(&finished);
}
END_TEST

/* As when the layers of an archive can't be read: the client must not wait for a reader. */
START_TEST(a_stream_that_is_not_read_ends)
{
	const char *const arguments[] = {"-c", "exec cat /dev/zero", NULL};
	struct stream stream;
	double began = now();

	ck_assert(start_stream(&shell, arguments, &stream, &failure));
	ck_assert(!finish_stream(&stream, 5, &finished, &failure));
	ck_assert_int_eq(finished.status, 128 + SIGPIPE);
	ck_assert(now() - began < 2);
	free_finished(&finished);
}
END_TEST

START_TEST(a_stream_that_does_not_end_is_ended)
{
	const char *const arguments[] = {"-c", "exec sleep 20", NULL};
	struct stream stream;
	double began = now();

	ck_assert(start_stream(&shell, arguments, &stream, &failure));
	ck_assert(!finish_stream(&stream, 0.2, &finished, &failure));
	ck_assert(finished.timed_out);
	ck_assert_str_eq(failure.text, "sh -c: took too long, and was ended");
	ck_assert(now() - began < 2);
	free_finished(&finished);
}
END_TEST

/* A directory with programs of these names, as PATH; the programs are these scripts. */
static char directory[64];

static void make_program(const char *name, const char *script)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "#!/bin/sh\n%s\n", script);
	ck_assert_int_eq(fchmod(fileno(file), 0755), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void make_directory(void)
{
	strcpy(directory, "/tmp/plimsoll-client.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(setenv("PATH", directory, 1), 0);
}

static void remove_directory(void)
{
	static const char *const names[] = {"docker", "podman"};
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	ck_assert_int_eq(rmdir(directory), 0);
}

#define DOCKER_ANSWERS                                                                             \
	"echo "                                                                                    \
	"'{\"Client\":{\"ApiVersion\":\"1.41\"},\"Server\":{\"Arch\":\"arm64\",\"Components\":[{"  \
	"\"Name\":"                                                                                \
	"\"Engine\"}]}}'"
#define PODMAN_ANSWERS                                                                             \
	"echo "                                                                                    \
	"'{\"Client\":{\"APIVersion\":\"4.3.1\",\"OsArch\":\"linux/amd64\"},\"Server\":null}'"
#define PODMAN_SERVICE_ANSWERS                                                                     \
	"echo '{\"Client\":{\"ApiVersion\":\"1.41\"},\"Server\":{\"Components\":[{\"Name\":"       \
	"\"Podman Engine\"}]}}'"

static struct engine engine;

START_TEST(docker_comes_before_podman)
{
	make_program("docker", DOCKER_ANSWERS);
	make_program("podman", PODMAN_ANSWERS);
	ck_assert_msg(open_engine(NULL, &engine, &failure), "%s", failure.text);
	ck_assert_str_eq(engine.client, "docker");
	ck_assert(!engine.podman);
	ck_assert_str_eq(engine.architecture, "arm64");
}
END_TEST

START_TEST(podman_does_where_there_is_no_docker)
{
	make_program("podman", PODMAN_ANSWERS);
	ck_assert_msg(open_engine(NULL, &engine, &failure), "%s", failure.text);
	ck_assert_str_eq(engine.client, "podman");
	ck_assert(engine.podman);
	ck_assert_str_eq(engine.architecture, "amd64");
}
END_TEST

START_TEST(podman_is_known_behind_docker_s_client)
{
	make_program("docker", PODMAN_SERVICE_ANSWERS);
	ck_assert_msg(open_engine("docker", &engine, &failure), "%s", failure.text);
	ck_assert(engine.podman);
}
END_TEST

START_TEST(no_engine_is_said_in_one_line)
{
	ck_assert(!open_engine(NULL, &engine, &failure));
	ck_assert_str_eq(failure.text, "docker: not installed, nor is podman: install one of them");
	ck_assert(!open_engine("podman", &engine, &failure));
	ck_assert_str_eq(failure.text,
	                 "podman: not installed: install it, or name another with --engine");
}
END_TEST

START_TEST(a_docker_that_does_not_answer_is_not_passed_over)
{
	make_program("docker", "echo '{\"Client\":{},\"Server\":null}'\n"
	                       "echo 'Cannot connect to the Docker daemon at tcp://x.' >&2\n"
	                       "exit 1");
	make_program("podman", PODMAN_ANSWERS);
	ck_assert(!open_engine(NULL, &engine, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text,
	                             "docker: the engine does not answer: docker version: "
	                             "Cannot connect to the Docker daemon at tcp://x."));
	ck_assert_ptr_nonnull(strstr(failure.text, "systemctl start docker"));
}
END_TEST

START_TEST(a_forbidden_socket_is_said_to_be_that)
{
	make_program("docker", "echo 'dial unix: connect: permission denied' >&2; exit 1");
	ck_assert(!open_engine(NULL, &engine, &failure));
	ck_assert_ptr_nonnull(strstr(failure.text, "may this user use it?"));
}
END_TEST

START_TEST(another_program_is_no_engine)
{
	static const char *const answers[] = {"", "echo version 1", "echo '[]'",
	                                      "echo '{\"Client\": 1}'"};

	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		make_program("docker", answers[i]);
		ck_assert_msg(!open_engine(NULL, &engine, &failure), "%s", answers[i]);
		ck_assert_str_eq(failure.text,
		                 "docker: neither docker nor podman: its `version` is not as "
		                 "theirs");
	}
}
END_TEST

Suite *client_suite(void)
{
	Suite *suite = suite_create("client");
	TCase *running = tcase_create("running"), *failing = tcase_create("failing");
	TCase *streams = tcase_create("streams"), *engines = tcase_create("engines");

	tcase_set_timeout(running, 30);
	tcase_add_test(running, both_outputs_and_the_status_are_given);
	tcase_add_test(running, nothing_said_is_empty_text);
	tcase_add_test(running, a_signal_is_128_more);
	tcase_add_test(running, the_limit_is_exact);
	tcase_add_test(running, what_is_beyond_the_limits_costs_neither_memory_nor_the_end);
	tcase_add_test(running, its_input_is_empty);
	tcase_add_test(running, it_inherits_no_descriptors);
	tcase_add_test(running, an_input_is_read_from_where_it_stands);
	tcase_add_test(running, both_outputs_can_come_together_in_order);
	tcase_add_test(running, one_that_takes_too_long_is_ended_with_its_children);
	tcase_add_test(running, one_that_ignores_term_is_killed);
	tcase_add_test(running, a_child_that_holds_its_output_does_not_hold_us);
	tcase_add_test(running, one_that_closes_its_outputs_is_waited_for);
	tcase_add_test(running, an_interrupt_ends_it);
	tcase_add_test(running, what_must_be_done_is_done_after_an_interrupt);
	tcase_add_test(running, it_dies_with_us);
	suite_add_tcase(suite, running);
	tcase_add_test(failing, a_failure_is_one_plain_line);
	tcase_add_test(failing, a_late_client_is_a_failure);
	tcase_add_test(failing, one_that_is_not_there_is_said_to_be_missing);
	suite_add_tcase(suite, failing);
	tcase_add_test(streams, a_stream_is_read_while_it_runs);
	tcase_add_test(streams, a_stream_that_fails_says_so);
	tcase_add_test(streams, a_stream_that_is_not_read_ends);
	tcase_add_test(streams, a_stream_that_does_not_end_is_ended);
	suite_add_tcase(suite, streams);
	tcase_add_checked_fixture(engines, make_directory, remove_directory);
	tcase_add_test(engines, docker_comes_before_podman);
	tcase_add_test(engines, podman_does_where_there_is_no_docker);
	tcase_add_test(engines, podman_is_known_behind_docker_s_client);
	tcase_add_test(engines, no_engine_is_said_in_one_line);
	tcase_add_test(engines, a_docker_that_does_not_answer_is_not_passed_over);
	tcase_add_test(engines, a_forbidden_socket_is_said_to_be_that);
	tcase_add_test(engines, another_program_is_no_engine);
	suite_add_tcase(suite, engines);
	return suite;
}
