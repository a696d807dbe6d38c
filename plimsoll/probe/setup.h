#ifndef PLIMSOLL_PROBE_SETUP_H
#define PLIMSOLL_PROBE_SETUP_H

#include "su-exec/failure.h"

/*
 * Runs the commands of "setup", whatever their exit statuses are and without their output, then
 * becomes "command" with the variables of "environment" (NAME=value) beside its own: all three are
 * of the one JSON object in arguments. Returns only with failure, where one of them is not there.
 */
void set_up(char **arguments, struct failure *failure);

#endif
