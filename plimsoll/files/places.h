#ifndef PLIMSOLL_FILES_PLACES_H
#define PLIMSOLL_FILES_PLACES_H

#include "plimsoll/files/survey.h"

/* What a file is by its place and name: the kinds of facts.md, or NULL. */

/* "shell", "package-manager", "sudo", "sshd": a program, or a link, in a directory of programs. */
const char *kind_of_tool(const struct file *file);

/* "git", "svn", "containerfile", "editor"; the directory itself, not what is in it. */
const char *kind_of_junk(const struct file *file);

/* Whether it is called as core dumps are; is_core_dump() of elf.h tells. */
bool is_called_core(const struct file *file);

/* "apt", "apk", …: sets *length to how much of the path is the cache's own. */
const char *kind_of_cache(const struct file *file, size_t *length);

#endif
