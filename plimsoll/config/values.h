#ifndef PLIMSOLL_CONFIG_VALUES_H
#define PLIMSOLL_CONFIG_VALUES_H

#include "plimsoll/config/yaml.h"

#include <stdint.h>

/* Values as plimsoll.yaml spells them: each is true, or false where the text is none. */
bool parse_size(const char *text, uint64_t *bytes);    /* "30 MB": B, kB, MB, GB, of 1000 */
bool parse_seconds(const char *text, double *seconds); /* "1 s", "0.5 s", up to 300 */
bool parse_count(const char *text, unsigned long least, unsigned long most, unsigned long *count);
bool parse_date(const char *text, int *date); /* "2027-01-31": yyyymmdd */
bool is_profile(const char *name);

/* Readers of nodes; each returns false with the file's failure. */
bool copy_scalar(struct yaml_file *file, const yaml_node_t *node, char **copy);
bool check_id(struct yaml_file *file, const yaml_node_t *node);

/* Readers of items of lists, for read_sequence(); into is a char *** (of ports an unsigned int **),
 * NULL at first. */
bool read_string(struct yaml_file *file, yaml_node_t *item, void *into);
bool read_path(struct yaml_file *file, yaml_node_t *item, void *into);
bool read_check_id(struct yaml_file *file, yaml_node_t *item, void *into);
bool read_port(struct yaml_file *file, yaml_node_t *item, void *into);

/* Takes the string. */
void add_string(char ***strings, char *string);

#endif
