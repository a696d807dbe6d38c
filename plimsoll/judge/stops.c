#include "assess.h"
#include "look.h"

#include <stdio.h>
#include <string.h>

#define STOP_WITHIN 3.0

/* Linux's numbers, but for a few architectures; 0: another. */
static int find_signal(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = {{"HUP", 1},   {"INT", 2},   {"QUIT", 3},  {"KILL", 9},
	               {"USR1", 10}, {"USR2", 12}, {"TERM", 15}, {"WINCH", 28}};

	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (strcmp(name, signals[i].name) == 0)
			return signals[i].number;
	return 0;
}

/* Died of a signal, but not of the one it was sent: killed, or crashed on its way out. */
static bool is_bad_exit(double exit, const char *signal)
{
	return exit > 128 && exit <= 128 + 64 && exit != 128 + 15 && exit != 128 + 2 &&
	       exit != 128 + find_signal(signal);
}

static void judge_stop(const json_t *stop, const struct budgets *budgets, struct result *result)
{
	double limit = budgets->stop_within > 0 ? budgets->stop_within : STOP_WITHIN, after, exit;
	const char *signal = look_text(stop, "signal");
	char expected[64];

	signal = signal != NULL ? signal : "its signal";
	snprintf(expected, sizeof(expected), "an end within %g s of %.20s", limit, signal);
	if (find_signal(signal) == 9)
		miss(result, "a signal that can be handled", "KILL");
	else if (!look_true(stop, "alive"))
		not_shown(result, "it had ended before it got %s", signal);
	else if (look_true(stop, "killed"))
		miss(result, expected, "it ignored %s, and was killed", signal);
	else if (!look_number(stop, "after", &after) || !look_number(stop, "exit", &exit) ||
	         !look_false(stop, "killed"))
		not_shown(result, "how it ended after %s was not seen", signal);
	else if (is_bad_exit(exit, signal))
		miss(result, expected, "exit %.0f, %.2f s after %s", exit, after, signal);
	else if (after > limit)
		miss(result, expected, "%.2f s after %s", after, signal);
	else
		pass(result, "%.2f s after %s, exit %.0f", after, signal, exit);
}

void assess_stops_on_term(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *stop = look(facts, "runs.stop");

	if (!is_service(facts, result))
		return;
	judge_stop(stop, budgets, result);
	if (result->outcome == OUTCOME_PASS && !look_true(stop, "outlived_by_baseline"))
		not_shown(result, "without a signal it ends about as soon: that it stopped shows "
		                  "nothing");
}

void assess_stops_early(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *stop = look(facts, "runs.stop_early");
	double age, ready;

	if (!is_service(facts, result))
		return;
	judge_stop(stop, budgets, result);
	if (result->outcome == OUTCOME_PASS && look_number(stop, "age", &age) &&
	    look_number(facts, "runs.baseline.ready_after", &ready) && age >= ready)
		pass(result, "ended %.2f s after its start, by when it mostly is ready already",
		     age);
}

void assess_stops_on_signal(const json_t *facts, const struct budgets *budgets,
                            struct result *result)
{
	if (is_service(facts, result))
		judge_stop(look(facts, "runs.interrupt"), budgets, result);
}
