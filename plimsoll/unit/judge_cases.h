#ifndef PLIMSOLL_UNIT_JUDGE_CASES_H
#define PLIMSOLL_UNIT_JUDGE_CASES_H

#include "plimsoll/config/config.h"
#include "plimsoll/judge/judge.h"

/* A check, facts, and what must come of it. In the JSON ' stands for ". */
struct judge_case {
	const char *id;
	const char *facts;
	enum outcome outcome;
	const char *found; /* stands in what was found */
	const struct budgets *budgets;
};

extern const struct judge_case image_cases[], file_cases[], run_cases[], process_cases[];
extern const size_t image_case_count, file_case_count, run_case_count, process_case_count;

#define IMAGE(members) "{'facts':1,'image':{" members "}}"
#define CONFIG(members) IMAGE("'config':{" members "}")
#define FILES(members) "{'facts':1,'files':{'count':3000," members "}}"
#define RUNS(members) "{'facts':1,'runs':{" members "}}"
#define SERVICE(members) RUNS("'kind':'service','baseline':{'ready':true}," members)
#define BROKEN RUNS("'kind':'broken','baseline':{'started':true,'exit':1},'errors':{}")

#endif
