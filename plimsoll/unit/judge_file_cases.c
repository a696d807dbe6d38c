#include "judge_cases.h"

/* An absence in the whole tree, and one that was looked for in a part of it alone. */
#define CUT(list) FILES("'cut':true,'" list "':[]")
#define NONE(list) FILES("'cut':false,'" list "':[]")
#define TOOL(kind) FILES("'tools':[{'path':'/x/" kind "','kind':'" kind "','layer':2}]")
#define USERS(users) FILES("'users':[" users "],'groups':[]")

#define CONFIGURED(config, files)                                                                  \
	"{'facts':1,'image':{'architecture':'amd64','config':{" config "}},'files':{" files "}}"
#define PROGRAM(role, members)                                                                     \
	CONFIGURED("'cmd':['app'],'healthcheck':{'test':['CMD','app']}",                           \
	           "'programs':[{'role':'" role "','argument':'app'," members "}]")
#define ELF "'path':'/app','executable':true,'format':'elf'"

#define LAYERS(members) "{'facts':1,'layers':{'list':[{'size':1}]," members "}}"

static const struct budgets allowing = {.setuid = (char *[]){(char[]){"/opt/x"}, NULL}};

const struct judge_case file_cases[] = {
    {"no-setuid", NONE("setuid"), OUTCOME_PASS, "none, in 3000 files", NULL},
    {"no-setuid", FILES("'setuid':[{'path':'/usr/bin/su','mode':'4755','uid':0,'gid':0}]"),
     OUTCOME_PASS, "none", NULL},
    {"no-setuid", FILES("'setuid':[{'path':'/opt/x','mode':'4755','uid':0,'gid':0}]"), OUTCOME_PASS,
     "none", &allowing},
    {"no-setuid", FILES("'setuid':[{'path':'/opt/su','mode':'4755','uid':0,'gid':5,'layer':1}]"),
     OUTCOME_FAIL, "/opt/su: mode 4755 of 0:5", NULL},
    {"no-setuid", FILES("'setuid':[{'path':'/usr/bin/sudo','mode':'4755','uid':0,'gid':0}]"),
     OUTCOME_FAIL, "/usr/bin/sudo", NULL},
    {"no-setuid", CUT("setuid"), OUTCOME_ERROR, "ended early", NULL},
    {"no-setuid", FILES("'setuid':null"), OUTCOME_ERROR, "not looked for", NULL},
    {"no-setuid", "{'facts':1}", OUTCOME_SKIP, "files were not looked at", NULL},
    {"no-setuid", "{'facts':1,'errors':{'files':'no space'}}", OUTCOME_ERROR, "no space", NULL},

    {"no-file-caps", NONE("capabilities"), OUTCOME_PASS, "none", NULL},
    {"no-file-caps", FILES("'capabilities':[{'path':'/usr/bin/ping'}]"), OUTCOME_FAIL,
     "/usr/bin/ping", NULL},
    {"no-file-caps", CUT("capabilities"), OUTCOME_ERROR, "ended early", NULL},

    {"no-world-writable",
     FILES("'world_writable':[{'path':'/tmp','mode':'1777','directory':true}]"), OUTCOME_PASS,
     "none", NULL},
    {"no-world-writable",
     FILES("'world_writable':[{'path':'/srv','mode':'0777','directory':true}]"), OUTCOME_FAIL,
     "/srv: a directory of mode 0777", NULL},
    {"no-world-writable", FILES("'world_writable':[{'path':'/x','mode':'1666','directory':false}]"),
     OUTCOME_FAIL, "/x: a file of mode 1666", NULL},
    {"no-world-writable", CUT("world_writable"), OUTCOME_ERROR, "ended early", NULL},

    {"no-unowned", FILES("'users':[{'name':'root','uid':0}],'unowned':[]"), OUTCOME_PASS, "none",
     NULL},
    {"no-unowned",
     FILES("'users':[{'name':'root','uid':0}],'unowned':[{'path':'/y','uid':42,'gid':43}]"),
     OUTCOME_FAIL, "/y: of 42:43", NULL},
    {"no-unowned", FILES("'users':[],'unowned':[{'path':'/y','uid':42,'gid':43}]"), OUTCOME_SKIP,
     "no passwd", NULL},

    {"no-secret-file", NONE("secrets"), OUTCOME_PASS, "none", NULL},
    {"no-secret-file",
     FILES("'secrets':[{'path':'/.env','kind':'dotenv'},{'path':'/k','kind':'private-key'}]"),
     OUTCOME_FAIL, "2 secrets, the first /.env: dotenv", NULL},
    {"no-secret-file", CUT("secrets"), OUTCOME_ERROR, "ended early", NULL},

    {"no-junk", NONE("junk"), OUTCOME_PASS, "none", NULL},
    {"no-junk", FILES("'junk':[{'path':'/app/.git','kind':'git'}]"), OUTCOME_FAIL, "/app/.git: git",
     NULL},
    {"no-junk", CUT("junk"), OUTCOME_ERROR, "ended early", NULL},

    {"no-package-cache", FILES("'caches':[{'path':'/var/lib/apt/lists','kind':'apt','bytes':0}]"),
     OUTCOME_PASS, "none", NULL},
    {"no-package-cache",
     FILES("'caches':[{'path':'/var/lib/apt/lists','kind':'apt','bytes':19000000}]"), OUTCOME_FAIL,
     "/var/lib/apt/lists: 19.00 MB of apt", NULL},
    {"no-package-cache", CUT("caches"), OUTCOME_ERROR, "ended early", NULL},

    {"no-sudo", TOOL("sshd"), OUTCOME_PASS, "none", NULL},
    {"no-sudo", TOOL("sudo"), OUTCOME_FAIL, "/x/sudo", NULL},
    {"no-sudo", CUT("tools"), OUTCOME_ERROR, "ended early", NULL},
    {"no-sshd", TOOL("shell"), OUTCOME_PASS, "none", NULL},
    {"no-sshd", TOOL("sshd"), OUTCOME_FAIL, "/x/sshd", NULL},
    {"no-sshd", CUT("tools"), OUTCOME_ERROR, "ended early", NULL},
    {"no-shell", TOOL("sudo"), OUTCOME_PASS, "none", NULL},
    {"no-shell", TOOL("shell"), OUTCOME_FAIL, "/x/shell", NULL},
    {"no-shell", CUT("tools"), OUTCOME_ERROR, "ended early", NULL},
    {"no-package-manager", TOOL("sudo"), OUTCOME_PASS, "none", NULL},
    {"no-package-manager", TOOL("package-manager"), OUTCOME_FAIL, "/x/package-manager", NULL},
    {"no-package-manager", CUT("tools"), OUTCOME_ERROR, "ended early", NULL},

    {"no-password", USERS("{'name':'root','password':'locked'},{'name':'a','password':'none'}"),
     OUTCOME_PASS, "no password", NULL},
    {"no-password", USERS("{'name':'root','password':'empty'}"), OUTCOME_FAIL,
     "root has an empty password", NULL},
    {"no-password", USERS("{'name':'a','password':'crypt'}"), OUTCOME_FAIL,
     "a has a password's hash", NULL},
    {"no-password", USERS(""), OUTCOME_SKIP, "no passwd", NULL},
    {"no-password", FILES("'cut':false"), OUTCOME_ERROR, "not looked at", NULL},

    {"unique-ids", USERS("{'name':'root','uid':0},{'name':'a','uid':1}"), OUTCOME_PASS,
     "2 users and 0 groups", NULL},
    {"unique-ids", USERS("{'name':'root','uid':0},{'name':'toor','uid':0}"), OUTCOME_FAIL,
     "/etc/passwd: uid 0 is root and toor", NULL},
    {"unique-ids", FILES("'users':[],'groups':[{'name':'a','gid':5},{'name':'b','gid':5}]"),
     OUTCOME_FAIL, "/etc/group: gid 5 is a and b", NULL},
    {"unique-ids", USERS(""), OUTCOME_SKIP, "neither", NULL},
    {"unique-ids", FILES("'users':[]"), OUTCOME_ERROR, "not looked at", NULL},

    {"workdir", CONFIGURED("'working_dir':'/srv'", "'working_dir':{'found':true,'directory':true}"),
     OUTCOME_PASS, "/srv", NULL},
    {"workdir", CONFIGURED("'working_dir':''", "'working_dir':{'found':true,'directory':true}"),
     OUTCOME_PASS, "/", NULL},
    {"workdir", CONFIGURED("'working_dir':'/srv'", "'working_dir':{'found':false}"), OUTCOME_FAIL,
     "/srv: not there", NULL},
    {"workdir",
     CONFIGURED("'working_dir':'/srv'", "'working_dir':{'found':true,'directory':false}"),
     OUTCOME_FAIL, "/srv: not a directory", NULL},
    {"workdir", CONFIGURED("'working_dir':'srv'", "'count':1"), OUTCOME_FAIL, "srv: not absolute",
     NULL},
    {"workdir",
     CONFIGURED("'working_dir':'/usr/bin'", "'working_dir':{'found':true,'directory':true}"),
     OUTCOME_FAIL, "/usr/bin: the system's", NULL},
    {"workdir", CONFIGURED("'working_dir':'/srv'", "'count':1"), OUTCOME_ERROR, "not looked for",
     NULL},

    {"utc", CONFIGURED("'env':[]", "'time_zone':''"), OUTCOME_PASS, "no time zone", NULL},
    {"utc", CONFIGURED("'env':[{'name':'TZ','value':'UTC'}]", "'count':1"), OUTCOME_PASS, "TZ=UTC",
     NULL},
    {"utc", CONFIGURED("'env':[{'name':'TZ','value':'Asia/Tokyo'}]", "'time_zone':''"),
     OUTCOME_FAIL, "TZ=Asia/Tokyo", NULL},
    {"utc", FILES("'time_zone':'Europe/Berlin'"), OUTCOME_FAIL, "Europe/Berlin", NULL},
    {"utc", FILES("'time_zone':'file'"), OUTCOME_ERROR, "is a file", NULL},
    {"utc", FILES("'cut':false"), OUTCOME_SKIP, "not looked at", NULL},

    {"entrypoint-exists",
     PROGRAM("entrypoint",
             ELF ",'machine':'amd64','interpreter':'/lib/ld.so','interpreter_found':true"),
     OUTCOME_PASS, "/app", NULL},
    {"entrypoint-exists", PROGRAM("entrypoint", ELF ",'machine':'386','interpreter':null"),
     OUTCOME_PASS, "/app", NULL},
    {"entrypoint-exists", PROGRAM("entrypoint", "'path':null"), OUTCOME_FAIL, "app: not there",
     NULL},
    {"entrypoint-exists", PROGRAM("entrypoint", "'path':'/app','executable':false"), OUTCOME_FAIL,
     "/app: not executable", NULL},
    {"entrypoint-exists", PROGRAM("entrypoint", ELF ",'machine':'arm64'"), OUTCOME_FAIL,
     "made for arm64, in an image for amd64", NULL},
    {"entrypoint-exists",
     PROGRAM("entrypoint",
             ELF ",'machine':'amd64','interpreter':'/lib/ld.so','interpreter_found':false"),
     OUTCOME_FAIL, "needs /lib/ld.so", NULL},
    {"entrypoint-exists", PROGRAM("entrypoint", "'path':'/app','executable':true,'format':'other'"),
     OUTCOME_FAIL, "neither", NULL},
    {"entrypoint-exists",
     CONFIGURED("'cmd':['app']",
                "'cut':true,'programs':[{'role':'entrypoint','argument':'app','path':null}]"),
     OUTCOME_ERROR, "ended early", NULL},
    {"entrypoint-exists", PROGRAM("entrypoint", "'path':'/app','format':'script'"), OUTCOME_ERROR,
     "not found out", NULL},
    {"entrypoint-exists", PROGRAM("entrypoint", ELF ",'machine':null"), OUTCOME_ERROR,
     "not found out", NULL},
    {"entrypoint-exists",
     PROGRAM("entrypoint",
             "'path':'/app','executable':true,'format':'script','interpreter':'/bin/sh'"),
     OUTCOME_ERROR, "not found out", NULL},
    {"entrypoint-exists", PROGRAM("healthcheck", ELF), OUTCOME_ERROR, "not looked for", NULL},
    {"entrypoint-exists", CONFIGURED("'cmd':[]", "'programs':[]"), OUTCOME_SKIP, "neither", NULL},

    {"healthcheck-runnable", PROGRAM("healthcheck", ELF ",'machine':'amd64'"), OUTCOME_PASS, "/app",
     NULL},
    {"healthcheck-runnable", PROGRAM("healthcheck", "'path':null"), OUTCOME_FAIL, "app: not there",
     NULL},
    {"healthcheck-runnable",
     CONFIGURED("'healthcheck':{'test':['CMD-SHELL','curl x']}", "'programs':[]"), OUTCOME_FAIL,
     "shell form", NULL},
    {"healthcheck-runnable", CONFIGURED("'healthcheck':null", "'programs':[]"), OUTCOME_SKIP,
     "no HEALTHCHECK", NULL},
    {"healthcheck-runnable", PROGRAM("entrypoint", ELF), OUTCOME_ERROR, "not looked for", NULL},

    {"no-secret-layer", LAYERS("'deleted_secrets':[]"), OUTCOME_PASS, "none, in 1 layers", NULL},
    {"no-secret-layer",
     LAYERS("'deleted_secrets':[{'path':'/root/.ssh/id_rsa','kind':'private-key','layer':0}]"),
     OUTCOME_FAIL, "/root/.ssh/id_rsa: private-key", NULL},
    {"no-secret-layer", LAYERS("'deleted_secrets':null"), OUTCOME_ERROR, "not looked at", NULL},
    {"no-secret-layer", "{'facts':1,'layers':null}", OUTCOME_SKIP, "layers were not", NULL},

    {"layer-waste", LAYERS("'waste':{'bytes':1200000,'efficiency':0.9}"), OUTCOME_PASS,
     "1.20 MB wasted, an efficiency of 0.90", NULL},
    {"layer-waste",
     LAYERS("'waste':{'bytes':9000000,'efficiency':0.5,'paths':[{'path':'/a','bytes':9000000,"
            "'copies':2}]}"),
     OUTCOME_FAIL, "9.00 MB wasted", NULL},
    {"layer-waste", LAYERS("'waste':null"), OUTCOME_ERROR, "not looked at", NULL},
    {"layer-waste", "{'facts':1,'layers':{'list':[],'waste':{'bytes':0,'efficiency':1}}}",
     OUTCOME_SKIP, "no layer", NULL},
};

const size_t file_case_count = sizeof(file_cases) / sizeof(*file_cases);
