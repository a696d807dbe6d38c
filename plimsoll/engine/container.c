/* One container: how it is started, what state it is in, what it wrote. */
#include "plimsoll/engine/cage.h"

#include "plimsoll/date.h"
#include "plimsoll/engine/labels.h"
#include "plimsoll/image/hide.h"
#include "plimsoll/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const struct limits starting = {.seconds = 60, .out_bytes = 4096};
static const struct limits question = {.seconds = 30, .out_bytes = (size_t)1024 * 1024};

#define DEFAULT_MEMORY ((size_t)512 * 1024 * 1024)
#define DEFAULT_PIDS 256U

/*
 * The engine keeps at least LOG_SIZE of a log that it cuts, with fewer than 128 bytes of its own
 * (time, quotes, escapes) to each that was written: so one that it cut has more than OUTPUT_BYTES.
 */
#define LOG_SIZE "max-size=8m"
#define OUTPUT_BYTES ((size_t)64 * 1024)

/* "a:b" would mount the host's directory a. */
static bool check_paths(const char *const paths[], const char *option, struct failure *failure)
{
	for (; paths != NULL && *paths != NULL; paths++) {
		if (**paths != '/' || strpbrk(*paths, ":,\n") != NULL)
			return fail(failure, *paths, option,
			            " must be an absolute path without \":\" and \",\"", NULL);
	}
	return true;
}

/* "NAME" alone would give the container the host's variable. */
static bool check_variables(const char *const env[], struct failure *failure)
{
	for (; env != NULL && *env != NULL; env++) {
		if (**env == '=' || strchr(*env, '=') == NULL)
			return fail(failure, *env, "a variable must be NAME=value", NULL);
	}
	return true;
}

/* One option for each of a list. */
static void add_option(struct words *words, const char *option, const char *const values[])
{
	for (; values != NULL && *values != NULL; values++) {
		add_word(words, option);
		add_word(words, *values);
	}
}

/* Space for the texts of options while words point to them. */
struct option_texts {
	struct label_texts labels;
	char memory[32], pids[32], probe[128];
};

static void add_limits(struct words *words, const struct cage *cage,
                       const struct confinement *confinement, struct option_texts *texts)
{
	size_t memory = confinement->memory != 0 ? confinement->memory : DEFAULT_MEMORY;
	unsigned int pids = confinement->pids != 0 ? confinement->pids : DEFAULT_PIDS;

	snprintf(texts->memory, sizeof(texts->memory), "%zu", memory);
	snprintf(texts->pids, sizeof(texts->pids), "%u", pids);
	/* The probe asks the health check when that matters, and nobody beside it. */
	add_words(words,
	          (const char *const[]){"--network", "none", "--init=false", "--no-healthcheck",
	                                "--memory", texts->memory, "--memory-swap", texts->memory,
	                                "--pids-limit", texts->pids, "--log-driver", "json-file",
	                                "--log-opt", LOG_SIZE, NULL});
	/* Podman would write the user into /etc/passwd, where none would be unknown any more; and
	 * it cuts a log in its own way. */
	if (cage->engine->podman)
		add_word(words, "--passwd=false");
	else
		add_words(words, (const char *const[]){"--log-opt", "max-file=2", NULL});
}

static void add_confinement(struct words *words, const struct cage *cage,
                            const struct confinement *confinement)
{
	if (confinement->user != NULL)
		add_words(words, (const char *const[]){"--user", confinement->user, NULL});
	if (confinement->read_only)
		add_word(words, "--read-only");
	/* podman-run(1): else /tmp, /run and /var/tmp are writable, which docker's are not. */
	if (confinement->read_only && cage->engine->podman)
		add_word(words, "--read-only-tmpfs=false");
	if (confinement->no_capabilities)
		add_words(words, (const char *const[]){"--cap-drop", "ALL", NULL});
	if (confinement->no_new_privileges)
		add_words(words,
		          (const char *const[]){"--security-opt", "no-new-privileges", NULL});
	if (confinement->tty)
		add_word(words, "--tty");
	if (confinement->entrypoint != NULL)
		add_words(words,
		          (const char *const[]){"--entrypoint", confinement->entrypoint, NULL});
	add_option(words, "--tmpfs", confinement->tmpfs);
	add_option(words, "--volume", confinement->volumes);
	add_option(words, "--env", confinement->env);
}

static void add_probe(struct words *words, const struct cage *cage,
                      const struct confinement *confinement, struct option_texts *texts)
{
	if (confinement->without_probe || cage->holder[0] == '\0')
		return;
	snprintf(texts->probe, sizeof(texts->probe), "%s:%s:ro", cage->volume, cage->place);
	add_words(words, (const char *const[]){"--volume", texts->probe, NULL});
}

