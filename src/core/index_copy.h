/* core/index_copy.h - a second index beside the packs, of which `cameo check --rebuild` makes
 * meta.db again; inside core/ only.
 *
 *   packs/index.db        a copy of meta.db at one moment
 *   packs/index.rows      the rows that each transaction since (and some before) has changed
 *   packs/index.rows.old  those before, while a newer copy is being made
 *
 * Transactions are numbered, in the database too, so that it is noticed when some are missing:
 * then, and when there are many, the keeper makes a newer copy. No put waits for any of this to be
 * flushed.
 */
#ifndef CORE_INDEX_COPY_H
#define CORE_INDEX_COPY_H

#include "core/core.h"
#include "meta/rows.h"

#include <sys/stat.h>

/* Rows of one transaction lie between a head and a tail. */
struct index_head {
    uint64_t magic;
    int64_t number;
    uint32_t len; /* of the rows */
    uint32_t crc; /* of `number`, `len` and the rows */
};
struct index_tail {
    uint64_t magic;
    int64_t number;
};
#define INDEX_HEAD_MAGIC 0x776F527865646E49ULL
#define INDEX_TAIL_MAGIC 0x6C69615478646E49ULL

/* The file begins so. */
struct index_file {
    uint64_t magic;
    int32_t schema;
    int32_t torn;   /* transactions are missing */
    int64_t before; /* the number of the newest that is not in it */
};
#define INDEX_FILE_MAGIC 0x3173776F72646E49ULL

#define INDEX_ROWS     "packs/index.rows"
#define INDEX_ROWS_OLD "packs/index.rows.old"

uint32_t index_crc(const struct index_head *head, struct bytes rows);

/* The writer's end. */
struct index_rows {
    const char *dir;
    int fd;
    ino_t inode;
    int64_t end;    /* where our last transaction ended, … */
    int64_t newest; /* … and its number */
    bool told;      /* that it falls behind */
};

/* Behind a commit, under the write lock: keeps rows of the transaction `number`, unless there is no
 * file. A failure is noted in it, and logged once. */
void index_rows_append(struct index_rows *file, struct bytes rows, bool whole, int64_t number);

/* Makes a newer copy now. `meta` is in no transaction; `has_lock`: the caller holds the write lock.
 * `wipe`: nothing of what was deleted may be left, not even when a copy was broken off before. */
enum err_code index_copy_make(const char *dir, struct meta *meta, bool has_lock, bool wipe,
                              struct err *e) MUST_CHECK;

/* For a store that is being opened, under the write lock: makes the first copy when the index is
 * small, and notes when transactions are missing. */
void index_copy_begin(const char *dir, struct meta *meta);

#endif
