#include "plimsoll/report/report.h"

#include "plimsoll/report/writers.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const formats[] = {
    [FORMAT_PRETTY] = "pretty", [FORMAT_TAP] = "tap",     [FORMAT_JUNIT] = "junit",
    [FORMAT_JSON] = "json",     [FORMAT_SARIF] = "sarif",
};

bool find_format(const char *name, enum format *format)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (strcmp(formats[i], name) == 0) {
			*format = (enum format)i;
			return true;
		}
	}
	return false;
}

bool write_report(FILE *to, enum format format, bool colour, const struct verdict verdicts[],
                  size_t count)
{
	switch (format) {
	case FORMAT_PRETTY:
		write_pretty(to, colour, verdicts, count);
		break;
	case FORMAT_TAP:
		write_tap(to, verdicts, count);
		break;
	case FORMAT_JUNIT:
		write_junit(to, verdicts, count);
		break;
	case FORMAT_JSON:
		write_json(to, verdicts, count);
		break;
	case FORMAT_SARIF:
		write_sarif(to, verdicts, count);
		break;
	}
	return fflush(to) == 0 && !ferror(to);
}

bool counts_as_failure(const struct result *result)
{
	return (result->outcome == OUTCOME_FAIL || result->outcome == OUTCOME_ERROR) &&
	       result->waived == NULL && result->check->severity != SEVERITY_INFO;
}

const char *name_outcome(enum outcome outcome)
{
	static const char *const names[] = {
	    [OUTCOME_PASS] = "pass",
	    [OUTCOME_FAIL] = "fail",
	    [OUTCOME_SKIP] = "skip",
	    [OUTCOME_ERROR] = "error",
	};

	return names[outcome];
}

const char *name_severity(enum severity severity)
{
	static const char *const names[] = {
	    [SEVERITY_INFO] = "info",
	    [SEVERITY_LOW] = "low",
	    [SEVERITY_MEDIUM] = "medium",
	    [SEVERITY_HIGH] = "high",
	};

	return names[severity];
}

struct tally tally_results(const struct verdict *verdict)
{
	struct tally tally = {0};

	for (size_t i = 0; i < verdict->count; i++) {
		const struct result *result = &verdict->results[i];

		tally.passed += result->outcome == OUTCOME_PASS;
		tally.skipped += result->outcome == OUTCOME_SKIP;
		tally.waived += result->waived != NULL;
		if (counts_as_failure(result)) {
			tally.failed += result->outcome == OUTCOME_FAIL;
			tally.errors += result->outcome == OUTCOME_ERROR;
		}
	}
	tally.notes = verdict->count - tally.passed - tally.skipped - tally.waived - tally.failed -
	              tally.errors;
	return tally;
}

char *find_excuse(const struct result *result)
{
	if (result->waived != NULL)
		return print_text("waived: %s", result->waived);
	return result->check->severity == SEVERITY_INFO ? print_text("informational") : NULL;
}

/* Whether it was seen that the check does not fail: it was chosen, and could be decided. */
static bool is_decided(const struct verdict *verdict, const char *id)
{
	for (size_t i = 0; i < verdict->count; i++) {
		const struct result *result = &verdict->results[i];

		if (strcmp(result->check->id, id) == 0)
			return result->outcome == OUTCOME_PASS || result->outcome == OUTCOME_FAIL;
	}
	return false;
}

char *next_idle_waiver(const struct verdict *verdict, size_t *next)
{
	while (verdict->config != NULL && *next < verdict->config->waiver_count) {
		const struct waiver *waiver = &verdict->config->waivers[(*next)++];
		bool expired = waiver->until != 0 && waiver->until < verdict->today;

		if (expired || (!waiver->used && is_decided(verdict, waiver->check)))
			return print_text("%s:%lu: the waiver of %s%s%s %s", verdict->config->file,
			                  waiver->line, waiver->check,
			                  waiver->path != NULL ? " for " : "",
			                  waiver->path != NULL ? waiver->path : "",
			                  expired ? "has expired" : "covers nothing: remove it");
	}
	return NULL;
}

void write_document(FILE *to, json_t *document)
{
	if (document == NULL)
		end_without_memory();
	json_dumpf(document, to, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	fputc('\n', to);
	json_decref(document);
}
