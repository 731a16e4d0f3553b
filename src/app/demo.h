/* app/demo.h - what `cameo serve --demo` puts into an empty store: see README. */
#ifndef APP_DEMO_H
#define APP_DEMO_H

#include "core/core.h"

/* Fills an empty store; does nothing when it was filled before, goes on when filling was cut off.
 * ERR_CONFLICT  the store holds something else */
enum err_code demo_fill(struct store *store, struct err *e) MUST_CHECK;

#endif
