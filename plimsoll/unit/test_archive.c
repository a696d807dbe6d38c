#include "plimsoll/files/survey.h"
#include "plimsoll/image/archive.h"
#include "plimsoll/image/describe.h"
#include "plimsoll/image/keys.h"
#include "plimsoll/image/manifest.h"
#include "plimsoll/text.h"
#include "plimsoll/unit/suites.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zstd.h>

#define KEY                                                                                        \
	"-----BEGIN RSA PRIVATE "                                                                  \
	"KEY-----\nMIIEowIBAAKCAQEAx0tG5vN1yRzQMIIEowIBAAKCAQEAx0tG5vN1yRzQMIIEowIB\n-----END "    \
	"RSA PRIVATE "                                                                             \
	"KEY-----\n"

/* Bytes that are made in a test. */
struct bytes {
	char *at;
	size_t length;
};

/* An archive that is being written into memory. */
struct writer {
	struct archive *archive;
	struct bytes bytes;
};

static la_ssize_t append(struct archive *archive, void *context, const void *from, size_t length)
{
	struct bytes *bytes = context;

	(void)archive;
	bytes->at = resize_memory(bytes->at, bytes->length + length);
	memcpy(bytes->at + bytes->length, from, length);
	bytes->length += length;
	return (la_ssize_t)length;
}

static void start(struct writer *writer, const char *filter)
{
	writer->archive = archive_write_new();
	writer->bytes = (struct bytes){NULL, 0};
	archive_write_set_format_pax_restricted(writer->archive);
	if (filter != NULL)
		ck_assert_int_eq(archive_write_add_filter_by_name(writer->archive, filter),
		                 ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(writer->archive, 1);
	ck_assert_int_eq(archive_write_open(writer->archive, &writer->bytes, NULL, append, NULL),
	                 ARCHIVE_OK);
}

static struct bytes finish(struct writer *writer)
{
	ck_assert_int_eq(archive_write_close(writer->archive), ARCHIVE_OK);
	archive_write_free(writer->archive);
	return writer->bytes;
}

/* One entry; a text is a link's target, or what a file holds. */
struct made {
	const char *path;
	mode_t mode;
	const char *text;
	size_t length; /* 0: of text */
	bool hard_link, has_capability;
	const char *attribute; /* one more, or NULL */
	unsigned int uid;
};

static void put(struct writer *writer, const struct made *made)
{
	struct archive_entry *entry = archive_entry_new();
	size_t length = made->length != 0    ? made->length
	                : made->text != NULL ? strlen(made->text)
	                                     : 0;

	archive_entry_set_pathname(entry, made->path);
	archive_entry_set_mode(entry, made->mode != 0 ? made->mode : S_IFREG | 0644);
	archive_entry_set_uid(entry, made->uid);
	if (made->hard_link)
		archive_entry_set_hardlink(entry, made->text);
	else if (S_ISLNK(made->mode))
		archive_entry_set_symlink(entry, made->text);
	else
		archive_entry_set_size(entry, (la_int64_t)length);
	if (made->has_capability)
		archive_entry_xattr_add_entry(entry, "security.capability", "x", 1);
	if (made->attribute != NULL)
		archive_entry_xattr_add_entry(entry, made->attribute, "y", 1);
	/* It warns of names that are no UTF-8. Each assertion is written down as it is made, so
	 * that of a hundred thousand entries it takes most of the time: none is made unless one
	 * fails. */
	if (archive_write_header(writer->archive, entry) < ARCHIVE_WARN)
		ck_abort_msg("%s: %s", made->path, archive_error_string(writer->archive));
	if (!made->hard_link && !S_ISLNK(made->mode) && length > 0 &&
	    archive_write_data(writer->archive, made->text, length) != (la_ssize_t)length)
		ck_abort_msg("%s: %s", made->path, archive_error_string(writer->archive));
	archive_entry_free(entry);
}

static struct bytes make_layer(const char *filter, const struct made list[])
{
	struct writer writer;

	start(&writer, filter);
	for (; list->path != NULL; list++)
		put(&writer, list);
	return finish(&writer);
}

#define LAYER(...) make_layer(NULL, (const struct made[]){__VA_ARGS__, {.path = NULL}})

static void put_text(struct writer *writer, const char *path, const char *text)
{
	put(writer, &(const struct made){.path = path, .text = text});
}

static void put_bytes(struct writer *writer, const char *path, struct bytes bytes)
{
	put(writer, &(const struct made){.path = path, .text = bytes.at, .length = bytes.length});
}

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"

/* The configuration of an image with so many layers. */
static char *make_configuration(size_t count)
{
	char *text = print_text(
	    "{\"architecture\": \"amd64\", \"os\": \"linux\", \"config\": {\"User\": \"7\"}, "
	    "\"history\": [{\"created_by\": \"COPY a /\"}, {\"created_by\": \"CMD\", "
	    "\"empty_layer\": true}, {\"created_by\": \"COPY b /\"}], \"rootfs\": "
	    "{\"diff_ids\": [");

	for (size_t i = 0; i < count; i++) {
		char *longer = print_text("%s%s\"sha256:%zu\"", text, i > 0 ? "," : "", i);
		free(text);
		text = longer;
	}
	char *whole = print_text("%s]}}", text);
	free(text);
	return whole;
}

/* As `docker save` of Docker 20.10 writes it: manifest.json last. Takes the layers. */
static struct bytes make_docker(struct bytes layers[], size_t count)
{
	char *configuration = make_configuration(count), *list = print_text("%s", "");
	struct writer writer;

	start(&writer, NULL);
	for (size_t i = 0; i < count; i++) {
		char *name = print_text("%zu/layer.tar", i);
		put_text(&writer, "VERSION", "1.0");
		put_bytes(&writer, name, layers[i]);
		char *longer = print_text("%s%s\"%s\"", list, i > 0 ? "," : "", name);
		free(layers[i].at);
		free(name);
		free(list);
		list = longer;
	}
	char *manifest = print_text("[{\"Config\": \"" HEX "01.json\", \"RepoTags\": [\"app:1\"], "
	                            "\"Layers\": [%s]}]",
	                            list);
	put_text(&writer, HEX "01.json", configuration);
	put_text(&writer, "manifest.json", manifest);
	free(manifest);
	free(configuration);
	free(list);
	return finish(&writer);
}

/* Whether what is read next is to be of the OCI layout. */
static bool as_oci;

static bool read_bytes(struct bytes archive, const char *reference, struct archive_facts *facts,
                       struct failure *failure)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);

	ck_assert_msg(fd >= 0 && write(fd, archive.at, archive.length) == (ssize_t)archive.length &&
	                  lseek(fd, 0, SEEK_SET) == 0,
	              "a file in memory: %s", strerror(errno));
	strcpy(failure->text, "(no reason)");
	bool read = read_archive(fd, "a.tar", reference, as_oci, facts, failure);
	close(fd);
	return read;
}

static void free_facts(struct archive_facts *facts)
{
	json_decref(facts->image);
	json_decref(facts->layers);
	json_decref(facts->files);
}

static struct archive_facts read_whole(struct bytes archive)
{
	struct archive_facts facts;
	struct failure failure;

	ck_assert_msg(read_bytes(archive, NULL, &facts, &failure), "expected facts, found: %s",
	              failure.text);
	free(archive.at);
	return facts;
}

#define READ(...)                                                                                  \
	read_whole(make_docker((struct bytes[]){__VA_ARGS__},                                      \
	                       sizeof((struct bytes[]){__VA_ARGS__}) / sizeof(struct bytes)))

/* Takes the archive. */
static void assert_refused(struct bytes archive, const char *reference, const char *expected)
{
	struct archive_facts facts;
	struct failure failure;

	ck_assert_msg(!read_bytes(archive, reference, &facts, &failure),
	              "expected \"%s\", found facts", expected);
	ck_assert_msg(strstr(failure.text, expected) != NULL, "expected \"%s\", found \"%s\"",
	              expected, failure.text);
	free(archive.at);
}

static json_t *look_up(const json_t *json, const char *keys)
{
	char *all = print_text("%s", keys), *rest = all;
	json_t *found = (json_t *)(uintptr_t)json;

	for (char *key; (key = strsep(&rest, ".")) != NULL;)
		found = json_is_array(found) ? json_array_get(found, (size_t)atoi(key))
		                             : json_object_get(found, key);
	free(all);
	return found;
}

