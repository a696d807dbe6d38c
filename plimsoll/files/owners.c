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
		unsigned int files;
	} pairs[PAIRS_MOST];
	unsigned int pair_count, last; /* neighbours mostly have the same owner */
	struct owned *files;
	size_t file_count, files_size;
	char *paths;
	uint32_t paths_used, paths_size;
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

static bool is_pair(const struct pair *pair, const struct file *file)
{
	return pair->uid == file->uid && pair->gid == file->gid;
}

static struct pair *find_pair(struct owners *owners, const struct file *file)
{
	if (owners->last < owners->pair_count && is_pair(&owners->pairs[owners->last], file))
		return &owners->pairs[owners->last];
	for (owners->last = 0; owners->last < owners->pair_count; owners->last++)
		if (is_pair(&owners->pairs[owners->last], file))
			return &owners->pairs[owners->last];
	if (owners->pair_count == PAIRS_MOST)
		return NULL;
	owners->pair_count++;
	owners->pairs[owners->last] = (struct pair){file->uid, file->gid, 0};
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

void note_owner(struct owners *owners, const struct file *file)
{
	struct pair *pair = find_pair(owners, file);
	uint32_t path;

	if (pair == NULL || pair->files == LIST_MOST || !keep_path(owners, file->path, &path))
		return;
	if (owners->file_count == owners->files_size) {
		owners->files_size = owners->files_size == 0 ? 128 : 2 * owners->files_size;
		owners->files =
		    resize_memory(owners->files, owners->files_size * sizeof(*owners->files));
	}
	owners->files[owners->file_count++] = (struct owned){owners->last, file->layer, path};
	pair->files++;
}

json_t *list_unowned(const struct owners *owners, const struct accounts *accounts)
{
	json_t *list = json_array();
	struct ids uids, gids;

	if (accounts->passwd.bytes == NULL || accounts->passwd.unread)
		return list;
	collect_ids(&accounts->passwd, &uids);
	collect_ids(&accounts->group, &gids);
	for (size_t i = 0; i < owners->file_count; i++) {
		const struct owned *file = &owners->files[i];
		const struct pair *pair = &owners->pairs[file->pair];
		bool group = accounts->group.bytes == NULL || has_id(&gids, pair->gid);

		if (!group || !has_id(&uids, pair->uid))
			add_entry(list, owners->paths + file->path, file->layer,
			          json_pack("{s:I,s:I}", "uid", (json_int_t)pair->uid, "gid",
			                    (json_int_t)pair->gid));
	}
	free(uids.at);
	free(gids.at);
	return list;
}
