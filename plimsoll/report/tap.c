/* TAP version 13, as `prove` reads it: https://testanything.org/tap-version-13-specification.html
 */
#include "plimsoll/report/writers.h"

#include <stdlib.h>

/* "#" begins a directive. */
static void print_escaped(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '#')
			fputc('\\', to);
		fputc(*text, to);
	}
}

/* A double-quoted scalar of YAML. */
static void print_scalar(FILE *to, const char *before, const char *text)
{
	fprintf(to, "  %s \"", before);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', to);
		fputc(*text, to);
	}
	fputs("\"\n", to);
}

static void print_details(FILE *to, const struct result *result)
{
	size_t index;
	json_t *finding;

	fputs("  ---\n", to);
	print_scalar(to, "found:", result->found);
	if (result->expected != NULL)
		print_scalar(to, "expected:", result->expected);
	print_scalar(to, "severity:", name_severity(result->check->severity));
	print_scalar(to, "fix:", result->check->fix);
	if (json_array_size(result->findings) > 0)
		fputs("  paths:\n", to);
	json_array_foreach(result->findings, index, finding)
	    print_scalar(to, "  -", json_string_value(json_object_get(finding, "path")));
	fputs("  ...\n", to);
}

static void print_result(FILE *to, const char *image, size_t number, const struct result *result)
{
	bool bad = result->outcome == OUTCOME_FAIL || result->outcome == OUTCOME_ERROR;

	fprintf(to, "%s %zu - ", bad ? "not ok" : "ok", number);
	print_escaped(to, image);
	fprintf(to, ": %s", result->check->id);
	if (result->outcome == OUTCOME_SKIP) {
		fputs(" # SKIP ", to);
		print_escaped(to, result->found);
	}
	char *excuse = bad ? find_excuse(result) : NULL;
	if (excuse != NULL) {
		fputs(" # TODO ", to);
		print_escaped(to, excuse);
	}
	free(excuse);
	fputc('\n', to);
	if (bad)
		print_details(to, result);
}

static size_t count_rows(const struct verdict verdicts[], size_t count)
{
	size_t rows = 0;

	for (size_t i = 0; i < count; i++)
		rows += verdicts[i].trouble != NULL ? 1 : verdicts[i].count;
	return rows;
}

void write_tap(FILE *to, const struct verdict verdicts[], size_t count)
{
	size_t number = 0;

	fprintf(to, "TAP version 13\n1..%zu\n", count_rows(verdicts, count));
	for (size_t i = 0; i < count; i++) {
		const struct verdict *verdict = &verdicts[i];
		size_t next = 0;
		char *line;

		if (verdict->trouble != NULL) {
			fprintf(to, "not ok %zu - ", ++number);
			print_escaped(to, verdict->image);
			fputs(": not checked\n  ---\n", to);
			print_scalar(to, "found:", verdict->trouble);
			fputs("  ...\n", to);
			continue;
		}
		for (size_t k = 0; k < verdict->count; k++)
			print_result(to, verdict->image, ++number, &verdict->results[k]);
		while ((line = next_idle_waiver(verdict, &next)) != NULL) {
			fprintf(to, "# %s\n", line);
			free(line);
		}
	}
}
