#include "plimsoll/command/reports.h"

#include "plimsoll/command/commands.h"
#include "plimsoll/date.h"
#include "plimsoll/image/archive.h"
#include "plimsoll/structure/structure.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The name of what a link names, as it is seen from the link's own directory. */
static char *name_from(const char *link, const char *target)
{
	const char *slash = strrchr(link, '/');
	int length = slash != NULL && *target != '/' ? (int)(slash + 1 - link) : 0;

	return print_text("%.*s%s", length, link, target);
}

/* The file that a link leads to, which stays; a file that is not there yet is its own. Where the
 * name can be opened as it is, as /dev/stdout, it may be a link to what has no name. */
static char *follow_links(const char *name)
{
	char *file = realpath(name, NULL), target[PATH_MAX];
	struct stat status;

	if (file != NULL || errno != ENOENT || stat(name, &status) == 0)
		return file != NULL ? file : print_text("%s", name);
	ssize_t length = readlink(name, target, sizeof(target) - 1);
	if (length < 0)
		return print_text("%s", name);
	target[length] = '\0';
	char *next = name_from(name, target);
	file = follow_links(next);
	free(next);
	return file;
}

/* A pipe or a device is written as it is: it can't be replaced. */
static FILE *open_file(struct report *report)
{
	struct stat status;

	if (stat(report->file, &status) == 0 ? S_ISREG(status.st_mode) : errno == ENOENT) {
		report->new_file = print_text("%s.plimsoll.%ld", report->file, (long)getpid());
		return fopen(report->new_file, "wxe");
	}
	return fopen(report->file, "we");
}

/* Whether one of the names, or the archive that it names, is that file. */
static bool is_among(const struct arguments *names, const struct stat *file)
{
	const char *reference;
	struct stat other;
	bool same = false;
	char *path;

	for (size_t i = 0; !same && i < names->count; i++) {
		if (!parse_archive_name(names->words[i], &path, &reference))
			path = print_text("%s", names->words[i]);
		same = stat(path, &other) == 0 && other.st_dev == file->st_dev &&
		       other.st_ino == file->st_ino;
		free(path);
	}
	return same;
}

/* A report would take its place. */
static bool is_input(const struct options *options, const char *file)
{
	struct stat status;

	return stat(file, &status) == 0 && S_ISREG(status.st_mode) &&
	       (is_among(&options->images, &status) || is_among(&options->configs, &status) ||
	        is_among(&options->structures, &status));
}

static bool open_report(const struct options *options, const struct output_option *output,
                        struct reports *reports, struct failure *failure)
{
	if (output->file != NULL && is_input(options, output->file))
		return fail(failure, output->file, "is read, and can't be a report as well", NULL);
	struct report *report = &reports->reports[reports->count++];

	report->format = output->format;
	report->to = stdout;
	if (output->file == NULL)
		return true;
	report->file = follow_links(output->file);
	report->to = open_file(report);
	return report->to != NULL ||
	       fail(failure, output->file, "can't be written: ", strerror(errno), NULL);
}

bool open_reports(const struct options *options, struct reports *reports, struct failure *failure)
{
	*reports = (struct reports){0};
	for (size_t i = 0; i < options->output_count; i++) {
		if (!open_report(options, &options->outputs[i], reports, failure)) {
			drop_reports(reports);
			return false;
		}
	}
	return true;
}

static bool wants_colour(FILE *to)
{
	const char *no_colour = getenv("NO_COLOR");

	return (no_colour == NULL || *no_colour == '\0') && isatty(fileno(to)) != 0;
}

bool write_reports(struct reports *reports, const struct verdict verdicts[], size_t count,
                   struct failure *failure)
{
	bool written = true;

	for (size_t i = 0; i < reports->count; i++) {
		struct report *report = &reports->reports[i];

		if (!write_report(report->to, report->format, wants_colour(report->to), verdicts,
		                  count) ||
		    (report->new_file != NULL && rename(report->new_file, report->file) != 0)) {
			written =
			    fail(failure, report->file != NULL ? report->file : "standard output",
			         strerror(errno), NULL);
			continue;
		}
		free(report->new_file);
		report->new_file = NULL;
	}
	return written;
}

void drop_reports(struct reports *reports)
{
	for (size_t i = 0; i < reports->count; i++) {
		struct report *report = &reports->reports[i];

		if (report->to != NULL && report->file != NULL)
			fclose(report->to);
		if (report->to != NULL && report->new_file != NULL)
			unlink(report->new_file);
		free(report->file);
		free(report->new_file);
	}
	reports->count = 0;
}

/* yyyymmdd, by UTC: a waiver ends on the same day everywhere. */
static int find_today(void)
{
	return find_date(time(NULL));
}

/* The facts may be gone before the verdict is. */
static char *copy_digest(const json_t *facts)
{
	const char *digest =
	    json_string_value(json_object_get(json_object_get(facts, "image"), "digest"));

	return digest != NULL ? print_text("%s", digest) : NULL;
}

struct verdict judge_image(const char *image, const json_t *facts, const char *trouble,
                           struct config *config, const struct budgets *budgets,
                           const struct selection *selection)
{
	struct verdict verdict = {.image = make_plain(image, strlen(image), 1024),
	                          .config = config,
	                          .today = find_today()};
	struct result *results;
	char reason[256];

	if (facts != NULL && !check_facts(facts, reason, sizeof(reason))) {
		trouble = reason;
		facts = NULL;
	}
	if (facts == NULL) {
		verdict.trouble = print_text("%s", trouble);
		return verdict;
	}
	verdict.digest = copy_digest(facts);
	size_t count = selection->count + count_structure(facts);
	results = get_memory(count * sizeof(*results));
	judge(facts, budgets, selection->checks, selection->count, results);
	judge_structure(facts, results + selection->count);
	waive(config, verdict.today, results, selection->count);
	verdict.results = results;
	verdict.count = count;
	return verdict;
}

void free_verdicts(struct verdict verdicts[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct result *results = (struct result *)(uintptr_t)verdicts[i].results;

		for (size_t k = 0; k < verdicts[i].count; k++)
			if (find_check(results[k].check->id) == NULL)
				free_structure_check(results[k].check);
		free_results(results, verdicts[i].count);
		free(results);
		free((char *)(uintptr_t)verdicts[i].trouble);
		free((char *)(uintptr_t)verdicts[i].image);
		free((char *)(uintptr_t)verdicts[i].digest);
	}
	free(verdicts);
}

int choose_status(const struct verdict verdicts[], size_t count)
{
	int status = EXIT_PASSED;

	for (size_t i = 0; i < count; i++) {
		if (verdicts[i].trouble != NULL)
			return EXIT_TROUBLE;
		for (size_t k = 0; k < verdicts[i].count; k++)
			if (counts_as_failure(&verdicts[i].results[k]))
				status = EXIT_FAILED;
	}
	return status;
}
