#include "judge_cases.h"

#define PASSWD                                                                                     \
	"'files':{'users':[{'name':'root','uid':0,'gid':0},{'name':'toor','uid':0,'gid':0},{'"     \
	"name':'odd','uid':null,'gid':7},{'name':'odd','uid':65532,'gid':7},"                      \
	"{'name':'app','uid':1000,'gid':1000},{'name':'4242','uid':0,'gid':0}],"                   \
	"'groups':[{'name':'app','gid':1000}]}"
#define USER(user) "{'facts':1,'image':{'config':{'user':'" user "'}}," PASSWD "}"
#define NO_PASSWD(user) CONFIG("'user':'" user "'")
#define BY_FILES(user, files)                                                                      \
	"{'facts':1,'image':{'config':{'user':'" user "'}},'files':{" files "}}"

#define DOUBTED(user)                                                                              \
	"{'facts':1,'image':{'config':{'user':'" user "'}},'files':{'users':[{'name':'app','uid':" \
	"7},{'name':'zero','uid':0}],'groups':[]},'layers':{'doubt':'/etc/passwd: why'}}"

#define FIFTY "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"

static const struct budgets small = {.size = 30000000, .layers = 3};
static const struct budgets named = {.user = (char[]){"65532:65532"}};
static const struct budgets labelled = {.labels = (char *[]){(char[]){"team"}, NULL}};

