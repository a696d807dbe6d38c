#include "plimsoll/command/selection.h"

#include "plimsoll/spelling.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

static bool holds(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count && words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static bool is_selected(const struct check *check, const struct options *options,
                        const struct config *config)
{
	const char *profile = options->profile != NULL  ? options->profile
	                      : config->profile != NULL ? config->profile
	                                                : "default";

	if (holds(options->skip.words, options->skip.count, check->id))
		return false;
	if (options->only.count > 0)
		return holds(options->only.words, options->only.count, check->id);
	return is_listed(check->profiles, profile) &&
	       !(config->skip != NULL &&
	         holds((const char *const *)config->skip, SIZE_MAX, check->id));
}

/* Those of the image's configuration that can't be decided without passwd where USER is a name. */
static bool wants_accounts(const struct check *check)
{
	static const char *const ids[] = {"user-set", "uid-high"};

	return holds(ids, sizeof(ids) / sizeof(*ids), check->id);
}

static void want_part(struct selection *selection, const char *needs)
{
	static const char runs[] = "runs.";
	size_t count = 0;

	selection->wanted.image |= strcmp(needs, "image") == 0;
	selection->wanted.layers |= strcmp(needs, "layers") == 0;
	selection->wanted.files |= strcmp(needs, "files") == 0;
	if (strncmp(needs, runs, strlen(runs)) != 0)
		return;
	selection->wanted.runs = true;
	while (selection->run_names[count] != NULL)
		count++;
	if (!holds(selection->run_names, count, needs + strlen(runs)))
		selection->run_names[count] = needs + strlen(runs);
}

/* A container shows the files as well, unless none may be run. */
static void leave_layers(struct wanted *wanted, bool no_runs)
{
	wanted->walk = (wanted->files || wanted->accounts) && !no_runs;
	wanted->layers = wanted->files = wanted->accounts = false;
}

void select_checks(const struct options *options, const struct config *config,
                   struct selection *selection)
{
	*selection = (struct selection){0};
	selection->checks = get_memory(catalogue_size * sizeof(*selection->checks));
	selection->run_names = get_memory((catalogue_size + 1) * sizeof(*selection->run_names));
	memset(selection->run_names, 0, (catalogue_size + 1) * sizeof(*selection->run_names));
	for (size_t i = 0; i < catalogue_size; i++) {
		if (!is_selected(&catalogue[i], options, config))
			continue;
		selection->checks[selection->count++] = &catalogue[i];
		want_part(selection, catalogue[i].needs);
		selection->wanted.accounts |= wants_accounts(&catalogue[i]);
	}
	selection->wanted.run_names = selection->run_names;
	selection->wanted.runs &= !options->no_runs;
	if (options->no_layers)
		leave_layers(&selection->wanted, options->no_runs);
	selection->wanted.image |= selection->wanted.runs || selection->wanted.walk ||
	                           !(selection->wanted.layers || selection->wanted.files);
}

void free_selection(struct selection *selection)
{
	free(selection->checks);
	free(selection->run_names);
}
