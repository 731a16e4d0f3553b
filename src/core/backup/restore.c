#include "base/copy.h"
#include "base/crypto.h"
#include "base/plant.h"
#include "blob/blob.h"
#include "core/backup/backup.h"
#include "core/backup/moment.h"
#include "core/backup/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARENA_MAX (4UL * MANIFEST_BYTES_MAX)

/* As long as this file is there the directory is no store, and nobody makes one of it. */
static const char unfinished[] = "restore.unfinished";

struct restore {
    const struct restore_options *options;
    struct arena *arena;
    struct target target;
    struct manifest manifest;
    struct manifest newest; /* whose keys are there */
    int dir;
    struct restore_report report;
};

static enum err_code find_moment(struct restore *r, struct err *e)
{
    char name[MOMENT_MAX];
    int64_t *moments;
    size_t count;

    enum err_code rc = target_moments(&r->target, r->arena, &moments, &count, e);
    if (rc)
        return rc;
    size_t at = count;
    while (at > 0 && moments[at - 1] > r->options->until_us)
        at--;
    if (count == 0)
        return err_set(e, ERR_NOT_FOUND, "it holds no whole backup yet");
    moment_write(name, moments[0]);
    if (at == 0)
        return err_set(e, ERR_NOT_FOUND, "its oldest backup is of %s", name);
    rc = target_read(&r->target, r->arena, moments[at - 1], &r->manifest, e);
    if (rc || at == count) {
        r->newest = r->manifest;
        return rc;
    }
    return target_read(&r->target, r->arena, moments[count - 1], &r->newest, e);
}

/* A restore that was broken off is begun anew over what it left, which is nobody's yet. */
static enum err_code take_dir(struct restore *r, struct err *e)
{
    /* what an operator may have laid there for the store to come */
    static const char *const laid[] = { "cameo.ini", "nginx.d", "tls", "lost+found" };
    static const char *const folders[] = { "packs", "tmp", "run", "log" };
    const char *path = r->options->dir;
    enum err_code rc = ERR_NONE;

    if (strlen(path) > PATH_MAX - 64)
        return err_set(e, ERR_INVALID, "its path is too long");
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "make it");
    r->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r->dir < 0)
        return err_errno(e, errno, "open it");
    if (faccessat(r->dir, "meta.db", F_OK, 0) == 0)
        return err_set(e, ERR_CONFLICT, "there is a store already");
    if (faccessat(r->dir, unfinished, F_OK, 0) != 0)
        rc = target_check_empty(r->dir, laid, COUNT(laid), "it is not empty", e);
    if (rc)
        return rc;
    CLEANUP(closep) int mark = openat(r->dir, unfinished, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (mark < 0 || fsync(mark) != 0)
        return err_errno(e, errno, "make '%s'", unfinished);
    rc = copy_sync_dir(r->dir, path, e); /* before anything else: then it can be begun again */
    if (rc)
        return rc;
    for (size_t i = 0; i < COUNT(folders); i++) {
        if (mkdirat(r->dir, folders[i], 0700) != 0 && errno != EEXIST)
            return err_errno(e, errno, "make '%s'", folders[i]);
    }
    rc = copy_sync_dir(r->dir, path, e);
    return rc ? rc : copy_sync_above(r->dir, path, e);
}

static enum err_code copy_index(struct restore *r, struct err *e)
{
    char name[TARGET_NAME_MAX];
    CLEANUP(closep) int from = -1;

    target_index_name(name, r->manifest.moment_us);
    enum err_code rc = target_open_file(r->target.data, name, &from, e);
    if (rc)
        return rc;
    CLEANUP(closep)
    int to = openat(r->dir, "meta.db.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (to < 0)
        return err_errno(e, errno, "make 'meta.db.new'");
    struct copy copy = { .from = from, .to = to };
    rc = copy_until(&copy, r->manifest.index_bytes, e);
    if (rc)
        return err_context(e, "%s", name);
    if (copy.crc != r->manifest.index_crc)
        return err_set(e, ERR_CORRUPT, "the index %s is damaged", name);
    return PLANTED("restore-sync") || fsync(to) == 0 ? ERR_NONE
                                                     : err_errno(e, errno, "flush 'meta.db.new'");
}

static enum err_code copy_pack(struct restore *r, struct blob_store *blobs,
                               const struct manifest_pack *pack, struct err *e)
{
    char name[TARGET_NAME_MAX];
    CLEANUP(closep) int from = -1;

    target_pack_name(name, pack);
    enum err_code rc = target_open_file(r->target.packs, name, &from, e);
    if (rc)
        return rc;
    struct copy copy = { .from = from };
    rc = blob_load(blobs, pack->volume, pack->bytes, &copy, e);
    if (rc)
        return rc;
    r->report.packs++;
    r->report.pack_bytes += pack->bytes;
    if (copy.crc != pack->crc)
        return err_set(e, ERR_CORRUPT, "the pack %s is damaged", name);
    return ERR_NONE;
}

static enum err_code copy_packs(struct restore *r, struct err *e)
{
    struct blob_store *blobs = NULL;
    char url[PATH_MAX + 16];

    snprintf(url, sizeof url, "packs:%s/packs", r->options->dir);
    enum err_code rc = blob_open(url, &blobs, e);
    for (size_t i = 0; rc == ERR_NONE && i < r->manifest.pack_count; i++) {
        rc = copy_pack(r, blobs, &r->manifest.packs[i], e);
        if (rc == ERR_CORRUPT && r->options->damaged) {
            r->report.problems++;
            r->options->problem(r->options->context, e->text);
            rc = ERR_NONE;
        }
    }
    blob_close(blobs);
    return rc;
}

/* With its name the index makes a store of the directory. */
static enum err_code finish(struct restore *r, struct err *e)
{
    enum err_code rc = copy_sync_dir(r->dir, r->options->dir, e);

    if (rc)
        return rc;
    if (renameat(r->dir, "meta.db.new", r->dir, "meta.db") != 0)
        return err_errno(e, errno, "rename 'meta.db.new'");
    rc = copy_sync_dir(r->dir, r->options->dir, e);
    if (rc)
        return rc;
    if (unlinkat(r->dir, unfinished, 0) != 0)
        return err_errno(e, errno, "remove '%s'", unfinished);
    return copy_sync_dir(r->dir, r->options->dir, e);
}

static enum err_code run(struct restore *r, struct err *e)
{
    enum err_code rc = target_open(r->options->target, &r->target, e);

    if (rc)
        return rc;
    rc = find_moment(r, e);
    if (rc)
        return err_context(e, "the backup '%s'", r->options->target);
    rc = take_dir(r, e);
    if (rc)
        return err_context(e, "'%s'", r->options->dir);
    if (copy_index(r, e) || copy_packs(r, e) ||
        target_give_keys(&r->target, &r->newest, r->options->dir, e) || finish(r, e))
        return err_context(e, "restore");
    r->report.moment_us = r->manifest.moment_us;
    r->report.index_bytes = r->manifest.index_bytes;
    return ERR_NONE;
}

enum err_code backup_restore(const struct restore_options *options, struct restore_report *out,
                             struct err *e)
{
    struct restore r = { .options = options, .target = TARGET_NONE, .dir = -1 };
    CLEANUP(arena_freep) struct arena *arena = r.arena = arena_new(ARENA_MAX);

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "restore");
    enum err_code rc = run(&r, e);
    closep(&r.dir);
    target_close(&r.target);
    if (rc == ERR_NONE)
        *out = r.report;
    return rc;
}
