#include "plimsoll/probe/proof.h"

#include "plimsoll/probe/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Version 1 writes "no limit" as the largest multiple of the page size (4 KiB to 64 KiB). */
#define NO_LIMIT (INT64_MAX - 0xffff)

/* The name of the errno, or "ok". A file of that name is never the image's: it would be EEXIST. */
static const char *try_to_write(const char *root)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/.plimsoll-proof-%d", root, (int)getpid());
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		const char *name = strerrorname_np(errno);
		return name != NULL ? name : "unknown";
	}
	close(fd);
	unlink(path);
	return "ok";
}

static bool read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	bool read = file != NULL && fgets(line, size, file) != NULL;

	if (file != NULL)
		fclose(file);
	if (read)
		line[strcspn(line, "\n")] = '\0';
	return read;
}

/* NULL where there is no such file; "max", as version 2 has it, where there is no limit. */
static json_t *read_limit(const char *path)
{
	char line[64], *end;

	if (!read_line(path, line, sizeof(line)))
		return NULL;
	long long limit = strtoll(line, &end, 10);
	return end == line || *end != '\0' || limit >= NO_LIMIT ? json_string("max")
	                                                        : json_integer(limit);
}

/* Whether names ("memory", "cpu,cpuacct", or "" of version 2) hold the controller. */
static bool has_controller(const char *names, const char *controller)
{
	size_t length = strlen(controller);

	for (; *names != '\0'; names += strcspn(names, ","), names += *names == ',') {
		if (strcspn(names, ",") == length && strncmp(names, controller, length) == 0)
			return true;
	}
	return false;
}

/* The cgroup of PID 1 ("/docker/ID", "/" in a namespace of its own) in the hierarchy of controller,
 * or in version 2's, whose line has none: "0::/". */
static void find_cgroup(const char *root, const char *controller, char group[static PATH_MAX])
{
	char path[PATH_MAX], line[PATH_MAX];

	*group = '\0';
	snprintf(path, sizeof(path), "%s/proc/1/cgroup", root);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		char *names = strchr(line, ':'), *at = names != NULL ? strchr(++names, ':') : NULL;

		if (at == NULL)
			continue;
		*at++ = '\0';
		at[strcspn(at, "\n")] = '\0';
		if (strcmp(names, controller) == 0 || has_controller(names, controller))
			strcpy(group, strcmp(at, "/") != 0 ? at : "");
	}
	fclose(file);
}

/*
 * Where a limit may be: version 1 has a folder for each controller, version 2 one for all. The
 * engine mounts either the whole hierarchy, or only the container's own part of it.
 */
static json_t *find_limit(const char *root, const char *controller, const char *one,
                          const char *two)
{
	const struct place {
		const char *controller, *folder, *name;
	} places[] = {
	    {controller, controller, one},
	    {"", "", two},
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const struct place *place = places + i;
		char group[PATH_MAX], path[2 * PATH_MAX];
		json_t *limit;

		find_cgroup(root, place->controller, group);
		snprintf(path, sizeof(path), "%s/sys/fs/cgroup/%s%s/%s", root, place->folder, group,
		         place->name);
		if ((limit = read_limit(path)) != NULL)
			return limit;
		snprintf(path, sizeof(path), "%s/sys/fs/cgroup/%s/%s", root, place->folder,
		         place->name);
		if ((limit = read_limit(path)) != NULL)
			return limit;
	}
	return json_null();
}

json_t *prove_conditions(const char *root, struct failure *failure)
{
	char proc[PATH_MAX];

	snprintf(proc, sizeof(proc), "%s/proc", root);
	json_t *init = describe_process(proc, 1, failure);
	if (init == NULL)
		return NULL;

	json_t *proof = json_pack(
	    "{s:s, s:O, s:O, s:O, s:O, s:o, s:o}", "root_write", try_to_write(root), "bounding",
	    json_object_get(json_object_get(init, "capabilities"), "bounding"), "no_new_privileges",
	    json_object_get(init, "no_new_privileges"), "seccomp", json_object_get(init, "seccomp"),
	    "uids", json_object_get(init, "uids"), "memory",
	    find_limit(root, "memory", "memory.limit_in_bytes", "memory.max"), "pids",
	    find_limit(root, "pids", "pids.max", "pids.max"));
	json_decref(init);
	return proof;
}
