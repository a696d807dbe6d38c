#ifndef PLIMSOLL_PROBE_PROBE_H
#define PLIMSOLL_PROBE_PROBE_H

/*
 * `plimsoll probe WHAT`: this program inside of a container. Each prints one JSON object, in one
 * line, and exits 0; or a line on standard error, and exits 1. It needs no file of the image, runs
 * as any uid, and on a read-only root.
 *
 * watch --for SECONDS [--port N… | --listening | --test JSON | --none] [--proof] [--orphan S]
 *     waits, at most so long, until a TCP port accepts a connection (one of N…, at most 15, or any
 *     that is listened on: the default), on the loopback or where it listens, or until the
 *     HEALTHCHECK's test, an array, passes, which has at most --test-seconds S (30) for each of
 *     --tries N (0: as many as fit into the time); with --none not at all, and ready is false. Then
 *     looks:
 *     {"ready": bool, "after": s, "full": bool, "said": "…", "processes": […], "listening": […]} as
 *     in facts.md; full says that there was no process left for the test, and the wait ended at
 *     once; said is the last line of a test that did not pass, or null; this
 *     program itself is left out.
 *     With --proof, and where it is ready, "proof" is the object that `proof` prints.
 *     With --orphan SECONDS it makes a process whose parent ends before it (so that PID 1
 *     must reap it), lets that end, and waits until it is gone: "orphan" is {"existed": bool,
 *     "reaped": bool, "reaped_after": s}; where PID 1 is not what it fell to (a subreaper),
 *     existed is false. Or else "orphan_error" says why it could not be made.
 *
 * proof
 *     tries to make a file in /, and reads what holds for PID 1:
 *     {"root_write": "EROFS"|"EACCES"|…|"ok" (removed again), "bounding": "hex",
 *     "no_new_privileges": bool, "seccomp": n, "uids": […], "memory": bytes|"max"|null, "pids":
 *     n|"max"|null}; hexadecimal is without leading zeros; a limit that can't be seen is null.
 *
 * walk [--programs JSON]
 *     the object "files" of facts.md of /, without /proc, /sys, /dev, other mounts, and this
 *     program's own place. JSON is an object with the members of struct programs (files/survey.h),
 *     each a string, null or not there, and "volumes": mounts that are walked all the same.
 *
 * files JSON…   makes tests of files: files.h
 * setup JSON    runs commands, and becomes the last of them: setup.h
 */
int run_probe(char **arguments);

/* That one watch looks at. */
#define MOST_PORTS 15

#endif
