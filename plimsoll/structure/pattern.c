#include "plimsoll/structure/pattern.h"

#include "plimsoll/engine/client.h"
#include "plimsoll/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define SECONDS_MOST 5.0   /* for one pattern on one text */
#define REPEAT_MOST 1000UL /* as Go has it */
#define PATTERN_MOST 10000 /* bytes */
#define STATES_MOST 30000  /* of the automaton at a time: its memory */
#define DEPTH_MOST 200
#define CODE_MOST                                                                                  \
	(16U << 20) /* bytes of what a pattern is compiled to: "(((x{999}){999}){999}"             \
	             */

/* A pattern on its way into PCRE2's spelling. */
struct translation {
	const char *from;
	char *to;
	char *atom;         /* where the item that a quantifier would repeat begins, or NULL */
	const char *reason; /* NULL: nothing is wrong yet */
	size_t depth;       /* groups that are open */
	bool multiline[DEPTH_MOST + 1]; /* the flag m, in each */
};

static bool refuse(struct translation *translation, const char *reason)
{
	translation->reason = reason;
	return false;
}

static void copy(struct translation *translation, size_t length)
{
	memcpy(translation->to, translation->from, length);
	translation->to += length;
	translation->from += length;
}

static void put(struct translation *translation, const char *text, size_t length)
{
	translation->to = stpcpy(translation->to, text);
	translation->from += length;
}

static bool copy_hexadecimal(struct translation *translation)
{
	const char *at = translation->from + 2;

	if (*at == '{') {
		size_t digits = strspn(at + 1, "0123456789abcdefABCDEF");

		if (digits == 0 || digits > 8 || at[1 + digits] != '}')
			return refuse(translation, "\\x{} needs a number");
		copy(translation, digits + 4);
		return true;
	}
	if (isxdigit((unsigned char)at[0]) == 0 || isxdigit((unsigned char)at[1]) == 0)
		return refuse(translation, "\\x needs two hexadecimal digits");
	copy(translation, 4);
	return true;
}

/* Go knows no reference back: a single digit is one, more are a number of base 8. */
static bool copy_octal(struct translation *translation)
{
	char spelled[16];
	const char *at = translation->from + 1;
	size_t digits = strspn(at, "01234567");

	if (*at != '0' && digits < 2)
		return refuse(translation, "\\1 to \\9: Go has no references back");
	if (digits > 3)
		digits = 3;
	snprintf(spelled, sizeof(spelled), "%.*s", (int)digits, at);
	snprintf(spelled, sizeof(spelled), "\\x{%lx}", strtoul(spelled, NULL, 8));
	put(translation, spelled, digits + 1);
	return true;
}

/* One character as it is, an escape where it could mean anything. */
static void copy_literal(struct translation *translation)
{
	uint32_t code;
	size_t length =
	    decode_utf8((const unsigned char *)translation->from, strlen(translation->from), &code);

	translation->atom = translation->to;
	if (ispunct((unsigned char)*translation->from) != 0)
		*translation->to++ = '\\';
	copy(translation, length > 0 ? length : 1);
}

/* \Q…\E, or up to the end: a quantifier behind it repeats its last character. */
static void copy_quoted(struct translation *translation)
{
	translation->from += 2;
	while (*translation->from != '\0' && strncmp(translation->from, "\\E", 2) != 0)
		copy_literal(translation);
	translation->from += *translation->from != '\0' ? 2 : 0;
}

/* \pL, \p{Greek} */
static bool copy_property(struct translation *translation)
{
	size_t length = translation->from[2] == '{' ? strcspn(translation->from, "}") + 1 : 3;

	if (strlen(translation->from) < length)
		return refuse(translation, "\\p needs a property");
	copy(translation, length);
	return true;
}

static bool copy_escape(struct translation *translation, bool in_class)
{
	unsigned char letter = (unsigned char)translation->from[1];

	if (letter == '\0')
		return refuse(translation, "a backslash at its end");
	if (letter == 'x')
		return copy_hexadecimal(translation);
	if (isdigit(letter) != 0)
		return copy_octal(translation);
	if (letter == 'v') { /* PCRE2 takes any vertical blank for it */
		put(translation, "\\x0b", 2);
		return true;
	}
	if (letter == 'p' || letter == 'P')
		return copy_property(translation);
	if (letter >= 0x80 ||
	    (isalnum(letter) != 0 &&
	     strchr(in_class ? "afnrtdDsSwW" : "afnrtdDsSwWAzbB", letter) == NULL))
		return refuse(translation, "a backslash before a letter that Go gives no meaning");
	copy(translation, 2);
	return true;
}

