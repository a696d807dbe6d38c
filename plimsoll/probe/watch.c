/*
 * Is somebody there? The kernel itself accepts a connection to a socket that listens, whether or
 * not its program ever calls accept(2): `ready` says that a program listens and that its queue has
 * a place. More could only be known in the service's own protocol: that is for its health check.
 */
#include "plimsoll/probe/watch.h"

#include "plimsoll/engine/client.h"
#include "plimsoll/probe/healthcheck.h"
#include "plimsoll/probe/processes.h"
#include "plimsoll/probe/sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PROC "/proc"

/* Seconds: of one try to connect, and between two rounds of them, from the first to the last. */
#define CONNECT_MOST 1.0
#define PAUSE_FIRST 0.02
#define PAUSE_LAST 0.1

static double smaller(double one, double other)
{
	return one < other ? one : other;
}

static bool finish_connecting(int fd, double end)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	int error = 0, ready;
	socklen_t length = sizeof(error);

	do {
		double left = end - now();

		ready = poll(&wait, 1, left > 0 ? (int)(left * 1000) + 1 : 0);
	} while (ready < 0 && errno == EINTR);
	return ready > 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 &&
	       error == 0;
}

/*
 * Where nobody listens, and the kernel happens to choose the very port that is asked for as the
 * near end's, TCP connects the socket to itself.
 */
static bool is_itself(int fd, const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_storage near = {0};
	socklen_t size = sizeof(near);

	return getsockname(fd, (struct sockaddr *)&near, &size) == 0 && size == length &&
	       memcmp(&near, address, length) == 0;
}

static bool connects(const struct sockaddr *address, socklen_t length, double deadline)
{
	/* Without TIME_WAIT, which would keep the service from its port for a minute. */
	const struct linger reset = {.l_onoff = 1};
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return false;
	bool connected = connect(fd, address, length) == 0 ||
	                 (errno == EINPROGRESS &&
	                  finish_connecting(fd, smaller(now() + CONNECT_MOST, deadline)));
	bool accepted = connected && !is_itself(fd, address, length);
	if (connected && !accepted)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
	return accepted;
}

static bool connects4(struct in_addr address, uint16_t port, double deadline)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = address};

	return connects((const struct sockaddr *)&to, sizeof(to), deadline);
}

static bool connects6(struct in6_addr address, uint16_t port, double deadline)
{
	struct sockaddr_in6 to = {
	    .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = address};

	return connects((const struct sockaddr *)&to, sizeof(to), deadline);
}

static bool accepts_on_loopback(uint16_t port, double deadline)
{
	const struct in_addr loopback = {.s_addr = htonl(INADDR_LOOPBACK)};

	return connects4(loopback, port, deadline) || connects6(in6addr_loopback, port, deadline);
}

/* One that listens on a single address, perhaps not the loopback's, is asked there. */
static bool accepts(const struct listener *listener, double deadline)
{
	struct in_addr address4;
	struct in6_addr address6;

	if (accepts_on_loopback(listener->port, deadline))
		return true;
	if (listener->family == AF_INET) {
		memcpy(&address4, listener->address, sizeof(address4));
		return connects4(address4, listener->port, deadline);
	}
	memcpy(&address6, listener->address, sizeof(address6));
	return connects6(address6, listener->port, deadline);
}

/* None of ports is any. */
static bool is_wanted(const uint16_t ports[], uint16_t port)
{
	size_t i = 0;

	while (ports[i] != 0 && ports[i] != port)
		i++;
	return ports[0] == 0 || ports[i] != 0;
}

/* A table that can't be read is reported by the look that follows. */
static bool any_accepts(const uint16_t ports[], double deadline)
{
	struct listeners listeners;
	struct failure unread;

	for (size_t i = 0; ports[i] != 0; i++) {
		if (accepts_on_loopback(ports[i], deadline))
			return true;
	}
	/* No quick reading: the kernel goes through all its sockets. */
	if (!read_listeners(PROC, &listeners, &unread))
		return false;
	for (size_t i = 0; i < listeners.count && now() < deadline; i++) {
		const struct listener *listener = listeners.list + i;

		if (!listener->udp && is_wanted(ports, listener->port) &&
		    accepts(listener, deadline))
			return true;
	}
	return false;
}

static void sleep_for(double seconds)
{
	const time_t whole = (time_t)seconds;
	const struct timespec time = {whole, (long)((seconds - (double)whole) * 1e9)};

	nanosleep(&time, NULL);
}

/* What is seen of a health check that does not pass. */
struct ill_health {
	bool forked;  /* false: there was no process left for it */
	json_t *said; /* its last line, or NULL */
};

static bool is_ready(const struct patience *patience, double deadline, struct ill_health *health)
{
	if (patience->test == NULL)
		return any_accepts(patience->ports, deadline);
	return passes_healthcheck(patience->test, smaller(patience->test_seconds, deadline - now()),
	                          &health->forked, &health->said);
}

/* A try that takes long is followed by as long a pause, so that what comes up has half of the time
 * to itself. */
static bool wait_until_ready(const struct patience *patience, double deadline,
                             struct ill_health *health)
{
	double pause = PAUSE_FIRST;

	for (uint32_t tries = 1;; tries++, pause = smaller(pause * 1.5, PAUSE_LAST)) {
		double start = now();

		if (is_ready(patience, deadline, health))
			return true;
		double took = now() - start, left = deadline - now();
		if (tries == patience->tries || !health->forked)
			return false;
		sleep_for(smaller(took > pause ? took : pause, left));
		if (now() >= deadline)
			return false;
	}
}

/* The processes and the sockets that are there by now. */
static json_t *look_around(struct failure *failure)
{
	struct listeners listeners;
	json_t *processes = list_processes(PROC, failure);

	if (processes == NULL)
		return NULL;
	if (!read_listeners(PROC, &listeners, failure)) {
		json_decref(processes);
		return NULL;
	}
	return json_pack("{s:o, s:o}", "processes", processes, "listening",
	                 list_listeners(&listeners));
}

json_t *watch(const struct patience *patience, struct failure *failure)
{
	const double start = now();
	struct ill_health health = {.forked = true};
	const bool ready =
	    patience->wait && wait_until_ready(patience, start + patience->seconds, &health);
	const double after = now() - start;
	json_t *seen = look_around(failure);

	if (seen != NULL) {
		json_object_set_new(seen, "ready", json_boolean(ready));
		json_object_set_new(seen, "after", json_real(after));
		json_object_set_new(seen, "full", json_boolean(!health.forked));
		json_object_set(seen, "said",
		                health.said != NULL && !ready ? health.said : json_null());
	}
	json_decref(health.said);
	return seen;
}