static void assert_number(const json_t *json, const char *keys, json_int_t expected)
{
	json_int_t found = json_integer_value(look_up(json, keys));

	ck_assert_msg(json_is_integer(look_up(json, keys)) && found == expected,
	              "%s: expected %lld, found %lld", keys, (long long)expected, (long long)found);
}

static void assert_text(const json_t *json, const char *keys, const char *expected)
{
	const char *found = json_string_value(look_up(json, keys));

	ck_assert_msg(found != NULL && strcmp(found, expected) == 0, "%s: expected %s, found %s",
	              keys, expected, found != NULL ? found : "(none)");
}

static void assert_count(const json_t *json, const char *keys, size_t expected)
{
	char *text = json_dumps(look_up(json, keys), JSON_COMPACT | JSON_ENCODE_ANY);

	ck_assert_msg(json_array_size(look_up(json, keys)) == expected,
	              "%s: expected %zu, found %s", keys, expected,
	              text != NULL ? text : "nothing");
	free(text);
}

/* The files that are there in the end. A setuid mode makes a file visible in the facts. */
#define SEEN (S_IFREG | 04755)

static void assert_seen(const struct archive_facts *facts, const char *const paths[])
{
	const json_t *list = json_object_get(facts->files, "setuid");
	size_t count = 0;

	for (; paths[count] != NULL; count++) {
		bool found = false;
		for (size_t i = 0; i < json_array_size(list); i++) {
			const char *path =
			    json_string_value(json_object_get(json_array_get(list, i), "path"));
			found |= path != NULL && strcmp(path, paths[count]) == 0;
		}
		char *text = json_dumps(list, JSON_COMPACT);
		ck_assert_msg(found, "expected %s, found %s", paths[count], text);
		free(text);
	}
	assert_count(facts->files, "setuid", count);
}

#define ASSERT_SEEN(facts, ...) assert_seen(facts, (const char *const[]){__VA_ARGS__, NULL})
#define ASSERT_NONE_SEEN(facts) assert_seen(facts, (const char *const[]){NULL})

START_TEST(image_and_layers_of_docker)
{
	struct archive_facts facts = READ(
	    LAYER({.path = "a/", .mode = S_IFDIR | 0755}, {.path = "a/b", .text = "12345"}),
	    LAYER({.path = "c", .text = "123"}, {.path = "d", .text = "c", .hard_link = true}));

	assert_text(facts.image, "reference", "a.tar");
	assert_text(facts.image, "id", "sha256:" HEX "01");
	assert_text(facts.image, "config.user", "7");
	assert_number(facts.image, "size", 8);
	assert_number(facts.image, "layer_count", 2);
	assert_count(facts.layers, "list", 2);
	assert_text(facts.layers, "list.0.digest", "sha256:0");
	assert_text(facts.layers, "list.0.created_by", "COPY a /");
	assert_number(facts.layers, "list.0.size", 5);
	assert_number(facts.layers, "list.0.files", 2);
	assert_text(facts.layers, "list.1.created_by", "COPY b /");
	assert_number(facts.layers, "list.1.size", 3);
	assert_number(facts.layers, "list.1.files", 2);
	assert_text(facts.files, "source", "layers");
	free_facts(&facts);
}
END_TEST

START_TEST(whiteouts)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "a/x", .mode = SEEN}, {.path = "a/y", .mode = SEEN},
	               {.path = "b/x", .mode = SEEN}, {.path = "c", .mode = SEEN}),
	         LAYER({.path = "a/.wh.x"}, {.path = ".wh.b"}, {.path = "b/z", .mode = SEEN},
	               {.path = ".wh.none"}, {.path = ".wh..wh.plnk/1.2", .mode = SEEN}));

	/* What is below a directory with such a name is made by overlay2, though not by all. */
	ASSERT_SEEN(&facts, "/.wh..wh.plnk/1.2", "/a/y", "/b/z", "/c");
	assert_number(facts.files, "setuid.1.layer", 0);
	free_facts(&facts);
}
END_TEST

START_TEST(whiteouts_are_of_lower_layers)
{
	struct archive_facts facts = READ(
	    LAYER({.path = "a", .mode = SEEN}, {.path = "b/c", .mode = SEEN}),
	    LAYER({.path = "a", .mode = SEEN}, {.path = ".wh.a"}, {.path = "b/d", .mode = SEEN},
	          {.path = "b/.wh..wh..opq"}, {.path = "b/e", .mode = SEEN}));

	ASSERT_SEEN(&facts, "/a", "/b/d", "/b/e");
	free_facts(&facts);
}
END_TEST

START_TEST(removed_and_made_again)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "a/x", .mode = SEEN}), LAYER({.path = ".wh.a"}),
	         LAYER({.path = "a/", .mode = S_IFDIR | 0755}, {.path = "a/y", .mode = SEEN}));

	ASSERT_SEEN(&facts, "/a/y");
	assert_number(facts.files, "setuid.0.layer", 2);
	free_facts(&facts);
}
END_TEST

START_TEST(directory_becomes_file_and_directory_again)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "a/b/x", .mode = SEEN}, {.path = "a/b/", .mode = S_IFDIR | 0755},
	               {.path = "a/", .mode = S_IFDIR | 0755}),
	         LAYER({.path = "a", .mode = SEEN}));

	ASSERT_SEEN(&facts, "/a");
	free_facts(&facts);
	/* There need be no entry for a directory. */
	facts = READ(LAYER({.path = "a/b/x", .mode = SEEN}), LAYER({.path = "a", .mode = SEEN}));
	ASSERT_SEEN(&facts, "/a");
	free_facts(&facts);
	facts = READ(LAYER({.path = "a/", .mode = S_IFDIR | 0755}, {.path = "a/x", .mode = SEEN}),
	             LAYER({.path = "a", .mode = SEEN}),
	             LAYER({.path = "a", .mode = S_IFDIR | 0755}, {.path = "a/y", .mode = SEEN}));
	ASSERT_SEEN(&facts, "/a/y");
	free_facts(&facts);
}
END_TEST

START_TEST(hard_links_are_what_they_lead_to_and_what_they_say)
{
	struct archive_facts facts = READ(
	    LAYER({.path = "a", .mode = SEEN, .text = "12", .uid = 5},
	          {.path = "b", .text = "./a", .hard_link = true, .mode = S_IFREG | 0600, .uid = 6},
	          {.path = "c", .text = "none", .hard_link = true},
	          {.path = "d", .text = "d", .hard_link = true}, {.path = "e", .text = "12"},
	          {.path = "f", .text = "e", .hard_link = true, .mode = SEEN}),
	    LAYER({.path = ".wh.a"}));

	/* Docker gives the file what the link's header says. */
	ASSERT_SEEN(&facts, "/b", "/f");
	assert_number(facts.files, "setuid.0.uid", 6);
	free_facts(&facts);
}
END_TEST

START_TEST(capabilities_are_seen)
{
	struct archive_facts facts = READ(
	    LAYER({.path = "a", .text = "x", .has_capability = true}, {.path = "b", .text = "x"}));

	assert_count(facts.files, "capabilities", 1);
	assert_text(facts.files, "capabilities.0.path", "/a");
	free_facts(&facts);
}
END_TEST

START_TEST(waste_of_copies)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "a", .text = "0123456789"}, {.path = "b", .text = "01234"}),
	         LAYER({.path = "a", .text = "01234"}), LAYER({.path = ".wh.b"}));

	assert_number(facts.layers, "waste.bytes", 20);
	assert_count(facts.layers, "waste.paths", 2);
	assert_text(facts.layers, "waste.paths.0.path", "/a");
	assert_number(facts.layers, "waste.paths.0.bytes", 15);
	assert_number(facts.layers, "waste.paths.0.copies", 2);
	assert_text(facts.layers, "waste.paths.1.path", "/b");
	assert_number(facts.layers, "waste.paths.1.bytes", 5);
	double efficiency = json_real_value(look_up(facts.layers, "waste.efficiency"));
	ck_assert_double_eq_tol(efficiency, 5.0 / 20, 1e-9);
	free_facts(&facts);
}
END_TEST

