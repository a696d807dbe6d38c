#include "plimsoll/files/variables.h"
#include "plimsoll/files/tokens.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Words of a name that make its value a secret; a second word must follow the first. */
static const struct {
	const char *first, *second, *kind;
} secret_words[] = {
    {"PASSWORD", NULL, "password"},   {"PASSWD", NULL, "password"},
    {"PASSPHRASE", NULL, "password"}, {"PRIVATE", "KEY", "private-key"},
    {"TOKEN", NULL, "api-token"},     {"API", "KEY", "api-token"},
    {"APIKEY", NULL, "api-token"},    {"ACCESS", "KEY", "api-token"},
    {"SECRET", NULL, "secret"},       {"CREDENTIALS", NULL, "credentials"},
};

/* Anywhere in a name: what is no secret whatever else it says. */
static const char *const public_words[] = {"PUBLIC", "KEYRING",  "VERSION", "SHA256",
                                           "SHA512", "CHECKSUM", NULL};

/* At a name's end: it tells something about the secret. */
static const char *const about_words[] = {
    "FILE", "PATH",   "DIR",    "URL",    "URI",    "NAME",    "ID",      "TTL",       "LENGTH",
    "TYPE", "POLICY", "HEADER", "ISSUER", "EXPIRY", "TIMEOUT", "ENABLED", "ALGORITHM", NULL};

static const char *const plain_values[] = {"true", "false", "yes",     "no",       "on", "off",
                                           "none", "null",  "enabled", "disabled", NULL};

struct name_parts {
	struct word {
		const char *text;
		size_t length;
	} at[16];
	size_t count;
};

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void split_name(const char *name, size_t length, struct name_parts *words)
{
	size_t start = 0;

	words->count = 0;
	for (size_t i = 0; i <= length; i++) {
		bool parted =
		    i == length || !(is_lower(name[i]) || is_upper(name[i]) || is_digit(name[i]));
		bool turned = !parted && i > start && is_upper(name[i]) && is_lower(name[i - 1]);

		if (!parted && !turned)
			continue;
		if (i > start && words->count < sizeof(words->at) / sizeof(*words->at))
			words->at[words->count++] = (struct word){name + start, i - start};
		start = parted ? i + 1 : i;
	}
}

static bool is_word(const struct word *word, const char *text)
{
	return word->length == strlen(text) && strncasecmp(word->text, text, word->length) == 0;
}

static bool is_one_of(const struct word *word, const char *const texts[])
{
	for (; *texts != NULL; texts++)
		if (is_word(word, *texts))
			return true;
	return false;
}

static const char *kind_of_name(const struct name_parts *words)
{
	if (words->count == 0 || is_one_of(&words->at[words->count - 1], about_words))
		return NULL;
	for (size_t i = 0; i < words->count; i++)
		if (is_one_of(&words->at[i], public_words))
			return NULL;
	for (size_t row = 0; row < sizeof(secret_words) / sizeof(*secret_words); row++) {
		const char *second = secret_words[row].second;

		for (size_t i = 0; i < words->count; i++)
			if (is_word(&words->at[i], secret_words[row].first) &&
			    (second == NULL ||
			     (i + 1 < words->count && is_word(&words->at[i + 1], second))))
				return secret_words[row].kind;
	}
	return NULL;
}

static bool is_number(const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!is_digit(value[i]) && value[i] != '.')
			return false;
	return true;
}

/* A base64 secret may begin with a slash, but it hardly has nothing but a path's letters. */
static bool is_path(const char *value, size_t length)
{
	size_t at = 0;

	while (at < length && (value[at] == '.' || value[at] == '~'))
		at++;
	if (at == length || value[at] != '/')
		return false;
	for (; at < length; at++)
		if (!is_lower(value[at]) && !is_upper(value[at]) && !is_digit(value[at]) &&
		    strchr("/._-@", value[at]) == NULL)
			return false;
	return true;
}

static bool is_harmless(const char *value, size_t length)
{
	static const char url[] = "://", arn[] = "arn:";
	struct word word = {value, length};

	return is_placeholder(value, length) || is_number(value, length) ||
	       is_path(value, length) || is_one_of(&word, plain_values) ||
	       memmem(value, length, url, strlen(url)) != NULL ||
	       (length > strlen(arn) && memcmp(value, arn, strlen(arn)) == 0);
}

const char *find_variable_secret(const char *name, size_t name_length, const char *value,
                                 size_t length)
{
	struct name_parts words;
	const char *kind = find_token(value, length);

	if (kind != NULL)
		return kind;
	if (holds_url_password(value, length))
		return "url-password";
	split_name(name, name_length, &words);
	kind = kind_of_name(&words);
	return kind != NULL && !is_harmless(value, length) ? kind : NULL;
}
