#include "plimsoll/files/credentials.h"
#include "plimsoll/files/affix.h"
#include "plimsoll/files/tokens.h"
#include "plimsoll/files/variables.h"

#include <stdbool.h>
#include <string.h>

#define HEAD_MOST 65536

/* The next line of the text, without its end; false where there is none. */
static bool next_line(const char **text, size_t *left, const char **line, size_t *length)
{
	const char *end;

	if (*left == 0)
		return false;
	end = memchr(*text, '\n', *left);
	*line = *text;
	*length = end != NULL ? (size_t)(end - *text) : *left;
	*text += end != NULL ? *length + 1 : *length;
	*left -= end != NULL ? *length + 1 : *length;
	if (*length > 0 && (*line)[*length - 1] == '\r')
		--*length;
	return true;
}

static void trim(const char **text, size_t *length, const char *what)
{
	while (*length > 0 && **text != '\0' && strchr(what, **text) != NULL) {
		++*text;
		--*length;
	}
	while (*length > 0 && (*text)[*length - 1] != '\0' &&
	       strchr(what, (*text)[*length - 1]) != NULL)
		--*length;
}

/* host:port:database:user:password (libpq). */
static bool holds_pgpass(const char *text, size_t length)
{
	const char *line;
	size_t size;

	while (next_line(&text, &length, &line, &size)) {
		int colons = 0;

		trim(&line, &size, " \t");
		if (size == 0 || *line == '#')
			continue;
		for (size_t i = 0; i + 1 < size && colons < 4; i++)
			colons += line[i] == ':';
		if (colons == 4)
			return true;
	}
	return false;
}

/* name:hash, where crypt(3)'s begins with $, Apache's SHA-1 with {, and DES has 13 letters. */
static bool holds_htpasswd(const char *text, size_t length)
{
	const char *line;
	size_t size;

	while (next_line(&text, &length, &line, &size)) {
		const char *colon = memchr(line, ':', size);
		size_t rest = colon != NULL ? size - (size_t)(colon - line) - 1 : 0;

		if (rest >= 13 && (rest == 13 || colon[1] == '$' || colon[1] == '{'))
			return true;
	}
	return false;
}

static const char *find_dotenv_secret(const char *text, size_t length)
{
	static const char export[] = "export ";
	const char *line, *kind = NULL;
	size_t size;

	while (kind == NULL && next_line(&text, &length, &line, &size)) {
		trim(&line, &size, " \t");
		if (size > strlen(export) && memcmp(line, export, strlen(export)) == 0) {
			line += strlen(export);
			size -= strlen(export);
		}
		const char *equals = memchr(line, '=', size);
		if (size == 0 || *line == '#' || equals == NULL)
			continue;
		const char *value = equals + 1;
		size_t rest = size - (size_t)(value - line);
		trim(&value, &rest, " \t\"'");
		kind = find_variable_secret(line, (size_t)(equals - line), value, rest);
	}
	return kind;
}

static bool holds_dotenv(const char *text, size_t length)
{
	return find_dotenv_secret(text, length) != NULL;
}