START_TEST(waste_of_removed_directories)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "a/b", .text = "0123456789"}, {.path = "a/c/d", .text = "01234"},
	               {.path = "e", .text = "0123"}),
	         LAYER({.path = ".wh.a"}));

	assert_number(facts.layers, "waste.bytes", 15);
	assert_count(facts.layers, "waste.paths", 1);
	assert_text(facts.layers, "waste.paths.0.path", "/a");
	assert_number(facts.layers, "waste.paths.0.bytes", 15);
	free_facts(&facts);
}
END_TEST

START_TEST(no_waste)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "a/", .mode = S_IFDIR | 0755}, {.path = "a/b", .text = "0"},
	               {.path = "c", .text = "a/b", .hard_link = true}),
	         LAYER({.path = "a/", .mode = S_IFDIR | 0755}, {.path = "a/d", .text = "0"}));

	assert_number(facts.layers, "waste.bytes", 0);
	ck_assert_double_eq(json_real_value(look_up(facts.layers, "waste.efficiency")), 1);
	assert_count(facts.layers, "waste.paths", 0);
	free_facts(&facts);
	/* A hard link costs nothing, however often. */
	facts =
	    READ(LAYER({.path = "a", .text = "0"}, {.path = "c", .text = "a", .hard_link = true}),
	         LAYER({.path = "b", .text = "0"}, {.path = "c", .text = "b", .hard_link = true}));
	assert_number(facts.layers, "waste.bytes", 0);
	free_facts(&facts);
	facts = READ(LAYER({.path = "a/", .mode = S_IFDIR | 0755}));
	ck_assert_double_eq(json_real_value(look_up(facts.layers, "waste.efficiency")), 1);
	free_facts(&facts);
}
END_TEST

START_TEST(deleted_secrets)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "gone", .text = KEY}, {.path = "d/gone", .text = KEY},
	               {.path = "changed", .text = KEY}, {.path = "same", .text = KEY},
	               {.path = "kept", .text = KEY}),
	         LAYER({.path = ".wh.gone"}, {.path = ".wh.d"}, {.path = "changed", .text = "x"},
	               {.path = "same", .text = KEY, .mode = S_IFREG | 0600}));

	assert_count(facts.layers, "deleted_secrets", 3);
	assert_text(facts.layers, "deleted_secrets.0.kind", "private-key");
	assert_number(facts.layers, "deleted_secrets.0.layer", 0);
	for (size_t i = 0; i < 3; i++) {
		json_t *secret = json_array_get(look_up(facts.layers, "deleted_secrets"), i);
		const char *path = json_string_value(json_object_get(secret, "path"));
		ck_assert_msg(path != NULL && strcmp(path, "/same") != 0 &&
		                  strcmp(path, "/kept") != 0,
		              "expected what is gone, found %s", path);
	}
	assert_count(facts.files, "secrets", 2);
	free_facts(&facts);
	/* Once more in one layer: the first is in it all the same. */
	facts = READ(LAYER({.path = "twice", .text = KEY}, {.path = "./twice", .text = "x"}));
	assert_count(facts.layers, "deleted_secrets", 1);
	assert_text(facts.layers, "deleted_secrets.0.path", "/twice");
	assert_count(facts.files, "secrets", 0);
	free_facts(&facts);
}
END_TEST

/* Each is one entry in a layer that must do no harm, and where it is seen. */
START_TEST(hostile_names)
{
	struct archive_facts facts = READ(
	    LAYER({.path = "../../a", .mode = SEEN}, {.path = "/b", .mode = SEEN},
	          {.path = "x/../c", .mode = SEEN}, {.path = ".//./d", .mode = SEEN},
	          {.path = "e\xff\x1b[31m", .mode = SEEN}, {.path = "\xc3\xa9", .mode = SEEN},
	          {.path = "..", .mode = S_IFDIR | 0755}, {.path = ".wh.."}, {.path = ".wh..."},
	          {.path = "x/.wh."}, {.path = "loop", .mode = S_IFLNK | 0777, .text = "loop"},
	          {.path = "loop/f", .mode = SEEN}, {.path = "dev", .mode = S_IFBLK | 0600}));

	ASSERT_SEEN(&facts, "/a", "/b", "/c", "/d", "/e\\xff\\x1b[31m", "/\xc3\xa9", "/loop/f");
	free_facts(&facts);
}
END_TEST

START_TEST(long_names)
{
	char name[6001], most[4096];
	struct archive_facts facts;

	memset(name, 'n', 6000);
	name[6000] = '\0';
	memcpy(most, name, 4095);
	most[4095] = '\0';
	facts = READ(LAYER({.path = name, .mode = SEEN}, {.path = most + 1, .mode = SEEN}));
	assert_count(facts.files, "setuid", 1);
	ck_assert_msg(json_is_true(look_up(facts.files, "cut")), "cut: expected true");
	free_facts(&facts);
}
END_TEST

/* A header of tar by hand: libarchive's writer refuses what a hostile one says. real: the size that
 * GNU's sparse format ('S') says, of which size bytes are there. */
static void put_named_header(struct bytes *bytes, const char *name, char type, uint64_t size,
                             uint64_t real)
{
	char header[512] = "";
	unsigned int sum = 0;

	strcpy(header, name);
	strcpy(header + 100, "0004755");
	strcpy(header + 108, "0000000");
	strcpy(header + 116, "0000000");
	strcpy(header + 136, "00000000000");
	memset(header + 148, ' ', 8);
	header[156] = type;
	memcpy(header + 257, "ustar  ", 8);
	strcpy(header + 386, "00000000000");
	strcpy(header + 398, "00000001000");
	header[124] = header[483] = '\x80';
	for (int i = 0; i < 8; i++) {
		header[135 - i] = (char)(size >> (8 * i) & 0xff);
		header[494 - i] = (char)(real >> (8 * i) & 0xff);
	}
	if (type != 'S')
		memset(header + 386, 0, 126);
	for (size_t i = 0; i < sizeof(header); i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum);
	append(NULL, bytes, header, sizeof(header));
}

static void put_header(struct bytes *bytes, char type, uint64_t size, uint64_t real)
{
	put_named_header(bytes, "name", type, size, real);
}

START_TEST(sizes_that_lie)
{
	struct bytes layer = {NULL, 0}, outer = {NULL, 0};

	put_header(&layer, '0', UINT64_C(1) << 40, 0);
	assert_refused(make_docker(&layer, 1), NULL, "the layer 0/layer.tar is damaged: ");
	put_header(&outer, '0', UINT64_C(1) << 40, 0);
	append(NULL, &outer, "[", 1);
	assert_refused(outer, NULL, "a.tar: ");
}
END_TEST

START_TEST(sparse_files_are_refused)
{
	static const char blocks[3 * 512] = "x";
	struct bytes layer = {NULL, 0}, outer = {NULL, 0};

	put_header(&layer, 'S', 512, UINT64_C(1) << 40);
	append(NULL, &layer, blocks, sizeof(blocks));
	assert_refused(make_docker(&layer, 1), NULL,
	               "a.tar: the layer 0/layer.tar is damaged: readers of tar differ: more of "
	               "GNU's form than names and times");
	put_header(&outer, 'S', 512, UINT64_C(1) << 40);
	assert_refused(outer, NULL,
	               "a.tar: cut short or damaged: readers of tar differ: more of GNU's form "
	               "than names and times");
}
END_TEST

