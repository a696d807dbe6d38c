#include "plimsoll/image/manifest.h"
#include "plimsoll/image/merge.h"
#include "plimsoll/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>

/* An index may lead to an index, for the machines that an image is made for. */
#define MOST_INDEXES 4

/* Go's name of a machine, for the kernel's and those that engines take for the same. */
static const char *normalize_machine(const char *name)
{
	static const char *const machines[][2] = {
	    {"x86_64", "amd64"}, {"x86-64", "amd64"}, {"aarch64", "arm64"},
	    {"i686", "386"},     {"i386", "386"},     {"armv7l", "arm"},
	    {"armv6l", "arm"},   {"armhf", "arm"},    {"armel", "arm"},
	};

	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (strcasecmp(name, machines[i][0]) == 0)
			return machines[i][1];
	return name;
}

const char *get_machine(void)
{
	static struct utsname names;

	uname(&names);
	return normalize_machine(names.machine);
}

/* "sha256:HEX" of a blob's name: "blobs/sha256/HEX", or "HEX.json". NULL where it has none. */
static char *make_id(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *hex = slash != NULL ? slash + 1 : name;

	return strspn(hex, "0123456789abcdef") == 64 ? print_text("sha256:%.64s", hex) : NULL;
}

/* Where the OCI layout has the blob: "blobs/ALGORITHM/HEX". */
static const struct member *find_blob(const struct members *members, const json_t *descriptor)
{
	const char *digest = json_string_value(json_object_get(descriptor, "digest"));
	const char *colon = digest != NULL ? strchr(digest, ':') : NULL;

	if (colon == NULL || strlen(digest) > 200)
		return NULL;
	char *name = print_text("blobs/%.*s/%s", (int)(colon - digest), digest, colon + 1);
	const struct member *member = find_member(members, name);
	free(name);
	return member;
}

/* Engines would take it for the key that is spelled otherwise. */
static bool has_key(const json_t *object, const char *key)
{
	return json_object_get(object, key) != NULL;
}

static bool take_configuration(const struct member *member, const char *name,
                               struct manifest *manifest, struct failure *failure)
{
	manifest->configured = member;
	manifest->configuration = parse_member(member);
	if (!json_is_object(manifest->configuration) || has_key(manifest->configuration, "Config"))
		return fail(failure, name, "the image's configuration is missing, or can't be read",
		            NULL);
	manifest->id = make_id(member->name);
	return true;
}

static bool take_layer(const struct member *member, const char *layer, const char *name,
                       struct manifest *manifest, struct failure *failure)
{
	char *text = layer != NULL ? make_plain(layer, strlen(layer), 100) : NULL;

	if (member == NULL || !member->is_layer)
		fail(failure, name, "the layer ", text != NULL ? text : "without a name",
		     " is missing, or no archive", NULL);
	else if (member->damage != NULL)
		fail(failure, name, "the layer ", text, " is damaged: ", member->damage, NULL);
	else
		manifest->layers[manifest->layer_count++] = member;
	free(text);
	return member != NULL && member->is_layer && member->damage == NULL;
}

/* The configuration names as many: which is which goes by their order. */
static bool check_layers(const json_t *layers, const char *name, const struct manifest *manifest,
                         struct failure *failure)
{
	const json_t *rootfs = json_object_get(manifest->configuration, "rootfs");

	if (json_array_size(layers) > MOST_LAYERS)
		return fail(failure, name, "has more than 1000 layers", NULL);
	if (!json_is_array(layers) ||
	    json_array_size(layers) != json_array_size(json_object_get(rootfs, "diff_ids")))
		return fail(failure, name, "the manifest names other layers than the configuration",
		            NULL);
	return true;
}

/* One of manifest.json: {"Config": NAME, "RepoTags": […], "Layers": [NAME…]}. */
static bool take_docker(const struct members *members, const json_t *image, const char *name,
                        struct manifest *manifest, struct failure *failure)
{
	const char *config = json_string_value(json_object_get(image, "Config"));
	json_t *layers = json_object_get(image, "Layers"), *layer;
	size_t i;

	if (has_key(image, "config") || has_key(image, "layers"))
		return fail(failure, name, "manifest.json can't be read", NULL);
	if (!take_configuration(config != NULL ? find_member(members, config) : NULL, name,
	                        manifest, failure) ||
	    !check_layers(layers, name, manifest, failure))
		return false;
	manifest->layers = get_memory(json_array_size(layers) * sizeof(*manifest->layers));
	json_array_foreach(layers, i, layer)
	{
		const char *text = json_string_value(layer);
		const struct member *member = text != NULL ? find_member(members, text) : NULL;
		if (!take_layer(member, text, name, manifest, failure))
			return false;
	}
	return true;
}

