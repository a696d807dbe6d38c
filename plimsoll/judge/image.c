#include "assess.h"
#include "look.h"
#include "plimsoll/path.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void assess_healthcheck(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	double interval = 0;

	(void)budgets;
	if (look(facts, "image.config") == NULL)
		not_shown(result, "the image's configuration was not read");
	else if (look_number(facts, "image.config.healthcheck.interval", &interval))
		pass(result, "every %g s", interval);
	else if (look(facts, "image.config.healthcheck") != NULL)
		pass(result, "there is one");
	else if (is_one_shot(facts))
		skip(result, "a one-shot program: it ends by itself");
	else
		miss(result, "a HEALTHCHECK", "none");
}

void assess_exec_form(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	size_t entrypoint = json_array_size(look(facts, "image.config.entrypoint"));
	size_t cmd = json_array_size(look(facts, "image.config.cmd"));
	bool shell_entrypoint = look_true(facts, "image.config.shell_form.entrypoint");
	bool shell_cmd = look_true(facts, "image.config.shell_form.cmd");

	(void)budgets;
	if (entrypoint + cmd == 0)
		skip(result, "neither ENTRYPOINT nor CMD");
	else if (shell_entrypoint || shell_cmd)
		miss(result, "JSON arrays: [\"program\", \"argument\"]", "%s in shell form",
		     !shell_cmd          ? "ENTRYPOINT"
		     : !shell_entrypoint ? "CMD"
		                         : "ENTRYPOINT and CMD");
	else if (look(facts, "image.config.shell_form") == NULL)
		not_shown(result, "the form of ENTRYPOINT and CMD was not found out");
	else
		pass(result, "%s",
		     cmd == 0          ? "ENTRYPOINT"
		     : entrypoint == 0 ? "CMD"
		                       : "ENTRYPOINT and CMD");
}

static void add_secrets(const json_t *list, const char *prefix, const char *name_key,
                        struct result *result)
{
	json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
	{
		const char *kind = look_text(entry, "secret"), *name = look_text(entry, name_key);
		char path[256];

		if (kind == NULL)
			continue;
		snprintf(path, sizeof(path), "%s %.200s", prefix, name != NULL ? name : "?");
		add_finding(result, path, NULL, kind);
	}
}

void assess_no_secret_env(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *env = look_list(facts, "image.config.env");
	const json_t *history = look_list(facts, "image.history");

	(void)budgets;
	add_secrets(env, "ENV", "name", result);
	add_secrets(history, "history:", "created_by", result);
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "no secret in ENV, ARG or history", "secrets");
	else if (env == NULL || history == NULL)
		not_shown(result, "ENV and history were not both looked at");
	else
		pass(result, "none in %zu variables and %zu steps", json_array_size(env),
		     json_array_size(history));
}

void assess_size_budget(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	char expected[64];
	double size;

	if (budgets->size == 0) {
		skip(result, "no size was asked for");
		return;
	}
	if (!look_number(facts, "image.size", &size)) {
		not_shown(result, "the size is not known");
		return;
	}
	snprintf(expected, sizeof(expected), "at most %.2f MB", (double)budgets->size / 1e6);
	if (size > (double)budgets->size)
		miss(result, expected, "%.2f MB", size / 1e6);
	else
		pass(result, "%.2f MB, %s", size / 1e6, expected);
}

void assess_layer_budget(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	char expected[64];
	double count;

	if (budgets->layers == 0) {
		skip(result, "no number of layers was asked for");
		return;
	}
	if (!look_number(facts, "image.layer_count", &count)) {
		not_shown(result, "the number of layers is not known");
		return;
	}
	snprintf(expected, sizeof(expected), "at most %lu", budgets->layers);
	if (count > (double)budgets->layers)
		miss(result, expected, "%.0f layers", count);
	else
		pass(result, "%.0f layers, %s", count, expected);
}

/* Those of dockle's DKL-DI-0002. */
static bool is_sensitive(const char *path)
{
	static const char *const directories[] = {"/dev", "/proc", "/sys", "/boot",
	                                          "/etc", "/lib",  "/usr", NULL};
	size_t length = strlen(path);

	for (size_t i = 0; i < 3; i++)
		if (is_below(path, directories[i]))
			return true;
	while (length > 1 && path[length - 1] == '/')
		length--;
	for (size_t i = 0; directories[i] != NULL; i++)
		if (strlen(directories[i]) == length && strncmp(path, directories[i], length) == 0)
			return true;
	return length == 1 && *path == '/';
}

void assess_volumes(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *volumes = look_list(facts, "image.config.volumes");
	json_t *volume;
	size_t i;

	(void)budgets;
	if (volumes == NULL) {
		not_shown(result, "the volumes were not looked at");
		return;
	}
	json_array_foreach(volumes, i, volume)
	{
		const char *path = json_string_value(volume);

		if (path != NULL && is_sensitive(path))
			add_finding(result, path, NULL, "the system's");
	}
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "volumes for the application's own data", "volumes");
	else
		pass(result, "%zu volumes", i);
}

