/* What a cage makes on the engine, and how all of it is removed again. */
#include "plimsoll/engine/cage.h"

#include "plimsoll/engine/labels.h"
#include "plimsoll/engine/process.h"
#include "plimsoll/engine/tasks.h"
#include "plimsoll/text.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Removing a container that runs means to kill it, and many are removed in one call. */
static const struct limits removal = {.seconds = 20, .out_bytes = (size_t)1024 * 1024};
static const struct way to_the_end = {.to_the_end = true};

/* An engine that does not even list what there is hangs: after so many rounds, or seconds, no more
 * begins. */
#define MOST_UNANSWERED 10
#define UNANSWERED_SECONDS 10.0
#define ROUND_MILLISECONDS 300
#define MOST_AT_ONCE 500

/* To describe all; and one thing, where the engine did not describe all in time. */
static const struct limits describing = {.seconds = 10, .out_bytes = (size_t)1024 * 1024};
static const struct limits describing_one = {.seconds = 5, .out_bytes = 4096};

void open_cage(struct cage *cage, const struct engine *engine, const char *image)
{
	unsigned char bytes[16] = {0};

	*cage = (struct cage){.engine = engine, .patience = CAGE_PATIENCE};
	while (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		continue; /* a signal, before the kernel had its entropy */
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(cage->id + 2 * i, 3, "%02x", bytes[i]);
	snprintf(cage->image, sizeof(cage->image), "%s", image);
	snprintf(cage->volume, sizeof(cage->volume), NAME_PREFIX "%s", cage->id);
	snprintf(cage->place, sizeof(cage->place), "/.%s", cage->volume);
	snprintf(cage->program, sizeof(cage->program), "%s/plimsoll", cage->place);
	describe_owner(cage->owner);
}

void pin_image(struct cage *cage, const char *id)
{
	snprintf(cage->image_id, sizeof(cage->image_id), "%s", id != NULL ? id : "");
}

const char *image_of(const struct cage *cage)
{
	return cage->image_id[0] != '\0' ? cage->image_id : cage->image;
}

/* How the engine's client lists, describes and removes one kind of thing. */
struct kind {
	const char *const list[6];
	const char *const inspect[5];
	const char *const remove[5];
};

static const struct kind containers = {
    {"container", "ls", "--all", "--quiet", "--no-trunc", NULL},
    {"container", "inspect", "--format", "{{.Name}} {{index .Config.Labels \"" LABEL_OWNER "\"}}",
     NULL},
    {"container", "rm", "--force", "--volumes", NULL},
};

static const struct kind volumes = {
    {"volume", "ls", "--quiet", NULL},
    {"volume", "inspect", "--format", "{{.Name}} {{index .Labels \"" LABEL_OWNER "\"}}", NULL},
    {"volume", "rm", "--force", NULL},
};

/* One that somebody else has removed already, or is removing, is no failure. */
static bool is_gone_already(const struct failure *failure)
{
	static const char *const signs[] = {"o such container", "o such volume",
	                                    "no container with", "no volume with",
	                                    "already in progress"};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (strstr(failure->text, signs[i]) != NULL)
			return true;
	}
	return false;
}

static bool remove_things(const struct engine *engine, const struct kind *kind,
                          const char *const names[], size_t count, struct failure *failure)
{
	bool removed = true;

	for (size_t done = 0; removed && done < count; done += MOST_AT_ONCE) {
		struct words command = {0};
		struct finished finished;

		add_words(&command, kind->remove);
		for (size_t i = done; i < count && i < done + MOST_AT_ONCE; i++)
			add_word(&command, names[i]);
		removed =
		    ask_client_so(engine, command.list, &removal, &to_the_end, &finished, failure);
		if (removed)
			free_finished(&finished);
		else
			removed = is_gone_already(failure);
		free(command.list);
	}
	return removed;
}

/* Lines of out as words, which point into it. */
static void split_lines(const struct output *out, struct words *lines)
{
	char *rest = out->bytes;

	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (*line != '\0')
			add_word(lines, line);
	}
}

