#include "plimsoll/command/options.h"

#include "plimsoll/config/values.h"
#include "plimsoll/judge/judge.h"
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
	KEY_HELP,
	KEY_JOBS,
	KEY_NO_LAYERS,
	KEY_ONLY,
	KEY_PROFILE,
	KEY_QUIET,
	KEY_READY,
	KEY_SKIP,
	KEY_STATIC,
	KEY_STRUCTURE,
	KEY_TIMEOUT,
};

static const struct option known[] = {
    {"config", required_argument, NULL, KEY_CONFIG},
    {"engine", required_argument, NULL, KEY_ENGINE},
    {"env", required_argument, NULL, KEY_ENV},
    {"format", required_argument, NULL, KEY_FORMAT},
    {"help", no_argument, NULL, KEY_HELP},
    {"jobs", required_argument, NULL, KEY_JOBS},
    {"no-layers", no_argument, NULL, KEY_NO_LAYERS},
    {"only", required_argument, NULL, KEY_ONLY},
    {"profile", required_argument, NULL, KEY_PROFILE},
    {"quiet", no_argument, NULL, KEY_QUIET},
    {"ready", required_argument, NULL, KEY_READY},
    {"skip", required_argument, NULL, KEY_SKIP},
    {"static", no_argument, NULL, KEY_STATIC},
    {"structure-test", required_argument, NULL, KEY_STRUCTURE},
    {"timeout", required_argument, NULL, KEY_TIMEOUT},
    {NULL, 0, NULL, 0},
};

static bool add_word(struct words *words, const char *word, const char *option,
                     struct failure *failure)
{
	if (words->count == LIST_MAX)
		return fail(failure, option, "more than 64 of them", NULL);
	words->words[words->count++] = word;
	return true;
}

static bool add_check(struct words *words, const char *id, const char *option,
                      struct failure *failure)
{
	if (find_check(id) == NULL && strcmp(id, "structure") != 0)
		return fail(failure, id, "no such check: did you mean ", nearest_check(id)->id,
		            "? see plimsoll list", NULL);
	return add_word(words, id, option, failure);
}

/* "a,b,c": taken apart in a copy that stays. */
static bool add_checks(struct words *words, const char *list, const char *option,
                       struct failure *failure)
{
	char *rest = strcpy(get_memory(strlen(list) + 1), list), *id;

	while ((id = strsep(&rest, ",")) != NULL)
		if (!add_check(words, id, option, failure))
			return false;
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
		options->config = value;
		return true;
	case KEY_ENGINE:
		options->engine = value;
		return true;
	case KEY_ENV:
		return check_env(value, failure) &&
		       add_word(&options->env, value, "--env", failure);
	case KEY_FORMAT:
		return add_output(options, value, failure);
	case KEY_HELP:
		options->help = true;
		return true;
	case KEY_JOBS:
		return parse_jobs(value, &options->jobs, failure);
	case KEY_NO_LAYERS:
		options->no_layers = true;
		return true;
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
		options->structure = value;
		return true;
	default:
		return parse_number("--timeout", value, 1, 86400, &options->timeout, failure);
	}
}

/* What stands behind a "--" of its own; argv is cut there. */
static const char *const *split_command(char **argv)
{
	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "--") == 0) {
			*argv = NULL;
			return (const char *const *)(argv + 1);
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

bool parse_options(char **argv, struct options *options, struct failure *failure)
{
	int key, argc;

	*options = (struct options){.jobs = 1, .timeout = 120};
	options->command = split_command(argv);
	argc = count_words(argv);
	opterr = 0;
	optind = 1;
	while ((key = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		if (key == ':')
			return fail(failure, argv[optind - 1], "its value is missing", NULL);
		if (key == '?')
			return fail(failure, argv[optind - 1],
			            "no such option: see plimsoll --help", NULL);
		if (!take_option(key, optarg, options, failure))
			return false;
	}
	for (int i = optind; i < argc; i++)
		if (!add_word(&options->images, argv[i], "IMAGE", failure))
			return false;
	if (options->output_count == 0)
		options->outputs[options->output_count++].format = FORMAT_PRETTY;
	return true;
}
