#include "plimsoll/image/headers.h"
#include "plimsoll/text.h"
#include "plimsoll/unit/suites.h"

#include <archive.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One header, and what follows it. Fields that are not given are those of a file called "name". */
struct head {
	char type; /* '\0' ends the list */
	const char *name, *body;
	size_t body_length; /* 0: of body as text */
	const char *size;   /* of the field, where it is not that of body */
	struct {
		size_t offset;
		const char *bytes;
		size_t length;
	} field, more; /* others */
};

#define END '.' /* a header of zeros */

#define AT(offset, text) {offset, text, sizeof(text) - 1}

static void sign(char block[static TAR_BLOCK])
{
	unsigned int sum = 8 * ' ';

	memset(block + 148, 0, 8);
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
	block[155] = ' ';
}

static void fill(char block[static TAR_BLOCK], const struct head *head, size_t size)
{
	memset(block, 0, TAR_BLOCK);
	if (head->type == END)
		return;
	strcpy(block, head->name != NULL ? head->name : "name");
	memcpy(block + 100, "0000644", 8);
	memcpy(block + 108, "0000000", 8);
	memcpy(block + 116, "0000000", 8);
	snprintf(block + 124, 12, "%011zo", size);
	if (head->size != NULL)
		memcpy(block + 124, head->size, 12);
	memcpy(block + 136, "00000000000", 12);
	block[156] = head->type == '-' ? '\0' : head->type;
	memcpy(block + 257, "ustar\00000", 8);
	if (head->field.bytes != NULL)
		memcpy(block + head->field.offset, head->field.bytes, head->field.length);
	if (head->more.bytes != NULL)
		memcpy(block + head->more.offset, head->more.bytes, head->more.length);
	sign(block);
}

/* The archive; allocated. */
static char *build(const struct head heads[], size_t *length)
{
	char *bytes = NULL;

	*length = 0;
	for (; heads->type != '\0'; heads++) {
		size_t size = heads->body_length;
		if (size == 0 && heads->body != NULL)
			size = strlen(heads->body);
		size_t padded = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
		bytes = resize_memory(bytes, *length + TAR_BLOCK + padded);
		fill(bytes + *length, heads, size);
		memset(bytes + *length + TAR_BLOCK, 0, padded);
		if (size > 0)
			memcpy(bytes + *length + TAR_BLOCK, heads->body, size);
		*length += TAR_BLOCK + padded;
	}
	bytes = resize_memory(bytes, *length + TAR_BLOCK);
	memset(bytes + *length, 0, TAR_BLOCK);
	*length += TAR_BLOCK;
	return bytes;
}

/* Takes the bytes step by step; "" where nothing is wrong. */
static const char *check_bytes(const char *bytes, size_t length, size_t step, char *text,
                               size_t size)
{
	struct archive *archive = archive_read_new();
	struct headers headers = {.wrong = NULL};
	bool right = true;

	for (size_t at = 0; at < length && right; at += step) {
		la_ssize_t taken = (la_ssize_t)(length - at < step ? length - at : step);
		right = check_headers(&headers, archive, bytes + at, taken) == taken;
	}
	snprintf(text, size, "%s", right ? "" : archive_error_string(archive));
	free_headers(&headers);
	archive_read_free(archive);
	return text;
}

static void assert_wrong(const char *what, const struct head heads[], const char *expected)
{
	static const size_t steps[] = {1 << 20, TAR_BLOCK, 100, 1};
	char text[200], whole[200] = "";
	size_t length;
	char *bytes = build(heads, &length);

	if (*expected != '\0')
		snprintf(whole, sizeof(whole), "readers of tar differ: %s", expected);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		check_bytes(bytes, length, steps[i], text, sizeof(text));
		ck_assert_msg(strcmp(text, whole) == 0,
		              "%s, %zu bytes at a time: expected \"%s\", found \"%s\"", what,
		              steps[i], whole, text);
	}
	free(bytes);
}

#define PATH_A "10 path=a\n"

static const char *const
    several = "several extended headers of one member",
    *const all = "an extended header of all members",
    *const contents = "contents of what can't have any", *const number = "a number that is none",
    *const sparse = "a sparse file",
    *const kind = "a sparse file, or a member of a kind that POSIX doesn't know",
    *const record = "a record of pax that is none", *const nameless = "a member without a name",
    *const folder = "a file whose name ends as a directory's",
    *const gnu = "more of GNU's form than names and times",
    *const form = "a form of ustar that is not POSIX's";

