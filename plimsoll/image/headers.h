#ifndef PLIMSOLL_IMAGE_HEADERS_H
#define PLIMSOLL_IMAGE_HEADERS_H

#include <archive.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAR_BLOCK 512U

/*
 * The headers of a tar archive, looked at before libarchive reads them. Engines unpack by Go's
 * archive/tar: what the two of them take for different files would be judged by what no container
 * gets. So what POSIX (pax, "ustar Interchange Format") leaves open is refused, as are sparse
 * files, of whose forms neither reads all.
 */
struct headers {
	const char *wrong; /* NULL, or what two readers may take for different things */
	bool foreign;      /* it is no archive of tar: the first header has not its checksum */
	bool ended;        /* by a header of zeros: what follows is not read */

	unsigned char block[TAR_BLOCK]; /* the header at hand */
	size_t filled;                  /* of it, and of all before */
	uint64_t rest;                  /* bytes up to the next header */
	struct {
		char *text; /* allocated; NULL: none is read */
		size_t size, length;
		char type;
	} body; /* of an extended header */
	struct {
		bool pax, name, link;  /* of which form: GNU's are each for one thing */
		unsigned int keys;     /* of pax, that were there: a bit for each */
		char path_end;         /* its last letter; 0: it has none */
		bool has_size, target; /* target: a link's */
		uint64_t size;
	} next; /* what extended headers say of the next member */
};

/* Whether what begins so is a tar archive to one engine, and compressed to another. */
bool has_two_forms(const char *head, size_t length);

/* Whether a header has the sum that it says, of its bytes as unsigned numbers. */
bool has_checksum(const unsigned char block[static TAR_BLOCK]);

/* Takes the archive's next bytes, of which so many were read; headers is all zeros at its start.
 * Gives length, or -1 where something is wrong, as archive says then: EILSEQ where it is foreign.
 */
la_ssize_t check_headers(struct headers *headers, struct archive *archive, const void *bytes,
                         la_ssize_t length);
void free_headers(struct headers *headers);

#endif
