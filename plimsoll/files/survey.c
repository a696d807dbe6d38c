#include "plimsoll/files/survey.h"
#include "plimsoll/files/accounts.h"
#include "plimsoll/files/credentials.h"
#include "plimsoll/files/elf.h"
#include "plimsoll/files/list.h"
#include "plimsoll/files/owners.h"
#include "plimsoll/files/places.h"
#include "plimsoll/files/programs.h"
#include "plimsoll/files/tree.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TIME_ZONE "/etc/localtime"

#define PROGRAM_HEAD                                                                               \
	4096 /* program headers stand at the start, and the loader's name after them               \
	      */

/* Of the report, and of what is not in it: tools are one list there, and four in "unlisted". */
static const struct {
	const char *list, *unlisted;
} names[LIST_COUNT] = {
    [LIST_SETUID] = {"setuid", "setuid"},
    [LIST_CAPABILITIES] = {"capabilities", "capabilities"},
    [LIST_WORLD_WRITABLE] = {"world_writable", "world_writable"},
    [LIST_SECRETS] = {"secrets", "secrets"},
    [LIST_JUNK] = {"junk", "junk"},
    [LIST_CACHES] = {"caches", "caches"},
    [LIST_SHELLS] = {"tools", "shell"},
    [LIST_PACKAGE_MANAGERS] = {"tools", "package-manager"},
    [LIST_SUDO] = {"tools", "sudo"},
    [LIST_SSHD] = {"tools", "sshd"},
};

struct cache {
	char *path; /* allocated */
	size_t length;
	const char *kind;
	uint64_t bytes;
	int layer; /* the last that adds to it */
};

struct survey {
	const char *source;
	uint64_t count, bytes;
	bool cut;
	json_t *lists[LIST_COUNT];
	uint64_t unlisted[LIST_COUNT]; /* how many more belong into each */
	struct cache caches[LIST_MOST];
	size_t cache_count;
	struct accounts accounts;
	struct owners *owners;
	struct tree *tree;
};

struct survey *start_survey(const char *source, const struct look_back *back)
{
	struct survey *survey = get_memory(sizeof(*survey));

	memset(survey, 0, sizeof(*survey));
	survey->source = source;
	for (int i = 0; i < LIST_COUNT; i++)
		survey->lists[i] = json_array();
	survey->owners = make_owners();
	survey->tree = make_tree(back);
	return survey;
}

void free_survey(struct survey *survey)
{
	for (int i = 0; i < LIST_COUNT; i++)
		json_decref(survey->lists[i]);
	for (size_t i = 0; i < survey->cache_count; i++)
		free(survey->caches[i].path);
	free_accounts(&survey->accounts);
	free_owners(survey->owners);
	free_tree(survey->tree);
	free(survey);
}