const struct judge_case image_cases[] = {
    {"user-set", USER(""), OUTCOME_FAIL, "no USER: root", NULL},
    {"user-set", DOUBTED("app"), OUTCOME_ERROR,
     "app: a name that is not in what is known of passwd: /etc/passwd: why", NULL},
    {"user-set", DOUBTED("zero"), OUTCOME_FAIL, "zero: root", NULL},
    {"user-set", DOUBTED("0"), OUTCOME_FAIL, "0: root", NULL},
    {"user-set", USER("0"), OUTCOME_FAIL, "0: root", NULL},
    {"user-set", USER("0:0"), OUTCOME_FAIL, "0:0: root", NULL},
    {"user-set", USER("00"), OUTCOME_FAIL, "00: root", NULL},
    {"user-set", USER("+0"), OUTCOME_FAIL, "+0: root", NULL},
    {"user-set", USER("root"), OUTCOME_FAIL, "root: root", NULL},
    {"user-set", USER("root:root"), OUTCOME_FAIL, "root:root: root", NULL},
    {"user-set", USER("0:root"), OUTCOME_FAIL, "0:root: root", NULL},
    {"user-set", USER("0:1000"), OUTCOME_FAIL, "0:1000: root", NULL},
    {"user-set", USER(":1000"), OUTCOME_FAIL, "root", NULL},
    {"user-set", USER("toor"), OUTCOME_FAIL, "toor: root", NULL},
    {"user-set", USER("odd"), OUTCOME_FAIL, "odd: root", NULL},
    {"user-set", BY_FILES("65532", "'users':[{'name':'a','uid':1}],'unlisted':{'users':1}"),
     OUTCOME_PASS, "65532", NULL},
    /* A number is never a name. */
    {"user-set", USER("4242"), OUTCOME_PASS, "4242", NULL},
    {"user-set", BY_FILES("0", "'users':[{'name':'0','uid':10001}]"), OUTCOME_FAIL, "0: root",
     NULL},
    {"user-set", BY_FILES("app", "'users':[{'name':'a','uid':1}],'unlisted':{'users':1}"),
     OUTCOME_ERROR,
     "app: a name that is not in what is known of passwd: it was not read, or not all of it", NULL},
    {"user-set", NO_PASSWD("2147483647"), OUTCOME_PASS, "2147483647", NULL},
    {"user-set", NO_PASSWD("4294967296"), OUTCOME_FAIL, "4294967296", NULL},
    {"user-set", NO_PASSWD("-5"), OUTCOME_FAIL, "-5", NULL},
    {"user-set", USER(FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY), OUTCOME_ERROR,
     "longer than any name that is looked up", NULL},
    {"user-set", USER("app:" FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY), OUTCOME_ERROR,
     "longer than any name that is looked up", NULL},
    {"user-set", DOUBTED("10001"), OUTCOME_PASS, "10001", NULL},
    {"user-numeric", DOUBTED("10001"), OUTCOME_PASS, "10001", NULL},
    {"user-numeric", DOUBTED("app"), OUTCOME_FAIL, "app", NULL},
    {"user-resolves", DOUBTED("app"), OUTCOME_ERROR,
     "app: not in what is known of passwd: /etc/passwd: why", NULL},
    {"user-resolves", DOUBTED("10001:app"), OUTCOME_ERROR,
     "app: not in what is known of group: /etc/passwd: why", NULL},
    {"user-resolves", BY_FILES("app", "'users':[],'groups':[],'unlisted':{'users':1}"),
     OUTCOME_ERROR, "app: not in what is known of passwd: it was not read, or not all of it", NULL},
    {"user-set", BY_FILES("app", "'users':[{'name':'app','uid':7}],'unlisted':{'users':1}"),
     OUTCOME_ERROR, "app: a name that is not in what is known of passwd", NULL},
    {"uid-high",
     BY_FILES("app",
              "'users':[{'name':'o','uid':20000,'gid':20000},{'name':'app','uid':20000,'gid':0}]"),
     OUTCOME_FAIL, "20000:0", NULL},
    {"uid-high",
     BY_FILES("20000", "'users':[{'name':'o','uid':20000,'gid':20000}],'unlisted':{'users':1}"),
     OUTCOME_ERROR, "its number is not known", NULL},
    {"uid-high",
     BY_FILES("20000:app",
              "'users':[],'groups':[{'name':'app','gid':20000}],'unlisted':{'groups':1}"),
     OUTCOME_ERROR, "its number is not known", NULL},
    {"uid-high", DOUBTED("10001"), OUTCOME_ERROR, "its number is not known", NULL},
    {"uid-high", DOUBTED("10001:10001"), OUTCOME_PASS, "10001:10001", NULL},
    {"user-set", NO_PASSWD("root"), OUTCOME_FAIL, "root: root", NULL},
    {"user-set", NO_PASSWD("0:0"), OUTCOME_FAIL, "0:0: root", NULL},
    {"user-set", BY_FILES("root", "'users':[]"), OUTCOME_FAIL, "root: root", NULL},
    {"user-set", BY_FILES("0x", "'users':[]"), OUTCOME_ERROR, "not in passwd", NULL},
    {"user-set", USER("app"), OUTCOME_PASS, "app", NULL},
    {"user-set", USER("1000:0"), OUTCOME_PASS, "1000:0", NULL},
    {"user-set", NO_PASSWD("65532:65532"), OUTCOME_PASS, "65532:65532", NULL},
    {"user-set", NO_PASSWD("65532:65532"), OUTCOME_PASS, "65532:65532", &named},
    {"user-set", NO_PASSWD("65532"), OUTCOME_FAIL, "65532", &named},
    {"user-set", NO_PASSWD("app"), OUTCOME_ERROR, "passwd was not looked at", NULL},
    {"user-set", USER("nobody-knows"), OUTCOME_ERROR, "not in passwd", NULL},
    {"user-set", CONFIG("'cmd':[]"), OUTCOME_ERROR, "not looked at", NULL},
    /* It drops its rights by itself: what it is started as is root all the same. */
    {"user-set",
     "{'facts':1,'image':{'config':{'user':''}},'runs':{'kind':'service','baseline':{"
     "'processes':[{'pid':1,'uids':[1000,1000,1000,1000]}]}}}",
     OUTCOME_FAIL, "root", NULL},

    {"user-numeric", USER("65532:65532"), OUTCOME_PASS, "65532:65532", NULL},
    {"user-numeric", USER("1000:app"), OUTCOME_PASS, "1000:app", NULL},
    {"user-numeric", USER("app"), OUTCOME_FAIL, "app", NULL},
    {"user-numeric", USER("+5"), OUTCOME_FAIL, "+5", NULL},
    {"user-numeric", USER(""), OUTCOME_SKIP, "no USER", NULL},

    {"user-resolves", USER("app"), OUTCOME_PASS, "app is 1000:1000", NULL},
    {"user-resolves", USER("app:app"), OUTCOME_PASS, "1000:1000", NULL},
    {"user-resolves", USER("5:app"), OUTCOME_PASS, "5:1000", NULL},
    {"user-resolves", USER("nobody"), OUTCOME_FAIL, "nobody: not in /etc/passwd", NULL},
    {"user-resolves", USER("app:crew"), OUTCOME_FAIL, "crew: not in /etc/group", NULL},
    {"user-resolves", BY_FILES("root", "'users':[],'groups':[]"), OUTCOME_FAIL,
     "root: not in /etc/passwd", NULL},
    {"user-resolves", BY_FILES("app", "'cut':true,'users':[],'groups':[]"), OUTCOME_ERROR,
     "ended early", NULL},
    {"user-resolves", BY_FILES("app", "'cut':false"), OUTCOME_ERROR, "not looked at", NULL},
    {"user-resolves", USER("65532"), OUTCOME_SKIP, "no name", NULL},
    {"user-resolves", NO_PASSWD("app"), OUTCOME_SKIP, "files were not looked at", NULL},

    {"uid-high", NO_PASSWD("10000:10000"), OUTCOME_PASS, "10000:10000", NULL},
    {"uid-high", NO_PASSWD("9999:10000"), OUTCOME_FAIL, "9999:10000", NULL},
    {"uid-high", NO_PASSWD("10000"), OUTCOME_FAIL, "10000:0", NULL},
    {"uid-high", USER("app"), OUTCOME_FAIL, "1000:1000", NULL},
    {"uid-high", NO_PASSWD("app"), OUTCOME_ERROR, "not known", NULL},
    {"uid-high", USER("0"), OUTCOME_SKIP, "root", NULL},

    {"healthcheck", CONFIG("'healthcheck':{'test':['CMD','/app'],'interval':10}"), OUTCOME_PASS,
     "every 10 s", NULL},
    {"healthcheck", CONFIG("'healthcheck':{'test':['CMD','/app']}"), OUTCOME_PASS, "there is one",
     NULL},
    {"healthcheck", CONFIG("'healthcheck':null"), OUTCOME_FAIL, "none", NULL},
    {"healthcheck", "{'facts':1,'image':{'config':{}},'runs':{'kind':'one-shot'}}", OUTCOME_SKIP,
     "one-shot", NULL},
    {"healthcheck", IMAGE("'size':1"), OUTCOME_ERROR, "not read", NULL},

    {"exec-form", CONFIG("'cmd':['/app'],'shell_form':{'entrypoint':false,'cmd':false}"),
     OUTCOME_PASS, "CMD", NULL},
    {"exec-form",
     CONFIG("'cmd':['/bin/sh','-c','app'],'shell_form':{'entrypoint':false,'cmd':true}"),
     OUTCOME_FAIL, "CMD in shell form", NULL},
    {"exec-form",
     CONFIG("'entrypoint':['/bin/sh','-c','app'],'shell_form':{'entrypoint':true,'cmd':false}"),
     OUTCOME_FAIL, "ENTRYPOINT in shell form", NULL},
    {"exec-form", CONFIG("'cmd':['/app']"), OUTCOME_ERROR, "not found out", NULL},
    {"exec-form", CONFIG("'cmd':[],'entrypoint':null"), OUTCOME_SKIP, "neither", NULL},

    {"no-secret-env",
     "{'facts':1,'image':{'config':{'env':[{'name':'PATH','value':'/bin'}]},"
     "'history':[{'created_by':'COPY','secret':null}]}}",
     OUTCOME_PASS, "none in 1 variables and 1 steps", NULL},
    {"no-secret-env",
     "{'facts':1,'image':{'config':{'env':[{'name':'TOKEN','secret':'api-token'}]},"
     "'history':[]}}",
     OUTCOME_FAIL, "ENV TOKEN: api-token", NULL},
    {"no-secret-env",
     "{'facts':1,'image':{'config':{'env':[]},'history':[{'created_by':'RUN KEY=','secret':"
     "'api-token'}]}}",
     OUTCOME_FAIL, "RUN KEY=: api-token", NULL},
    /* A limit on what is shown cuts no character in two: that would be no text any more. */
    {"no-secret-env",
     "{'facts':1,'image':{'config':{'env':[]},'history':[{'created_by':'RUN x" FIFTY FIFTY FIFTY
     "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3"
     "\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
     "\xc3\xa9\xc3\xa9\xc3\xa9TOKEN','secret':'api-token'}]}}",
     OUTCOME_FAIL, "api-token", NULL},
    {"no-secret-env", CONFIG("'env':[]"), OUTCOME_ERROR, "not both looked at", NULL},

    {"size-budget", IMAGE("'size':30000000"), OUTCOME_PASS, "30.00 MB, at most 30.00 MB", &small},
    {"size-budget", IMAGE("'size':30010000"), OUTCOME_FAIL, "30.01 MB", &small},
    {"size-budget", IMAGE("'id':'x'"), OUTCOME_ERROR, "not known", &small},
    {"size-budget", IMAGE("'size':30000000"), OUTCOME_SKIP, "no size", NULL},

    {"layer-budget", IMAGE("'layer_count':3"), OUTCOME_PASS, "3 layers, at most 3", &small},
    {"layer-budget", IMAGE("'layer_count':4"), OUTCOME_FAIL, "4 layers", &small},
    {"layer-budget", IMAGE("'id':'x'"), OUTCOME_ERROR, "not known", &small},
    {"layer-budget", IMAGE("'layer_count':3"), OUTCOME_SKIP, "no number", NULL},

    {"volumes", CONFIG("'volumes':['/var/lib/app','/devices','/usr/local/x']"), OUTCOME_PASS,
     "3 volumes", NULL},
    {"volumes", CONFIG("'volumes':['/dev/shm']"), OUTCOME_FAIL, "/dev/shm", NULL},
    {"volumes", CONFIG("'volumes':['/etc/']"), OUTCOME_FAIL, "/etc/", NULL},
    {"volumes", CONFIG("'volumes':['/opt','/boots']"), OUTCOME_PASS, "2 volumes", NULL},
    {"volumes", CONFIG("'volumes':['/']"), OUTCOME_FAIL, "/: the system's", NULL},
    {"volumes", CONFIG("'user':''"), OUTCOME_ERROR, "not looked at", NULL},

    {"ports", CONFIG("'ports':[{'port':1024,'protocol':'tcp'}]"), OUTCOME_PASS, "1, all", NULL},
    {"ports", CONFIG("'ports':[]"), OUTCOME_PASS, "none", NULL},
    {"ports", CONFIG("'ports':[{'port':1023,'protocol':'udp'}]"), OUTCOME_FAIL,
     "1023/udp: below 1024", NULL},
    {"ports", CONFIG("'ports':[{'port':22,'protocol':'tcp'}]"), OUTCOME_FAIL, "22/tcp: SSH's",
     NULL},
    {"ports", CONFIG("'user':''"), OUTCOME_ERROR, "not looked at", NULL},

    {"no-add",
     IMAGE("'history':[{'created_by':'/bin/sh -c #(nop) ADD file:81c0 in / ','empty':false},"
           "{'created_by':'COPY ADD /a # buildkit','empty':false},"
           "{'created_by':'ADD --checksum=sha256:0 https://x /y # buildkit','empty':false}]"),
     OUTCOME_PASS, "none in 3 steps", NULL},
    {"no-add",
     IMAGE("'history':[{'created_by':'ENV A=1','empty':true},{'created_by':'x','empty':false},"
           "{'created_by':'/bin/sh -c #(nop) ADD file:81c0 in /app ','empty':false}]"),
     OUTCOME_FAIL, "/app: /bin/sh -c #(nop) ADD", NULL},
    {"no-add",
     IMAGE("'history':[{'created_by':'x','empty':false},"
           "{'created_by':'ADD x.tar /opt # buildkit','empty':false}]"),
     OUTCOME_FAIL, "/opt: ADD", NULL},
    {"no-add",
     IMAGE("'history':[{'created_by':'x','empty':false},{'created_by':'ADD ','empty':false},"
           "{'created_by':'ADD  # buildkit','empty':false}]"),
     OUTCOME_PASS, "none in 3 steps", NULL},
    {"no-add", IMAGE("'history':[]"), OUTCOME_SKIP, "no history", NULL},

    {"tag-pinned", IMAGE("'reference':'reg:5000/app:1.2'"), OUTCOME_PASS, "app:1.2", NULL},
    {"tag-pinned", IMAGE("'reference':'app@sha256:0'"), OUTCOME_PASS, "digest", NULL},
    {"tag-pinned", IMAGE("'reference':'reg:5000/app'"), OUTCOME_FAIL, "no tag", NULL},
    {"tag-pinned", IMAGE("'reference':'app:latest'"), OUTCOME_FAIL, "app:latest: latest", NULL},
    {"tag-pinned", IMAGE("'reference':'oci-archive:a.tar'"), OUTCOME_SKIP, "a file", NULL},
    {"tag-pinned", IMAGE("'id':'x'"), OUTCOME_ERROR, "not known", NULL},

    {"labels", CONFIG("'labels':{'team':'a'}"), OUTCOME_PASS, "1 labels", &labelled},
    {"labels", CONFIG("'labels':{'org.opencontainers.image.created':'2027-01-31T00:00:00Z'}"),
     OUTCOME_PASS, "1 labels", NULL},
    {"labels", CONFIG("'labels':null"), OUTCOME_FAIL, "team: missing", &labelled},
    {"labels", CONFIG("'labels':{'team':''}"), OUTCOME_FAIL, "team: empty", &labelled},
    {"labels", CONFIG("'labels':{'org.opencontainers.image.created':'yesterday'}"), OUTCOME_FAIL,
     "no time", NULL},
    {"labels", CONFIG("'labels':{'org.opencontainers.image.source':'here'}"), OUTCOME_FAIL,
     "no URL", NULL},
    {"labels", CONFIG("'labels':{'org.opencontainers.image.url':'https://x/y'}"), OUTCOME_PASS,
     "1 labels", NULL},
    {"labels", CONFIG("'labels':{'org.opencontainers.image.url':'https://x y'}"), OUTCOME_FAIL,
     "no URL", NULL},
    {"labels", CONFIG("'labels':{'org.opencontainers.image.url':'://x'}"), OUTCOME_FAIL, "no URL",
     NULL},
    {"labels", CONFIG("'labels':{'org.opencontainers.image.created':'2027-01-31 00:00:00Z'}"),
     OUTCOME_FAIL, "no time", NULL},
    {"labels", CONFIG("'labels':{'team':''}"), OUTCOME_SKIP, "none of OCI's", NULL},
};

const size_t image_case_count = sizeof(image_cases) / sizeof(*image_cases);
