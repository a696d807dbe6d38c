#include "plimsoll/image/archive.h"
#include "plimsoll/files/list.h"
#include "plimsoll/image/describe.h"
#include "plimsoll/image/inspect.h"
#include "plimsoll/image/manifest.h"
#include "plimsoll/image/merge.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void feed(struct survey *survey, const struct tree *tree, const struct entry *entry,
                 uint16_t number)
{
	char path[PATH_SIZE];
	size_t length;
	const char *kept = get_kept(tree, entry->text, &length);
	const struct file file = {
	    .path = write_path(tree, entry->node, path),
	    .mode = entry->mode,
	    .uid = tree->owners[entry->owner].uid,
	    .gid = tree->owners[entry->owner].gid,
	    .size = get_size(entry),
	    .link = S_ISLNK(entry->mode) ? (kept != NULL ? kept : "") : NULL,
	    .has_capability = entry->has_capability,
	    .layer = number - 1,
	};

	bool is_file = S_ISREG(entry->mode);
	/* A hard link has what its first name asked for. */
	if (entry->kind == KIND_HARD_LINK && wanted_bytes(&file, false) > length &&
	    length < file.size)
		survey_unread(survey, &file);
	survey_file(survey, &file, is_file ? kept : NULL, is_file ? length : 0);
}

static bool is_cut(const struct manifest *manifest)
{
	for (size_t i = 0; i < manifest->layer_count; i++)
		if (manifest->layers[i]->layer.cut)
			return true;
	return false;
}

/* "files": what is there in the end. */
static json_t *report_files(const struct merge *merge, const struct manifest *manifest,
                            const json_t *image)
{
	const struct tree *tree = merge->tree;
	struct survey *survey = start_survey("layers", NULL);
	struct programs programs;

	for (uint32_t node = 0; node < tree->node_count; node++)
		if (merge->shown[node] != 0)
			feed(survey, tree, &tree->entries[tree->nodes[node].latest],
			     merge->shown[node]);
	if (is_cut(manifest))
		cut_survey(survey);
	survey_passed_over(survey, &tree->passed);
	find_programs(image, &programs);
	json_t *files = report_survey(survey, &programs);
	free_survey(survey);
	return files;
}

/* The same bytes are still there at the end: no later layer took them away. */
static bool is_still_there(const struct merge *merge, const struct entry *entry)
{
	const struct tree *tree = merge->tree;
	size_t length, now_length;

	if (merge->shown[entry->node] == 0)
		return false;
	const struct entry *now = &tree->entries[tree->nodes[entry->node].latest];
	const char *kept = get_kept(tree, entry->text, &length);
	const char *now_kept = get_kept(tree, now->text, &now_length);
	return now == entry ||
	       (S_ISREG(now->mode) && get_size(now) == get_size(entry) && length == now_length &&
	        memcmp(kept != NULL ? kept : "", now_kept != NULL ? now_kept : "", length) == 0);
}

/* Whether a lower layer is the same. */
static bool is_repeated(const struct manifest *manifest, uint16_t number)
{
	for (uint16_t i = 1; i < number; i++)
		if (manifest->layers[i - 1] == manifest->layers[number - 1])
			return true;
	return false;
}

/* "deleted_secrets": the survey's own rules, for what later layers hide, or the same layer's next
 * file of that path. Any that was passed over may be one. */
static void report_deleted(const struct merge *merge, const struct manifest *manifest,
                           json_t *layers)
{
	const struct programs none = {0};
	struct survey *survey = start_survey("layers", NULL);

	for (uint16_t number = 1; number <= manifest->layer_count; number++) {
		const struct layer *layer = &manifest->layers[number - 1]->layer;
		if (is_repeated(manifest, number))
			continue;
		for (uint32_t at = layer->first; at < layer->first + layer->count; at++) {
			const struct entry *entry = &merge->tree->entries[at];
			bool is_file =
			    entry->kind <= KIND_HARD_LINK || entry->kind == KIND_REPLACED;
			if (is_file && S_ISREG(entry->mode) && !is_still_there(merge, entry))
				feed(survey, merge->tree, entry, number);
		}
	}
	survey_passed_over(survey, &merge->tree->passed);
	json_t *report = report_survey(survey, &none), *unlisted = json_object();
	json_t *more = json_object_get(json_object_get(report, "unlisted"), "secrets");
	if (more != NULL)
		set_member(unlisted, "deleted_secrets", json_incref(more));
	set_member(layers, "deleted_secrets", json_incref(json_object_get(report, "secrets")));
	set_member(layers, "unlisted", unlisted);
	json_decref(report);
	free_survey(survey);
}

