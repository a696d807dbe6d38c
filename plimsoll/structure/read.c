/* The file, as tests.h has it: each key with its reader, each object with its keys. */
#include "plimsoll/structure/tests.h"

#include "plimsoll/config/values.h"
#include "plimsoll/config/yaml.h"
#include "plimsoll/structure/pattern.h"
#include "plimsoll/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TESTS_MOST 1000
#define MERGES_MOST 8

/* A key of an object: read gives its value, which is NULL (and failure) where it is none. */
struct field {
	const char *name;
	json_t *(*read)(struct yaml_file *file, const yaml_node_t *node);
	bool required;
};

/* An object while its keys are read. */
struct reading {
	const struct field *fields;
	size_t count;
	json_t *object;
	unsigned int merges; /* how deep it is in what "<<" names */
};

static bool is_json(const struct yaml_file *file)
{
	const char *end = strrchr(file->name, '.');

	return end != NULL && strcmp(end, ".json") == 0;
}

/* A key without a value is a key that is not there. */
static bool is_nothing(const yaml_node_t *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp((const char *)node->data.scalar.value, words[i]) == 0)
			return true;
	return false;
}

/* In JSON, Go goes by the names of its own fields, in capitals and small letters alike; one of them
 * has another name in YAML. */
static bool is_called(const struct yaml_file *file, const struct field *field, const char *name)
{
	bool is_tty = strcmp(field->name, "allocateTty") == 0;

	return is_json(file) ? strcasecmp(is_tty ? "TTY" : field->name, name) == 0
	                     : strcmp(field->name, name) == 0;
}

static const struct field *find_field(const struct yaml_file *file, const struct reading *reading,
                                      const char *name)
{
	for (size_t i = 0; i < reading->count; i++)
		if (is_called(file, &reading->fields[i], name))
			return &reading->fields[i];
	return NULL;
}

static bool read_field(struct yaml_file *file, const yaml_node_t *key, yaml_node_t *value,
                       void *into)
{
	struct reading *reading = into;

	if (strcmp(text_of(key), "<<") == 0)
		return true;
	const struct field *field = find_field(file, reading, text_of(key));
	if (field == NULL) /* Go's encoding/json passes over what it does not know: "$schema" */
		return is_json(file) || refuse_key(file, key, &reading->fields->name,
		                                   sizeof(*reading->fields), reading->count);
	if (is_nothing(value))
		return true;
	json_t *read = field->read(file, value);
	if (read == NULL)
		return false;
	json_object_set_new(reading->object, field->name, read);
	return true;
}

static bool read_fields(struct yaml_file *file, const yaml_node_t *node, struct reading *reading);

/* "<<: *name" brings keys that those of the object itself outweigh. */
static bool read_merge(struct yaml_file *file, const yaml_node_t *key, yaml_node_t *value,
                       void *into)
{
	struct reading *reading = into;

	return strcmp(text_of(key), "<<") != 0 || read_fields(file, value, reading);
}

static bool read_fields(struct yaml_file *file, const yaml_node_t *node, struct reading *reading)
{
	yaml_node_t *mapping = (yaml_node_t *)(uintptr_t)node;

	if (reading->merges++ == MERGES_MOST)
		return refuse_node(file, node, "<<", "more than 8 of them in each other");
	bool read = read_pairs(file, mapping, read_merge, reading) &&
	            read_pairs(file, mapping, read_field, reading);
	reading->merges--;
	return read;
}

/* Fills object, which it takes and gives back, or frees. */
static json_t *read_into(struct yaml_file *file, const yaml_node_t *node,
                         const struct field fields[], size_t count, json_t *object)
{
	struct reading reading = {.fields = fields, .count = count, .object = object};
	bool read = read_fields(file, node, &reading);

	for (size_t i = 0; read && i < count; i++)
		if (fields[i].required && json_object_get(object, fields[i].name) == NULL)
			read = refuse_node(file, node, fields[i].name, "missing");
	if (read)
		return object;
	json_decref(object);
	return NULL;
}

#define READ(file, node, fields, object)                                                           \
	read_into(file, node, fields, sizeof(fields) / sizeof(*(fields)), object)

