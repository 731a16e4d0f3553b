#include "core/rebuild.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/copy.h"
#include "core/index_read.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define AT_ONCE   (1LL << 20) /* bytes of rows in one transaction of the new database */
#define FRESH     "meta.db.new"
#define ASIDE_MAX 1000

struct rebuild {
    const char *dir;
    struct meta *meta; /* the new one */
    void (*problem)(void *context, const char *line);
    void *context;
    struct rebuild_report report;
    int64_t copied; /* the newest transaction that the copy has */
    int64_t put;    /* bytes since the last commit */
};

PRINTF(2, 3)
static void say(struct rebuild *r, const char *fmt, ...)
{
    char line[ERR_TEXT_MAX + 200];
    __builtin_va_list args;

    __builtin_va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    __builtin_va_end(args);
    r->problem(r->context, line);
}

static void path_in(char out[PATH_MAX], const char *dir, const char *name)
{
    snprintf(out, PATH_MAX, "%s/%s", dir, name);
}

/* One transaction's rows, in their turn. */
static enum err_code put(void *context, int64_t number, struct bytes rows, struct err *e)
{
    struct rebuild *r = context;

    if (number <= r->report.newest)
        return ERR_NONE; /* the copy has them, or the file before */
    if (number != r->report.newest + 1) {
        say(r, "transactions %lld to %lld are missing", (long long)r->report.newest + 1,
            (long long)number - 1);
        r->report.gaps++;
    }
    enum err_code rc = meta_rows_apply(r->meta, rows, e);
    if (rc)
        return err_context(e, "transaction %lld", (long long)number);
    r->report.newest = number;
    r->report.transactions++;
    r->put += (int64_t)rows.len;
    if (r->put < AT_ONCE)
        return ERR_NONE;
    r->put = 0;
    rc = meta_commit(r->meta, e);
    return rc ? rc : meta_begin(r->meta, e);
}

static void note_damage(void *context, const char *name, size_t at)
{
    struct rebuild *r = context;

    say(r, "%s is damaged at byte %zu", name, at);
    r->report.gaps++;
}

static void remove_fresh(const char *dir)
{
    static const char *const names[] = { FRESH, FRESH "-wal", FRESH "-shm", FRESH "-journal" };
    char path[PATH_MAX];

    for (size_t i = 0; i < COUNT(names); i++) {
        path_in(path, dir, names[i]);
        unlink(path);
    }
}

static enum err_code copy_index(struct rebuild *r, const char *to, struct err *e)
{
    char from[PATH_MAX];

    path_in(from, r->dir, "packs/index.db");
    CLEANUP(closep) int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0 && errno == ENOENT)
        return err_set(e, ERR_NOT_FOUND, "there is no '%s' to begin with", from);
    CLEANUP(closep) int out = open(to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        return err_errno(e, errno, "copy '%s'", from);
    struct copy copy = { .from = in, .to = out };
    return copy_until(&copy, lseek(in, 0, SEEK_END), e);
}

struct findings {
    struct rebuild *r;
    int count;
};

static void count_finding(void *context, const char *line)
{
    struct findings *f = context;

    f->count++;
    say(f->r, "packs/index.db: %s", line);
}

static enum err_code open_copy(struct rebuild *r, struct err *e)
{
    struct findings findings = { .r = r };
    char path[PATH_MAX];
    char url[PATH_MAX + 16];

    path_in(path, r->dir, FRESH);
    remove_fresh(r->dir);
    enum err_code rc = copy_index(r, path, e);
    if (rc)
        return rc;
    snprintf(url, sizeof url, "sqlite:%s", path);
    rc = meta_open(url, true, &r->meta, e);
    if (rc == ERR_NONE)
        rc = meta_integrity(r->meta, count_finding, &findings, e);
    if (rc == ERR_NONE && findings.count)
        rc = err_set(e, ERR_CORRUPT, "packs/index.db is damaged: take a backup");
    if (rc == ERR_NONE)
        rc = meta_migrate(r->meta, e);
    if (rc == ERR_NONE)
        rc = meta_rows_newest(r->meta, &r->copied, e);
    r->report.newest = r->copied;
    return rc;
}

static enum err_code fill(struct rebuild *r, struct err *e)
{
    const struct index_reader reader = { put, note_damage, r };
    enum err_code rc = meta_begin(r->meta, e);

