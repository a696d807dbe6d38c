#ifndef PLIMSOLL_FILES_VARIABLES_H
#define PLIMSOLL_FILES_VARIABLES_H

#include <stddef.h>

/*
 * The kind of secret that a variable of that name (any case, words parted by _ - . or by a change
 * of case) with that value is: "password", "api-token", …; or NULL. A value that only says where
 * the secret is, or what it is like, is none.
 */
const char *find_variable_secret(const char *name, size_t name_length, const char *value,
                                 size_t length);

#endif
