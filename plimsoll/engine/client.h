#ifndef PLIMSOLL_ENGINE_CLIENT_H
#define PLIMSOLL_ENGINE_CLIENT_H

#include "su-exec/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The engine's command-line client, docker or podman, run as a child process: contexts, remote
 * hosts and rootless engines come with it.
 */
struct engine {
	const char *client;    /* "docker" or "podman", or a path */
	bool podman;           /* it answers as Podman does */
	char architecture[32]; /* of its own machine, "amd64"; "" where it does not say */
};

/* What a process wrote to one of its outputs, as it is: NUL-terminated, may hold NULs and anything.
 */
struct output {
	char *bytes; /* allocated; free_finished() frees it */
	size_t length;
	bool cut; /* there was more than the limit: it was read, and dropped */
};

struct finished {
	int status; /* exit status; 128 + n after signal n; -1 where it had to be killed in the end
	             */
	bool timed_out;
	struct output out, err;
};

struct limits {
	double seconds;   /* then the client and what it started is killed */
	size_t out_bytes; /* of standard output that are kept; of standard error 64 KiB */
};

/*
 * Chooses the client: name, or where that is NULL docker, or podman where there is no docker.
 * False and failure where none is installed: "docker: not installed: …". Nothing is asked: for
 * who does not need to know more of the engine than what it answers.
 */
bool find_engine(const char *name, struct engine *engine, struct failure *failure);

/*
 * The same, and asks what it is. False and failure also where it does not answer (exit status 3 of
 * plimsoll): "docker: the engine does not answer: … what it said".
 */
bool open_engine(const char *name, struct engine *engine, struct failure *failure);

/*
 * Runs `client ARGUMENT…` (a NULL at the end) with /dev/null as its input, and waits for its end.
 * False and failure only where it could not be run at all, or plimsoll was interrupted (then it is
 * killed); what it did is in *finished, which the caller frees where this was true. Where it could
 * not be run errno says why.
 */
bool run_client(const struct engine *engine, const char *const arguments[],
                const struct limits *limits, struct finished *finished, struct failure *failure);

/* The same, and false and failure ("docker inspect: what it said, in one line") where it does not
 * exit 0. There is nothing to free then. */
bool ask_client(const struct engine *engine, const char *const arguments[],
                const struct limits *limits, struct finished *finished, struct failure *failure);

/* ask_client() in other ways than the usual; all zero is the usual. */
struct way {
	int input;       /* a file that it reads from where it stands; 0: /dev/null */
	bool together;   /* out holds standard error too, in the order in which it came */
	bool to_the_end; /* an interrupt does not end it, only its limit */
};
bool ask_client_so(const struct engine *engine, const char *const arguments[],
                   const struct limits *limits, const struct way *way, struct finished *finished,
                   struct failure *failure);

/*
 * Starts `client ARGUMENT…` and gives the reading end of its standard output (a stream such as
 * `save`); standard error is kept up to 64 KiB, without a reader's help. finish_stream() waits for
 * it, at most seconds more, kills it where it does not end, and fills *finished (without out),
 * which the caller frees always. It is false, with failure as of ask_client(), where the client did
 * not exit 0, as is one whose stream was not read to its end.
 */
struct stream {
	const char *client, *command; /* for messages */
	pid_t pid;
	int fd;       /* read it; finish_stream() closes it */
	int error_fd; /* a file that holds its standard error */
};
bool start_stream(const struct engine *engine, const char *const arguments[], struct stream *stream,
                  struct failure *failure);
bool finish_stream(struct stream *stream, double seconds, struct finished *finished,
                   struct failure *failure);

void free_finished(struct finished *finished);

/* Seconds of the monotonic clock. */
double now(void);

#endif