void cut_survey(struct survey *survey)
{
	survey->cut = true;
	lose_from_tree(survey->tree);
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

size_t wanted_bytes(const struct file *file, bool looks_back)
{
	size_t wanted;

	if (!S_ISREG(file->mode))
		return 0;
	if (is_account_file(file->path))
		return ACCOUNTS_MOST;
	wanted = wanted_of_secret(file->path, file->size);
	bool program = (file->mode & 0111) != 0 && !looks_back;
	return program || is_called_core(file) ? larger(wanted, PROGRAM_HEAD) : wanted;
}

/* What there is to say of a file. */
struct findings {
	bool setuid, writable;
	const char *secret, *core, *junk, *tool, *cache;
	size_t cache_length; /* of the path */
};

/* On a directory the bit of the group only says what group new files get. */
static struct findings look_at(const struct file *file, const void *head, size_t length)
{
	bool sticky = S_ISDIR(file->mode) && (file->mode & S_ISVTX) != 0;
	struct findings findings = {
	    .setuid = S_ISREG(file->mode) && (file->mode & (S_ISUID | S_ISGID)) != 0,
	    .writable = !S_ISLNK(file->mode) && (file->mode & S_IWOTH) != 0 && !sticky,
	    .junk = kind_of_junk(file),
	    .tool = kind_of_tool(file),
	};

	findings.cache = kind_of_cache(file, &findings.cache_length);
	if (S_ISREG(file->mode) && length > 0) {
		findings.secret = find_file_secret(file->path, head, length);
		if (is_called_core(file) && is_core_dump(head, length))
			findings.core = "core";
	}
	return findings;
}

static enum list list_of_tool(const char *kind)
{
	enum list list = LIST_SHELLS;

	while (strcmp(names[list].unlisted, kind) != 0)
		list++;
	return list;
}

unsigned int find_lists(const struct file *file, const void *head, size_t length)
{
	const struct findings findings = look_at(file, head, length);
	unsigned int lists = 0;

	if (findings.setuid)
		lists |= IN_LIST(LIST_SETUID);
	if (file->has_capability)
		lists |= IN_LIST(LIST_CAPABILITIES);
	if (findings.writable)
		lists |= IN_LIST(LIST_WORLD_WRITABLE);
	if (findings.secret != NULL)
		lists |= IN_LIST(LIST_SECRETS);
	if (findings.junk != NULL || findings.core != NULL)
		lists |= IN_LIST(LIST_JUNK);
	if (findings.cache != NULL)
		lists |= IN_LIST(LIST_CACHES);
	if (findings.tool != NULL)
		lists |= IN_LIST(list_of_tool(findings.tool));
	if (is_account_file(file->path) || strcmp(file->path, TIME_ZONE) == 0)
		lists |= IN_NO_LIST;
	return lists;
}

static void add(struct survey *survey, enum list list, const struct file *file, json_t *entry)
{
	if (!add_entry(survey->lists[list], file->path, file->layer, entry))
		survey->unlisted[list]++;
}

static void add_kind(struct survey *survey, enum list list, const struct file *file,
                     const char *kind)
{
	if (kind != NULL)
		add(survey, list, file, json_pack("{s:s}", "kind", kind));
}

static void add_rights(struct survey *survey, const struct file *file,
                       const struct findings *findings)
{
	if (findings->setuid)
		add(survey, LIST_SETUID, file,
		    json_pack("{s:o,s:I,s:I}", "mode", describe_mode(file->mode), "uid",
		              (json_int_t)file->uid, "gid", (json_int_t)file->gid));
	if (file->has_capability)
		add(survey, LIST_CAPABILITIES, file, json_object());
	if (findings->writable)
		add(survey, LIST_WORLD_WRITABLE, file,
		    json_pack("{s:o,s:b}", "mode", describe_mode(file->mode), "directory",
		              S_ISDIR(file->mode)));
}

static struct cache *find_cache(struct survey *survey, const char *path, size_t length)
{
	for (size_t i = 0; i < survey->cache_count; i++)
		if (survey->caches[i].length == length &&
		    memcmp(survey->caches[i].path, path, length) == 0)
			return &survey->caches[i];
	if (survey->cache_count == LIST_MOST)
		return NULL;
	struct cache *cache = &survey->caches[survey->cache_count++];
	*cache = (struct cache){get_memory(length + 1), length, NULL, 0, -1};
	memcpy(cache->path, path, length);
	cache->path[length] = '\0';
	return cache;
}

static void add_cache(struct survey *survey, const struct file *file,
                      const struct findings *findings)
{
	struct cache *cache = find_cache(survey, file->path, findings->cache_length);

	if (cache == NULL) {
		survey->unlisted[LIST_CACHES]++;
		return;
	}
	cache->kind = findings->cache;
	cache->bytes += file->size;
	cache->layer = file->layer > cache->layer ? file->layer : cache->layer;
}

void survey_file(struct survey *survey, const struct file *file, const void *head, size_t length)
{
	const struct findings findings = look_at(file, head, length);

	survey->count++;
	if (S_ISREG(file->mode)) {
		survey->bytes += file->size;
		keep_accounts(&survey->accounts, file, head, length);
	}
	add_rights(survey, file, &findings);
	add_kind(survey, LIST_SECRETS, file, findings.secret);
	add_kind(survey, LIST_JUNK, file, findings.core);
	add_kind(survey, LIST_JUNK, file, findings.junk);
	if (findings.tool != NULL)
		add_kind(survey, list_of_tool(findings.tool), file, findings.tool);
	if (findings.cache != NULL)
		add_cache(survey, file, &findings);
	note_owner(survey->owners, file);
	add_to_tree(survey->tree, file, head, length);
}

void survey_unread(struct survey *survey, const struct file *file)
{
	if (S_ISREG(file->mode) && wanted_of_secret(file->path, file->size) > 0)
		survey->unlisted[LIST_SECRETS]++;
}

void pass_over(struct passed_over *passed, const struct file *file, unsigned int lists)
{
	passed->files++;
	if (S_ISREG(file->mode))
		passed->bytes += file->size;
	for (unsigned int list = 0; list < LIST_COUNT; list++)
		passed->unlisted[list] += (lists & IN_LIST(list)) != 0;
	count_owner(passed->owners, file->uid, file->gid, 1);
}

void survey_passed_over(struct survey *survey, const struct passed_over *passed)
{
	survey->count += passed->files;
	survey->bytes += passed->bytes;
	for (unsigned int list = 0; list < LIST_COUNT; list++)
		survey->unlisted[list] += passed->unlisted[list];
	count_owners(survey->owners, passed->owners);
	if (passed->files > 0)
		lose_from_tree(survey->tree);
}

static json_t *list_caches(const struct survey *survey)
{
	json_t *list = json_array();

	for (size_t i = 0; i < survey->cache_count; i++) {
		const struct cache *cache = &survey->caches[i];
		add_entry(
		    list, cache->path, cache->layer,
		    json_pack("{s:s,s:I}", "kind", cache->kind, "bytes", (json_int_t)cache->bytes));
	}
	return list;
}

/* What libc takes: nothing, or a link to nowhere, is UTC. */
static json_t *describe_time_zone(const struct survey *survey)
{
	static const char folder[] = "/zoneinfo/";
	char real[PATH_MAX];
	struct node node;

	if (!find_in_tree(survey->tree, TIME_ZONE, &node, real))
		return is_whole_tree(survey->tree) ? json_string("") : json_null();
	const char *zone = strstr(real, folder);
	if (zone == NULL)
		return json_string("file");
	zone += strlen(folder);
	return plain_string(zone, strlen(zone), PATH_LENGTH_MOST);
}

static void set_list(json_t *report, const char *name, json_t *list)
{
	sort_list(list);
	json_object_set_new(report, name, list);
}

/* Tools stand behind one another. */
static void set_lists(json_t *report, const struct survey *survey)
{
	for (int i = 0; i < LIST_COUNT; i++) {
		json_t *list = json_object_get(report, names[i].list);

		if (list == NULL)
			json_object_set_new(report, names[i].list, list = json_array());
		json_array_extend(list, survey->lists[i]);
	}
	for (int i = 0; i < LIST_COUNT; i++)
		sort_list(json_object_get(report, names[i].list));
}

/* Engines read what a link leads to, of which nothing is kept. */
static void follow_accounts(struct survey *survey)
{
	char real[PATH_MAX];
	struct node node;

	for (int i = 0; i < ACCOUNT_FILES; i++) {
		const char *path = account_files[i];
		bool found = find_in_tree(survey->tree, path, &node, real);
		if (found ? strcmp(real, path) != 0
		          : !is_whole_tree(survey->tree) && !has_account(&survey->accounts, path))
			lose_account(&survey->accounts, path);
	}
}

static void set_unlisted(json_t *unlisted, const char *name, uint64_t count)
{
	if (count > 0)
		json_object_set_new(unlisted, name, json_integer((json_int_t)count));
}

json_t *report_survey(struct survey *survey, const struct programs *programs)
{
	json_t *unlisted = json_object();
	json_t *report =
	    json_pack("{s:s,s:I,s:I,s:b,s:b,s:o}", "source", survey->source, "count",
	              (json_int_t)survey->count, "bytes", (json_int_t)survey->bytes, "cut",
	              survey->cut, "partial", !is_whole_tree(survey->tree), "unlisted", unlisted);
	uint64_t more;

	follow_accounts(survey);
	set_lists(report, survey);
	set_list(report, "caches", list_caches(survey));
	for (int i = 0; i < LIST_COUNT; i++)
		set_unlisted(unlisted, names[i].unlisted, survey->unlisted[i]);
	set_list(report, "unowned", list_unowned(survey->owners, &survey->accounts, &more));
	set_unlisted(unlisted, "unowned", more);
	json_object_set_new(report, "users", list_users(&survey->accounts, &more));
	set_unlisted(unlisted, "users", more);
	json_object_set_new(report, "groups", list_groups(&survey->accounts, &more));
	set_unlisted(unlisted, "groups", more);
	json_object_set_new(report, "programs", list_programs(survey->tree, programs));
	json_object_set_new(report, "working_dir", describe_working_dir(survey->tree, programs));
	json_object_set_new(report, "time_zone", describe_time_zone(survey));
	return report;
}
