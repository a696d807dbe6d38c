#ifndef PLIMSOLL_FILES_ACCOUNTS_H
#define PLIMSOLL_FILES_ACCOUNTS_H

#include "plimsoll/files/survey.h"

/* passwd, group and shadow of the image: the start of each, as it was fed. */
struct accounts {
	struct account_text {
		char *bytes; /* allocated; NULL where there is no such file */
		size_t length;
		bool unread; /* it is there, but nothing of it could be read */
		bool cut;    /* it goes on */
	} passwd, group, shadow;
};

#define ACCOUNTS_MOST 65536 /* bytes of each */

enum { ACCOUNT_FILES = 3 };
extern const char *const account_files[ACCOUNT_FILES];

bool is_account_file(const char *path);
void keep_accounts(struct accounts *accounts, const struct file *file, const void *head,
                   size_t length);
/* Whether something of that one of account_files was kept. */
bool has_account(struct accounts *accounts, const char *path);

/* That one of account_files is there, or may be, and is not read. */
void lose_account(struct accounts *accounts, const char *path);
void free_accounts(struct accounts *accounts);

/* "users" and "groups" of facts.md. An id that can't be read is null; at least *more are not in
 * the list. */
json_t *list_users(const struct accounts *accounts, uint64_t *more);
json_t *list_groups(const struct accounts *accounts, uint64_t *more);

/* The ids that passwd or group name, sorted. */
struct ids {
	uint32_t *at; /* allocated */
	size_t count;
};

void collect_ids(const struct account_text *text, struct ids *ids);
bool has_id(const struct ids *ids, uint32_t id);

#endif
