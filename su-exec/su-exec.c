/* su-exec: drop to a user and group, then exec. See su-exec(8). */

#include "drop.h"
#include "environment.h"
#include "failure.h"
#include "identity.h"
#include "launch.h"
#include "lock.h"
#include "version.h"

#include <string.h>
#include <unistd.h>

static const char help[] =
    "Usage: su-exec [OPTION]... SPEC PROGRAM [ARG]...\n"
    "Become SPEC, then execute PROGRAM in place of this process.\n"
    "\n"
    "SPEC is user, user:group, uid, uid:gid or a mixture; all digits is a number.\n"
    "\n"
    "  --lock     also no_new_privs, an empty capability bounding set, and\n"
    "             close-on-exec on every descriptor above 2\n"
    "  --help     show this help\n"
    "  --version  show the version\n"
    "  --         end of options\n"
    "\n"
    "Exit status: 125 su-exec failed, 126 PROGRAM cannot be executed,\n"
    "127 PROGRAM was not found, else that of PROGRAM.\n";

static const char version[] = "su-exec " PLIMSOLL_VERSION "\n";

struct request {
	const char *show; /* text to print instead of running anything, or NULL */
	bool lock;
	const char *spec;
	char **program;
};

/* Takes the options; sets *next to the first word that is none. */
static bool parse_options(char **argv, struct request *request, char ***next,
                          struct failure *failure)
{
	for (; *argv != NULL && (*argv)[0] == '-'; argv++) {
		if (strcmp(*argv, "--") == 0) {
			argv++;
			break;
		}
		if (strcmp(*argv, "--lock") == 0)
			request->lock = true;
		else if (strcmp(*argv, "--help") == 0)
			request->show = help;
		else if (strcmp(*argv, "--version") == 0)
			request->show = version;
		else
			return fail(failure, *argv, "no such option: see su-exec --help", NULL);
	}
	*next = argv;
	return true;
}

static bool parse_request(char **argv, struct request *request, struct failure *failure)
{
	if (*argv != NULL)
		argv++;
	if (!parse_options(argv, request, &argv, failure))
		return false;
	if (request->show != NULL)
		return true;
	if (argv[0] == NULL)
		return fail(failure, "SPEC", "missing: see su-exec --help", NULL);
	if (argv[1] == NULL)
		return fail(failure, "PROGRAM", "missing after ", argv[0], ": see su-exec --help",
		            NULL);
	request->spec = argv[0];
	request->program = argv + 1;
	return true;
}

/* All names are resolved before anything of this process changes. */
static bool become(const struct request *request, struct failure *failure)
{
	static struct identity identity;

	return resolve_spec(&system_account_files, request->spec, &identity, failure) &&
	       set_variables(&identity, failure) && (!request->lock || lock_down(failure)) &&
	       drop_privileges(&identity, failure);
}

int main(int argc, char **argv)
{
	struct request request = {0};
	struct failure failure;
	int status = EXIT_OWN_FAILURE;

	(void)argc;
	if (refuse_setuid_file(&failure) && parse_request(argv, &request, &failure)) {
		if (request.show != NULL) {
			if (show_text(request.show, &failure))
				return 0;
		} else if (become(&request, &failure)) {
			status = launch(request.program, &failure);
		}
	}
	report_failure("su-exec", &failure);
	return status;
}
