#include "plimsoll/files/tree.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SLOTS_LEAST 2048u
#define SLOTS_MOST (1u << 19) /* 8 MiB */
#define TEXTS_MOST (4u << 20)
#define LINKS_MOST 40              /* as the kernel's (path_resolution(7)) */
#define MODE_MASK UINT64_C(0xffff) /* the rest of a key is the hash */

/* Empty where key is 0: no file has mode 0, as its type is part of it. */
struct slot {
	uint64_t key;   /* 48 bits of hash, 16 of mode */
	uint32_t first; /* uid of a directory, else an offset of texts, or 0 for none */
	uint32_t gid;
};

struct tree {
	const struct look_back *back; /* or NULL */
	struct slot *slots;
	uint32_t size, used; /* size is a power of two */
	char *texts;         /* the first byte is no text's */
	uint32_t texts_size, texts_used;
	uint32_t recent[16]; /* most programs say the same of their loader */
	unsigned int next_recent;
	bool lost; /* something was not kept */
};

struct tree *make_tree(const struct look_back *back)
{
	struct tree *tree = get_memory(sizeof(*tree));

	*tree =
	    (struct tree){.back = back, .size = SLOTS_LEAST, .texts_size = 4096, .texts_used = 1};
	tree->slots = get_memory(tree->size * sizeof(*tree->slots));
	memset(tree->slots, 0, tree->size * sizeof(*tree->slots));
	tree->texts = get_memory(tree->texts_size);
	tree->texts[0] = '\0';
	return tree;
}

void free_tree(struct tree *tree)
{
	free(tree->slots);
	free(tree->texts);
	free(tree);
}

/* By eight bytes, each mixed as at the end of MurmurHash3. */
static uint64_t hash_path(const char *path)
{
	size_t length = strlen(path), step;
	uint64_t hash = length, word;

	for (; length > 0; path += step, length -= step) {
		step = length < sizeof(word) ? length : sizeof(word);
		word = 0;
		memcpy(&word, path, step);
		hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 33;
	}
	hash *= UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ hash >> 33;
}

/* The slot of that hash, or the empty one where it would be. */
static struct slot *find_slot(const struct tree *tree, uint64_t hash)
{
	uint32_t at = (uint32_t)(hash >> 16) & (tree->size - 1);

	while (tree->slots[at].key != 0 && ((tree->slots[at].key ^ hash) & ~MODE_MASK) != 0)
		at = (at + 1) & (tree->size - 1);
	return &tree->slots[at];
}

static bool grow(struct tree *tree)
{
	struct slot *old = tree->slots;
	uint32_t size = tree->size;

	if (size == SLOTS_MOST)
		return false;
	tree->size =
	    4 * size; /* by two, the old ones would be half of the new while both are there */
	tree->slots = get_memory(tree->size * sizeof(*tree->slots));
	memset(tree->slots, 0, tree->size * sizeof(*tree->slots));
	for (uint32_t i = 0; i < size; i++)
		if (old[i].key != 0)
			*find_slot(tree, old[i].key) = old[i];
	free(old);
	return true;
}

/* The offset of a copy of the text (NULs in it included), 0 where there is no more space. */
static uint32_t keep_text(struct tree *tree, const char *text, size_t length)
{
	uint32_t at = tree->texts_used;

	if (length > TEXTS_MOST - at)
		return 0;
	while (length > tree->texts_size - at) {
		tree->texts_size *= 2;
		tree->texts = resize_memory(tree->texts, tree->texts_size);
	}
	memcpy(tree->texts + at, text, length);
	tree->texts_used += (uint32_t)length;
	return at;
}

static size_t add_word(char *text, size_t used, const char *word, size_t length)
{
	if (word != NULL)
		memcpy(text + used, word, length);
	else
		length = 0;
	text[used + length] = '\0';
	return used + length + 1;
}

/* Three words, each ended by NUL: format, machine, interpreter; empty for none. */
static uint32_t keep_executable(struct tree *tree, const void *head, size_t head_length)
{
	struct executable executable;
	char text[INTERPRETER_MOST + 64];
	size_t length;

	read_executable(head, head_length, &executable);
	length = add_word(text, 0, executable.format, strlen(executable.format));
	length = add_word(text, length, executable.machine,
	                  executable.machine != NULL ? strlen(executable.machine) : 0);
	length = add_word(text, length, executable.interpreter, executable.length);
	for (size_t i = 0; i < sizeof(tree->recent) / sizeof(*tree->recent); i++) {
		uint32_t at = tree->recent[i];
		if (at != 0 && length <= tree->texts_used - at &&
		    memcmp(tree->texts + at, text, length) == 0)
			return at;
	}
	return tree->recent[tree->next_recent++ % 16] = keep_text(tree, text, length);
}

static bool is_program(mode_t mode)
{
	return S_ISREG(mode) && (mode & 0111) != 0;
}

/* A link whose target is not kept would lead nowhere. */
static bool fill_slot(struct tree *tree, const struct file *file, const void *head, size_t length,
                      struct slot *slot)
{
	if (S_ISDIR(file->mode)) {
		slot->first = file->uid;
		slot->gid = file->gid;
	} else if (S_ISLNK(file->mode) && file->link != NULL) {
		slot->first = keep_text(tree, file->link, strlen(file->link) + 1);
	} else if (tree->back == NULL && length > 0 && is_program(file->mode)) {
		slot->first = keep_executable(tree, head, length);
	}
	return !S_ISLNK(file->mode) || file->link == NULL || slot->first != 0;
}

/* Whether a path may lead through it or to it: what is left are data. */
static bool leads_somewhere(const struct file *file)
{
	return !S_ISREG(file->mode) || is_program(file->mode);
}

