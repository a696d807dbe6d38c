#include "assess.h"
#include "look.h"

#include <stdio.h>
#include <string.h>

enum reach { NOWHERE, LOOPBACK, ANYWHERE };

static bool is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
	       strncmp(address, "::ffff:127.", 11) == 0;
}

/* tcp6 is tcp. */
static bool is_protocol(const json_t *entry, const char *protocol)
{
	const char *found = look_text(entry, "protocol");

	return strncmp(found != NULL ? found : "tcp", protocol, 3) == 0;
}

static enum reach find_reach(const json_t *listening, double port, const char *protocol)
{
	enum reach reach = NOWHERE;
	json_t *entry;
	size_t i;
	double number;

	json_array_foreach(listening, i, entry)
	{
		const char *address = look_text(entry, "address");

		if (!look_number(entry, "port", &number) || number != port ||
		    !is_protocol(entry, protocol))
			continue;
		if (address == NULL || !is_loopback(address))
			return ANYWHERE;
		reach = LOOPBACK;
	}
	return reach;
}

static bool is_allowed(const unsigned int *ports, double port)
{
	for (; ports != NULL && *ports != 0; ports++)
		if ((double)*ports == port)
			return true;
	return false;
}

static void add_port(struct result *result, double port, const char *protocol, const char *what)
{
	char path[32];

	snprintf(path, sizeof(path), "%.0f/%.3s", port, protocol);
	add_finding(result, path, NULL, what);
}

static const char *protocol_of(const json_t *entry)
{
	return is_protocol(entry, "udp") ? "udp" : is_protocol(entry, "sct") ? "sctp" : "tcp";
}

static void add_differences(const json_t *exposed, const json_t *listening,
                            const unsigned int *allowed, struct result *result)
{
	json_t *entry;
	size_t i;
	double port;

	json_array_foreach(exposed, i, entry)
	{
		const char *protocol = protocol_of(entry);

		if (!look_number(entry, "port", &port) || strcmp(protocol, "sctp") == 0)
			continue;
		enum reach reach = find_reach(listening, port, protocol);
		if (reach != ANYWHERE)
			add_port(result, port, protocol,
			         reach == LOOPBACK ? "EXPOSE, but it listens on the loopback alone"
			                           : "EXPOSE, but nothing listens there");
	}
	json_array_foreach(listening, i, entry)
	{
		const char *protocol = protocol_of(entry), *address = look_text(entry, "address");

		if (!look_number(entry, "port", &port) || is_allowed(allowed, port) ||
		    (address != NULL && is_loopback(address)))
			continue;
		if (find_reach(exposed, port, protocol) == NOWHERE)
			add_port(result, port, protocol, "it listens there, without EXPOSE");
	}
}

void assess_ports_match(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *exposed = look_list(facts, "image.config.ports");
	const json_t *listening = look_list(facts, "runs.baseline.listening");

	(void)budgets;
	if (!is_service(facts, result))
		return;
	if (exposed == NULL || listening == NULL) {
		not_shown(result, "EXPOSE and what listens were not both looked at");
		return;
	}
	if (json_array_size(exposed) + json_array_size(listening) == 0) {
		skip(result, "nothing listens, and there is no EXPOSE");
		return;
	}
	add_differences(exposed, listening, budgets->ports, result);
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "EXPOSE for what listens, and only that", "ports");
	else
		pass(result, "%zu in EXPOSE, all of them listen", json_array_size(exposed));
}
