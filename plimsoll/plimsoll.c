/* plimsoll: runs an image, and judges what it does. See plimsoll(1). */

#include "plimsoll/command/commands.h"
#include "plimsoll/probe/probe.h"
#include "plimsoll/spelling.h"
#include "plimsoll/text.h"
#include "su-exec/failure.h"
#include "su-exec/version.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "Usage: plimsoll check [OPTION]... IMAGE... [-- ARGUMENT...]\n"
    "Runs each image in a cage, reads its layers, and judges what it does and holds.\n"
    "IMAGE is one of the engine's, or docker-archive:FILE or oci-archive:FILE.\n"
    "\n"
    "  plimsoll facts [OPTION]... IMAGE    what was seen, as JSON, without judgement\n"
    "  plimsoll judge [OPTION]... FILE...  judges such files; - is standard input\n"
    "  plimsoll list                       every check; with --format json all of it\n"
    "  plimsoll explain CHECK              why it matters, and what to do\n"
    "  plimsoll clean                      removes what a killed plimsoll left\n"
    "\n"
    "  --config FILE       what is expected, and what is waived; several at once\n"
    "  --structure-test FILE  a configuration of container-structure-test, too\n"
    "  --profile NAME      default, cis, pss-restricted or openshift\n"
    "  --only ID[,ID]      these checks alone     --skip ID[,ID]  all but these\n"
    "  --static            no container is run    --no-layers     layers are not read\n"
    "  --ready WHAT        healthcheck, port N, listening or running, and within N s\n"
    "  --env NAME=VALUE    for every run\n"
    "  --format FORMAT[=FILE]  pretty, tap, junit, json or sarif; several at once\n"
    "  --jobs N            images at a time (default: 1)\n"
    "  --timeout SECONDS   for each image (default: 120)\n"
    "  --engine NAME       docker or podman\n"
    "  --older-than SECONDS  clean: also what a plimsoll left that can't be seen\n"
    "  --quiet             no progress\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 all passed, 1 a check failed, 2 usage or configuration,\n"
    "3 engine or image.\n";

static const struct command {
	const char *name;
	int (*run)(char **argv);
} commands[] = {
    {"check", run_check}, {"facts", run_facts},     {"judge", run_judge},
    {"list", run_list},   {"explain", run_explain}, {"clean", run_clean},
};

static int show(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_PASSED : EXIT_TROUBLE;
}

#define COMMAND_COUNT (sizeof(commands) / sizeof(*commands))

static int refuse_command(const char *name)
{
	struct failure failure;

	if (name == NULL)
		fail(&failure, "COMMAND", "missing: see plimsoll --help", NULL);
	else
		fail(&failure, name, "no such command: did you mean ",
		     commands[find_nearest(name, &commands->name, sizeof(*commands), COMMAND_COUNT)]
		         .name,
		     "? see plimsoll --help", NULL);
	report_failure("plimsoll", &failure);
	return EXIT_USAGE;
}

/* A help that is asked for behind a command is that of all. */
static bool asks_for_help(char **argv)
{
	for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++)
		if (strcmp(*argv, "--help") == 0)
			return true;
	return false;
}

/*
 * A descriptor of 0 to 2 that is closed would become that of the next file, and what is meant for
 * standard output would be written into it. Now writing to it fails, as it does to a closed one.
 */
static void fill_closed_descriptors(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

#ifdef __SANITIZE_ADDRESS__
/* What is needed until the end is not freed. ASAN_OPTIONS does not reach the probe: it is read from
 * /proc/self/environ, which is closed to one that nobody may trace (engine/inject.c). */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	fill_closed_descriptors();
	json_set_alloc_funcs(get_memory, free);
	signal(SIGPIPE, SIG_IGN);
	if (name == NULL)
		return refuse_command(NULL);
	if (strcmp(name, "probe") == 0)
		return run_probe(argv + 2);
	if (asks_for_help(argv + 1))
		return show(help);
	if (strcmp(name, "--version") == 0)
		return show("plimsoll " PLIMSOLL_VERSION "\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(argv + 1);
	return refuse_command(name);
}
