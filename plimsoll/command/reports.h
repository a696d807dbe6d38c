#ifndef PLIMSOLL_COMMAND_REPORTS_H
#define PLIMSOLL_COMMAND_REPORTS_H

#include "plimsoll/command/options.h"
#include "plimsoll/command/selection.h"

#include <stdio.h>

/* Where a report goes. A file is written under another name, and takes its place when it is whole.
 */
struct report {
	FILE *to;
	char *file;     /* NULL: standard output */
	char *new_file; /* NULL: written as it is */
	enum format format;
};

struct reports {
	struct report reports[8];
	size_t count;
};

/* False and failure where a file can't be written: "FILE: reason". */
bool open_reports(const struct options *options, struct reports *reports, struct failure *failure);
/* Writes each, also after one that failed; false and failure for the last of those. */
bool write_reports(struct reports *reports, const struct verdict verdicts[], size_t count,
                   struct failure *failure);
/* Removes what was not written. */
void drop_reports(struct reports *reports);

/* The verdict of one image: facts NULL is trouble. The caller frees with free_verdicts(). */
struct verdict judge_image(const char *image, const json_t *facts, const char *trouble,
                           struct config *config, const struct budgets *budgets,
                           const struct selection *selection);
void free_verdicts(struct verdict verdicts[], size_t count);

/* The exit status that they give: commands.h. */
int choose_status(const struct verdict verdicts[], size_t count);

#endif