/* A manifest of the OCI layout: {"config": DESCRIPTOR, "layers": [DESCRIPTOR…]}. */
static bool take_oci(const struct members *members, const json_t *image, const char *name,
                     struct manifest *manifest, struct failure *failure)
{
	json_t *layers = json_object_get(image, "layers"), *layer;
	size_t i;

	if (has_key(image, "Config") || has_key(image, "Layers"))
		return fail(failure, name, "the image's manifest can't be read", NULL);
	if (!take_configuration(find_blob(members, json_object_get(image, "config")), name,
	                        manifest, failure) ||
	    !check_layers(layers, name, manifest, failure))
		return false;
	manifest->layers = get_memory(json_array_size(layers) * sizeof(*manifest->layers));
	json_array_foreach(layers, i, layer)
	{
		if (!take_layer(find_blob(members, layer),
		                json_string_value(json_object_get(layer, "digest")), name, manifest,
		                failure))
			return false;
	}
	return true;
}

/* "app" means "app:latest"; the engine's own spelling of a name may have a registry before it. */
static bool is_called(const char *tag, const char *reference)
{
	size_t length = strlen(reference), tag_length = strlen(tag);

	if (tag_length > length && tag[tag_length - length - 1] == '/' &&
	    strcmp(tag + tag_length - length, reference) == 0)
		return true;
	return strncmp(tag, reference, length) == 0 &&
	       (tag[length] == '\0' || strcmp(tag + length, ":latest") == 0);
}

/* The start of an id, of at least 12 digits. */
static bool is_id(const char *id, const char *reference)
{
	if (strncmp(reference, "sha256:", 7) == 0)
		reference += 7;
	return id != NULL && strlen(reference) >= 12 &&
	       strncmp(id + 7, reference, strlen(reference)) == 0;
}

static bool is_docker_image(const json_t *image, const char *reference)
{
	const char *config = json_string_value(json_object_get(image, "Config"));
	char *id = config != NULL ? make_id(config) : NULL;
	bool named = is_id(id, reference);
	json_t *tag;
	size_t i;

	json_array_foreach(json_object_get(image, "RepoTags"), i, tag)
	{
		named |= json_is_string(tag) && is_called(json_string_value(tag), reference);
	}
	free(id);
	return named;
}

static bool is_oci_image(const json_t *descriptor, const char *reference)
{
	static const char *const names[] = {"io.containerd.image.name",
	                                    "org.opencontainers.image.ref.name"};
	const json_t *annotations = json_object_get(descriptor, "annotations");
	const char *digest = json_string_value(json_object_get(descriptor, "digest"));
	bool named =
	    digest != NULL && strncmp(digest, "sha256:", 7) == 0 && is_id(digest, reference);

	for (size_t i = 0; i < 2; i++) {
		const char *text = json_string_value(json_object_get(annotations, names[i]));
		named |= text != NULL && is_called(text, reference);
	}
	return named;
}

/* What a builder attests of an image is no image: its machine is "unknown". */
static bool is_attestation(const json_t *descriptor)
{
	const char *machine = json_string_value(
	    json_object_get(json_object_get(descriptor, "platform"), "architecture"));

	return machine != NULL && strcmp(machine, "unknown") == 0;
}

/* What doesn't say for whom it is may be for anyone. */
static bool is_for(const json_t *descriptor, const char *machine)
{
	const json_t *platform = json_object_get(descriptor, "platform");
	const char *its = json_string_value(json_object_get(platform, "architecture")),
	           *system = json_string_value(json_object_get(platform, "os"));

	return (its == NULL || strcasecmp(normalize_machine(its), machine) == 0) &&
	       (system == NULL || strcasecmp(system, "linux") == 0);
}

/*
 * The one of the list that reference means, or the only one; of several machines' this one's.
 * NULL and failure otherwise.
 */
