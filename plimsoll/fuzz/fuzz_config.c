/*
 * Any bytes as plimsoll.yaml: what is taken obeys the rules of config.h, and what is refused is
 * told with its place in one line; nothing of it is kept.
 */

#include "plimsoll/config/config.h"
#include "plimsoll/config/values.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz: expected %s\n", what);
	abort();
}

static void expect_paths(char *const *paths)
{
	for (; paths != NULL && *paths != NULL; paths++)
		expect((*paths)[0] == '/', "an absolute path");
}

static void expect_variables(char *const *variables)
{
	for (; variables != NULL && *variables != NULL; variables++)
		expect(strchr(*variables, '=') > *variables, "NAME=VALUE in env");
}

static void expect_budgets(const struct budgets *budgets)
{
	expect(budgets->layers <= 1000, "at most 1000 layers");
	expect(budgets->stop_within >= 0 && budgets->stop_within <= 300, "0 to 300 s for stop");
	expect(budgets->ready_within >= 0 && budgets->ready_within <= 300, "0 to 300 s for ready");
	expect(budgets->ready_port <= 65535, "a port of 16 bits for ready");
	expect((budgets->ready != NULL && strcmp(budgets->ready, "port") == 0) ==
	           (budgets->ready_port != 0),
	       "a port where ready is port, and there alone");
	for (const unsigned int *port = budgets->ports; port != NULL && *port != 0; port++)
		expect(*port <= 65535, "a port of 16 bits");
	expect_variables(budgets->env);
	expect_paths(budgets->writable);
	expect_paths(budgets->setuid);
}

static void expect_waiver(const struct waiver *waiver)
{
	int month = waiver->until / 100 % 100, day = waiver->until % 100;

	expect(waiver->check != NULL && find_check(waiver->check) != NULL,
	       "a check that is waived");
	expect(waiver->reason != NULL && *waiver->reason != '\0', "a reason");
	expect(waiver->line > 0 && !waiver->used, "a line, and a waiver that nobody used");
	expect(waiver->until == 0 || (month >= 1 && month <= 12 && day >= 1 && day <= 31),
	       "a date");
}

static void judge_config(const struct config *config)
{
	expect(config->image == NULL || *config->image != '\0', "an image that has a name");
	expect_budgets(&config->budgets);
	expect(config->profile == NULL || is_profile(config->profile), "a profile");
	for (char *const *id = config->skip; id != NULL && *id != NULL; id++)
		expect(find_check(*id) != NULL, "checks that are skipped");
	for (size_t i = 0; i < config->waiver_count; i++)
		expect_waiver(&config->waivers[i]);
}

/* A name that is the same for each input. */
static const char *write_input(const uint8_t *data, size_t size)
{
	static char name[32];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("config", MFD_CLOEXEC);
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	return name;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct configs nothing = {0};
	const char *name = write_input(data, size);
	struct failure failure = {""};
	struct configs configs = {0};

	if (read_config(name, &configs, &failure)) {
		expect(configs.count > 0, "a document");
		for (size_t i = 0; i < configs.count; i++)
			judge_config(&configs.configs[i]);
		free_configs(&configs);
	} else {
		expect(strncmp(failure.text, name, strlen(name)) == 0, "a reason with its file");
	}
	expect(memcmp(&configs, &nothing, sizeof(configs)) == 0, "that nothing is kept");
	return 0;
}
