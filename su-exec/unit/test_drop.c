#include "../drop.h"
#include "../lock.h"
#include "fixture.h"
#include "kernel.h"
#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct failure failure;

static struct identity games = {.uid = 5, .gid = 60, .groups = {3, {60, 61, 62}}, .name = "games"};
static struct identity root = {.groups = {1, {0}}, .name = "root"};
static struct identity alone = {.uid = 1500, .gid = 1501};

static bool drop_to(const struct identity *identity)
{
	failure.text[0] = '\0';
	return drop_privileges(identity, &failure);
}

static void assert_dropped_to(const struct identity *identity)
{
	ck_assert_msg(drop_to(identity), "expected a drop to %u, found: %s", identity->uid,
	              failure.text);
	ck_assert_uint_eq(kernel.ruid, identity->uid);
	ck_assert_uint_eq(kernel.euid, identity->uid);
	ck_assert_uint_eq(kernel.suid, identity->uid);
	ck_assert_uint_eq(kernel.rgid, identity->gid);
	ck_assert_uint_eq(kernel.egid, identity->gid);
	ck_assert_uint_eq(kernel.sgid, identity->gid);
	ck_assert_uint_eq(kernel.inheritable, 0);
	if (identity->uid != 0)
		ck_assert_uint_eq(kernel.permitted | kernel.effective, 0);
}

static void assert_failed(bool result, const char *message)
{
	ck_assert_msg(!result, "expected to fail: %s", message);
	assert_contains(failure.text, message);
}

START_TEST(root_becomes_a_user_and_keeps_nothing)
{
	start_kernel();
	kernel.inheritable = ALL_CAPABILITIES;
	assert_dropped_to(&games);
	ck_assert_uint_eq(kernel.group_count, 3);
	ck_assert_mem_eq(kernel.groups, games.groups.gids, 3 * sizeof(gid_t));
	start_kernel();
	assert_dropped_to(&alone);
	ck_assert_uint_eq(kernel.group_count, 0);
}
END_TEST

START_TEST(root_stays_root_without_what_is_inherited)
{
	start_kernel();
	kernel.inheritable = BIT(CAP_KILL) | BIT(40);
	assert_dropped_to(&root);
	ck_assert_uint_eq(kernel.permitted, ALL_CAPABILITIES);
	ck_assert_uint_eq(kernel.effective, ALL_CAPABILITIES);
}
END_TEST

/* One that differs is reason enough to set them all. */
START_TEST(each_id_counts)
{
	uid_t *const uids[] = {&kernel.ruid, &kernel.euid, &kernel.suid};
	gid_t *const gids[] = {&kernel.rgid, &kernel.egid, &kernel.sgid};

	for (size_t i = 0; i < 3; i++) {
		start_as(5, 60, BIT(CAP_SETUID) | BIT(CAP_SETGID));
		memcpy(kernel.groups, games.groups.gids, sizeof(kernel.groups));
		kernel.group_count = games.groups.count;
		*uids[i] = 7;
		assert_dropped_to(&games);
		start_as(5, 60, BIT(CAP_SETUID) | BIT(CAP_SETGID));
		memcpy(kernel.groups, games.groups.gids, sizeof(kernel.groups));
		kernel.group_count = games.groups.count;
		*gids[i] = 7;
		assert_dropped_to(&games);
	}
}
END_TEST

START_TEST(each_group_counts)
{
	start_as(5, 60, BIT(CAP_SETUID) | BIT(CAP_SETGID));
	kernel.group_count = 2;
	kernel.groups[1] = 61; /* and 62 is missing */
	assert_dropped_to(&games);
	ck_assert_uint_eq(kernel.group_count, 3);
	start_as(5, 60, BIT(CAP_SETUID) | BIT(CAP_SETGID));
	kernel.group_count = 3;
	kernel.groups[1] = 61;
	kernel.groups[2] = 63; /* as many, but another one */
	assert_dropped_to(&games);
	ck_assert_uint_eq(kernel.groups[2], 62);
}
END_TEST

START_TEST(becoming_what_one_is_needs_no_privilege)
{
	start_as(1500, 1501, 0);
	assert_dropped_to(&alone);
	/* The gid among the groups makes no difference; their order neither. */
	ck_assert_uint_eq(kernel.group_count, 1);
	start_as(5, 60, 0);
	kernel.group_count = 2;
	kernel.groups[0] = 62;
	kernel.groups[1] = 61;
	assert_dropped_to(&games);
	start_as(1400, 60, 0);
	assert_failed(drop_to(&games), "setgroups: Operation not permitted: start it as root");
}
END_TEST

