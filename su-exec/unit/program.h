#ifndef SU_EXEC_UNIT_PROGRAM_H
#define SU_EXEC_UNIT_PROGRAM_H

/* What the main of su-exec.c is called in these tests: see su-exec/build.mk. */
int su_exec_main(int argc, char **argv);

#endif
