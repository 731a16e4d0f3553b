/* base/copy.h - bytes of one file into another at the same offsets, in one pass: holes stay holes,
 * and the checksum of all that came by is there at the end.
 */
#ifndef BASE_COPY_H
#define BASE_COPY_H

#include "base/err.h"

struct copy {
    int from;
    int to;         /* -1: nothing is written, only the checksum is made */
    int64_t at;     /* where it begins; afterwards where it ended */
    uint32_t crc;   /* CRC-32C of what lies before `at`; afterwards of all up to its end */
    int64_t copied; /* bytes read that lie in no hole: added to */
};

/* Goes on up to `end`. What `to` has behind `at` is dropped first; it is not flushed.
 * ERR_CORRUPT                `from` is shorter than `end`
 * ERR_FULL, ERR_UNAVAILABLE  `to` may have any part of it */
enum err_code copy_until(struct copy *copy, int64_t end, struct err *e) MUST_CHECK;

/* Flushes the directory `fd` stands for, so that the names in it stay. */
enum err_code copy_sync_dir(int fd, const char *name, struct err *e) MUST_CHECK;

/* The same of the directory in which that one lies, so that its own name stays. */
enum err_code copy_sync_above(int fd, const char *name, struct err *e) MUST_CHECK;

#endif
