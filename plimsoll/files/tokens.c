#include "plimsoll/files/tokens.h"

#include <string.h>

/* Bytes of a token after its prefix. */
enum alphabet {
	UPPER = 1,
	LOWER = 2,
	DIGIT = 4,
	DASH = 8,
	UNDERSCORE = 16,
	LETTER = UPPER | LOWER,
	WORD = LETTER | DIGIT | UNDERSCORE
};

#define ANY_LENGTH 512

/* Where two rows begin alike, the longer stands first. */
static const struct form {
	const char *prefix;
	const char *kind;
	size_t least, most; /* bytes after the prefix */
	int alphabet;
} forms[] = {
    {"AGE-SECRET-KEY-1", "private-key", 58, 58, UPPER | DIGIT},
    {"AIza", "google-api-key", 35, 35, LETTER | DIGIT | DASH | UNDERSCORE},
    {"AKIA", "aws-key", 16, 16, UPPER | DIGIT},
    {"ASIA", "aws-key", 16, 16, UPPER | DIGIT},
    {"dckr_pat_", "docker-token", 27, 64, LETTER | DIGIT | DASH | UNDERSCORE},
    {"ghp_", "github-token", 36, ANY_LENGTH, LETTER | DIGIT},
    {"gho_", "github-token", 36, ANY_LENGTH, LETTER | DIGIT},
    {"ghr_", "github-token", 36, ANY_LENGTH, LETTER | DIGIT},
    {"ghs_", "github-token", 36, ANY_LENGTH, LETTER | DIGIT},
    {"ghu_", "github-token", 36, ANY_LENGTH, LETTER | DIGIT},
    {"github_pat_", "github-token", 60, ANY_LENGTH, LETTER | DIGIT | UNDERSCORE},
    {"glpat-", "gitlab-token", 20, ANY_LENGTH, LETTER | DIGIT | DASH | UNDERSCORE},
    {"npm_", "npm-token", 36, 36, LETTER | DIGIT},
    {"pypi-AgEI", "pypi-token", 50, ANY_LENGTH, LETTER | DIGIT | DASH | UNDERSCORE},
    {"rk_live_", "stripe-key", 16, ANY_LENGTH, LETTER | DIGIT},
    {"sk_live_", "stripe-key", 16, ANY_LENGTH, LETTER | DIGIT},
    {"xoxa-", "slack-token", 20, ANY_LENGTH, LETTER | DIGIT | DASH},
    {"xoxb-", "slack-token", 20, ANY_LENGTH, LETTER | DIGIT | DASH},
    {"xoxp-", "slack-token", 20, ANY_LENGTH, LETTER | DIGIT | DASH},
    {"xoxr-", "slack-token", 20, ANY_LENGTH, LETTER | DIGIT | DASH},
    {"xoxs-", "slack-token", 20, ANY_LENGTH, LETTER | DIGIT | DASH},
};

static int letter_of(char c)
{
	return c >= 'A' && c <= 'Z'   ? UPPER
	       : c >= 'a' && c <= 'z' ? LOWER
	       : c >= '0' && c <= '9' ? DIGIT
	       : c == '-'             ? DASH
	       : c == '_'             ? UNDERSCORE
	                              : 0;
}

/* What stands first and second in a token or a key's mark: made once, as every byte of every file
 * that is read is looked up. */
enum { FIRST = 32, SECOND = 64 };

static unsigned char meanings[256];

static void learn_meanings(void)
{
	if (meanings['-'] != 0)
		return;
	for (int c = 0; c < 256; c++)
		meanings[c] = (unsigned char)letter_of((char)c);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		meanings[(unsigned char)forms[i].prefix[0]] |= FIRST;
		meanings[(unsigned char)forms[i].prefix[1]] |= SECOND;
	}
	meanings['-'] |= FIRST | SECOND; /* "-----BEGIN" */
}

static bool begins(const char *text, size_t length, const char *prefix)
{
	return length >= strlen(prefix) && memcmp(text, prefix, strlen(prefix)) == 0;
}

/* "xxxxxxxx" and "0000000…" stand in documentation; what is drawn at random has more to it. */
static bool is_varied(const char *text, size_t length)
{
	bool seen[256] = {false};
	int different = 0;

	for (size_t i = 0; i < length; i++) {
		different += !seen[(unsigned char)text[i]];
		seen[(unsigned char)text[i]] = true;
	}
	return different >= 6;
}