static json_t *read_list(struct yaml_file *file, const yaml_node_t *node,
                         json_t *(*read)(struct yaml_file *file, const yaml_node_t *node))
{
	json_t *list = json_array(), *item;

	if (node->type != YAML_SEQUENCE_NODE) {
		refuse_node(file, node, NULL, "must be a list: [ONE, TWO]");
		json_decref(list);
		return NULL;
	}
	for (yaml_node_item_t *at = node->data.sequence.items.start;
	     at < node->data.sequence.items.top; at++) {
		item = json_array_size(list) < TESTS_MOST
		           ? read(file, yaml_document_get_node(&file->document, *at))
		           : NULL;
		if (item == NULL) {
			if (json_array_size(list) == TESTS_MOST)
				refuse_node(file, node, NULL, "more than 1000 of them");
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, item);
	}
	return list;
}

static json_t *read_text(struct yaml_file *file, const yaml_node_t *node)
{
	const char *text = read_scalar(file, node);

	return text != NULL ? json_string(text) : NULL;
}

static json_t *read_filled(struct yaml_file *file, const yaml_node_t *node)
{
	const char *text = read_scalar(file, node);

	if (text != NULL && *text == '\0')
		refuse_node(file, node, NULL, "must not be empty");
	return text != NULL && *text != '\0' ? json_string(text) : NULL;
}

static json_t *read_pattern(struct yaml_file *file, const yaml_node_t *node)
{
	const char *text = read_scalar(file, node);
	char reason[256];

	if (text == NULL)
		return NULL;
	if (check_pattern(text, reason, sizeof(reason)))
		return json_string(text);
	refuse_node(file, node, text, reason);
	return NULL;
}

static json_t *read_number(struct yaml_file *file, const yaml_node_t *node)
{
	const char *text = read_scalar(file, node);
	char *end;

	if (text == NULL)
		return NULL;
	errno = 0;
	long long number = strtoll(text, &end, 0);
	if (errno == 0 && *end == '\0' && end != text && isspace((unsigned char)*text) == 0)
		return json_integer(number);
	refuse_node(file, node, text, "must be a whole number");
	return NULL;
}

static json_t *read_switch(struct yaml_file *file, const yaml_node_t *node)
{
	static const char *const words[][2] = {
	    {"false", "true"}, {"no", "yes"}, {"off", "on"}, {"n", "y"}};
	const char *text = read_scalar(file, node);

	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < 2 * sizeof(words) / sizeof(*words); i++)
		if (strcasecmp(text, words[i / 2][i % 2]) == 0)
			return json_boolean(i % 2);
	refuse_node(file, node, text, "must be true or false");
	return NULL;
}

static json_t *read_execution(struct yaml_file *file, const yaml_node_t *node)
{
	static const char *const words[] = {"any", "owner", "group", "other"};
	const char *text = read_scalar(file, node);

	for (size_t i = 0; text != NULL && i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(text, words[i]) == 0)
			return json_string(text);
	if (text != NULL)
		refuse_node(file, node, text, "must be any, owner, group or other");
	return NULL;
}

static json_t *read_texts(struct yaml_file *file, const yaml_node_t *node)
{
	return read_list(file, node, read_text);
}

static json_t *read_filled_texts(struct yaml_file *file, const yaml_node_t *node)
{
	return read_list(file, node, read_filled);
}

static json_t *read_patterns(struct yaml_file *file, const yaml_node_t *node)
{
	return read_list(file, node, read_pattern);
}

static json_t *read_command(struct yaml_file *file, const yaml_node_t *node)
{
	json_t *words = read_texts(file, node);

	if (words == NULL || json_array_size(words) > 0)
		return words;
	json_decref(words);
	refuse_node(file, node, NULL, "an empty command");
	return NULL;
}

static json_t *read_commands(struct yaml_file *file, const yaml_node_t *node)
{
	return read_list(file, node, read_command);
}

