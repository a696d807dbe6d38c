#include "identity.h"
#include "number.h"

#include <string.h>

/* A spec taken apart; group is NULL where it has none. */
struct parts {
	char user[NAME_SIZE];
	const char *group;
};

#define FORMS "give user, user:group, uid or uid:gid"

static bool split_spec(const char *spec, struct parts *parts, struct failure *failure)
{
	const char *colon = strchr(spec, ':');
	size_t length = colon != NULL ? (size_t)(colon - spec) : strlen(spec);

	if (length == 0)
		return fail(failure, spec, "the user is empty: " FORMS, NULL);
	if (colon != NULL && colon[1] == '\0')
		return fail(failure, spec, "the group is empty: " FORMS, NULL);
	if (colon != NULL && strchr(colon + 1, ':') != NULL)
		return fail(failure, spec, "more than two fields: " FORMS, NULL);
	if (length >= sizeof(parts->user))
		return fail(failure, spec, "the user is longer than 255 bytes", NULL);
	memcpy(parts->user, spec, length);
	parts->user[length] = '\0';
	parts->group = colon != NULL ? colon + 1 : NULL;
	return true;
}

static void take_user(struct identity *identity, const struct user_account *user)
{
	identity->uid = user->uid;
	identity->gid = user->gid;
	strcpy(identity->name, user->name);
	strcpy(identity->home, user->home[0] != '\0' ? user->home : "/");
}

static void take_nameless(struct identity *identity, uid_t uid)
{
	identity->uid = uid;
	identity->name[0] = '\0';
	strcpy(identity->home, "/");
}

/* Says what to do about a name that a file does not know. */
static bool fail_lookup(enum lookup result, const char *kind, const char *name, const char *path,
                        struct failure *failure)
{
	if (result == LOOKUP_ABSENT)
		return fail(failure, name, "no such ", kind, " in ", path, NULL);
	if (result == LOOKUP_NO_FILE)
		return fail(failure, name, "no such ", kind, ", as there is no ", path,
		            ": give numbers, for example 1500:1500", NULL);
	return false; /* LOOKUP_FAILED has set failure */
}

static bool resolve_uid(const struct account_files *files, const struct parts *parts,
                        struct identity *identity, struct failure *failure)
{
	struct user_account user;
	uint32_t uid;

	if (!parse_id(parts->user, &uid))
		return fail(failure, parts->user, "not a uid: it must be " ID_RULE, NULL);
	enum lookup result = find_user_by_uid(files, uid, &user, failure);
	if (result == LOOKUP_FAILED)
		return false;
	if (result == LOOKUP_FOUND) {
		take_user(identity, &user);
		return true;
	}
	if (parts->group == NULL)
		return fail(failure, parts->user, "no such uid in ", files->passwd,
		            ", so its group is unknown: give one, for example ", parts->user, ":",
		            parts->user, NULL);
	take_nameless(identity, uid);
	return true;
}

static bool resolve_name(const struct account_files *files, const char *name,
                         struct identity *identity, struct failure *failure)
{
	struct user_account user;
	enum lookup result = find_user_by_name(files, name, &user, failure);

	if (result != LOOKUP_FOUND)
		return fail_lookup(result, "user", name, files->passwd, failure);
	take_user(identity, &user);
	return true;
}

/* Replaces the gid of passwd, and with it the groups. */
static bool resolve_group(const struct account_files *files, const char *group,
                          struct identity *identity, struct failure *failure)
{
	struct group_account found;

	identity->groups.count = 0;
	if (is_all_digits(group)) {
		if (parse_id(group, &identity->gid))
			return true;
		return fail(failure, group, "not a gid: it must be " ID_RULE, NULL);
	}
	enum lookup result = find_group_by_name(files, group, &found, failure);
	if (result != LOOKUP_FOUND)
		return fail_lookup(result, "group", group, files->group, failure);
	identity->gid = found.gid;
	return true;
}

bool resolve_spec(const struct account_files *files, const char *spec, struct identity *identity,
                  struct failure *failure)
{
	struct parts parts;

	if (!split_spec(spec, &parts, failure))
		return false;
	if (is_all_digits(parts.user)) {
		if (!resolve_uid(files, &parts, identity, failure))
			return false;
	} else if (!resolve_name(files, parts.user, identity, failure)) {
		return false;
	}
	if (parts.group != NULL)
		return resolve_group(files, parts.group, identity, failure);
	return list_groups(files, identity->name, identity->gid, &identity->groups, failure);
}
