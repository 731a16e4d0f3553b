/* core/shared.h - memory that all processes of a store share: DIR/run/NAME, mapped. What it holds
 * is worth nothing after a restart of the machine, and so nothing is synced. */
#ifndef CORE_SHARED_H
#define CORE_SHARED_H

#include "base/err.h"

/* Zeros when the file is new; ERR_UNAVAILABLE, ERR_FULL. */
enum err_code shared_open(const char *dir, const char *name, size_t size, void **out,
                          struct err *e) MUST_CHECK;
void shared_close(void *memory, size_t size); /* accepts NULL */

#endif
