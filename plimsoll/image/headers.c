#include "plimsoll/image/headers.h"
#include "plimsoll/image/decompress.h"
#include "plimsoll/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DIFFER "readers of tar differ: "

/* More than Go reads of one. */
#define MOST_EXTENDED (1U << 20)

/* Offsets and lengths of fields: those of ustar, and GNU's own. */
struct place {
	size_t offset, length;
};

static const struct place NAME = {0, 100}, MODE = {100, 8}, UID = {108, 8}, GID = {116, 8},
                          LENGTH = {124, 12}, SUM = {148, 8}, MAGIC = {257, 8},
                          GNU_ACCESSED = {345, 12}, GNU_CHANGED = {357, 12}, GNU_REST = {369, 143},
                          STAR_MAGIC = {508, 4};

enum { TYPE = 156, PREFIX = 345 };

/* Octal digits between blanks, or base 256 behind a first byte of 0x80, below 2^60: no sign, and
 * nothing behind. */
static bool read_number(const unsigned char *block, struct place place, uint64_t *number)
{
	const unsigned char *field = block + place.offset;
	size_t at = 0;

	*number = 0;
	if (*field == 0x80) {
		for (at = 1; at < place.length && *number >> 52 == 0; at++)
			*number = *number << 8 | field[at];
		return at == place.length;
	}
	while (at < place.length && field[at] == ' ')
		at++;
	for (; at < place.length && field[at] >= '0' && field[at] <= '7'; at++)
		*number = *number << 3 | (uint64_t)(field[at] - '0');
	while (at < place.length && (field[at] == ' ' || field[at] == '\0'))
		at++;
	return at == place.length;
}

static bool is_empty(const unsigned char *block, struct place place)
{
	for (size_t i = 0; i < place.length; i++)
		if (block[place.offset + i] != 0)
			return false;
	return true;
}

bool has_checksum(const unsigned char block[static TAR_BLOCK])
{
	uint64_t said;
	uint64_t sum = SUM.length * ' ';

	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i < SUM.offset || i >= SUM.offset + SUM.length ? block[i] : 0U;
	return read_number(block, SUM, &said) && said == sum;
}

bool has_two_forms(const char *head, size_t length)
{
	return length >= TAR_BLOCK && may_be_compressed(head, length) &&
	       has_checksum((const unsigned char *)head);
}

/* GNU's older forms of sparse files are seen by some in any header; a time of access that can't be
 * read makes Go take the field for the start of a name. */
static const char *find_wrong_form(const unsigned char *block)
{
	const unsigned char *magic = block + MAGIC.offset;
	uint64_t time;

	if (memcmp(magic, "ustar  ", 8) == 0)
		return !is_empty(block, GNU_REST) || !read_number(block, GNU_ACCESSED, &time) ||
		               !read_number(block, GNU_CHANGED, &time)
		           ? DIFFER "more of GNU's form than names and times"
		           : NULL;
	if (memcmp(magic, "ustar", 5) != 0)
		return NULL;
	return magic[5] != '\0' || memcmp(block + STAR_MAGIC.offset, "tar", 4) == 0 ? DIFFER
	           "a form of ustar that is not POSIX's"
	                                                                            : NULL;
}

static bool read_numbers(const unsigned char *block, uint64_t *size)
{
	uint64_t other;

	return read_number(block, MODE, &other) && read_number(block, UID, &other) &&
	       read_number(block, GID, &other) && read_number(block, LENGTH, size);
}

static bool fail_with(struct headers *headers, const char *wrong)
{
	headers->wrong = wrong;
	return false;
}

