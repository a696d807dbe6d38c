#include "number.h"

bool is_all_digits(const char *text)
{
	if (*text == '\0')
		return false;
	while (*text >= '0' && *text <= '9')
		text++;
	return *text == '\0';
}

bool parse_id(const char *text, uint32_t *id)
{
	if (!is_all_digits(text) || (text[0] == '0' && text[1] != '\0'))
		return false;

	uint64_t number = 0;
	for (; *text != '\0'; text++) {
		number = number * 10 + (uint64_t)(*text - '0');
		if (number > ID_MAX)
			return false;
	}
	*id = (uint32_t)number;
	return true;
}

char *format_number(uint64_t number, char text[static NUMBER_TEXT_SIZE])
{
	char digits[NUMBER_TEXT_SIZE];
	char *first = digits + sizeof(digits) - 1;

	*first = '\0';
	do {
		*--first = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);

	char *end = text;
	while ((*end++ = *first++) != '\0')
		;
	return text;
}
