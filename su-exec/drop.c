#include "drop.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From linux/capability.h and linux/securebits.h, which musl-gcc does not find. */
struct capability_header {
	uint32_t version;
	int pid;
};
struct capability_word {
	uint32_t effective, permitted, inheritable;
};
#define CAPABILITY_VERSION 0x20080522 /* the third: two words, since Linux 2.6.26 */
#define CAPABILITY_WORDS 2
#define NO_SETUID_FIXUP 0x4
#define NO_SETUID_FIXUP_LOCKED 0x8

/*
 * The calls themselves: the C library's first block signals and look for threads to take along, and
 * there are none. 32-bit systems have an older call of the plain name, which cuts ids to 16 bits.
 */
#ifdef SYS_setresuid32
#define SET_GROUPS SYS_setgroups32
#define SET_GIDS SYS_setresgid32
#define SET_UIDS SYS_setresuid32
#else
#define SET_GROUPS SYS_setgroups
#define SET_GIDS SYS_setresgid
#define SET_UIDS SYS_setresuid
#endif

#define UNCHANGED UINT32_MAX /* to setresuid(2) and setresgid(2) */

static bool get_capabilities(struct capability_word words[static CAPABILITY_WORDS],
                             struct failure *failure)
{
	struct capability_header header = {CAPABILITY_VERSION, 0};

	if (syscall(SYS_capget, &header, words) == 0)
		return true;
	return fail(failure, "capget", strerror(errno), NULL);
}

/* Capabilities beyond the ambient ones make the kernel set AT_SECURE: they came with the file. */
static bool refuse_file_capabilities(struct failure *failure)
{
	struct capability_word words[CAPABILITY_WORDS] = {0};

	if (getuid() == 0 || getauxval(AT_SECURE) == 0)
		return true;
	if (!get_capabilities(words, failure))
		return false;
	if ((words[0].permitted | words[1].permitted) == 0)
		return true;
	return fail(failure, "file capabilities",
	            "refused, as they would make anyone root: remove them with setcap -r", NULL);
}

bool refuse_setuid_file(struct failure *failure)
{
	const char *path = (const char *)getauxval(AT_EXECFN); /* as the caller gave it */
	struct stat self;

	/* The ids tell everyone but root, who learns of it from the file before others use it. */
	if (getuid() != geteuid() || getgid() != getegid() ||
	    (stat(path, &self) == 0 && (self.st_mode & (S_ISUID | S_ISGID)) != 0))
		return fail(failure, "setuid or setgid file",
		            "refused, as it would make anyone root: mend it with chmod u-s,g-s",
		            NULL);
	return refuse_file_capabilities(failure);
}

/*
 * With this bit a change of uid keeps the capabilities. Ours are emptied by hand, but a setuid
 * program that is run later would believe to have dropped its own.
 */
static bool clear_no_setuid_fixup(struct failure *failure)
{
	int bits = prctl(PR_GET_SECUREBITS, 0UL, 0UL, 0UL, 0UL);

	if (bits < 0)
		return fail(failure, "securebits", strerror(errno), NULL);
	if ((bits & NO_SETUID_FIXUP) == 0)
		return true;
	if ((bits & NO_SETUID_FIXUP_LOCKED) != 0)
		return fail(failure, "securebits",
		            "no_setuid_fixup is locked: start it without that bit", NULL);
	if (prctl(PR_SET_SECUREBITS, (unsigned long)(bits & ~NO_SETUID_FIXUP), 0UL, 0UL, 0UL) != 0)
		return fail(failure, "securebits", strerror(errno),
		            ": clearing no_setuid_fixup needs CAP_SETPCAP", NULL);
	if ((prctl(PR_GET_SECUREBITS, 0UL, 0UL, 0UL, 0UL) & NO_SETUID_FIXUP) != 0)
		return fail(failure, "securebits", "no_setuid_fixup is still set: not executed",
		            NULL);
	return true;
}

static bool are_same_but_for(gid_t own, const struct group_set *one, const struct group_set *other)
{
	size_t i = 0, j = 0;

	for (;;) {
		i += i < one->count && one->gids[i] == own;
		j += j < other->count && other->gids[j] == own;
		if (i == one->count || j == other->count)
			return i == one->count && j == other->count;
		if (one->gids[i++] != other->gids[j++])
			return false;
	}
}

/* Sorted in place: the kernel's order is that of its own ids, another one in a user namespace. */
bool read_own_groups(struct group_set *set, struct failure *failure)
{
	int count = getgroups(GROUPS_MAX, set->gids);

	if (count < 0)
		return fail(failure, "getgroups", strerror(errno), NULL);
	set->count = 0;
	for (int i = 0; i < count; i++)
		add_group(set, set->gids[i]);
	return true;
}

/* One that is not mapped can't be set again: EINVAL, but only after the right to do so was there.
 */
bool can_change_groups(const struct group_set *own)
{
	return syscall(SET_GROUPS, own->count, own->gids) == 0 || errno == EINVAL;
}

