/* The second index, what is made of it, and sealed pictures. */
#include "base/copy.h"
#include "base/crypto.h"
#include "core/check.h"
#include "core/history.h"
#include "core/index_copy.h"
#include "core/keys.h"
#include "core/rebuild.h"
#include "core/record.h"
#include "core/store.h"
#include "crash/fail_scenarios.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

static void path_of(const struct lab *lab, const char *name, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/packs/%s", lab->dir, name);
}

static enum err_code put_some(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 310, 20000, e);
}

static enum err_code put_more(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(3), 311, 20000, e);
}

/* As a power cut leaves it. */
static void cut_rows(struct lab *lab)
{
    char path[PATH_MAX];
    struct err e = { 0 };

    path_of(lab, "index.rows", path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || ftruncate(fd, lseek(fd, 0, SEEK_END) - 5) != 0)
        lab_must(err_errno(&e, errno, "cut '%s'", path), &e, "cut");
    close(fd);
}

static void lose_index(struct lab *lab)
{
    static const char *const names[] = { "index.db", "index.rows" };
    char path[PATH_MAX];
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(names); i++) {
        path_of(lab, names[i], path);
        if (unlink(path) != 0)
            lab_must(err_errno(&e, errno, "remove '%s'", path), &e, "lose");
    }
}

/* As a copy leaves it that is broken off. */
static void break_copy_off(struct lab *lab)
{
    char from[PATH_MAX];
    char to[PATH_MAX];
    struct err e = { 0 };

    path_of(lab, "index.rows", from);
    path_of(lab, "index.rows.old", to);
    if (rename(from, to) != 0)
        lab_must(err_errno(&e, errno, "rename '%s'", from), &e, "break off");
    lab_must(put_some(lab, &e), &e, "put");
}

/* There is a copy, and no transaction is missing behind it. */
static bool is_whole(struct lab *lab)
{
    struct index_file head = { 0 };
    char path[PATH_MAX];

    path_of(lab, "index.db", path);
    bool whole = access(path, R_OK) == 0;
    path_of(lab, "index.rows", path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    whole = whole && fd >= 0 && pread(fd, &head, sizeof head, 0) == (ssize_t)sizeof head;
    if (fd >= 0)
        close(fd);
    return whole && head.magic == INDEX_FILE_MAGIC && !head.torn;
}

/* A turn that finds no room is no failure; the next one makes the copy. */
static enum err_code keep_index(struct lab *lab, struct err *e)
{
    int64_t flushed = 0;

    enum err_code rc = store_keep_index(lab->core, &flushed, e);
    return rc || is_whole(lab) ? rc : err_set(e, ERR_BUSY, "there is no whole second index yet");
}

/* More rows than one transaction of the new database takes. */
static void large_rows(struct lab *lab)
{
    struct err e = { 0 };

    for (int i = 0; i < 6; i++) {
        struct record out;
        struct record record = { .kind = KIND_PRODUCT,
                                 .id = 50 + i,
                                 .subtype = SUBTYPE_SIMPLE,
                                 .name = B("Large"),
                                 .sort = 500,
                                 .active = true };
        char *text = arena_alloc(lab->arena, 220000);
        memset(text, 'x', 220000);
        memcpy(text, "{\"a\":\"", 6);
        memcpy(text + 219998, "\"}", 2);
        record.members = bytes_of(text, 220000);
        lab_must(record_add(lab->core, &lab_user, lab->arena, &record, &out, &e), &e, "record");
    }
    break_copy_off(lab);
}

/* Rows that need more memory than there is are missing from the second index, and it says so. */
static enum err_code add_large(struct lab *lab, struct err *e)
{
    struct record record = { .kind = KIND_PRODUCT,
                             .subtype = SUBTYPE_SIMPLE,
                             .name = B("Large"),
                             .sort = 500,
                             .active = true };
    struct record out;
    char *text = arena_alloc(lab->arena, 50000);

    if (!text)
        return err_set(e, ERR_NO_MEMORY, "draw");
    memset(text, 'x', 50000);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + 49998, "\"}", 2);
    record.members = bytes_of(text, 50000);
    return record_add(lab->core, &lab_user, lab->arena, &record, &out, e);
}

static enum err_code erase_user(struct lab *lab, struct err *e)
{
    return user_erase(lab->core, &lab_user, 2, e);
}

static enum err_code open_existing(struct lab *lab, struct err *e)
{
    return lab_open(lab, false, e);
}

static enum err_code open_and_keep(struct lab *lab, struct err *e)
{
    enum err_code rc = lab_open(lab, false, e);

    return rc ? rc : keep_index(lab, e);
}

static enum err_code copy_index(const char *from, const char *to, struct err *e)
{
    CLEANUP(closep) int in = open(from, O_RDONLY | O_CLOEXEC);
    CLEANUP(closep) int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct copy copy = { .from = in, .to = out };

    if (in < 0 || out < 0)
        return err_errno(e, errno, "copy '%s'", from);
    return copy_until(&copy, lseek(in, 0, SEEK_END), e);
}

/* The index is as it was before two pictures came. */
static void lose_transactions(struct lab *lab)
{
    char path[PATH_MAX];
    char early[PATH_MAX];
    struct err e = { 0 };

    path_of(lab, "../meta.db", path);
    path_of(lab, "../early", early);
    lab_close(lab);
    lab_must(copy_index(path, early, &e), &e, "copy");
    lab_must(lab_open(lab, false, &e), &e, "open");
    lab_must(put_some(lab, &e), &e, "put");
    lab_must(put_more(lab, &e), &e, "put");
    lab_close(lab);
    if (rename(early, path) != 0)
        lab_must(err_errno(&e, errno, "rename '%s'", early), &e, "lose");
}

