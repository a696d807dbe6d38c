#include "assess.h"
#include "look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 256

/* The most that the survey lists: where there are as many, there may be more. */
#define LIST_SIZE 100

/* From here on no host's own accounts are met. */
#define HIGH_ID 10000

/* What engines take for a uid or a gid: runc, libcontainer/user. */
#define MOST_ID 2147483647

/* How an engine understands a part of USER: what is a number is never a name. */
enum identity { BY_DEFAULT, BY_NAME, BY_NUMBER, UNKNOWN };

struct user {
	char name[NAME_SIZE], group[NAME_SIZE]; /* what stands before and behind the colon */
	enum identity user, group_identity;
	double uid, gid; /* unless UNKNOWN */
};

/* A sign and leading zeros are read as well: "+0" and "00" are root. */
static bool read_number(const char *text, double *to)
{
	size_t sign = *text == '+' || *text == '-' ? 1 : 0,
	       digits = strspn(text + sign, "0123456789");

	if (digits == 0 || text[sign + digits] != '\0')
		return false;
	*to = strtod(text, NULL);
	return true;
}

static const json_t *find_uid(const json_t *users, double uid)
{
	json_t *entry;
	size_t i;
	double found;

	json_array_foreach(users, i, entry)
	{
		if (look_number(entry, "uid", &found) && found == uid)
			return entry;
	}
	return NULL;
}

/* id is that of the entry, key says which. Engines take the first of the name, and what they can't
 * read of its id as 0. */
static enum identity resolve(const json_t *list, const char *name, const char *key, double *id)
{
	const json_t *entry = find_entry(list, "name", name);

	*id = 0;
	if (*name == '\0')
		return BY_DEFAULT;
	if (read_number(name, id))
		return BY_NUMBER;
	if (entry == NULL)
		return strcmp(name, "root") == 0 && list == NULL ? BY_NAME : UNKNOWN;
	look_number(entry, key, id);
	return BY_NAME;
}

/* The image's USER in its parts; false where it is not known, and the result says so. */
static bool split_user(const json_t *facts, struct user *user, struct result *result)
{
	const char *text = look_text(facts, "image.config.user");

	if (text == NULL) {
		not_shown(result, "the image's USER was not looked at");
		return false;
	}
	size_t length = strcspn(text, ":"), rest = strlen(text + length);
	if (length >= NAME_SIZE || rest > NAME_SIZE) {
		not_shown(result, "%s: longer than any name that is looked up", text);
		return false;
	}
	snprintf(user->name, NAME_SIZE, "%.*s", (int)length, text);
	snprintf(user->group, NAME_SIZE, "%s", rest > 0 ? text + length + 1 : "");
	return true;
}

/* The name root is meant for it, whether passwd has it or not. */
static bool is_root(const struct user *user)
{
	return strcmp(user->name, "root") == 0 || (user->user != UNKNOWN && user->uid == 0);
}

/* Which numbers its parts are; what is wrong stays wrong where files are in doubt. */
static bool read_user(const json_t *facts, struct user *user, struct result *result)
{
	const json_t *users = look_list(facts, "files.users");
	bool whole_users = explain_gap(facts, "users") == NULL,
	     whole_groups = explain_gap(facts, "groups") == NULL;

	if (!split_user(facts, user, result))
		return false;
	user->user = resolve(users, user->name, "uid", &user->uid);
	user->group_identity =
	    resolve(look_list(facts, "files.groups"), user->group, "gid", &user->gid);
	if (user->group_identity == BY_DEFAULT)
		look_number(user->user == BY_NAME ? find_entry(users, "name", user->name)
		                                  : find_uid(users, user->uid),
		            "gid", &user->gid);
	/* Another of the name, or of the number, may come first. */
	if (!whole_users && user->user == BY_NAME && !is_root(user))
		user->user = UNKNOWN;
	if (user->group_identity == BY_DEFAULT ? !whole_users
	                                       : !whole_groups && user->group_identity == BY_NAME)
		user->group_identity = UNKNOWN;
	return true;
}

void assess_user_set(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const char expected[] = "a USER that is not root";
	const char *text = look_text(facts, "image.config.user"),
	           *gap = explain_gap(facts, "users");
	struct user user;

	if (!read_user(facts, &user, result))
		return;
	if (is_root(&user))
		miss(result, expected, user.user == BY_DEFAULT ? "no USER%s: root" : "%s: root",
		     text);
	else if (budgets->user != NULL && strcmp(budgets->user, text) != 0)
		miss(result, budgets->user, "%s", text);
	else if (user.user == BY_NUMBER && (user.uid < 0 || user.uid > MOST_ID))
		miss(result, "a uid of 0 to 2147483647, as engines take it", "%s", text);
	else if (user.user != UNKNOWN)
		pass(result, "%s", text);
	else if (look_list(facts, "files.users") == NULL)
		not_shown(result, "%s: a name, and passwd was not looked at", text);
	else
		not_shown(result, "%s: a name that is not in %s%s", text,
		          gap != NULL ? "what is known of passwd: " : "passwd",
		          gap != NULL ? gap : "");
}

void assess_user_numeric(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const char *text = look_text(facts, "image.config.user");
	struct user user;
	double number;

	(void)budgets;
	if (!split_user(facts, &user, result))
		return;
	if (*user.name == '\0')
		skip(result, "no USER: see the check \"user-set\"");
	else if (read_number(user.name, &number) && strchr("+-", *user.name) == NULL)
		pass(result, "%s", text);
	else
		miss(result, "a number", "%s", text);
}

