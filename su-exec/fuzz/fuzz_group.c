/*
 * The readers of group, and the list of a user's groups, against the C library's. Input: a name or
 * gid on the first line, then the file. The rule is that of fuzz_passwd.c; for the list each line
 * that has the user as a member decides.
 */

#include "judge.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PRIMARY = 1000 };

static const struct account_files *files;
static struct text group;

/* Reads the next entry as the C library does. */
static bool next_entry(FILE *stream, struct group *entry)
{
	static char buffer[1 << 17];
	struct group *found;

	return fgetgrent_r(stream, entry, buffer, sizeof(buffer), &found) == 0;
}

static FILE *open_text(struct text text)
{
	return fmemopen((char *)(uintptr_t)text.bytes, text.size, "r");
}

static bool has_member(const struct group *entry, const char *user)
{
	for (char **member = entry->gr_mem; *member != NULL; member++)
		if (strcmp(*member, user) == 0)
			return true;
	return false;
}

/* What the C library reads in a line that is clean. */
static void read_line(const struct view *view, struct group *entry)
{
	FILE *stream = open_text(view->line);

	if (!next_entry(stream, entry))
		disagree("expected the C library to read line %ju", (uintmax_t)view->number);
	fclose(stream);
}

static void assert_refused(const struct failure *failure, const struct view *view)
{
	char line[32];

	snprintf(line, sizeof(line), ": line %ju is malformed", (uintmax_t)view->number);
	if (strstr(failure->text, line) == NULL)
		disagree("expected%s, found %s", line, failure->text);
}

static void look_up(const char *key, bool by_name)
{
	struct group_account found;
	struct failure failure = {""};
	struct view view = {0};
	struct text rest = group;
	struct group entry;
	uint32_t gid = 0;
	enum lookup wanted = LOOKUP_ABSENT;

	if (!by_name && !parse_id(key, &gid))
		return;
	enum lookup result = by_name ? find_group_by_name(files, key, &found, &failure)
	                             : find_group_by_gid(files, gid, &found, &failure);
	while (wanted == LOOKUP_ABSENT && next_view(&rest, 4, &view))
		if (!view.passed_over && strcmp(by_name ? view.name : view.id, key) == 0)
			wanted = view.clean ? LOOKUP_FOUND : LOOKUP_FAILED;
	if (result != wanted)
		disagree("%s: expected the result %d, found %d: %s", key, wanted, result,
		         failure.text);
	if (result == LOOKUP_FAILED)
		assert_refused(&failure, &view);
	if (result != LOOKUP_FOUND || begins_blank(&view))
		return;
	read_line(&view, &entry);
	if (strcmp(found.name, entry.gr_name) != 0 || found.gid != entry.gr_gid)
		disagree("%s: expected %s %u, found %s %u", key, entry.gr_name, entry.gr_gid,
		         found.name, found.gid);
}

static bool lists(const struct view *view, const char *user)
{
	struct text left = view->line;
	char member[NAME_SIZE];

	for (int i = 0; i < 3; i++)
		take_until(&left, ":");
	for (struct text members = take_until(&left, ":"); members.size > 0;) {
		copy_field(take_until(&members, ","), member, sizeof(member));
		if (strcmp(member, user) == 0)
			return true;
	}
	return false;
}

/* Where no line has anything special, the list is that of the C library's entries. */
static void compare_list(const char *user, const struct group_set *set)
{
	static struct group_set wanted;
	struct view view = {0};
	struct text rest = group;
	struct group entry;

	while (next_view(&rest, 4, &view))
		if (!view.plain && view.line.size > 0)
			return;
	wanted.count = 0;
	add_group(&wanted, PRIMARY);
	FILE *stream = group.size > 0 ? open_text(group) : NULL;
	while (stream != NULL && next_entry(stream, &entry))
		if (strchr("+-", entry.gr_name[0]) == NULL && has_member(&entry, user))
			add_group(&wanted, entry.gr_gid);
	if (stream != NULL)
		fclose(stream);
	if (wanted.count != set->count ||
	    memcmp(wanted.gids, set->gids, set->count * sizeof(*set->gids)) != 0)
		disagree("%s: expected %zu groups as the C library, found %zu, or others", user,
		         wanted.count, set->count);
}

static void list(const char *user)
{
	static struct group_set set, wanted;
	struct failure failure = {""};
	struct view view = {0};
	struct text rest = group;
	struct group entry;
	bool fine = true;

	wanted.count = 0;
	add_group(&wanted, PRIMARY);
	while (next_view(&rest, 4, &view)) {
		if (view.passed_over || !lists(&view, user))
			continue;
		fine = view.clean;
		if (!fine)
			break;
		if (begins_blank(&view))
			entry.gr_gid = (gid_t)strtoul(view.id, NULL, 10);
		else
			read_line(&view, &entry);
		add_group(&wanted, entry.gr_gid);
	}
	if (list_groups(files, user, PRIMARY, &set, &failure) != fine)
		disagree("%s: expected the list to be %s: %s", user, fine ? "read" : "refused",
		         failure.text);
	if (!fine) {
		assert_refused(&failure, &view);
		return;
	}
	if (set.count != wanted.count ||
	    memcmp(set.gids, wanted.gids, set.count * sizeof(*set.gids)) != 0)
		disagree("%s: expected %zu groups, found %zu, or others", user, wanted.count,
		         set.count);
	compare_list(user, &set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = {(const char *)data, size};
	struct text first = take_until(&rest, "\n");
	struct view view = {0};
	char key[NAME_SIZE];

	group = rest;
	files = make_files((struct text){"", 0}, group);
	copy_text(first, key, sizeof(key));
	look_up(key, true);
	look_up(key, false);
	/* A user without a name has no list: see identity.c. */
	if (key[0] != '\0' && strpbrk(key, ":,\r\n") == NULL)
		list(key);
	for (int i = 0; i < 4 && next_view(&rest, 4, &view); i++) {
		look_up(view.name, true);
		look_up(view.id, false);
	}
	return 0;
}
