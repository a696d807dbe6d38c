/*
 * Any JSON, judged by every check. Facts that pass check_facts() must be decided with a text that
 * can be shown; facts that don't must have a reason; neither may crash, even if judged all the
 * same.
 */

#include "plimsoll/judge/judge.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good, const char *id, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz: %s: expected %s\n", id, what);
	abort();
}

static bool is_shown(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == '\x7f')
			return false;
	return true;
}

static void judge_all(const json_t *facts, bool good)
{
	static const struct check *checks[128];
	static struct result results[128];

	for (size_t i = 0; i < catalogue_size; i++)
		checks[i] = &catalogue[i];
	judge(facts, NULL, checks, catalogue_size, results);
	for (size_t i = 0; i < catalogue_size; i++) {
		const struct result *result = &results[i];
		bool failed = result->outcome == OUTCOME_FAIL;

		expect(result->found != NULL, checks[i]->id, "a text of what was found");
		expect(!good || is_shown(result->found), checks[i]->id, "a text that can be shown");
		expect((result->expected != NULL) == failed, checks[i]->id,
		       "what is expected, where it failed alone");
		expect(json_array_size(result->findings) <= 100, checks[i]->id,
		       "at most 100 findings");
	}
	free_results(results, catalogue_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_error_t error;
	json_t *facts = json_loadb((const char *)data, size, 0, &error);
	char reason[200] = "";

	if (facts == NULL)
		return 0;
	bool good = check_facts(facts, reason, sizeof(reason));
	expect(good || (reason[0] != '\0' && is_shown(reason)), "check_facts", "a reason");
	judge_all(facts, good);
	json_decref(facts);
	return 0;
}
