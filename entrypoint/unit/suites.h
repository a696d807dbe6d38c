#ifndef ENTRYPOINT_UNIT_SUITES_H
#define ENTRYPOINT_UNIT_SUITES_H

#include <check.h>

Suite *settings_suite(void);
Suite *accounts_suite(void);

#endif
