#ifndef PLIMSOLL_REPORT_WRITERS_H
#define PLIMSOLL_REPORT_WRITERS_H

#include "plimsoll/report/report.h"

/* One format each; whether a write failed is for ferror() to say. */
void write_pretty(FILE *to, bool colour, const struct verdict verdicts[], size_t count);
void write_tap(FILE *to, const struct verdict verdicts[], size_t count);
void write_junit(FILE *to, const struct verdict verdicts[], size_t count);
void write_json(FILE *to, const struct verdict verdicts[], size_t count);
void write_sarif(FILE *to, const struct verdict verdicts[], size_t count);

const char *name_outcome(enum outcome outcome);    /* "pass", "fail", "skip", "error" */
const char *name_severity(enum severity severity); /* "info", "low", "medium", "high" */

struct tally {
	size_t passed, skipped;
	size_t failed, errors; /* that count */
	size_t waived, notes;  /* that don't: notes are of informational checks */
};
struct tally tally_results(const struct verdict *verdict);

/* Why a failure does not count: "waived: REASON", "informational"; NULL where it does. Allocated.
 */
char *find_excuse(const struct result *result);

/* Each waiver that is expired, or covered nothing, as a line; NULL at the end. next begins at 0.
 * Allocated. */
char *next_idle_waiver(const struct verdict *verdict, size_t *next);

/* json_dumpf() to a stream whose memory is plimsoll's; takes the reference. */
void write_document(FILE *to, json_t *document);

#endif