/* Files that programs keep their credentials in: what they hold where they hold some. */
static const struct credential {
	struct affix end; /* of the path */
	const char *kind;
	const char *keys[4]; /* one of these with a value */
	bool (*holds)(const char *text, size_t length);
} credentials[] = {
    /* The first: .env.production and the like too. */
    {AFFIX(".env"), "dotenv", {NULL}, holds_dotenv},
    {AFFIX("/.netrc"), "netrc", {"password"}, NULL},
    {AFFIX("/.npmrc"), "npmrc", {"_authToken", "_auth", "_password"}, NULL},
    {AFFIX("/.yarnrc.yml"), "npmrc", {"npmAuthToken", "npmAuthIdent"}, NULL},
    {AFFIX("/.pypirc"), "pypirc", {"password"}, NULL},
    {AFFIX("/.git-credentials"), "git-credentials", {NULL}, holds_url_password},
    {AFFIX("/.docker/config.json"), "docker-config", {"auth", "identitytoken"}, NULL},
    {AFFIX("/containers/auth.json"), "docker-config", {"auth", "identitytoken"}, NULL},
    {AFFIX("/.dockercfg"), "docker-config", {"auth"}, NULL},
    {AFFIX("/.dockerconfigjson"), "docker-config", {"auth"}, NULL},
    {AFFIX("/.kube/config"), "kubeconfig", {"client-key-data", "token", "password"}, NULL},
    {AFFIX("kubeconfig"), "kubeconfig", {"client-key-data", "token", "password"}, NULL},
    {AFFIX("/.aws/credentials"),
     "aws-credentials",
     {"aws_secret_access_key", "aws_session_token"},
     NULL},
    {AFFIX("/.cargo/credentials"), "cargo-credentials", {"token"}, NULL},
    {AFFIX("/.cargo/credentials.toml"), "cargo-credentials", {"token"}, NULL},
    {AFFIX(".htpasswd"), "htpasswd", {NULL}, holds_htpasswd},
    {AFFIX("/.pgpass"), "pgpass", {NULL}, holds_pgpass},
    {AFFIX("/.my.cnf"), "mysql", {"password"}, NULL},
};

static bool ends_with_any(const char *path, size_t length, const struct affix endings[])
{
	for (; endings->text != NULL; endings++)
		if (ends_with(path, length, endings))
			return true;
	return false;
}

static bool begins_with_any(const char *path, size_t length, const struct affix beginnings[])
{
	for (; beginnings->text != NULL; beginnings++)
		if (begins_with(path, length, beginnings))
			return true;
	return false;
}

static bool holds_any(const char *text, const char *const parts[])
{
	for (; *parts != NULL; parts++)
		if (strstr(text, *parts) != NULL)
			return true;
	return false;
}

