#ifndef ENTRYPOINT_INIT_H
#define ENTRYPOINT_INIT_H

#include "../su-exec/failure.h"

#include <stdbool.h>

/*
 * Blocks every signal, so that none is lost before there is a child to hand it to: to be called as
 * soon as it is known that stay_as_init() will follow. Without all, blocks SIGXFSZ alone, so that a
 * limit of file sizes is an error like a full disk.
 */
void hold_signals(bool all);

/* The signal mask is again that from before hold_signals(). */
void release_signals(void);

/*
 * Splits in two. The child returns true, with its own process group, and the terminal if this
 * process had it; it is to release the signals and exec. The other stays: it
 * forwards every signal to the child, reaps whatever ends, and exits as the child did, with its
 * status or with 128 + n after signal n. False and failure where there is no child.
 */
bool stay_as_init(struct failure *failure);

#endif
