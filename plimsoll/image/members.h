#ifndef PLIMSOLL_IMAGE_MEMBERS_H
#define PLIMSOLL_IMAGE_MEMBERS_H

#include "plimsoll/image/layer.h"
#include "su-exec/failure.h"

#include <jansson.h>

/* What an archive of an image holds that may be needed once it is known which image is wanted. */
struct member {
	char *name; /* without "./" at its start */
	char *link; /* a symbolic link's target, as a name in the archive; or NULL */
	char *text; /* JSON as it is written, or NULL */
	size_t length;
	bool is_layer;
	char *damage; /* of a layer: why it could not be read, or NULL */
	struct layer layer;
};

struct members {
	struct member *list;
	size_t count, space;
	struct tree tree; /* the files of all layers */
};

/* At most so much JSON is kept of one blob. */
#define MOST_TEXT (4U << 20)

/* Reads fd to its end. False and failure where it is no archive, or cut short, or there is too much
 * of it. free_members() in any case. */
bool read_members(int fd, const char *name, struct members *members, struct failure *failure);
void free_members(struct members *members);

/* The member of that name, links followed; of two the latter. NULL where there is none. */
const struct member *find_member(const struct members *members, const char *name);

/* Whether there is a member that is called so, whatever it is. */
bool has_member(const struct members *members, const char *name);

/* Its JSON; NULL where it has none, or none that can be read. The caller's. */
json_t *parse_member(const struct member *member);

#endif
