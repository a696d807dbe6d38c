#include "judge_cases.h"

#define UP(members) RUNS("'kind':'service','baseline':{" members "}")
#define NO_CAPABILITIES                                                                            \
	"'capabilities':{'inheritable':'0','permitted':'0','effective':'0','bounding':'1ff',"      \
	"'ambient':'0'}"
#define PROCESS(pid, name, path) "{'pid':" pid ",'name':'" name "','path':'" path "'}"
#define OWNED(uids, capabilities)                                                                  \
	UP("'processes':[{'pid':1,'path':'/app','uids':[" uids "],'gids':[0,0,0,0]," capabilities  \
	   "}]")

#define PORTS(exposed, listening)                                                                  \
	"{'facts':1,'image':{'config':{'ports':[" exposed "]}},'runs':{'kind':'service',"          \
	"'baseline':{'listening':[" listening "]}}}"
#define EXPOSED "{'port':3000,'protocol':'tcp'}"
#define LISTENING(address, port) "{'protocol':'tcp','address':'" address "','port':" port "}"

#define CHANGED(changes)                                                                           \
	"{'facts':1,'image':{'config':{'volumes':['/data']}},'runs':{'kind':'service',"            \
	"'baseline':{'changed':[" changes "]}}}"
#define CHANGE(path, change) "{'path':'" path "','change':'" change "'}"

static const struct budgets wide = {.ports = (unsigned int[]){9000, 0},
                                    .writable = (char *[]){(char[]){"/var/cache"}, NULL}};

