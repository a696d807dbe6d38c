/* entrypoint: makes the runtime user, gives it its directories, becomes it, execs. See
 * entrypoint(8). */

#include "../su-exec/drop.h"
#include "../su-exec/environment.h"
#include "../su-exec/launch.h"
#include "../su-exec/number.h"
#include "../su-exec/version.h"
#include "accounts.h"
#include "init.h"
#include "own.h"
#include "reach.h"
#include "seed.h"
#include "settings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
    "Usage: entrypoint [OPTION]... PROGRAM [ARG]...\n"
    "As root: make the user, give it its directories, become it, execute PROGRAM.\n"
    "As anyone else: check that the directories are writable, execute PROGRAM.\n"
    "\n"
    "  --init     stay as PID 1 above PROGRAM: forward signals, reap orphans\n"
    "  --help     show this help\n"
    "  --version  show the version\n"
    "  --         end of options\n"
    "\n"
    "Chosen when the container is run:\n"
    "  USER_ID          the user's id; 0 stays root (default: DEFAULT_USER_ID)\n"
    "  GROUP_ID         its group's id (default: USER_ID)\n"
    "  USER_NAME        its name (default: app)\n"
    "  UMASK            three octal digits (default: 0027)\n"
    "  ENTRYPOINT_INIT  1 is --init (default: 0)\n"
    "Chosen by the image:\n"
    "  DEFAULT_USER_ID  the id for a start as root without USER_ID\n"
    "  ENTRYPOINT_OWN   DIRECTORY[:DIRECTORY]..., made and given to the user\n"
    "  ENTRYPOINT_SEED  TEMPLATE:TARGET, copied where the target is missing\n"
    "\n"
    "Exit status: 125 entrypoint failed, 126 PROGRAM cannot be executed,\n"
    "127 PROGRAM was not found, else that of PROGRAM (with --init 128 + n\n"
    "after signal n).\n";

static const char version[] = "entrypoint " PLIMSOLL_VERSION "\n";

struct request {
	const char *show; /* text to print instead of running anything, or NULL */
	bool init;
	char **program;
};

static bool parse_request(char **argv, struct request *request, struct failure *failure)
{
	if (*argv != NULL)
		argv++;
	for (; *argv != NULL && (*argv)[0] == '-'; argv++) {
		if (strcmp(*argv, "--") == 0) {
			argv++;
			break;
		}
		if (strcmp(*argv, "--init") == 0)
			request->init = true;
		else if (strcmp(*argv, "--help") == 0)
			request->show = help;
		else if (strcmp(*argv, "--version") == 0)
			request->show = version;
		else
			return fail(failure, *argv, "no such option: see entrypoint --help", NULL);
	}
	request->program = argv;
	if (*argv == NULL && request->show == NULL)
		return fail(failure, "PROGRAM", "missing: see entrypoint --help", NULL);
	return true;
}

/* The gid alone from root; from anyone else the groups that were given (docker run --group-add). */
static bool find_identity(const struct settings *settings, struct identity *identity,
                          struct failure *failure)
{
	char spec[2 * NUMBER_TEXT_SIZE], gid[NUMBER_TEXT_SIZE];

	format_number(settings->uid, spec);
	strcat(spec, ":");
	strcat(spec, format_number(settings->gid, gid));
	if (!resolve_spec(&system_account_files, spec, identity, failure))
		return false;
	return settings->from_root || read_own_groups(&identity->groups, failure);
}

/* Everything that can be refused is refused here, before anything is touched. */
static bool check(const struct settings *settings, struct missing_accounts *missing,
                  struct identity *identity, struct failure *failure)
{
	bool can_become = settings->from_root ? check_can_become(settings, failure) &&
	                                            check_accounts(&system_account_files, settings,
	                                                           missing, failure)
	                                      : find_identity(settings, identity, failure);

	return can_become && check_directories(settings, failure) && check_seed(settings, failure);
}

/* The last that root's rights are used for. */
static bool prepare(const struct settings *settings, const struct missing_accounts *missing,
                    struct failure *failure)
{
	umask(0); /* modes are said in full below */
	if (!settings->from_root)
		return make_directories(settings, failure);
	return add_accounts(&system_account_files, settings, missing, failure) &&
	       own_directories(settings, failure);
}

/* From root it has its entry in passwd by now. */
static bool become(const struct settings *settings, struct identity *identity,
                   struct failure *failure)
{
	if (settings->from_root && !find_identity(settings, identity, failure))
		return false;
	if (!set_variables(identity, failure) || !drop_privileges(identity, failure))
		return false;
	umask(settings->mask);
	return true;
}

static bool run(const struct request *request, int *status, struct failure *failure)
{
	static struct settings settings;
	static struct identity identity;
	struct missing_accounts missing;

	if (!read_settings(&settings, getuid(), getgid(), getenv, failure))
		return false;
	settings.init |= request->init;
	hold_signals(settings.init);
	if (!check(&settings, &missing, &identity, failure) ||
	    !prepare(&settings, &missing, failure) || !become(&settings, &identity, failure) ||
	    !copy_seed(&settings, failure) || (settings.init && !stay_as_init(failure)))
		return false;
	release_signals();
	*status = launch(request->program, failure);
	return false;
}

int main(int argc, char **argv)
{
	struct request request = {0};
	struct failure failure;
	int status = EXIT_OWN_FAILURE;

	(void)argc;
	if (refuse_setuid_file(&failure) && parse_request(argv, &request, &failure)) {
		if (request.show == NULL)
			run(&request, &status, &failure);
		else if (show_text(request.show, &failure))
			return 0;
	}
	report_failure("entrypoint", &failure);
	return status;
}
