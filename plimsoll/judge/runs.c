#include "assess.h"
#include "look.h"

#include <stdio.h>
#include <string.h>

#define READY_WITHIN 10.0

static double ready_limit(const struct budgets *budgets)
{
	return budgets->ready_within > 0 ? budgets->ready_within : READY_WITHIN;
}

/* "ready by port 3000 within 5 s" */
static const char *describe_readiness(const struct budgets *budgets, char text[64])
{
	if (budgets->ready_port != 0)
		snprintf(text, 64, "ready by port %u within %g s", budgets->ready_port,
		         ready_limit(budgets));
	else
		snprintf(text, 64, "ready by %.20s within %g s", budgets->ready,
		         ready_limit(budgets));
	return text;
}

void assess_starts(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const char expected[] = "it runs on, or ends with 0";
	char asked[64];
	const json_t *baseline = look(facts, "runs.baseline");
	const char *error = look_text(baseline, "error"), *unready = look_text(baseline, "unready");
	double alive = 0, exit;
	bool ended = look_number(baseline, "exit", &exit);

	look_number(baseline, "alive_for", &alive);
	if (look_false(baseline, "started"))
		miss(result, expected, "%s", error != NULL ? error : "it never started");
	else if (!look_true(baseline, "started"))
		not_shown(result, "whether it started was not seen");
	else if (ended && (exit != 0 || !is_one_shot(facts)))
		miss(result, exit != 0 ? expected : "it runs on: it has a HEALTHCHECK or an EXPOSE",
		     "exit %.0f after %.2f s%s", exit, alive, quote_output(baseline));
	else if (ended && look_false(baseline, "running"))
		pass(result, "done with 0 after %.2f s", alive);
	else if (!look_true(baseline, "running") || ended)
		not_shown(result, "whether it runs was not seen");
	else if (budgets->ready != NULL && look_false(baseline, "ready"))
		miss(result, describe_readiness(budgets, asked), "still running after %.2f s, %s%s",
		     alive, unready != NULL ? unready : "not ready", quote_output(baseline));
	else
		pass(result, "still running after %.2f s", alive);
}

static bool has_health(const json_t *health, const char *state)
{
	json_t *entry;
	size_t i;

	json_array_foreach(health, i,
	                   entry) if (json_is_string(entry) &&
	                              strcmp(json_string_value(entry), state) == 0) return true;
	return false;
}

/* It counts as healthy only if it stayed so. */
void assess_becomes_healthy(const json_t *facts, const struct budgets *budgets,
                            struct result *result)
{
	const json_t *baseline = look(facts, "runs.baseline");
	const json_t *health = look_list(baseline, "health");
	double limit = ready_limit(budgets), interval = 30, alive = 0, after = 0;
	char expected[64];

	if (look(facts, "image.config.healthcheck") == NULL) {
		skip(result, "no HEALTHCHECK");
		return;
	}
	if (!is_service(facts, result))
		return;
	look_number(facts, "image.config.healthcheck.interval", &interval);
	look_number(baseline, "alive_for", &alive);
	bool timed = look_number(baseline, "ready_after", &after);
	snprintf(expected, sizeof(expected), "healthy within %g s", limit);
	if (has_health(health, "unhealthy"))
		miss(result, expected, "unhealthy%s, seen for %.2f s%s",
		     has_health(health, "healthy") ? " after healthy" : "", alive,
		     quote_health(baseline));
	else if (has_health(health, "healthy") && look_false(baseline, "running"))
		miss(result, expected, "healthy, then it ended%s", quote_output(baseline));
	else if (has_health(health, "healthy") && timed && after > limit)
		miss(result, expected, "healthy after %.2f s", after);
	else if (has_health(health, "healthy") && timed)
		pass(result, "healthy after %.2f s", after);
	else if (has_health(health, "healthy"))
		not_shown(result, "healthy, but when was not seen");
	else if (health == NULL || json_array_size(health) == 0)
		not_shown(result, "its health was not seen");
	else if (alive < interval)
		not_shown(result, "its first check comes after %g s: it was watched for %.2f s",
		          interval, alive);
	else
		miss(result, expected, "still starting after %.2f s", alive);
}

/* Only an image that does not start has something to explain. */
void assess_explains_missing_env(const json_t *facts, const struct budgets *budgets,
                                 struct result *result)
{
	static const char expected[] = "an exit that is not 0, and a message";
	const json_t *baseline = look(facts, "runs.baseline");
	double bytes = 0, exit;

	(void)budgets;
	if (!is_broken(facts))
		skip(result, "it starts: it lacks nothing");
	else if (!look_true(baseline, "started") || !look_number(baseline, "exit", &exit))
		skip(result, "it was not the program that ended: see the check \"starts\"");
	else if (!look_number(baseline, "output.bytes", &bytes))
		not_shown(result, "what it wrote was not looked at");
	else if (bytes == 0)
		miss(result, expected, "exit %.0f without a word", exit);
	else if (exit == 0)
		miss(result, expected, "exit 0%s", quote_output(baseline));
	else
		pass(result, "exit %.0f%s", exit, quote_output(baseline));
}

void assess_explains_bad_argument(const json_t *facts, const struct budgets *budgets,
                                  struct result *result)
{
	static const char expected[] = "an exit that is not 0, and a message";
	const json_t *run = look(facts, "runs.bad_argument");
	const char *argument = look_text(run, "argument");
	double bytes = 0, exit;

	(void)budgets;
	argument = argument != NULL ? argument : "it";
	if (look_true(run, "running"))
		miss(result, expected, "%s is ignored: it runs on", argument);
	else if (!look_number(run, "exit", &exit))
		not_shown(result, "how it ended was not seen");
	else if (json_array_size(look(facts, "image.config.entrypoint")) == 0 &&
	         (exit == 126 || exit == 127))
		skip(result, "no ENTRYPOINT: the argument itself was to be executed");
	else if (exit == 0)
		miss(result, expected, "%s: exit 0%s", argument, quote_output(run));
	else if (!look_number(run, "output.bytes", &bytes))
		not_shown(result, "what it wrote was not looked at");
	else if (bytes == 0)
		miss(result, expected, "%s: exit %.0f without a word", argument, exit);
	else
		pass(result, "exit %.0f%s", exit, quote_output(run));
}

void assess_overridable_command(const json_t *facts, const struct budgets *budgets,
                                struct result *result)
{
	const json_t *run = look(facts, "runs.override");

	(void)budgets;
	if (look_true(run, "ran"))
		pass(result, "another command ran in place of CMD");
	else if (look_false(run, "ran"))
		miss(result, "CMD's place for any command", "another command did not run%s",
		     quote_output(run));
	else
		not_shown(result, "whether the command ran was not seen");
}
