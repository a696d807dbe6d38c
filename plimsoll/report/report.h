#ifndef PLIMSOLL_REPORT_REPORT_H
#define PLIMSOLL_REPORT_REPORT_H

#include "plimsoll/config/config.h"

#include <stdio.h>

/* What came of one image. */
struct verdict {
	const char *image;  /* the reference, plain */
	const char *digest; /* or NULL */
	const struct result *results;
	size_t count;
	const struct config *config; /* for waivers that are unused or expired; may be NULL */
	int today;                   /* yyyymmdd */
	double took;                 /* seconds */
	const char *trouble;         /* the image could not be checked at all: why; else NULL */
};

enum format { FORMAT_PRETTY, FORMAT_TAP, FORMAT_JUNIT, FORMAT_JSON, FORMAT_SARIF };

/* By its name; false where there is none such. */
bool find_format(const char *name, enum format *format);

/* Writes the whole report; colour only for FORMAT_PRETTY. False and errno where a write failed. */
bool write_report(FILE *to, enum format format, bool colour, const struct verdict verdicts[],
                  size_t count);

/* Whether a result lets plimsoll exit 1: it failed, or its error hides what it is, and it is not
 * waived, and is not merely informational. */
bool counts_as_failure(const struct result *result);

#endif