/* {"key", "value", "isRegex"}, the value "" where there is none. */
static json_t *read_pair(struct yaml_file *file, const yaml_node_t *node)
{
	static const struct field fields[] = {{"key", read_filled, true},
	                                      {"value", read_text, false},
	                                      {"isRegex", read_switch, false}};
	json_t *pair = READ(file, node, fields, json_pack("{s:s}", "value", ""));
	char reason[256];

	if (pair == NULL || !json_is_true(json_object_get(pair, "isRegex")))
		return pair;
	const char *value = json_string_value(json_object_get(pair, "value"));
	if (check_pattern(value, reason, sizeof(reason)))
		return pair;
	refuse_node(file, node, value, reason);
	json_decref(pair);
	return NULL;
}

static json_t *read_pair_list(struct yaml_file *file, const yaml_node_t *node)
{
	return read_list(file, node, read_pair);
}

static json_t *read_variable(struct yaml_file *file, const yaml_node_t *node)
{
	json_t *pair = read_pair(file, node);
	const char *key = json_string_value(json_object_get(pair, "key"));

	if (pair == NULL || strchr(key, '=') == NULL)
		return pair;
	refuse_node(file, node, key, "no name of a variable");
	json_decref(pair);
	return NULL;
}

static json_t *read_variable_list(struct yaml_file *file, const yaml_node_t *node)
{
	return read_list(file, node, read_variable);
}

static json_t *read_command_test(struct yaml_file *file, const yaml_node_t *node)
{
	static const struct field fields[] = {
	    {"name", read_filled, true},
	    {"setup", read_commands, false},
	    {"teardown", read_commands, false},
	    {"envVars", read_variable_list, false},
	    {"exitCode", read_number, false},
	    {"command", read_filled, true},
	    {"args", read_texts, false},
	    {"expectedOutput", read_patterns, false},
	    {"excludedOutput", read_patterns, false},
	    {"expectedError", read_patterns, false},
	    {"excludedError", read_patterns, false},
	};

	return READ(file, node, fields, json_pack("{s:s, s:i}", "kind", "command", "exitCode", 0));
}

/*
 * What is not said is other in JSON: there Go fills in false and 0, so that a file must not exist,
 * or be root's.
 */
static json_t *read_existence_test(struct yaml_file *file, const yaml_node_t *node)
{
	static const struct field fields[] = {
	    {"name", read_filled, true},
	    {"path", read_filled, true},
	    {"shouldExist", read_switch, false},
	    {"permissions", read_text, false},
	    {"uid", read_number, false},
	    {"gid", read_number, false},
	    {"isExecutableBy", read_execution, false},
	};
	int unsaid = is_json(file) ? 0 : -1;

	return READ(file, node, fields,
	            json_pack("{s:s, s:b, s:i, s:i}", "kind", "existence", "shouldExist",
	                      !is_json(file), "uid", unsaid, "gid", unsaid));
}

static json_t *read_content_test(struct yaml_file *file, const yaml_node_t *node)
{
	static const struct field fields[] = {
	    {"name", read_filled, true},
	    {"path", read_filled, true},
	    {"expectedContents", read_patterns, false},
	    {"excludedContents", read_patterns, false},
	};

	return READ(file, node, fields, json_pack("{s:s}", "kind", "content"));
}

static json_t *read_license_test(struct yaml_file *file, const yaml_node_t *node)
{
	static const struct field fields[] = {{"debian", read_switch, false},
	                                      {"files", read_filled_texts, false}};

	return READ(file, node, fields, json_pack("{s:s, s:s}", "kind", "license", "name", ""));
}

static json_t *read_metadata_test(struct yaml_file *file, const yaml_node_t *node)
{
	static const struct field fields[] = {
	    {"envVars", read_pair_list, false},
	    {"unboundEnvVars", read_pair_list, false},
	    {"exposedPorts", read_filled_texts, false},
	    {"unexposedPorts", read_texts, false},
	    {"entrypoint", read_texts, false},
	    {"cmd", read_texts, false},
	    {"workdir", read_text, false},
	    {"volumes", read_filled_texts, false},
	    {"unmountedVolumes", read_texts, false},
	    {"labels", read_pair_list, false},
	    {"user", read_text, false},
	};

	return READ(file, node, fields, json_pack("{s:s, s:s}", "kind", "metadata", "name", ""));
}

