/* This program, inside of containers: the volume that holds it, and its runs there. */
#include "plimsoll/engine/cage.h"

#include "plimsoll/engine/labels.h"
#include "plimsoll/text.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN_PROGRAM "/proc/self/exe"

static const struct limits making = {.seconds = 60, .out_bytes = 4096};
static const struct limits copying = {.seconds = 120, .out_bytes = 4096};

static bool copy_program(int program, struct archive *archive)
{
	char buffer[65536];
	ssize_t got;

	while ((got = read(program, buffer, sizeof(buffer))) > 0) {
		if (archive_write_data(archive, buffer, (size_t)got) != got)
			return false;
	}
	return got == 0;
}

/*
 * Root's, and to be executed by any user, but read by none: so the kernel keeps the image's own
 * processes, which may run as the same user, from tracing it and answering in its place (ptrace(2),
 * "dumpable"). See run_probe() for root's.
 */
static bool write_archive(int program, off_t size, int fd)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, "plimsoll");
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0111);
	archive_entry_set_size(entry, size);
	bool written = archive_write_set_format_ustar(archive) == ARCHIVE_OK &&
	               archive_write_open_fd(archive, fd) == ARCHIVE_OK &&
	               archive_write_header(archive, entry) == ARCHIVE_OK &&
	               copy_program(program, archive) && archive_write_close(archive) == ARCHIVE_OK;
	archive_entry_free(entry);
	archive_write_free(archive);
	return written && lseek(fd, 0, SEEK_SET) == 0;
}

/* A file in memory, so that the client reads it at its pace; -1 and failure. */
static int make_archive(struct failure *failure)
{
	int program = open(OWN_PROGRAM, O_RDONLY | O_CLOEXEC);
	int fd = memfd_create("plimsoll.tar", MFD_CLOEXEC);
	struct stat status;

	errno = 0;
	if (program < 0 || fd < 0 || fstat(program, &status) != 0 ||
	    !write_archive(program, status.st_size, fd)) {
		fail(failure, OWN_PROGRAM, "can't be copied: ", strerror(errno), NULL);
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	if (program >= 0)
		close(program);
	return fd;
}

static bool ask(const struct cage *cage, struct words *words, const struct limits *limits,
                int input, struct failure *failure)
{
	const struct way way = {.input = input};
	struct finished finished;
	bool done = ask_client_so(cage->engine, words->list, limits, &way, &finished, failure);

	if (done)
		free_finished(&finished);
	free(words->list);
	*words = (struct words){0};
	return done;
}

/*
 * Not --volumes-from: with that, all containers would share the image's own volumes as well. The
 * volume gets nothing of the image (nocopy); its place is one that nobody knows before, or else a
 * link of the image could lead it elsewhere, and a program of the image be run as this one.
 */
static bool make_holder(const struct cage *cage, const char *holder, struct failure *failure)
{
	struct label_texts texts;
	struct words words = {0};
	char mount[128];

	add_words(&words, (const char *const[]){"volume", "create", NULL});
	add_labels(&words, cage, &texts);
	add_word(&words, cage->volume);
	if (!ask(cage, &words, &making, 0, failure))
		return false;
	snprintf(mount, sizeof(mount), "%s:%s:nocopy", cage->volume, cage->place);
	add_words(&words, (const char *const[]){"create", "--name", holder, "--pull", "never",
	                                        "--network", "none", "--volume", mount,
	                                        "--entrypoint", "/never-started", NULL});
	add_labels(&words, cage, &texts);
	add_words(&words, (const char *const[]){"--", image_of(cage), NULL});
	return ask(cage, &words, &making, 0, failure);
}

bool place_probe(struct cage *cage, struct failure *failure)
{
	char holder[sizeof(cage->holder)], target[128];
	struct words words = {0};
	int fd;

	snprintf(holder, sizeof(holder), "%s-holder", cage->volume);
	if (!make_holder(cage, holder, failure) || (fd = make_archive(failure)) < 0)
		return false;
	snprintf(target, sizeof(target), "%s:%s", holder, cage->place);
	add_words(&words, (const char *const[]){"cp", "-", target, NULL});
	bool placed = ask(cage, &words, &copying, fd, failure);
	close(fd);
	if (placed)
		strcpy(cage->holder, holder);
	return placed;
}

/* What it said must be one JSON object. */
static json_t *read_answer(const struct output *out, const char *id, struct failure *failure)
{
	json_t *answer = out->cut ? NULL : json_loadb(out->bytes, out->length, 0, NULL);

	if (json_is_object(answer))
		return answer;
	json_decref(answer);
	char *said = make_plain(out->bytes, out->length, 100);
	fail(failure, id, "the probe's answer is no JSON object: ", said, NULL);
	free(said);
	return NULL;
}

#define ANSWER_MOST ((size_t)16 << 20)

json_t *probe_container(const struct cage *cage, const char *id, const char *const arguments[],
                        double seconds, struct failure *failure)
{
	const struct limits limits = {.seconds = seconds, .out_bytes = ANSWER_MOST};
	struct words words = {0};
	struct finished finished;

	add_words(&words, (const char *const[]){"exec", id, cage->program, "probe", NULL});
	add_words(&words, arguments);
	bool answered = ask_client(cage->engine, words.list, &limits, &finished, failure);
	free(words.list);
	if (!answered)
		return NULL;
	json_t *answer = read_answer(&finished.out, id, failure);
	free_finished(&finished);
	return answer;
}

/* A failure where it did not end, and well. */
static json_t *read_end(const struct finished *finished, const char *id, struct failure *failure)
{
	if (!finished->timed_out && finished->status == 0)
		return read_answer(&finished->out, id, failure);
	char *said = make_plain(finished->err.bytes, finished->err.length, 300);
	fail(failure, "probe", finished->timed_out ? "took too long, and was ended" : said, NULL);
	free(said);
	return NULL;
}

json_t *probe_alone(const struct cage *cage, const struct confinement *confinement,
                    const char *const arguments[], double seconds, struct failure *failure)
{
	const struct limits limits = {.seconds = seconds, .out_bytes = ANSWER_MOST};
	struct confinement own = *confinement;
	struct words words = {0};
	struct finished finished;
	struct failure left_to_the_cage;
	json_t *answer = NULL;
	char id[65];

	add_word(&words, "probe");
	add_words(&words, arguments);
	own.entrypoint = cage->program;
	own.command = words.list;
	if (run_container(cage, &own, &limits, id, &finished, failure)) {
		answer = read_end(&finished, id, failure);
		if (finished.timed_out)
			remove_container(cage, id, &left_to_the_cage);
		free_finished(&finished);
	}
	free(words.list);
	return answer;
}