/* One layer above {"d/", "d/f", "f", "l" -> "d"}, and what its path may be to engines. */
static const struct {
	const char *what, *doubt; /* NULL: none */
	struct made entries[6];
} doubted[] = {
    {"files of its own", NULL, {{.path = "d/", .mode = S_IFDIR | 0755}, {.path = "d/g"}}},
    {"a file for a file", NULL, {{.path = "f"}, {.path = ".wh.l"}}},
    {"a directory for a link", NULL, {{.path = "l/", .mode = S_IFDIR | 0755}, {.path = "l/g"}}},
    {"a hidden directory",
     NULL,
     {{.path = "d/", .mode = S_IFDIR | 0755}, {.path = "d/.wh..wh..opq"}, {.path = "d/g"}}},
    {"a hard link", NULL, {{.path = "d/g"}, {.path = "h", .text = "d/g", .hard_link = true}}},
    {"one file twice", NULL, {{.path = "f"}, {.path = "f"}}},
    {"through a link of its own",
     "/m/g: it lies below what is no directory, or removed",
     {{.path = "m", .mode = S_IFLNK | 0777, .text = "d"}, {.path = "m/g"}}},
    {"through a link that comes later",
     "/m/g: it lies below what is no directory, or removed",
     {{.path = "m/g"}, {.path = "m", .mode = S_IFLNK | 0777, .text = "d"}}},
    {"through a link below",
     "/l/k/g: it lies below what is no directory, or removed",
     {{.path = "l/k/g"}}},
    {"below a file", "/f/g: it lies below what is no directory, or removed", {{.path = "f/g"}}},
    {"a directory where a link was, in one layer",
     "/m: a layer has it as a directory and as something else",
     {{.path = "m", .mode = S_IFLNK | 0777, .text = "d"}, {.path = "m/", .mode = S_IFDIR | 0755}}},
    {"a directory twice, and a file between",
     "/d: a layer has it as a directory and as something else",
     {{.path = "d/", .mode = S_IFDIR | 0755},
      {.path = "d"},
      {.path = "d/", .mode = S_IFDIR | 0755}}},
    {"removed and there",
     "/d: a layer has it, and removes it",
     {{.path = "d/", .mode = S_IFDIR | 0755}, {.path = ".wh.d"}}},
    {"there and removed", "/f: a layer has it, and removes it", {{.path = ".wh.f"}, {.path = "f"}}},
    {"below what is removed",
     "/d/g: it lies below what is no directory, or removed",
     {{.path = ".wh.d"}, {.path = "d/g"}}},
    {"all hidden", "/: a layer hides all that is below it", {{.path = ".wh..wh..opq"}}},
    {"a root that is a link",
     "/: it lies below what is no directory, or removed",
     {{.path = "./", .mode = S_IFLNK | 0777, .text = "d"}, {.path = "g"}}},
    {"a hard link to a lower layer",
     "/h: a hard link to what its layer has not",
     {{.path = "h", .text = "f", .hard_link = true}}},
    {"a hard link of another mode",
     "/h: a hard link of other rights than what it leads to",
     {{.path = "d/g"}, {.path = "h", .text = "d/g", .mode = SEEN, .hard_link = true}}},
    {"a hard link of another owner",
     "/h: a hard link of other rights than what it leads to",
     {{.path = "d/g"}, {.path = "h", .text = "d/g", .uid = 7, .hard_link = true}}},
    {"a hard link with a capability",
     "/h: a hard link of other rights than what it leads to",
     {{.path = "d/g"}, {.path = "h", .text = "d/g", .has_capability = true, .hard_link = true}}},
    {"a whiteout behind a dot",
     "/f: a layer has it, and removes it",
     {{.path = ".wh.f/."}, {.path = "f"}}},
    {"a folder with a whiteout's name",
     "/.wh.d/g: a folder above it has the name of what is removed",
     {{.path = ".wh.d/g"}}},
    {"a removed file below a link",
     "/l/f: it lies below what is no directory, or removed",
     {{.path = "l/.wh.f"}}},
    {"all hidden behind a link",
     "/l: a layer hides what is below it, and it is no directory",
     {{.path = "l/.wh..wh..opq"}}},
    {"all hidden below a file",
     "/f: a layer hides what is below it, and it is no directory",
     {{.path = "f/.wh..wh..opq"}}},
    {"all hidden below a link",
     "/l/k: it lies below what is no directory, or removed",
     {{.path = "l/k/.wh..wh..opq"}}},
    {"an attribute of overlay's",
     "/d: an attribute by which overlays show it as another",
     {{.path = "d/", .mode = S_IFDIR | 0755, .attribute = "trusted.overlay.opaque"}}},
    {"a mode for overlays",
     "/f: an attribute by which overlays show it as another",
     {{.path = "f", .attribute = "security.fuseoverlayfs.override_stat"}}},
    {"a mode for podman's",
     "/f: an attribute by which overlays show it as another",
     {{.path = "f", .attribute = "user.containers.override_stat"}}},
    {"a whiteout of a whiteout", "/: a layer has a whiteout of no name", {{.path = ".wh..wh.f"}}},
    {"AUFS's own, but not in the root",
     "/: a layer has a whiteout of no name",
     {{.path = "d/.wh..wh.aufs"}}},
    {"AUFS's own",
     NULL,
     {{.path = ".wh..wh.aufs"}, {.path = ".wh..wh.plnk", .mode = S_IFDIR | 0700}}},
    {"a whiteout of nothing", "/: a layer has a whiteout of no name", {{.path = "d/.wh."}}},
    {"a whiteout of what is above", "/: a layer has a whiteout of no name", {{.path = "d/.wh..."}}},
    {"all hidden in a directory without an entry",
     NULL,
     {{.path = "d/e/.wh..wh..opq"}, {.path = "d/e/f"}}},
    {"an attribute of fuse-overlayfs'",
     "/d: an attribute by which overlays show it as another",
     {{.path = "d/", .mode = S_IFDIR | 0755, .attribute = "user.fuseoverlayfs.opaque"}}},
    {"a hard link to nothing",
     "/h: a hard link to what its layer has not",
     {{.path = "h", .text = "none", .hard_link = true}}},
};

START_TEST(what_engines_make_of_layers_is_doubted)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "d/", .mode = S_IFDIR | 0755}, {.path = "d/f"}, {.path = "f"},
	               {.path = "l", .mode = S_IFLNK | 0777, .text = "d"}),
	         make_layer(NULL, doubted[_i].entries));
	const json_t *doubt = json_object_get(facts.layers, "doubt");
	const char *text = json_string_value(doubt);

	ck_assert_msg(json_is_null(doubt) || text != NULL, "doubt: expected text or null");
	if (doubted[_i].doubt == NULL || text == NULL)
		ck_assert_msg(doubted[_i].doubt == NULL && text == NULL,
		              "%s: expected %s, found %s", doubted[_i].what,
		              doubted[_i].doubt != NULL ? doubted[_i].doubt : "no doubt",
		              text != NULL ? text : "no doubt");
	else
		ck_assert_str_eq(text, doubted[_i].doubt);
	free_facts(&facts);
}
END_TEST

/* Of what the first name is nothing is asked: what the second holds is not known, then. */
START_TEST(what_a_hard_link_holds_may_not_be_read)
{
	struct archive_facts facts =
	    READ(LAYER({.path = "usr/lib/k", .text = KEY},
	               {.path = "app/.env", .text = "usr/lib/k", .hard_link = true}));

	assert_number(facts.files, "unlisted.secrets", 1);
	free_facts(&facts);
	facts = READ(LAYER({.path = "app/.env", .text = KEY},
	                   {.path = "usr/lib/k", .text = "app/.env", .hard_link = true}));
	ck_assert_ptr_null(look_up(facts.files, "unlisted.secrets"));
	free_facts(&facts);
}
END_TEST

START_TEST(compressed_layers)
{
	static const char *const filters[] = {"gzip", "zstd"};

	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		struct archive_facts facts = READ(make_layer(
		    filters[i], (const struct made[]){{.path = "a", .mode = SEEN, .text = "123"},
		                                      {.path = NULL}}));
		ASSERT_SEEN(&facts, "/a");
		assert_number(facts.layers, "list.0.size", 3);
		free_facts(&facts);
	}
}
END_TEST

/* Engines do not tell capitals from small letters, and take the last. */
static const struct {
	const char *json;
	bool plain;
} keyed[] = {
    {"{\"config\": {\"User\": \"1\", \"Labels\": {\"user\": \"x\", \"ENV\": \"y\"}}}", true},
    {"[{\"Config\": \"a\", \"Layers\": []}]", true},
    {"{\"config\": {\"User\": \"1\", \"user\": \"0\"}}", false},
    {"{\"config\": {\"env\": [\"PASSWORD=x\"]}}", false},
    {"{\"config\": {\"U\xc5\xbf"
     "er\": \"0\"}}",
     false},
    {"[{\"Config\": \"a\", \"config\": \"b\"}]", false},
    {"{\"history\": [{\"Created_By\": \"x\"}]}", false},
};

