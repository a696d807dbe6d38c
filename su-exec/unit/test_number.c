#include "../number.h"
#include "suites.h"

#include <string.h>

struct accepted {
	const char *text;
	uint32_t id;
};

static const struct accepted accepted[] = {
    {"0", 0},
    {"9", 9},
    {"10", 10},
    {"65534", 65534},
    {"2147483647", 2147483647},
    {"2147483648", 2147483648},
    {"4294967293", 4294967293},
    {"4294967294", 4294967294},
};

static const char *const refused[] = {
    "",
    " ",
    " 0",
    "0 ",
    "0\n",
    "\t1",
    "+0",
    "+5",
    "-0",
    "-1",
    "-42",
    "00",
    "007",
    "0x10",
    "1e3",
    "1.0",
    "1,000",
    "0day",
    "abc",
    "4294967295",
    "4294967296",
    "4294967297",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "18446744073709551617",
    "\xd9\xa1",     /* ARABIC-INDIC DIGIT ONE */
    "\xef\xbc\x91", /* FULLWIDTH DIGIT ONE */
    "1\xd9\xa1",
};

START_TEST(ids_in_range_are_read)
{
	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		uint32_t id = 7;
		ck_assert_msg(parse_id(accepted[i].text, &id), "\"%s\": expected to be accepted",
		              accepted[i].text);
		ck_assert_msg(id == accepted[i].id, "\"%s\": expected itself, found %u",
		              accepted[i].text, id);
	}
}
END_TEST

START_TEST(anything_else_is_refused_and_leaves_the_id_alone)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		uint32_t id = 7;
		ck_assert_msg(!parse_id(refused[i], &id),
		              "\"%s\": expected to be refused, found %u", refused[i], id);
		ck_assert_uint_eq(id, 7);
	}
}
END_TEST

START_TEST(ten_thousand_digits_are_refused)
{
	char digits[10001];
	uint32_t id;

	memset(digits, '9', sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = '\0';
	ck_assert(!parse_id(digits, &id));
	memset(digits, '0', sizeof(digits) - 1);
	digits[sizeof(digits) - 2] = '1';
	ck_assert(!parse_id(digits, &id));
	/* 2^32 times a power of ten is 0 in 32 bits. */
	memcpy(digits, "4294967296", 10);
	memset(digits + 10, '0', sizeof(digits) - 11);
	ck_assert(!parse_id(digits, &id));
}
END_TEST

START_TEST(digits_alone_make_a_number)
{
	ck_assert(is_all_digits("0"));
	ck_assert(is_all_digits("007"));
	ck_assert(is_all_digits("99999999999999999999"));
	ck_assert(!is_all_digits(""));
	ck_assert(!is_all_digits("0day"));
	ck_assert(!is_all_digits("+5"));
	ck_assert(!is_all_digits("5 "));
}
END_TEST

START_TEST(numbers_are_written_in_decimal)
{
	char text[NUMBER_TEXT_SIZE];

	ck_assert_str_eq(format_number(0, text), "0");
	ck_assert_str_eq(format_number(10, text), "10");
	ck_assert_str_eq(format_number(4294967294, text), "4294967294");
	ck_assert_str_eq(format_number(UINT64_MAX, text), "18446744073709551615");
}
END_TEST

Suite *number_suite(void)
{
	const TTest *const tests[] = {
	    ids_in_range_are_read,           anything_else_is_refused_and_leaves_the_id_alone,
	    ten_thousand_digits_are_refused, digits_alone_make_a_number,
	    numbers_are_written_in_decimal,  NULL,
	};
	return make_suite("number", tests);
}
