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
    {"65535", 65535},
    {"65536", 65536},
    {"2147483646", 2147483646},
    {"2147483647", 2147483647},
    {"2147483648", 2147483648},
    {"2147483649", 2147483649},
    {"4294967293", 4294967293},
    {"4294967294", 4294967294},
};

static const char *const refused[] = {
    /* no number */
    "",
    "abc",
    "0day",
    "0x10",
    "0b1",
    "0o7",
    "1e3",
    "1.0",
    "1,000",
    "1_000",
    "1u",
    "inf",
    "/",
    ":",
    "1/",
    "1:",
    /* spaces */
    " ",
    " 0",
    "0 ",
    "1 0",
    "\t1",
    "0\n",
    "\n0",
    "0\r",
    "\v1",
    "\f1",
    "\xc2\xa0"
    "1", /* NO-BREAK SPACE */
    /* signs */
    "+",
    "-",
    "+0",
    "+5",
    "-0",
    "-1",
    "-3",
    "-42",
    "--1",
    "1-",
    "\xe2\x88\x92"
    "1", /* MINUS SIGN */
    /* leading zeros */
    "00",
    "01",
    "007",
    "00000000000000000000001",
    "04294967294",
    /* around 2^32, 2^63 and 2^64, of either sign, and what is small once it wrapped around */
    "4294967295",
    "4294967296",
    "4294967297",
    "4294968296",
    "8589934592",
    "42949672950",
    "9223372036854775806",
    "9223372036854775807",
    "9223372036854775808",
    "9223372036854775809",
    "18446744073709551614",
    "18446744073709551615",
    "18446744073709551616",
    "18446744073709551617",
    "18446744073709552616",
    "36893488147419103232",
    "340282366920938463463374607431768211456",
    "-2147483647",
    "-2147483648",
    "-2147483649",
    "-4294967295",
    "-4294967296",
    "-4294967297",
    "-9223372036854775807",
    "-9223372036854775808",
    "-9223372036854775809",
    "-18446744073709551615",
    "-18446744073709551616",
    /* digits, but not ASCII's */
    "\xd9\xa0",         /* ARABIC-INDIC DIGIT ZERO */
    "\xd9\xa1",         /* ARABIC-INDIC DIGIT ONE */
    "\xe0\xa5\xa7",     /* DEVANAGARI DIGIT ONE */
    "\xef\xbc\x90",     /* FULLWIDTH DIGIT ZERO */
    "\xef\xbc\x91",     /* FULLWIDTH DIGIT ONE */
    "\xf0\x9d\x9f\x8f", /* MATHEMATICAL BOLD DIGIT ONE */
    "\xc2\xb9",         /* SUPERSCRIPT ONE */
    "\xb9",             /* the same in Latin-1 */
    "1\xd9\xa1",
    "1\xef\xbc\x90",
    "1\xff",
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
