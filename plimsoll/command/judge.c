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

static bool judge_files(const struct options *options, struct config *config,
                        const struct selection *selection, struct verdict verdicts[],
                        struct failure *failure)
{
	json_t *facts = NULL;

	for (size_t i = 0; i < options->images.count; i++) {
		const char *path = options->images.words[i];

		if (!read_facts(path, &facts, failure))
			return false;
		verdicts[i] = judge_image(name_image(facts, path), facts, NULL, config,
		                          &config->budgets, selection);
		json_decref(facts);
		if (verdicts[i].trouble != NULL)
			return fail(failure, path, verdicts[i].trouble, NULL);
	}
	return true;
}

static bool prepare(char **argv, struct options *options, struct config *config,
                    struct selection *selection, struct reports *reports, struct failure *failure)
{
	if (!parse_options(argv, options, failure))
		return false;
	if (options->images.count == 0)
		return fail(failure, "FILE", "missing: see plimsoll --help", NULL);
	if (options->config != NULL && !read_config(options->config, config, failure))
		return false;
	select_checks(options, config, selection);
	if (selection->count == 0)
		return fail(failure, "--skip", "leaves no check", NULL);
	return open_reports(options, reports, failure);
}

int run_judge(char **argv)
{
	struct options options;
	struct config config = {0};
	struct reports reports;
	struct selection selection;
	struct failure failure;
	int status = -1;

	if (!prepare(argv, &options, &config, &selection, &reports, &failure)) {
		report_failure("plimsoll", &failure);
		return EXIT_USAGE;
	}
	size_t count = options.images.count;
	struct verdict *verdicts = get_memory(count * sizeof(*verdicts));
	memset(verdicts, 0, count * sizeof(*verdicts));
	if (judge_files(&options, &config, &selection, verdicts, &failure))
		status = write_reports(&reports, verdicts, count, &failure)
		             ? choose_status(verdicts, count)
		             : EXIT_TROUBLE;
	if (status < 0 || status == EXIT_TROUBLE)
		report_failure("plimsoll", &failure);
	drop_reports(&reports);
	free_verdicts(verdicts, count);
	free_selection(&selection);
	free_config(&config);
	return status >= 0 ? status : EXIT_USAGE;
}
