#include "plimsoll/image/layer.h"
#include "plimsoll/files/accounts.h"
#include "plimsoll/path.h"
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
	bool odd_whiteout;   /* engines differ in what they make of such a name */
	bool below_whiteout; /* a folder on the way has a whiteout's name */
	bool below_link;     /* or is a link, in some layer, that was not kept */
};

/* What it kept in the root of each layer. */
static bool is_of_aufs(const char *name, size_t length)
{
	static const char *const names[] = {".wh..wh.aufs", ".wh..wh.orph", ".wh..wh.plnk"};
	bool found = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		found |= length == strlen(names[i]) && starts_with(name, length, names[i]);
	return found;
}

static void enter_last(struct tree *tree, struct place *place, const char *name, size_t length)
{
	const size_t prefix = strlen(WHITEOUT);

	if (length == strlen(WHITEOUT_OPAQUE) && starts_with(name, length, WHITEOUT_OPAQUE)) {
		place->kind = KIND_OPAQUE;
	} else if (starts_with(name, length, WHITEOUT_OWN)) {
		place->odd_whiteout = place->node != ROOT_NODE || !is_of_aufs(name, length);
		place->node = NONE;
	} else if (starts_with(name, length, WHITEOUT)) {
		/* Nothing, "." and ".." are no names. */
		bool named = strncmp(name + prefix, "..", length - prefix) != 0;
		place->odd_whiteout = !named;
		place->kind = named ? KIND_WHITEOUT : KIND_FILE;
		place->node =
		    named ? get_node(tree, place->node, name + prefix, length - prefix) : NONE;
	} else {
		place->node = get_node(tree, place->node, name, length);
	}
}

/* Walks down path from the root, as a program would that is locked into it. */
static struct place find_place(struct tree *tree, const char *path)
{
	struct place place = {.node = ROOT_NODE, .kind = KIND_FILE};
	char *clean = clean_path(path);

	for (const char *name = clean; *name != '\0' && place.node != NONE;) {
		size_t length = strcspn(name, "/");
		if (name[length] == '\0') {
			enter_last(tree, &place, name, length);
			break;
		}
		place.below_whiteout |= starts_with(name, length, WHITEOUT);
		place.below_link |= is_lost_link(tree, place.node, name, length);
		place.node = get_node(tree, place.node, name, length);
		name += length + 1;
	}
	free(clean);
	return place;
}

static bool has_attribute(struct archive_entry *entry, const char *start)
{
	const char *name;
	const void *value;
	size_t size;

	if (archive_entry_xattr_reset(entry) == 0)
		return false;
	while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK)
		if (name != NULL && strncmp(name, start, strlen(start)) == 0)
			return true;
	return false;
}

/* By these the file systems that layers lie on hide files, or show others, or other modes. */
static bool is_of_overlay(struct archive_entry *entry)
{
	static const char *const starts[] = {"trusted.overlay.", "user.overlay.",
	                                     "user.fuseoverlayfs.", "security.fuseoverlayfs.",
	                                     "user.containers."};
	bool found = false;

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		found |= has_attribute(entry, starts[i]);
	return found;
}

/* The first counts. */
static void add_doubt(struct layer *layer, const char *why, uint32_t node)
{
	if (layer->doubt.why == NULL)
		layer->doubt = (struct doubt){why, node};
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
	struct place place = {.node = NONE, .kind = KIND_FILE};

	if (strlen(target) < PATH_SIZE)
		place = find_place(tree, target);
	if (place.node == NONE || place.kind != KIND_FILE)
		return NULL;
	uint32_t latest = tree->nodes[place.node].latest;
	return latest != NONE && latest >= first ? &tree->entries[latest] : NULL;
}

/* Engines give the file, and so all its names, what the link's header says. */
static bool changes_target(const struct tree *tree, const struct entry *target,
                           const struct description *link)
{
	const struct owner *owner = &tree->owners[target->owner];

	return !S_ISLNK(target->mode) &&
	       ((target->mode & 07777U) != (link->mode & 07777U) || owner->uid != link->uid ||
	        owner->gid != link->gid || (link->has_capability && !target->has_capability));
}

/* What it holds is not known: it is told of as a secret that may be one. */
static void describe_lost_link(struct tree *tree, struct layer *layer, uint32_t node,
                               const struct description *description)
{
	char path[PATH_SIZE];
	const struct file file = {
	    .path = write_path(tree, node, path), .mode = description->mode, .size = ACCOUNTS_MOST};

	if (!tree->sparing)
		add_doubt(layer, "a hard link to what its layer has not", node);
	else if (wanted_bytes(&file, true) > 0)
		tree->passed.unlisted[LIST_SECRETS]++;
}

/*
 * A hard link is what its target is, and what its own header says, which is the same where nobody
 * means to deceive.
 */
