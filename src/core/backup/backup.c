#include "core/backup/backup.h"
#include "base/clock.h"
#include "base/copy.h"
#include "base/log.h"
#include "core/backup/moment.h"
#include "core/backup/packs.h"
#include "core/hold.h"
#include "core/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define ARENA_MAX (4UL * MANIFEST_BYTES_MAX)

struct backup {
    struct core *core;
    const struct backup_options *options;
    struct arena *arena;
    struct target target;
    struct manifest old; /* of the newest moment there is */
    bool has_old;
    struct manifest manifest;
    struct backup_report report;
};

/* Which store this is, for all its life: of its secret, and telling nothing of it. */
static enum err_code find_identity(struct backup *b, struct hash *out, struct err *e)
{
    uint8_t secret[HASH_LEN];
    struct bytes value;
    bool found;

    enum err_code rc = meta_setting_get(b->core->meta, b->arena, "secret", &value, &found, e);
    if (rc)
        return rc;
    if (!found || value.len != sizeof secret)
        return err_set(e, ERR_CORRUPT, "the store has no secret");
    memcpy(secret, value.at, sizeof secret);
    hmac(secret, B("backup"), out);
    explicit_bzero(secret, sizeof secret);
    return ERR_NONE;
}

/* What is there already is gone on with, unless its manifest is damaged: then nothing is known of
 * it. */
static enum err_code find_old(struct backup *b, struct err *e)
{
    struct err why = { 0 };
    int64_t *moments;
    size_t count;

    enum err_code rc = target_moments(&b->target, b->arena, &moments, &count, e);
    if (rc)
        return rc;
    int64_t now_us = clock_now_us();
    b->manifest.moment_us = count && moments[count - 1] >= now_us ? moments[count - 1] + 1 : now_us;
    if (count == 0 || b->options->whole)
        return ERR_NONE;
    rc = target_read(&b->target, b->arena, moments[count - 1], &b->old, &why);
    b->has_old = rc == ERR_NONE;
    if (rc)
        log_line(LOG_LEVEL_WARN, "%s: everything is copied anew", why.text);
    return ERR_NONE;
}

static void fresh_index_path(const struct backup *b, char out[PATH_MAX])
{
    char name[TARGET_NAME_MAX];

    target_index_name(name, b->manifest.moment_us);
    snprintf(out, PATH_MAX, "%s/data/%s.new", b->target.path, name);
}

/* The moment that is backed up is one of this function. */
static enum err_code copy_index(struct backup *b, struct meta **index, struct err *e)
{
    char path[PATH_MAX];
    char url[PATH_MAX + 16];

    fresh_index_path(b, path);
    enum err_code rc = meta_copy(b->core->meta, path, e);
    if (rc)
        return rc;
    CLEANUP(closep) int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return err_errno(e, errno, "flush '%s'", path);
    struct copy copy = { .from = fd, .to = -1 };
    rc = copy_until(&copy, lseek(fd, 0, SEEK_END), e);
    if (rc)
        return err_context(e, "'%s'", path);
    b->manifest.index_bytes = copy.at;
    b->manifest.index_crc = copy.crc;
    snprintf(url, sizeof url, "sqlite-copy:%s", path);
    return meta_open(url, false, index, e);
}

static enum err_code copy_packs(struct backup *b, struct meta *index, struct err *e)
{
    struct pack_copies copies = {
        .target = &b->target,
        .blobs = b->core->store->blobs,
        .index = index,
        .old = b->has_old ? &b->old : NULL,
        .problem = b->options->problem,
        .context = b->options->context,
    };

    enum err_code rc = backup_copy_packs(&copies, b->arena, &b->manifest, e);
    b->report.copied_bytes = copies.copied_bytes;
    b->report.problems = copies.problems;
    return rc;
}

/* No bytes are given back while this runs. Keys come last: those of all that the index names are
 * there since before its moment. */
static enum err_code copy_store(struct backup *b, struct err *e)
{
    const char *dir = b->core->store->dir;
    struct meta *index = NULL;
    CLEANUP(closep) int hold = -1;

    enum err_code rc = hold_for_backup(dir, HOLD_PATIENCE_US, &hold, e);
    if (rc == ERR_NONE)
        rc = copy_index(b, &index, e);
    if (rc == ERR_NONE)
        rc = copy_packs(b, index, e);
    meta_close(index);
    if (rc == ERR_NONE)
        rc = target_take_keys(&b->target, dir, b->arena, &b->manifest, e);
    return rc;
}

static void fill_report(struct backup *b)
{
    const struct manifest *m = &b->manifest;
    struct backup_report *r = &b->report;

    r->moment_us = m->moment_us;
    r->index_bytes = m->index_bytes;
    r->packs = (int64_t)m->pack_count;
    for (size_t i = 0; i < m->pack_count; i++)
        r->pack_bytes += m->packs[i].bytes;
    for (size_t i = 0; i < m->key_count; i++)
        r->key_bytes += m->keys[i].bytes;
}

/* Whether it is done or broken off: what no moment names goes. */
static void tidy(struct backup *b, size_t keep)
{
    struct err e = { 0 };
    size_t left = 0;

    if (target_tidy(&b->target, keep, &left, &e))
        log_line(LOG_LEVEL_WARN, "tidy the backup '%s': %s", b->target.path, e.text);
    b->report.moments = (int64_t)left;
}

static enum err_code run(struct backup *b, struct err *e)
{
    enum err_code rc = find_identity(b, &b->manifest.store, e);
    if (rc == ERR_NONE)
        rc = target_make(b->options->target, &b->manifest.store, &b->target, e);
    if (rc)
        return rc;
    tidy(b, 0); /* what a broken-off one left takes room */
    rc = find_old(b, e);
    if (rc == ERR_NONE)
        rc = copy_store(b, e);
    if (rc == ERR_NONE)
        rc = target_publish(&b->target, b->arena, &b->manifest, e);
    tidy(b, rc ? 0 : (size_t)b->options->keep);
    return rc ? err_context(e, "the backup '%s'", b->options->target) : ERR_NONE;
}

enum err_code store_backup(struct core *core, const struct backup_options *options,
                           struct backup_report *out, struct err *e)
{
    struct backup b = { .core = core, .options = options, .target = TARGET_NONE };
    CLEANUP(arena_freep) struct arena *arena = b.arena = arena_new(ARENA_MAX);

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "make a backup");
    enum err_code rc = run(&b, e);
    target_close(&b.target);
    if (rc)
        return rc;
    fill_report(&b);
    *out = b.report;
    return ERR_NONE;
}
