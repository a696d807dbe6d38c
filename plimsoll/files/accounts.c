#include "plimsoll/files/accounts.h"
#include "plimsoll/files/list.h"
#include "plimsoll/text.h"
#include "su-exec/number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *const account_files[ACCOUNT_FILES] = {"/etc/passwd", "/etc/group", "/etc/shadow"};

static struct account_text *text_of(struct accounts *accounts, const char *path)
{
	struct account_text *const texts[ACCOUNT_FILES] = {&accounts->passwd, &accounts->group,
	                                                   &accounts->shadow};

	if (strncmp(path, "/etc/", strlen("/etc/")) != 0)
		return NULL;
	for (int i = 0; i < ACCOUNT_FILES; i++)
		if (strcmp(path, account_files[i]) == 0)
			return texts[i];
	return NULL;
}

bool is_account_file(const char *path)
{
	struct accounts none;

	return text_of(&none, path) != NULL;
}

void keep_accounts(struct accounts *accounts, const struct file *file, const void *head,
                   size_t length)
{
	struct account_text *text = text_of(accounts, file->path);

	if (text == NULL)
		return;
	free(text->bytes);
	text->length = length < ACCOUNTS_MOST ? length : ACCOUNTS_MOST;
	text->bytes = get_memory(text->length);
	if (text->length > 0)
		memcpy(text->bytes, head, text->length);
	text->unread = file->size > 0 && length == 0;
	text->cut = text->length > 0 && text->length < file->size;
}

void lose_account(struct accounts *accounts, const char *path)
{
	struct account_text *text = text_of(accounts, path);

	if (text == NULL)
		return;
	free(text->bytes);
	*text = (struct account_text){.unread = true};
}

bool has_account(struct accounts *accounts, const char *path)
{
	const struct account_text *text = text_of(accounts, path);

	return text != NULL && text->bytes != NULL;
}

void free_accounts(struct accounts *accounts)
{
	free(accounts->passwd.bytes);
	free(accounts->group.bytes);
	free(accounts->shadow.bytes);
}

enum { FIELDS_MOST = 7 };

struct entry {
	struct field {
		const char *text;
		size_t length;
	} fields[FIELDS_MOST];
	size_t count;
};

/* Takes the next line apart at its colons; the last field takes what is left. */
static bool next_entry(const struct account_text *text, size_t *at, struct entry *entry)
{
	size_t left = text->length - *at, length;

	if (text->bytes == NULL || left == 0)
		return false;
	const char *line = text->bytes + *at;
	const char *end = memchr(line, '\n', left);
	length = end != NULL ? (size_t)(end - line) : left;
	*at += end != NULL ? length + 1 : length;
	for (; length > 0 && isspace((unsigned char)*line); length--)
		line++;
	while (length > 0 && isspace((unsigned char)line[length - 1]))
		length--;
	for (entry->count = 0; entry->count < FIELDS_MOST; entry->count++) {
		const char *colon = memchr(line, ':', length);
		size_t size = colon != NULL ? (size_t)(colon - line) : length;

		entry->fields[entry->count] = (struct field){line, size};
		if (colon == NULL) {
			entry->count++;
			break;
		}
		line += size + 1;
		length -= size + 1;
	}
	return true;
}

static bool read_id(const struct field *field, uint32_t *id)
{
	char text[ID_TEXT_SIZE];

	if (field->length >= sizeof(text))
		return false;
	memcpy(text, field->text, field->length);
	text[field->length] = '\0';
	return parse_id(text, id);
}

/* passwd's third field is the uid, and group's the gid. */
static bool read_own_id(const struct entry *entry, uint32_t *id)
{
	return entry->count >= 3 && read_id(&entry->fields[2], id);
}

/* A line without an id has a name all the same, by which engines find it first. */
static bool next_account(const struct account_text *text, size_t *at, struct entry *entry)
{
	while (next_entry(text, at, entry))
		if (entry->fields[0].length > 0)
			return true;
	return false;
}

/* A hash of crypt(5) has letters that * and ! aren't; what can't be one locks. */
static const char *describe_password(const struct field *field)
{
	if (field->length == 0)
		return "empty";
	if (field->text[0] == '$' || field->text[0] == '_')
		return "crypt";
	return field->length == 13 && field->text[0] != '*' && field->text[0] != '!' ? "crypt"
	                                                                             : "locked";
}

