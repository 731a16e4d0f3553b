/* test/crash/shim.h - the journal that crash_shim.so writes; inside the shim only. */
#ifndef TEST_CRASH_SHIM_H
#define TEST_CRASH_SHIM_H

#include "base/base.h"

#include <limits.h>
#include <sys/types.h>
#include <sys/uio.h>

#define PARTS_MAX 1024

enum kind {
    MADE = 1,      /* a file at a new name: payload is the path */
    WRITE = 2,     /* payload at `offset` */
    SIZE = 3,      /* ftruncate: `offset` is the new size */
    ZERO = 4,      /* punched or zeroed: `extra` bytes at `offset` */
    GROW = 5,      /* allocated: the size is `offset` at least */
    SYNC = 6,      /* begins; `extra` 1: data only */
    SYNCED = 7,    /* ended well; `extra` is the number of its begin */
    SYNCED_AT = 8, /* by O_DSYNC or RWF_DSYNC: `extra` bytes at `offset` */
    RENAMED = 9,   /* payload: from, NUL, to */
    REMOVED = 10,  /* payload is the path; of a folder, too */
    FOLDER = 11,   /* made: payload is the path */
    LINKED = 12,   /* payload: from, NUL, to */
    MAPPED = 13,   /* written to through memory from now on */
    MARK = 14,     /* payload is a line of the program itself */
};

struct entry {
    uint32_t kind;
    uint32_t len; /* of the payload, which follows */
    uint64_t ino;
    int64_t offset;
    int64_t extra;
    uint32_t pid;
    uint32_t data_only; /* of a sync */
};

/* Everything that changes what the journal tells is done between these two. */
void journal_lock(void);
void journal_unlock(void);

/* Under the lock; ends the program when it cannot: a journal with a gap is worse than none. */
void journal_note(struct entry entry, const struct iovec *payload, size_t count);
void journal_text(struct entry entry, const char *text, size_t len);

bool journal_is_on(void);

/* The whole path of `path` below `dir`; false when it is not below the folder. */
bool journal_resolve(int dir, const char *path, char out[PATH_MAX]);

/* Is it a file or folder that is written down? */
bool journal_takes(int fd, uint64_t *ino);

#endif
