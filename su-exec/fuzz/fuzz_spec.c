/*
 * Specs, with the files they are looked up in. Input: the spec, passwd and group, with a line "%%"
 * before passwd and before group. Whatever they hold: nobody becomes who the words of the spec do
 * not say, root least of all.
 */

#include "../identity.h"
#include "judge.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct text passwd, group;

static bool is_number(const char *text)
{
	return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* A number says itself, in the one way to write it. */
static void assert_number(const char *text, uint32_t id)
{
	if ((text[0] == '0' && text[1] != '\0') || strlen(text) > 10 ||
	    strtoull(text, NULL, 10) > 4294967294 || strtoull(text, NULL, 10) != id)
		disagree("%s: expected itself or to be refused, found %u", text, id);
}

/* Whether a clean line of file gives that id to the name. Which of two, is for fuzz_passwd.c. */
static bool file_says(struct text file, int fields, const char *name, uint32_t id)
{
	struct view view = {0};
	char text[NUMBER_TEXT_SIZE];

	format_number(id, text);
	while (next_view(&file, fields, &view))
		if (view.clean && !view.passed_over && strcmp(view.name, name) == 0 &&
		    strcmp(view.id, text) == 0)
			return true;
	return false;
}

static void assert_group(const char *text, const struct identity *identity)
{
	if (is_number(text))
		assert_number(text, identity->gid);
	else if (!file_says(group, 4, text, identity->gid))
		disagree("%s: expected its gid in group, found %u", text, identity->gid);
	if (identity->groups.count != 0)
		disagree("%s: expected no supplementary group, found %zu", text,
		         identity->groups.count);
}

static void assert_groups(const struct identity *identity)
{
	bool has_own = false;

	if (identity->name[0] == '\0')
		disagree("%u: expected a group of its own to be asked for", identity->uid);
	for (size_t i = 0; i < identity->groups.count; i++) {
		has_own |= identity->groups.gids[i] == identity->gid;
		if (i > 0 && identity->groups.gids[i] <= identity->groups.gids[i - 1])
			disagree("%u: expected the groups in order", identity->uid);
	}
	if (!has_own)
		disagree("%u: expected its gid %u among the groups", identity->uid, identity->gid);
}

static void assert_resolved(char *user, const struct identity *identity)
{
	char *colon = strchr(user, ':');

	if (colon != NULL)
		*colon = '\0';
	if (*user == '\0')
		disagree("expected an empty user to be refused, found %u", identity->uid);
	if (is_number(user))
		assert_number(user, identity->uid);
	else if (strcmp(user, identity->name) != 0)
		disagree("%s: expected its name, found %s", user, identity->name);
	if (identity->name[0] != '\0' && !file_says(passwd, 7, identity->name, identity->uid))
		disagree("%s: expected its uid in passwd, found %u", user, identity->uid);
	if (identity->home[0] == '\0')
		disagree("%s: expected a home", user);
	if (colon != NULL)
		assert_group(colon + 1, identity);
	else
		assert_groups(identity);
}

static void assert_refused(const char *spec, const struct failure *failure)
{
	char *end;
	unsigned long long uid = strtoull(spec, &end, 10), gid = 0;

	if (strstr(failure->text, ": ") == NULL || strlen(failure->text) >= sizeof(failure->text))
		disagree("%s: expected \"object: reason\", found \"%s\"", spec, failure->text);
	/* Two good numbers need no file. */
	char canonical[2 * NUMBER_TEXT_SIZE], text[NUMBER_TEXT_SIZE];
	if (*end == ':')
		gid = strtoull(end + 1, NULL, 10);
	format_number(uid, canonical);
	strcat(strcat(canonical, ":"), format_number(gid, text));
	if (uid <= 4294967294 && gid <= 4294967294 && strcmp(spec, canonical) == 0 &&
	    passwd.size == 0)
		disagree("%s: expected two good numbers to do, found %s", spec, failure->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct identity identity;
	struct failure failure = {""};
	struct text rest = {(const char *)data, size};
	struct text first = take_until(&rest, "\n%%\n");
	char spec[1024];

	passwd = take_until(&rest, "\n%%\n");
	group = rest;
	copy_text(first, spec, sizeof(spec));
	memset(&identity, 0xa5, sizeof(identity)); /* nothing may be left as it was */
	if (resolve_spec(make_files(passwd, group), spec, &identity, &failure))
		assert_resolved(spec, &identity);
	else
		assert_refused(spec, &failure);
	return 0;
}
