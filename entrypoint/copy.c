#include "copy.h"

#include <sys/types.h>
#include <unistd.h>

bool write_bytes(int to, const char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t done = write(to, bytes, count);

		if (done < 0)
			return false;
		bytes += done;
		count -= (size_t)done;
	}
	return true;
}

bool copy_bytes(int from, int to)
{
	char buffer[8192];
	ssize_t got;

	while ((got = read(from, buffer, sizeof(buffer))) > 0) {
		if (!write_bytes(to, buffer, (size_t)got))
			return false;
	}
	return got == 0;
}
