/*
 * The floor of every figure: with arguments it executes them and nothing else, without it ends.
 * What a helper takes above it is the helper's own.
 */
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 0;
	execv(argv[1], argv + 1);
	return 127;
}