START_TEST(keys_that_engines_read_otherwise_are_refused)
{
	json_t *value = json_loads(keyed[_i].json, 0, NULL);

	ck_assert_ptr_nonnull(value);
	ck_assert_int_eq(has_plain_keys(value), keyed[_i].plain);
	json_decref(value);
}
END_TEST

START_TEST(more_entries_than_are_looked_at_are_refused)
{
	json_t *env = json_array(), *config = json_pack("{s:O}", "Env", env);
	struct failure failure;

	for (int i = 0; i < 1000; i++)
		json_array_append_new(env, json_string("A=b"));
	ck_assert(check_lengths(config, env, "a.tar", &failure));
	json_array_append_new(env, json_string("PASSWORD=x"));
	ck_assert(!check_lengths(config, NULL, "a.tar", &failure));
	ck_assert_str_eq(failure.text,
	                 "a.tar: Env has more than the 1000 entries that are looked at");
	ck_assert(!check_lengths(NULL, env, "a.tar", &failure));
	json_decref(config);
	json_decref(env);
}
END_TEST

/* As `docker save | zstd` makes it: in two frames, behind one that is to be skipped, as pzstd
 * would. */
START_TEST(a_compressed_archive)
{
	struct bytes whole =
	    make_docker((struct bytes[]){LAYER({.path = "a", .mode = SEEN, .text = "123"})}, 1);
	const size_t half = whole.length / 2, space = 2 * ZSTD_compressBound(whole.length);
	static const char skipped[] = "\x51\x2a\x4d\x18\x01\x00\x00\x00x";
	struct bytes packed = {get_memory(sizeof(skipped) + space), sizeof(skipped) - 1};

	memcpy(packed.at, skipped, packed.length);
	packed.length += ZSTD_compress(packed.at + packed.length, space, whole.at, half, 3);
	packed.length += ZSTD_compress(packed.at + packed.length, space - packed.length,
	                               whole.at + half, whole.length - half, 3);
	free(whole.at);
	struct archive_facts facts = read_whole(packed);
	ASSERT_SEEN(&facts, "/a");
	free_facts(&facts);
}
END_TEST

/* A frame's header (RFC 8878, 3.1.1.1): a window of 64 MiB, then one raw block. */
static struct bytes make_wide_frame(void)
{
	static char frame[600] = "\x28\xb5\x2f\xfd\x00\x80\x01\x10\x00";
	struct bytes wide = {get_memory(sizeof(frame)), sizeof(frame)};

	memcpy(wide.at, frame, sizeof(frame));
	return wide;
}

START_TEST(zstd_that_wants_too_much_memory)
{
	struct bytes layer = make_wide_frame();

	assert_refused(make_docker(&layer, 1), NULL,
	               "the layer 0/layer.tar is damaged: zstd: Frame requires");
	assert_refused(make_wide_frame(), NULL, "cut short or damaged: zstd: Frame requires");
}
END_TEST

START_TEST(truncated_at_any_byte)
{
	struct bytes whole = make_docker(
	    (struct bytes[]){LAYER({.path = "a", .text = KEY}, {.path = "b", .text = "x"})}, 1);
	struct archive_facts facts;
	struct failure failure;
	/* Without the two blocks of zeros at its end it still is whole. */
	size_t needed = whole.length - 1024;

	for (size_t length = 0; length <= whole.length; length++) {
		bool read = read_bytes((struct bytes){whole.at, length}, NULL, &facts, &failure);
		if (read && length < needed)
			ck_abort_msg("%zu of %zu bytes: expected a failure", length, whole.length);
		if (!read && strncmp(failure.text, "a.tar: ", 7) != 0)
			ck_abort_msg("found \"%s\"", failure.text);
		if (!read && (length == needed || length == whole.length))
			ck_abort_msg("%zu of %zu bytes: expected facts, found \"%s\"", length,
			             whole.length, failure.text);
		if (read)
			free_facts(&facts);
	}
	free(whole.at);
}
END_TEST

/* An archive of the OCI layout: blobs by name, index.json first, as skopeo writes it. */
static struct bytes make_oci(const char *index, const char *manifest, const char *const more[],
                             struct bytes layer)
{
	char *configuration = make_configuration(1);
	struct writer writer;

	start(&writer, NULL);
	put_text(&writer, "./index.json", index);
	put_text(&writer, "oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}");
	put_text(&writer, "blobs/sha256/" HEX "01", configuration);
	put_text(&writer, "blobs/sha256/" HEX "02", manifest);
	put_bytes(&writer, "blobs/sha256/" HEX "03", layer);
	for (; more != NULL && *more != NULL; more += 2)
		put_text(&writer, more[0], more[1]);
	free(configuration);
	free(layer.at);
	return finish(&writer);
}

#define DESCRIPTOR(end) "{\"digest\": \"sha256:" HEX end "\"}"
#define MANIFEST "{\"config\": " DESCRIPTOR("01") ", \"layers\": [" DESCRIPTOR("03") "]}"

START_TEST(oci_layout)
{
	struct archive_facts facts = read_whole(
	    make_oci("{\"manifests\": [" DESCRIPTOR("02") "]}", MANIFEST, NULL,
	             make_layer("gzip", (const struct made[]){{.path = "a", .mode = SEEN},
	                                                      {.path = NULL}})));

	ASSERT_SEEN(&facts, "/a");
	assert_text(facts.image, "id", "sha256:" HEX "01");
	assert_text(facts.image, "digest", "sha256:" HEX "02");
	free_facts(&facts);
}
END_TEST

START_TEST(truncated_behind_all_that_is_needed)
{
	static const char *const more[] = {"last", "words", NULL};
	struct bytes archive = make_oci("{\"manifests\": [" DESCRIPTOR("02") "]}", MANIFEST, more,
	                                LAYER({.path = "a"}));

	archive.length -= 1024 + 512 - 2;
	assert_refused(archive, NULL, "a.tar: cut short or damaged: ");
}
END_TEST

START_TEST(oci_index_of_machines)
{
	static const char *const more[] = {"blobs/sha256/" HEX "04",
	                                   "{\"manifests\": [{\"digest\": \"sha256:" HEX
	                                   "05\", \"platform\": {\"architecture\": "
	                                   "\"unknown\"}}, " DESCRIPTOR("02") "]}",
	                                   NULL};
	struct archive_facts facts =
	    read_whole(make_oci("{\"manifests\": [" DESCRIPTOR("04") "]}", MANIFEST, more,
	                        LAYER({.path = "a", .mode = SEEN})));

	ASSERT_SEEN(&facts, "/a");
	free_facts(&facts);
}
END_TEST

/* Of an index of two, the one of 02 is the image: whether it is taken depends on what they are for.
 * MACHINE is this one's name. */
static const struct {
	const char *first, *second; /* platforms, or NULL */
	bool taken;
} platforms[] = {
    {"\"os\": \"linux\", \"architecture\": \"MACHINE\"", "\"architecture\": \"s390x\"", true},
    {"\"architecture\": \"ALIAS\"", "\"os\": \"windows\", \"architecture\": \"MACHINE\"", true},
    {"\"os\": \"Linux\", \"architecture\": \"MACHINE\"", "\"architecture\": \"ALIAS\"", false},
    {"\"architecture\": \"MACHINE\"", NULL, false},
    {NULL, NULL, false},
};

static char *replace_machine(const char *platform)
{
	bool alias = strstr(platform, "ALIAS") != NULL;
	const char *word = strstr(platform, alias ? "ALIAS" : "MACHINE"), *machine = get_machine();
	struct utsname names;

	uname(&names);
	if (word == NULL)
		return print_text("%s", platform);
	return print_text("%.*s%s%s", (int)(word - platform), platform,
	                  alias ? names.machine : machine,
	                  word + strlen(alias ? "ALIAS" : "MACHINE"));
}

static char *describe_manifest(const char *end, const char *platform)
{
	if (platform == NULL)
		return print_text("{\"digest\": \"sha256:" HEX "%s\"}", end);
	char *replaced = replace_machine(platform);
	char *text =
	    print_text("{\"digest\": \"sha256:" HEX "%s\", \"platform\": {%s}}", end, replaced);
	free(replaced);
	return text;
}

