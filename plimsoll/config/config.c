#include "plimsoll/config/config.h"

#include "plimsoll/config/values.h"
#include "plimsoll/config/yaml.h"
#include "plimsoll/spelling.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>

/* Each reads one key into the struct config. */

static bool read_image(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return copy_scalar(file, value, &config->image) &&
	       (*config->image != '\0' || refuse_node(file, value, "image", "must name an image"));
}

static bool read_size(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;
	const char *text = read_scalar(file, value);

	if (text == NULL)
		return false;
	return parse_size(text, &config->budgets.size) ||
	       refuse_node(file, value, "size",
	                   "must be a number and B, kB, MB or GB, as in 30 MB");
}

static bool read_layers(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;
	const char *text = read_scalar(file, value);

	if (text == NULL)
		return false;
	return parse_count(text, 1, 1000, &config->budgets.layers) ||
	       refuse_node(file, value, "layers", "must be a number from 1 to 1000");
}

static bool read_user(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return copy_scalar(file, value, &config->budgets.user);
}

static bool read_ready(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;
	const char *text = read_scalar(file, value);
	struct failure failure;

	if (text == NULL)
		return false;
	return parse_ready(text, &config->budgets, &failure) ||
	       refuse_node(file, value, NULL, failure.text);
}

static bool read_stop(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;
	const char *text = read_scalar(file, value);

	if (text == NULL)
		return false;
	return parse_seconds(text, &config->budgets.stop_within) ||
	       refuse_node(file, value, "stop", "must be seconds, as in 1 s or 0.5 s, at most 300");
}

static bool read_variable(struct yaml_file *file, const yaml_node_t *key, yaml_node_t *value,
                          void *into)
{
	const char *name = text_of(key), *text = read_scalar(file, value);

	if (text == NULL)
		return false;
	if (*name == '\0' || strchr(name, '=') != NULL)
		return refuse_node(file, key, name, "no name of a variable");
	add_string(into, print_text("%s=%s", name, text));
	return true;
}

static bool read_env(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return read_pairs(file, value, read_variable, &config->budgets.env);
}

static bool read_writable(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return read_sequence(file, value, read_path, &config->budgets.writable);
}

static bool read_labels(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return read_sequence(file, value, read_string, &config->budgets.labels);
}

static bool read_setuid(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return read_sequence(file, value, read_path, &config->budgets.setuid);
}

static bool read_command(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return read_sequence(file, value, read_string, &config->budgets.command);
}

static bool read_ports(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return read_sequence(file, value, read_port, &config->budgets.ports);
}

static bool read_profile(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;
	const char *text = read_scalar(file, value);

	if (text == NULL)
		return false;
	if (!is_profile(text))
		return refuse_node(file, value, "profile",
		                   "must be default, cis, pss-restricted or openshift");
	return copy_scalar(file, value, &config->profile);
}

static bool read_skip(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct config *config = into;

	return read_sequence(file, value, read_check_id, &config->skip);
}

/* Each reads one key into the last struct waiver. */

static bool read_waived_check(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct waiver *waiver = into;

	return check_id(file, value) && copy_scalar(file, value, &waiver->check);
}

static bool read_waived_path(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct waiver *waiver = into;

	return copy_scalar(file, value, &waiver->path);
}

static bool read_reason(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct waiver *waiver = into;

	return copy_scalar(file, value, &waiver->reason);
}

static bool read_until(struct yaml_file *file, yaml_node_t *value, void *into)
{
	struct waiver *waiver = into;
	const char *text = read_scalar(file, value);

	if (text == NULL)
		return false;
	return parse_date(text, &waiver->until) ||
	       refuse_node(file, value, "until", "must be a date, as in 2027-01-31");
}

static bool read_waiver(struct yaml_file *file, yaml_node_t *item, void *into)
{
	static const struct yaml_key keys[] = {
	    {"check", read_waived_check},
	    {"path", read_waived_path},
	    {"reason", read_reason},
	    {"until", read_until},
	};
	struct config *config = into;
	size_t count = config->waiver_count + 1;

	config->waivers = resize_memory(config->waivers, count * sizeof(*config->waivers));
	struct waiver *waiver = &config->waivers[config->waiver_count++];
	*waiver = (struct waiver){.line = item->start_mark.line + 1};
	if (!read_mapping(file, item, keys, sizeof(keys) / sizeof(*keys), waiver))
		return false;
	if (waiver->check == NULL)
		return refuse_node(file, item, "check", "missing: which check is waived?");
	return (waiver->reason != NULL && *waiver->reason != '\0') ||
	       refuse_node(file, item, "reason", "missing: why is it waived?");
}

