/* Runs every suite; CK_TAP_LOG_FILE_NAME names a file for the TAP report. */

#include "suites.h"

#include <stdlib.h>

int main(void)
{
	SRunner *runner = srunner_create(number_suite());

	srunner_add_suite(runner, failure_suite());
	srunner_add_suite(runner, account_suite());
	srunner_add_suite(runner, identity_suite());
	srunner_add_suite(runner, environment_suite());
	srunner_add_suite(runner, drop_suite());
	srunner_add_suite(runner, program_suite());
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