static const char *find_password(const struct account_text *shadow, const struct field *name)
{
	struct entry entry;
	size_t at = 0;

	while (next_entry(shadow, &at, &entry))
		if (entry.count >= 2 && entry.fields[0].length == name->length &&
		    memcmp(entry.fields[0].text, name->text, name->length) == 0)
			return describe_password(&entry.fields[1]);
	return shadow->unread || shadow->cut ? NULL : "none";
}

/* passwd's own field counts, where it doesn't refer to shadow with an x. */
static json_t *password_of(const struct accounts *accounts, const struct entry *entry)
{
	static const struct field none = {"x", 1};
	const struct field *field = entry->count > 1 ? &entry->fields[1] : &none;
	const char *password = field->length == 1 && field->text[0] == 'x'
	                           ? find_password(&accounts->shadow, &entry->fields[0])
	                           : describe_password(field);

	return password != NULL ? json_string(password) : json_null();
}

static json_t *plain_field(const struct entry *entry, size_t i)
{
	static const struct field none = {"", 0};
	const struct field *field = i < entry->count ? &entry->fields[i] : &none;

	return plain_string(field->text, field->length, NAME_LENGTH_MOST);
}

/* Its group, by the fourth field; null where that is no number. */
static json_t *gid_of(const struct entry *entry)
{
	uint32_t gid;

	return entry->count > 3 && read_id(&entry->fields[3], &gid) ? json_integer(gid)
	                                                            : json_null();
}

static json_t *own_id_of(const struct entry *entry)
{
	uint32_t id;

	return read_own_id(entry, &id) ? json_integer(id) : json_null();
}

static json_t *describe_user(const struct accounts *accounts, const struct entry *entry)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "name", plain_field(entry, 0), "uid",
	                 own_id_of(entry), "gid", gid_of(entry), "home", plain_field(entry, 5),
	                 "password", password_of(accounts, entry));
}

static json_t *describe_group(const struct accounts *accounts, const struct entry *entry)
{
	(void)accounts;
	return json_pack("{s:o,s:o}", "name", plain_field(entry, 0), "gid", own_id_of(entry));
}

/* Engines leave out blanks of Unicode around a line, which may be a name alone; and a name that is
 * cut is another. */
static bool is_plain_name(const struct entry *entry)
{
	const struct field *name = &entry->fields[0];

	return name->length <= NAME_LENGTH_MOST && (unsigned char)*name->text < 0x80 &&
	       (entry->count > 1 || (unsigned char)name->text[name->length - 1] < 0x80);
}

static json_t *list_accounts(const struct accounts *accounts, const struct account_text *text,
                             json_t *(*describe)(const struct accounts *, const struct entry *),
                             uint64_t *more)
{
	json_t *list = json_array();
	struct entry entry;

	*more = text->cut || text->unread ? 1 : 0;
	for (size_t at = 0; next_account(text, &at, &entry);)
		if (json_array_size(list) < LIST_MOST && is_plain_name(&entry))
			json_array_append_new(list, describe(accounts, &entry));
		else
			++*more;
	return list;
}

json_t *list_users(const struct accounts *accounts, uint64_t *more)
{
	return list_accounts(accounts, &accounts->passwd, describe_user, more);
}

json_t *list_groups(const struct accounts *accounts, uint64_t *more)
{
	return list_accounts(accounts, &accounts->group, describe_group, more);
}

static int compare_ids(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

void collect_ids(const struct account_text *text, struct ids *ids)
{
	struct entry entry;
	size_t size = 0;
	uint32_t id;

	*ids = (struct ids){NULL, 0};
	for (size_t at = 0; next_account(text, &at, &entry);) {
		if (!read_own_id(&entry, &id))
			continue;
		if (ids->count == size) {
			size = size == 0 ? 64 : 2 * size;
			ids->at = resize_memory(ids->at, size * sizeof(*ids->at));
		}
		ids->at[ids->count++] = id;
	}
	if (ids->count > 0)
		qsort(ids->at, ids->count, sizeof(*ids->at), compare_ids);
}

bool has_id(const struct ids *ids, uint32_t id)
{
	return ids->count > 0 &&
	       bsearch(&id, ids->at, ids->count, sizeof(*ids->at), compare_ids) != NULL;
}
