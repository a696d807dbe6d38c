#ifndef PLIMSOLL_UNIT_SUITES_H
#define PLIMSOLL_UNIT_SUITES_H

#include <check.h>

#undef fail /* an old macro of libcheck; ours is a function */

/* One for each part, in test_PART.c. */
Suite *archive_suite(void);
Suite *cage_suite(void);
Suite *client_suite(void);
Suite *config_suite(void);
Suite *headers_suite(void);
Suite *inspect_suite(void);
Suite *judge_suite(void);
Suite *probe_suite(void);
Suite *report_suite(void);
Suite *runs_suite(void);
Suite *secrets_suite(void);
Suite *structure_suite(void);
Suite *survey_suite(void);
Suite *tasks_suite(void);
Suite *text_suite(void);

#endif
