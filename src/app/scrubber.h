/* app/scrubber.h - a thread of the keeper that looks through packs and repairs them, at the lowest
 * priority: see core/scrub.h.
 */
#ifndef APP_SCRUBBER_H
#define APP_SCRUBBER_H

#include "core/core.h"

struct scrubbing;

/* `store` stays until scrubbing_stop. */
enum err_code scrubbing_start(struct store *store, struct scrubbing **out,
                              struct err *e) MUST_CHECK;

/* Waits for the zone that is under way. Accepts NULL. */
void scrubbing_stop(struct scrubbing *scrubbing);

#endif
