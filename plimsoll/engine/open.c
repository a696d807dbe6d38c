/* Which engine there is, and whether it answers. */
#include "plimsoll/engine/client.h"

#include "plimsoll/engine/tasks.h"
#include "plimsoll/text.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct limits question = {.seconds = 10, .out_bytes = (size_t)256 * 1024};
static const char *const version[] = {"version", "--format", "{{json .}}", NULL};

/*
 * docker spells "ApiVersion", podman "APIVersion". The client docker can speak to Podman's service,
 * which calls itself "Podman Engine".
 */
static bool is_podman(json_t *versions)
{
	json_t *components = json_object_get(json_object_get(versions, "Server"), "Components");
	json_t *component;
	size_t i;

	json_array_foreach(components, i, component)
	{
		const char *name = json_string_value(json_object_get(component, "Name"));

		if (name != NULL && strstr(name, "Podman") != NULL)
			return true;
	}
	return json_object_get(json_object_get(versions, "Client"), "APIVersion") != NULL;
}

/* Docker's engine says it of itself, Podman of its client ("linux/amd64"), which mostly is both. */
static void note_architecture(json_t *versions, struct engine *engine)
{
	json_t *server = json_object_get(versions, "Server");
	const char *docker = json_string_value(json_object_get(server, "Arch"));
	const char *podman = json_string_value(json_object_get(
	    json_is_object(server) ? server : json_object_get(versions, "Client"), "OsArch"));
	const char *slash = podman != NULL ? strchr(podman, '/') : NULL;
	const char *said = docker != NULL ? docker : slash != NULL ? slash + 1 : "";
	char *plain = make_plain(said, strlen(said), sizeof(engine->architecture) - 1);

	snprintf(engine->architecture, sizeof(engine->architecture), "%s", plain);
	free(plain);
}

/* Both print an object that has "Client". */
static bool read_versions(struct engine *engine, const struct output *out, struct failure *failure)
{
	json_t *versions = json_loadb(out->bytes, out->length, 0, NULL);
	bool known = json_is_object(json_object_get(versions, "Client"));

	engine->podman = known && is_podman(versions);
	if (known)
		note_architecture(versions, engine);
	json_decref(versions);
	return known || fail(failure, engine->client,
	                     "neither docker nor podman: its `version` is not as theirs", NULL);
}

static const char *advise(const struct failure *said)
{
	return strstr(said->text, "ermission denied") != NULL
	           ? ": may this user use it? (group docker)"
	           : ": is it started? (systemctl start docker, DOCKER_HOST, docker context ls)";
}

static bool ask_version(struct engine *engine, struct failure *failure)
{
	struct finished finished;
	struct failure said;

	if (ask_client(engine, version, &question, &finished, &said)) {
		bool known = read_versions(engine, &finished.out, failure);

		free_finished(&finished);
		return known;
	}
	if (interrupted() != 0)
		return fail(failure, engine->client, "interrupted", NULL);
	return fail(failure, engine->client, "the engine does not answer: ", said.text,
	            advise(&said), NULL);
}

/* As execvp() looks for it. */
static bool is_installed(const char *client)
{
	const char *folder = getenv("PATH");
	char path[PATH_MAX];

	if (strchr(client, '/') != NULL)
		return access(client, X_OK) == 0;
	for (; folder != NULL; folder = strchr(folder, ':')) {
		folder += *folder == ':';
		int length = (int)strcspn(folder, ":");

		snprintf(path, sizeof(path), "%.*s%s%s", length, folder, length > 0 ? "/" : "",
		         client);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

bool find_engine(const char *name, struct engine *engine, struct failure *failure)
{
	*engine = (struct engine){.client = name != NULL ? name : "docker"};
	if (is_installed(engine->client))
		return true;
	if (name != NULL)
		return fail(failure, name,
		            "not installed: install it, or name another with --engine", NULL);
	engine->client = "podman";
	return is_installed(engine->client) ||
	       fail(failure, "docker", "not installed, nor is podman: install one of them", NULL);
}

bool open_engine(const char *name, struct engine *engine, struct failure *failure)
{
	return find_engine(name, engine, failure) && ask_version(engine, failure);
}
