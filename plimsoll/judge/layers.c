#include "assess.h"
#include "look.h"

#include <stdio.h>

/* As dive's lowestEfficiency: below it, layers mostly undo each other. */
#define LEAST_EFFICIENCY 0.9

void assess_no_secret_layer(const json_t *facts, const struct budgets *budgets,
                            struct result *result)
{
	const json_t *secrets = look_list(facts, "layers.deleted_secrets");
	json_t *secret;
	size_t i;

	(void)budgets;
	if (secrets == NULL) {
		not_shown(result, "what later layers delete was not looked at");
		return;
	}
	json_array_foreach(secrets, i, secret) add_finding(
	    result, look_text(secret, "path"), look(secret, "layer"), look_text(secret, "kind"));
	size_t more = count_unlisted(facts, "layers", "deleted_secrets");
	if (i > 0) {
		result->more += more;
		miss_findings(result, "no secret in any layer",
		              "secrets that a later layer deletes");
	} else if (look_true(facts, "files.cut")) {
		not_shown(result, "none that was seen, but not every file of the layers was");
	} else if (more > 0) {
		not_shown(result, "none that is listed, but there are %zu more in question", more);
	} else {
		pass(result, "none, in %zu layers", json_array_size(look(facts, "layers.list")));
	}
}

static void add_waste(const json_t *paths, struct result *result)
{
	json_t *path;
	size_t i;

	json_array_foreach(paths, i, path)
	{
		double bytes = 0, copies = 0;
		char what[80];

		look_number(path, "bytes", &bytes);
		look_number(path, "copies", &copies);
		snprintf(what, sizeof(what), "%.0f bytes in %.0f copies", bytes, copies);
		add_finding(result, look_text(path, "path"), NULL, what);
	}
}

void assess_layer_waste(const json_t *facts, const struct budgets *budgets, struct result *result)
{
	double efficiency, bytes;

	(void)budgets;
	if (json_array_size(look_list(facts, "layers.list")) == 0) {
		skip(result, "it has no layer");
		return;
	}
	if (!look_number(facts, "layers.waste.bytes", &bytes) ||
	    !look_number(facts, "layers.waste.efficiency", &efficiency)) {
		not_shown(result, "what layers overwrite was not looked at, or is more than is "
		                  "counted");
		return;
	}
	if (efficiency >= LEAST_EFFICIENCY) {
		pass(result, "%.2f MB wasted, an efficiency of %.2f", bytes / 1e6, efficiency);
		return;
	}
	add_waste(look_list(facts, "layers.waste.paths"), result);
	miss(result, "an efficiency of at least 0.90", "%.2f MB wasted, an efficiency of %.2f",
	     bytes / 1e6, efficiency);
}
