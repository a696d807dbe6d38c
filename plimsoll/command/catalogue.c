/* `plimsoll list` and `plimsoll explain`: the catalogue as text and as JSON. */
#include "plimsoll/command/commands.h"
#include "plimsoll/command/options.h"
#include "plimsoll/report/writers.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int finish(void)
{
	struct failure failure;

	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_PASSED;
	fail(&failure, "standard output", strerror(errno), NULL);
	report_failure("plimsoll", &failure);
	return EXIT_TROUBLE;
}

static int refuse(const struct failure *failure)
{
	report_failure("plimsoll", failure);
	return EXIT_USAGE;
}

static json_t *describe_check(const struct check *check)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", check->id, "title",
	                 check->title, "severity", name_severity(check->severity), "profiles",
	                 check->profiles, "needs", check->needs, "why", check->why, "references",
	                 check->references, "fix", check->fix, "rung", check->rung);
}

static void list_as_json(void)
{
	json_t *checks = json_array();

	for (size_t i = 0; i < catalogue_size; i++)
		json_array_append_new(checks, describe_check(&catalogue[i]));
	write_document(stdout, checks);
}

static void list_as_text(void)
{
	for (size_t i = 0; i < catalogue_size; i++)
		printf("%-26s %-7s %s\n", catalogue[i].id, name_severity(catalogue[i].severity),
		       catalogue[i].title);
}

static bool prepare(char **argv, struct options *options, struct failure *failure)
{
	if (!parse_options(argv, options, failure))
		return false;
	if (options->images.count > 0)
		return fail(failure, options->images.words[0],
		            "not expected: plimsoll list takes none", NULL);
	const struct output_option *output = &options->outputs[0];
	return (options->output_count == 1 && output->file == NULL &&
	        (output->format == FORMAT_PRETTY || output->format == FORMAT_JSON)) ||
	       fail(failure, "--format",
	            "plimsoll list is pretty or json, on standard output alone", NULL);
}

int run_list(char **argv)
{
	struct options options;
	struct failure failure;

	if (!prepare(argv, &options, &failure))
		return refuse(&failure);
	if (options.outputs[0].format == FORMAT_JSON)
		list_as_json();
	else
		list_as_text();
	return finish();
}

static void explain(const struct check *check)
{
	printf("%s (%s)\n%s.\n\n%s\n\nfix:        %s\n", check->id, name_severity(check->severity),
	       check->title, check->why, check->fix);
	if (*check->rung != '\0')
		printf("example:    examples/%s\n", check->rung);
	if (*check->references != '\0')
		printf("references: %s\n", check->references);
	printf("profiles:   %s\n", check->profiles);
}

int run_explain(char **argv)
{
	struct failure failure;
	const struct check *check;

	if (argv[1] == NULL || argv[2] != NULL) {
		fail(&failure, "CHECK", "must be one: see plimsoll list", NULL);
		return refuse(&failure);
	}
	if (strcmp(argv[1], "structure") == 0 || strncmp(argv[1], "structure:", 10) == 0) {
		puts("structure: a test of the configuration that --structure-test gives; what it\n"
		     "expects, and what was found, stands in the report.");
		return finish();
	}
	check = find_check(argv[1]);
	if (check == NULL) {
		fail(&failure, argv[1], "no such check: did you mean ", nearest_check(argv[1])->id,
		     "? see plimsoll list", NULL);
		return refuse(&failure);
	}
	explain(check);
	return finish();
}