static void describe_hard_link(struct tree *tree, struct layer *layer, const char *target,
                               uint32_t node, struct description *description)
{
	const struct entry *entry = find_target(tree, target, layer->first);

	description->kind = KIND_HARD_LINK;
	description->size = 0;
	description->mode = S_IFREG | (description->mode & 07777);
	if (entry == NULL) {
		describe_lost_link(tree, layer, node, description);
		return;
	}
	if (changes_target(tree, entry, description))
		add_doubt(layer, "a hard link of other rights than what it leads to", node);
	description->mode = entry->mode | (description->mode & 07777);
	description->size = get_size(entry);
	description->has_capability |= entry->has_capability;
	description->text = entry->text;
}

static bool has_list_place(struct tree *tree, unsigned int lists)
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
 * Lets go of an entry that was just added, but not of the directories above it, as long as there is
 * room: one that is a link in some layer would lead it elsewhere.
 */
static void drop_entry(struct tree *tree, struct layer *layer, const struct place *place,
                       struct mark mark)
{
	uint32_t parent = tree->nodes[place->node].parent;

	if (place->node >= mark.node_count && measure_tree(tree) < MOST_SPARED)
		mark = (struct mark){place->node, tree->nodes[place->node].name};
	else if (parent >= mark.node_count)
		add_doubt(layer, "more directories than are kept", ROOT_NODE);
	restore_tree(tree, mark);
	if (parent < tree->node_count)
		note_passed(tree, parent);
}

/* Whether what is said of the path has to be kept; of a directory only where more was. */
static bool is_known(const struct tree *tree, const struct place *place,
                     const struct description *description, struct mark mark)
{
	bool is_directory = place->kind == KIND_FILE && S_ISDIR(description->mode);

	return place->node < mark.node_count &&
	       (!is_directory || tree->nodes[place->node].latest != NONE);
}

/*
 * Keeps what the report will list, and what tells what became of a path that is kept. A path that
 * is known and can't be told of any more makes all doubtful.
 */
static void spare_entry(struct tree *tree, struct layer *layer, const struct place *place,
                        const struct description *description, struct mark mark)
{
	bool has_room = measure_tree(tree) < MOST_SPARED;
	bool known = is_known(tree, place, description, mark);

	if (place->kind != KIND_FILE) {
		layer->cut |= known && !has_room;
		if (!known || !keep_entry(tree, place->node, layer->first, description))
			restore_tree(tree, mark);
		return;
	}
	char path[PATH_SIZE];
	size_t length;
	const char *kept = get_kept(tree, description->text, &length);
	const struct file file = get_file(tree, place->node, description, NULL, path);
	unsigned int lists = find_lists(&file, kept, S_ISREG(description->mode) ? length : 0);

	if (has_list_place(tree, lists) || (known && has_room)) {
		note_spared(tree, lists);
		keep_entry(tree, place->node, layer->first, description);
		return;
	}
	layer->cut |= known;
	if (S_ISLNK(description->mode) && !note_lost_link(tree, place->node))
		add_doubt(layer, "more links than are kept", place->node);
	pass_over(&tree->passed, &file, lists);
	drop_entry(tree, layer, place, mark);
}

/* False where the archive is damaged. */
static bool describe_entry(struct archive *archive, struct archive_entry *entry, struct tree *tree,
                           struct layer *layer, const struct place *place,
                           struct description *description)
{
	const char *target = archive_entry_hardlink(entry);
	bool whole = true;

	*description = (struct description){
	    .mode = archive_entry_mode(entry),
	    .uid = (uid_t)archive_entry_uid(entry),
	    .gid = (gid_t)archive_entry_gid(entry),
	    .size = get_entry_size(entry),
	    .has_capability = has_attribute(entry, "security.capability"),
	    .kind = place->kind,
	};
	if (place->below_whiteout)
		add_doubt(layer, "a folder above it has the name of what is removed", place->node);
	if (place->below_link)
		add_doubt(layer, "it lies below a link", place->node);
	if (is_of_overlay(entry))
		add_doubt(layer, "an attribute by which overlays show it as another", place->node);
	if (place->kind != KIND_FILE)
		return true;
	if (target != NULL)
		describe_hard_link(tree, layer, target, place->node, description);
	else
		whole = describe_file(archive, entry, tree, place->node, description);
	layer->files++;
	layer->size += target == NULL && S_ISREG(description->mode) ? description->size : 0;
	return whole;
}

static bool add_file(struct archive *archive, struct archive_entry *entry, struct tree *tree,
                     struct layer *layer)
{
	const char *path = archive_entry_pathname(entry);
	bool whole = true;
	const struct mark mark = mark_tree(tree);
	struct description description;

	tree->sparing |= measure_tree(tree) >= MOST_WHOLE;
	if (path == NULL || strlen(path) >= PATH_SIZE - 1) {
		layer->cut = true;
		return true;
	}
	struct place place = find_place(tree, path);
	if (place.odd_whiteout)
		add_doubt(layer, "a layer has a whiteout of no name", ROOT_NODE);
	if (place.node == NONE) {
		restore_tree(tree, mark);
		return true;
	}
	whole = describe_entry(archive, entry, tree, layer, &place, &description);
	if (tree->sparing)
		spare_entry(tree, layer, &place, &description, mark);
	else
		keep_entry(tree, place.node, layer->first, &description);
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