static bool copy_class(struct translation *translation)
{
	copy(translation, 1);
	if (*translation->from == '^')
		copy(translation, 1);
	if (*translation->from == ']')
		copy(translation, 1);
	while (*translation->from != ']') {
		const char *end = strncmp(translation->from, "[:", 2) == 0
		                      ? strstr(translation->from, ":]")
		                      : NULL;

		if (*translation->from == '\0')
			return refuse(translation, "no ] for its [");
		if (end != NULL)
			copy(translation, (size_t)(end + 2 - translation->from));
		else if (*translation->from == '[')
			put(translation, "\\[", 1);
		else if (*translation->from != '\\')
			copy(translation, 1);
		else if (!copy_escape(translation, true))
			return false;
	}
	copy(translation, 1);
	return true;
}

/* What flags such as "is-m" make of the flag m. */
static bool set_multiline(const char *flags, size_t length, bool multiline)
{
	bool on = true;

	for (size_t i = 0; i < length; i++) {
		on &= flags[i] != '-';
		multiline = flags[i] == 'm' ? on : multiline;
	}
	return multiline;
}

static bool open_group(struct translation *translation, size_t length, bool multiline)
{
	translation->atom = NULL;
	if (translation->depth == DEPTH_MOST)
		return refuse(translation, "more than 200 groups in each other");
	translation->multiline[++translation->depth] = multiline;
	copy(translation, length);
	return true;
}

/* A group of Go's: "(", "(?P<name>", "(?<name>", "(?flags)" and "(?flags:". */
static bool copy_group(struct translation *translation)
{
	const char *at = translation->from + 1;
	bool multiline = translation->multiline[translation->depth];

	if (*at == '*')
		return refuse(translation, "* has nothing to repeat");
	if (*at != '?')
		return open_group(translation, 1, multiline);
	at++;
	if ((at[0] == 'P' && at[1] == '<') || (at[0] == '<' && at[1] != '=' && at[1] != '!')) {
		const char *end = strchr(at, '>');

		return end != NULL ? open_group(translation, (size_t)(end + 1 - translation->from),
		                                multiline)
		                   : refuse(translation, "no > behind the name of a group");
	}
	size_t flags = strspn(at, "imsU-");
	if (at[flags] != ':' && (at[flags] != ')' || flags == 0))
		return refuse(translation, "(? and what follows: Go has no such group");
	multiline = set_multiline(at, flags, multiline);
	if (at[flags] == ':')
		return open_group(translation, flags + 3, multiline);
	translation->multiline[translation->depth] = multiline;
	translation->atom = NULL;
	copy(translation, flags + 3);
	return true;
}

static bool close_group(struct translation *translation)
{
	translation->atom = NULL;
	if (translation->depth == 0)
		return refuse(translation, "no ( for its )");
	translation->depth--;
	copy(translation, 1);
	return true;
}

/* The length of "{n}", "{n,}" or "{n,m}"; 0: Go takes this for plain text. */
static size_t measure_repeat(const char *at, unsigned long *most)
{
	size_t length = 1 + strspn(at + 1, "0123456789");

	if (length == 1)
		return 0;
	*most = strtoul(at + 1, NULL, 10);
	if (at[length] == ',') {
		size_t digits = strspn(at + length + 1, "0123456789");

		if (digits > 0)
			*most = strtoul(at + length + 1, NULL, 10);
		length += digits + 1;
	}
	return at[length] == '}' ? length + 1 : 0;
}

/*
 * The automaton counts the repetitions of "a+", so that each beginning of a match is another state
 * of it; of "(?:a)+" it does not.
 */
static void wrap_atom(struct translation *translation)
{
	static const char open[] = "(?:";
	char *atom = translation->atom;

	if (atom == NULL)
		return;
	memmove(atom + strlen(open), atom, (size_t)(translation->to - atom));
	memcpy(atom, open, strlen(open));
	translation->to += strlen(open);
	*translation->to++ = ')';
}

/* A quantifier, with the ? that makes it lazy; a second one behind it is none of Go's. */
static bool copy_quantifier(struct translation *translation, size_t length)
{
	unsigned long most;

	if (*translation->from == '+')
		wrap_atom(translation);
	translation->atom = NULL;
	copy(translation, length);
	if (*translation->from == '?')
		copy(translation, 1);
	if ((*translation->from != '\0' && strchr("*+?", *translation->from) != NULL) ||
	    (*translation->from == '{' && measure_repeat(translation->from, &most) > 0))
		return refuse(translation, "a repetition of a repetition");
	return true;
}

static bool copy_brace(struct translation *translation)
{
	unsigned long most;
	size_t length = measure_repeat(translation->from, &most);

	if (length == 0) {
		copy_literal(translation);
		return true;
	}
	return most <= REPEAT_MOST ? copy_quantifier(translation, length)
	                           : refuse(translation, "more than 1000 repetitions");
}

/* "$" is the very end, but with the flag m that of a line. */
static void copy_end(struct translation *translation)
{
	translation->atom = NULL;
	if (translation->multiline[translation->depth])
		copy(translation, 1);
	else
		put(translation, "\\z", 1);
}

