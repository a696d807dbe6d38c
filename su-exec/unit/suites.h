#ifndef SU_EXEC_UNIT_SUITES_H
#define SU_EXEC_UNIT_SUITES_H

#include <check.h>

#undef fail /* an old macro of libcheck; ours is a function */

Suite *number_suite(void);
Suite *failure_suite(void);
Suite *account_suite(void);
Suite *identity_suite(void);
Suite *environment_suite(void);
Suite *drop_suite(void);
Suite *program_suite(void);

/* A suite whose one case holds the tests of that NULL-ended list; each has fixture files. */
Suite *make_suite(const char *name, const TTest *const tests[]);

#endif
