#include "plimsoll/engine/client.h"
#include "plimsoll/engine/owner.h"
#include "plimsoll/engine/tasks.h"
#include "suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static json_t *give_context(void *context, struct failure *failure)
{
	(void)failure;
	return json_string(context);
}

static json_t *give_failure(void *context, struct failure *failure)
{
	fail(failure, context, "was not to be", NULL);
	return NULL;
}

static json_t *crash(void *context, struct failure *failure)
{
	(void)context;
	(void)failure;
	raise(SIGKILL);
	return NULL;
}

static json_t *leave(void *context, struct failure *failure)
{
	(void)failure;
	exit(atoi(context));
}

static json_t *hang(void *context, struct failure *failure)
{
	(void)context;
	(void)failure;
	signal(SIGTERM, SIG_IGN);
	while (pause() < 0)
		continue;
	return NULL;
}

/* A client that writes its pid to the file context, and stays. */
static json_t *hang_with_client(void *context, struct failure *failure)
{
	const struct engine shell = {.client = "sh"};
	const struct limits limits = {.seconds = 30, .out_bytes = 10};
	const char *const arguments[] = {"-c", "echo $$ >\"$1\"; exec sleep 30", "sh", context,
	                                 NULL};
	struct finished finished;

	if (run_client(&shell, arguments, &limits, &finished, failure))
		fail(failure, "client", "ended", NULL);
	return NULL;
}

static json_t *give_much(void *context, struct failure *failure)
{
	size_t size = (size_t)atoi(context);
	char *text = malloc(size);

	(void)failure;
	memset(text, 'x', size);
	json_t *string = json_stringn_nocheck(text, size);
	free(text);
	return string;
}

static json_t *nap(void *context, struct failure *failure)
{
	(void)failure;
	usleep(200000);
	return json_string(context);
}

static json_t *interrupt_us(void *context, struct failure *failure)
{
	kill(getppid(), SIGTERM);
	return hang(context, failure);
}

static struct task make_task(json_t *(*run)(void *, struct failure *), const char *context)
{
	return (struct task){.name = "work", .run = run, .context = (void *)context, .seconds = 10};
}

/* The failure of one task that must fail. */
static const char *fail_alone(struct task *task)
{
	ck_assert(run_tasks(task, 1, 1, NULL, NULL));
	ck_assert_ptr_null(task->result);
	return task->failure.text;
}

START_TEST(results_and_failures_come_back)
{
	struct task tasks[] = {make_task(give_context, "one"), make_task(give_failure, "two"),
	                       make_task(give_context, "three \" \\ \xc3\xa9")};

	ck_assert(run_tasks(tasks, 3, 2, NULL, NULL));
	ck_assert_str_eq(json_string_value(tasks[0].result), "one");
	ck_assert_ptr_null(tasks[1].result);
	ck_assert_str_eq(tasks[1].failure.text, "two: was not to be");
	ck_assert_str_eq(json_string_value(tasks[2].result), "three \" \\ \xc3\xa9");
	json_decref(tasks[0].result);
	json_decref(tasks[2].result);
}
END_TEST

START_TEST(no_tasks_are_done_at_once)
{
	double start = now();

	ck_assert(run_tasks(NULL, 0, 3, NULL, NULL));
	ck_assert_double_lt(now() - start, 0.05);
}
END_TEST

START_TEST(a_crash_is_a_failure_that_says_so)
{
	struct task task = make_task(crash, NULL);

	ck_assert_str_eq(fail_alone(&task), "work: crashed: signal 9, Killed");
}
END_TEST

START_TEST(an_end_without_result_is_a_failure)
{
	struct task task = make_task(leave, "0");

	ck_assert_str_eq(fail_alone(&task), "work: ended without a result");
	task = make_task(leave, "3");
	ck_assert_str_eq(fail_alone(&task), "work: ended with status 3 and no result");
}
END_TEST

START_TEST(a_task_out_of_time_is_killed)
{
	struct task task = make_task(hang, NULL);
	double began = now();

	task.seconds = 0.2;
	ck_assert_str_eq(fail_alone(&task), "work: took too long, and was ended");
	ck_assert_msg(now() - began < 4, "it took %.1f s", now() - began);
	ck_assert(task.took >= 0.2);
}
END_TEST

static pid_t read_pid(const char *path)
{
	FILE *file = fopen(path, "re");
	int pid = 0;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%d", &pid), 1);
	fclose(file);
	return pid;
}

