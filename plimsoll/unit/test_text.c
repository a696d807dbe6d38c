#include "plimsoll/date.h"
#include "plimsoll/text.h"
#include "suites.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct plain_case {
	const char *bytes;
	size_t length, most;
	const char *plain;
};

#define WHOLE(bytes) bytes, sizeof(bytes) - 1, 1000

static const struct plain_case cases[] = {
    {WHOLE(""), ""},
    {WHOLE("plain ~text"), "plain ~text"},
    {WHOLE("a\\x41"), "a\\\\x41"},
    {WHOLE("a\0b\x1b[31m\r\n\t\x7f"), "a\\x00b\\x1b[31m\\x0d\\x0a\\x09\\x7f"},
    {WHOLE("\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\xa2"), "\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\xa2"},
    {WHOLE("\xc2\x9b[31m"), "\\xc2\\x9b[31m"},            /* CSI in one character */
    {WHOLE("a\xe2\x80\xae\x62"), "a\\xe2\\x80\\xae\x62"}, /* right-to-left override */
    {WHOLE("\xe2\x81\xa6\xe2\x80\x8b"), "\\xe2\\x81\\xa6\\xe2\\x80\\x8b"}, /* isolate, zero width */
    {WHOLE("\xef\xbb\xbfx"), "\\xef\\xbb\\xbfx"},                          /* byte order mark */
    {WHOLE("\xf3\xa0\x80\xa1"), "\\xf3\\xa0\\x80\\xa1"},                   /* tag character */
    {WHOLE("\xef\xbf\xbf\xef\xbf\xbe"),
     "\\xef\\xbf\\xbf\\xef\\xbf\\xbe"}, /* no characters of XML */
    {WHOLE("\xff\xfe"), "\\xff\\xfe"},
    {WHOLE("\x80x"), "\\x80x"},
    {WHOLE("\xc3"), "\\xc3"},
    {WHOLE("\xc3(\xe2\x82"), "\\xc3(\\xe2\\x82"},
    {WHOLE("\xc0\xaf\xe0\x80\xaf"), "\\xc0\\xaf\\xe0\\x80\\xaf"}, /* overlong */
    {WHOLE("\xed\xa0\x80"), "\\xed\\xa0\\x80"},                   /* surrogate */
    {WHOLE("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"},          /* above U+10FFFF */
    {"abcdef", 6, 6, "abcdef"},
    {"abcdef", 6, 5, "abcde…"},
    {"abcdef", 6, 0, "…"},
    {"", 0, 0, ""},
    {"a\xe2\x82\xac\x62", 5, 3, "a\\xe2\\x82…"}, /* never half a character */
};

START_TEST(only_what_is_safe_to_show_comes_out_as_it_is)
{
	const struct plain_case *given = &cases[_i];
	/* A copy of its own length: the sanitizer sees a byte read beyond it. */
	char *bytes = memcpy(get_memory(given->length), given->bytes, given->length);
	char *plain = make_plain(bytes, given->length, given->most);

	ck_assert_str_eq(plain, given->plain);
	free(plain);
	free(bytes);
}
END_TEST

START_TEST(halves_of_characters_are_dropped)
{
	char text[] = "\xa9 caf\xc3\xa9 \xe2\x82 \xe2\x82\xac\xc3";

	drop_broken(text);
	ck_assert_str_eq(text, " caf\xc3\xa9  \xe2\x82\xac");
}
END_TEST

/* Each character of UTF-8 comes out as itself or escaped, and always as JSON takes it. */
START_TEST(every_pair_of_bytes_makes_json)
{
	for (unsigned int pair = 0; pair < 0x10000; pair++) {
		const unsigned char bytes[] = {(unsigned char)(pair >> 8), (unsigned char)pair};
		char *plain = make_plain(bytes, 2, 2);
		json_t *string = json_string(plain);

		/* An assertion that holds costs a write to libcheck's file: there would be a
		 * million. */
		if (string == NULL)
			ck_abort_msg("%04x: %s is no UTF-8", pair, plain);
		for (const char *at = plain; *at != '\0'; at++)
			if ((unsigned char)*at < ' ' || *at == 0x7f)
				ck_abort_msg("%04x: expected nothing that drives a terminal", pair);
		json_decref(string);
		free(plain);
	}
}
END_TEST

START_TEST(the_same_as_json)
{
	json_t *string = plain_string("a\x1b\xff", 3, 2);

	ck_assert_str_eq(json_string_value(string), "a\\x1b…");
	json_decref(string);
}
END_TEST

START_TEST(memory_of_no_size_is_memory)
{
	void *memory = get_memory(0);

	ck_assert_ptr_nonnull(memory);
	memory = resize_memory(memory, 100);
	memset(memory, 1, 100);
	free(memory);
}
END_TEST

/* AddressSanitizer's own malloc() ends the process at such a size. */
#ifndef __SANITIZE_ADDRESS__
START_TEST(without_memory_it_ends)
{
	volatile size_t all = SIZE_MAX / 4;

	get_memory(all);
}
END_TEST
#endif

/* As libc knows them, to the year 2400; each assertion of libcheck costs a system call. */
START_TEST(dates_are_those_of_libc)
{
	for (time_t day = 0; day < 157000; day++) {
		time_t seconds = day * 86400 + day % 86400;
		struct tm date;

		gmtime_r(&seconds, &date);
		int year = date.tm_year + 1900, month = date.tm_mon + 1;
		int expected = year * 10000 + month * 100 + date.tm_mday;
		if (count_days(year, month, date.tm_mday) != day || find_date(seconds) != expected)
			ck_abort_msg("%d: expected day %ld, found %ld; for it %d", expected,
			             (long)day, count_days(year, month, date.tm_mday),
			             find_date(seconds));
	}
}
END_TEST

Suite *text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *text = tcase_create("text");

	tcase_add_loop_test(text, only_what_is_safe_to_show_comes_out_as_it_is, 0,
	                    sizeof(cases) / sizeof(*cases));
	tcase_add_test(text, halves_of_characters_are_dropped);
	tcase_add_test(text, every_pair_of_bytes_makes_json);
	tcase_add_test(text, the_same_as_json);
	tcase_add_test(text, memory_of_no_size_is_memory);
	tcase_add_test(text, dates_are_those_of_libc);
#ifndef __SANITIZE_ADDRESS__
	tcase_add_exit_test(text, without_memory_it_ends, 3);
#endif
	suite_add_tcase(suite, text);
	return suite;
}