/* As sets. Whether the gid is in them too makes no difference to what the process may do. */
static bool compare_groups(const struct identity *identity, bool *same, struct failure *failure)
{
	static struct group_set found;

	if (!read_own_groups(&found, failure))
		return false;
	*same = are_same_but_for(identity->gid, &found, &identity->groups);
	return true;
}

/* Sets *same to whether the process has exactly the ids of identity. */
static bool compare_ids(const struct identity *identity, bool *same, struct failure *failure)
{
	uid_t uid = identity->uid, ruid = UNCHANGED, euid = UNCHANGED, suid = UNCHANGED;
	gid_t gid = identity->gid, rgid = UNCHANGED, egid = UNCHANGED, sgid = UNCHANGED;

	if (getresuid(&ruid, &euid, &suid) != 0)
		return fail(failure, "getresuid", strerror(errno), NULL);
	if (getresgid(&rgid, &egid, &sgid) != 0)
		return fail(failure, "getresgid", strerror(errno), NULL);
	if (!compare_groups(identity, same, failure))
		return false;
	*same = *same && ruid == uid && euid == uid && suid == uid && rgid == gid && egid == gid &&
	        sgid == gid;
	return true;
}

static bool fail_change(const char *call, const char *capability, struct failure *failure)
{
	if (errno == EPERM)
		return fail(failure, call, strerror(errno), ": start it as root, or with ",
		            capability, NULL);
	if (errno == EINVAL)
		return fail(failure, call, strerror(errno),
		            ": is the id mapped in this user namespace?", NULL);
	return fail(failure, call, strerror(errno), NULL);
}

/*
 * Groups first, uid last: after it there is no right to change the others. Ids that are right by
 * the look of them are set all the same, which needs no privilege: one that is not mapped in this
 * user namespace reads as 65534, and may be root's outside.
 */
static bool change_ids(const struct identity *identity, bool groups_too, struct failure *failure)
{
	uid_t uid = identity->uid;
	gid_t gid = identity->gid;

	if (groups_too && syscall(SET_GROUPS, identity->groups.count, identity->groups.gids) != 0)
		return fail_change("setgroups", "CAP_SETGID", failure);
	if (syscall(SET_GIDS, gid, gid, gid) != 0)
		return fail_change("setresgid", "CAP_SETGID", failure);
	if (syscall(SET_UIDS, uid, uid, uid) != 0)
		return fail_change("setresuid", "CAP_SETUID", failure);
	return true;
}

/*
 * The ambient set empties with the inheritable one (capabilities(7)). The other two do not empty
 * by themselves where the process had capabilities without being root.
 */
static bool drop_capabilities(const struct identity *identity, struct failure *failure)
{
	struct capability_header header = {CAPABILITY_VERSION, 0};
	struct capability_word words[CAPABILITY_WORDS] = {0};

	if (!get_capabilities(words, failure))
		return false;
	for (size_t i = 0; i < CAPABILITY_WORDS; i++) {
		words[i].inheritable = 0;
		if (identity->uid != 0)
			words[i].permitted = words[i].effective = 0;
	}
	if (syscall(SYS_capset, &header, words) == 0)
		return true;
	return fail(failure, "capset", strerror(errno), NULL);
}

static bool verify_capabilities(const struct identity *identity, struct failure *failure)
{
	struct capability_word words[CAPABILITY_WORDS] = {0};
	uint32_t left = 0;

	if (!get_capabilities(words, failure))
		return false;
	for (size_t i = 0; i < CAPABILITY_WORDS; i++) {
		left |= words[i].inheritable;
		if (identity->uid != 0)
			left |= words[i].permitted | words[i].effective;
	}
	if (left == 0)
		return true;
	return fail(failure, "capabilities", "still there after the drop: not executed", NULL);
}

static bool can_become(uid_t uid, gid_t gid, const struct identity *identity)
{
	return (uid != identity->uid && syscall(SET_UIDS, UNCHANGED, uid, UNCHANGED) == 0) ||
	       (gid != identity->gid && syscall(SET_GIDS, UNCHANGED, gid, UNCHANGED) == 0);
}

static bool verify_no_return(uid_t uid, gid_t gid, const struct identity *identity,
                             struct failure *failure)
{
	/* Root may become anyone. */
	if (identity->uid == 0)
		return true;
	if (!can_become(0, 0, identity) && !can_become(uid, gid, identity))
		return true;
	return fail(failure, "drop", "it can be undone: not executed", NULL);
}

static bool verify_ids(const struct identity *identity, struct failure *failure)
{
	bool same;

	if (!compare_ids(identity, &same, failure))
		return false;
	if (same)
		return true;
	return fail(failure, "drop", "the ids are not those asked for: not executed", NULL);
}

bool drop_privileges(const struct identity *identity, struct failure *failure)
{
	uid_t uid = getuid();
	gid_t gid = getgid();
	bool already;

	if (!clear_no_setuid_fixup(failure) || !compare_ids(identity, &already, failure))
		return false;
	if (!change_ids(identity, !already, failure))
		return false;
	return drop_capabilities(identity, failure) && verify_capabilities(identity, failure) &&
	       verify_ids(identity, failure) && verify_no_return(uid, gid, identity, failure);
}
