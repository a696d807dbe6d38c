#ifndef PLIMSOLL_COMMAND_COMMANDS_H
#define PLIMSOLL_COMMAND_COMMANDS_H

/* Exit statuses of plimsoll. */
enum {
	EXIT_PASSED = 0,
	EXIT_FAILED = 1,  /* a check failed */
	EXIT_USAGE = 2,   /* the command line, or a configuration, is wrong */
	EXIT_TROUBLE = 3, /* the engine or an image: nothing was judged */
};

/* One for each command: argv[0] is its name. Each reports what is wrong itself, and returns an exit
 * status. */
int run_check(char **argv);
int run_facts(char **argv);
int run_judge(char **argv);
int run_list(char **argv);
int run_explain(char **argv);
int run_clean(char **argv);

#endif
