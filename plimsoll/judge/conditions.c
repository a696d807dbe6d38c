#include "assess.h"
#include "look.h"

#include <stdio.h>
#include <string.h>

/* Ready under the condition; a one-shot program: done with 0. */
static bool has_held(const json_t *facts, const json_t *run)
{
	double exit = -1;
	bool ended = look_number(run, "exit", &exit);

	return is_one_shot(facts) ? ended && exit == 0
	                          : look_true(run, "ready") && (!ended || exit == 0);
}

/* Where it did not hold. */
static void miss_condition(const json_t *run, const char *condition, struct result *result)
{
	const char *unready = look_text(run, "unready");
	double exit;

	if (look_number(run, "exit", &exit))
		miss(result, condition, "exit %.0f%s", exit, quote_output(run));
	else if (look_false(run, "ready"))
		miss(result, condition, "%s%s", unready != NULL ? unready : "not ready",
		     quote_output(run));
	else
		not_shown(result, "whether it was ready was not seen");
}

/* Whether the run can be held against the image at all: it worked without the condition. */
static bool worked_without(const json_t *facts, struct result *result)
{
	if (is_broken(facts))
		not_shown(result, "it does not start: see the check \"starts\"");
	else if (is_one_shot(facts) || look_true(facts, "runs.baseline.ready"))
		return true;
	else
		not_ready(facts, result);
	return false;
}

static void pass_condition(const json_t *facts, const json_t *run, const char *how,
                           struct result *result)
{
	const char *by = look_text(facts, "runs.baseline.ready_by");
	double after;

	if (is_one_shot(facts))
		pass(result, "done with 0, %s", how);
	else if (by != NULL && strcmp(by, "running") == 0 &&
	         look_number(run, "ready_after", &after))
		pass(result, "ran on for %.2f s, %s", after, how);
	else if (look_number(run, "ready_after", &after))
		pass(result, "ready after %.2f s, %s", after, how);
	else
		pass(result, "ready, %s", how);
}

struct condition {
	const char *run, *expected;
	const char *member;             /* of "proof", where that is an object */
	bool (*is_proof)(const char *); /* whether what the probe saw shows that it held */
};

/* What the probe saw of the condition; NULL where it saw nothing. */
static const char *find_proof(const json_t *run, const char *member)
{
	const json_t *proof = look(run, "proof"), *seen = look(proof, member);

	if (json_is_string(proof))
		return json_string_value(proof);
	if (json_is_boolean(seen))
		return json_is_true(seen) ? "1" : "0";
	return json_string_value(seen);
}

static void judge_condition(const json_t *facts, const struct condition *condition,
                            struct result *result)
{
	const json_t *run = look(look(facts, "runs"), condition->run);
	const char *proof = find_proof(run, condition->member);
	char how[80];

	if (!worked_without(facts, result))
		return;
	if (proof != NULL && !condition->is_proof(proof)) {
		not_shown(result, "the condition did not hold: the probe saw \"%s\"", proof);
		return;
	}
	if (!has_held(facts, run)) {
		miss_condition(run, condition->expected, result);
		return;
	}
	if (proof == NULL) {
		not_shown(result, "that the condition held was not seen");
		return;
	}
	snprintf(how, sizeof(how), "and the probe saw %.40s", proof);
	pass_condition(facts, run, how, result);
}

static bool is_read_only(const char *proof)
{
	return strcmp(proof, "EROFS") == 0;
}

void assess_runs_read_only(const json_t *facts, const struct budgets *budgets,
                           struct result *result)
{
	static const struct condition condition = {"read_only", "ready with a read-only root",
	                                           "root_write", is_read_only};

	(void)budgets;
	judge_condition(facts, &condition, result);
}

static bool is_zero(const char *proof)
{
	return *proof != '\0' && proof[strspn(proof, "0")] == '\0';
}

/* "CHOWN, SETUID", of the array needs; "" where it is not known. */
static const char *join_needs(const json_t *run, char text[160])
{
	const json_t *needs = look_list(run, "needs");
	json_t *need;
	size_t i, used = 0;

	text[0] = '\0';
	json_array_foreach(needs, i, need)
	{
		if (!json_is_string(need) || used >= 120)
			break;
		used += (size_t)snprintf(text + used, 160 - used, "%s%.30s", used > 0 ? ", " : "",
		                         json_string_value(need));
	}
	return text;
}

void assess_runs_without_caps(const json_t *facts, const struct budgets *budgets,
                              struct result *result)
{
	static const struct condition condition = {
	    "no_capabilities", "ready without any capability", "bounding", is_zero};
	const json_t *run = look(facts, "runs.no_capabilities");
	char needs[160];

