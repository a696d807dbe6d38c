#include "plimsoll/command/options.h"

#include "plimsoll/config/values.h"
#include "plimsoll/judge/judge.h"
#include "plimsoll/spelling.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum option_key {
	KEY_CONFIG = 256,
	KEY_ENGINE,
	KEY_ENV,
	KEY_FORMAT,
	KEY_JOBS,
	KEY_NO_LAYERS,
	KEY_OLDER_THAN,
	KEY_ONLY,
	KEY_PROFILE,
	KEY_QUIET,
	KEY_READY,
	KEY_SKIP,
	KEY_STATIC,
	KEY_STRUCTURE,
	KEY_TIMEOUT,
};

struct known_option {
	const char *name;
	int argument;
	enum option_key key;
	const char *commands; /* that take it */
};

static const struct known_option known[] = {
    {"--config", required_argument, KEY_CONFIG, "check facts judge"},
    {"--engine", required_argument, KEY_ENGINE, "check facts clean"},
    {"--env", required_argument, KEY_ENV, "check facts"},
    {"--format", required_argument, KEY_FORMAT, "check judge list"},
    {"--jobs", required_argument, KEY_JOBS, "check"},
    {"--no-layers", no_argument, KEY_NO_LAYERS, "check facts"},
    {"--older-than", required_argument, KEY_OLDER_THAN, "clean"},
    {"--only", required_argument, KEY_ONLY, "check judge"},
    {"--profile", required_argument, KEY_PROFILE, "check judge"},
    {"--quiet", no_argument, KEY_QUIET, "check facts"},
    {"--ready", required_argument, KEY_READY, "check facts"},
    {"--skip", required_argument, KEY_SKIP, "check judge"},
    {"--static", no_argument, KEY_STATIC, "check facts"},
    {"--structure-test", required_argument, KEY_STRUCTURE, "check facts"},
    {"--timeout", required_argument, KEY_TIMEOUT, "check facts"},
};
#define KNOWN_COUNT (sizeof(known) / sizeof(*known))

static bool add_word(struct arguments *words, const char *word, const char *option,
                     struct failure *failure)
{
	if (words->count == LIST_MAX)
		return fail(failure, option, "more than 64 of them", NULL);
	words->words[words->count++] = word;
	return true;
}

static bool add_check(struct arguments *words, const char *id, const char *option,
                      struct failure *failure)
{
	bool tests = strcmp(option, "--only") == 0 && strcmp(id, "structure") == 0;

	if (find_check(id) == NULL && !tests)
		return fail(failure, id, "no such check: did you mean ", nearest_check(id)->id,
		            "? see plimsoll list", NULL);
	return add_word(words, id, option, failure);
}

/* "a,b,c": taken apart in a copy that stays. */
static bool add_checks(struct arguments *words, const char *list, const char *option,
                       struct failure *failure)
{
	char *rest = strcpy(get_memory(strlen(list) + 1), list), *id;

	while ((id = strsep(&rest, ",")) != NULL) {
		if (*id == '\0')
			return fail(
			    failure, option,
			    "an id is empty: must be ids of checks, commas between them, not \"",
			    list, "\"", NULL);
		if (!add_check(words, id, option, failure))
			return false;
	}
	return true;
}

/* Two reports in one place would be none that can be read. */
static bool has_place(const struct options *options, const char *file)
{
	for (size_t i = 0; i < options->output_count; i++) {
		const char *other = options->outputs[i].file;

		if (other == NULL ? file == NULL : file != NULL && strcmp(other, file) == 0)
			return false;
	}
	return true;
}

static bool add_output(struct options *options, const char *value, struct failure *failure)
{
	const char *equals = strchr(value, '=');
	size_t length = equals != NULL ? (size_t)(equals - value) : strlen(value);
	struct output_option *output = &options->outputs[options->output_count];
	char name[16] = "";

	if (options->output_count == sizeof(options->outputs) / sizeof(*options->outputs))
		return fail(failure, "--format", "more than 8 of them", NULL);
	if (length < sizeof(name))
		memcpy(name, value, length);
	if (!find_format(name, &output->format) || (equals != NULL && equals[1] == '\0'))
		return fail(failure, "--format",
		            "must be pretty, tap, junit, json or sarif, or one of them and =FILE, "
		            "not \"",
		            value, "\"", NULL);
	output->file = equals != NULL ? equals + 1 : NULL;
	if (!has_place(options, output->file))
		return fail(failure, "--format", "two reports to ",
		            output->file != NULL ? output->file : "standard output",
		            ": give each a =FILE of its own", NULL);
	options->output_count++;
	return true;
}

static bool parse_number(const char *option, const char *text, double least, double most,
                         double *number, struct failure *failure)
{
	char *end, *rule;

	errno = 0;
	*number = strtod(text, &end);
	if (end != text && *end == '\0' && errno == 0 && *number >= least && *number <= most &&
	    strspn(text, "0123456789.") == strlen(text))
		return true;
	rule = print_text("must be a number from %g to %g, not \"%s\"", least, most, text);
	fail(failure, option, rule, NULL);
	free(rule);
	return false;
}

