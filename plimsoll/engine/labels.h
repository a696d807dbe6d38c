#ifndef PLIMSOLL_ENGINE_LABELS_H
#define PLIMSOLL_ENGINE_LABELS_H

#include "plimsoll/engine/cage.h"

/*
 * By what plimsoll knows its own things on an engine. An image can carry any label, and a container
 * of it inherits them, but no image chooses its container's name.
 */
#define NAME_PREFIX "plimsoll-"
#define LABEL_CHECK "plimsoll.check="
#define LABEL_MADE_BY "plimsoll.made-by=plimsoll"
#define LABEL_OWNER "plimsoll.owner"
#define LABEL_IMAGE "plimsoll.image=" /* by its name; the container's own image is an id */

/* Words of a command, up to a NULL; list is allocated, and the owner's to free. */
struct words {
	const char **list;
	size_t count, space;
};

void add_word(struct words *words, const char *word);

/* Up to a NULL, which is none of them. */
void add_words(struct words *words, const char *const list[]);

/* "--label" with each of the labels of what a cage makes. */
struct label_texts {
	char check[64], owner[OWNER_SIZE + 32], image[sizeof(((struct cage *)0)->image) + 32];
};
void add_labels(struct words *words, const struct cage *cage, struct label_texts *texts);

#endif