START_TEST(groups_can_be_changed_where_the_kernel_lets_them)
{
	struct group_set *own = malloc(sizeof(*own));

	ck_assert_ptr_nonnull(own);
	start_kernel();
	ck_assert(read_own_groups(own, &failure));
	ck_assert(can_change_groups(own));
	start_as(1500, 1501, 0);
	ck_assert(!can_change_groups(own));
	start_kernel();
	kernel.fail_at = 1;
	kernel.error = EINVAL; /* one of them is not mapped in this user namespace */
	ck_assert(can_change_groups(own));
	start_kernel();
	kernel.fail_at = 1;
	kernel.error = EPERM;
	ck_assert(!read_own_groups(own, &failure));
	free(own);
}
END_TEST

START_TEST(a_caller_with_the_two_capabilities_alone_keeps_neither)
{
	start_as(1400, 1400, BIT(CAP_SETUID) | BIT(CAP_SETGID));
	kernel.inheritable = BIT(CAP_SETUID);
	assert_dropped_to(&games);
	start_as(1400, 1400, BIT(CAP_SETGID));
	assert_failed(drop_to(&games), "setresuid: Operation not permitted: start it as root, or "
	                               "with CAP_SETUID");
}
END_TEST

START_TEST(a_change_that_fails_says_what_it_needs)
{
	static const struct {
		int error;
		const char *message;
	} reasons[] = {
	    {EPERM, "Operation not permitted: start it as root, or with CAP_SETGID"},
	    {EINVAL, "Invalid argument: is the id mapped in this user namespace?"},
	    {EIO, "setgroups: Input/output error"},
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		start_kernel();
		kernel.fail_at = 5;
		kernel.error = reasons[i].error;
		assert_failed(drop_to(&games), reasons[i].message);
		ck_assert_str_eq(kernel.failed, "setgroups");
	}
}
END_TEST

/* What the kernel says it did and didn't do is found by looking again. */
START_TEST(a_call_that_only_says_it_worked_is_caught)
{
	static const char *const calls[] = {"setgroups", "setresgid", "setresuid"};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		start_kernel();
		kernel.lying = calls[i];
		assert_failed(drop_to(&games),
		              "drop: the ids are not those asked for: not executed");
	}
	start_kernel();
	kernel.lying = "capset";
	kernel.inheritable = BIT(40);
	assert_failed(drop_to(&games), "capabilities: still there after the drop: not executed");
	start_kernel();
	kernel.lying = "capset";
	kernel.inheritable = BIT(CAP_KILL);
	assert_failed(drop_to(&root), "capabilities: still there");
	static const char *const halves[] = {"capset", "capset permitted", "capset effective"};
	for (size_t i = 0; i < sizeof(halves) / sizeof(*halves); i++) {
		start_as(1400, 1400, BIT(CAP_SETUID) | BIT(CAP_SETGID));
		kernel.lying = halves[i];
		assert_failed(drop_to(&games), "capabilities: still there");
	}
}
END_TEST

START_TEST(a_way_back_is_caught)
{
	start_kernel();
	kernel.leaky = "setresuid";
	assert_failed(drop_to(&games), "drop: it can be undone: not executed");
	start_kernel();
	kernel.leaky = "setresgid";
	assert_failed(drop_to(&games), "drop: it can be undone");
	/* Not to root, but to who it was. */
	struct identity in_group_0 = games;
	in_group_0.gid = 0;
	start_as(1400, 1400, BIT(CAP_SETUID) | BIT(CAP_SETGID));
	kernel.leaky = "setresgid";
	assert_failed(drop_to(&in_group_0), "drop: it can be undone");
	/* To root, by who never was. */
	start_as(5, 60, 0);
	kernel.group_count = 2;
	kernel.groups[0] = 61;
	kernel.groups[1] = 62;
	kernel.leaky = "setresuid";
	assert_failed(drop_to(&games), "drop: it can be undone");
	/* Of its own ids there is nothing to have back. */
	start_as(5, 0, BIT(CAP_SETGID));
	kernel.leaky = "setresgid";
	assert_dropped_to(&in_group_0);
}
END_TEST

START_TEST(no_setuid_fixup_is_cleared_or_refused)
{
	start_kernel();
	kernel.securebits = SECBIT_NO_SETUID_FIXUP | SECBIT_NOROOT;
	assert_dropped_to(&games);
	ck_assert_int_eq(kernel.securebits, SECBIT_NOROOT);
	start_kernel();
	kernel.securebits = SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED;
	assert_failed(drop_to(&games), "securebits: no_setuid_fixup is locked");
	start_as(0, 0, ALL_CAPABILITIES & ~BIT(CAP_SETPCAP));
	kernel.securebits = SECBIT_NO_SETUID_FIXUP;
	assert_failed(drop_to(&games), "clearing no_setuid_fixup needs CAP_SETPCAP");
	start_kernel();
	kernel.securebits = SECBIT_NO_SETUID_FIXUP;
	kernel.lying = "PR_SET_SECUREBITS";
	assert_failed(drop_to(&games), "securebits: no_setuid_fixup is still set: not executed");
}
END_TEST