/* Names of what carries the label; they point into *finished, which the caller frees. */
static bool list_things(const struct engine *engine, const struct kind *kind, const char *label,
                        struct finished *finished, struct words *names, struct failure *failure)
{
	struct words command = {0};
	char filter[96];

	snprintf(filter, sizeof(filter), "label=%s", label);
	add_words(&command, kind->list);
	add_words(&command, (const char *const[]){"--filter", filter, NULL});
	bool listed = ask_client_so(engine, command.list, &removal, &to_the_end, finished, failure);
	free(command.list);
	if (listed)
		split_lines(&finished->out, names);
	return listed;
}

bool remove_container(const struct cage *cage, const char *id, struct failure *failure)
{
	return remove_things(cage->engine, &containers, &id, 1, failure);
}

/* What came of an attempt to remove all that a cage made. */
enum attempt { REMOVED, LEFT, UNANSWERED };

static enum attempt try_to_close(const struct cage *cage, struct failure *failure)
{
	const char *volume = cage->volume;
	struct words names = {0};
	struct finished finished;
	char label[64];

	snprintf(label, sizeof(label), LABEL_CHECK "%s", cage->id);
	if (!list_things(cage->engine, &containers, label, &finished, &names, failure))
		return UNANSWERED;
	bool removed = remove_things(cage->engine, &containers, names.list, names.count, failure) &&
	               remove_things(cage->engine, &volumes, &volume, 1, failure);
	free(names.list);
	free_finished(&finished);
	return removed ? REMOVED : LEFT;
}

static bool say_left(const struct cage *cage, struct failure *failure)
{
	struct failure reason = *failure;
	char seconds[32];

	snprintf(seconds, sizeof(seconds), "%g", cage->patience);
	return fail(failure, cage->volume, "still on the engine after ", seconds,
	            " s: ", reason.text, NULL);
}

/*
 * The engine may still be making a container for a client that an interrupt ended: then it takes
 * two rounds, one after the other, to know that there is none. It may also still be removing one
 * for a client that its time limit ended: until that is gone, the volume is in use.
 */
bool close_cage(struct cage *cage, struct failure *failure)
{
	int wanted = interrupted() != 0 ? 2 : 1, unanswered = 0;
	double began = now();

	cage->holder[0] = '\0';
	for (;;) {
		enum attempt attempt = try_to_close(cage, failure);
		double took = now() - began;

		wanted -= attempt == REMOVED;
		unanswered += attempt == UNANSWERED;
		if (wanted == 0)
			return true;
		if (unanswered == MOST_UNANSWERED ||
		    (attempt == UNANSWERED && took >= UNANSWERED_SECONDS))
			return false;
		if (took >= cage->patience)
			return say_left(cage, failure);
		poll(NULL, 0, ROUND_MILLISECONDS);
	}
}

static bool is_left_behind(const char *owner, struct cleaning *cleaning)
{
	double age;
	enum owner_state state = look_for_owner(owner, &age);

	if (state != OWNER_UNSEEN)
		return state == OWNER_GONE;
	if (cleaning->older_than >= 0 && age >= cleaning->older_than)
		return true;
	cleaning->unseen++;
	return false;
}

/* "plimsoll-ID", "plimsoll-ID-holder" or "plimsoll-ID-NUMBER", as a cage names things: others may
 * carry its labels, of an image that does, and begin alike. */
static bool is_own_name(const char *name)
{
	static const char hexadecimal[] = "0123456789abcdef";
	const size_t prefix = strlen(NAME_PREFIX);

	if (strncmp(name, NAME_PREFIX, prefix) != 0 || strspn(name + prefix, hexadecimal) != 32)
		return false;
	name += prefix + 32;
	return *name == '\0' || strcmp(name, "-holder") == 0 ||
	       (*name == '-' && strspn(name + 1, hexadecimal) == 8 && name[9] == '\0');
}

/* "NAME OWNER", where docker writes a "/" before a container's name: becomes the name where that is
 * to be removed; or else it is NULL. */
