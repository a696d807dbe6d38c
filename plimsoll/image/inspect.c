#include "plimsoll/image/inspect.h"
#include "plimsoll/files/survey.h"
#include "plimsoll/image/describe.h"
#include "plimsoll/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What inspect and history may say, and how long they may take. */
static const struct limits limits = {.seconds = 60, .out_bytes = 4 << 20};

static const char *name_client(const struct engine *engine)
{
	return engine->podman ? "podman" : "docker";
}

/* The engines have no status of their own for it: Docker's and Podman's words. */
static bool is_missing(const struct output *err)
{
	static const char *const said[] = {"no such image", "No such image", "no such object",
	                                   "No such object", "image not known"};

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		if (err->bytes != NULL && strstr(err->bytes, said[i]) != NULL)
			return true;
	return false;
}

static bool is_file(const char *name)
{
	struct stat status;

	return stat(name, &status) == 0 && S_ISREG(status.st_mode);
}

/* What it said last, without the end of the line: clients put warnings before it. */
static char *find_last_line(const struct output *err)
{
	const char *bytes = err->bytes != NULL ? err->bytes : "";
	size_t end = strlen(bytes), start;

	while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r'))
		end--;
	for (start = end; start > 0 && bytes[start - 1] != '\n';)
		start--;
	return make_plain(bytes + start, end - start, 300);
}

static bool refuse(const struct engine *engine, const char *command,
                   const struct finished *finished, struct failure *failure)
{
	char *line = find_last_line(&finished->err);
	char object[32] = "";

	strcat(strcat(strcat(object, name_client(engine)), " "), command);
	fail(failure, object,
	     finished->timed_out                      ? "no answer within 60 seconds"
	     : finished->out.cut                      ? "says more than 4 MiB"
	     : finished->status != 0 && *line != '\0' ? line
	                                              : "what it says can't be read",
	     NULL);
	free(line);
	return false;
}

/* The object that inspect prints in a list. NULL and failure where there is none. */
static json_t *ask_inspect(const struct engine *engine, const char *reference,
                           struct failure *failure)
{
	const char *const arguments[] = {"inspect", "--type", "image", "--", reference, NULL};
	struct finished finished;
	json_t *list = NULL, *image = NULL;

	if (!run_client(engine, arguments, &limits, &finished, failure))
		return NULL;
	bool answered = finished.status == 0 && !finished.timed_out && !finished.out.cut;
	if (answered)
		list = json_loadb(finished.out.bytes, finished.out.length, JSON_ALLOW_NUL, NULL);
	if (json_is_object(json_array_get(list, 0)))
		image = json_incref(json_array_get(list, 0));
	else if (finished.status != 0 && is_file(reference))
		fail(failure, reference, "no image of this engine, but a file: did you mean ",
		     "docker-archive:", reference, "?", NULL);
	else if (finished.status != 0 && is_missing(&finished.err))
		fail(failure, reference, "not on this engine: ", name_client(engine), " pull ",
		     reference, NULL);
	else
		refuse(engine, "inspect", &finished, failure);
	json_decref(list);
	free_finished(&finished);
	return image;
}

/* Docker's fields are spelt CreatedBy and Size (a string), Podman's createdBy and size (a number).
 */
static const json_t *get_either(const json_t *line, const char *docker, const char *podman)
{
	const json_t *value = json_object_get(line, docker);

	return value != NULL ? value : json_object_get(line, podman);
}

static bool has_size(const json_t *line)
{
	const json_t *size = get_either(line, "Size", "size");

	return json_is_string(size) ? strtod(json_string_value(size), NULL) > 0
	                            : json_number_value(size) > 0;
}

/* One JSON object a line, the newest first; oldest first comes out. */
static json_t *read_lines(const struct output *out)
{
	json_t *lines = json_array();

	for (size_t start = 0, end; start < out->length; start = end + 1) {
		const char *newline = memchr(out->bytes + start, '\n', out->length - start);
		end = newline != NULL ? (size_t)(newline - out->bytes) : out->length;
		json_t *line = json_loadb(out->bytes + start, end - start, JSON_ALLOW_NUL, NULL);
		if (!json_is_object(line)) {
			json_decref(line);
			json_decref(lines);
			return NULL;
		}
		if (json_array_insert_new(lines, 0, line) != 0)
			end_without_memory();
	}
	return lines;
}

