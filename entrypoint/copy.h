#ifndef ENTRYPOINT_COPY_H
#define ENTRYPOINT_COPY_H

#include <stdbool.h>
#include <stddef.h>

/* Each returns false with errno set when a read or a write fails. */
bool write_bytes(int to, const char *bytes, size_t count);

/* From where each descriptor stands, up to the end; memory does not grow with the file. */
bool copy_bytes(int from, int to);

#endif
