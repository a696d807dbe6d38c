#ifndef PLIMSOLL_IMAGE_KEYS_H
#define PLIMSOLL_IMAGE_KEYS_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Whether the JSON of an image's manifest or configuration says the same to whoever tells capitals
 * from small letters, as this program does, and to engines, which do not (Go, encoding/json: "user"
 * is "User", the last one counts).
 */
bool has_plain_keys(const json_t *value);

#endif
