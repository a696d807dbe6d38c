#include "plimsoll/files/credentials.h"
#include "plimsoll/files/survey.h"
#include "plimsoll/files/tokens.h"
#include "plimsoll/files/variables.h"

#include <string.h>

const char *find_secret(const char *name, const void *bytes, size_t length)
{
	const char *kind;

	if (name != NULL && *name == '/')
		return find_file_secret(name, bytes, length);
	if (name != NULL)
		return find_variable_secret(name, strlen(name), bytes, length);
	kind = find_token(bytes, length);
	return kind == NULL && holds_url_password(bytes, length) ? "url-password" : kind;
}
