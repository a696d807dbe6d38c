#ifndef PLIMSOLL_FILES_LIST_H
#define PLIMSOLL_FILES_LIST_H

#include "plimsoll/files/survey.h"

#define LIST_MOST 100         /* entries of each list of facts.md, and of each kind of tools */
#define PATH_LENGTH_MOST 1024 /* bytes of a path in it, which can be shown as four times that */
#define NAME_LENGTH_MOST 256  /* bytes of an account's name, or home, in it */

/* Appends an entry, which it takes over, with its path and layer; false where the list is full. */
bool add_entry(json_t *list, const char *path, int layer, json_t *entry);

/* Sorts the entries by path, so that facts don't depend on the order of the files. */
void sort_list(json_t *list);

/* As facts.md writes modes: "0755", "4755". */
json_t *describe_mode(mode_t mode);

#endif