static void take_extended(struct headers *headers, char type, uint64_t size)
{
	bool any = headers->next.pax || headers->next.name || headers->next.link;

	if (headers->next.pax || (type == 'x' && any) || (type == 'L' && headers->next.name) ||
	    (type == 'K' && headers->next.link))
		headers->wrong = DIFFER "several extended headers of one member";
	if (size > MOST_EXTENDED)
		headers->wrong = DIFFER "an extended header of more than 1 MiB";
	headers->rest = (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK;
	headers->next.pax |= type == 'x';
	headers->next.name |= type == 'L';
	headers->next.link |= type == 'K';
	if (headers->wrong != NULL)
		return;
	headers->body.text = get_memory((size_t)size + 1);
	headers->body.size = (size_t)size;
	headers->body.length = 0;
	headers->body.type = type;
}

/* The last letter of the name, 0 where it is empty. */
static char find_end(const char *name, size_t most)
{
	size_t length = strnlen(name, most);

	return length > 0 ? name[length - 1] : '\0';
}

static void take_member(struct headers *headers, const unsigned char *block, uint64_t size)
{
	const char type = (char)block[TYPE];
	bool is_file = type == '0' || type == '\0', is_link = type == '1' || type == '2';
	char end = headers->next.path_end;

	if (end == '\0')
		end = find_end((const char *)block, NAME.length);
	if (end == '\0' && memcmp(block + MAGIC.offset, "ustar", 6) == 0 && block[PREFIX] != '\0')
		end = '/'; /* a directory, as Python writes it */
	if (headers->next.has_size)
		size = headers->next.size;
	if (!is_file && (type < '1' || type > '6'))
		headers->wrong =
		    DIFFER "a sparse file, or a member of a kind that POSIX doesn't know";
	else if (end == '\0')
		headers->wrong = DIFFER "a member without a name";
	else if (is_file && end == '/')
		headers->wrong = DIFFER "a file whose name ends as a directory's";
	else if (!is_file && size > 0)
		headers->wrong = DIFFER "contents of what can't have any";
	else if (!is_link && headers->next.target)
		headers->wrong = DIFFER "a target of what is no link";
	headers->rest = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
	memset(&headers->next, 0, sizeof(headers->next));
}

/* An extended header of all members has no effect; but containerd takes its name for a file's, and
 * removes that. Only git's is known to be harmless. */
static void pass_global(struct headers *headers, const unsigned char *block, uint64_t size)
{
	if (headers->next.pax || headers->next.name || headers->next.link)
		headers->wrong = DIFFER "several extended headers of one member";
	else if (strcmp((const char *)block, "pax_global_header") != 0)
		headers->wrong = DIFFER "an extended header of all members";
	headers->rest = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

static void take_header(struct headers *headers, const unsigned char *block, bool first)
{
	const struct place all = {0, TAR_BLOCK};
	const char type = (char)block[TYPE];
	uint64_t size;

	headers->ended = is_empty(block, all);
	if (headers->ended)
		return;
	headers->wrong = find_wrong_form(block);
	if (!has_checksum(block)) {
		headers->wrong = "bad header checksum";
		headers->foreign = first;
	} else if (headers->wrong == NULL && !read_numbers(block, &size)) {
		headers->wrong = DIFFER "a number that is none";
	}
	if (headers->wrong != NULL)
		return;
	if (type == 'g')
		pass_global(headers, block, size);
	else if (type == 'x' || type == 'L' || type == 'K')
		take_extended(headers, type, size);
	else
		take_member(headers, block, size);
}

/* A record of pax, "LENGTH KEY=VALUE\n". */
struct record {
	const char *key, *value;
	size_t key_length, value_length;
};

/* False where what is at *at, with so much left, is none; else both lead behind it. */
static bool next_record(const char **at, size_t *left, struct record *record)
{
	size_t digits = 0, length = 0;
	const char *text = *at;

	for (; digits < *left && digits < 8 && isdigit((unsigned char)text[digits]); digits++)
		length = 10 * length + (size_t)(text[digits] - '0');
	if (text[0] == '0' || length > *left || length < digits + 3 || text[digits] != ' ' ||
	    text[length - 1] != '\n')
		return false;
	record->key = text + digits + 1;
	const char *equals = memchr(record->key, '=', length - digits - 2);
	if (equals == NULL)
		return false;
	record->key_length = (size_t)(equals - record->key);
	record->value = equals + 1;
	record->value_length = (size_t)(text + length - 1 - record->value);
	*at += length;
	*left -= length;
	return record->key_length > 0 && memchr(record->key, '\0', record->key_length) == NULL;
}

static bool starts_with(const struct record *record, const char *start)
{
	return record->key_length >= strlen(start) &&
	       memcmp(record->key, start, strlen(start)) == 0;
}

static bool is_key(const struct record *record, const char *key)
{
	return record->key_length == strlen(key) && starts_with(record, key);
}

static bool is_sparse(const struct record *record)
{
	return starts_with(record, "GNU.sparse.") || is_key(record, "SCHILY.realsize") ||
	       is_key(record, "SUN.holesdata");
}

static bool read_decimal(const struct record *record, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < record->value_length; i++) {
		if (!isdigit((unsigned char)record->value[i]))
			return false;
		*number = 10 * *number + (uint64_t)(record->value[i] - '0');
	}
	return record->value_length > 0 && record->value_length <= 18;
}

static bool is_text(const struct record *record)
{
	return record->value_length > 0 &&
	       memchr(record->value, '\0', record->value_length) == NULL;
}

static bool take_record(struct headers *headers, const struct record *record)
{
	static const char *const keys[] = {"path", "linkpath", "size", "uid", "gid"};
	enum { PATH, LINK, SIZE, COUNT = 5 };
	unsigned int key = 0;
	uint64_t number = 0;

	if (is_sparse(record))
		return fail_with(headers, DIFFER "a sparse file");
	while (key < COUNT && !is_key(record, keys[key]))
		key++;
	if (key == COUNT)
		return true;
	if ((headers->next.keys & 1U << key) != 0)
		return fail_with(headers, DIFFER "a record of pax twice");
	headers->next.keys |= 1U << key;
	if (key <= LINK ? !is_text(record) : !read_decimal(record, &number))
		return fail_with(headers, DIFFER "a record of pax that is none");
	if (key == PATH)
		headers->next.path_end = record->value[record->value_length - 1];
	else if (key == LINK)
		headers->next.target = true;
	else if (key == SIZE)
		headers->next.size = number;
	headers->next.has_size |= key == SIZE;
	return true;
}

static void take_pax(struct headers *headers, const char *text, size_t length)
{
	struct record record;

	while (length > 0) {
		if (!next_record(&text, &length, &record)) {
			headers->wrong = DIFFER "a record of pax that is none";
			return;
		}
		if (!take_record(headers, &record))
			return;
	}
}

static void take_body(struct headers *headers)
{
	const char *text = headers->body.text;

	if (headers->body.type == 'x')
		take_pax(headers, text, headers->body.size);
	else if (find_end(text, headers->body.size) == '\0')
		headers->wrong = DIFFER "a member without a name";
	else if (headers->body.type == 'L')
		headers->next.path_end = find_end(text, headers->body.size);
	headers->next.target |= headers->body.type == 'K';
	free(headers->body.text);
	headers->body.text = NULL;
}

static size_t fill_body(struct headers *headers, const void *bytes, size_t length)
{
	size_t room = headers->body.size - headers->body.length;
	size_t taken = length < room ? length : room;

	memcpy(headers->body.text + headers->body.length, bytes, taken);
	headers->body.length += taken;
	if (headers->body.length == headers->body.size)
		take_body(headers);
	return taken;
}

static size_t fill_block(struct headers *headers, const void *bytes, size_t length)
{
	size_t room = TAR_BLOCK - headers->filled % TAR_BLOCK;
	size_t taken = length < room ? length : room;

	memcpy(headers->block + headers->filled % TAR_BLOCK, bytes, taken);
	headers->filled += taken;
	if (headers->filled % TAR_BLOCK == 0)
		take_header(headers, headers->block, headers->filled == TAR_BLOCK);
	return taken;
}

static size_t pass_rest(struct headers *headers, size_t length)
{
	size_t passed = length < headers->rest ? length : (size_t)headers->rest;

	headers->rest -= passed;
	return passed;
}

static size_t take_some(struct headers *headers, const void *bytes, size_t length)
{
	if (headers->body.text != NULL)
		return fill_body(headers, bytes, length);
	return headers->rest > 0 ? pass_rest(headers, length) : fill_block(headers, bytes, length);
}

la_ssize_t check_headers(struct headers *headers, struct archive *archive, const void *bytes,
                         la_ssize_t length)
{
	size_t taken = 0, all = length > 0 ? (size_t)length : 0;

	while (taken < all && headers->wrong == NULL && !headers->ended)
		taken += take_some(headers, (const char *)bytes + taken, all - taken);
	if (headers->wrong == NULL)
		return length;
	archive_set_error(archive, headers->foreign ? EILSEQ : EIO, "%s", headers->wrong);
	return -1;
}

void free_headers(struct headers *headers)
{
	free(headers->body.text);
}
