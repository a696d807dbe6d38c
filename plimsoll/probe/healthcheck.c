#include "plimsoll/probe/healthcheck.h"

#include "plimsoll/engine/client.h"
#include "plimsoll/engine/process.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char **compose_test(const json_t *test)
{
	const char **words = get_memory((json_array_size(test) + 3) * sizeof(*words));
	const char *form = json_string_value(json_array_get(test, 0));
	size_t used = 0, i;
	json_t *word;

	if (form != NULL && strcmp(form, "CMD-SHELL") == 0) {
		words[used++] = "/bin/sh";
		words[used++] = "-c";
	}
	json_array_foreach(test, i, word)
	{
		if (i > 0 && json_is_string(word))
			words[used++] = json_string_value(word);
	}
	words[used] = NULL;
	return words;
}

bool passes_healthcheck(const json_t *test, double seconds, bool *forked)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC), status = -1;
	const char **words = compose_test(test);
	pid_t pid;

	errno = 0;
	bool started = nothing >= 0 && words[0] != NULL &&
	               start_process(words, nothing, nothing, nothing, &pid);
	*forked = started || (errno != EAGAIN && errno != ENOMEM);
	if (started && !await_process(pid, now() + seconds, true, &status)) {
		end_process(pid, &status);
		status = -1;
	}
	if (nothing >= 0)
		close(nothing);
	free(words);
	return status == 0;
}