START_TEST(the_lock_leaves_nothing_to_come_back_by)
{
	start_kernel();
	kernel.bounding = ALL_CAPABILITIES & ~BIT(CAP_SYS_ADMIN); /* as a container's: with holes */
	ck_assert_msg(lock_down(&failure), "%s", failure.text);
	ck_assert(kernel.no_new_privs);
	ck_assert_uint_eq(kernel.bounding, 0);
	ck_assert_uint_eq(kernel.marked, ~UINT64_C(7));
	start_as(5, 60, 0);
	assert_failed(lock_down(&failure), "capability bounding set: Operation not permitted: "
	                                   "emptying it needs CAP_SETPCAP");
}
END_TEST

START_TEST(a_lock_that_only_says_it_is_there_is_caught)
{
	start_kernel();
	kernel.lying = "PR_SET_NO_NEW_PRIVS";
	assert_failed(lock_down(&failure), "no_new_privs: not set: not executed");
	start_kernel();
	kernel.lying = "PR_CAPBSET_DROP";
	assert_failed(lock_down(&failure), "capability bounding set: not empty: not executed");
	/* A kernel that knows not even the first capability: the set would be at its end at once.
	 */
	start_kernel();
	kernel.lying = "PR_CAPBSET_READ";
	assert_failed(lock_down(&failure), "capability bounding set: Invalid argument");
}
END_TEST

START_TEST(without_close_range_each_descriptor_is_marked)
{
	uint64_t wanted = 0;
	int fd = open("/dev/null", O_RDONLY);

	/* More than one read of the directory holds; the directory itself is the last bit. */
	for (; fd >= 0 && fd < 62; fd = dup(fd))
		wanted |= BIT(fd);
	start_kernel();
	kernel.without_close_range = true;
	ck_assert_msg(lock_down(&failure), "%s", failure.text);
	ck_assert_msg((kernel.marked & wanted) == wanted, "expected %lx, found %lx", wanted,
	              kernel.marked);
	ck_assert_uint_eq(kernel.marked & 7, 0);
}
END_TEST

START_TEST(a_file_that_makes_anyone_root_is_refused)
{
	start_kernel();
	ck_assert_msg(refuse_setuid_file(&failure), "%s", failure.text);
	kernel.file_mode = 0; /* out of reach */
	ck_assert(refuse_setuid_file(&failure));
	kernel.file_mode = S_IFREG | 04755;
	assert_failed(refuse_setuid_file(&failure), "setuid or setgid file: refused");
	kernel.file_mode = S_IFREG | 02755;
	assert_failed(refuse_setuid_file(&failure), "setuid or setgid file: refused");
	start_as(1000, 1000, 0);
	kernel.euid = 0;
	assert_failed(refuse_setuid_file(&failure), "setuid or setgid file: refused");
	start_as(1000, 1000, 0);
	kernel.egid = 0;
	assert_failed(refuse_setuid_file(&failure), "setuid or setgid file: refused");
}
END_TEST

START_TEST(a_file_with_capabilities_is_refused)
{
	start_as(1000, 1000, 0);
	ck_assert(refuse_setuid_file(&failure));
	kernel.at_secure = true; /* for another reason, such as a security module */
	ck_assert(refuse_setuid_file(&failure));
	kernel.permitted = BIT(CAP_SETUID);
	assert_failed(refuse_setuid_file(&failure), "file capabilities: refused");
	kernel.permitted = BIT(40);
	assert_failed(refuse_setuid_file(&failure), "file capabilities: refused");
	kernel.calls = 0;
	kernel.fail_at = 2;
	assert_failed(refuse_setuid_file(&failure), "capget: Operation not permitted");
	kernel.at_secure = false; /* ambient ones */
	ck_assert(refuse_setuid_file(&failure));
	start_kernel(); /* root has them without a file's help */
	kernel.at_secure = true;
	ck_assert(refuse_setuid_file(&failure));
}
END_TEST

Suite *drop_suite(void)
{
	const TTest *const tests[] = {
	    root_becomes_a_user_and_keeps_nothing,
	    root_stays_root_without_what_is_inherited,
	    each_id_counts,
	    each_group_counts,
	    becoming_what_one_is_needs_no_privilege,
	    groups_can_be_changed_where_the_kernel_lets_them,
	    a_caller_with_the_two_capabilities_alone_keeps_neither,
	    a_change_that_fails_says_what_it_needs,
	    a_call_that_only_says_it_worked_is_caught,
	    a_way_back_is_caught,
	    no_setuid_fixup_is_cleared_or_refused,
	    the_lock_leaves_nothing_to_come_back_by,
	    a_lock_that_only_says_it_is_there_is_caught,
	    without_close_range_each_descriptor_is_marked,
	    a_file_that_makes_anyone_root_is_refused,
	    a_file_with_capabilities_is_refused,
	    NULL,
	};
	return make_suite("drop", tests);
}
