#include "plimsoll/engine/labels.h"

#include "plimsoll/text.h"

#include <stdio.h>

void add_word(struct words *words, const char *word)
{
	if (words->count + 2 > words->space) {
		words->space = 2 * words->space + 32;
		words->list = resize_memory(words->list, words->space * sizeof(*words->list));
	}
	words->list[words->count++] = word;
	words->list[words->count] = NULL;
}

void add_words(struct words *words, const char *const list[])
{
	for (; *list != NULL; list++)
		add_word(words, *list);
}

void add_labels(struct words *words, const struct cage *cage, struct label_texts *texts)
{
	snprintf(texts->check, sizeof(texts->check), LABEL_CHECK "%s", cage->id);
	snprintf(texts->owner, sizeof(texts->owner), LABEL_OWNER "=%s", cage->owner);
	snprintf(texts->image, sizeof(texts->image), LABEL_IMAGE "%s", cage->image);
	add_words(words,
	          (const char *const[]){"--label", texts->check, "--label", texts->owner, "--label",
	                                texts->image, "--label", LABEL_MADE_BY, NULL});
}
