/* base/shared.h - memory that all processes share who map the same file. What it holds is worth
 * nothing after a restart of the machine, and so nothing is synced. */
#ifndef BASE_SHARED_H
#define BASE_SHARED_H

#include "base/err.h"

/* The file dir/name, made when absent; zeros then. ERR_UNAVAILABLE, ERR_FULL. */
enum err_code shared_open(const char *dir, const char *name, size_t size, void **out,
                          struct err *e) MUST_CHECK;
void shared_close(void *memory, size_t size); /* accepts NULL */

#endif
