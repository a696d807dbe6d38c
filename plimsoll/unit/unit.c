/* Runs every suite; CK_TAP_LOG_FILE_NAME names a file for the TAP report. */

#include "suites.h"

#include <stdlib.h>

int main(void)
{
	Suite *(*const suites[])(void) = {
	    archive_suite, cage_suite,      client_suite, config_suite, headers_suite,
	    inspect_suite, judge_suite,     probe_suite,  report_suite, runs_suite,
	    secrets_suite, structure_suite, survey_suite, tasks_suite,  text_suite,
	};
	SRunner *runner = srunner_create(NULL);

	for (size_t i = 0; i < sizeof(suites) / sizeof(*suites); i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
