#include "plimsoll/files/list.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool add_entry(json_t *list, const char *path, int layer, json_t *entry)
{
	bool has_room = json_array_size(list) < LIST_MOST;

	if (has_room) {
		json_object_set_new(entry, "path",
		                    plain_string(path, strlen(path), PATH_LENGTH_MOST));
		json_object_set_new(entry, "layer", layer >= 0 ? json_integer(layer) : json_null());
		json_array_append(list, entry);
	}
	json_decref(entry);
	return has_room;
}

static const char *path_of(json_t *const *entry)
{
	return json_string_value(json_object_get(*entry, "path"));
}

static int compare_entries(const void *left, const void *right)
{
	return strcmp(path_of(left), path_of(right));
}

void sort_list(json_t *list)
{
	size_t count = json_array_size(list);
	json_t **entries = get_memory(count * sizeof(*entries));

	for (size_t i = 0; i < count; i++)
		entries[i] = json_incref(json_array_get(list, i));
	json_array_clear(list);
	if (count > 0)
		qsort(entries, count, sizeof(*entries), compare_entries);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, entries[i]);
	free(entries);
}

json_t *describe_mode(mode_t mode)
{
	return json_sprintf("%04o", (unsigned int)mode & 07777);
}
