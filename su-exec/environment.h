#ifndef SU_EXEC_ENVIRONMENT_H
#define SU_EXEC_ENVIRONMENT_H

#include "failure.h"
#include "identity.h"

/*
 * Sets HOME, USER and LOGNAME of this process's environment to the identity's, in place of every
 * copy that is there; USER and LOGNAME are removed where it has no name. Call it once.
 * False and failure when memory runs out.
 */
bool set_variables(const struct identity *identity, struct failure *failure);

#endif
