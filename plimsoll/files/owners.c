#include "plimsoll/files/owners.h"
#include "plimsoll/files/list.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

#define PAIRS_MOST 256
#define PATHS_MOST (1u << 20)

struct owned {
	unsigned int pair;
	int layer;
	uint32_t path; /* offset of paths */
};

struct owners {
	struct pair {
		uid_t uid;
		gid_t gid;
		unsigned int files; /* that are kept */
		uint64_t more;
	} pairs[PAIRS_MOST];
	unsigned int pair_count, last; /* neighbours mostly have the same owner */
	struct owned *files;
	size_t file_count, files_size;
	char *paths;
	uint32_t paths_used, paths_size;
	uint64_t lost; /* files of no pair */
};

struct owners *make_owners(void)
{
	struct owners *owners = get_memory(sizeof(*owners));

	memset(owners, 0, sizeof(*owners));
	return owners;
}

void free_owners(struct owners *owners)
{
	free(owners->files);
	free(owners->paths);
	free(owners);
}

static bool is_pair(const struct pair *pair, uid_t uid, gid_t gid)
{
	return pair->uid == uid && pair->gid == gid;
}

static struct pair *find_pair(struct owners *owners, uid_t uid, gid_t gid)
{
	if (owners->last < owners->pair_count && is_pair(&owners->pairs[owners->last], uid, gid))
		return &owners->pairs[owners->last];
	for (owners->last = 0; owners->last < owners->pair_count; owners->last++)
		if (is_pair(&owners->pairs[owners->last], uid, gid))
			return &owners->pairs[owners->last];
	if (owners->pair_count == PAIRS_MOST)
		return NULL;
	owners->pair_count++;
	owners->pairs[owners->last] = (struct pair){uid, gid, 0, 0};
	return &owners->pairs[owners->last];
}

static bool keep_path(struct owners *owners, const char *path, uint32_t *at)
{
	size_t size = strlen(path) + 1;

	if (size > PATHS_MOST - owners->paths_used)
		return false;
	while (size > owners->paths_size - owners->paths_used) {
		owners->paths_size = owners->paths_size == 0 ? 4096 : 2 * owners->paths_size;
		owners->paths = resize_memory(owners->paths, owners->paths_size);
	}
	*at = owners->paths_used;
	memcpy(owners->paths + *at, path, size);
	owners->paths_used += (uint32_t)size;
	return true;
}

void count_owner(struct owners *owners, uid_t uid, gid_t gid, uint64_t files)
{
	struct pair *pair = find_pair(owners, uid, gid);

	if (pair != NULL)
		pair->more += files;
	else
		owners->lost += files;
}

void count_owners(struct owners *owners, const struct owners *counted)
{
	for (unsigned int i = 0; i < counted->pair_count; i++) {
		const struct pair *pair = &counted->pairs[i];
		count_owner(owners, pair->uid, pair->gid, pair->more);
	}
	owners->lost += counted->lost;
}

void note_owner(struct owners *owners, const struct file *file)
{
	struct pair *pair = find_pair(owners, file->uid, file->gid);
	uint32_t path;

	if (pair == NULL || pair->files == LIST_MOST || !keep_path(owners, file->path, &path)) {
		count_owner(owners, file->uid, file->gid, 1);
		return;
	}
	if (owners->file_count == owners->files_size) {
		owners->files_size = owners->files_size == 0 ? 128 : 2 * owners->files_size;
		owners->files =
		    resize_memory(owners->files, owners->files_size * sizeof(*owners->files));
	}
	owners->files[owners->file_count++] = (struct owned){owners->last, file->layer, path};
	pair->files++;
}

/* What passwd and group name. */
struct known {
	struct ids uids, gids;
	bool by_group; /* there is one */
};

static bool is_owned(const struct known *known, const struct pair *pair)
{
	return has_id(&known->uids, pair->uid) &&
	       (!known->by_group || has_id(&known->gids, pair->gid));
}

json_t *list_unowned(const struct owners *owners, const struct accounts *accounts, uint64_t *more)
{
	struct known known = {.by_group = accounts->group.bytes != NULL};
	json_t *list = json_array();

	*more = accounts->passwd.unread ? 1 : 0;
	if (accounts->passwd.bytes == NULL || accounts->passwd.unread)
		return list;
	collect_ids(&accounts->passwd, &known.uids);
	collect_ids(&accounts->group, &known.gids);
	*more = owners->lost;
	for (unsigned int i = 0; i < owners->pair_count; i++)
		if (!is_owned(&known, &owners->pairs[i]))
			*more += owners->pairs[i].more;
	for (size_t i = 0; i < owners->file_count; i++) {
		const struct owned *file = &owners->files[i];
		const struct pair *pair = &owners->pairs[file->pair];

		if (!is_owned(&known, pair))
			*more += !add_entry(list, owners->paths + file->path, file->layer,
			                    json_pack("{s:I,s:I}", "uid", (json_int_t)pair->uid,
			                              "gid", (json_int_t)pair->gid));
	}
	free(known.uids.at);
	free(known.gids.at);
	return list;
}
