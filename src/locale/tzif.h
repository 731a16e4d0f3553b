/* locale/tzif.h - the rules of one time zone, from a file of the time zone database (RFC 8536). */
#ifndef LOCALE_TZIF_H
#define LOCALE_TZIF_H

#include "base/bytes.h"

struct tzif; /* one block of memory: free() gives it back */

/* NULL: not such a file, or out of memory. */
struct tzif *tzif_read(struct bytes file);

/* Minutes east of UTC at an instant in seconds. */
int32_t tzif_offset(const struct tzif *rules, int64_t at_s);

#endif
