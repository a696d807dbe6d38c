#ifndef PLIMSOLL_FILES_TOKENS_H
#define PLIMSOLL_FILES_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What is a secret by its own form, whatever it is called: the kind ("private-key",
 * "github-token", …) of the first in the text, or NULL. Whole tokens only, of the length that their
 * issuer gives them; one that its documentation gives as an example is none.
 */
const char *find_token(const char *text, size_t length);

/* Whether the text holds a URL with a password (RFC 3986, 3.2.1: user:password@). */
bool holds_url_password(const char *text, size_t length);

/* Whether the value only says where a value is to come from, or hides it: $X, <x>, {{x}}, ***. */
bool is_placeholder(const char *value, size_t length);

#endif
