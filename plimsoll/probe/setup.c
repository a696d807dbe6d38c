#include "plimsoll/probe/setup.h"

#include "plimsoll/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Up to a NULL; the words belong to the list. */
static char **list_words(const json_t *list)
{
	char **words = get_memory((json_array_size(list) + 1) * sizeof(*words));
	size_t index;
	const json_t *word;

	json_array_foreach(list, index, word) words[index] =
	    (char *)(uintptr_t)json_string_value(word);
	words[json_array_size(list)] = NULL;
	return words;
}

/* Waits for it, and ends what it left behind, as the end of a container of its own would. */
static void await(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	if (getpid() != 1)
		return;
	kill(-1, SIGKILL);
	while (wait(NULL) > 0)
		continue;
}

static bool run_command(const json_t *command, struct failure *failure)
{
	posix_spawn_file_actions_t actions;
	char **words = list_words(command);
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int error = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error == 0)
		await(pid);
	else
		fail(failure, words[0], strerror(error), NULL);
	free(words);
	return error == 0;
}

static void become(const json_t *test, struct failure *failure)
{
	const json_t *variable;
	size_t index;

	json_array_foreach(json_object_get(test, "environment"), index, variable)
	    putenv((char *)(uintptr_t)json_string_value(variable));
	char **words = list_words(json_object_get(test, "command"));
	execvp(words[0], words);
	fail(failure, words[0], strerror(errno), NULL);
	free(words);
}

void set_up(char **arguments, struct failure *failure)
{
	json_t *test = arguments[0] != NULL ? json_loads(arguments[0], 0, NULL) : NULL, *command;
	size_t index;
	bool right = true;

	if (json_array_size(json_object_get(test, "command")) == 0) {
		fail(failure, "setup", "needs a JSON object with a command", NULL);
		json_decref(test);
		return;
	}
	signal(SIGPIPE, SIG_DFL);
	json_array_foreach(json_object_get(test, "setup"), index, command) right =
	    right && run_command(command, failure);
	if (right)
		become(test, failure);
	/* Not json_decref(): the environment points into it, and this process ends. */
}