/* The name is not in that list, which is of that file. */
static void miss_name(const json_t *facts, const char *name, const char *list, const char *file,
                      struct result *result)
{
	const char *gap = explain_gap(facts, list);

	if (look_true(facts, "files.cut"))
		not_shown(result, "%s: not seen in %s; the walk ended early", name, file);
	else if (gap != NULL)
		not_shown(result, "%s: not in what is known of %s: %s", name, file, gap);
	else
		miss(result, "a name that the image knows", "%s: not in /etc/%s", name, file);
}

void assess_user_resolves(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	struct user user;

	(void)budgets;
	if (!read_user(facts, &user, result))
		return;
	bool asks_user = user.user == BY_NAME || user.user == UNKNOWN;
	bool asks_group = *user.group != '\0' && user.group_identity != BY_NUMBER;
	if (!asks_user && !asks_group)
		skip(result, "no name to look up");
	else if ((asks_user && look_list(facts, "files.users") == NULL) ||
	         (asks_group && look_list(facts, "files.groups") == NULL))
		not_shown(result, "passwd and group were not looked at");
	else if (user.user == UNKNOWN)
		miss_name(facts, user.name, "users", "passwd", result);
	else if (asks_group && user.group_identity == UNKNOWN)
		miss_name(facts, user.group, "groups", "group", result);
	else
		pass(result, "%s is %.0f:%.0f", look_text(facts, "image.config.user"), user.uid,
		     user.gid);
}

void assess_uid_high(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	struct user user;

	(void)budgets;
	if (!read_user(facts, &user, result))
		return;
	if (is_root(&user))
		skip(result, "root: see the check \"user-set\"");
	else if (user.user == UNKNOWN || user.group_identity == UNKNOWN)
		not_shown(result, "%s: its number is not known",
		          look_text(facts, "image.config.user"));
	else if (user.uid >= HIGH_ID && user.gid >= HIGH_ID)
		pass(result, "%.0f:%.0f", user.uid, user.gid);
	else
		miss(result, "a uid and a gid from 10000 on", "%.0f:%.0f", user.uid, user.gid);
}

void assess_no_password(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *users = look_list(facts, "files.users");
	const char *unknown = NULL, *gap = explain_gap(facts, "users");
	json_t *user;
	size_t i;

	(void)budgets;
	if (users == NULL) {
		not_shown(result, "passwd and shadow were not looked at");
		return;
	}
	json_array_foreach(users, i, user)
	{
		const char *password = look_text(user, "password"), *name = look_text(user, "name");
		char what[NAME_SIZE];

		if (password == NULL)
			unknown = name != NULL ? name : "?";
		if (password == NULL ||
		    (strcmp(password, "empty") != 0 && strcmp(password, "crypt") != 0))
			continue;
		snprintf(what, sizeof(what), "%s has %s", name != NULL ? name : "?",
		         *password == 'e' ? "an empty password" : "a password's hash");
		add_finding(result, "/etc/shadow", NULL, what);
	}
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "locked users, without any password", "users");
	else if (i == 0 && gap != NULL)
		not_shown(result, "whom passwd names is not known: %s", gap);
	else if (i == 0)
		skip(result, "it has no passwd: it knows nobody by name");
	else if (unknown != NULL)
		not_shown(result, "%s: what shadow says was not read", unknown);
	else
		pass_files(facts, result, "users", "no password");
}

/* Each entry whose id one before it has. */
static void add_doubles(const json_t *list, const char *key, const char *file,
                        struct result *result)
{
	json_t *entry, *other;
	size_t i, j;
	double id, before;

	json_array_foreach(list, i, entry)
	{
		if (!look_number(entry, key, &id))
			continue;
		json_array_foreach(list, j, other)
		{
			const char *name = look_text(entry, "name"),
			           *first = look_text(other, "name");
			char what[NAME_SIZE];

			if (j >= i || i >= LIST_SIZE)
				break;
			if (!look_number(other, key, &before) || before != id)
				continue;
			snprintf(what, sizeof(what), "%s %.0f is %.80s and %.80s", key, id,
			         first != NULL ? first : "?", name != NULL ? name : "?");
			add_finding(result, file, NULL, what);
			break;
		}
	}
}

void assess_unique_ids(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *users = look_list(facts, "files.users"),
	             *groups = look_list(facts, "files.groups");

	const char *gap = explain_gap(facts, "users");

	(void)budgets;
	if (gap == NULL)
		gap = explain_gap(facts, "groups");
	if (users == NULL || groups == NULL) {
		not_shown(result, "passwd and group were not looked at");
		return;
	}
	add_doubles(users, "uid", "/etc/passwd", result);
	add_doubles(groups, "gid", "/etc/group", result);
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "each number for one user, or one group", "numbers");
	else if (gap != NULL)
		not_shown(result, "none among %zu users and %zu groups; there may be more: %s",
		          json_array_size(users), json_array_size(groups), gap);
	else if (json_array_size(users) + json_array_size(groups) == 0)
		skip(result, "it has neither passwd nor group");
	else
		pass(result, "%zu users and %zu groups", json_array_size(users),
		     json_array_size(groups));
}
