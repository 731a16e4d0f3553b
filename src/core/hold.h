/* core/hold.h - a backup copies bytes while others write, and must find those that its index names.
 * So nobody gives bytes back while one is made. Both hold DIR/backup.lock, and a lock ends with its
 * process: a backup that is killed holds up nothing.
 */
#ifndef CORE_HOLD_H
#define CORE_HOLD_H

#include "base/err.h"

#include <stdint.h>

#define HOLD_PATIENCE_US (60 * 1000000LL) /* a turn of removals takes less than a second */

/* For whoever is about to give bytes back, from before their rows go until they are gone: closing
 * *fd ends it. ERR_BUSY: a backup is being made; try again later. Who is `patient` waits until it
 * is done. */
enum err_code hold_for_removal(const char *dir, bool patient, int *fd, struct err *e) MUST_CHECK;

/* For a backup, from before its index is copied until all bytes are: closing *fd ends it. Waits
 * so long for removals that are under way. ERR_BUSY: another backup of this store is being made. */
enum err_code hold_for_backup(const char *dir, int64_t patience_us, int *fd,
                              struct err *e) MUST_CHECK;

#endif
