/* `plimsoll judge`: files of facts, judged and reported like images; there is no engine. */
#include "plimsoll/command/commands.h"
#include "plimsoll/command/images.h"
#include "plimsoll/command/reports.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_facts(const char *path, json_t **facts, struct failure *failure)
{
	json_error_t error;
	FILE *from = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

	if (from == NULL)
		return fail(failure, path, strerror(errno), NULL);
	*facts = json_loadf(from, JSON_REJECT_DUPLICATES, &error);
	if (from != stdin)
		fclose(from);
	if (*facts != NULL)
		return true;
	char *where = print_text("%s:%d:%d", path, error.line, error.column);
	fail(failure, where, error.text, NULL);
	free(where);
	return false;
}

static const char *name_image(const json_t *facts, const char *path)
{
	const char *reference =
	    json_string_value(json_object_get(json_object_get(facts, "image"), "reference"));

	return reference != NULL ? reference : path;
}

struct work {
	struct options options;
	struct configs configs;
	struct reports reports;
	struct verdict *verdicts;
};

/* Which document is for it, its facts say. */
static bool judge_file(const char *path, struct work *work, struct verdict *verdict,
                       struct failure *failure)
{
	struct selection selection;
	json_t *facts = NULL;

	if (!read_facts(path, &facts, failure))
		return false;
	const char *image = name_image(facts, path);
	struct config *config = find_config(&work->configs, image, failure);
	if (config != NULL) {
		select_checks(&work->options, config, &selection);
		*verdict = judge_image(image, facts, NULL, config, &config->budgets, &selection);
		free_selection(&selection);
	}
	json_decref(facts);
	if (config == NULL)
		return false;
	if (verdict->trouble != NULL)
		return fail(failure, path, verdict->trouble, NULL);
	return verdict->count > 0 || fail(failure, "--only, --skip", "leave no check", NULL);
}

static bool prepare(char **argv, struct work *work, struct failure *failure)
{
	struct options *options = &work->options;

	if (!parse_options(argv, options, failure))
		return false;
	if (options->images.count == 0)
		return fail(failure, "FILE", "missing: see plimsoll --help", NULL);
	return read_configs(options, &work->configs, failure) &&
	       open_reports(options, &work->reports, failure);
}

static int judge_files(struct work *work, struct failure *failure)
{
	const struct arguments *files = &work->options.images;

	work->verdicts = get_memory(files->count * sizeof(*work->verdicts));
	memset(work->verdicts, 0, files->count * sizeof(*work->verdicts));
	for (size_t i = 0; i < files->count; i++)
		if (!judge_file(files->words[i], work, &work->verdicts[i], failure))
			return EXIT_USAGE;
	return write_reports(&work->reports, work->verdicts, files->count, failure)
	           ? choose_status(work->verdicts, files->count)
	           : EXIT_TROUBLE;
}

int run_judge(char **argv)
{
	struct work work = {0};
	struct failure failure;
	int status = prepare(argv, &work, &failure) ? judge_files(&work, &failure) : EXIT_USAGE;

	if (status == EXIT_USAGE || status == EXIT_TROUBLE)
		report_failure("plimsoll", &failure);
	drop_reports(&work.reports);
	if (work.verdicts != NULL)
		free_verdicts(work.verdicts, work.options.images.count);
	free_configs(&work.configs);
	return status;
}