static const struct credential *find_credential(const char *path, size_t length)
{
	static const struct affix templates[] = {AFFIX(".example"), AFFIX(".sample"),
	                                         AFFIX(".template"), AFFIX(".dist"), NO_AFFIX};
	static const char dotenv[] = "/.env.";
	const char *name = strrchr(path, '/');

	if (name != NULL && strncmp(name, dotenv, strlen(dotenv)) == 0)
		return ends_with_any(path, length, templates) ? NULL : &credentials[0];
	for (size_t i = 0; i < sizeof(credentials) / sizeof(*credentials); i++)
		if (ends_with(path, length, &credentials[i].end))
			return &credentials[i];
	return NULL;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* Whether what follows a key (a quote, spaces, : or =) is a value. */
static bool follows_value(const char *text, size_t length)
{
	size_t end = 0;

	while (length > 0 && *text != '\0' && strchr("\"' \t:=", *text) != NULL) {
		text++;
		length--;
	}
	while (end < length && (unsigned char)text[end] > ' ' && strchr("\"',", text[end]) == NULL)
		end++;
	return end > 0 && strchr("#{[", *text) == NULL && !is_placeholder(text, end);
}

/* In all of these the word is a key only where no other word touches it. */
static bool holds_key(const char *text, size_t length, const char *key)
{
	const char *from = text, *end = text + length, *found;

	while ((found = memmem(from, (size_t)(end - from), key, strlen(key))) != NULL) {
		from = found + strlen(key);
		if ((found == text || !is_word(found[-1])) && from < end && !is_word(*from) &&
		    follows_value(from, (size_t)(end - from)))
			return true;
	}
	return false;
}

static bool holds_credential(const struct credential *credential, const char *text, size_t length)
{
	if (credential->holds != NULL)
		return credential->holds(text, length);
	for (const char *const *key = credential->keys; *key != NULL; key++)
		if (holds_key(text, length, *key))
			return true;
	return false;
}

/*
 * Where what a distribution, a language's package manager or a compiler brings lies: there only
 * what is called like a key is looked at. /usr is one but for /usr/local and /usr/src.
 */
static const struct affix system_places[] = {AFFIX("/lib/"),
                                             AFFIX("/lib32/"),
                                             AFFIX("/lib64/"),
                                             AFFIX("/libx32/"),
                                             AFFIX("/bin/"),
                                             AFFIX("/sbin/"),
                                             AFFIX("/boot/"),
                                             AFFIX("/etc/ssl/certs/"),
                                             AFFIX("/etc/alternatives/"),
                                             AFFIX("/usr/local/lib/"),
                                             AFFIX("/usr/local/go/"),
                                             AFFIX("/usr/local/cargo/"),
                                             AFFIX("/usr/local/rustup/"),
                                             AFFIX("/usr/local/share/"),
                                             AFFIX("/usr/local/include/"),
                                             AFFIX("/var/lib/dpkg/"),
                                             AFFIX("/var/lib/apt/"),
                                             AFFIX("/var/lib/rpm/"),
                                             AFFIX("/var/cache/"),
                                             NO_AFFIX};

static const char *const library_places[] = {
    "/node_modules/", "/site-packages/", "/dist-packages/", "/.cargo/registry/", "/.rustup/",
    "/gems/",         "/vendor/",        "/.git/objects/",  "/__pycache__/",     NULL};

static const struct affix no_text[] = {
    AFFIX(".so"),   AFFIX(".a"),    AFFIX(".o"),     AFFIX(".rlib"), AFFIX(".pyc"), AFFIX(".class"),
    AFFIX(".jar"),  AFFIX(".gz"),   AFFIX(".xz"),    AFFIX(".zst"),  AFFIX(".bz2"), AFFIX(".zip"),
    AFFIX(".png"),  AFFIX(".jpg"),  AFFIX(".jpeg"),  AFFIX(".gif"),  AFFIX(".ico"), AFFIX(".svg"),
    AFFIX(".webp"), AFFIX(".woff"), AFFIX(".woff2"), AFFIX(".ttf"),  AFFIX(".otf"), AFFIX(".eot"),
    AFFIX(".pdf"),  AFFIX(".html"), AFFIX(".css"),   AFFIX(".map"),  AFFIX(".md"),  AFFIX(".rst"),
    AFFIX(".h"),    AFFIX(".hpp"),  AFFIX(".crt"),   AFFIX(".cer"),  AFFIX(".mo"),  AFFIX(".wasm"),
    NO_AFFIX};

static const struct affix called_key[] = {
    AFFIX(".pem"),      AFFIX(".key"),    AFFIX(".ppk"),        AFFIX(".asc"),
    AFFIX(".p8"),       AFFIX("_key"),    AFFIX("-key"),        AFFIX("/id_rsa"),
    AFFIX("/id_ecdsa"), AFFIX("/id_dsa"), AFFIX("/id_ed25519"), NO_AFFIX};

static bool is_library(const char *path, size_t length)
{
	bool system = strncmp(path, "/usr/", 5) == 0 && strncmp(path, "/usr/local/", 11) != 0 &&
	              strncmp(path, "/usr/src/", 9) != 0;

	return system || begins_with_any(path, length, system_places) ||
	       holds_any(path, library_places);
}

/* Examples stand in them. */
static bool is_document(const char *path, size_t length)
{
	static const struct affix places[] = {AFFIX("/usr/share/doc/"), AFFIX("/usr/share/man/"),
	                                      NO_AFFIX};

	return begins_with_any(path, length, places);
}

size_t wanted_of_secret(const char *path, uint64_t size)
{
	size_t length = strlen(path), most = size < HEAD_MOST ? (size_t)size : HEAD_MOST;

	if (size < 8 || is_document(path, length))
		return 0;
	if (ends_with_any(path, length, called_key) || find_credential(path, length) != NULL)
		return most;
	if (size > HEAD_MOST || ends_with_any(path, length, no_text) || is_library(path, length))
		return 0;
	return most;
}

const char *find_file_secret(const char *path, const char *head, size_t length)
{
	const struct credential *credential;
	size_t path_length = strlen(path);

	if (length == 0 || is_document(path, path_length))
		return NULL;
	credential = find_credential(path, path_length);
	if (credential != NULL && holds_credential(credential, head, length))
		return credential->kind;
	return find_token(head, length);
}
