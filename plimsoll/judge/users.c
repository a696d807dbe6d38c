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

/* How an engine understands a part of USER: passwd's or group's names come first, then numbers. */
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
 * read of its id as 0; a number may be a name of a list that is not whole. */
static enum identity resolve(const json_t *list, bool whole, const char *name, const char *key,
                             double *id)
{
	const json_t *entry = find_entry(list, "name", name);

	*id = 0;
	if (*name == '\0')
		return BY_DEFAULT;
	if (entry != NULL) {
		look_number(entry, key, id);
		return BY_NAME;
	}
	if (whole && read_number(name, id))
		return BY_NUMBER;
	return strcmp(name, "root") == 0 && list == NULL ? BY_NAME : UNKNOWN;
}

/* The name root is meant for it, whether passwd has it or not. */
static bool is_root(const struct user *user)
{
	return strcmp(user->name, "root") == 0 || (user->user != UNKNOWN && user->uid == 0);
}

/* The image's USER; false where it is not known, and the result says so. */
static bool read_user(const json_t *facts, struct user *user, struct result *result)
{
	const char *text = look_text(facts, "image.config.user");
	const json_t *users = look_list(facts, "files.users");
	const char *doubt = look_text(facts, "layers.doubt");

	if (text == NULL) {
		not_shown(result, "the image's USER was not looked at");
		return false;
	}
	int length = (int)strcspn(text, ":");
	snprintf(user->name, NAME_SIZE, "%.*s", length, text);
	snprintf(user->group, NAME_SIZE, "%s", text[length] == ':' ? text + length + 1 : "");
	user->user = resolve(users, count_unlisted(facts, "files", "users") == 0, user->name, "uid",
	                     &user->uid);
	user->group_identity =
	    resolve(look_list(facts, "files.groups"), count_unlisted(facts, "files", "groups") == 0,
	            user->group, "gid", &user->gid);
	if (user->group_identity == BY_DEFAULT)
		look_number(find_uid(users, user->uid), "gid", &user->gid);
	if (doubt == NULL || users == NULL || is_root(user))
		return true;
	not_shown(result, "%s: engines may find another passwd in the layers: %s", text, doubt);
	return false;
}

void assess_user_set(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const char expected[] = "a USER that is not root";
	const char *text = look_text(facts, "image.config.user");
	struct user user;

	if (!read_user(facts, &user, result))
		return;
	if (is_root(&user))
		miss(result, expected, user.user == BY_DEFAULT ? "no USER%s: root" : "%s: root",
		     text);
	else if (budgets->user != NULL && strcmp(budgets->user, text) != 0)
		miss(result, budgets->user, "%s", text);
	else if (user.user != UNKNOWN)
		pass(result, "%s", text);
	else if (look_list(facts, "files.users") == NULL)
		not_shown(result, "%s: a name, and passwd was not looked at", text);
	else
		not_shown(result, "%s: a name that is not %s passwd", text,
		          count_unlisted(facts, "files", "users") == 0 ? "in"
		                                                       : "among the first of");
}

void assess_user_numeric(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const char *text = look_text(facts, "image.config.user");
	struct user user;
	double number;

	(void)budgets;
	if (!read_user(facts, &user, result))
		return;
	if (user.user == BY_DEFAULT)
		skip(result, "no USER: see the check \"user-set\"");
	else if (read_number(user.name, &number) && strchr("+-", *user.name) == NULL)
		pass(result, "%s", text);
	else
		miss(result, "a number", "%s", text);
}

void assess_user_resolves(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *users = look_list(facts, "files.users"),
	             *groups = look_list(facts, "files.groups");
	struct user user;

	(void)budgets;
	if (!read_user(facts, &user, result))
		return;
	bool asks_user = user.user == BY_NAME || user.user == UNKNOWN;
	bool asks_group = user.group_identity == BY_NAME || user.group_identity == UNKNOWN;
	if (!asks_user && !asks_group)
		skip(result, "no name to look up");
	else if ((asks_user && users == NULL) || (asks_group && groups == NULL))
		not_shown(result, "passwd and group were not looked at");
	else if (user.user == UNKNOWN || user.group_identity == UNKNOWN) {
		bool of_user = user.user == UNKNOWN;
		const char *name = of_user ? user.name : user.group;
		const char *file = of_user ? "passwd" : "group";

		if (look_true(facts, "files.cut"))
			not_shown(result, "%s: not seen in %s; the walk ended early", name, file);
		else if (json_array_size(of_user ? users : groups) >= LIST_SIZE)
			not_shown(result, "%s: not among the first 100 of %s", name, file);
		else
			miss(result, "a name that the image knows", "%s: not in /etc/%s", name,
			     file);
	} else
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
	const char *unknown = NULL;
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

	(void)budgets;
	if (users == NULL || groups == NULL) {
		not_shown(result, "passwd and group were not looked at");
		return;
	}
	add_doubles(users, "uid", "/etc/passwd", result);
	add_doubles(groups, "gid", "/etc/group", result);
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "each number for one user, or one group", "numbers");
	else if (json_array_size(users) + json_array_size(groups) == 0)
		skip(result, "it has neither passwd nor group");
	else if (count_unlisted(facts, "files", "users") > 0 ||
	         count_unlisted(facts, "files", "groups") > 0)
		not_shown(result, "none among the first %zu users and %zu groups; there are more",
		          json_array_size(users), json_array_size(groups));
	else
		pass(result, "%zu users and %zu groups", json_array_size(users),
		     json_array_size(groups));
}