static void choose_name(const struct cage *cage, char id[static 65])
{
	unsigned long long number = 0;

	while (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		continue;
	snprintf(id, 65, NAME_PREFIX "%s-%08llx", cage->id, number & 0xffffffff);
}

/* The words of `run`, with what to do with its outputs. */
static bool compose_run(const struct cage *cage, const struct confinement *confinement,
                        bool detached, char id[static 65], struct option_texts *texts,
                        struct words *words, struct failure *failure)
{
	choose_name(cage, id);
	if (!check_paths(confinement->tmpfs, "a tmpfs", failure) ||
	    !check_paths(confinement->volumes, "a volume", failure) ||
	    !check_variables(confinement->env, failure))
		return false;
	add_word(words, "run");
	if (detached)
		add_word(words, "--detach");
	add_words(words, (const char *const[]){"--name", id, "--pull", "never", NULL});
	add_labels(words, cage, &texts->labels);
	add_limits(words, cage, confinement, texts);
	add_confinement(words, cage, confinement);
	add_probe(words, cage, confinement, texts);
	add_words(words, (const char *const[]){"--", image_of(cage), NULL});
	if (confinement->command != NULL)
		add_words(words, confinement->command);
	return true;
}

bool start_container(const struct cage *cage, const struct confinement *confinement,
                     char id[static 65], struct failure *failure)
{
	struct option_texts texts;
	struct words words = {0};
	struct finished finished;

	if (!compose_run(cage, confinement, true, id, &texts, &words, failure))
		return false;
	bool started = ask_client(cage->engine, words.list, &starting, &finished, failure);
	free(words.list);
	if (started)
		free_finished(&finished);
	return started;
}

/*
 * 125 to 127 are the client's own for a container that never ran, and may be the program's as well:
 * then the engine knows of no error.
 */
static bool has_run(const struct cage *cage, const char *id, const struct finished *finished,
                    struct failure *failure)
{
	struct container_state state;
	struct failure unknown;

	if (finished->timed_out || finished->status < 125 || finished->status > 127)
		return true;
	bool known = read_state(cage, id, &state, &unknown);
	if (known && state.error[0] == '\0')
		return true;
	char *said = make_plain(finished->err.bytes, finished->err.length, 300);
	fail(failure, cage->image, known ? state.error : said, NULL);
	free(said);
	return false;
}

bool run_container(const struct cage *cage, const struct confinement *confinement,
                   const struct limits *limits, char id[static 65], struct finished *finished,
                   struct failure *failure)
{
	struct option_texts texts;
	struct words words = {0};

	if (!compose_run(cage, confinement, false, id, &texts, &words, failure))
		return false;
	bool ran = run_client(cage->engine, words.list, limits, finished, failure);
	free(words.list);
	if (!ran)
		return false;
	ran = has_run(cage, id, finished, failure);
	if (!ran)
		free_finished(finished);
	return ran;
}

/* "+02:00" as seconds east of UTC; 0 for "Z". */
static long read_zone(const char *text)
{
	long hours = strtol(text, NULL, 10);

	if (strlen(text) != 6 || text[3] != ':')
		return 0;
	return 3600 * hours + (text[0] == '-' ? -60 : 60) * strtol(text + 4, NULL, 10);
}

/* RFC 3339 as seconds since the epoch; 0 for none ("0001-01-01T00:00:00Z"). */
static double read_time(const json_t *value)
{
	static const char form[] = "0000-00-00T00:00:00";
	const char *text = json_string_value(value);
	char *end;

	for (size_t i = 0; form[i] != '\0'; i++) {
		if (text == NULL ||
		    (form[i] == '0' ? strchr("0123456789", text[i]) == NULL || text[i] == '\0'
		                    : text[i] != form[i]))
			return 0;
	}
	int year = atoi(text);
	long days = count_days(year, atoi(text + 5), atoi(text + 8));
	long minutes = 60L * atoi(text + 11) + atoi(text + 14);
	double second = strtod(text + 17, &end);
	return year < 1970 ? 0 : (double)(86400 * days + 60 * minutes - read_zone(end)) + second;
}

static void copy_plain(char *to, size_t size, const json_t *value)
{
	const char *text = json_string_value(value);
	char *plain = make_plain(text != NULL ? text : "", text != NULL ? strlen(text) : 0, size);
	size_t length = strlen(plain);

	if (length >= size) { /* cut, between characters of UTF-8 */
		for (length = size - 1; length > 0 && (plain[length] & 0xc0) == 0x80;)
			length--;
	}
	memcpy(to, plain, length);
	to[length] = '\0';
	free(plain);
}

static void fill_state(const json_t *described, struct container_state *state)
{
	*state = (struct container_state){
	    .running = json_is_true(json_object_get(described, "Running")),
	    .exit = (int)json_integer_value(json_object_get(described, "ExitCode")),
	    .started = read_time(json_object_get(described, "StartedAt")),
	    .finished = read_time(json_object_get(described, "FinishedAt")),
	};
	copy_plain(state->error, sizeof(state->error), json_object_get(described, "Error"));
}

bool read_state(const struct cage *cage, const char *id, struct container_state *state,
                struct failure *failure)
{
	const char *const arguments[] = {"container",       "inspect", "--format",
	                                 "{{json .State}}", id,        NULL};
	struct finished finished;

	if (!ask_client(cage->engine, arguments, &question, &finished, failure))
		return false;
	json_t *described = json_loadb(finished.out.bytes, finished.out.length, 0, NULL);
	bool known = json_is_object(described);
	if (known)
		fill_state(described, state);
	json_decref(described);
	free_finished(&finished);
	return known || fail(failure, id, "the engine's description can't be read", NULL);
}

static bool read_log(const struct cage *cage, const char *const arguments[],
                     struct finished *finished, struct failure *failure)
{
	const struct limits limits = {.seconds = 30, .out_bytes = OUTPUT_BYTES};
	const struct way way = {.together = true};

	return ask_client_so(cage->engine, arguments, &limits, &way, finished, failure);
}

json_t *read_output(const struct cage *cage, const char *id, struct failure *failure)
{
	struct finished all, tail;

	if (!read_log(cage, (const char *const[]){"logs", id, NULL}, &all, failure))
		return NULL;
	json_t *output =
	    json_pack("{s:I, s:b}", "bytes", (json_int_t)all.out.length, "cut", all.out.cut);
	json_t *last = show_last_line(all.out.bytes, all.out.length);
	if (all.out.cut && read_log(cage, (const char *const[]){"logs", "--tail", "1", id, NULL},
	                            &tail, failure)) {
		json_decref(last);
		last = show_last_line(tail.out.bytes, tail.out.length);
		free_finished(&tail);
	}
	json_object_set_new(output, "last", last);
	free_finished(&all);
	return output;
}
