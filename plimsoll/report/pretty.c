#include "plimsoll/report/writers.h"

#include <stdlib.h>

#define PATHS_SHOWN 5

struct style {
	const char *word, *colour;
};

static const struct style styles[] = {
    [OUTCOME_PASS] = {"pass ", "\033[32m"},
    [OUTCOME_FAIL] = {"FAIL ", "\033[1;31m"},
    [OUTCOME_SKIP] = {"skip ", "\033[2m"},
    [OUTCOME_ERROR] = {"ERROR", "\033[1;35m"},
};
static const struct style excused = {"note ", "\033[33m"};

static void print_coloured(FILE *to, bool colour, const struct style *style)
{
	fprintf(to, "%s%s%s", colour ? style->colour : "", style->word, colour ? "\033[0m" : "");
}

static void print_findings(FILE *to, const struct result *result)
{
	const json_t *findings = result->findings;
	size_t index;
	json_t *finding;

	json_array_foreach(findings, index, finding)
	{
		const json_t *layer = json_object_get(finding, "layer");

		if (index == PATHS_SHOWN) {
			fprintf(to, "          … and %zu more\n",
			        json_array_size(findings) - index);
			break;
		}
		fprintf(to, "          %s", json_string_value(json_object_get(finding, "path")));
		if (json_is_integer(layer))
			fprintf(to, " (layer %lld)", (long long)json_integer_value(layer));
		fputc('\n', to);
	}
	if (result->more > 0)
		fprintf(to,
		        "          … and up to %zu that are not listed: no waiver with a path "
		        "covers them\n",
		        result->more);
}

static void print_result(FILE *to, bool colour, const struct result *result)
{
	bool bad = result->outcome == OUTCOME_FAIL || result->outcome == OUTCOME_ERROR;
	char *excuse = bad ? find_excuse(result) : NULL;

	fputs("  ", to);
	print_coloured(to, colour, excuse != NULL ? &excused : &styles[result->outcome]);
	fprintf(to, " %-24s %s\n", result->check->id, result->found);
	if (bad) {
		if (result->expected != NULL)
			fprintf(to, "        expected: %s\n", result->expected);
		print_findings(to, result);
		if (excuse != NULL)
			fprintf(to, "        %s\n", excuse);
		else if (result->outcome == OUTCOME_FAIL)
			fprintf(to, "        fix: %s\n", result->check->fix);
	}
	free(excuse);
}

static void print_sum(FILE *to, const struct verdict *verdict)
{
	struct tally tally = tally_results(verdict);

	fprintf(to, "\n  %zu passed, %zu failed, %zu skipped", tally.passed, tally.failed,
	        tally.skipped);
	if (tally.errors > 0)
		fprintf(to, ", %zu could not be decided", tally.errors);
	if (tally.waived > 0)
		fprintf(to, ", %zu waived", tally.waived);
	if (tally.notes > 0)
		fprintf(to, ", %zu informational", tally.notes);
	fprintf(to, ", in %.1f s\n", verdict->took);
	if (tally.failed + tally.errors > 0)
		fputs("  `plimsoll explain CHECK` says why, and what to do.\n", to);
}

void write_pretty(FILE *to, bool colour, const struct verdict verdicts[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct verdict *verdict = &verdicts[i];
		size_t next = 0;
		char *line;

		fprintf(to, "%s%s\n", i > 0 ? "\n" : "", verdict->image);
		if (verdict->trouble != NULL) {
			fprintf(to, "  not checked: %s\n", verdict->trouble);
			continue;
		}
		for (size_t k = 0; k < verdict->count; k++)
			print_result(to, colour, &verdict->results[k]);
		while ((line = next_idle_waiver(verdict, &next)) != NULL) {
			fprintf(to, "  %s\n", line);
			free(line);
		}
		print_sum(to, verdict);
	}
}