/* Whether an instruction of its kind makes a layer, though it may hold no byte. */
static bool makes_layer(const json_t *created_by)
{
	static const char *const first[] = {"COPY ",    "ADD ",        "RUN ",
	                                    "WORKDIR ", "/bin/sh -c ", "|"};
	const char *text = json_string_value(created_by);

	if (text == NULL || strstr(text, "#(nop)") != NULL)
		return false;
	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
		if (strncmp(text, first[i], strlen(first[i])) == 0)
			return true;
	return false;
}

/*
 * `history` does not say which steps made no layer. Those with a size did; where the image has more
 * layers than that, so did the first of the others whose instruction can.
 */
static json_t *describe_lines(const json_t *lines, size_t layer_count)
{
	json_t *history = json_array(), *line;
	size_t i, unexplained = layer_count;

	json_array_foreach(lines, i, line)
	{
		unexplained -= has_size(line) && unexplained > 0;
	}
	json_array_foreach(lines, i, line)
	{
		const json_t *created_by = get_either(line, "CreatedBy", "createdBy");
		bool guessed = !has_size(line) && unexplained > 0 && makes_layer(created_by);
		unexplained -= guessed;
		append_member(history, describe_step(created_by, !has_size(line) && !guessed));
	}
	return history;
}

static json_t *ask_history(const struct engine *engine, const char *reference, size_t layer_count,
                           struct failure *failure)
{
	const char *const arguments[] = {"history",    "--no-trunc", "--human=false", "--format",
	                                 "{{json .}}", "--",         reference,       NULL};
	struct finished finished;
	json_t *lines = NULL, *history = NULL;

	if (!run_client(engine, arguments, &limits, &finished, failure))
		return NULL;
	if (finished.status == 0 && !finished.timed_out && !finished.out.cut)
		lines = read_lines(&finished.out);
	if (lines != NULL)
		history = describe_lines(lines, layer_count);
	else
		refuse(engine, "history", &finished, failure);
	json_decref(lines);
	free_finished(&finished);
	return history;
}

/* Podman leaves out the algorithm. */
static json_t *describe_id(const json_t *id)
{
	char text[128] = "sha256:";
	const char *value = json_string_value(id);

	if (value == NULL || strchr(value, ':') != NULL || strlen(value) != 64)
		return describe_text(id);
	strcat(text, value);
	return plain_string(text, strlen(text), sizeof(text));
}

/* What a registry calls it: the part behind @ of the first name that it was pulled by. */
static json_t *describe_digest(const json_t *names)
{
	const char *name = json_string_value(json_array_get(names, 0));
	const char *at = name != NULL ? strchr(name, '@') : NULL;

	return at != NULL ? plain_string(at + 1, strlen(at + 1), 256) : json_null();
}

static const json_t *get_layers(const json_t *inspected)
{
	return json_object_get(json_object_get(inspected, "RootFS"), "Layers");
}

static json_t *describe_inspected(json_t *inspected, const char *reference)
{
	json_t *image = json_object(), *config = json_object_get(inspected, "Config");
	json_t *podman_check = json_object_get(inspected, "Healthcheck");

	if (podman_check != NULL && json_object_get(config, "Healthcheck") == NULL &&
	    json_is_object(config))
		set_member(config, "Healthcheck", json_incref(podman_check));
	set_member(image, "reference", plain_string(reference, strlen(reference), 1024));
	set_member(image, "id", describe_id(get_text(inspected, "Id")));
	set_member(image, "digest", describe_digest(json_object_get(inspected, "RepoDigests")));
	set_member(image, "os", describe_text(get_text(inspected, "Os")));
	set_member(image, "architecture", describe_text(get_text(inspected, "Architecture")));
	set_member(image, "size",
	           json_integer(json_integer_value(json_object_get(inspected, "Size"))));
	set_member(image, "config", describe_config(config));
	set_member(image, "layer_count",
	           json_integer((json_int_t)json_array_size(get_layers(inspected))));
	return image;
}

json_t *inspect_image(const struct engine *engine, const char *reference, struct failure *failure)
{
	json_t *inspected = ask_inspect(engine, reference, failure), *history, *image;

	if (inspected == NULL)
		return NULL;
	if (!check_lengths(json_object_get(inspected, "Config"), NULL, reference, failure)) {
		json_decref(inspected);
		return NULL;
	}
	history = ask_history(engine, reference, json_array_size(get_layers(inspected)), failure);
	if (history == NULL) {
		json_decref(inspected);
		return NULL;
	}
	image = describe_inspected(inspected, reference);
	if (engine->architecture[0] != '\0') /* the engine's machine, which need not be this one */
		set_member(image, "host_architecture", json_string(engine->architecture));
	else
		set_member(image, "host_architecture", json_null());
	set_member(image, "history", history);
	json_decref(inspected);
	return image;
}
