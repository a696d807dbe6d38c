#ifndef ENTRYPOINT_INIT_H
#define ENTRYPOINT_INIT_H

#include "../su-exec/failure.h"

#include <stdbool.h>

/*
 * Blocks every signal, so that none is lost before there is a child to hand it to.
 * To be called as soon as it is known that stay_as_init() will follow.
 */
void hold_signals(void);

/*
 * Splits in two. The child returns true, with its own process group, the terminal if this process
 * had it, and the signal mask from before hold_signals(); it is to exec. The other stays: it
 * forwards every signal to the child, reaps whatever ends, and exits as the child did, with its
 * status or with 128 + n after signal n. False and failure where there is no child.
 */
bool stay_as_init(struct failure *failure);

#endif
