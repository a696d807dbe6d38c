#ifndef SU_EXEC_UNIT_FIXTURE_H
#define SU_EXEC_UNIT_FIXTURE_H

#include "../account.h"

#include <stdio.h>

/* Paths in a directory of this run; at a test's start neither file exists. */
extern struct account_files files;

/* Writes a whole file from a string literal, NUL bytes included. */
#define WRITE(path, literal) write_file(path, literal, sizeof(literal) - 1)
void write_file(const char *path, const char *bytes, size_t size);

/* For content that is made in a loop. The caller closes it. */
FILE *create_file(const char *path);

/* Fails the test unless part stands in text. */
void assert_contains(const char *text, const char *part);

#endif