static const char *choose_left(char *line, struct cleaning *cleaning)
{
	char *owner = strchr(line, ' ');

	line += *line == '/';
	if (owner == NULL)
		return NULL;
	*owner++ = '\0';
	if (!is_own_name(line))
		return NULL;
	return is_left_behind(owner, cleaning) ? line : NULL;
}

static bool describe_things(const struct engine *engine, const struct kind *kind,
                            const struct words *names, const struct limits *limits,
                            struct finished *finished, struct failure *failure)
{
	struct words command = {0};

	add_words(&command, kind->inspect);
	add_words(&command, names->list);
	bool asked = run_client(engine, command.list, limits, finished, failure);
	free(command.list);
	return asked;
}

/* One of them that vanishes meanwhile makes `inspect` fail, and it tells of the others all the
 * same. */
static void choose_described(const struct output *out, struct cleaning *cleaning,
                             struct words *left)
{
	char *rest = out->bytes, *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *name = choose_left(line, cleaning);

		if (name != NULL)
			add_word(left, name);
	}
}

/* Of one thing; false where the engine does not answer in time. */
static bool choose_one(const struct engine *engine, const struct kind *kind, const char *name,
                       struct cleaning *cleaning, struct words *left)
{
	const struct words one = {.list = (const char *[]){name, NULL}, .count = 1};
	struct finished finished;
	struct failure unanswered;

	if (!describe_things(engine, kind, &one, &describing_one, &finished, &unanswered))
		return false;
	bool answered = !finished.timed_out;
	finished.out.bytes[strcspn(finished.out.bytes, "\n")] = '\0';
	if (answered && choose_left(finished.out.bytes, cleaning) != NULL)
		add_word(left, name);
	free_finished(&finished);
	return answered;
}

/* `inspect` waits as long as the engine itself for one that is stuck in it, and tells nothing of
 * those behind it: each is asked about by itself then. */
static bool choose_each(const struct engine *engine, const struct kind *kind,
                        const struct words *names, struct cleaning *cleaning, struct words *left,
                        struct failure *failure)
{
	bool all = true;

	for (size_t i = 0; i < names->count; i++) {
		if (!choose_one(engine, kind, names->list[i], cleaning, left))
			all = fail(failure, names->list[i],
			           "stuck in the engine, which does not answer for it: the others "
			           "are removed; try again later",
			           NULL);
	}
	return all;
}

static bool remove_left(const struct engine *engine, const struct kind *kind,
                        const struct words *names, struct cleaning *cleaning,
                        struct failure *failure)
{
	struct words left = {0};
	struct finished finished;
	struct failure stuck;
	bool all = true;

	if (!describe_things(engine, kind, names, &describing, &finished, failure))
		return false;
	if (finished.timed_out)
		all = choose_each(engine, kind, names, cleaning, &left, &stuck);
	else
		choose_described(&finished.out, cleaning, &left);
	bool done = remove_things(engine, kind, left.list, left.count, failure);
	cleaning->removed += done ? left.count : 0;
	free(left.list);
	free_finished(&finished);
	if (done && !all)
		*failure = stuck;
	return done && all;
}

static bool clean_kind(const struct engine *engine, const struct kind *kind,
                       struct cleaning *cleaning, struct failure *failure)
{
	struct finished finished;
	struct words names = {0};
	bool done = list_things(engine, kind, LABEL_MADE_BY, &finished, &names, failure);

	if (done) {
		done = names.count == 0 || remove_left(engine, kind, &names, cleaning, failure);
		free_finished(&finished);
	}
	free(names.list);
	return done;
}

bool clean_up(const struct engine *engine, struct cleaning *cleaning, struct failure *failure)
{
	struct failure of_volumes;

	cleaning->removed = cleaning->unseen = 0;
	bool cleaned = clean_kind(engine, &containers, cleaning, failure);
	bool emptied = clean_kind(engine, &volumes, cleaning, &of_volumes);
	if (cleaned && !emptied)
		*failure = of_volumes;
	return cleaned && emptied;
}
