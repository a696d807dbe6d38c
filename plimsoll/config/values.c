#include "plimsoll/config/values.h"

#include "plimsoll/config/config.h"
#include "plimsoll/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A plain decimal at the start of the text: no sign, no exponent, no blank before it. */
static bool parse_decimal(const char *text, double *number, const char **rest)
{
	size_t length = strspn(text, "0123456789.");
	char *end;

	if (length == 0 || length > 15 || text[0] == '.' || text[length - 1] == '.')
		return false;
	*number = strtod(text, &end);
	*rest = end + strspn(end, " ");
	return end == text + length;
}

bool parse_size(const char *text, uint64_t *bytes)
{
	static const struct {
		const char *name;
		double bytes;
	} units[] = {{"B", 1}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}};
	const char *unit;
	double number;

	if (!parse_decimal(text, &number, &unit))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(unit, units[i].name) != 0)
			continue;
		number *= units[i].bytes;
		*bytes = number < 1e15 ? (uint64_t)number : 0;
		return *bytes > 0;
	}
	return false;
}

bool parse_seconds(const char *text, double *seconds)
{
	const char *unit;

	return parse_decimal(text, seconds, &unit) && strcmp(unit, "s") == 0 && *seconds > 0 &&
	       *seconds <= 300;
}

bool parse_count(const char *text, unsigned long least, unsigned long most, unsigned long *count)
{
	if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 9 || *text == '\0')
		return false;
	*count = strtoul(text, NULL, 10);
	return *count >= least && *count <= most;
}

static int count_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bool parse_date(const char *text, int *date)
{
	static const char digits[] = "0123456789";

	if (strlen(text) != 10 || strspn(text, digits) != 4 || text[4] != '-' ||
	    strspn(text + 5, digits) != 2 || text[7] != '-' || strspn(text + 8, digits) != 2)
		return false;
	int year = atoi(text), month = atoi(text + 5), day = atoi(text + 8);
	*date = year * 10000 + month * 100 + day;
	return month >= 1 && month <= 12 && day >= 1 && day <= count_days(year, month);
}

bool is_profile(const char *name)
{
	static const char *const names[] = {"default", "cis", "pss-restricted", "openshift"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool take_limit(const char *text, double *seconds)
{
	static const char within[] = " within ";

	if (*text == '\0')
		return true;
	return strncmp(text, within, strlen(within)) == 0 &&
	       parse_seconds(text + strlen(within), seconds);
}

/* The port's number, and sets rest to what follows it. */
static bool take_port(const char *text, const char **rest, unsigned int *port)
{
	size_t digits = strspn(text, "0123456789");
	char number[6] = "";
	unsigned long value;

	if (digits == 0 || digits >= sizeof(number))
		return false;
	memcpy(number, text, digits);
	*rest = text + digits;
	if (!parse_count(number, 1, 65535, &value))
		return false;
	*port = (unsigned int)value;
	return true;
}

bool parse_ready(const char *text, struct budgets *budgets, struct failure *failure)
{
	static const char *const ways[] = {"healthcheck", "port", "listening", "running"};
	size_t length = strcspn(text, " ");

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		const char *rest = text + length;
		unsigned int port = 0;
		double within = 0;

		if (strncmp(text, ways[i], length) != 0 || ways[i][length] != '\0')
			continue;
		if (i == 1 && (*rest != ' ' || !take_port(rest + 1, &rest, &port)))
			break;
		if (!take_limit(rest, &within))
			break;
		free(budgets->ready);
		budgets->ready = print_text("%s", ways[i]);
		budgets->ready_port = port;
		budgets->ready_within = within;
		return true;
	}
	return fail(
	    failure, "ready",
	    "must be healthcheck, port N, listening or running, with \"within N s\" behind it "
	    "(at most 300) or without, not \"",
	    text, "\"", NULL);
}

bool copy_scalar(struct yaml_file *file, const yaml_node_t *node, char **copy)
{
	const char *text = read_scalar(file, node);

	if (text == NULL)
		return false;
	*copy = print_text("%s", text);
	return true;
}

bool check_id(struct yaml_file *file, const yaml_node_t *node)
{
	const char *id = read_scalar(file, node);

	if (id == NULL)
		return false;
	if (find_check(id) != NULL)
		return true;
	char *reason =
	    print_text("no such check: did you mean %s? see plimsoll list", nearest_check(id)->id);
	refuse_node(file, node, id, reason);
	free(reason);
	return false;
}

void add_string(char ***strings, char *string)
{
	size_t count = 0;

	while (*strings != NULL && (*strings)[count] != NULL)
		count++;
	*strings = resize_memory(*strings, (count + 2) * sizeof(**strings));
	(*strings)[count] = string;
	(*strings)[count + 1] = NULL;
}

bool read_string(struct yaml_file *file, yaml_node_t *item, void *into)
{
	char *copy;

	if (!copy_scalar(file, item, &copy))
		return false;
	add_string(into, copy);
	return true;
}

bool read_path(struct yaml_file *file, yaml_node_t *item, void *into)
{
	const char *path = read_scalar(file, item);

	if (path == NULL)
		return false;
	return path[0] == '/' ? read_string(file, item, into)
	                      : refuse_node(file, item, path, "must be an absolute path");
}

bool read_check_id(struct yaml_file *file, yaml_node_t *item, void *into)
{
	return check_id(file, item) && read_string(file, item, into);
}

bool read_port(struct yaml_file *file, yaml_node_t *item, void *into)
{
	unsigned int **ports = into;
	const char *text = read_scalar(file, item);
	unsigned long port;
	size_t count = 0;

	if (text == NULL)
		return false;
	if (!parse_count(text, 1, 65535, &port))
		return refuse_node(file, item, text, "must be a port from 1 to 65535");
	while (*ports != NULL && (*ports)[count] != 0)
		count++;
	*ports = resize_memory(*ports, (count + 2) * sizeof(**ports));
	(*ports)[count] = (unsigned int)port;
	(*ports)[count + 1] = 0;
	return true;
}