static const struct {
	const char *what, *const *wrong; /* NULL: nothing */
	struct head heads[5];
} cases[] = {
    {"nothing", NULL, {{.type = '\0'}}},
    {"files",
     NULL,
     {{.type = '0', .body = "1"}, {.type = '-', .body = "2"}, {.type = '0', .name = "c"}}},
    {"directories, links and devices",
     NULL,
     {{.type = '5', .name = "a/"},
      {.type = '2', .field = AT(157, "b")},
      {.type = '1', .field = AT(157, "a")},
      {.type = '3'}}},
    {"pax",
     NULL,
     {{.type = 'x', .body = PATH_A},
      {.type = '0', .body = "1"},
      {.type = 'x', .body = PATH_A},
      {.type = '0'}}},
    {"pax, of what it doesn't ask",
     NULL,
     {{.type = 'x', .body = "30 SCHILY.xattr.security.a=\0b\n", .body_length = 30},
      {.type = '0'},
      {.type = 'x', .body = "12 a=b=c=d=\n"},
      {.type = '0'}}},
    {"pax, a size",
     NULL,
     {{.type = 'x', .body = "10 size=1\n"}, {.type = '0', .body = "1", .size = "00000000000"}}},
    {"pax for all",
     &all,
     {{.type = 'g', .body = "13 comment=a\n"}, {.type = 'x', .body = PATH_A}, {.type = '0'}}},
    {"GNU's long names",
     NULL,
     {{.type = 'K', .body = "target", .body_length = 7},
      {.type = 'L', .body = "a", .body_length = 2},
      {.type = '2'}}},
    {"GNU's form, with times",
     NULL,
     {{.type = '0', .field = AT(257, "ustar  \0"), .more = AT(345, "00000000000\0000000000001")}}},
    {"before POSIX", NULL, {{.type = '0', .field = AT(257, "\0\0\0\0\0\0\0")}}},
    {"a size in base 256",
     NULL,
     {{.type = '0', .body = "1", .size = "\x80\0\0\0\0\0\0\0\0\0\0\1"}, {.type = '0'}}},
    {"blanks before a number",
     NULL,
     {{.type = '0', .size = "          0"}, {.type = '0', .size = "           "}}},
    {"what stands behind the end", NULL, {{.type = '0'}, {.type = END}, {.type = 'S'}}},

    {"a hard link with contents", &contents, {{.type = '1', .body = "1", .field = AT(157, "a")}}},
    {"a hard link with contents, by pax",
     &contents,
     {{.type = 'x', .body = "12 size=512\n"}, {.type = '1', .field = AT(157, "a")}}},
    {"a symbolic link with contents",
     &contents,
     {{.type = '2', .body = "1", .field = AT(157, "a")}}},
    {"a directory with contents", &contents, {{.type = '5', .body = "1"}}},
    {"a pipe with contents", &contents, {{.type = '6', .body = "1"}}},
    {"pax twice",
     &several,
     {{.type = 'x', .body = PATH_A}, {.type = 'x', .body = PATH_A}, {.type = '0'}}},
    {"GNU's name behind pax",
     &several,
     {{.type = 'x', .body = PATH_A}, {.type = 'L', .body = "b"}, {.type = '0'}}},
    {"pax behind GNU's name",
     &several,
     {{.type = 'L', .body = "b"}, {.type = 'x', .body = PATH_A}, {.type = '0'}}},
    {"GNU's target behind pax",
     &several,
     {{.type = 'x', .body = PATH_A}, {.type = 'K', .body = "b"}, {.type = '2'}}},
    {"GNU's name twice",
     &several,
     {{.type = 'L', .body = "b"}, {.type = 'L', .body = "b"}, {.type = '0'}}},
    {"GNU's target twice",
     &several,
     {{.type = 'K', .body = "b"}, {.type = 'K', .body = "b"}, {.type = '2'}}},
    {"a name of GNU's sparse files",
     &sparse,
     {{.type = 'x', .body = "21 GNU.sparse.name=a\n"}, {.type = '0'}}},
    {"a size of star's sparse files",
     &sparse,
     {{.type = 'x', .body = "21 SCHILY.realsize=0\n"}, {.type = '0'}}},
    {"a map of Sun's", &sparse, {{.type = 'x', .body = "19 SUN.holesdata=0\n"}, {.type = '0'}}},
    {"a sparse file", &kind, {{.type = 'S'}}},
    {"a volume's name", &kind, {{.type = 'V'}}},
    {"pax as Sun had it", &kind, {{.type = 'X', .body = PATH_A}, {.type = '0'}}},
    {"a contiguous file", &kind, {{.type = '7'}}},
    {"NUL before a mode", &number, {{.type = '0', .field = AT(100, "\0004755\0\0")}}},
    {"NUL within a mode", &number, {{.type = '0', .field = AT(100, "000\0755")}}},
    {"a size with a sign", &number, {{.type = '0', .size = "-0000000001"}}},
    {"a negative size",
     &number,
     {{.type = '0', .size = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}}},
    {"a size beyond all", &number, {{.type = '0', .size = "\x80\0\0\0\x10\0\0\0\0\0\0\0"}}},
    {"an owner that is none", &number, {{.type = '0', .field = AT(108, "root\0\0\0")}}},
    {"a group in base 256 that is negative", &number, {{.type = '0', .field = AT(116, "\xff")}}},
    {"a record of another length", &record, {{.type = 'x', .body = "11 path=a\n"}, {.type = '0'}}},
    {"a record of no length", &record, {{.type = 'x', .body = "path=a\n"}, {.type = '0'}}},
    {"a length with a zero", &record, {{.type = 'x', .body = "011 path=a\n"}, {.type = '0'}}},
    {"a length with a sign", &record, {{.type = 'x', .body = "+10 path=a\n"}, {.type = '0'}}},
    {"a record without its end", &record, {{.type = 'x', .body = "10 path=ab"}, {.type = '0'}}},
    {"a record without a key", &record, {{.type = 'x', .body = "5 =a\n"}, {.type = '0'}}},
    {"a record without a value", &record, {{.type = 'x', .body = "7 path\n"}, {.type = '0'}}},
    {"an empty path", &record, {{.type = 'x', .body = "8 path=\n"}, {.type = '0'}}},
    {"a path with NUL",
     &record,
     {{.type = 'x', .body = "12 path=a\0b\n", .body_length = 12}, {.type = '0'}}},
    {"a key with NUL",
     &record,
     {{.type = 'x', .body = "12 pa\0th=ab\n", .body_length = 12}, {.type = '0'}}},
    {"a size that is none", &record, {{.type = 'x', .body = "12 size= 10\n"}, {.type = '0'}}},
    {"a size without digits", &record, {{.type = 'x', .body = "8 size=\n"}, {.type = '0'}}},
    {"a size of many digits",
     &record,
     {{.type = 'x', .body = "28 size=1000000000000000000\n"}, {.type = '0'}}},
    {"zeros behind the records",
     &record,
     {{.type = 'x', .body = PATH_A, .body_length = 11}, {.type = '0'}}},
    {"a path twice",
     &(const char *const){"a record of pax twice"},
     {{.type = 'x', .body = PATH_A PATH_A}, {.type = '0'}}},
    {"a file with a slash", &folder, {{.type = '0', .name = "a/"}}},
    {"a file of long ago with a slash", &folder, {{.type = '-', .name = "a/"}}},
    {"a file with a slash by pax", &folder, {{.type = 'x', .body = "11 path=a/\n"}, {.type = '0'}}},
    {"a file with a slash by GNU", &folder, {{.type = 'L', .body = "a/"}, {.type = '0'}}},
    {"a file without a name", &nameless, {{.type = '0', .name = ""}}},
    {"a file without a name by GNU",
     &nameless,
     {{.type = 'L', .body = "", .body_length = 1}, {.type = '0'}}},
    {"a target of a file",
     &(const char *const){"a target of what is no link"},
     {{.type = 'x', .body = "14 linkpath=a\n"}, {.type = '0'}}},
    {"a target of a directory by GNU",
     &(const char *const){"a target of what is no link"},
     {{.type = 'K', .body = "a"}, {.type = '5'}}},
    {"a map of GNU's sparse files in any header",
     &gnu,
     {{.type = '0', .field = AT(257, "ustar  \0"), .more = AT(386, "0")}}},
    {"a time that Go can't read, of GNU's form",
     &gnu,
     {{.type = '0', .field = AT(257, "ustar  \0"), .more = AT(345, "folder")}}},
    {"star's form", &form, {{.type = '0', .field = AT(508, "tar\0")}}},
    {"a form that Go takes for none", &form, {{.type = '0', .field = AT(257, "ustar0")}}},
};

START_TEST(what_readers_take_differently_is_refused)
{
	assert_wrong(cases[_i].what, cases[_i].heads,
	             cases[_i].wrong != NULL ? *cases[_i].wrong : "");
}
END_TEST

START_TEST(a_checksum_that_is_wrong)
{
	size_t length;
	char text[200],
	    *bytes = build((const struct head[]){{.type = '0'}, {.type = '0'}, {'\0'}}, &length);

	bytes[TAR_BLOCK] = 'x';
	ck_assert_str_eq(check_bytes(bytes, length, length, text, sizeof(text)),
	                 "bad header checksum");
	free(bytes);
}
END_TEST

Suite *headers_suite(void)
{
	Suite *suite = suite_create("headers");
	TCase *one = tcase_create("headers");

	tcase_add_loop_test(one, what_readers_take_differently_is_refused, 0,
	                    sizeof(cases) / sizeof(*cases));
	tcase_add_test(one, a_checksum_that_is_wrong);
	suite_add_tcase(suite, one);
	return suite;
}
