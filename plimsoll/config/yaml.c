#include "plimsoll/config/yaml.h"

#include "plimsoll/spelling.h"
#include "plimsoll/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1 << 20)
#define DEPTH_MAX 64

static char *place_of(const struct yaml_file *file, yaml_mark_t mark)
{
	return print_text("%s:%zu:%zu", file->name, mark.line + 1, mark.column + 1);
}

static bool refuse_mark(struct yaml_file *file, yaml_mark_t mark, const char *object,
                        const char *reason)
{
	char *place = place_of(file, mark);

	if (object != NULL)
		fail(file->failure, place, object, ": ", reason, NULL);
	else
		fail(file->failure, place, reason, NULL);
	free(place);
	return false;
}

bool refuse_node(struct yaml_file *file, const yaml_node_t *node, const char *object,
                 const char *reason)
{
	return refuse_mark(file, node->start_mark, object, reason);
}

/* At most FILE_MAX bytes and one; NULL and errno where it can't be read. */
static char *read_bytes(const char *name, size_t *length)
{
	FILE *from = fopen(name, "re");

	if (from == NULL)
		return NULL;
	char *bytes = get_memory(FILE_MAX + 1);
	*length = fread(bytes, 1, FILE_MAX + 1, from);
	int error = ferror(from) ? errno : 0;
	fclose(from);
	if (error == 0)
		return bytes;
	free(bytes);
	errno = error;
	return NULL;
}

/* The scanner of libyaml looks at every level for each token: 100 kB of "[" take half a minute.
 * What is no YAML at all is refused where it is read. */
static bool is_shallow(struct yaml_file *file, const char *bytes, size_t length)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool ended = false;
	int depth = 0;

	if (!yaml_parser_initialize(&parser))
		end_without_memory();
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
	while (!ended && depth <= DEPTH_MAX && yaml_parser_parse(&parser, &event)) {
		depth += event.type == YAML_SEQUENCE_START_EVENT ||
		         event.type == YAML_MAPPING_START_EVENT;
		depth -=
		    event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
		ended = event.type == YAML_STREAM_END_EVENT;
		if (depth > DEPTH_MAX)
			refuse_mark(file, event.start_mark, NULL, "more than 64 levels deep");
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return depth <= DEPTH_MAX;
}

/* At the end of the file there is a document without a root. */
static bool read_documents(struct yaml_file *file, yaml_parser_t *parser,
                           bool (*read)(struct yaml_file *file, void *into), void *into)
{
	for (file->number = 1;; file->number++) {
		if (!yaml_parser_load(parser, &file->document))
			return refuse_mark(file, parser->problem_mark, NULL,
			                   parser->problem != NULL ? parser->problem : "no YAML");
		bool end = yaml_document_get_root_node(&file->document) == NULL;
		bool done = (end && file->number > 1) || read(file, into);
		yaml_document_delete(&file->document);
		if (end || !done)
			return done;
	}
}

bool read_yaml(const char *name, bool (*read)(struct yaml_file *file, void *into), void *into,
               struct failure *failure)
{
	struct yaml_file file = {.name = name, .failure = failure};
	yaml_parser_t parser;
	size_t length = 0;
	char *bytes = read_bytes(name, &length);

	if (bytes == NULL)
		return fail(failure, name, strerror(errno), NULL);
	if (!yaml_parser_initialize(&parser))
		end_without_memory();
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
	bool done = length <= FILE_MAX ? is_shallow(&file, bytes, length) &&
	                                     read_documents(&file, &parser, read, into)
	                               : fail(failure, name, "larger than 1 MiB", NULL);
	yaml_parser_delete(&parser);
	free(bytes);
	return done;
}

yaml_node_t *yaml_root(struct yaml_file *file)
{
	static yaml_node_t nothing = {.type = YAML_MAPPING_NODE};
	yaml_node_t *root = yaml_document_get_root_node(&file->document);

	return root != NULL ? root : &nothing;
}

const char *text_of(const yaml_node_t *scalar)
{
	return (const char *)scalar->data.scalar.value;
}

const char *read_scalar(struct yaml_file *file, const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE) {
		refuse_node(file, node, NULL, "must be a single value");
		return NULL;
	}
	const char *text = text_of(node);
	if (strlen(text) == node->data.scalar.length)
		return text;
	refuse_node(file, node, NULL, "holds a NUL");
	return NULL;
}

static const yaml_node_t *read_key(struct yaml_file *file, yaml_node_t *mapping,
                                   const yaml_node_pair_t *pair)
{
	const yaml_node_t *node = yaml_document_get_node(&file->document, pair->key);
	const char *key = read_scalar(file, node);

	if (key == NULL)
		return NULL;
	for (yaml_node_pair_t *other = mapping->data.mapping.pairs.start; other < pair; other++) {
		if (strcmp(key, text_of(yaml_document_get_node(&file->document, other->key))) != 0)
			continue;
		refuse_node(file, node, key, "stands here a second time");
		return NULL;
	}
	return node;
}

bool read_pairs(struct yaml_file *file, yaml_node_t *node,
                bool (*read)(struct yaml_file *file, const yaml_node_t *key, yaml_node_t *value,
                             void *into),
                void *into)
{
	if (node->type != YAML_MAPPING_NODE)
		return refuse_node(file, node, NULL, "must be a mapping: KEY: VALUE");
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = read_key(file, node, pair);
		if (key == NULL ||
		    !read(file, key, yaml_document_get_node(&file->document, pair->value), into))
			return false;
	}
	return true;
}

bool refuse_key(struct yaml_file *file, const yaml_node_t *key, const char *const *names,
                size_t row, size_t count)
{
	size_t nearest = find_nearest(text_of(key), names, row, count);
	const char *const *name = (const void *)((const char *)names + nearest * row);
	char *reason = print_text("no such key: did you mean %s?", *name);

	refuse_node(file, key, text_of(key), reason);
	free(reason);
	return false;
}

struct known_keys {
	const struct yaml_key *keys;
	size_t count;
	void *into;
};

static bool read_known(struct yaml_file *file, const yaml_node_t *key, yaml_node_t *value,
                       void *into)
{
	const struct known_keys *known = into;

	for (size_t i = 0; i < known->count; i++)
		if (strcmp(known->keys[i].name, text_of(key)) == 0)
			return known->keys[i].read(file, value, known->into);
	return refuse_key(file, key, &known->keys->name, sizeof(*known->keys), known->count);
}

bool read_mapping(struct yaml_file *file, yaml_node_t *node, const struct yaml_key keys[],
                  size_t count, void *into)
{
	struct known_keys known = {keys, count, into};

	return read_pairs(file, node, read_known, &known);
}

bool read_sequence(struct yaml_file *file, yaml_node_t *node,
                   bool (*read)(struct yaml_file *file, yaml_node_t *item, void *into), void *into)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return refuse_node(file, node, NULL, "must be a list: [ONE, TWO]");
	for (yaml_node_item_t *item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++)
		if (!read(file, yaml_document_get_node(&file->document, *item), into))
			return false;
	return true;
}