static void ignore(void *context, const char *line)
{
    (void)context, (void)line;
}

static enum err_code rebuild(struct lab *lab, struct err *e)
{
    struct rebuild_report report;

    enum err_code rc = store_rebuild(lab->dir, ignore, NULL, &report, e);
    if (rc)
        return rc;
    strbuf_printf(&lab->answer, "%d gaps", (int)report.gaps);
    return lab_open(lab, false, e);
}

/* Sealed pictures. */

static void seal_none(struct settings *settings)
{
    lab_seal(settings);
    settings->encryption = false;
}

static void with_sealed(struct lab *lab)
{
    struct err e = { 0 };

    lab_close(lab);
    lab->settings.encryption = true;
    lab_must(lab_open(lab, false, &e), &e, "open");
    lab_must(put_some(lab, &e), &e, "put");
    lab_close(lab);
    lab->settings.encryption = false;
}

static enum err_code put_large(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 312, 300000, e);
}

static enum err_code delete_large(struct lab *lab, struct err *e)
{
    bool deleted;

    return picture_delete_seen(lab->core, &lab_user, CONTACT(2), (struct picture_condition){ 0 },
                               &deleted, e);
}

static enum err_code collect(struct lab *lab, struct err *e)
{
    size_t given = 0;

    enum err_code rc = store_collect(lab->core, 100, &given, e);
    return rc || given || lab->attempt ? rc : err_set(e, ERR_BUSY, "nothing was given back");
}

/* By parts that begin and end within pieces. */
static enum err_code read_parts(struct lab *lab, struct err *e)
{
    struct source *source = NULL;
    struct picture picture;
    bool exists;

    enum err_code rc = picture_seen(lab->core, lab->arena, CONTACT(2), &picture, &exists, e);
    if (rc == ERR_NONE)
        rc = picture_open(lab->core, lab->arena, &picture, &source, e);
    if (rc)
        return rc;
    char *bytes = arena_alloc(lab->arena, (size_t)source->size);
    if (!bytes)
        return err_set(e, ERR_NO_MEMORY, "read");
    for (uint64_t at = 0; rc == ERR_NONE && at < source->size; at += 70000) {
        uint64_t left = source->size - at;
        rc = source->read(source, at, bytes + at, left < 70000 ? left : 70000, true, e);
    }
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%08x", crc32c(bytes_of(bytes, (size_t)source->size)));
    return rc;
}

static enum err_code rotate(struct lab *lab, struct err *e)
{
    struct keys_rotated rotated;

    return keys_rotate(lab->core, true, &rotated, e);
}

static enum err_code reseal_once(struct lab *lab, int64_t *done, struct err *e)
{
    int64_t after = 0;
    bool more = true;
    enum err_code rc = ERR_NONE;

    *done = 0;
    while (rc == ERR_NONE && more)
        rc = keys_reseal(lab->core, &after, 100, done, &more, e);
    return rc;
}

/* When it is done, nothing is left to do. */
static enum err_code reseal(struct lab *lab, struct err *e)
{
    int64_t done;

    enum err_code rc = reseal_once(lab, &done, e);
    if (rc == ERR_NONE)
        rc = reseal_once(lab, &done, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%d are left", (int)done);
    return rc;
}

static enum err_code erase_contact(struct lab *lab, struct err *e)
{
    size_t pictures;

    return record_erase(lab->core, &lab_user, CONTACT(2), &pictures, e);
}

static void *let_go(void *context)
{
    usleep(100000);
    close(*(int *)context);
    return NULL;
}

/* While a backup is being made, which ends meanwhile. */
static enum err_code erase_patiently(struct lab *lab, struct err *e)
{
    char path[PATH_MAX];
    pthread_t thread;

    snprintf(path, sizeof path, "%s/backup.lock", lab->dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (!held || pthread_create(&thread, NULL, let_go, &fd) != 0) {
        closep(&fd);
        return err_set(e, ERR_UNAVAILABLE, "no backup to wait for");
    }
    enum err_code rc = erase_contact(lab, e);
    pthread_join(thread, NULL);
    return rc;
}

const struct scenario scenarios_index[] = {
    { "keep the second index", cut_rows,
      .steps = { put_some, keep_index, put_more, add_large, keep_index } },
    { "keep a second index that was broken off", break_copy_off,
      .steps = { keep_index, put_more } },
    { "make the second index", lose_index, .steps = { open_and_keep }, .closed = true },
    { "erase beside a broken off copy", break_copy_off, .steps = { erase_contact }, .partly = true,
      .loose = true },
    { "erase beside a backup", .steps = { put_some, erase_patiently }, .partly = true,
      .loose = true },
    { "erase a user", .steps = { put_some, erase_user }, .partly = true, .loose = true },
    { "rebuild", large_rows, .steps = { rebuild }, .closed = true, .partly = true },
    { "open without the last transactions", lose_transactions, .steps = { open_existing },
      .closed = true },
    { "sealed", .settle = lab_seal,
      .steps = { put_some, put_large, read_parts, delete_large, collect, put_more }, .partly = true,
      .loose = true },
    { "open a sealed store", with_sealed, lab_seal, .steps = { open_existing }, .closed = true },
    { "seal later", .settle = lab_seal, .steps = { reseal, rotate }, .partly = true,
      .loose = true },
    { "seal no longer", with_sealed, seal_none, .steps = { reseal }, .partly = true,
      .loose = true },
    { NULL },
};