static bool read_waivers(struct yaml_file *file, yaml_node_t *value, void *into)
{
	return read_sequence(file, value, read_waiver, into);
}

/* "REASON FILE:LINE", of the document before; returns false. */
static bool refuse_document(const struct config *config, const char *reason,
                            const struct config *before, struct failure *failure)
{
	char *place = print_text("%s:%lu", config->file, config->line);
	char *other = print_text("%s:%lu", before->file, before->line);

	fail(failure, place, "image: ", reason, other, NULL);
	free(place);
	free(other);
	return false;
}

static bool is_for_same(const struct config *a, const struct config *b)
{
	if (a->image == NULL || b->image == NULL)
		return a->image == b->image;
	return strcmp(a->image, b->image) == 0;
}

/* The last document, number in its file, from those before it. */
static bool is_told_apart(const struct configs *configs, size_t number, struct failure *failure)
{
	const struct config *last = &configs->configs[configs->count - 1];

	if (number > 1 && (last->image == NULL || last[-1].image == NULL))
		return refuse_document(last,
		                       "each document of a file must name its own, beginning at ",
		                       last - (number - 1), failure);
	for (const struct config *before = configs->configs; before < last; before++)
		if (is_for_same(before, last))
			return refuse_document(last, "must be another than at ", before, failure);
	return true;
}

static bool read_document(struct yaml_file *file, void *into)
{
	static const struct yaml_key keys[] = {
	    {"image", read_image},     {"size", read_size},         {"layers", read_layers},
	    {"user", read_user},       {"ready", read_ready},       {"stop", read_stop},
	    {"env", read_env},         {"writable", read_writable}, {"ports", read_ports},
	    {"labels", read_labels},   {"setuid", read_setuid},     {"command", read_command},
	    {"profile", read_profile}, {"skip", read_skip},         {"waive", read_waivers},
	};
	struct configs *configs = into;
	yaml_node_t *root = yaml_root(file);

	configs->configs =
	    resize_memory(configs->configs, (configs->count + 1) * sizeof(*configs->configs));
	struct config *config = &configs->configs[configs->count++];
	*config = (struct config){.file = print_text("%s", file->name),
	                          .line = root->start_mark.line + 1};
	return read_mapping(file, root, keys, sizeof(keys) / sizeof(*keys), config) &&
	       is_told_apart(configs, file->number, file->failure);
}

bool read_config(const char *path, struct configs *configs, struct failure *failure)
{
	if (read_yaml(path, read_document, configs, failure))
		return true;
	free_configs(configs);
	return false;
}

struct config *find_config(const struct configs *configs, const char *image,
                           struct failure *failure)
{
	struct config *rest = NULL;

	for (size_t i = 0; i < configs->count; i++) {
		struct config *config = &configs->configs[i];

		if (config->image == NULL)
			rest = config;
		else if (strcmp(config->image, image) == 0)
			return config;
	}
	if (rest != NULL)
		return rest;
	size_t nearest = find_nearest(image, (const char *const *)&configs->configs->image,
	                              sizeof(*configs->configs), configs->count);
	fail(failure, image, "no document of --config is for it: did you mean ",
	     configs->configs[nearest].image, "?", NULL);
	return NULL;
}

static void free_strings(char **strings)
{
	for (char **string = strings; string != NULL && *string != NULL; string++)
		free(*string);
	free(strings);
}

static void free_config(struct config *config)
{
	struct budgets *budgets = &config->budgets;

	for (size_t i = 0; i < config->waiver_count; i++) {
		free(config->waivers[i].check);
		free(config->waivers[i].path);
		free(config->waivers[i].reason);
	}
	free(config->waivers);
	free_strings(config->skip);
	free_strings(budgets->env);
	free_strings(budgets->writable);
	free_strings(budgets->labels);
	free_strings(budgets->setuid);
	free_strings(budgets->command);
	free(budgets->ports);
	free(budgets->user);
	free(budgets->ready);
	free(config->profile);
	free(config->image);
	free(config->file);
}

void free_configs(struct configs *configs)
{
	for (size_t i = 0; i < configs->count; i++)
		free_config(&configs->configs[i]);
	free(configs->configs);
	*configs = (struct configs){0};
}
