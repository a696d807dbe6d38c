#ifndef PLIMSOLL_FILES_CREDENTIALS_H
#define PLIMSOLL_FILES_CREDENTIALS_H

#include <stddef.h>
#include <stdint.h>

/* How many of the first bytes of a file of that absolute path and size tell whether it is a secret;
 * 0 where it can't be one, or is not worth opening: a library's, a document, a picture. */
size_t wanted_of_secret(const char *path, uint64_t size);

/* The kind of secret that the file of that path holds, by what its first bytes are, or NULL. */
const char *find_file_secret(const char *path, const char *head, size_t length);

#endif
