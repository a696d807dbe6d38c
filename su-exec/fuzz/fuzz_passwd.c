/*
 * The readers of passwd against the C library's. Input: a name or uid on the first line, then the
 * file. Where every line is clean, both find the same entry. Where one is not, the C library takes
 * what it can (+5, 007, 4294967296, blanks before a name, missing fields); here the first line that
 * matches decides: clean, it is what the C library reads in that line; else it is refused.
 */

#include "judge.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct account_files *files;
static struct text passwd;
static bool is_plain; /* every line is */

static bool matches(const char *name, const char *id, bool by_name, const char *key)
{
	return strcmp(by_name ? name : id, key) == 0;
}

/* The first line that the key stands for; false when there is none. */
static bool find_line(const char *key, bool by_name, struct view *view)
{
	struct text rest = passwd;

	view->number = 0;
	while (next_view(&rest, 7, view))
		if (!view->passed_over && matches(view->name, view->id, by_name, key))
			return true;
	return false;
}

static bool is_file_plain(void)
{
	struct text rest = passwd;
	struct view view = {0};

	while (next_view(&rest, 7, &view))
		if (!view.plain && view.line.size > 0)
			return false;
	return true;
}

/* The C library's first entry in text for the key, or that text begins with where key is NULL. */
static bool ask_library(struct text text, const char *key, bool by_name, struct passwd *entry)
{
	static char buffer[1 << 17];
	struct passwd *found = NULL;
	FILE *stream =
	    text.size > 0 ? fmemopen((char *)(uintptr_t)text.bytes, text.size, "r") : NULL;

	while (stream != NULL && fgetpwent_r(stream, entry, buffer, sizeof(buffer), &found) == 0) {
		char id[NUMBER_TEXT_SIZE];
		if (key == NULL ||
		    (strchr("+-", entry->pw_name[0]) == NULL &&
		     matches(entry->pw_name, format_number(entry->pw_uid, id), by_name, key)))
			break;
		found = NULL;
	}
	if (stream != NULL)
		fclose(stream);
	return found != NULL;
}

static void assert_equal(const struct user_account *user, const struct passwd *entry,
                         const char *key)
{
	if (strcmp(user->name, entry->pw_name) != 0 || user->uid != entry->pw_uid ||
	    user->gid != entry->pw_gid || strcmp(user->home, entry->pw_dir) != 0)
		disagree("%s: expected %s %u %u %s, found %s %u %u %s", key, entry->pw_name,
		         entry->pw_uid, entry->pw_gid, entry->pw_dir, user->name, user->uid,
		         user->gid, user->home);
}

static void look_up(const char *key, bool by_name)
{
	struct user_account user;
	struct failure failure = {""};
	struct view view;
	struct passwd entry;
	char line[32];
	uint32_t uid = 0;
	bool expected = find_line(key, by_name, &view);

	if (!by_name && !parse_id(key, &uid))
		return;
	enum lookup result = by_name ? find_user_by_name(files, key, &user, &failure)
	                             : find_user_by_uid(files, uid, &user, &failure);
	enum lookup wanted = !expected ? LOOKUP_ABSENT : view.clean ? LOOKUP_FOUND : LOOKUP_FAILED;
	if (result != wanted)
		disagree("%s: expected the result %d, found %d: %s", key, wanted, result,
		         failure.text);
	snprintf(line, sizeof(line), ": line %ju is malformed", (uintmax_t)view.number);
	if (result == LOOKUP_FAILED && strstr(failure.text, line) == NULL)
		disagree("%s: expected%s, found %s", key, line, failure.text);
	/* The C library drops the blanks that a line begins with; here they are part of the name.
	 */
	if (result == LOOKUP_FOUND && !begins_blank(&view)) {
		if (!ask_library(view.line, NULL, by_name, &entry))
			disagree("%s: expected the C library to read line %ju", key,
			         (uintmax_t)view.number);
		assert_equal(&user, &entry, key);
	}
	if (is_plain && strchr("+-#", key[0]) == NULL) {
		bool found = ask_library(passwd, key, by_name, &entry);
		if (found != (result == LOOKUP_FOUND))
			disagree("%s: expected %d as the C library, found %d", key, found, result);
		if (found)
			assert_equal(&user, &entry, key);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = {(const char *)data, size};
	struct text first = take_until(&rest, "\n");
	struct view view = {0};
	char key[NAME_SIZE];

	passwd = rest;
	files = make_files(passwd, (struct text){"", 0});
	is_plain = is_file_plain();
	copy_text(first, key, sizeof(key));
	look_up(key, true);
	look_up(key, false);
	/* What stands in the file, so that a key need not be guessed. */
	for (int i = 0; i < 4 && next_view(&rest, 7, &view); i++) {
		look_up(view.name, true);
		look_up(view.id, false);
	}
	return 0;
}