START_TEST(of_several_machines_this_one_is_taken)
{
	char *first = describe_manifest("02", platforms[_i].first),
	     *second = describe_manifest("09", platforms[_i].second),
	     *index = print_text("{\"manifests\": [%s, %s]}", first, second);
	struct bytes archive = make_oci(index, MANIFEST, NULL, LAYER({.path = "a", .mode = SEEN}));

	if (platforms[_i].taken) {
		struct archive_facts facts = read_whole(archive);
		ASSERT_SEEN(&facts, "/a");
		free_facts(&facts);
	} else {
		assert_refused(archive, NULL, "a.tar: holds several images");
	}
	free(first);
	free(second);
	free(index);
}
END_TEST

START_TEST(oci_refused)
{
	assert_refused(make_oci("{\"manifests\": []}", MANIFEST, NULL, LAYER({.path = "a"})), NULL,
	               "a.tar: holds no image");
	assert_refused(make_oci("{\"manifests\": [" DESCRIPTOR("09") "]}", MANIFEST, NULL,
	                        LAYER({.path = "a"})),
	               NULL, "a.tar: the image's configuration is missing");
	assert_refused(
	    make_oci("{\"manifests\": [" DESCRIPTOR("02") "]}",
	             "{\"config\": " DESCRIPTOR("01") ", \"layers\": [" DESCRIPTOR("07") "]}", NULL,
	             LAYER({.path = "a"})),
	    NULL, "a.tar: the layer sha256:" HEX "07 is missing");
	/* It leads to itself. */
	assert_refused(make_oci("{\"manifests\": [" DESCRIPTOR("02") "]}",
	                        "{\"manifests\": [" DESCRIPTOR("02") "]}", NULL,
	                        LAYER({.path = "a"})),
	               NULL, "a.tar: its indexes lead to no image");
}
END_TEST

/* Both layouts, of an image each: the one of manifest.json has a file that the other has not. */
static struct bytes make_both(const char *manifest_name)
{
	struct bytes one = LAYER({.path = "a", .mode = SEEN}), other = LAYER({.path = "b"});
	char *configuration = make_configuration(1);
	struct writer writer;

	start(&writer, NULL);
	put_bytes(&writer, "1/layer.tar", one);
	put_text(&writer, "blobs/sha256/" HEX "01", configuration);
	put_text(&writer, "blobs/sha256/" HEX "02", MANIFEST);
	put_bytes(&writer, "blobs/sha256/" HEX "03", other);
	put_text(&writer, "index.json", "{\"manifests\": [" DESCRIPTOR("02") "]}");
	put_text(&writer, "manifest.json",
	         "[{\"Config\": \"blobs/sha256/" HEX "01\", \"Layers\": [\"1/layer.tar\"]}]");
	put_text(&writer, manifest_name, "words");
	free(configuration);
	free(one.at);
	free(other.at);
	return finish(&writer);
}

/* To one engine it is an archive, to another what it holds when it is decompressed. */
START_TEST(what_is_an_archive_and_compressed_is_refused)
{
	static const char *const magics[] = {"\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "\x5f\x2a\x4d\x18",
	                                     "BZh9",
	                                     "\xfd"
	                                     "7zXZ"};
	struct bytes archive = {NULL, 0}, layer = {NULL, 0};
	char name[100] = "";

	snprintf(name, sizeof(name), "%s/name", magics[_i]);
	put_named_header(&archive, name, '0', 0, 0);
	put_named_header(&layer, name, '0', 0, 0);
	assert_refused(archive, NULL,
	               "readers of tar differ: it is an archive, and compressed as well");
	assert_refused(make_docker(&layer, 1), NULL,
	               "a.tar: the layer 0/layer.tar is missing, or no archive");
}
END_TEST

START_TEST(both_layouts_have_to_be_of_one_image)
{
	static const char expected[] =
	    "a.tar: manifest.json and index.json lead to different images";
	struct bytes layer = LAYER({.path = "a", .mode = SEEN});
	char *configuration = make_configuration(1);
	struct writer writer;

	for (int oci = 0; oci < 2; oci++) {
		as_oci = oci != 0;
		assert_refused(make_both("VERSION"), NULL, expected);
		start(&writer, NULL);
		put_text(&writer, "blobs/sha256/" HEX "01", configuration);
		put_text(&writer, "blobs/sha256/" HEX "02", MANIFEST);
		put_bytes(&writer, "blobs/sha256/" HEX "03", layer);
		put_text(&writer, "index.json", "{\"manifests\": [" DESCRIPTOR("02") "]}");
		put_text(&writer, "manifest.json",
		         "[{\"Config\": \"blobs/sha256/" HEX
		         "01\", \"Layers\": [\"blobs/sha256/" HEX "03\"]}]");
		struct archive_facts facts = read_whole(finish(&writer));
		ASSERT_SEEN(&facts, "/a");
		free_facts(&facts);
	}
	as_oci = false;
	free(configuration);
	free(layer.at);
}
END_TEST

/* Engines make one file of both, and the last counts. */
START_TEST(two_spellings_of_a_name_are_one)
{
	static const char *const names[] = {"././manifest.json", "/manifest.json",
	                                    "x/../manifest.json", "../manifest.json",
	                                    "manifest.json"};

	/* It is no JSON now, and index.json does not stand in for it. */
	assert_refused(make_both(names[_i]), NULL, "a.tar: manifest.json can't be read");
}
END_TEST

static struct bytes make_two(void)
{
	char *configuration = make_configuration(1);
	struct bytes layer = LAYER({.path = "a", .mode = SEEN});
	struct writer writer;

	start(&writer, NULL);
	put_bytes(&writer, "1/layer.tar", layer);
	put(&writer, &(const struct made){
	                 .path = "2/layer.tar", .mode = S_IFLNK | 0777, .text = "../1/layer.tar"});
	put_text(&writer, HEX "01.json", configuration);
	put_text(&writer, HEX "02.json", configuration);
	put_text(&writer, "manifest.json",
	         "[{\"Config\": \"" HEX "01.json\", \"RepoTags\": [\"a:latest\"], \"Layers\": "
	         "[\"1/layer.tar\"]}, {\"Config\": \"" HEX
	         "02.json\", \"RepoTags\": [\"host/b:1\"], \"Layers\": [\"2/layer.tar\"]}]");
	free(configuration);
	free(layer.at);
	return finish(&writer);
}

START_TEST(several_images)
{
	static const char *const wanted[][2] = {
	    {"a", "01"}, {"a:latest", "01"}, {"host/b:1", "02"}, {"b:1", "02"}, {HEX "02", "02"}};
	struct bytes two = make_two();

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		struct archive_facts facts;
		struct failure failure;
		ck_assert_msg(read_bytes(two, wanted[i][0], &facts, &failure), "%s: %s",
		              wanted[i][0], failure.text);
		char *id = print_text("sha256:" HEX "%s", wanted[i][1]);
		assert_text(facts.image, "id", id);
		ASSERT_SEEN(&facts, "/a");
		free(id);
		free_facts(&facts);
	}
	free(two.at);
	assert_refused(make_two(), NULL, "a.tar: holds several images");
	assert_refused(make_two(), "b", "a.tar: holds no image \"b\"");
	assert_refused(make_two(), "", "a.tar: holds no image \"\"");
}
END_TEST

START_TEST(no_archives)
{
	static const char none[] = "a.tar: not an archive of an image",
	                  early[] = "a.tar: cut short or damaged: gzip: ends early",
	                  unfinished[] = "a.tar: cut short or damaged: zstd: ends early";
	static const char *const texts[][2] = {{"", none},
	                                       {"x", none},
	                                       {"[]", none},
	                                       {"\x1f\x8b\x08", early},
	                                       {"\x28\xb5\x2f\xfd", unfinished}};
	struct writer writer;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct bytes bytes = {NULL, 0};
		append(NULL, &bytes, texts[i][0], strlen(texts[i][0]));
		assert_refused(bytes, NULL, texts[i][1]);
	}
	struct bytes words = {NULL, 0};
	for (int i = 0; i < 100; i++)
		append(NULL, &words, "no archive ", 11);
	assert_refused(words, NULL, none);
	start(&writer, NULL);
	put_text(&writer, "README", "words");
	assert_refused(finish(&writer), NULL, "a.tar: not an archive of an image");
}
END_TEST

