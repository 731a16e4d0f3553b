/* base/guard.h - reading mapped files that a failing disk or a cut-off file may take away. */
#ifndef BASE_GUARD_H
#define BASE_GUARD_H

#include "base/bytes.h"

/* Runs fn(context), which only reads memory and calls nothing that keeps a lock or allocates. False
 * when the memory turned out not to be there (SIGBUS): fn was broken off. Any thread; the first use
 * takes over the process's SIGBUS, which stays deadly outside of fn. */
bool guard_run(void (*fn)(void *context), void *context);

#endif
