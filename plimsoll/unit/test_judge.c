#include "plimsoll/judge/judge.h"
#include "suites.h"
Suite *judge_suite(void){return suite_create("judge");}
