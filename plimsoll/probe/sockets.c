#include "plimsoll/probe/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* States of the kernel's include/net/tcp_states.h: UDP uses TCP's closed for "not connected". */
#define STATE_CLOSED 7
#define STATE_LISTEN 10

static const struct table {
	const char *name;
	bool udp;
	int family;
	unsigned int state;
} tables[] = {
    {"tcp", false, AF_INET, STATE_LISTEN},
    {"tcp6", false, AF_INET6, STATE_LISTEN},
    {"udp", true, AF_INET, STATE_CLOSED},
    {"udp6", true, AF_INET6, STATE_CLOSED},
};

/* The kernel prints the address as 32-bit words of this machine's order. */
static bool parse_address(const char *digits, int family, unsigned char address[static 16])
{
	size_t words = family == AF_INET ? 1 : 4;

	if (strlen(digits) != words * 8)
		return false;
	for (size_t i = 0; i < words; i++) {
		char word[9] = {0};

		memcpy(word, digits + i * 8, 8);
		uint32_t value = (uint32_t)strtoul(word, NULL, 16);
		memcpy(address + i * sizeof(value), &value, sizeof(value));
	}
	return true;
}

/* "   0: 0100007F:1F90 00000000:0000 0A …"; false for the heading, and for other states. */
static bool parse_line(char *line, const struct table *table, struct listener *listener)
{
	char *words[4] = {NULL}, *rest = NULL;

	for (size_t i = 0; i < 4; i++, line = NULL)
		words[i] = strtok_r(line, " ", &rest);
	char *port = words[3] != NULL ? strchr(words[1], ':') : NULL;
	if (port == NULL)
		return false;
	*port++ = '\0';
	*listener = (struct listener){
	    .udp = table->udp, .family = table->family, .port = (uint16_t)strtoul(port, NULL, 16)};
	return strtoul(words[3], NULL, 16) == table->state &&
	       parse_address(words[1], table->family, listener->address);
}

/* Workers that share a port have a socket each. */
static void add(struct listeners *listeners, const struct listener *listener)
{
	for (size_t i = 0; i < listeners->count; i++) {
		const struct listener *known = listeners->list + i;

		if (known->udp == listener->udp && known->family == listener->family &&
		    known->port == listener->port &&
		    memcmp(known->address, listener->address, sizeof(known->address)) == 0)
			return;
	}
	if (listeners->count < LISTENERS_MOST)
		listeners->list[listeners->count++] = *listener;
	else
		listeners->cut = true;
}

/* 0, or an errno: ENOENT where the kernel does not have that family. */
static int read_table(const char *proc, const struct table *table, struct listeners *listeners)
{
	char path[PATH_MAX], line[512];
	struct listener listener;

	snprintf(path, sizeof(path), "%s/net/%s", proc, table->name);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return errno;
	errno = 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (parse_line(line, table, &listener))
			add(listeners, &listener);
	}
	int error = ferror(file) != 0 ? errno : 0;
	fclose(file);
	return error;
}

bool read_listeners(const char *proc, struct listeners *listeners, struct failure *failure)
{
	bool any = false;

	listeners->count = 0;
	listeners->cut = false;
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		int error = read_table(proc, tables + i, listeners);

		if (error != 0 && error != ENOENT)
			return fail(failure, proc, "net/", tables[i].name,
			            " can't be read: ", strerror(error), NULL);
		any |= error == 0;
	}
	return any || fail(failure, proc, "there is no table of sockets (net/tcp)", NULL);
}

json_t *list_listeners(const struct listeners *listeners)
{
	json_t *list = json_array();

	if (listeners->cut) {
		json_decref(list);
		return json_null();
	}
	for (size_t i = 0; i < listeners->count; i++) {
		const struct listener *listener = listeners->list + i;
		char address[INET6_ADDRSTRLEN] = "";

		inet_ntop(listener->family, listener->address, address, sizeof(address));
		json_array_append_new(list, json_pack("{s:s, s:s, s:i}", "protocol",
		                                      listener->udp ? "udp" : "tcp", "address",
		                                      address, "port", (int)listener->port));
	}
	return list;
}