/* Each manifest.json beside one layer and its configuration. */
static void assert_manifest_refused(const char *manifest, const char *expected)
{
	char *configuration = make_configuration(1);
	struct bytes layer = LAYER({.path = "a"});
	struct writer writer;

	start(&writer, NULL);
	put_bytes(&writer, "1/layer.tar", layer);
	put_text(&writer, "c.json", configuration);
	put_text(&writer, "manifest.json", manifest);
	free(configuration);
	free(layer.at);
	assert_refused(finish(&writer), NULL, expected);
}

/* Engines unpack it as a link to what stood there by then. */
START_TEST(a_hard_link_around_the_layers_is_nothing)
{
	char *configuration = make_configuration(1);
	struct bytes layer = LAYER({.path = "a"});
	struct writer writer;

	start(&writer, NULL);
	put_bytes(&writer, "a", layer);
	put(&writer, &(const struct made){.path = "b", .text = "a", .hard_link = true});
	put_text(&writer, "c.json", configuration);
	put_text(&writer, "manifest.json", "[{\"Config\": \"c.json\", \"Layers\": [\"b\"]}]");
	assert_refused(finish(&writer), NULL, "a.tar: the layer b is missing, or no archive");
	free(configuration);
	free(layer.at);
}
END_TEST

/* Docker reads it as "config". */
START_TEST(a_configuration_with_anothers_key)
{
	struct bytes layer = LAYER({.path = "a"});
	struct writer writer;

	start(&writer, NULL);
	put_bytes(&writer, "a", layer);
	put_text(&writer, "c.json",
	         "{\"Config\": {\"User\": \"0\"}, \"rootfs\": {\"diff_ids\": [\"a\"]}}");
	put_text(&writer, "manifest.json", "[{\"Config\": \"c.json\", \"Layers\": [\"a\"]}]");
	assert_refused(finish(&writer), NULL,
	               "the image's configuration is missing, or can't be read");
	free(layer.at);
}
END_TEST

START_TEST(wrong_manifests)
{
	assert_manifest_refused("{}", "manifest.json can't be read");
	assert_manifest_refused("[", "manifest.json can't be read");
	assert_manifest_refused("[]\n{}", "manifest.json can't be read");
	assert_manifest_refused("[{\"Config\": \"c.json\", \"config\": \"x\", \"Layers\": []}]",
	                        "manifest.json can't be read");
	assert_manifest_refused("[{\"config\": \"x\"}]", "manifest.json can't be read");
	assert_manifest_refused("[{\"Config\": \"x\", \"Config\": \"c.json\"}]",
	                        "manifest.json can't be read");
	assert_manifest_refused("[]", "holds no image");
	assert_manifest_refused("[5]", "holds no image");
	assert_manifest_refused("[{}]", "the image's configuration is missing");
	assert_manifest_refused("[{\"Config\": 5}]", "the image's configuration is missing");
	assert_manifest_refused("[{\"Config\": \"1/layer.tar\"}]",
	                        "the image's configuration is missing");
	assert_manifest_refused("[{\"Config\": \"manifest.json\"}]",
	                        "the image's configuration is missing");
	assert_manifest_refused("[{\"Config\": \"c.json\"}]", "names other layers");
	assert_manifest_refused("[{\"Config\": \"c.json\", \"Layers\": []}]", "names other layers");
	assert_manifest_refused("[{\"Config\": \"c.json\", \"Layers\": {\"a\": 1}}]",
	                        "names other layers");
	assert_manifest_refused("[{\"Config\": \"c.json\", \"Layers\": [5]}]",
	                        "the layer without a name is missing");
	assert_manifest_refused("[{\"Config\": \"c.json\", \"Layers\": [\"c.json\"]}]",
	                        "the layer c.json is missing, or no archive");
	assert_manifest_refused(
	    "[{\"Config\": \"c.json\", \"RepoTags\": 5, \"Layers\": [\"\\u001b\"]}]",
	    "the layer \\x1b is missing, or no archive");
}
END_TEST

/* 300 MB of it, parsed. */
START_TEST(json_that_swells)
{
	size_t length = 4000000;
	char *manifest = get_memory(length + 1);

	for (size_t i = 0; i + 2 < length; i += 3)
		memcpy(manifest + i, "[],", 3);
	manifest[0] = '[';
	manifest[1] = '5';
	memcpy(manifest + length - 4, "[]] ", 5);
	assert_manifest_refused(manifest, "a.tar: manifest.json can't be read");
	free(manifest);
}
END_TEST

/* So many that the tree is full long before the last, all of root: links, as each can keep two long
 * texts, so that they are not a million files; pax headers would be slow. */
#define MANY 240000
#define MANY_NAME "d%d/%090d"

static void put_many(struct writer *writer)
{
	char path[128];

	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), MANY_NAME, i / 1000, i);
		put(writer,
		    &(const struct made){.path = path, .mode = S_IFLNK | 0777, .text = path});
	}
}

static void put_list(struct writer *writer, const struct made list[])
{
	for (; list->path != NULL; list++)
		put(writer, list);
}

/* What the checks ask for, behind all that is kept. */
static const struct made last[] = {
    {.path = "etc/passwd", .text = "root:x:0:0::/:/bin/sh\n"},
    {.path = "bin/su", .mode = S_IFREG | 04755},
    {.path = "opt/ping", .has_capability = true},
    {.path = "open", .mode = S_IFDIR | 0777},
    {.path = "dev/null", .mode = S_IFCHR | 0666},
    {.path = "app/settings", .text = KEY},
    {.path = "app/.git", .mode = S_IFDIR | 0755},
    {.path = "usr/bin/sudo", .mode = S_IFLNK | 0777, .text = "doas"},
    {.path = "var/lib/apt/lists/a", .text = "abc"},
    {.path = "app/data", .text = "nothing of interest"},
    {.path = NULL},
};

/* Removes and replaces what is kept, and hides what is not. */
static const struct made upper[] = {
    {.path = "bin/su", .mode = S_IFREG | 0755},
    {.path = "opt/.wh.ping"},
    {.path = "open/.wh..wh..opq"},
    {.path = "no/such/.wh.file"},
    {.path = "app/settings", .text = "none any more"},
    {.path = "d5", .text = "no directory any more"},
    {.path = NULL},
};

static struct archive_facts read_many(const struct made more[])
{
	struct writer writer;

	start(&writer, "gzip");
	put_many(&writer);
	put_list(&writer, last);
	if (more == NULL) {
		struct bytes layer = finish(&writer);
		return read_whole(make_docker(&layer, 1));
	}
	struct bytes layers[2] = {finish(&writer), make_layer(NULL, more)};
	return read_whole(make_docker(layers, 2));
}

START_TEST(what_is_listed_is_kept_of_any_number_of_files)
{
	struct archive_facts facts = read_many(NULL);

	ck_assert(json_is_false(json_object_get(facts.files, "cut")));
	ck_assert(json_is_true(json_object_get(facts.files, "partial")));
	assert_number(facts.files, "count", MANY + 10);
	assert_text(facts.files, "setuid.0.path", "/bin/su");
	assert_text(facts.files, "capabilities.0.path", "/opt/ping");
	assert_text(facts.files, "world_writable.0.path", "/dev/null");
	assert_text(facts.files, "world_writable.1.path", "/open");
	assert_text(facts.files, "secrets.0.path", "/app/settings");
	assert_text(facts.files, "junk.0.path", "/app/.git");
	assert_text(facts.files, "tools.0.path", "/usr/bin/sudo");
	assert_text(facts.files, "caches.0.path", "/var/lib/apt/lists");
	assert_text(facts.files, "users.0.name", "root");
	assert_count(facts.files, "unowned", 0);
	/* Whether there is a group file is not known. */
	assert_number(facts.files, "unlisted.groups", 1);
	ck_assert_uint_eq(json_object_size(json_object_get(facts.files, "unlisted")), 1);
	ck_assert(json_is_null(json_object_get(facts.files, "working_dir")) ||
	          json_is_true(look_up(facts.files, "working_dir.found")));
	assert_number(facts.layers, "list.0.files", MANY + 10);
	ck_assert(json_is_null(json_object_get(facts.layers, "waste")));
	free_facts(&facts);
}
END_TEST

