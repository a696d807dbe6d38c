/* plimsoll's own format, of plimsoll/report/schema.json: what is there stays, what is new is added.
 */
#include "plimsoll/report/writers.h"

#include <stdlib.h>

/* The layer of the first finding that has one. */
static json_t *find_layer(const json_t *findings)
{
	size_t index;
	json_t *finding;

	json_array_foreach(findings, index, finding)
	{
		json_t *layer = json_object_get(finding, "layer");

		if (json_is_integer(layer))
			return json_incref(layer);
	}
	return json_null();
}

static json_t *describe_result(const struct result *result)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:o, s:s?, s:O}", "id", result->check->id,
	                 "outcome", name_outcome(result->outcome), "severity",
	                 name_severity(result->check->severity), "found", result->found, "expected",
	                 result->expected, "layer", find_layer(result->findings), "waived",
	                 result->waived, "findings", result->findings);
}

static json_t *describe_verdict(const struct verdict *verdict)
{
	json_t *results = json_array(), *waivers = json_array();
	size_t next = 0;
	char *line;

	for (size_t i = 0; i < verdict->count; i++)
		json_array_append_new(results, describe_result(&verdict->results[i]));
	while ((line = next_idle_waiver(verdict, &next)) != NULL) {
		json_array_append_new(waivers, json_string(line));
		free(line);
	}
	return json_pack("{s:s, s:s?, s:s?, s:f, s:o, s:o}", "image", verdict->image, "digest",
	                 verdict->digest, "trouble", verdict->trouble, "seconds", verdict->took,
	                 "results", results, "idle_waivers", waivers);
}

void write_json(FILE *to, const struct verdict verdicts[], size_t count)
{
	json_t *images = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(images, describe_verdict(&verdicts[i]));
	write_document(to, json_pack("{s:i, s:o}", "schema", 1, "images", images));
}