/* Steps that made a layer, in order: their number need not be that of the layers. */
static json_t *find_step(const json_t *history, size_t *at)
{
	while (*at < json_array_size(history)) {
		const json_t *step = json_array_get(history, (*at)++);
		if (!json_is_true(json_object_get(step, "empty")))
			return json_incref(json_object_get(step, "created_by"));
	}
	return json_null();
}

static json_t *list_layers(const struct manifest *manifest, const json_t *image)
{
	const json_t *ids =
	    json_object_get(json_object_get(manifest->configuration, "rootfs"), "diff_ids");
	json_t *list = json_array();
	size_t step = 0;

	for (size_t i = 0; i < manifest->layer_count; i++) {
		const struct layer *layer = &manifest->layers[i]->layer;
		json_t *object = json_object();
		set_member(object, "digest", describe_text(json_array_get(ids, i)));
		set_member(object, "size", json_integer((json_int_t)layer->size));
		set_member(object, "files", json_integer((json_int_t)layer->files));
		set_member(object, "created_by",
		           find_step(json_object_get(image, "history"), &step));
		append_member(list, object);
	}
	return list;
}

static json_t *describe_image(const struct manifest *manifest, const char *name,
                              struct failure *failure)
{
	json_t *image = describe_configuration(manifest->configuration, name, failure);
	json_int_t size = 0;

	if (image == NULL)
		return NULL;
	for (size_t i = 0; i < manifest->layer_count; i++)
		size += (json_int_t)manifest->layers[i]->layer.size;
	if (manifest->id != NULL)
		set_member(image, "id", json_string(manifest->id));
	if (manifest->digest != NULL)
		set_member(image, "digest", json_string(manifest->digest));
	set_member(image, "host_architecture", json_string(get_machine()));
	set_member(image, "size", json_integer(size));
	return image;
}

/* "doubt" */
static json_t *report_doubt(const struct merge *merge)
{
	char path[PATH_SIZE];

	if (merge->doubt.why == NULL)
		return json_null();
	const char *text = write_path(merge->tree, merge->doubt.node, path);
	char *plain = make_plain(text, strlen(text), PATH_LENGTH_MOST);
	char *doubt = print_text("%s: %s", plain, merge->doubt.why);
	json_t *value = json_string(doubt);
	free(plain);
	free(doubt);
	return value;
}

static void report(struct tree *tree, const struct manifest *manifest, struct archive_facts *facts)
{
	struct waste waste = {.full = tree->passed.files > 0};
	struct merge merge;

	start_merge(&merge, tree);
	for (uint16_t number = 1; number <= manifest->layer_count; number++)
		merge_layer(&merge, &manifest->layers[number - 1]->layer, number, &waste);
	end_merge(&merge);
	facts->layers = json_object();
	set_member(facts->layers, "list", list_layers(manifest, facts->image));
	set_member(facts->layers, "waste", report_waste(&waste, tree));
	set_member(facts->layers, "doubt", report_doubt(&merge));
	free_waste(&waste);
	report_deleted(&merge, manifest, facts->layers);
	facts->files = report_files(&merge, manifest, facts->image);
	free_merge(&merge);
}

bool read_archive(int fd, const char *name, const char *reference, bool oci,
                  struct archive_facts *facts, struct failure *failure)
{
	struct members members;
	struct manifest manifest = {0};

	*facts = (struct archive_facts){0};
	if (read_members(fd, name, &members, failure) &&
	    find_manifest(&members, name, reference, oci, &manifest, failure))
		facts->image = describe_image(&manifest, name, failure);
	if (facts->image != NULL)
		report(&members.tree, &manifest, facts);
	free_manifest(&manifest);
	free_members(&members);
	return facts->image != NULL;
}

bool parse_archive_name(const char *name, char **path, const char **reference)
{
	static const char *const kinds[] = {"docker-archive:", "oci-archive:"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t length = strlen(kinds[i]);
		if (strncmp(name, kinds[i], length) != 0 || name[length] == '\0')
			continue;
		const char *colon = strchr(name + length, ':');
		*path = colon != NULL ? print_text("%.*s", (int)(colon - name - (ptrdiff_t)length),
		                                   name + length)
		                      : print_text("%s", name + length);
		*reference = colon != NULL && colon[1] != '\0' ? colon + 1 : NULL;
		return true;
	}
	return false;
}