START_TEST(what_later_layers_do_to_it_is_known_of_any_number_of_files)
{
	struct archive_facts facts = read_many(upper);

	ck_assert(json_is_false(json_object_get(facts.files, "cut")));
	ASSERT_NONE_SEEN(&facts);
	assert_count(facts.files, "capabilities", 0);
	assert_count(facts.files, "secrets", 0);
	assert_count(facts.layers, "deleted_secrets", 1);
	assert_text(facts.layers, "deleted_secrets.0.path", "/app/settings");
	free_facts(&facts);
}
END_TEST

/* More of one list than is kept leaves the others as they are. */
START_TEST(what_is_not_kept_may_lead_elsewhere)
{
	static const struct made through[][3] = {
	    {{.path = "m", .mode = S_IFLNK | 0777, .text = "etc"}, {.path = "m/passwd"}},
	    {{.path = "m/n/passwd"}, {.path = ".wh.m"}},
	    {{.path = "d5/x", .mode = S_IFREG | 0644},
	     {.path = "d5", .mode = S_IFLNK | 0777, .text = "etc"}},
	    {{.path = "n/passwd"}, {.path = "n", .mode = S_IFLNK | 0777, .text = "etc"}},
	};
	static const char *const doubts[] = {
	    "/m/passwd: it lies below a link",
	    "/m: it is no directory, or removed, and files below it were not kept",
	    "/d5: it is no directory, or removed, and files below it were not kept",
	    "/n: it is no directory, or removed, and files below it were not kept",
	};
	struct archive_facts facts = read_many(through[_i]);

	assert_text(facts.layers, "doubt", doubts[_i]);
	free_facts(&facts);
	facts = read_many(NULL);
	ck_assert(json_is_null(json_object_get(facts.layers, "doubt")));
	free_facts(&facts);
}
END_TEST

/* Of a hard link whose first name was not kept it is known what its own header says. */
START_TEST(hard_links_to_what_is_not_kept)
{
	static const struct made links[] = {
	    {.path = "bin/x"}, {.path = "bin/y", .text = "bin/x", .mode = SEEN, .hard_link = true},
	    {.path = "app/k"}, {.path = "app/.env", .text = "app/k", .hard_link = true},
	    {.path = NULL},
	};
	struct archive_facts facts = read_many(links);

	assert_count(facts.files, "setuid", 2);
	assert_text(facts.files, "setuid.1.path", "/bin/y");
	assert_number(facts.files, "unlisted.secrets", 1); /* programs hold none */
	free_facts(&facts);
}
END_TEST

START_TEST(what_can_not_be_kept_is_counted)
{
	const int more = 12000;
	struct writer writer;
	char path[128];

	start(&writer, "gzip");
	put_many(&writer);
	for (int i = 0; i < more; i++) {
		snprintf(path, sizeof(path), "w%d", i);
		put(&writer, &(const struct made){.path = path, .mode = S_IFREG | 0666, .uid = 7});
	}
	put_list(&writer, last);
	struct bytes layer = finish(&writer);
	struct archive_facts facts = read_whole(make_docker(&layer, 1));
	/* of 12,002 a hundred are listed */
	assert_number(facts.files, "unlisted.world_writable", more + 2 - 100);
	assert_text(facts.files, "setuid.0.path", "/bin/su");
	ck_assert_ptr_null(look_up(facts.files, "unlisted.setuid"));
	assert_number(facts.files, "unlisted.unowned", more - 100);
	free_facts(&facts);
}
END_TEST

START_TEST(more_than_is_read_outside_of_layers)
{
	struct writer writer;
	char path[64];

	start(&writer, NULL);
	for (int i = 0; i < 10002; i++) {
		snprintf(path, sizeof(path), "%d.json", i);
		put_text(&writer, path, "{}");
	}
	assert_refused(finish(&writer), NULL, "a.tar: has more files than are read");
}
END_TEST

START_TEST(names_of_archives)
{
	static const char *const names[][3] = {
	    {"docker-archive:/a/b.tar", "/a/b.tar", NULL},
	    {"oci-archive:b.tar:app:1", "b.tar", "app:1"},
	    {"docker-archive:b.tar:", "b.tar", NULL},
	};
	const char *reference;
	char *path;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		ck_assert_msg(parse_archive_name(names[i][0], &path, &reference),
		              "%s: expected true", names[i][0]);
		ck_assert_str_eq(path, names[i][1]);
		ck_assert_pstr_eq(reference, names[i][2]);
		free(path);
	}
	ck_assert(!parse_archive_name("app:1", &path, &reference));
	ck_assert(!parse_archive_name("docker-archive", &path, &reference));
	ck_assert(!parse_archive_name("docker-archive:", &path, &reference));
	ck_assert(!parse_archive_name("", &path, &reference));
}
END_TEST

Suite *archive_suite(void)
{
	Suite *suite = suite_create("archive");
	TCase *read = tcase_create("read"), *merged = tcase_create("merged"),
	      *hostile = tcase_create("hostile");

	tcase_add_test(read, image_and_layers_of_docker);
	tcase_add_test(read, compressed_layers);
	tcase_add_loop_test(read, keys_that_engines_read_otherwise_are_refused, 0,
	                    sizeof(keyed) / sizeof(*keyed));
	tcase_add_test(read, both_layouts_have_to_be_of_one_image);
	tcase_add_loop_test(read, what_is_an_archive_and_compressed_is_refused, 0, 5);
	tcase_add_loop_test(read, two_spellings_of_a_name_are_one, 0, 5);
	tcase_add_test(read, more_entries_than_are_looked_at_are_refused);
	tcase_add_test(read, a_compressed_archive);
	tcase_add_test(read, oci_layout);
	tcase_add_test(read, oci_index_of_machines);
	tcase_add_loop_test(read, of_several_machines_this_one_is_taken, 0,
	                    sizeof(platforms) / sizeof(*platforms));
	tcase_add_test(read, oci_refused);
	tcase_add_test(read, several_images);
	tcase_add_test(read, no_archives);
	tcase_add_test(read, a_configuration_with_anothers_key);
	tcase_add_test(read, wrong_manifests);
	tcase_add_test(read, a_hard_link_around_the_layers_is_nothing);
	tcase_add_test(read, names_of_archives);
	tcase_add_test(merged, whiteouts);
	tcase_add_test(merged, whiteouts_are_of_lower_layers);
	tcase_add_test(merged, removed_and_made_again);
	tcase_add_test(merged, directory_becomes_file_and_directory_again);
	tcase_add_test(merged, hard_links_are_what_they_lead_to_and_what_they_say);
	tcase_add_test(merged, capabilities_are_seen);
	tcase_add_test(merged, waste_of_copies);
	tcase_add_test(merged, waste_of_removed_directories);
	tcase_add_test(merged, no_waste);
	tcase_add_test(merged, deleted_secrets);
	tcase_add_loop_test(merged, what_engines_make_of_layers_is_doubted, 0,
	                    sizeof(doubted) / sizeof(*doubted));
	tcase_add_test(merged, what_a_hard_link_holds_may_not_be_read);
	tcase_set_timeout(hostile, 240);
	tcase_add_test(hostile, hostile_names);
	tcase_add_test(hostile, long_names);
	tcase_add_test(hostile, sizes_that_lie);
	tcase_add_test(hostile, sparse_files_are_refused);

	tcase_add_test(hostile, zstd_that_wants_too_much_memory);
	tcase_add_test(hostile, truncated_at_any_byte);
	tcase_add_test(hostile, truncated_behind_all_that_is_needed);
	tcase_add_test(hostile, json_that_swells);
	tcase_add_test(hostile, what_is_listed_is_kept_of_any_number_of_files);
	tcase_add_test(hostile, what_later_layers_do_to_it_is_known_of_any_number_of_files);
	tcase_add_loop_test(hostile, what_is_not_kept_may_lead_elsewhere, 0, 4);
	tcase_add_test(hostile, hard_links_to_what_is_not_kept);
	tcase_add_test(hostile, what_can_not_be_kept_is_counted);
	tcase_add_test(hostile, more_than_is_read_outside_of_layers);
	suite_add_tcase(suite, read);
	suite_add_tcase(suite, merged);
	suite_add_tcase(suite, hostile);
	return suite;
}
