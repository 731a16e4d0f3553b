/* app/background.h - what the keeper does for nobody in particular, on a thread of its own and at
 * low priority: it looks at pictures that nobody has looked at yet (core/appearance.h), and makes
 * renditions that were wished for and tidies their cache (core/rendition.h).
 *
 * A picture that is stored while nothing else is to be done is looked at within half a second. What
 * this process has not done when it dies is found by the next one.
 */
#ifndef APP_BACKGROUND_H
#define APP_BACKGROUND_H

#include "core/core.h"

struct background;

/* `store` stays until background_stop. */
enum err_code background_start(struct store *store, struct background **out,
                               struct err *e) MUST_CHECK;

/* Waits for the picture that is under way. Accepts NULL. */
void background_stop(struct background *background);

#endif
