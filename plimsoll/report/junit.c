/* JUnit's XML as Jenkins and GitLab read it: testsuites, testsuite, testcase. */
#include "plimsoll/report/writers.h"

#include <stdlib.h>
#include <string.h>

/* Texts are plain already: no control character, which XML 1.0 could not hold, is left in them. */
static void print_escaped(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		case '\n':
			fputs("&#10;", to);
			break;
		default:
			fputc(*text, to);
		}
	}
}

static void print_attribute(FILE *to, const char *name, const char *value)
{
	fprintf(to, " %s=\"", name);
	print_escaped(to, value);
	fputc('"', to);
}

static void print_problem(FILE *to, const char *element, const struct result *result)
{
	size_t index;
	json_t *finding;

	fprintf(to, "      <%s", element);
	print_attribute(to, "message", result->found);
	print_attribute(to, "type", name_severity(result->check->severity));
	fputc('>', to);
	if (result->expected != NULL) {
		fputs("expected: ", to);
		print_escaped(to, result->expected);
		fputs("&#10;", to);
	}
	json_array_foreach(result->findings, index, finding)
	{
		print_escaped(to, json_string_value(json_object_get(finding, "path")));
		fputs("&#10;", to);
	}
	fputs("fix: ", to);
	print_escaped(to, result->check->fix);
	fprintf(to, "</%s>\n", element);
}

static void print_skipped(FILE *to, const char *reason)
{
	fputs("      <skipped", to);
	print_attribute(to, "message", reason);
	fputs("/>\n", to);
}

/* An excused failure is a skipped test, so that a pipeline that reads this stays green as
 * plimsoll's exit does. */
static void print_result(FILE *to, const char *image, const struct result *result)
{
	char *excuse = NULL;

	fputs("    <testcase", to);
	print_attribute(to, "classname", image);
	print_attribute(to, "name", result->check->id);
	if (result->outcome == OUTCOME_PASS) {
		fputs("/>\n", to);
		return;
	}
	fputs(">\n", to);
	if (result->outcome == OUTCOME_SKIP)
		print_skipped(to, result->found);
	else if ((excuse = find_excuse(result)) != NULL)
		print_skipped(to, excuse);
	else
		print_problem(to, result->outcome == OUTCOME_FAIL ? "failure" : "error", result);
	free(excuse);
	fputs("    </testcase>\n", to);
}

static void print_trouble(FILE *to, const struct verdict *verdict)
{
	fputs("  <testsuite", to);
	print_attribute(to, "name", verdict->image);
	fputs(" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n    <testcase", to);
	print_attribute(to, "classname", verdict->image);
	fputs(" name=\"checked\">\n      <error", to);
	print_attribute(to, "message", verdict->trouble);
	fputs("/>\n    </testcase>\n  </testsuite>\n", to);
}

static void print_suite(FILE *to, const struct verdict *verdict)
{
	struct tally tally = tally_results(verdict);

	fputs("  <testsuite", to);
	print_attribute(to, "name", verdict->image);
	fprintf(to,
	        " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\">\n",
	        verdict->count, tally.failed, tally.errors,
	        tally.skipped + tally.waived + tally.notes, verdict->took);
	for (size_t i = 0; i < verdict->count; i++)
		print_result(to, verdict->image, &verdict->results[i]);
	fputs("  </testsuite>\n", to);
}

void write_junit(FILE *to, const struct verdict verdicts[], size_t count)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"plimsoll\">\n", to);
	for (size_t i = 0; i < count; i++) {
		if (verdicts[i].trouble != NULL)
			print_trouble(to, &verdicts[i]);
		else
			print_suite(to, &verdicts[i]);
	}
	fputs("</testsuites>\n", to);
}
