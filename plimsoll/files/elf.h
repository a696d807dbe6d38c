#ifndef PLIMSOLL_FILES_ELF_H
#define PLIMSOLL_FILES_ELF_H

#include <stdbool.h>
#include <stddef.h>

/* What the head of a file says of how the kernel runs it. */
struct executable {
	const char *format;  /* "elf", "script", "other" */
	const char *machine; /* as Go calls it: "amd64", "arm64", …, "unknown"; NULL unless elf */
	const char *interpreter; /* in the head, not ended by NUL: the ELF program's loader, or the
	                            script's #! line; NULL where there is none, UNSEEN_LOADER
	                            where it is not in the head */
	size_t length;           /* of interpreter */
};

/* patchelf(1) moves the program headers, or the name, to the end of the file. */
#define UNSEEN_LOADER "?"
#define INTERPRETER_MOST 1024 /* bytes of a name; a longer one is not seen either */

void read_executable(const void *head, size_t length, struct executable *executable);

bool is_core_dump(const void *head, size_t length);

#endif
