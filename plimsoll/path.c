#include "plimsoll/path.h"

#include "plimsoll/text.h"

#include <string.h>

bool is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	while (length > 0 && directory[length - 1] == '/')
		length--;
	return strncmp(path, directory, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Takes the last component off the path, if there is one. */
static size_t go_up(const char *path, size_t length)
{
	while (length > 0 && path[length - 1] != '/')
		length--;
	return length > 0 ? length - 1 : 0;
}

char *clean_path(const char *path)
{
	char *clean = get_memory(strlen(path) + 2);
	size_t length = 0;

	for (size_t part; path += strspn(path, "/"), (part = strcspn(path, "/")) > 0;
	     path += part) {
		if (part == 2 && strncmp(path, "..", 2) == 0) {
			length = go_up(clean, length);
		} else if (part != 1 || *path != '.') {
			clean[length] = '/';
			length += length > 0;
			memcpy(clean + length, path, part);
			length += part;
		}
	}
	clean[length] = '\0';
	return clean;
}
