#include "judge_cases.h"

#define BASELINE(kind, members) RUNS("'kind':'" kind "','baseline':{" members "}")
#define ONE_SHOT(members) RUNS("'kind':'one-shot','baseline':{'exit':0}," members)
#define OUTPUT(bytes, last) "'output':{'bytes':" bytes ",'last':'" last "'}"

#define CHECKED(members)                                                                           \
	"{'facts':1,'image':{'config':{'healthcheck':{'test':['CMD','/app'],'interval':2}}},"      \
	"'runs':{'kind':'service','baseline':{" members "}}}"

#define STOP(members) SERVICE("'stop':{'signal':'TERM'," members "}")
#define ENDED(after, exit) "'alive':true,'after':" after ",'exit':" exit ",'killed':false"
#define GENUINE ",'outlived_by_baseline':true"

#define ACCENTS                                                                                    \
	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" \
	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" \
	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" \
	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" \
	"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"

#define UNREADY "'unready':'not ready within 2 s: nothing accepts on port 9/tcp'"

#define PROVEN                                                                                     \
	"'proof':{'root_write':'EROFS','bounding':'0','no_new_privileges':true,'seccomp':2,"       \
	"'uids':[12345,12345,12345,12345]}"

static const struct budgets quick = {.stop_within = 0.1, .ready_within = 0.1};
static const struct budgets slow = {.stop_within = 20, .ready_within = 20};
static const struct budgets asked = {.ready = (char[]){"port"}, .ready_port = 9, .ready_within = 2};

