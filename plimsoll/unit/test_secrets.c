#include "plimsoll/files/survey.h"
#include "suites.h"

#include <string.h>

/* Tokens are put together here, so that no scanner takes this file for a leak. */
#define DRAWN "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5"
#define DRAWN_UPPER "2E5GH7JK9MN1PQ3ST5VW7YZ9BC1EF"
#define KEY_BYTES "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKB"

static const struct {
	const char *name, *value, *kind;
} cases[] = {
    {NULL,
     "token=ghp"
     "_" DRAWN,
     "github-token"},
    {NULL,
     "xghp"
     "_" DRAWN,
     NULL},
    {NULL,
     "ghp"
     "_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
     NULL},
    {NULL,
     "AKIA"
     "2E5GH7JK9MN1PQ3S",
     "aws-key"},
    {NULL,
     "AKIA"
     "IOSFODNN7EXAMPLE",
     NULL},
    {NULL,
     "AKIA"
     "2E5GH7JK9MN1PQ3S4",
     NULL},
    {NULL,
     "AGE-SECRET-KEY"
     "-1" DRAWN_UPPER DRAWN_UPPER,
     "private-key"},
    {NULL,
     "AIza"
     "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ",
     "google-api-key"},
    {NULL,
     "ASIA"
     "2E5GH7JK9MN1PQ3S",
     "aws-key"},
    {NULL,
     "dckr_pat"
     "_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9",
     "docker-token"},
    {NULL,
     "github_pat"
     "_" DRAWN DRAWN,
     "github-token"},
    {NULL,
     "glpat"
     "-" DRAWN,
     "gitlab-token"},
    {NULL,
     "npm"
     "_" DRAWN,
     "npm-token"},
    {NULL,
     "pypi-"
     "AgEI" DRAWN DRAWN,
     "pypi-token"},
    {NULL,
     "rk"
     "_live_" DRAWN,
     "stripe-key"},
    {NULL,
     "sk"
     "_live_" DRAWN,
     "stripe-key"},
    {NULL,
     "xoxb"
     "-" DRAWN,
     "slack-token"},
    {NULL,
     "-----BEGIN RSA PRIVATE"
     " KEY-----\n" KEY_BYTES "\n",
     "private-key"},
    {NULL, "-----BEGIN PUBLIC KEY-----\n" KEY_BYTES "\n", NULL},
    {NULL,
     "-----BEGIN RSA PRIVATE"
     " KEY-----",
     NULL},
    {NULL, "https://me:s3cret@example.org/", "url-password"},
    {NULL, "https://example.org:80/a@b", NULL},
    {"DB_PASSWORD", "changeme", "password"},
    {"dbPassword", "hunter2", "password"},
    {"API_KEY", "abc", "api-token"},
    {"PASSWORD_FILE", "abc", NULL},
    {"PASSWORD", "/run/secrets/x", NULL},
    {"TOKEN", "true", NULL},
    {"TOKEN", "", NULL},
    {"TOKEN", "$OTHER", NULL},
    {"GPG_KEY", "A035C8C19219BA821ECEA86B64E628F8D684696D", NULL},
    {"TOKENIZER", "fast", NULL},
    {"PUBLIC_TOKEN", "abc", NULL},
    {"SECRET_VERSION", "1.2a", NULL},
    {"/app/.env", "A=1\nexport DB_PASSWORD=\"hunter2\"\n", "dotenv"},
    {"/app/.env", "A=1\n# PASSWORD=x\n", NULL},
    {"/app/.env.example", "DB_PASSWORD=hunter2\n", NULL},
    {"/root/.netrc", "machine a login b password c\n", "netrc"},
    {"/root/.npmrc", "//r/:_authToken=abc\n", "npmrc"},
    {"/root/.npmrc", "//r/:_authToken=${TOKEN}\n", NULL},
    {"/root/.docker/config.json", "{\"auths\":{\"r\":{\"auth\":\"YTpi\"}}}", "docker-config"},
    {"/root/.docker/config.json", "{\"auths\":{}}", NULL},
    {"/root/.pgpass", "h:1:d:u:p\n", "pgpass"},
    {"/usr/share/doc/a/key.pem",
     "-----BEGIN PRIVATE"
     " KEY-----\n" KEY_BYTES "\n",
     NULL},
    {"/etc/a.key",
     "-----BEGIN PRIVATE"
     " KEY-----\n" KEY_BYTES "\n",
     "private-key"},
};

START_TEST(secrets_are_whole_tokens)
{
	const char *kind = find_secret(cases[_i].name, cases[_i].value, strlen(cases[_i].value));
	const char *expected = cases[_i].kind;

	ck_assert_msg((kind == NULL) == (expected == NULL) &&
	                  (kind == NULL || strcmp(kind, expected) == 0),
	              "case %d: expected %s, found %s", _i, expected ? expected : "none",
	              kind ? kind : "none");
}
END_TEST

Suite *secrets_suite(void)
{
	Suite *suite = suite_create("secrets");
	TCase *tests = tcase_create("secrets");

	tcase_add_loop_test(tests, secrets_are_whole_tokens, 0, sizeof(cases) / sizeof(*cases));
	suite_add_tcase(suite, tests);
	return suite;
}
