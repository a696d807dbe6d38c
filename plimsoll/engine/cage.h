#ifndef PLIMSOLL_ENGINE_CAGE_H
#define PLIMSOLL_ENGINE_CAGE_H

#include "plimsoll/engine/client.h"

/*
 * Everything that one call of plimsoll makes on the engine: each container carries the labels
 * "plimsoll.check=ID" and "plimsoll.made-by=plimsoll", so that it is found whatever becomes of the
 * one that made it.
 */
struct cage {
	const struct engine *engine;
	char id[33]; /* random, hexadecimal */
	char image[256];
	char holder[65]; /* the container whose volume /.plimsoll holds this program, "" while there
	                    is none */
};

#define PROBE_DIRECTORY "/.plimsoll"
#define PROBE_PROGRAM PROBE_DIRECTORY "/plimsoll"

/* How a container is run. Never more than this: no network but its own loopback, limits on
 * everything. */
struct confinement {
	const char *user;     /* --user, or NULL: the image's */
	bool read_only;       /* --read-only, with --tmpfs for each of tmpfs */
	bool no_capabilities; /* --cap-drop ALL */
	bool no_new_privileges;
	bool tty;                   /* --tty */
	const char *const *env;     /* NAME=value, up to a NULL; may be NULL */
	const char *const *tmpfs;   /* paths, up to a NULL; may be NULL */
	const char *const *volumes; /* paths that get an empty volume, up to a NULL; may be NULL */
	const char *const
	    *command;           /* what stands in place of CMD, up to a NULL; NULL: the image's */
	const char *entrypoint; /* --entrypoint, or NULL: the image's */
	bool without_probe;     /* do not mount PROBE_DIRECTORY */
	size_t memory;          /* bytes; 0: 512 MiB. Swap is never more. */
	unsigned int pids;      /* 0: 256 */
};

void open_cage(struct cage *cage, const struct engine *engine, const char *image);

/* Puts this program (/proc/self/exe) into a volume on the engine, read-only for all others. */
bool place_probe(struct cage *cage, struct failure *failure);

/* Creates and starts a container, detached; id gets its id. False and failure where the engine
 * refuses. */
bool start_container(const struct cage *cage, const struct confinement *confinement,
                     char id[static 65], struct failure *failure);

/*
 * Runs `plimsoll probe ARGUMENT…` in a running container, as user (NULL: the container's), and
 * gives the JSON object that it prints. NULL and failure where it can't be run (the container has
 * ended, an image of another architecture), timed out, or said something else.
 */
struct json_t *probe_container(const struct cage *cage, const char *id, const char *user,
                               const char *const arguments[], double seconds,
                               struct failure *failure);

/* State of a container. Times are seconds since the epoch, 0 where it has not started or ended. */
struct container_state {
	bool running;
	int exit;
	bool out_of_memory;
	double started, finished;
	int restarts;
	char health[16]; /* "starting", "healthy", "unhealthy", or "" */
	char error[256]; /* why the engine could not start it; plain text */
};
bool read_state(const struct cage *cage, const char *id, struct container_state *state,
                struct failure *failure);

/* What it wrote: {"bytes": …, "cut": …, "last": "the last line, at most 200 bytes, plain"} */
struct json_t *read_output(const struct cage *cage, const char *id, struct failure *failure);

/* Removes one container with its volumes now; close_cage() would do it too. */
bool remove_container(const struct cage *cage, const char *id, struct failure *failure);

/* Removes everything that carries this cage's label. Also after an interrupt: it ignores
 * interrupted(). */
bool close_cage(struct cage *cage, struct failure *failure);

/* `plimsoll clean`: removes what any call of plimsoll left that is not running any more; sets
 * *removed. */
bool clean_up(const struct engine *engine, size_t *removed, struct failure *failure);

#endif