    if (rc)
        return rc;
    rc = index_read(r->dir, INDEX_ROWS_OLD, &reader, e);
    if (rc == ERR_NONE)
        rc = index_read(r->dir, INDEX_ROWS, &reader, e);
    if (rc == ERR_NONE)
        rc = meta_rows_settle(r->meta, r->report.gaps > 0, clock_now_us(), &r->report.dropped, e);
    if (rc == ERR_NONE)
        rc = meta_commit(r->meta, e);
    if (rc)
        meta_rollback(r->meta);
    return rc;
}

/* What there is of meta.db is put aside before its log is: a log alone is never believed. */
static enum err_code put_aside(const char *dir, struct err *e)
{
    static const char *const names[] = { "meta.db", "meta.db-wal" };
    char from[PATH_MAX];
    char to[PATH_MAX];
    int n = 1;

    for (bool taken = true; taken && n < ASIDE_MAX; n += taken) {
        snprintf(to, sizeof to, "%s/meta.db.before-%d", dir, n);
        taken = access(to, F_OK) == 0;
    }
    path_in(from, dir, "meta.db");
    if (access(from, F_OK) != 0 && n > 1)
        n--; /* broken off the last time */
    for (size_t i = 0; i < COUNT(names); i++) {
        path_in(from, dir, names[i]);
        snprintf(to, sizeof to, "%s/meta.db.before-%d%s", dir, n, i ? "-wal" : "");
        if (rename(from, to) != 0 && errno != ENOENT)
            return err_errno(e, errno, "put '%s' aside", from);
    }
    path_in(from, dir, "meta.db-shm");
    return unlink(from) != 0 && errno != ENOENT ? err_errno(e, errno, "remove '%s'", from)
                                                : ERR_NONE;
}

static enum err_code put_in_place(struct rebuild *r, struct err *e)
{
    char fresh[PATH_MAX];
    char path[PATH_MAX];

    path_in(fresh, r->dir, FRESH);
    path_in(path, r->dir, "meta.db");
    CLEANUP(closep) int dir = open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(closep) int fd = open(fresh, O_RDWR | O_CLOEXEC);
    if (dir < 0 || fd < 0 || fsync(fd) != 0)
        return err_errno(e, errno, "flush '%s'", fresh);
    enum err_code rc = put_aside(r->dir, e);
    if (rc == ERR_NONE)
        rc = copy_sync_dir(dir, r->dir, e);
    if (rc == ERR_NONE && rename(fresh, path) != 0)
        rc = err_errno(e, errno, "rename '%s'", fresh);
    return rc ? rc : copy_sync_dir(dir, r->dir, e);
}

/* Whoever serves the store, or writes to it. */
static enum err_code lock_out(const char *dir, int locks[2], struct err *e)
{
    static const char *const names[] = { "run/serve.lock", "write.lock" };
    char path[PATH_MAX];

    for (size_t i = 0; i < COUNT(names); i++) {
        path_in(path, dir, names[i]);
        locks[i] = open(path, O_RDWR | O_CLOEXEC);
        if (locks[i] < 0 && errno == ENOENT)
            continue;
        if (locks[i] >= 0 && !lock_soon(locks[i]) && errno == EWOULDBLOCK)
            return err_set(e, ERR_BUSY, "somebody uses the store: end 'cameo serve' first");
        if (locks[i] < 0)
            return err_errno(e, errno, "lock '%s'", path);
    }
    return ERR_NONE;
}

static enum err_code run(struct rebuild *r, struct err *e)
{
    enum err_code rc = open_copy(r, e);

    if (rc == ERR_NONE)
        rc = fill(r, e);
    if (rc == ERR_NONE) /* the next transaction has to be the next number in the file */
        rc = index_copy_make(r->dir, r->meta, true, true, e);
    if (rc == ERR_NONE) /* its log stays behind: what cannot be moved out of it would be lost */
        rc = meta_checkpoint(r->meta, e);
    meta_close(r->meta);
    if (rc == ERR_NONE)
        rc = put_in_place(r, e);
    remove_fresh(r->dir);
    return rc;
}

enum err_code store_rebuild(const char *dir, void (*problem)(void *context, const char *line),
                            void *context, struct rebuild_report *out, struct err *e)
{
    struct rebuild r = { .dir = dir, .problem = problem, .context = context };
    int locks[2] = { -1, -1 };

    enum err_code rc = lock_out(dir, locks, e);
    if (rc == ERR_NONE)
        rc = run(&r, e);
    closep(&locks[0]);
    closep(&locks[1]);
    if (rc == ERR_NONE)
        *out = r.report;
    return rc ? err_context(e, "make the index again") : ERR_NONE;
}
