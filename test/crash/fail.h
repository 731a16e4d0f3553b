/* test/crash/fail.h - what the library `fail` (LD_PRELOAD) shall let fail, and what it has seen.
 *
 * One page, shared by all processes that were started with the variable FAIL_CONTROL (its file);
 * without it a page of the process and its children's copies.
 */
#ifndef TEST_CRASH_FAIL_H
#define TEST_CRASH_FAIL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fail_kind {
    FAIL_WRITE, /* write, pwrite, pwritev */
    FAIL_FSYNC,
    FAIL_FDATASYNC,
    FAIL_RENAME,   /* rename, renameat, renameat2 */
    FAIL_OPEN,     /* open, openat */
    FAIL_MMAP,     /* of a file or of nothing */
    FAIL_MALLOC,   /* malloc, calloc, realloc, aligned_alloc, posix_memalign */
    FAIL_TRUNCATE, /* ftruncate, fallocate, posix_fallocate */
    FAIL_READ,     /* read, pread, preadv2 */
    FAIL_SQL,   /* a statement of SQLite: prepared, stepped, executed; a checkpoint; a connection */
    FAIL_ARENA, /* arena_alloc and its kin, in programs linked with fail_arena.c */
    FAIL_LOCK,  /* flock */
    FAIL_STAT,  /* stat, fstat, fstatat, fstatvfs */
    FAIL_NAME,  /* mkdir, unlink, unlinkat */
    FAIL_KINDS
};

/* In the place of an errno: half is written, and said so; a disk says that it is full. */
#define FAIL_SHORT 0

#define FAIL_PATH_MAX 256

/* test/crash/fail_control.py knows where each member lies. */
struct fail_control {
    _Atomic uint32_t kinds; /* bits 1 << kind: these count and may fail; 0: nothing does */
    _Atomic int32_t errnum;
    _Atomic int64_t skip;  /* so many calls go well first */
    _Atomic int64_t times; /* then so many fail */
    _Atomic uint64_t failed;
    _Atomic uint64_t seen[FAIL_KINDS];
    _Atomic uint32_t drops; /* a failed flush loses what it was to flush, as the kernel may */
    _Atomic uint32_t ours;  /* of memory only what the program or libc for it asks for */
    _Atomic uint32_t armed; /* how often: who closes a descriptor from then on may open another */
    _Atomic uint32_t solid; /* no file has holes, as on some file systems */
    _Atomic int64_t lost_from;   /* the lowest offset that was lost; -1: nothing was */
    _Atomic uint64_t lost_inode; /* … of this file */
    char root[FAIL_PATH_MAX];    /* files elsewhere never fail; empty: all may */
    char path[FAIL_PATH_MAX];    /* of the last file of which something failed */
};

/* Of the preloaded library; NULL without it. */
struct fail_control *fail_control(void) __attribute__((weak));

/* `note` (NULL: nobody) is told of each call that counts: which of its kind, from 0, and a hash of
 * the frames it comes from. By one thread at a time. */
void fail_note(void (*note)(enum fail_kind kind, uint64_t nth, uint64_t place))
    __attribute__((weak));

/* Is this call of a kind that fail.c does not stand before to fail? Counts it. */
bool fail_due(enum fail_kind kind) __attribute__((weak));

/* From now on blocks and maps are remembered; those of before are nobody's business. */
void fail_watch(void) __attribute__((weak));

/* What was taken since and not given back; `each` (or NULL) is told the frames it came from. */
#define FAIL_FRAMES 12
size_t fail_left(void (*each)(void *const *frames, size_t size)) __attribute__((weak));
long fail_maps_left(void) __attribute__((weak));

#endif
