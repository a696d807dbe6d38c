/* SARIF 2.1.0 (OASIS): one run for each image. */
#include "plimsoll/report/writers.h"

#include "plimsoll/text.h"
#include "su-exec/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static const char *choose_level(const struct result *result)
{
	switch (result->check->severity) {
	case SEVERITY_HIGH:
		return "error";
	case SEVERITY_MEDIUM:
	case SEVERITY_LOW:
		return "warning";
	case SEVERITY_INFO:
		break;
	}
	return "note";
}

static json_t *describe_rule(const struct check *check)
{
	return json_pack("{s:s, s:{s:s}, s:{s:s}, s:{s:s}}", "id", check->id, "shortDescription",
	                 "text", check->title, "fullDescription", "text", check->why, "help",
	                 "text", check->fix);
}

/* A path of the image is not a file of the repository: the base id says so. */
static json_t *describe_location(const char *path)
{
	return json_pack("{s:{s:{s:s, s:s}}}", "physicalLocation", "artifactLocation", "uri",
	                 path[0] == '/' ? path + 1 : path, "uriBaseId", "IMAGE");
}

/* uri is a URI reference: what it can't hold is written %XX. */
static char *quote_path(const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                            "0123456789-._~/";
	char *quoted = get_memory(3 * strlen(path) + 1), *to = quoted;

	for (; *path != '\0'; path++) {
		if (strchr(plain, *path) != NULL)
			*to++ = *path;
		else
			to += sprintf(to, "%%%02X", (unsigned char)*path);
	}
	*to = '\0';
	return quoted;
}

static json_t *list_locations(const struct result *result)
{
	json_t *locations = json_array(), *finding;
	size_t index;

	json_array_foreach(result->findings, index, finding)
	{
		const char *path = json_string_value(json_object_get(finding, "path"));
		char *quoted = quote_path(path);

		json_array_append_new(locations, describe_location(quoted));
		free(quoted);
	}
	/* Readers such as GitHub's take no result without a place: it is the image as such. */
	if (json_array_size(locations) == 0)
		json_array_append_new(locations, describe_location("."));
	return locations;
}

static json_t *describe_result(const struct result *result, size_t rule)
{
	json_t *suppressions = json_array();
	char *text = result->expected != NULL
	                 ? print_text("%s: expected %s, found %s", result->check->title,
	                              result->expected, result->found)
	                 : print_text("%s: found %s", result->check->title, result->found);

	if (result->waived != NULL)
		json_array_append_new(suppressions, json_pack("{s:s, s:s}", "kind", "external",
		                                              "justification", result->waived));
	json_t *described = json_pack(
	    "{s:s, s:I, s:s, s:s, s:{s:s}, s:o, s:o}", "ruleId", result->check->id, "ruleIndex",
	    (json_int_t)rule, "kind", "fail", "level", choose_level(result), "message", "text",
	    text, "locations", list_locations(result), "suppressions", suppressions);
	free(text);
	return described;
}

/* A hierarchical string (3.17.3): all of the image's name is the run's category, none of it its
 * number. */
static json_t *name_run(const char *image)
{
	char *id = print_text("plimsoll/%s/", image);
	json_t *name = json_string(id);

	free(id);
	return name;
}

static json_t *describe_run(const struct verdict *verdict)
{
	json_t *rules = json_array(), *results = json_array(), *notifications = json_array();

	for (size_t i = 0; i < verdict->count; i++) {
		const struct result *result = &verdict->results[i];

		json_array_append_new(rules, describe_rule(result->check));
		if (result->outcome == OUTCOME_FAIL || result->outcome == OUTCOME_ERROR)
			json_array_append_new(results, describe_result(result, i));
	}
	if (verdict->trouble != NULL)
		json_array_append_new(notifications,
		                      json_pack("{s:s, s:{s:s}}", "level", "error", "message",
		                                "text", verdict->trouble));
	return json_pack("{s:{s:{s:s, s:s, s:o}}, s:{s:o}, s:[{s:b, s:o}], s:{s:{s:s}}, s:o}",
	                 "tool", "driver", "name", "plimsoll", "version", PLIMSOLL_VERSION, "rules",
	                 rules, "automationDetails", "id", name_run(verdict->image), "invocations",
	                 "executionSuccessful", verdict->trouble == NULL,
	                 "toolExecutionNotifications", notifications, "originalUriBaseIds", "IMAGE",
	                 "uri", "file:///", "results", results);
}

void write_sarif(FILE *to, const struct verdict verdicts[], size_t count)
{
	json_t *runs = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(runs, describe_run(&verdicts[i]));
	write_document(
	    to, json_pack("{s:s, s:s, s:o}", "$schema", SCHEMA, "version", "2.1.0", "runs", runs));
}
