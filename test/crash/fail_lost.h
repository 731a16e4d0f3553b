/* test/crash/fail_lost.h - what a failed flush loses: after fsync said no, the kernel may throw
 * away the pages and never speak of them again. So what was there before each write since the last
 * flush is kept, and put back when a flush is made to fail. */
#ifndef TEST_CRASH_FAIL_LOST_H
#define TEST_CRASH_FAIL_LOST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* `offset` -1: where the file stands. */
void lost_before_write(int fd, off_t offset, size_t len);

/* Puts all of that file back; the lowest offset, -1 for nothing. */
int64_t lost_now(int fd, _Atomic uint64_t *inode);

/* That file was flushed. */
void lost_never(int fd);

#endif