void assess_ports(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *ports = look_list(facts, "image.config.ports");
	json_t *port;
	size_t i;
	double number;

	(void)budgets;
	if (ports == NULL) {
		not_shown(result, "the ports were not looked at");
		return;
	}
	json_array_foreach(ports, i, port)
	{
		const char *protocol = look_text(port, "protocol");
		char path[64];

		if (!look_number(port, "port", &number) || number >= 1024)
			continue;
		snprintf(path, sizeof(path), "%.0f/%.8s", number, protocol ? protocol : "tcp");
		add_finding(result, path, NULL, number == 22 ? "SSH's" : "below 1024");
	}
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "ports from 1024 on", "ports");
	else
		pass(result, i == 0 ? "none" : "%zu, all from 1024 on", i);
}

/* An ADD, as the classic builder and BuildKit write it; its target, else NULL. A remote file with
 * a checksum is what ADD is good for. */
static const char *find_add(const char *created_by, char target[200])
{
	static const char classic[] = "/bin/sh -c #(nop) ", mark[] = "# buildkit";
	char step[1024];

	if (strncmp(created_by, classic, strlen(classic)) == 0)
		created_by += strlen(classic);
	created_by += strspn(created_by, " ");
	if (strncmp(created_by, "ADD ", 4) != 0 || strstr(created_by, "--checksum=") != NULL)
		return NULL;
	snprintf(step, sizeof(step), "%s", created_by);
	char *end = strstr(step, mark);
	end = end != NULL ? end : step + strlen(step);
	while (end > step && end[-1] == ' ')
		end--;
	*end = '\0';
	const char *space = strrchr(step, ' ');
	if (space == NULL) /* without any target */
		return NULL;
	snprintf(target, 200, "%s", space + 1);
	return target;
}

/* The first step that makes a layer brings the base's files, by ADD in most bases. */
void assess_no_add(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *history = look_list(facts, "image.history");
	json_t *step;
	size_t i;
	json_int_t layer = 0;

	(void)budgets;
	if (json_array_size(history) == 0) {
		skip(result, "it has no history");
		return;
	}
	json_array_foreach(history, i, step)
	{
		const char *created_by = look_text(step, "created_by");
		char target[200];

		if (look_true(step, "empty"))
			continue;
		if (layer > 0 && created_by != NULL && find_add(created_by, target) != NULL) {
			json_t *index = json_integer(layer);

			add_finding(result, target, index, created_by);
			json_decref(index);
		}
		layer++;
	}
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "COPY", "steps with ADD");
	else
		pass(result, "none in %zu steps", i);
}

/* As `docker images` shows it, and shorter: how many digits are no accident. */
#define ID_LENGTH 12

void assess_tag_pinned(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const char *reference = look_text(facts, "image.reference");

	(void)budgets;
	if (reference == NULL) {
		not_shown(result, "the image's reference is not known");
		return;
	}
	const char *tag = strchr(base_name(reference), ':'), *id = look_text(facts, "image.id");
	size_t length = strlen(reference);
	if (strncmp(reference, "oci-archive:", 12) == 0 ||
	    strncmp(reference, "docker-archive:", 15) == 0)
		skip(result, "a file: it has no tag");
	else if (strchr(reference, '@') != NULL || strncmp(reference, "sha256:", 7) == 0)
		pass(result, "%s: a digest", reference);
	else if (length >= ID_LENGTH && id != NULL && strncmp(id, "sha256:", 7) == 0 &&
	         strncmp(id + 7, reference, length) == 0)
		pass(result, "%s: an id", reference);
	else if (tag == NULL || strcmp(tag, ":latest") == 0)
		miss(result, "a tag that says the version, or a digest", "%s: %s", reference,
		     tag == NULL ? "no tag: latest" : "latest");
	else
		pass(result, "%s", reference);
}

/* RFC 3339: 2027-01-31T23:59:59, with more behind it. */
static bool is_time(const char *text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";

	for (size_t i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
			return false;
	return text[sizeof(form) - 1] != '\0';
}

static bool is_address(const char *text)
{
	const char *scheme = strstr(text, "://");

	return scheme != NULL && scheme > text && scheme[3] != '\0' && strchr(text, ' ') == NULL;
}

/* What is wrong with a label that OCI's image specification (annotations.md) describes; or NULL. */
static const char *find_fault(const char *name, const char *value)
{
	static const char prefix[] = "org.opencontainers.image.";
	static const char *const addresses[] = {"url", "documentation", "source", NULL};

	if (*value == '\0')
		return "empty";
	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return NULL;
	name += strlen(prefix);
	if (strcmp(name, "created") == 0 && !is_time(value))
		return "no time of RFC 3339";
	if (list_has(addresses, name) && !is_address(value))
		return "no URL";
	return NULL;
}

void assess_labels(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	const json_t *labels = look(facts, "image.config.labels");
	const char *name, *fault;
	json_t *value;
	size_t known = 0;

	for (char **label = budgets->labels; label != NULL && *label != NULL; label++, known++)
		if (json_object_get(labels, *label) == NULL)
			add_finding(result, *label, NULL, "missing");
	json_object_foreach((json_t *)labels, name, value)
	{
		bool wanted = list_has((const char *const *)budgets->labels, name) ||
		              strncmp(name, "org.opencontainers.image.", 25) == 0;

		if (wanted && (fault = find_fault(name, json_string_value(value))) != NULL)
			add_finding(result, name, NULL, fault);
		known += wanted;
	}
	if (json_array_size(result->findings) > 0)
		miss_findings(result, "the labels that were asked for, well formed", "labels");
	else if (known == 0)
		skip(result, "no label was asked for, and it has none of OCI's");
	else
		pass(result, "%zu labels", json_object_size(labels));
}
