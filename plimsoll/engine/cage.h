#ifndef PLIMSOLL_ENGINE_CAGE_H
#define PLIMSOLL_ENGINE_CAGE_H

#include "plimsoll/engine/client.h"
#include "plimsoll/engine/owner.h"

/*
 * Everything that one call of plimsoll makes on the engine: each container, and the volume, is
 * named "plimsoll-ID…" and carries the labels "plimsoll.check=ID", "plimsoll.image=NAME",
 * "plimsoll.made-by=plimsoll" and "plimsoll.owner=…" (owner.h), so that it is found whatever
 * becomes of the one that made it.
 */
struct cage {
	const struct engine *engine;
	char id[33];            /* random, hexadecimal */
	char image[512];        /* as it was asked for */
	char image_id[80];      /* what containers are made of; "": of the name */
	char owner[OWNER_SIZE]; /* of the process that opened it, not of a task */
	char volume[48];        /* its name; it is there with the holder */
	char place[56];         /* where it is mounted; no image can have anything there */
	char program[72];       /* this program, in containers */
	double patience; /* seconds that close_cage() gives an engine that is slow to remove */
	char holder[65]; /* the container that put this program into the volume, "" while there
	                    is none */
};

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
	bool without_probe;     /* do not mount the volume with this program */
	size_t memory;          /* bytes; 0: 512 MiB. Swap is never more. */
	unsigned int pids;      /* 0: 256 */
};

#define CAGE_PATIENCE 60.0

void open_cage(struct cage *cage, const struct engine *engine, const char *image);

/* All containers are made of that one image from now on, whatever its name means meanwhile. NULL:
 * of what the name means then. */
void pin_image(struct cage *cage, const char *id);

/* The word by which the engine's client is given the image. */
const char *image_of(const struct cage *cage);

/* Puts this program (/proc/self/exe) into a volume on the engine, read-only for all others. */
bool place_probe(struct cage *cage, struct failure *failure);

/*
 * Creates and starts a container, detached; id gets its name, which does wherever an id does. False
 * and failure where the engine refuses: where that was at its start, not before (a program that is
 * not there), read_state() of id tells its exit status and error.
 * A path of tmpfs or volumes must be absolute, without ":" and ",", and env have its "=": else the
 * engine's client would take a directory or a variable of the host.
 */
bool start_container(const struct cage *cage, const struct confinement *confinement,
                     char id[static 65], struct failure *failure);

/*
 * Creates and starts a container, and waits for its end within the limits: *finished has what it
 * wrote and its exit status, and is the caller's to free. False and failure where it was never
 * started, with what the engine says. One that is timed out still runs.
 */
bool run_container(const struct cage *cage, const struct confinement *confinement,
                   const struct limits *limits, char id[static 65], struct finished *finished,
                   struct failure *failure);

/*
 * Runs `plimsoll probe ARGUMENT…` in a running container, as its user, and gives the JSON object
 * that it prints. NULL and failure where it can't be run (the container has ended, an image of
 * another architecture), timed out, or said something else.
 */
struct json_t *probe_container(const struct cage *cage, const char *id,
                               const char *const arguments[], double seconds,
                               struct failure *failure);

/* The same in a container of its own, in place of the image's program: confinement's entrypoint and
 * command are not looked at. */
struct json_t *probe_alone(const struct cage *cage, const struct confinement *confinement,
                           const char *const arguments[], double seconds, struct failure *failure);

/* State of a container. Times are seconds since the epoch, 0 where it has not started or ended. */
struct container_state {
	bool running;
	int exit;
	double started, finished;
	char error[256]; /* why the engine could not start it; plain text */
};
bool read_state(const struct cage *cage, const char *id, struct container_state *state,
                struct failure *failure);

/*
 * What it wrote to both outputs: {"bytes": …, "cut": …, "last": "the last line that is not empty,
 * at most 200 bytes, plain"}. Bytes are counted up to 64 KiB: with cut there were more.
 */
struct json_t *read_output(const struct cage *cage, const char *id, struct failure *failure);

/* Removes one container with its volumes now; close_cage() would do it too. */
bool remove_container(const struct cage *cage, const char *id, struct failure *failure);

/*
 * Removes everything that carries this cage's label, and waits until it is gone. Also after an
 * interrupt: it ignores interrupted(). False and failure where the engine does not answer, or where
 * something is still there after the cage's patience: "plimsoll-ID: still on the engine after 60 s:
 * what it said last".
 */
bool close_cage(struct cage *cage, struct failure *failure);

/*
 * `plimsoll clean`: removes what any call of plimsoll left that is not running any more. Whether
 * one of another PID namespace or machine still runs can't be seen: what it made is removed where
 * it made it older_than seconds ago, or before; never where that is negative.
 */
struct cleaning {
	double older_than;
	size_t removed, unseen; /* containers and volumes; unseen: were left for that reason */
};

/* False, and the first failure, where something could not be removed; what can be is removed all
 * the same, and counted. */
bool clean_up(const struct engine *engine, struct cleaning *cleaning, struct failure *failure);

#endif
