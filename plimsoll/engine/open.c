/* Which engine there is, and whether it answers. */
#include "plimsoll/engine/client.h"

#include "plimsoll/engine/tasks.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

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

/* Both print an object that has "Client". */
static bool read_versions(struct engine *engine, const struct output *out, struct failure *failure)
{
	json_t *versions = json_loadb(out->bytes, out->length, 0, NULL);
	bool known = json_is_object(json_object_get(versions, "Client"));

	engine->podman = known && is_podman(versions);
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

/* Sets *missing where there is no such program. */
static bool ask_version(struct engine *engine, bool *missing, struct failure *failure)
{
	struct finished finished;
	struct failure said;

	errno = 0;
	if (ask_client(engine, version, &question, &finished, &said)) {
		bool known = read_versions(engine, &finished.out, failure);

		free_finished(&finished);
		return known;
	}
	*missing = errno == ENOENT;
	if (interrupted() != 0)
		return fail(failure, engine->client, "interrupted", NULL);
	if (*missing)
		return fail(failure, engine->client,
		            "not installed: install it, or name another with --engine", NULL);
	return fail(failure, engine->client, "the engine does not answer: ", said.text,
	            advise(&said), NULL);
}

bool open_engine(const char *name, struct engine *engine, struct failure *failure)
{
	bool missing = false;

	*engine = (struct engine){.client = name != NULL ? name : "docker"};
	if (ask_version(engine, &missing, failure))
		return true;
	if (name != NULL || !missing)
		return false;
	engine->client = "podman";
	if (ask_version(engine, &missing, failure))
		return true;
	if (!missing)
		return false;
	return fail(failure, "docker", "not installed, nor is podman: install one of them", NULL);
}
