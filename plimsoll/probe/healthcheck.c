#include "plimsoll/probe/healthcheck.h"

#include "plimsoll/engine/client.h"
#include "plimsoll/image/hide.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUTPUT_BYTES ((size_t)64 * 1024)

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

static void take_last_line(const char *bytes, size_t length, json_t **said)
{
	if (length == 0)
		return;
	json_decref(*said);
	*said = show_last_line(bytes, length);
}

/* Errors stand on standard error, mostly. */
static void take_output(const struct finished *finished, double seconds, json_t **said)
{
	const struct output *output = finished->err.length > 0 ? &finished->err : &finished->out;
	char late[64];

	snprintf(late, sizeof(late), "did not end within %g s", seconds);
	if (output->length == 0 && finished->timed_out && *said == NULL)
		take_last_line(late, strlen(late), said);
	else
		take_last_line(output->bytes, output->length, said);
}

bool passes_healthcheck(const json_t *test, double seconds, bool *forked, json_t **said)
{
	const struct limits limits = {.seconds = seconds, .out_bytes = OUTPUT_BYTES};
	const char **words = compose_test(test);
	const struct engine program = {.client = words[0]};
	struct finished finished;
	struct failure failure;
	bool passed = false;

	*forked = true;
	if (words[0] == NULL) {
		free(words);
		return false;
	}
	if (run_client(&program, words + 1, &limits, &finished, &failure)) {
		passed = finished.status == 0 && !finished.timed_out;
		if (!passed)
			take_output(&finished, seconds, said);
		free_finished(&finished);
	} else {
		*forked = errno != EAGAIN && errno != ENOMEM;
		if (*forked)
			take_last_line(failure.text, strlen(failure.text), said);
	}
	free(words);
	return passed;
}