static const json_t *choose(json_t *list, const char *name, const char *reference,
                            bool (*is_meant)(const json_t *, const char *), struct failure *failure)
{
	const json_t *chosen = NULL, *mine = NULL;
	size_t count = 0, mine_count = 0, i;
	json_t *image;

	json_array_foreach(list, i, image)
	{
		if (!json_is_object(image) || is_attestation(image) ||
		    (reference != NULL && !is_meant(image, reference)))
			continue;
		chosen = image;
		count++;
		if (is_for(image, get_machine())) {
			mine = image;
			mine_count++;
		}
	}
	if (count == 1 || (count > 0 && reference != NULL && is_meant == is_docker_image))
		return chosen;
	if (mine_count == 1)
		return mine;
	if (count == 0 && reference != NULL)
		fail(failure, name, "holds no image \"", reference, "\"", NULL);
	else if (count == 0)
		fail(failure, name, "holds no image", NULL);
	else
		fail(failure, name, "holds several images: name one behind the path, as PATH:NAME",
		     NULL);
	return NULL;
}

/* From index.json, which it takes, down to a manifest. */
static bool follow_index(const struct members *members, json_t *parsed, const char *name,
                         const char *reference, struct manifest *manifest, struct failure *failure)
{
	bool found = false;

	for (int i = 0; i < MOST_INDEXES && parsed != NULL; i++) {
		const json_t *descriptor = choose(json_object_get(parsed, "manifests"), name,
		                                  i == 0 ? reference : NULL, is_oci_image, failure);
		if (descriptor == NULL)
			break;
		const char *digest = json_string_value(json_object_get(descriptor, "digest"));
		free(manifest->digest);
		manifest->digest = digest != NULL ? make_plain(digest, strlen(digest), 200) : NULL;
		json_t *next = parse_member(find_blob(members, descriptor));
		json_decref(parsed);
		parsed = next;
		if (!json_is_array(json_object_get(parsed, "manifests"))) {
			found = take_oci(members, parsed, name, manifest, failure);
			break;
		}
		fail(failure, name, "its indexes lead to no image", NULL);
	}
	json_decref(parsed);
	return found;
}

static bool find_docker(const struct members *members, const char *name, const char *reference,
                        struct manifest *manifest, struct failure *failure)
{
	json_t *list = parse_member(find_member(members, "manifest.json"));
	bool found = json_is_array(list);

	if (found) {
		const json_t *image = choose(list, name, reference, is_docker_image, failure);
		found = image != NULL && take_docker(members, image, name, manifest, failure);
	} else {
		fail(failure, name, "manifest.json can't be read", NULL);
	}
	json_decref(list);
	return found;
}

static bool find_oci(const struct members *members, const char *name, const char *reference,
                     struct manifest *manifest, struct failure *failure)
{
	json_t *index = parse_member(find_member(members, "index.json"));

	if (!json_is_object(index)) {
		json_decref(index);
		return fail(failure, name, "index.json can't be read", NULL);
	}
	return follow_index(members, index, name, reference, manifest, failure);
}

static bool is_same(const struct manifest *one, const struct manifest *other)
{
	bool same = one->configured == other->configured && one->layer_count == other->layer_count;

	for (size_t i = 0; same && i < one->layer_count; i++)
		same = one->layers[i] == other->layers[i];
	return same;
}

/* Which of both layouts an engine reads depends on its version: they have to be of one image. The
 * other one may not have it by that name. */
static bool find_same(const struct members *members, const char *name, const char *reference,
                      bool oci, struct manifest *manifest, struct failure *failure)
{
	bool (*const find[])(const struct members *, const char *, const char *, struct manifest *,
	                     struct failure *) = {find_docker, find_oci};
	struct manifest other = {0};
	struct failure ignored;

	if (!find[oci](members, name, reference, manifest, failure))
		return false;
	bool same =
	    !find[!oci](members, name, reference, &other, &ignored) || is_same(manifest, &other);
	free_manifest(&other);
	return same ||
	       fail(failure, name, "manifest.json and index.json lead to different images", NULL);
}

/* What is there and can't be read is not passed over: an engine may read it. */
bool find_manifest(const struct members *members, const char *name, const char *reference, bool oci,
                   struct manifest *manifest, struct failure *failure)
{
	bool has_docker = has_member(members, "manifest.json"),
	     has_oci = has_member(members, "index.json");

	*manifest = (struct manifest){0};
	if (has_docker && has_oci)
		return find_same(members, name, reference, oci, manifest, failure);
	if (has_docker)
		return find_docker(members, name, reference, manifest, failure);
	if (has_oci)
		return find_oci(members, name, reference, manifest, failure);
	return fail(failure, name,
	            "not an archive of an image, or cut short: it has neither manifest.json nor "
	            "index.json",
	            NULL);
}

void free_manifest(struct manifest *manifest)
{
	json_decref(manifest->configuration);
	free(manifest->id);
	free(manifest->digest);
	free(manifest->layers);
}
