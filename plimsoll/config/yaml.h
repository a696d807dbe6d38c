#ifndef PLIMSOLL_CONFIG_YAML_H
#define PLIMSOLL_CONFIG_YAML_H

#include "su-exec/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

/* A YAML file, at one of its documents, and what its readers say of it. */
struct yaml_file {
	const char *name;
	size_t number; /* of the document, from 1 */
	yaml_document_t document;
	struct failure *failure;
};

/*
 * Calls read for each document of the file; a file without any has one that is empty. At most
 * 1 MiB. False and failure ("FILE:LINE:COLUMN: what is wrong") where it can't be read or parsed, or
 * read returns false.
 */
bool read_yaml(const char *name, bool (*read)(struct yaml_file *file, void *into), void *into,
               struct failure *failure);

/* The outermost node; never NULL: an empty file is an empty mapping's place, which read_mapping()
 * takes. */
yaml_node_t *yaml_root(struct yaml_file *file);

/* Sets failure to "FILE:LINE:COLUMN: object: reason" of the node; returns false. */
bool refuse_node(struct yaml_file *file, const yaml_node_t *node, const char *object,
                 const char *reason);

/* A key that a mapping may have: read is given the value and the same `into` as read_mapping(). */
struct yaml_key {
	const char *name;
	bool (*read)(struct yaml_file *file, yaml_node_t *value, void *into);
};

/* Calls read for each key of the mapping, in order. Unknown and double keys are refused, with the
 * nearest name. */
bool read_mapping(struct yaml_file *file, yaml_node_t *node, const struct yaml_key keys[],
                  size_t count, void *into);

/* Calls read for each item of a sequence. */
bool read_sequence(struct yaml_file *file, yaml_node_t *node,
                   bool (*read)(struct yaml_file *file, yaml_node_t *item, void *into), void *into);

/* Calls read for each key and value, whatever the keys are called; double ones are refused. A key
 * is a scalar: text_of() it. */
bool read_pairs(struct yaml_file *file, yaml_node_t *node,
                bool (*read)(struct yaml_file *file, const yaml_node_t *key, yaml_node_t *value,
                             void *into),
                void *into);
const char *text_of(const yaml_node_t *scalar);

/* Refuses a key that is none of count names, in a table of rows of so many bytes, with the nearest;
 * returns false. */
bool refuse_key(struct yaml_file *file, const yaml_node_t *key, const char *const *names,
                size_t row, size_t count);

/* The text of a scalar, of the document's memory; NULL and failure where it is none, or holds a
 * NUL. */
const char *read_scalar(struct yaml_file *file, const yaml_node_t *node);

#endif
