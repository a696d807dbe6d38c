#ifndef ENTRYPOINT_OWN_H
#define ENTRYPOINT_OWN_H

#include "settings.h"

/*
 * Makes what is missing of each directory of ENTRYPOINT_OWN; then gives everything in it that has
 * another owner or group to the user. Follows no symbolic link, and stays on the mount it starts
 * on.
 */
bool own_directories(const struct settings *settings, struct failure *failure);

#endif
