#include "plimsoll/image/layer.h"
#include "plimsoll/files/survey.h"
#include "plimsoll/text.h"

#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Of a file's contents no more than this is kept, whatever the survey wants. */
#define MOST_HEAD (1U << 20)

/* The OCI image specification, "Whiteouts"; names of the second prefix are AUFS's own, but one. */
#define WHITEOUT ".wh."
#define WHITEOUT_OWN ".wh..wh."
#define WHITEOUT_OPAQUE ".wh..wh..opq"

static bool starts_with(const char *name, size_t length, const char *prefix)
{
	return length >= strlen(prefix) && memcmp(name, prefix, strlen(prefix)) == 0;
}

/* A path's last component is where the entry goes, and of what kind it is. */
struct place {
	uint32_t node; /* NONE: nowhere */
	enum kind kind;
};

static struct place enter(struct tree *tree, uint32_t parent, const char *name, size_t length,
                          bool last)
{
	const size_t prefix = strlen(WHITEOUT);

	if (last && length == strlen(WHITEOUT_OPAQUE) && starts_with(name, length, WHITEOUT_OPAQUE))
		return (struct place){parent, KIND_OPAQUE};
	if (last && starts_with(name, length, WHITEOUT_OWN))
		return (struct place){NONE, KIND_FILE};
	if (last && length > prefix && starts_with(name, length, WHITEOUT)) {
		if (strncmp(name + prefix, "..", length - prefix) == 0)
			return (struct place){NONE, KIND_FILE}; /* "." and ".." are no names */
		return (struct place){get_node(tree, parent, name + prefix, length - prefix),
		                      KIND_WHITEOUT};
	}
	return (struct place){get_node(tree, parent, name, length), KIND_FILE};
}

/*
 * Walks down path from the root, as a program would that is locked into it: "..", in a name or at
 * its start, leads no higher.
 */
static struct place find_place(struct tree *tree, const char *path)
{
	struct place place = {ROOT_NODE, KIND_FILE};

	while (place.node != NONE) {
		path += strspn(path, "/");
		size_t length = strcspn(path, "/");
		if (length == 0)
			break;
		bool last = path[length + strspn(path + length, "/")] == '\0';
		if (length == 2 && memcmp(path, "..", 2) == 0)
			place.node = tree->nodes[place.node].parent;
		else if (length != 1 || *path != '.')
			place = enter(tree, place.node, path, length, last);
		path += length;
	}
	return place;
}

static bool has_capability(struct archive_entry *entry)
{
	const char *name;
	const void *value;
	size_t size;

	if (archive_entry_xattr_reset(entry) == 0)
		return false;
	while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK)
		if (name != NULL && strcmp(name, "security.capability") == 0)
			return true;
	return false;
}

static uint64_t get_entry_size(struct archive_entry *entry)
{
	int64_t size = archive_entry_size(entry);

	return size > 0 ? (uint64_t)size : 0;
}

/* False where the archive is damaged. */
static bool keep_head(struct archive *archive, struct tree *tree, size_t wanted, uint32_t *text)
{
	if (!has_room(tree, wanted))
		return true;
	char *head = get_memory(wanted);
	la_ssize_t length = archive_read_data(archive, head, wanted);
	if (length > 0)
		*text = keep_text(tree, head, (size_t)length);
	free(head);
	return length >= 0;
}

/* path has to stay as long as the file. */
static struct file get_file(const struct tree *tree, uint32_t node,
                            const struct description *description, const char *link,
                            char path[static PATH_SIZE])
{
	return (struct file){
	    .path = write_path(tree, node, path),
	    .mode = description->mode,
	    .uid = description->uid,
	    .gid = description->gid,
	    .size = description->size,
	    .link = link,
	    .has_capability = description->has_capability,
	    .layer = -1,
	};
}

static bool describe_file(struct archive *archive, struct archive_entry *entry, struct tree *tree,
                          uint32_t node, struct description *description)
{
	const char *target = archive_entry_symlink(entry);
	char path[PATH_SIZE];
	const struct file file = get_file(tree, node, description, target, path);

	if (target != NULL && strlen(target) < PATH_SIZE)
		description->text = keep_text(tree, target, strlen(target));
	if (!S_ISREG(description->mode) || description->size == 0)
		return true;
	size_t wanted = wanted_bytes(&file, false);
	if (wanted > description->size)
		wanted = (size_t)description->size;
	if (wanted == 0)
		return true;
	return keep_head(archive, tree, wanted < MOST_HEAD ? wanted : MOST_HEAD,
	                 &description->text);
}

/* What the hard link's target is, which stands before it in its layer; NULL where that is not kept,
 * or not there: then engines differ. */