static bool has_space(struct tree *tree, const struct file *file)
{
	if (tree->used < tree->size / 4 * 3 || grow(tree))
		return true;
	return leads_somewhere(file) && tree->used < tree->size / 8 * 7;
}

void lose_from_tree(struct tree *tree)
{
	tree->lost = true;
}

bool is_whole_tree(const struct tree *tree)
{
	return !tree->lost;
}

void add_to_tree(struct tree *tree, const struct file *file, const void *head, size_t length)
{
	uint64_t hash = hash_path(file->path);
	struct slot *slot, new = {(hash & ~MODE_MASK) | (file->mode & MODE_MASK), 0, 0};

	if (!has_space(tree, file)) {
		lose_from_tree(tree);
		return;
	}
	if (!fill_slot(tree, file, head, length, &new))
		lose_from_tree(tree);
	slot = find_slot(tree, hash);
	tree->used += slot->key == 0;
	*slot = new;
}

static void describe_slot(const struct slot *slot, struct node *node)
{
	*node = (struct node){.mode = (mode_t)(slot->key & MODE_MASK)};
	if (S_ISDIR(node->mode)) {
		node->uid = slot->first;
		node->gid = slot->gid;
	} else {
		node->text = slot->first;
	}
}

static const char *text_or_null(const char *text)
{
	return *text != '\0' ? text : NULL;
}

/* As keep_executable() kept it. */
static void take_kept(const char *text, struct program *program)
{
	program->format = text;
	text += strlen(text) + 1;
	program->machine = text_or_null(text);
	strcpy(program->interpreter, text + strlen(text) + 1);
}

static void look_at_head(const struct look_back *back, const char *real, struct program *program)
{
	struct executable executable;
	size_t length = 0;
	const char *head = back->read_head(back->context, real, &length);

	if (head == NULL || length == 0)
		return;
	read_executable(head, length, &executable);
	program->format = executable.format;
	program->machine = executable.machine;
	if (executable.interpreter != NULL)
		add_word(program->interpreter, 0, executable.interpreter, executable.length);
}

void describe_program(const struct tree *tree, const struct node *node, const char *real,
                      struct program *program)
{
	*program = (struct program){0};
	if (!is_program(node->mode))
		return;
	if (tree->back != NULL)
		look_at_head(tree->back, real, program);
	else if (node->text != 0)
		take_kept(tree->texts + node->text, program);
}

/* A path that is being followed: what is done, and what is still to come. */
struct course {
	char *real;
	size_t length; /* of real; 0 for the root */
	char rest[2 * PATH_MAX];
	int links;
};

/* Puts a link's target before the rest of the path. False where that is too long, or a loop. */
static bool follow_link(struct course *course, const char *rest, const char *target)
{
	char joined[2 * PATH_MAX];
	size_t length = strlen(target), more = strlen(rest);

	if (++course->links > LINKS_MOST || length + more + 2 > sizeof(joined))
		return false;
	memcpy(joined, target, length);
	joined[length] = '/';
	memcpy(joined + length + 1, rest, more + 1);
	memcpy(course->rest, joined, length + more + 2);
	return true;
}

static void go_up(struct course *course)
{
	while (course->length > 0 && course->real[--course->length] != '/')
		;
	course->real[course->length] = '\0';
}

/* Appends a part to what is done; returns its slot, NULL where the path is too long. */
static const struct slot *go_down(const struct tree *tree, struct course *course, const char *part,
                                  size_t length)
{
	if (course->length + length + 2 > PATH_MAX)
		return NULL;
	course->real[course->length++] = '/';
	memcpy(course->real + course->length, part, length);
	course->length += length;
	course->real[course->length] = '\0';
	return find_slot(tree, hash_path(course->real));
}

/* Where the link leads; NULL where that is not known. */
static const char *find_target(const struct tree *tree, const struct slot *slot, const char *real)
{
	if (slot->first != 0)
		return tree->texts + slot->first;
	return tree->back != NULL ? tree->back->read_link(tree->back->context, real) : NULL;
}

/* One part of the path. False where it leads nowhere. */
static bool take_step(const struct tree *tree, struct course *course, const char **rest)
{
	const char *part = *rest + strspn(*rest, "/");
	size_t length = strcspn(part, "/");
	const struct slot *slot;

	*rest = part + length;
	if (length == 0 || (length == 1 && *part == '.'))
		return true;
	if (length == 2 && memcmp(part, "..", 2) == 0) {
		go_up(course);
		return true;
	}
	slot = go_down(tree, course, part, length);
	if (slot == NULL || slot->key == 0 || !S_ISLNK(slot->key & MODE_MASK))
		return slot != NULL;
	const char *target = find_target(tree, slot, course->real);
	go_up(course);
	if (target != NULL && *target == '/')
		course->real[course->length = 0] = '\0';
	if (target == NULL || *target == '\0' || !follow_link(course, *rest, target))
		return false;
	*rest = course->rest;
	return true;
}

bool find_in_tree(const struct tree *tree, const char *path, struct node *node,
                  char real[static PATH_MAX])
{
	struct course course = {.real = real};
	const char *rest = path;
	const struct slot *slot;

	real[0] = '\0';
	while (*rest != '\0')
		if (!take_step(tree, &course, &rest))
			return false;
	if (course.length == 0)
		strcpy(real, "/");
	slot = find_slot(tree, hash_path(real));
	if (slot->key != 0)
		describe_slot(slot, node);
	else if (course.length == 0) /* which layers need not name */
		*node = (struct node){.mode = S_IFDIR | 0755};
	return slot->key != 0 || course.length == 0;
}
