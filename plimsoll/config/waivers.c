#include "plimsoll/config/config.h"

#include <fnmatch.h>
#include <string.h>

static bool is_valid(const struct waiver *waiver, const struct result *result, int today)
{
	return strcmp(waiver->check, result->check->id) == 0 &&
	       (waiver->until == 0 || waiver->until >= today);
}

/* The first waiver that covers the path (NULL: the check as such), or NULL. */
static struct waiver *find_waiver(struct config *config, const struct result *result,
                                  const char *path, int today)
{
	for (size_t i = 0; i < config->waiver_count; i++) {
		struct waiver *waiver = &config->waivers[i];

		if (!is_valid(waiver, result, today))
			continue;
		if (waiver->path == NULL || (path != NULL && fnmatch(waiver->path, path, 0) == 0))
			return waiver;
	}
	return NULL;
}

/* The reason of the first; each that covers a finding is used, though another finding be covered by
 * none. */
static const char *cover_findings(struct config *config, const struct result *result, int today)
{
	const char *reason = NULL;
	bool all = true;
	size_t index;
	json_t *finding;

	json_array_foreach(result->findings, index, finding)
	{
		const char *path = json_string_value(json_object_get(finding, "path"));
		struct waiver *waiver = find_waiver(config, result, path, today);

		if (waiver != NULL)
			waiver->used = true;
		all = all && waiver != NULL;
		if (reason == NULL && waiver != NULL)
			reason = waiver->reason;
	}
	/* Of a file that is not listed nobody knows which path would cover it. */
	if (result->more > 0 && find_waiver(config, result, NULL, today) == NULL)
		all = false;
	return all ? reason : NULL;
}

static const char *cover_check(struct config *config, const struct result *result, int today)
{
	struct waiver *waiver = find_waiver(config, result, NULL, today);

	if (waiver == NULL)
		return NULL;
	waiver->used = true;
	return waiver->reason;
}

void waive(struct config *config, int today, struct result results[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct result *result = &results[i];

		if (result->outcome != OUTCOME_FAIL)
			continue;
		result->waived = json_array_size(result->findings) > 0
		                     ? cover_findings(config, result, today)
		                     : cover_check(config, result, today);
	}
}