const struct judge_case run_cases[] = {
    {"starts", BASELINE("service", "'started':true,'running':true,'exit':null,'alive_for':3.2"),
     OUTCOME_PASS, "still running after 3.20 s", NULL},
    {"starts",
     BASELINE("service", "'started':true,'ready':false,'running':true,'exit':null,'alive_for':3.2"),
     OUTCOME_PASS, "still running", NULL},
    {"starts",
     BASELINE("service", "'started':true,'ready':false,'running':true,'exit':null,'alive_for':3.2"),
     OUTCOME_FAIL, "still running after 3.20 s, not ready", &asked},
    {"starts",
     BASELINE("service", "'started':true,'ready':false," UNREADY ",'running':true,'alive_for':3"),
     OUTCOME_FAIL, "3.00 s, not ready within 2 s: nothing accepts on port 9/tcp", &asked},
    {"starts",
     BASELINE("service", "'started':true,'ready':true,'running':true,'exit':null,'alive_for':3.2"),
     OUTCOME_PASS, "still running", &asked},
    {"starts", BASELINE("one-shot", "'started':true,'running':false,'exit':0,'alive_for':0.1"),
     OUTCOME_PASS, "done with 0 after 0.10 s", NULL},
    {"starts", BASELINE("broken", "'started':false,'error':'no such file'"), OUTCOME_FAIL,
     "no such file", NULL},
    {"starts", BASELINE("broken", "'started':true,'running':false,'exit':1," OUTPUT("9", "no DB")),
     OUTCOME_FAIL, "exit 1 after 0.00 s (\"no DB\")", NULL},
    /* It got ready, and then it ended. */
    {"starts", BASELINE("service", "'started':true,'running':false,'exit':0,'alive_for':2"),
     OUTCOME_FAIL, "exit 0 after 2.00 s", NULL},
    {"starts", BASELINE("one-shot", "'started':true,'exit':0"), OUTCOME_ERROR, "not seen", NULL},
    {"starts", BASELINE("service", "'started':null"), OUTCOME_ERROR, "not seen", NULL},
    {"starts", BASELINE("service", "'started':true"), OUTCOME_ERROR, "not seen", NULL},
    {"starts", RUNS("'kind':'service'"), OUTCOME_ERROR, "asked for, but not made", NULL},
    {"starts", "{'facts':1,'runs':null}", OUTCOME_SKIP, "no container was run", NULL},

    {"becomes-healthy",
     CHECKED("'running':true,'ready_after':0.21,'health':['starting','healthy']"), OUTCOME_PASS,
     "healthy after 0.21 s", NULL},
    {"becomes-healthy",
     CHECKED("'running':true,'ready_after':0.21,'health':['starting','healthy']"), OUTCOME_FAIL,
     "healthy after 0.21 s", &quick},
    {"becomes-healthy", CHECKED("'ready_after':1,'health':['starting','healthy','unhealthy']"),
     OUTCOME_FAIL, "unhealthy after healthy", NULL},
    {"becomes-healthy", CHECKED("'running':false,'ready_after':1,'health':['healthy']"),
     OUTCOME_FAIL, "healthy, then it ended", NULL},
    {"becomes-healthy", CHECKED("'health':['starting','unhealthy'],'alive_for':9"), OUTCOME_FAIL,
     "unhealthy, seen for 9.00 s", NULL},
    {"becomes-healthy",
     CHECKED("'health':['starting','unhealthy'],'alive_for':9,'health_output':'sh: no curl'"),
     OUTCOME_FAIL, "unhealthy, seen for 9.00 s (\"sh: no curl\")", NULL},
    {"becomes-healthy", CHECKED("'health':['starting'],'alive_for':9"), OUTCOME_FAIL,
     "still starting after 9.00 s", NULL},
    {"becomes-healthy", CHECKED("'health':['starting'],'alive_for':1"), OUTCOME_ERROR,
     "first check comes after 2 s", NULL},
    {"becomes-healthy", CHECKED("'running':true,'health':['healthy']"), OUTCOME_ERROR,
     "when was not seen", NULL},
    {"becomes-healthy", CHECKED("'health':['starting'],'alive_for':2"), OUTCOME_FAIL,
     "still starting", NULL},
    {"becomes-healthy", CHECKED("'health':[]"), OUTCOME_ERROR, "not seen", NULL},
    {"becomes-healthy", BASELINE("service", "'health':['healthy'],'ready_after':1"), OUTCOME_SKIP,
     "no HEALTHCHECK", NULL},

    {"stops-on-term", STOP(ENDED("0.11", "0") GENUINE), OUTCOME_PASS, "0.11 s after TERM, exit 0",
     NULL},
    {"stops-on-term", STOP(ENDED("0.11", "143") GENUINE), OUTCOME_PASS, "exit 143", NULL},
    {"stops-on-term", STOP(ENDED("3.5", "0") GENUINE), OUTCOME_FAIL, "3.50 s after TERM", NULL},
    {"stops-on-term", STOP(ENDED("3.5", "0") GENUINE), OUTCOME_PASS, "3.50 s", &slow},
    {"stops-on-term", STOP(ENDED("0.11", "0") GENUINE), OUTCOME_FAIL, "0.11 s", &quick},
    {"stops-on-term", STOP(ENDED("0.5", "137") GENUINE), OUTCOME_FAIL, "exit 137", NULL},
    {"stops-on-term", STOP(ENDED("0.5", "139") GENUINE), OUTCOME_FAIL, "exit 139", NULL},
    {"stops-on-term", STOP("'alive':true,'after':9,'exit':137,'killed':true" GENUINE), OUTCOME_FAIL,
     "ignored TERM", NULL},
    /* Nothing is shown by who had ended, or ends by himself. */
    {"stops-on-term", STOP("'alive':false,'after':0,'exit':0,'killed':false" GENUINE),
     OUTCOME_ERROR, "had ended before", NULL},
    {"stops-on-term", STOP(ENDED("0.11", "0") ",'outlived_by_baseline':false"), OUTCOME_ERROR,
     "without a signal", NULL},
    {"stops-on-term", STOP(ENDED("0.11", "0")), OUTCOME_ERROR, "without a signal", NULL},
    {"stops-on-term", STOP("'alive':true,'killed':false" GENUINE), OUTCOME_ERROR, "not seen", NULL},
    {"stops-on-term", SERVICE("'stop':{'signal':'KILL','alive':true}"), OUTCOME_FAIL, "KILL", NULL},
    {"stops-on-term", SERVICE("'stop':{'signal':'SIGQUIT'," ENDED("0.1", "131") GENUINE "}"),
     OUTCOME_PASS, "SIGQUIT, exit 131", NULL},
    {"stops-on-term", ONE_SHOT("'stop':{'signal':'TERM'}"), OUTCOME_SKIP, "one-shot", NULL},
    {"stops-on-term", ONE_SHOT("'stop':null"), OUTCOME_SKIP, "one-shot", NULL},
    {"stops-on-term",
     RUNS("'kind':'broken','baseline':{},'stop':{'signal':'TERM'," ENDED("0.1", "0") GENUINE "}"),
     OUTCOME_ERROR, "does not start", NULL},
    {"stops-on-term", RUNS("'baseline':{},'stop':{'signal':'TERM'," ENDED("0.1", "0") GENUINE "}"),
     OUTCOME_ERROR, "not found out", NULL},
    {"stops-on-term", STOP(ENDED("3", "0") GENUINE), OUTCOME_PASS, "3.00 s", NULL},
    {"stops-on-term", STOP(ENDED("0.1", "192") GENUINE), OUTCOME_FAIL, "exit 192", NULL},
    {"stops-on-term", STOP(ENDED("0.1", "255") GENUINE), OUTCOME_PASS, "exit 255", NULL},
    {"stops-on-term", BROKEN, OUTCOME_ERROR, "does not start", NULL},
    {"stops-on-term", SERVICE("'stop':null,'errors':{'stop':'timed out'}"), OUTCOME_ERROR,
     "timed out", NULL},
    {"stops-on-term", SERVICE("'stop':null"), OUTCOME_SKIP, "was not made", NULL},

    {"stops-early", SERVICE("'stop_early':{'signal':'TERM'," ENDED("0.05", "143") "}"),
     OUTCOME_PASS, "0.05 s", NULL},
    {"stops-early",
     RUNS("'kind':'service','baseline':{'ready':true,'ready_after':0.2},"
          "'stop_early':{'signal':'TERM','age':0.34," ENDED("0.05", "143") "}"),
     OUTCOME_PASS, "0.34 s after its start, by when it mostly is ready already", NULL},
    {"stops-early", SERVICE("'stop_early':{'signal':'TERM','alive':true,'killed':true}"),
     OUTCOME_FAIL, "ignored TERM", NULL},
    {"stops-early", SERVICE("'stop_early':{'signal':'TERM','alive':false}"), OUTCOME_ERROR,
     "had ended", NULL},

    {"stops-on-signal", SERVICE("'interrupt':{'signal':'INT'," ENDED("0.1", "130") "}"),
     OUTCOME_PASS, "after INT, exit 130", NULL},
    {"stops-on-signal", SERVICE("'interrupt':{'signal':'INT','alive':true,'killed':true}"),
     OUTCOME_FAIL, "ignored INT", NULL},
    {"stops-on-signal", SERVICE("'interrupt':{'signal':'INT','alive':false}"), OUTCOME_ERROR,
     "had ended", NULL},

    {"restarts", SERVICE("'restart':{'ready':true,'ready_after':0.1,'grown':[]}"), OUTCOME_PASS,
     "ready after 0.10 s", NULL},
    {"restarts", SERVICE("'restart':{'ready':true,'grown':['/etc/passwd']}"), OUTCOME_FAIL,
     "/etc/passwd", NULL},
    {"restarts", SERVICE("'restart':{'ready':false,'exit':1,'grown':[]}"), OUTCOME_FAIL, "exit 1",
     NULL},
    {"restarts", SERVICE("'restart':{'ready':true}"), OUTCOME_ERROR, "not looked at", NULL},
    {"restarts", SERVICE("'restart':{'ready':true,'grown':[],'partial':true}"), OUTCOME_ERROR,
     "there are more files", NULL},
    {"restarts", SERVICE("'restart':{'ready':true,'grown':['/log'],'partial':true}"), OUTCOME_FAIL,
     "/log", NULL},
    {"restarts", SERVICE("'restart':{'ready':false," UNREADY ",'grown':[]}"), OUTCOME_FAIL,
     "not ready within 2 s: nothing accepts on port 9/tcp", NULL},
    {"restarts", ONE_SHOT("'restart':{'ready':false}"), OUTCOME_SKIP, "one-shot", NULL},

    {"runs-read-only", SERVICE("'read_only':{'ready':true,'proof':'EROFS'}"), OUTCOME_PASS,
     "saw EROFS", NULL},
    {"runs-read-only", SERVICE("'read_only':{'ready':true,'shown_by':'restricted'," PROVEN "}"),
     OUTCOME_PASS, "saw EROFS", NULL},
    {"runs-read-only", ONE_SHOT("'read_only':{'exit':0,'proof':'EROFS'}"), OUTCOME_PASS,
     "done with 0", NULL},
    {"runs-read-only",
     SERVICE("'read_only':{'ready':false,'exit':1," OUTPUT("5", "/x: read-only") "}"), OUTCOME_FAIL,
     "exit 1 (\"/x: read-only\")", NULL},
    /* What is shown of the last line ends between two characters. */
    {"runs-read-only",
     SERVICE("'read_only':{'ready':false,'exit':1," OUTPUT("5", "x" ACCENTS ACCENTS ACCENTS) "}"),
     OUTCOME_FAIL, "exit 1 (\"x\xc3\xa9", NULL},
    {"runs-read-only", SERVICE("'read_only':{'ready':false,'proof':'EROFS'}"), OUTCOME_FAIL,
     "not ready", NULL},
    {"runs-read-only", ONE_SHOT("'read_only':{'exit':1,'proof':'EROFS'}"), OUTCOME_FAIL, "exit 1",
     NULL},
    {"runs-read-only", SERVICE("'read_only':{'ready':true,'proof':'ok'}"), OUTCOME_ERROR,
     "the probe saw \"ok\"", NULL},
    {"runs-read-only", SERVICE("'read_only':{'ready':true,'proof':null}"), OUTCOME_ERROR,
     "not seen", NULL},
    {"runs-read-only",
     RUNS("'kind':'service','baseline':{'ready':false},'read_only':{'ready':false}"), OUTCOME_ERROR,
     "not ready: see --ready", NULL},
    {"runs-read-only",
     RUNS("'kind':'service','baseline':{'ready':false," UNREADY "},'read_only':{'ready':false}"),
     OUTCOME_ERROR, "not ready within 2 s: nothing accepts on port 9/tcp: see --ready", NULL},
    {"runs-read-only",
     RUNS("'kind':'service','baseline':{'ready':false," UNREADY "},'read_only':null"),
     OUTCOME_ERROR, "not ready within 2 s: nothing accepts on port 9/tcp: see --ready", NULL},
    {"runs-read-only",
     RUNS("'kind':'broken','baseline':{},'read_only':{'ready':true,'proof':'EROFS'}"),
     OUTCOME_ERROR, "does not start", NULL},
    {"runs-read-only", SERVICE("'read_only':{'ready':true,'exit':1,'proof':'EROFS'}"), OUTCOME_FAIL,
     "exit 1", NULL},
    {"runs-read-only", BROKEN, OUTCOME_ERROR, "does not start", NULL},

    {"runs-without-caps", SERVICE("'no_capabilities':{'ready':true,'proof':'0000'}"), OUTCOME_PASS,
     "saw 0000", NULL},
    {"runs-without-caps",
     SERVICE("'no_capabilities':{'ready':false,'exit':125,'needs':['CHOWN','SETUID']}"),
     OUTCOME_FAIL, "it needs CHOWN, SETUID", NULL},
    {"runs-without-caps", SERVICE("'no_capabilities':{'ready':true,'proof':'1ff'}"), OUTCOME_ERROR,
     "1ff", NULL},

    {"runs-no-new-privileges", SERVICE("'no_new_privileges':{'ready':true,'proof':'1'}"),
     OUTCOME_PASS, "saw 1", NULL},
    {"runs-no-new-privileges",
     SERVICE("'no_new_privileges':{'ready':true,'shown_by':'restricted'," PROVEN "}"), OUTCOME_PASS,
     "saw 1", NULL},
    {"runs-no-new-privileges", SERVICE("'no_new_privileges':{'ready':false,'exit':1}"),
     OUTCOME_FAIL, "exit 1", NULL},
    {"runs-no-new-privileges", SERVICE("'no_new_privileges':{'ready':true,'proof':'0'}"),
     OUTCOME_ERROR, "did not hold", NULL},

    {"pss-restricted", SERVICE("'restricted':{'ready':true," PROVEN "}"), OUTCOME_PASS, "seccomp",
     NULL},
    {"pss-restricted", SERVICE("'restricted':{'ready':false,'exit':1," PROVEN "}"), OUTCOME_FAIL,
     "exit 1", NULL},
    {"pss-restricted", SERVICE("'restricted':{'ready':true}"), OUTCOME_ERROR, "as whom", NULL},
    {"pss-restricted",
     SERVICE("'restricted':{'ready':true,'proof':{'uids':[0],'bounding':'0',"
             "'no_new_privileges':true,'seccomp':2}}"),
     OUTCOME_ERROR, "ran as root", NULL},
    {"pss-restricted",
     SERVICE("'restricted':{'ready':true,'proof':{'uids':[5],'bounding':'1',"
             "'no_new_privileges':true,'seccomp':2}}"),
     OUTCOME_ERROR, "bounding", NULL},
    {"pss-restricted",
     SERVICE("'restricted':{'ready':true,'proof':{'uids':[5],'bounding':'0',"
             "'no_new_privileges':false,'seccomp':2}}"),
     OUTCOME_ERROR, "no_new_privs", NULL},
    {"pss-restricted",
     SERVICE("'restricted':{'ready':true,'proof':{'uids':[5],'bounding':'0',"
             "'no_new_privileges':true,'seccomp':0}}"),
     OUTCOME_ERROR, "no seccomp", NULL},

    {"runs-as-anyone", SERVICE("'anyone':{'user':'12345:12345','ready':true}"), OUTCOME_PASS,
     "ready, as 12345:12345", NULL},
    {"runs-as-anyone", SERVICE("'anyone':{'user':'12345:12345','ready':false,'exit':1}"),
     OUTCOME_FAIL, "exit 1", NULL},
    {"runs-as-anyone", SERVICE("'anyone':{'ready':true}"), OUTCOME_ERROR, "as whom", NULL},

    {"runs-on-openshift", SERVICE("'openshift':{'user':'12345:0','ready':true}"), OUTCOME_PASS,
     "as 12345:0", NULL},
    {"runs-on-openshift", SERVICE("'openshift':{'user':'12345:0','ready':false}"), OUTCOME_FAIL,
     "not ready", NULL},
    {"runs-on-openshift", SERVICE("'openshift':{'user':'12345:0'}"), OUTCOME_ERROR, "not seen",
     NULL},

    {"survives-limits", SERVICE("'limits':{'ready':true,'memory':268435456,'pids':64}"),
     OUTCOME_PASS, "256 MiB and 64 processes", NULL},
    {"survives-limits", SERVICE("'limits':{'ready':false,'exit':137,'memory':268435456,'pids':64}"),
     OUTCOME_FAIL, "exit 137", NULL},
    {"survives-limits", SERVICE("'limits':{'ready':true}"), OUTCOME_ERROR, "not known", NULL},

    {"explains-missing-env",
     BASELINE("broken", "'started':true,'exit':2," OUTPUT("20", "APP_DB: must be set")),
     OUTCOME_PASS, "exit 2 (\"APP_DB: must be set\")", NULL},
    {"explains-missing-env", BASELINE("broken", "'started':true,'exit':1," OUTPUT("0", "")),
     OUTCOME_FAIL, "exit 1 without a word", NULL},
    {"explains-missing-env", BASELINE("broken", "'started':true,'exit':0," OUTPUT("5", "bye")),
     OUTCOME_FAIL, "exit 0 (\"bye\")", NULL},
    {"explains-missing-env", BASELINE("broken", "'started':true,'exit':1"), OUTCOME_ERROR,
     "not looked at", NULL},
    {"explains-missing-env", BASELINE("broken", "'started':false"), OUTCOME_SKIP, "not the program",
     NULL},
    {"explains-missing-env", BASELINE("service", "'started':true"), OUTCOME_SKIP, "it starts",
     NULL},

    {"explains-bad-argument",
     SERVICE(
         "'bad_argument':{'argument':'--no','exit':2,'running':false," OUTPUT("9", "--no?") "}"),
     OUTCOME_PASS, "exit 2 (\"--no?\")", NULL},
    {"explains-bad-argument", SERVICE("'bad_argument':{'argument':'--no','running':true}"),
     OUTCOME_FAIL, "--no is ignored", NULL},
    {"explains-bad-argument", SERVICE("'bad_argument':{'argument':'--no','exit':0}"), OUTCOME_FAIL,
     "--no: exit 0", NULL},
    {"explains-bad-argument",
     SERVICE("'bad_argument':{'argument':'--no','exit':2," OUTPUT("0", "") "}"), OUTCOME_FAIL,
     "without a word", NULL},
    {"explains-bad-argument", SERVICE("'bad_argument':{'argument':'--no','exit':127}"),
     OUTCOME_SKIP, "no ENTRYPOINT", NULL},
    {"explains-bad-argument", SERVICE("'bad_argument':{'argument':'--no','exit':2}"), OUTCOME_ERROR,
     "what it wrote", NULL},
    {"explains-bad-argument", SERVICE("'bad_argument':{'argument':'--no'}"), OUTCOME_ERROR,
     "not seen", NULL},

    {"overridable-command", SERVICE("'override':{'ran':true}"), OUTCOME_PASS, "ran", NULL},
    {"overridable-command", SERVICE("'override':{'ran':false}"), OUTCOME_FAIL, "did not run", NULL},
    {"overridable-command", SERVICE("'override':{}"), OUTCOME_ERROR, "not seen", NULL},
};

const size_t run_case_count = sizeof(run_cases) / sizeof(*run_cases);