static bool has_form(const struct form *form, const char *text, size_t length)
{
	static const char example[] = "EXAMPLE"; /* AKIAIOSFODNN7EXAMPLE: Amazon's documentation */
	size_t prefix = strlen(form->prefix), end = prefix;

	if (!begins(text, length, form->prefix))
		return false;
	while (end < length && end - prefix <= form->most &&
	       (letter_of(text[end]) & form->alphabet) != 0)
		end++;
	/* It ends where its run of letters and digits does. */
	if (end < length && (letter_of(text[end]) & WORD) != 0)
		return false;
	if (end - prefix < form->least || end - prefix > form->most)
		return false;
	return is_varied(text + prefix, end - prefix) &&
	       memcmp(text + end - strlen(example), example, strlen(example)) != 0;
}

static bool is_base64(char c)
{
	return (letter_of(c) & (LETTER | DIGIT)) != 0 || c == '+' || c == '/' || c == '=';
}

/* A line of a key's bytes soon after the mark, maybe after headers: PEM has 64 in a line (RFC
 * 7468), OpenSSH 70; a program that only knows the mark has none. */
static bool holds_key_bytes(const char *text, size_t length)
{
	size_t run = 0;

	for (size_t i = 0; i < length && i < 512 && run < 40; i++)
		run = is_base64(text[i]) ? run + 1 : 0;
	return run >= 40;
}

/* "-----BEGIN RSA PRIVATE KEY-----" (RFC 7468), at its start. Its lines may be written with \n as
 * in JSON. */
static bool is_private_key(const char *text, size_t length)
{
	static const char begin[] = "-----BEGIN ", end[] = "PRIVATE KEY-----",
	                  block[] = "PRIVATE KEY BLOCK-----"; /* RFC 4880 */
	size_t at = strlen(begin), most = at + 32;

	if (!begins(text, length, begin))
		return false;
	while (at < length && at < most && !begins(text + at, length - at, end) &&
	       !begins(text + at, length - at, block))
		at++;
	if (at >= length || at == most)
		return false;
	at += begins(text + at, length - at, end) ? strlen(end) : strlen(block);
	return at < length && (text[at] == '\n' || text[at] == '\r' || text[at] == '\\') &&
	       holds_key_bytes(text + at + 1, length - at - 1);
}

static const char *token_at(const char *text, size_t length)
{
	if (text[0] == '-')
		return is_private_key(text, length) ? "private-key" : NULL;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (text[0] == *forms[i].prefix && has_form(&forms[i], text, length))
			return forms[i].kind;
	return NULL;
}

/* Google's key files hold a private key: it says more to name them. */
static bool is_service_account(const char *text, size_t length)
{
	static const char type[] = "\"service_account\"", key[] = "\"private_key\"";

	return memmem(text, length, type, strlen(type)) != NULL &&
	       memmem(text, length, key, strlen(key)) != NULL;
}

const char *find_token(const char *text, size_t length)
{
	static const char putty[] = "PuTTY-User-Key-File-";
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned int before = 0;

	if (begins(text, length, putty))
		return "private-key";
	learn_meanings();
	for (size_t i = 0; i + 1 < length; i++) {
		const char *kind = NULL;
		unsigned int meaning = meanings[bytes[i]];

		/* Within a word none begins. */
		if ((meaning & FIRST) != 0 && (before & WORD) == 0 &&
		    (meanings[bytes[i + 1]] & SECOND) != 0)
			kind = token_at(text + i, length - i);
		if (kind != NULL)
			return is_service_account(text, length) ? "service-account" : kind;
		before = meaning;
	}
	return NULL;
}

bool is_placeholder(const char *value, size_t length)
{
	return length == 0 || value[0] == '$' || begins(value, length, "{{") ||
	       begins(value, length, "%(") || (value[0] == '<' && value[length - 1] == '>') ||
	       memchr(value, '*', length) == value;
}

/* The authority of a URL ends there. */
static bool ends_authority(char c)
{
	return (unsigned char)c <= ' ' || strchr("/?#\"'<>\\`", c) != NULL;
}

static bool has_password(const char *authority, size_t length)
{
	size_t end = 0;

	while (end < length && !ends_authority(authority[end]))
		end++;
	const char *at = memrchr(authority, '@', end);
	if (at == NULL)
		return false;
	const char *colon = memchr(authority, ':', (size_t)(at - authority));
	return colon != NULL && !is_placeholder(colon + 1, (size_t)(at - colon) - 1);
}

bool holds_url_password(const char *text, size_t length)
{
	static const char mark[] = "://";
	const char *end = text + length, *found;

	while ((found = memmem(text, (size_t)(end - text), mark, strlen(mark))) != NULL) {
		text = found + strlen(mark);
		if (has_password(text, (size_t)(end - text)))
			return true;
	}
	return false;
}