static const struct entry *find_target(struct tree *tree, const char *target, uint32_t first)
{
	struct place place = {NONE, KIND_FILE};

	if (strlen(target) < PATH_SIZE)
		place = find_place(tree, target);
	if (place.node == NONE || place.kind != KIND_FILE)
		return NULL;
	uint32_t latest = tree->nodes[place.node].latest;
	return latest != NONE && latest >= first ? &tree->entries[latest] : NULL;
}

/*
 * A hard link is what its target is; engines give that what the link's own header says, which is
 * the same where nobody means to deceive: what either allows is told.
 */
static void describe_hard_link(const struct entry *entry, struct description *description)
{
	description->kind = KIND_HARD_LINK;
	description->size = 0;
	if (entry == NULL)
		return;
	description->mode = entry->mode | (description->mode & 07777);
	description->size = get_size(entry);
	description->has_capability |= entry->has_capability;
	description->text = entry->text;
}

static bool has_place(struct tree *tree, unsigned int lists)
{
	bool place = (lists & IN_NO_LIST) != 0;

	for (unsigned int list = 0; list < LIST_COUNT; list++)
		place |= (lists & IN_LIST(list)) != 0 && tree->spared[list] < MOST_LISTED;
	return place && measure_tree(tree) < MOST_SPARED;
}

static void note_spared(struct tree *tree, unsigned int lists)
{
	for (unsigned int list = 0; list < LIST_COUNT; list++)
		tree->spared[list] += (lists & IN_LIST(list)) != 0;
}

/*
 * Keeps what the report will list, and what tells what became of a path that is kept. A path that
 * is known and can't be told of any more makes all doubtful.
 */
static bool spare_entry(struct tree *tree, struct layer *layer, const struct place *place,
                        const struct description *description, struct mark mark)
{
	bool known = place->node < mark.node_count;

	if (place->kind != KIND_FILE) {
		layer->cut |= known && measure_tree(tree) >= MOST_SPARED;
		return known && keep_entry(tree, place->node, layer->first, description);
	}
	char path[PATH_SIZE];
	size_t length;
	const char *kept = get_kept(tree, description->text, &length);
	const struct file file = get_file(tree, place->node, description, NULL, path);
	unsigned int lists = find_lists(&file, kept, S_ISREG(description->mode) ? length : 0);
	bool has_any = has_place(tree, lists);

	if (has_any || (known && measure_tree(tree) < MOST_SPARED)) {
		note_spared(tree, lists);
		return keep_entry(tree, place->node, layer->first, description);
	}
	layer->cut |= known;
	pass_over(&tree->passed, &file, lists);
	return false;
}

static bool add_file(struct archive *archive, struct archive_entry *entry, struct tree *tree,
                     struct layer *layer)
{
	const char *path = archive_entry_pathname(entry), *target = archive_entry_hardlink(entry);
	bool sparing = measure_tree(tree) >= MOST_WHOLE;
	const struct mark mark = mark_tree(tree);
	struct description description = {
	    .mode = archive_entry_mode(entry),
	    .uid = (uid_t)archive_entry_uid(entry),
	    .gid = (gid_t)archive_entry_gid(entry),
	    .size = get_entry_size(entry),
	    .has_capability = has_capability(entry),
	};
	bool whole = true;

	if (path == NULL || strlen(path) >= PATH_SIZE - 1) {
		layer->cut = true;
		return true;
	}
	struct place place = find_place(tree, path);
	if (place.node == NONE) {
		restore_tree(tree, mark);
		return true;
	}
	description.kind = place.kind;
	if (place.kind == KIND_FILE && target != NULL) {
		const struct entry *first = find_target(tree, target, layer->first);
		if (first == NULL && !sparing && layer->doubt.why == NULL)
			layer->doubt =
			    (struct doubt){"a hard link to what its layer has not", place.node};
		describe_hard_link(first, &description);
	} else if (place.kind == KIND_FILE)
		whole = describe_file(archive, entry, tree, place.node, &description);
	if (place.kind == KIND_FILE) {
		layer->files++;
		layer->size += target == NULL && S_ISREG(description.mode) ? description.size : 0;
	}
	if (!sparing)
		keep_entry(tree, place.node, layer->first, &description);
	else if (!spare_entry(tree, layer, &place, &description, mark))
		restore_tree(tree, mark);
	return whole;
}

bool read_layer(struct archive *archive, struct tree *tree, struct layer *layer)
{
	struct archive_entry *entry;
	bool whole = true;
	int result = ARCHIVE_OK;

	*layer = (struct layer){.first = tree->entry_count};
	while (whole && !tree->full) {
		result = archive_read_next_header(archive, &entry);
		if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
			break;
		whole = add_file(archive, entry, tree, layer);
	}
	layer->count = tree->entry_count - layer->first;
	return whole && (tree->full || result == ARCHIVE_EOF);
}
