/* Transactions that were acknowledged stood in the log of meta.db, flushed; only damage takes them
 * away from there. What is kept beside the packs has them still. */
#include "core/index_replay.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/index_read.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* The number of the transaction that the file ends with; -1: it has none of this program's. */
static enum err_code newest_kept(const char *dir, int64_t *number, struct err *e)
{
    struct index_file head = { 0 };
    struct index_tail tail = { 0 };
    char path[PATH_MAX];

    *number = -1;
    snprintf(path, sizeof path, "%s/" INDEX_ROWS, dir);
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return ERR_NONE;
    off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    if (size >= 0 && size < (off_t)(sizeof head + sizeof tail))
        return ERR_NONE;
    if (size < 0 || pread(fd, &head, sizeof head, 0) < 0 ||
        pread(fd, &tail, sizeof tail, size - (off_t)sizeof tail) < 0)
        return err_errno(e, errno, "read '%s'", path);
    if (head.magic == INDEX_FILE_MAGIC && head.schema == meta_rows_schema() &&
        tail.magic == INDEX_TAIL_MAGIC)
        *number = tail.number;
    return ERR_NONE;
}

struct replay {
    struct meta *meta;
    int64_t newest; /* that the index has */
    int64_t count;  /* put in here */
};

static enum err_code put(void *context, int64_t number, struct bytes rows, struct err *e)
{
    struct replay *r = context;

    if (number <= r->newest)
        return ERR_NONE;
    if (number != r->newest + 1)
        return err_set(e, ERR_CORRUPT,
                       "the index is damaged: it ends with transaction %lld, of what was written "
                       "behind it transaction %lld is kept; cameo check --rebuild makes it again",
                       (long long)r->newest, (long long)number);
    enum err_code rc = meta_rows_apply(r->meta, rows, e);
    if (rc)
        return err_context(e, "transaction %lld", (long long)number);
    r->newest = number;
    r->count++;
    return ERR_NONE;
}

static enum err_code put_all(const char *dir, struct replay *r, struct err *e)
{
    const struct index_reader reader = { .each = put, .context = r };
    int64_t dropped;

    enum err_code rc = index_read(dir, INDEX_ROWS_OLD, &reader, e);
    if (rc == ERR_NONE)
        rc = index_read(dir, INDEX_ROWS, &reader, e);
    if (rc == ERR_NONE && r->count)
        rc = meta_rows_settle(r->meta, false, clock_now_us(), &dropped, e);
    return rc;
}

static enum err_code put_in(const char *dir, struct replay *r, struct err *e)
{
    enum err_code rc = meta_begin(r->meta, e);

    if (rc)
        return rc;
    rc = put_all(dir, r, e);
    if (rc == ERR_NONE)
        rc = meta_commit(r->meta, e);
    if (rc)
        meta_rollback(r->meta);
    return rc;
}

/* On a connection of its own, for its triggers sleep. */
enum err_code index_replay(const char *dir, const char *meta_url, struct meta *meta, struct err *e)
{
    struct replay r = { 0 };
    int64_t kept = -1;

    enum err_code rc = meta_rows_newest(meta, &r.newest, e);
    if (rc == ERR_NONE)
        rc = newest_kept(dir, &kept, e);
    if (rc || kept <= r.newest)
        return rc;
    rc = meta_open(meta_url, true, &r.meta, e);
    if (rc == ERR_NONE)
        rc = put_in(dir, &r, e);
    meta_close(r.meta);
    if (rc == ERR_NONE && r.count)
        log_line(LOG_LEVEL_ERROR,
                 "meta.db had lost the last %lld transactions: they were made again of " INDEX_ROWS,
                 (long long)r.count);
    return rc;
}
