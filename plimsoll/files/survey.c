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

#define PROGRAM_HEAD                                                                               \
	4096 /* program headers stand at the start, and the loader's name after them               \
	      */

/* The lists that are filled as the files come. */
enum list { SETUID, CAPABILITIES, WORLD_WRITABLE, SECRETS, JUNK, TOOLS, LIST_COUNT };

static const char *const list_names[LIST_COUNT] = {
    "setuid", "capabilities", "world_writable", "secrets", "junk", "tools",
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

static void add(struct survey *survey, enum list list, const struct file *file, json_t *entry)
{
	add_entry(survey->lists[list], file->path, file->layer, entry);
}

static void add_kind(struct survey *survey, enum list list, const struct file *file,
                     const char *kind)
{
	if (kind != NULL)
		add(survey, list, file, json_pack("{s:s}", "kind", kind));
}

/* On a directory the bit of the group only says what group new files get. */
static void note_rights(struct survey *survey, const struct file *file)
{
	bool sticky = S_ISDIR(file->mode) && (file->mode & S_ISVTX) != 0;

	if (S_ISREG(file->mode) && (file->mode & (S_ISUID | S_ISGID)) != 0)
		add(survey, SETUID, file,
		    json_pack("{s:o,s:I,s:I}", "mode", describe_mode(file->mode), "uid",
		              (json_int_t)file->uid, "gid", (json_int_t)file->gid));
	if (file->has_capability)
		add(survey, CAPABILITIES, file, json_object());
	if (!S_ISLNK(file->mode) && (file->mode & S_IWOTH) != 0 && !sticky)
		add(survey, WORLD_WRITABLE, file,
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

static void note_cache(struct survey *survey, const struct file *file)
{
	size_t length;
	const char *kind = kind_of_cache(file, &length);
	struct cache *cache = kind != NULL ? find_cache(survey, file->path, length) : NULL;

	if (cache == NULL)
		return;
	cache->kind = kind;
	cache->bytes += file->size;
	cache->layer = file->layer > cache->layer ? file->layer : cache->layer;
}

static void note_contents(struct survey *survey, const struct file *file, const void *head,
                          size_t length)
{
	keep_accounts(&survey->accounts, file, head, length);
	if (length == 0)
		return;
	add_kind(survey, SECRETS, file, find_file_secret(file->path, head, length));
	if (is_called_core(file) && is_core_dump(head, length))
		add_kind(survey, JUNK, file, "core");
}

void survey_file(struct survey *survey, const struct file *file, const void *head, size_t length)
{
	survey->count++;
	if (S_ISREG(file->mode)) {
		survey->bytes += file->size;
		note_contents(survey, file, head, length);
	}
	note_rights(survey, file);
	note_owner(survey->owners, file);
	note_cache(survey, file);
	add_kind(survey, TOOLS, file, kind_of_tool(file));
	add_kind(survey, JUNK, file, kind_of_junk(file));
	if (!add_to_tree(survey->tree, file, head, length))
		survey->cut = true;
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

	if (!find_in_tree(survey->tree, "/etc/localtime", &node, real))
		return survey->cut ? json_null() : json_string("");
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

json_t *report_survey(struct survey *survey, const struct programs *programs)
{
	json_t *report = json_pack("{s:s,s:I,s:I,s:b}", "source", survey->source, "count",
	                           (json_int_t)survey->count, "bytes", (json_int_t)survey->bytes,
	                           "cut", survey->cut);

	for (int i = 0; i < LIST_COUNT; i++)
		set_list(report, list_names[i], json_incref(survey->lists[i]));
	set_list(report, "unowned", list_unowned(survey->owners, &survey->accounts));
	set_list(report, "caches", list_caches(survey));
	json_object_set_new(report, "users", list_users(&survey->accounts));
	json_object_set_new(report, "groups", list_groups(&survey->accounts));
	json_object_set_new(report, "programs", list_programs(survey->tree, programs));
	json_object_set_new(report, "working_dir", describe_working_dir(survey->tree, programs));
	json_object_set_new(report, "time_zone", describe_time_zone(survey));
	return report;
}
