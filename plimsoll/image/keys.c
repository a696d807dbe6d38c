#include "plimsoll/image/keys.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* What is read of such JSON. Docker's manifest and the OCI image specification spell two of them
 * differently. */
static const char *const known[] = {
    "Cmd",      "Config",      "Entrypoint",  "Env",          "ExposedPorts", "Healthcheck",
    "Interval", "Labels",      "Layers",      "OnBuild",      "RepoTags",     "Retries",
    "Shell",    "StartPeriod", "StopSignal",  "Test",         "Timeout",      "User",
    "Volumes",  "WorkingDir",  "annotations", "architecture", "config",       "created_by",
    "diff_ids", "digest",      "empty_layer", "history",      "layers",       "manifests",
    "os",       "platform",    "rootfs"};

/* Their members are named by whoever made the image. */
static const char *const free_named[] = {"ExposedPorts", "Labels", "Volumes", "annotations"};

static bool is_one_of(const char *const list[], size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], key) == 0)
			return true;
	}
	return false;
}

/* Go takes the long s and the sign of Kelvin for letters as well. */
static bool is_plain_key(const json_t *object, const char *key)
{
	if (strstr(key, "\xc5\xbf") != NULL || strstr(key, "\xe2\x84\xaa") != NULL)
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		bool other = strcasecmp(known[i], key) == 0 && strcmp(known[i], key) != 0;

		if (other && (!is_one_of(known, sizeof(known) / sizeof(*known), key) ||
		              json_object_get(object, known[i]) != NULL))
			return false;
	}
	return true;
}

static bool has_plain_members(const json_t *object)
{
	json_t *all = (json_t *)(uintptr_t)object; /* jansson's iterators are not const */

	for (void *i = json_object_iter(all); i != NULL; i = json_object_iter_next(all, i)) {
		const char *key = json_object_iter_key(i);

		if (!is_plain_key(object, key) ||
		    (!is_one_of(free_named, sizeof(free_named) / sizeof(*free_named), key) &&
		     !has_plain_keys(json_object_iter_value(i))))
			return false;
	}
	return true;
}

bool has_plain_keys(const json_t *value)
{
	json_t *item;
	size_t i;

	if (json_is_object(value))
		return has_plain_members(value);
	json_array_foreach(value, i, item)
	{
		if (!has_plain_keys(item))
			return false;
	}
	return true;
}
