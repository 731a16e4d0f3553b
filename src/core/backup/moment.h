/* core/backup/moment.h - the name of a moment: 20261121T191503.123456Z, UTC. Names sort as moments
 * do. */
#ifndef CORE_BACKUP_MOMENT_H
#define CORE_BACKUP_MOMENT_H

#include "base/bytes.h"

#define MOMENT_LEN 23
#define MOMENT_MAX (MOMENT_LEN + 1)

void moment_write(char out[MOMENT_MAX], int64_t us);

/* Exactly such a name. */
bool moment_read(struct bytes name, int64_t *us);

/* What a person writes: such a name, with - and : between if he likes, a space in the place of T,
 * without Z, and less of it from the end on: a date, hours and minutes, seconds. *us is the last
 * microsecond that is meant: 2026-11-21 is the end of that day. */
bool moment_read_until(struct bytes text, int64_t *us);

#endif