const struct judge_case process_cases[] = {
    {"reaps-zombies", SERVICE("'orphan':{'existed':true,'reaped':true,'reaped_after':0.01}"),
     OUTCOME_PASS, "after 0.01 s", NULL},
    {"reaps-zombies", SERVICE("'orphan':{'existed':true,'reaped':false}"), OUTCOME_FAIL,
     "stayed a zombie", NULL},
    {"reaps-zombies", SERVICE("'orphan':{'existed':false,'reaped':true}"), OUTCOME_ERROR,
     "no orphan", NULL},
    {"reaps-zombies", SERVICE("'orphan':{'existed':true}"), OUTCOME_ERROR, "not seen", NULL},

    {"pid1-is-app", UP("'processes':[" PROCESS("1", "app", "/usr/local/bin/app") "]"), OUTCOME_PASS,
     "/usr/local/bin/app", NULL},
    {"pid1-is-app", UP("'processes':[" PROCESS("1", "httpd", "/bin/busybox") "]"), OUTCOME_PASS,
     "/bin/busybox", NULL},
    {"pid1-is-app", UP("'processes':[" PROCESS("1", "entrypoint.sh", "/usr/bin/dash") "]"),
     OUTCOME_FAIL, "a shell: entrypoint.sh, /usr/bin/dash", NULL},
    {"pid1-is-app", UP("'processes':[" PROCESS("1", "sh", "/bin/busybox") "]"), OUTCOME_FAIL,
     "a shell", NULL},
    {"pid1-is-app",
     "{'facts':1,'files':{'programs':[{'role':'entrypoint','format':'script','argument':'/"
     "start'}]},"
     "'runs':{'kind':'service','baseline':{'processes':[" PROCESS("1", "start",
                                                                  "/bin/busybox") "]}}}",
     OUTCOME_FAIL, "a shell", NULL},
    {"pid1-is-app",
     "{'facts':1,'files':{'programs':[{'role':'entrypoint','format':'script','argument':"
     "'docker-entrypoint.sh'}]},'runs':{'kind':'service','baseline':{'processes':[" PROCESS(
         "1", "docker-entrypoi", "/bin/busybox") "]}}}",
     OUTCOME_FAIL, "a shell", NULL},
    /* The script has become another of busybox's programs. */
    {"pid1-is-app",
     "{'facts':1,'files':{'programs':[{'role':'entrypoint','format':'script','argument':'/"
     "start'}]},"
     "'runs':{'kind':'service','baseline':{'processes':[" PROCESS("1", "crond",
                                                                  "/bin/busybox") "]}}}",
     OUTCOME_PASS, "/bin/busybox", NULL},
    {"pid1-is-app",
     "{'facts':1,'files':{'programs':[{'role':'healthcheck','format':'script'}]},'runs':{'kind':"
     "'service','baseline':{'processes':[" PROCESS("1", "httpd", "/bin/busybox") "]}}}",
     OUTCOME_PASS, "/bin/busybox", NULL},
    {"pid1-is-app", UP("'processes':[{'pid':1,'name':'app'}]"), OUTCOME_ERROR,
     "app: its program can't be seen, which may be a shell", NULL},
    {"pid1-is-app", UP("'processes':[{'pid':1,'name':'haproxy','argument':'/usr/sbin/haproxy'}]"),
     OUTCOME_PASS, "/usr/sbin/haproxy", NULL},
    {"pid1-is-app", UP("'processes':[{'pid':1,'name':'entry.sh','argument':'/bin/sh'}]"),
     OUTCOME_FAIL, "a shell: entry.sh, /bin/sh", NULL},
    {"pid1-is-app", UP("'processes':[{'pid':1,'name':'entry.sh','argument':'app'}]"), OUTCOME_ERROR,
     "entry.sh: its program can't be seen, which may be a shell", NULL},
    {"pid1-is-app", UP("'processes':[{'pid':1,'name':'sh'}]"), OUTCOME_FAIL, "a shell: sh, ?",
     NULL},
    {"one-service",
     UP("'processes':[" PROCESS("1", "app", "/app") ",{'pid':2,'state':'S','name':'b'}]"),
     OUTCOME_ERROR, "b: its program can't be seen", NULL},
    {"pid1-is-app", UP("'processes':[" PROCESS("7", "app", "/app") "]"), OUTCOME_ERROR, "not seen",
     NULL},

    {"runs-unprivileged", OWNED("1000,1000,1000,1000", NO_CAPABILITIES), OUTCOME_PASS,
     "1 processes", NULL},
    {"runs-unprivileged", OWNED("1000,1000,0,1000", NO_CAPABILITIES), OUTCOME_FAIL,
     "/app: process 1 has uid 0", NULL},
    {"runs-unprivileged",
     OWNED("5,5,5,5", "'capabilities':{'effective':'0','permitted':'00c0','inheritable':'0',"
                      "'ambient':'0'}"),
     OUTCOME_FAIL, "permitted capabilities 00c0", NULL},
    {"runs-unprivileged", OWNED("5,5,5,5", "'capabilities':{'effective':'0'}"), OUTCOME_ERROR,
     "not all", NULL},
    {"runs-unprivileged", OWNED("5", NO_CAPABILITIES), OUTCOME_ERROR, "not all", NULL},
    {"runs-unprivileged", RUNS("'kind':'broken','baseline':{'processes':[]}"), OUTCOME_ERROR,
     "does not start", NULL},
    {"runs-unprivileged", UP("'processes':[]"), OUTCOME_ERROR, "not all", NULL},
    {"runs-unprivileged", RUNS("'kind':'one-shot','baseline':{'processes':[]}"), OUTCOME_SKIP,
     "before anybody could look", NULL},
    /* It starts as root, and drops its rights by itself. */
    {"runs-unprivileged",
     "{'facts':1,'image':{'config':{'user':''}},'runs':{'kind':'service','baseline':{"
     "'processes':[{'pid':1,'uids':[1000,1000,1000,1000]," NO_CAPABILITIES "}]}}}",
     OUTCOME_PASS, "1 processes", NULL},

    {"one-service",
     UP("'processes':[" PROCESS("1", "tini", "/sbin/tini") "," PROCESS(
         "2", "nginx", "/nginx") "," PROCESS("3", "nginx", "/nginx") "]"),
     OUTCOME_PASS, "/nginx, in 3 processes", NULL},
    {"one-service",
     UP("'processes':[" PROCESS("1", "nginx", "/nginx") "," PROCESS("2", "php", "/php") "]"),
     OUTCOME_FAIL, "/php: another program", NULL},
    {"one-service",
     UP("'processes':[" PROCESS("1", "nginx", "/nginx") ",{'pid':2,'name':'nginx'}]"), OUTCOME_PASS,
     "/nginx, in 2 processes", NULL},
    {"one-service", UP("'processes':[" PROCESS("1", "supervisord", "/usr/bin/python3") "]"),
     OUTCOME_FAIL, "a supervisor", NULL},
    {"one-service",
     UP("'processes':[" PROCESS("1", "app", "/app") ",{'pid':2,'state':'Z','name':'app'}]"),
     OUTCOME_PASS, "/app", NULL},
    {"one-service", UP("'processes':[]"), OUTCOME_ERROR, "not seen", NULL},

    {"ports-match", PORTS(EXPOSED, LISTENING("0.0.0.0", "3000")), OUTCOME_PASS, "1 in EXPOSE",
     NULL},
    {"ports-match", PORTS(EXPOSED, LISTENING("::", "3000") "," LISTENING("127.0.0.1", "99")),
     OUTCOME_PASS, "1 in EXPOSE", NULL},
    {"ports-match", PORTS(EXPOSED, LISTENING("::", "3000") "," LISTENING("::", "9000")),
     OUTCOME_FAIL, "9000/tcp: it listens there, without EXPOSE", NULL},
    {"ports-match", PORTS(EXPOSED, LISTENING("::", "3000") "," LISTENING("::", "9000")),
     OUTCOME_PASS, "1 in EXPOSE", &wide},
    {"ports-match", PORTS(EXPOSED, LISTENING("127.0.0.1", "3000")), OUTCOME_FAIL,
     "3000/tcp: EXPOSE, but it listens on the loopback alone", NULL},
    {"ports-match", PORTS(EXPOSED, ""), OUTCOME_FAIL, "nothing listens there", NULL},
    {"ports-match", PORTS("{'port':3000,'protocol':'udp'}", LISTENING("::", "3000")), OUTCOME_FAIL,
     "2 ports, the first 3000/udp", NULL},
    {"ports-match", PORTS("{'port':5,'protocol':'sctp'}," EXPOSED, LISTENING("::", "3000")),
     OUTCOME_PASS, "2 in EXPOSE", NULL},
    {"ports-match", PORTS("", ""), OUTCOME_SKIP, "nothing listens", NULL},
    {"ports-match", UP("'listening':[]"), OUTCOME_ERROR, "not both", NULL},

    {"writes-nothing", CHANGED(""), OUTCOME_PASS, "no change", NULL},
    {"writes-nothing",
     CHANGED(CHANGE("/var", "changed") "," CHANGE("/var/cache", "changed") "," CHANGE(
         "/var/cache/x", "added") "," CHANGE("/data",
                                             "added") "," CHANGE("/etc",
                                                                 "changed") "," CHANGE("/etc/hosts",
                                                                                       "changed")),
     OUTCOME_PASS, "no change", &wide},
    {"writes-nothing", CHANGED(CHANGE("/etc", "changed") "," CHANGE("/etc/passwd", "changed")),
     OUTCOME_FAIL, "/etc/passwd: changed", NULL},
    {"writes-nothing", CHANGED(CHANGE("/database", "added")), OUTCOME_FAIL, "/database: added",
     NULL},
    {"writes-nothing", CHANGED(CHANGE("/a", "added") "," CHANGE("/a/b", "added")), OUTCOME_FAIL,
     "2 changes, the first /a", NULL},
    {"writes-nothing", RUNS("'kind':'broken','baseline':{'changed':[]}"), OUTCOME_ERROR,
     "does not start", NULL},
    {"writes-nothing", UP("'changed':null"), OUTCOME_ERROR, "not looked at", NULL},
};

const size_t process_case_count = sizeof(process_cases) / sizeof(*process_cases);