	(void)budgets;
	judge_condition(facts, &condition, result);
	if (result->outcome == OUTCOME_FAIL && *join_needs(run, needs) != '\0')
		miss(result, condition.expected, "it needs %s%s", needs, quote_output(run));
}

static bool is_one(const char *proof)
{
	return strcmp(proof, "1") == 0;
}

void assess_runs_no_new_privileges(const json_t *facts, const struct budgets *budgets,
                                   struct result *result)
{
	static const struct condition condition = {
	    "no_new_privileges", "ready without new privileges", "no_new_privileges", is_one};

	(void)budgets;
	judge_condition(facts, &condition, result);
}

/* The engine itself sees to the user, or to the limits: asked for is had. */
static void judge_options(const json_t *facts, const json_t *run, const char *condition,
                          const char *how, struct result *result)
{
	if (!worked_without(facts, result))
		return;
	if (has_held(facts, run))
		pass_condition(facts, run, how, result);
	else
		miss_condition(run, condition, result);
}

static void judge_user(const json_t *facts, const char *path, struct result *result)
{
	const json_t *run = look(facts, path);
	const char *user = look_text(run, "user");
	char condition[80], how[80];

	if (user == NULL) {
		not_shown(result, "as whom it ran is not known");
		return;
	}
	snprintf(condition, sizeof(condition), "ready as %.40s", user);
	snprintf(how, sizeof(how), "as %.40s", user);
	judge_options(facts, run, condition, how, result);
}

void assess_runs_as_anyone(const json_t *facts, const struct budgets *budgets,
                           struct result *result)
{
	(void)budgets;
	judge_user(facts, "runs.anyone", result);
}

void assess_runs_on_openshift(const json_t *facts, const struct budgets *budgets,
                              struct result *result)
{
	(void)budgets;
	judge_user(facts, "runs.openshift", result);
}

void assess_survives_limits(const json_t *facts, const struct budgets *budgets,
                            struct result *result)
{
	const json_t *run = look(facts, "runs.limits");
	char condition[160], how[120];
	double memory, pids;

	(void)budgets;
	if (!look_number(run, "memory", &memory) || !look_number(run, "pids", &pids)) {
		not_shown(result, "under which limits it ran is not known");
		return;
	}
	snprintf(how, sizeof(how), "with %.0f MiB and %.0f processes", memory / 1048576, pids);
	snprintf(condition, sizeof(condition), "ready %s", how);
	judge_options(facts, run, condition, how, result);
}

/* What of the standard did not hold for PID 1 in that run; NULL: all of it did. */
static const char *find_gap(const json_t *run)
{
	const json_t *uids = look_list(run, "proof.uids");
	const char *bounding = look_text(run, "proof.bounding");
	double seccomp;
	json_t *uid;
	size_t i;

	json_array_foreach(uids, i, uid)
	{
		if (!json_is_integer(uid) || json_integer_value(uid) == 0)
			return "it ran as root";
	}
	if (i == 0)
		return "as whom it ran was not seen";
	if (bounding == NULL || !is_zero(bounding))
		return "the bounding set was not seen to be empty";
	if (!look_true(run, "proof.no_new_privileges"))
		return "no_new_privs was not seen";
	if (!look_number(run, "proof.seccomp", &seccomp) || seccomp != 2)
		return "no seccomp filter was seen";
	return NULL;
}

void assess_pss_restricted(const json_t *facts, const struct budgets *budgets,
                           struct result *result)
{
	static const char expected[] = "ready as the restricted standard has it";
	const json_t *run = look(facts, "runs.restricted");
	const char *gap = find_gap(run);

	(void)budgets;
	if (!worked_without(facts, result))
		return;
	if (!has_held(facts, run))
		miss_condition(run, expected, result);
	else if (gap != NULL)
		not_shown(result, "%s", gap);
	else
		pass_condition(facts, run, "not root, no capability, no new privileges, seccomp",
		               result);
}

void assess_restarts(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	static const char expected[] = "ready again, and nothing grown";
	const json_t *run = look(facts, "runs.restart"), *grown = look_list(run, "grown");
	json_t *entry;
	size_t i;

	(void)budgets;
	if (!is_service(facts, result) || !worked_without(facts, result))
		return;
	json_array_foreach(grown, i, entry)
	    add_finding(result, json_is_string(entry) ? json_string_value(entry) : "?", NULL,
	                "grew by the second start");
	if (!look_true(run, "ready"))
		miss_condition(run, expected, result);
	else if (grown == NULL)
		not_shown(result, "what the second start left was not looked at%s",
		          explain_unknown(facts, "restart"));
	else if (i > 0)
		miss_findings(result, expected, "files that grew by the second start");
	else if (look_true(run, "partial"))
		not_shown(result, "ready again, and nothing grown that was compared; there are "
		                  "more files than can be");
	else
		pass_condition(facts, run, "the second time as well", result);
}
