#include "assess.h"
#include "look.h"
#include "plimsoll/path.h"

#include <string.h>

/* What engines themselves put there, and what a read-only host gives as tmpfs. */
static bool may_change(const json_t *facts, const char *const *writable, const char *path)
{
	static const char *const engine[] = {"/.dockerenv",
	                                     "/dev",
	                                     "/etc/hostname",
	                                     "/etc/hosts",
	                                     "/etc/mtab",
	                                     "/proc",
	                                     "/etc/resolv.conf",
	                                     "/run/.containerenv",
	                                     "/sys",
	                                     "/tmp",
	                                     NULL};
	const json_t *volumes = look_list(facts, "image.config.volumes");
	json_t *volume;
	size_t i;

	for (i = 0; engine[i] != NULL; i++)
		if (is_below(path, engine[i]))
			return true;
	for (; writable != NULL && *writable != NULL; writable++)
		if (is_below(path, *writable))
			return true;
	json_array_foreach(volumes, i,
	                   volume) if (json_is_string(volume) &&
	                               is_below(path, json_string_value(volume))) return true;
	return false;
}

/* A directory changes with what is made in it: that is told, not this. */
static bool is_parent_of_another(const json_t *changed, const json_t *entry)
{
	const char *path = look_text(entry, "path"), *change = look_text(entry, "change");
	json_t *other;
	size_t i;

	if (change == NULL || strcmp(change, "changed") != 0)
		return false;
	json_array_foreach(changed, i, other)
	{
		const char *below = look_text(other, "path");

		if (below != NULL && strcmp(below, path) != 0 && is_below(below, path))
			return true;
	}
	return false;
}

/* The most that are looked at: each is held against each. */
#define MOST_CHANGES 1000

void assess_writes_nothing(const json_t *facts, const struct budgets *budgets,
                           struct result *result)
{
	const json_t *changed = look_list(facts, "runs.baseline.changed");
	json_t *entry;
	size_t i;

	if (is_broken(facts)) {
		not_shown(result, "it does not start: see the check \"starts\"");
		return;
	}
	if (changed == NULL) {
		not_shown(result, "what it changed was not looked at%s",
		          explain_unknown(facts, "baseline"));
		return;
	}
	json_array_foreach(changed, i, entry)
	{
		const char *path = look_text(entry, "path"), *change = look_text(entry, "change");

		if (i >= MOST_CHANGES)
			break;
		if (path != NULL && !is_parent_of_another(changed, entry) &&
		    !may_change(facts, (const char *const *)budgets->writable, path))
			add_finding(result, path, NULL, change != NULL ? change : "changed");
	}
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "no change outside of volumes", "changes");
	else if (i < json_array_size(changed))
		not_shown(result, "none of the first %d changes of %zu", MOST_CHANGES,
		          json_array_size(changed));
	else
		pass(result, "no change outside of volumes and /tmp");
}
