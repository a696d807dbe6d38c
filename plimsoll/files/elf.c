#include "plimsoll/files/elf.h"

#include <elf.h>
#include <stdint.h>
#include <string.h>

/* Numbers of a machine's own width and order (System V ABI, "ELF Header"). */
struct reader {
	const unsigned char *bytes;
	size_t length;
	bool big, wide;
};

/* Past the end it reads zeros: a head that is cut short has no more to say. */
static uint64_t read_number(const struct reader *reader, uint64_t at, unsigned int size)
{
	uint64_t number = 0;

	if (at > reader->length || size > reader->length - at)
		return 0;
	for (unsigned int i = 0; i < size; i++)
		number = number << 8 | reader->bytes[at + (reader->big ? i : size - 1 - i)];
	return number;
}

static bool open_elf(const void *head, size_t length, struct reader *reader)
{
	const unsigned char *bytes = head;

	if (length < EI_NIDENT || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return false;
	*reader = (struct reader){bytes, length, bytes[EI_DATA] == ELFDATA2MSB,
	                          bytes[EI_CLASS] == ELFCLASS64};
	return true;
}

static const char *machine_of(const struct reader *reader)
{
	switch (read_number(reader, offsetof(Elf64_Ehdr, e_machine), 2)) {
	case EM_X86_64:
		return "amd64";
	case EM_386:
		return "386";
	case EM_AARCH64:
		return "arm64";
	case EM_ARM:
		return "arm";
	case EM_RISCV:
		return "riscv64";
	case EM_PPC64:
		return reader->big ? "ppc64" : "ppc64le";
	case EM_S390:
		return "s390x";
	case EM_MIPS:
		return reader->wide ? reader->big ? "mips64" : "mips64le"
		                    : (reader->big ? "mips" : "mipsle");
	case 258: /* EM_LOONGARCH */
		return "loong64";
	default:
		return "unknown";
	}
}

static void see_no_loader(struct executable *executable)
{
	executable->interpreter = UNSEEN_LOADER;
	executable->length = strlen(UNSEEN_LOADER);
}

/* The string that a program header of PT_INTERP points to. */
static void read_loader(const struct reader *reader, struct executable *executable)
{
	bool wide = reader->wide;
	uint64_t table = wide ? read_number(reader, offsetof(Elf64_Ehdr, e_phoff), 8)
	                      : read_number(reader, offsetof(Elf32_Ehdr, e_phoff), 4);
	uint64_t count = read_number(
	    reader, wide ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum), 2);
	uint64_t step = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

	for (uint64_t i = 0; i < count; i++, table += step) {
		if (table >= reader->length || reader->length - table < step) {
			see_no_loader(executable);
			return;
		}
		if (read_number(reader, table, 4) != PT_INTERP)
			continue;
		uint64_t at = wide ? read_number(reader, table + offsetof(Elf64_Phdr, p_offset), 8)
		                   : read_number(reader, table + offsetof(Elf32_Phdr, p_offset), 4);
		const char *text = (const char *)reader->bytes + at;
		const char *end =
		    at < reader->length ? memchr(text, '\0', reader->length - at) : NULL;
		if (end == NULL || end - text > INTERPRETER_MOST) {
			see_no_loader(executable);
			return;
		}
		executable->interpreter = text;
		executable->length = (size_t)(end - text);
		return;
	}
}

/* The rest of the line, without the spaces around it; the kernel reads 256 bytes (binfmt_script).
 */
static void read_line(const char *text, size_t length, struct executable *executable)
{
	size_t end = 0;

	length = length < 254 ? length : 254;
	while (length > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		length--;
	}
	while (end < length && text[end] != '\n' && text[end] != '\0')
		end++;
	while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t'))
		end--;
	executable->interpreter = end > 0 ? text : NULL;
	executable->length = end;
}

void read_executable(const void *head, size_t length, struct executable *executable)
{
	struct reader reader;
	const char *text = head;

	*executable = (struct executable){.format = "other"};
	if (open_elf(head, length, &reader)) {
		executable->format = "elf";
		executable->machine = machine_of(&reader);
		read_loader(&reader, executable);
	} else if (length > 2 && text[0] == '#' && text[1] == '!') {
		executable->format = "script";
		read_line(text + 2, length - 2, executable);
	}
}

bool is_core_dump(const void *head, size_t length)
{
	struct reader reader;

	return open_elf(head, length, &reader) &&
	       read_number(&reader, offsetof(Elf64_Ehdr, e_type), 2) == ET_CORE;
}