START_TEST(its_clients_end_with_it)
{
	char path[] = "/tmp/plimsoll-tasks.XXXXXX";
	int fd = mkstemp(path);
	struct task task = make_task(hang_with_client, path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	catch_interrupts();
	task.seconds = 0.5;
	ck_assert_str_eq(fail_alone(&task), "work: took too long, and was ended");
	pid_t pid = read_pid(path);
	unlink(path);
	ck_assert_msg(kill(pid, 0) != 0, "its client %d is still there", (int)pid);
}
END_TEST

START_TEST(a_large_result_comes_whole_and_one_too_large_not_at_all)
{
	struct task task = make_task(give_much, "8000000");

	ck_assert(run_tasks(&task, 1, 1, NULL, NULL));
	ck_assert_uint_eq(json_string_length(task.result), 8000000);
	json_decref(task.result);
	task = make_task(give_much, "17000000");
	ck_assert_str_eq(fail_alone(&task), "work: its result is larger than 16 MiB");
}
END_TEST

/* Under AddressSanitizer the address space alone is larger than any limit. */
#ifndef __SANITIZE_ADDRESS__
static json_t *take_memory(void *context, struct failure *failure)
{
	void *memory = malloc((size_t)atoi(context));

	if (memory == NULL) {
		fail(failure, "memory", "refused", NULL);
		return NULL;
	}
	free(memory);
	return json_true();
}

static json_t *ask_limit(void *context, struct failure *failure)
{
	const struct engine shell = {.client = "sh"};
	const struct limits limits = {.seconds = 10, .out_bytes = 100};
	struct finished finished;

	(void)context;
	if (!ask_client(&shell, (const char *const[]){"-c", "ulimit -v", NULL}, &limits, &finished,
	                failure))
		return NULL;
	json_t *said = json_string(finished.out.bytes);
	free_finished(&finished);
	return said;
}

START_TEST(what_it_executes_has_the_limits_of_before)
{
	struct task task = {.name = "limits", .run = ask_limit, .seconds = 10};

	ck_assert(run_tasks(&task, 1, 1, NULL, NULL));
	json_t *before = task.result;
	task.memory = (size_t)300 * 1024 * 1024;
	ck_assert(run_tasks(&task, 1, 1, NULL, NULL));
	ck_assert_str_eq(json_string_value(task.result), json_string_value(before));
	json_decref(before);
	json_decref(task.result);
}
END_TEST

START_TEST(it_gets_no_more_memory_than_it_may_have)
{
	struct task task = make_task(take_memory, "400000000");

	task.memory = (size_t)300 * 1024 * 1024;
	ck_assert_str_eq(fail_alone(&task), "memory: refused");
	task.memory = (size_t)800 * 1024 * 1024;
	ck_assert(run_tasks(&task, 1, 1, NULL, NULL));
	ck_assert(json_is_true(task.result));
}
END_TEST
#endif

static void drop_results(struct task tasks[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		json_decref(tasks[i].result);
}

struct seen {
	char text[64];
	int running, most;
};

static void note(const struct task *task, bool done, void *context)
{
	struct seen *seen = context;
	size_t length = strlen(seen->text);

	seen->running += done ? -1 : 1;
	seen->most = seen->running > seen->most ? seen->running : seen->most;
	snprintf(seen->text + length, sizeof(seen->text) - length, "%s%s ", done ? "-" : "+",
	         task->name);
}

START_TEST(at_most_so_many_run_and_in_order)
{
	struct task tasks[5];
	struct seen seen = {0};
	double began = now();

	for (size_t i = 0; i < 5; i++) {
		tasks[i] = make_task(nap, "done");
		tasks[i].name = (const char *const[]){"a", "b", "c", "d", "e"}[i];
	}
	ck_assert(run_tasks(tasks, 5, 2, note, &seen));
	ck_assert_int_eq(seen.most, 2);
	ck_assert_msg(strncmp(seen.text, "+a +b -", 7) == 0, "%s", seen.text);
	ck_assert(now() - began >= 0.6);
	ck_assert(tasks[4].took >= 0.2 && tasks[4].took < 0.6);
	drop_results(tasks, 5);
	memset(&seen, 0, sizeof(seen));
	ck_assert(run_tasks(tasks, 3, 1, note, &seen));
	ck_assert_str_eq(seen.text, "+a -a +b -b +c -c ");
	drop_results(tasks, 3);
}
END_TEST

START_TEST(an_interrupt_ends_what_runs_and_starts_nothing)
{
	struct task tasks[] = {make_task(give_context, "kept"), make_task(interrupt_us, NULL),
	                       make_task(hang, NULL), make_task(give_context, "never")};
	struct seen seen = {0};
	double began = now();

	catch_interrupts();
	ck_assert(!run_tasks(tasks, 4, 2, note, &seen));
	ck_assert_int_eq(interrupted(), SIGTERM);
	ck_assert_msg(now() - began < 5, "it took %.1f s", now() - began);
	ck_assert_str_eq(tasks[1].failure.text, "work: interrupted");
	ck_assert_str_eq(tasks[3].failure.text, "work: interrupted");
	ck_assert_ptr_null(tasks[3].result);
	ck_assert_int_eq(seen.running, 0);
	drop_results(tasks, 4);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
}
END_TEST

START_TEST(the_first_interrupt_counts)
{
	catch_interrupts();
	ck_assert_int_eq(interrupted(), 0);
	raise(SIGINT);
	raise(SIGTERM);
	ck_assert_int_eq(interrupted(), SIGINT);
}
END_TEST

START_TEST(what_was_ignored_stays_ignored)
{
	signal(SIGHUP, SIG_IGN);
	catch_interrupts();
	raise(SIGHUP);
	ck_assert_int_eq(interrupted(), 0);
}
END_TEST

START_TEST(an_owner_is_there_until_it_ends)
{
	char owner[OWNER_SIZE], other[OWNER_SIZE] = "";
	double age;
	int ends[2];

	describe_owner(owner);
	ck_assert_msg(look_for_owner(owner, &age) == OWNER_RUNS, "%s", owner);
	ck_assert_int_eq(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		describe_owner(other);
		_exit(write(ends[1], other, OWNER_SIZE) != OWNER_SIZE);
	}
	ck_assert_int_eq(read(ends[0], other, OWNER_SIZE), OWNER_SIZE);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_msg(look_for_owner(other, &age) == OWNER_GONE, "%s", other);
}
END_TEST

/* The same pid, but not the same process; or where it can't be told. */
START_TEST(an_owner_is_more_than_a_pid)
{
	char owner[OWNER_SIZE], other[OWNER_SIZE], boot[64];
	unsigned long long space, pid, start, when;
	double age;

	describe_owner(owner);
	ck_assert_int_eq(
	    sscanf(owner, "%63[^/]/%llu/%llu/%llu/%llu", boot, &space, &pid, &start, &when), 5);
	snprintf(other, sizeof(other), "%s/%llu/%llu/%llu/%llu", boot, space, pid, start + 1, when);
	ck_assert_int_eq(look_for_owner(other, &age), OWNER_GONE);
	snprintf(other, sizeof(other), "%s/%llu/%llu/%llu/%llu", boot, space + 1, pid, start + 1,
	         when);
	ck_assert_int_eq(look_for_owner(other, &age), OWNER_UNSEEN);
	snprintf(other, sizeof(other), "x/%llu/%llu/%llu/%llu", space, pid, start, when - 3700);
	ck_assert_int_eq(look_for_owner(other, &age), OWNER_UNSEEN);
	ck_assert_double_ge(age, 3700);
	ck_assert_double_lt(age, 3800);
	snprintf(other, sizeof(other), "x/%llu/%llu/%llu/%llu", space, pid, start, when + 3700);
	ck_assert_int_eq(look_for_owner(other, &age), OWNER_UNSEEN);
	ck_assert_double_eq(age, 0);
}
END_TEST

static const char *const no_owners[] = {
    "",
    "x/1/2/3",
    "x/1/2/3/4 ",
    "x/1/2/3/+4",
    "x/1/2/3/-4",
    "x/1/2/3/0x4",
    "x/1/2/3/",
    "x/1/2//4",
    "/1/2/3/4",
    "x/ 1/2/3/4",
    "x/1/2/3/4/",
    "x/1/2/3/4\n",
    "x/1/2/3.0/4",
    "x/1/2/3/18446744073709551617",
    "0123456789012345678901234567890123456789/1/2/3/4",
};

START_TEST(what_is_no_owner_is_none)
{
	double age;

	ck_assert_int_eq(look_for_owner("x/1/2/3/4", &age), OWNER_UNSEEN);
	ck_assert_msg(look_for_owner(no_owners[_i], &age) == OWNER_NONE, "%s", no_owners[_i]);
}
END_TEST

/* libcheck's own handlers, which a task inherits, end the whole test. */
static void reset_handlers(void)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
}

Suite *tasks_suite(void)
{
	Suite *suite = suite_create("tasks");
	TCase *tasks = tcase_create("tasks"), *ends = tcase_create("ends");

	tcase_add_checked_fixture(tasks, reset_handlers, NULL);
	tcase_add_checked_fixture(ends, reset_handlers, NULL);
	tcase_set_timeout(tasks, 20);
	tcase_set_timeout(ends, 20);
	tcase_add_test(tasks, results_and_failures_come_back);
	tcase_add_test(tasks, no_tasks_are_done_at_once);
	tcase_add_test(tasks, a_large_result_comes_whole_and_one_too_large_not_at_all);
#ifndef __SANITIZE_ADDRESS__
	tcase_add_test(tasks, it_gets_no_more_memory_than_it_may_have);
	tcase_add_test(tasks, what_it_executes_has_the_limits_of_before);
#endif
	tcase_add_test(tasks, at_most_so_many_run_and_in_order);
	suite_add_tcase(suite, tasks);
	tcase_add_test(ends, a_crash_is_a_failure_that_says_so);
	tcase_add_test(ends, an_end_without_result_is_a_failure);
	tcase_add_test(ends, a_task_out_of_time_is_killed);
	tcase_add_test(ends, its_clients_end_with_it);
	tcase_add_test(ends, an_interrupt_ends_what_runs_and_starts_nothing);
	tcase_add_test(ends, the_first_interrupt_counts);
	tcase_add_test(ends, what_was_ignored_stays_ignored);
	tcase_add_test(ends, an_owner_is_there_until_it_ends);
	tcase_add_test(ends, an_owner_is_more_than_a_pid);
	tcase_add_loop_test(ends, what_is_no_owner_is_none, 0,
	                    sizeof(no_owners) / sizeof(*no_owners));
	suite_add_tcase(suite, ends);
	return suite;
}
