#include "plimsoll/runs/walk.h"

#include "plimsoll/files/survey.h"
#include "plimsoll/image/inspect.h"

#include <stdlib.h>

/* What probe.h says of its option --programs; allocated. */
static char *describe_order(const json_t *image)
{
	json_t *volumes = json_object_get(json_object_get(image, "config"), "volumes");
	struct programs programs;

	find_programs(image, &programs);
	json_t *order =
	    json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:O?}", "entrypoint", programs.entrypoint,
	              "healthcheck", programs.healthcheck, "path", programs.path, "working_dir",
	              programs.working_dir, "machine", programs.machine, "volumes", volumes);
	char *text = json_dumps(order, JSON_COMPACT);
	json_decref(order);
	return text;
}

json_t *walk_image(const struct cage *cage, const json_t *image, double seconds,
                   struct failure *failure)
{
	static const struct confinement root = {.user = "0:0"};
	char *order = describe_order(image);
	const char *const arguments[] = {"walk", "--programs", order, NULL};
	json_t *files = probe_alone(cage, &root, arguments, seconds, failure);

	free(order);
	return files;
}