static json_t *read_options(struct yaml_file *file, const yaml_node_t *node)
{
	static const struct field fields[] = {
	    {"user", read_text, false},          {"privileged", read_switch, false},
	    {"allocateTty", read_switch, false}, {"envVars", read_filled_texts, false},
	    {"envFile", read_text, false},       {"capabilities", read_texts, false},
	    {"bindMounts", read_texts, false},
	};

	return READ(file, node, fields, json_object());
}

static json_t *read_version(struct yaml_file *file, const yaml_node_t *node)
{
	const char *text = read_scalar(file, node);

	if (text != NULL && strcmp(text, "2.0.0") != 0)
		refuse_node(file, node, text, "must be 2.0.0");
	return text != NULL && strcmp(text, "2.0.0") == 0 ? json_string(text) : NULL;
}

#define LIST_READER(name, item)                                                                    \
	static json_t *name(struct yaml_file *file, const yaml_node_t *node)                       \
	{                                                                                          \
		return read_list(file, node, item);                                                \
	}
LIST_READER(read_command_tests, read_command_test)
LIST_READER(read_existence_tests, read_existence_test)
LIST_READER(read_content_tests, read_content_test)
LIST_READER(read_license_tests, read_license_test)

static const struct field outermost[] = {
    {"schemaVersion", read_version, true},
    {"globalEnvVars", read_variable_list, false},
    {"commandTests", read_command_tests, false},
    {"fileExistenceTests", read_existence_tests, false},
    {"fileContentTests", read_content_tests, false},
    {"metadataTest", read_metadata_test, false},
    {"licenseTests", read_license_tests, false},
    {"containerRunOptions", read_options, false},
};

/* A metadataTest holds "kind" and "name" of its own. */
static bool holds_test(const json_t *tests)
{
	return json_array_size(json_object_get(tests, "commandTests")) > 0 ||
	       json_array_size(json_object_get(tests, "fileExistenceTests")) > 0 ||
	       json_array_size(json_object_get(tests, "fileContentTests")) > 0 ||
	       json_array_size(json_object_get(tests, "licenseTests")) > 0 ||
	       json_object_size(json_object_get(tests, "metadataTest")) > 2;
}

/* What plimsoll's own environment has of them: one that is not set, or empty, is left out. */
static json_t *take_environment(const json_t *names)
{
	json_t *variables = json_array(), *name;
	size_t index;

	json_array_foreach(names, index, name)
	{
		const char *value = getenv(json_string_value(name));

		if (value != NULL && *value != '\0')
			json_array_append_new(
			    variables, json_sprintf("%s=%s", json_string_value(name), value));
	}
	return variables;
}

static bool fill_environment(json_t *tests, struct failure *failure)
{
	const json_t *options = json_object_get(tests, "containerRunOptions");
	const char *path = json_string_value(json_object_get(options, "envFile"));
	json_t *variables =
	    path != NULL && *path != '\0' ? read_variables(path, failure) : json_array();

	if (variables == NULL)
		return false;
	json_t *own = take_environment(json_object_get(options, "envVars"));
	json_array_extend(variables, own);
	json_decref(own);
	json_object_set_new(tests, "runEnvironment", variables);
	return true;
}

static bool read_document(struct yaml_file *file, void *into)
{
	const yaml_node_t *root = yaml_root(file);
	json_t **tests = into;

	if (file->number > 1)
		return refuse_node(file, root, NULL, "a second document: there may be one");
	*tests = READ(file, root, outermost, json_object());
	return *tests != NULL &&
	       (holds_test(*tests) || refuse_node(file, root, NULL, "holds no test")) &&
	       fill_environment(*tests, file->failure);
}

bool read_structure(const char *path, struct structure **structure, struct failure *failure)
{
	json_t *tests = NULL;

	if (!read_yaml(path, read_document, &tests, failure)) {
		json_decref(tests);
		return false;
	}
	while (*structure != NULL)
		structure = &(*structure)->next;
	*structure = get_memory(sizeof(**structure));
	**structure = (struct structure){.tests = tests};
	return true;
}

void free_structure(struct structure *structure)
{
	while (structure != NULL) {
		struct structure *next = structure->next;

		json_decref(structure->tests);
		free(structure);
		structure = next;
	}
}
