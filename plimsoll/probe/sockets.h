#ifndef PLIMSOLL_PROBE_SOCKETS_H
#define PLIMSOLL_PROBE_SOCKETS_H

#include "su-exec/failure.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A socket that waits for others: TCP that listens, UDP that is bound and not connected. */
struct listener {
	bool udp;
	int family;                /* AF_INET or AF_INET6 */
	unsigned char address[16]; /* in network order; the first 4 of AF_INET */
	uint16_t port;
};

#define LISTENERS_MOST 1000
struct listeners {
	size_t count;
	bool cut; /* there are more */
	struct listener list[LISTENERS_MOST];
};

/*
 * Those of this network namespace, from the tables of the procfs mounted at proc, each address and
 * port once; the first LISTENERS_MOST. A family that the kernel doesn't have is passed over; false
 * and failure where there is no table at all, or one that can't be read.
 */
bool read_listeners(const char *proc, struct listeners *listeners, struct failure *failure);

/* The list "listening" of facts.md; null where it is cut. */
json_t *list_listeners(const struct listeners *listeners);

#endif
