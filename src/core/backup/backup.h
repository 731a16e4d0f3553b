/* core/backup/backup.h - the store of one moment, copied while it is being used: `cameo backup` and
 * `cameo restore`. docs/backup.md tells what an operator has to know; target.h where things lie.
 *
 * Of one moment are the rows: the index is copied first, in one transaction. Bytes that it names
 * are never changed afterwards and not given back until the backup is done (core/hold.h), so that
 * they can be copied without hurry, behind it.
 *
 * `problem` is called with one line for each finding, as by store_check.
 */
#ifndef CORE_BACKUP_BACKUP_H
#define CORE_BACKUP_BACKUP_H

#include "core/core.h"

struct backup_options {
    const char *target;
    bool whole;   /* copy everything anew, also what is there already */
    int32_t keep; /* so many moments, with this one; 0: all */
    void (*problem)(void *context, const char *line);
    void *context;
};

struct backup_report {
    int64_t moment_us;
    int64_t index_bytes;  /* copied every time */
    int64_t copied_bytes; /* of packs, this time */
    int64_t packs;
    int64_t pack_bytes; /* that this moment names in all */
    int64_t key_bytes;
    int64_t moments; /* that the target holds now */
    int64_t problems;
};

/* Once this returns ERR_NONE the backup survives a power cut. On failure the target holds the
 * moments that it held before. ERR_CONFLICT  the target is something else, or of another store
 * ERR_BUSY      another backup of this store, or into this target, is being made
 * ERR_FULL      the target is full */
enum err_code store_backup(struct core *core, const struct backup_options *options,
                           struct backup_report *out, struct err *e) MUST_CHECK;

struct backup_moment {
    int64_t moment_us;
    bool damaged; /* its manifest cannot be read: the rest is 0 */
    int64_t index_bytes;
    int64_t packs;
    int64_t pack_bytes;
};

/* What the target at `path` holds, oldest first. */
enum err_code backup_list(const char *path, struct arena *arena, struct backup_moment **out,
                          size_t *count, struct err *e) MUST_CHECK;

struct backup_check_report {
    int64_t moments;
    int64_t bytes; /* read */
    int64_t problems;
};

/* Reads every byte of the target and compares: each index is a sound database, packs and keys are
 * what was copied. */
enum err_code backup_check(const char *target, void (*problem)(void *context, const char *line),
                           void *context, struct backup_check_report *out,
                           struct err *e) MUST_CHECK;

struct restore_options {
    const char *target;
    const char *dir;
    int64_t until_us; /* the newest moment that is not later */
    bool damaged;     /* go on over damaged packs */
    void (*problem)(void *context, const char *line);
    void *context;
};

struct restore_report {
    int64_t moment_us;
    int64_t index_bytes;
    int64_t packs;
    int64_t pack_bytes;
    int64_t problems;
};

/* Makes the store of a moment in `dir`, which must be empty but for settings, or hold a restore
 * that was broken off. Everything is compared with what was copied; the store is there when all of
 * it is. ERR_NOT_FOUND  no backup, or none so old ERR_CONFLICT   the directory holds something
 * ERR_CORRUPT    the backup is damaged; with `damaged` only when it is the index or the keys */
enum err_code backup_restore(const struct restore_options *options, struct restore_report *out,
                             struct err *e) MUST_CHECK;

/* Gives back bytes in packs that no row names: what was deleted before the moment that was
 * restored. Nobody else may use the store. */
enum err_code store_drop_unnamed(struct core *core, int64_t *bytes, struct err *e) MUST_CHECK;

#endif