static bool copy_next(struct translation *translation)
{
	switch (*translation->from) {
	case '\\':
		translation->atom = translation->to;
		if (translation->from[1] != 'Q')
			return copy_escape(translation, false);
		copy_quoted(translation);
		return true;
	case '[':
		translation->atom = translation->to;
		return copy_class(translation);
	case '(':
		return copy_group(translation);
	case ')':
		return close_group(translation);
	case '{':
		return copy_brace(translation);
	case '*':
	case '+':
	case '?':
		return copy_quantifier(translation, 1);
	case '$':
		copy_end(translation);
		return true;
	case '|':
	case '^':
		translation->atom = NULL;
		copy(translation, 1);
		return true;
	case '.':
		translation->atom = translation->to;
		copy(translation, 1);
		return true;
	default:
		copy_literal(translation);
		return true;
	}
}

/* In PCRE2's spelling: allocated; NULL and reason for what Go's has not. */
static char *translate(const char *pattern, const char **reason)
{
	/* "\07" may become "\x{7}", "a+" "(?:a)+": never more than four times as long. */
	char *text = get_memory(4 * strlen(pattern) + 16);
	struct translation translation = {.from = pattern, .to = text};

	while (*translation.from != '\0') {
		if (!copy_next(&translation)) {
			*reason = translation.reason;
			free(text);
			return NULL;
		}
	}
	*translation.to = '\0';
	return text;
}

static pcre2_code *compile(const char *translated, int *error, size_t *offset)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	uint32_t options = PCRE2_UTF | PCRE2_ALT_CIRCUMFLEX | PCRE2_NO_AUTO_CAPTURE |
	                   PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;

	if (context == NULL)
		end_without_memory();
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_set_max_pattern_compiled_length(context, CODE_MOST);
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)translated, PCRE2_ZERO_TERMINATED, options,
	                                 error, offset, context);
	pcre2_compile_context_free(context);
	return code;
}

bool check_pattern(const char *pattern, char *reason, size_t size)
{
	const char *why = "longer than 10000 bytes";
	char *translated = strlen(pattern) <= PATTERN_MOST ? translate(pattern, &why) : NULL;
	int error;
	size_t offset;

	if (translated == NULL) {
		snprintf(reason, size, "no regular expression: %s", why);
		return false;
	}
	pcre2_code *code = compile(translated, &error, &offset);
	free(translated);
	if (code == NULL) {
		unsigned char text[128] = "";

		pcre2_get_error_message(error, text, sizeof(text));
		snprintf(reason, size, "no regular expression: %s", (const char *)text);
		return false;
	}
	pcre2_code_free(code);
	return true;
}

/* Called before every item of the pattern, so that time runs out in the midst of a match too. */
static int watch_clock(pcre2_callout_block *block, void *deadline)
{
	(void)block;
	return now() < *(double *)deadline ? 0 : PCRE2_ERROR_CALLOUT;
}

static enum match run(const pcre2_code *code, const char *text, size_t length)
{
	double deadline = now() + SECONDS_MOST;
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int *workspace = get_memory(STATES_MOST * sizeof(*workspace));

	if (context == NULL || data == NULL)
		end_without_memory();
	pcre2_set_callout(context, watch_clock, &deadline);
	pcre2_set_depth_limit(context, 100);
	int found =
	    pcre2_dfa_match(code, (PCRE2_SPTR)text, length, 0, PCRE2_ANCHORED | PCRE2_DFA_SHORTEST,
	                    data, context, workspace, STATES_MOST);
	free(workspace);
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	return found >= 0                     ? MATCH_FOUND
	       : found == PCRE2_ERROR_NOMATCH ? MATCH_NONE
	                                      : MATCH_UNDECIDED;
}

/*
 * The automaton begins anew at each byte by itself, for a time that grows with the square of the
 * text; with all beginnings in the pattern it runs over the text once.
 */
enum match find_pattern(const char *pattern, const char *text, size_t length)
{
	const char *reason;
	char *translated = translate(pattern, &reason);

	if (translated == NULL)
		return MATCH_UNDECIDED;
	char *anywhere = print_text("(?s:.*?)(?:%s)", translated);
	int error;
	size_t offset;
	pcre2_code *code = compile(anywhere, &error, &offset);
	free(anywhere);
	free(translated);
	enum match match = code != NULL ? run(code, text, length) : MATCH_UNDECIDED;
	pcre2_code_free(code);
	return match;
}

char *repair_text(const void *bytes, size_t length, size_t *repaired)
{
	static const char unknown[] = "\xef\xbf\xbd";
	const unsigned char *from = bytes;
	char *text = get_memory(3 * length + 1), *to = text;

	for (size_t at = 0, step; at < length; at += step > 0 ? step : 1) {
		uint32_t code;

		step = decode_utf8(from + at, length - at, &code);
		if (step > 0)
			to = mempcpy(to, from + at, step);
		else
			to = stpcpy(to, unknown);
	}
	*to = '\0';
	*repaired = (size_t)(to - text);
	return text;
}
