#ifndef PLIMSOLL_IMAGE_DESCRIBE_H
#define PLIMSOLL_IMAGE_DESCRIBE_H

#include "su-exec/failure.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * The parts of "image" that engine and archive spell alike. What has a wrong type counts as not
 * there; a secret's value comes out as "[KIND]".
 */

/* False and failure where a list of config, or history (NULL: not asked), has more than the 1000
 * entries that are looked at: what is behind them would be unseen. */
bool check_lengths(const json_t *config, const json_t *history, const char *reference,
                   struct failure *failure);

/* "config": config is the object Config of `inspect`, or config of the OCI specification. */
json_t *describe_config(const json_t *config);

/* One of "history". */
json_t *describe_step(const json_t *created_by, bool empty);

/* A JSON string as plain text of bounded length, what is none as null. */
json_t *describe_text(const json_t *text);

/* The member if it is a string that is not empty, else NULL. */
const json_t *get_text(const json_t *object, const char *name);

/* Sets and appends take the value; out of memory ends the process. */
void set_member(json_t *object, const char *name, json_t *value);
void append_member(json_t *array, json_t *value);

#endif