static bool parse_jobs(const char *text, size_t *jobs, struct failure *failure)
{
	double number;

	if (!parse_number("--jobs", text, 1, 64, &number, failure))
		return false;
	*jobs = (size_t)number;
	return (double)*jobs == number ||
	       fail(failure, "--jobs", "must be a whole number, not \"", text, "\"", NULL);
}

static bool check_env(const char *value, struct failure *failure)
{
	return (strchr(value, '=') != NULL && value[0] != '=') ||
	       fail(failure, "--env", "must be NAME=VALUE, not \"", value, "\"", NULL);
}

static bool check_profile(const char *name, struct failure *failure)
{
	if (is_profile(name))
		return true;
	return fail(failure, "--profile",
	            "must be default, cis, pss-restricted or openshift, not \"", name, "\"", NULL);
}

static bool take_option(int key, const char *value, struct options *options,
                        struct failure *failure)
{
	switch (key) {
	case KEY_CONFIG:
		return add_word(&options->configs, value, "--config", failure);
	case KEY_ENGINE:
		options->engine = value;
		return true;
	case KEY_ENV:
		return check_env(value, failure) &&
		       add_word(&options->env, value, "--env", failure);
	case KEY_FORMAT:
		return add_output(options, value, failure);
	case KEY_JOBS:
		return parse_jobs(value, &options->jobs, failure);
	case KEY_NO_LAYERS:
		options->no_layers = true;
		return true;
	case KEY_OLDER_THAN:
		return parse_number("--older-than", value, 0, 1e9, &options->older_than, failure);
	case KEY_ONLY:
		return add_checks(&options->only, value, "--only", failure);
	case KEY_PROFILE:
		options->profile = value;
		return check_profile(value, failure);
	case KEY_QUIET:
		options->quiet = true;
		return true;
	case KEY_READY:
		options->ready = value;
		return true;
	case KEY_SKIP:
		return add_checks(&options->skip, value, "--skip", failure);
	case KEY_STATIC:
		options->no_runs = true;
		return true;
	case KEY_STRUCTURE:
		return add_word(&options->structures, value, "--structure-test", failure);
	default:
		return parse_number("--timeout", value, 1, 86400, &options->timeout, failure);
	}
}

/* What stands behind a "--" of its own, NULL for nothing; argv is cut there. */
static const char *const *split_command(char **argv)
{
	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "--") == 0) {
			*argv = NULL;
			return argv[1] != NULL ? (const char *const *)(argv + 1) : NULL;
		}
	}
	return NULL;
}

static int count_words(char **words)
{
	int count = 0;

	while (words[count] != NULL)
		count++;
	return count;
}

static const struct known_option *find_option(int key)
{
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if ((int)known[i].key == key)
			return &known[i];
	return NULL;
}

/* getopt_long() knows the key where it knows the option. */
static bool refuse_option(const char *word, int key, struct failure *failure)
{
	char name[32] = "";

	if (find_option(key) != NULL)
		return fail(failure, word, "takes no value", NULL);
	if (strncmp(word, "--", 2) != 0)
		return fail(failure, word, "no such option: see plimsoll --help", NULL);
	strncpy(name, word,
	        strcspn(word, "=") < sizeof(name) ? strcspn(word, "=") : sizeof(name) - 1);
	return fail(failure, name, "no such option: did you mean ",
	            known[find_nearest(name, &known->name, sizeof(*known), KNOWN_COUNT)].name,
	            "? see plimsoll --help", NULL);
}

static bool is_heeded(const struct known_option *option, const char *command,
                      struct failure *failure)
{
	return is_listed(option->commands, command) ||
	       fail(failure, option->name, "plimsoll ", command, " doesn't take it: it is for ",
	            option->commands, NULL);
}

static bool parse_words(int argc, char **argv, const struct option *table, struct options *options,
                        struct failure *failure)
{
	int key;

	opterr = 0;
	optind = 1;
	for (;;) {
		const char *word = argv[optind];

		key = getopt_long(argc, argv, "-:", table, NULL);
		if (key == -1)
			return true;
		if (key == ':')
			return fail(failure, word, "its value is missing", NULL);
		if (key == '?')
			return refuse_option(word, optopt, failure);
		if (key == 1 && *optarg == '\0')
			return fail(failure, "IMAGE", "must not be empty", NULL);
		if (key == 1 && !add_word(&options->images, optarg, "IMAGE", failure))
			return false;
		if (key != 1 && !(is_heeded(find_option(key), argv[0], failure) &&
		                  take_option(key, optarg, options, failure)))
			return false;
	}
}

bool parse_options(char **argv, struct options *options, struct failure *failure)
{
	struct option table[KNOWN_COUNT + 1] = {{NULL, 0, NULL, 0}};

	*options = (struct options){.jobs = 1, .timeout = 120, .older_than = -1};
	options->command = split_command(argv);
	if (options->command != NULL && !is_listed("check facts", argv[0]))
		return fail(failure, "--", "plimsoll ", argv[0],
		            " runs nothing: it takes no arguments for an image", NULL);
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		table[i] =
		    (struct option){known[i].name + 2, known[i].argument, NULL, (int)known[i].key};
	if (!parse_words(count_words(argv), argv, table, options, failure))
		return false;
	if (options->output_count == 0)
		options->outputs[options->output_count++].format = FORMAT_PRETTY;
	return true;
}
