#include "base/copy.h"
#include "core/backup/backup.h"
#include "core/backup/moment.h"
#include "core/backup/target.h"
#include "meta/meta.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct check {
    struct target target;
    struct arena *arena; /* of all moments */
    void (*problem)(void *context, const char *line);
    void *context;
    struct manifest_pack *packs; /* of all moments */
    size_t pack_count;
    struct backup_check_report report;
};

PRINTF(2, 3) static void report(struct check *check, const char *fmt, ...)
{
    char line[ERR_TEXT_MAX + 100];
    __builtin_va_list args;

    __builtin_va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    __builtin_va_end(args);
    check->report.problems++;
    check->problem(check->context, line);
}

static void say_line(void *context, const char *line)
{
    report(context, "the index: %s", line);
}

/* Damage is a finding; anything else a failure of the check. */
static enum err_code found(struct check *check, enum err_code rc, const struct err *why,
                           struct err *e)
{
    if (rc == ERR_CORRUPT || rc == ERR_CONFLICT) {
        report(check, "%s", why->text);
        return ERR_NONE;
    }
    if (rc)
        *e = *why;
    return rc;
}

static enum err_code check_index(struct check *check, const struct manifest *m, struct err *e)
{
    char name[TARGET_NAME_MAX];
    char path[PATH_MAX];
    char url[PATH_MAX + 16];
    struct meta *meta = NULL;
    CLEANUP(closep) int fd = -1;
    struct copy copy = { .to = -1 };

    target_index_name(name, m->moment_us);
    enum err_code rc = target_open_file(check->target.data, name, &fd, e);
    copy.from = fd;
    if (rc == ERR_NONE && lseek(fd, 0, SEEK_END) != m->index_bytes)
        return err_set(e, ERR_CORRUPT, "%s has not its length", name);
    if (rc == ERR_NONE)
        rc = copy_until(&copy, m->index_bytes, e);
    if (rc)
        return err_context(e, "%s", name);
    check->report.bytes += copy.at;
    if (copy.crc != m->index_crc)
        return err_set(e, ERR_CORRUPT, "the index %s is damaged", name);
    target_index_path(&check->target, m->moment_us, path);
    snprintf(url, sizeof url, "sqlite-copy:%s", path);
    rc = meta_open(url, false, &meta, e);
    if (rc == ERR_NONE)
        rc = meta_integrity(meta, say_line, check, e);
    meta_close(meta);
    return rc;
}

static enum err_code take_packs(struct check *check, const struct manifest *m, struct err *e)
{
    size_t count = check->pack_count + m->pack_count;
    struct manifest_pack *more = realloc(check->packs, (count + 1) * sizeof *more);

    if (!more)
        return err_set(e, ERR_NO_MEMORY, "check a backup");
    check->packs = more;
    if (m->pack_count)
        memcpy(more + check->pack_count, m->packs, m->pack_count * sizeof *more);
    check->pack_count = count;
    return ERR_NONE;
}

static int by_length(const void *a, const void *b)
{
    const struct manifest_pack *x = a;
    const struct manifest_pack *y = b;

    if (x->volume != y->volume)
        return x->volume < y->volume ? -1 : 1;
    if (x->copy != y->copy)
        return x->copy < y->copy ? -1 : 1;
    return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* Each moment knows another length of the same file: in one pass, from the shortest on. */
static enum err_code check_copy(struct check *check, const struct manifest_pack *lengths,
                                size_t count, struct err *e)
{
    char name[TARGET_NAME_MAX];
    CLEANUP(closep) int fd = -1;
    struct copy copy = { .to = -1 };

    target_pack_name(name, lengths);
    enum err_code rc = target_open_file(check->target.packs, name, &fd, e);
    if (rc)
        return rc;
    copy.from = fd;
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        rc = copy_until(&copy, lengths[i].bytes, e);
        if (rc == ERR_NONE && copy.crc != lengths[i].crc)
            return err_set(e, ERR_CORRUPT, "the pack %s is damaged in its first %lld bytes", name,
                           (long long)lengths[i].bytes);
    }
    check->report.bytes += copy.at;
    return rc ? err_context(e, "%s", name) : ERR_NONE;
}

static enum err_code check_packs(struct check *check, struct err *e)
{
    struct manifest_pack *packs = check->packs;
    size_t next;

    if (check->pack_count)
        qsort(packs, check->pack_count, sizeof *packs, by_length);
    for (size_t at = 0; at < check->pack_count; at = next) {
        struct err why = { 0 };
        for (next = at + 1; next < check->pack_count; next++) {
            if (packs[next].volume != packs[at].volume || packs[next].copy != packs[at].copy)
                break;
        }
        enum err_code rc = check_copy(check, &packs[at], next - at, &why);
        rc = found(check, rc, &why, e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

static enum err_code check_moment(struct check *check, int64_t moment_us, bool is_newest,
                                  struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(4UL * MANIFEST_BYTES_MAX);
    struct manifest m = { 0 };
    struct err why = { 0 };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "check a backup");
    enum err_code rc = target_read(&check->target, arena, moment_us, &m, &why);
    if (rc)
        return found(check, rc, &why, e);
    rc = check_index(check, &m, &why);
    rc = found(check, rc, &why, e);
    if (rc == ERR_NONE && is_newest) {
        rc = target_check_keys(&check->target, &m, &why);
        rc = found(check, rc, &why, e);
    }
    check->report.moments++;
    return rc ? rc : take_packs(check, &m, e);
}

enum err_code backup_check(const char *target, void (*problem)(void *context, const char *line),
                           void *context, struct backup_check_report *out, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct check check = {
        .target = TARGET_NONE, .arena = arena, .problem = problem, .context = context
    };
    int64_t *moments = NULL;
    size_t count = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "check a backup");
    enum err_code rc = target_open(target, &check.target, e);
    if (rc == ERR_NONE)
        rc = target_moments(&check.target, arena, &moments, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        rc = check_moment(&check, moments[i], i == count - 1, e);
    if (rc == ERR_NONE)
        rc = check_packs(&check, e);
    free(check.packs);
    target_close(&check.target);
    if (rc == ERR_NONE)
        *out = check.report;
    return rc;
}

enum err_code backup_list(const char *path, struct arena *arena, struct backup_moment **out,
                          size_t *count, struct err *e)
{
    CLEANUP(target_close) struct target target = TARGET_NONE;
    int64_t *moments = NULL;
    size_t n = 0;

    enum err_code rc = target_open(path, &target, e);
    if (rc == ERR_NONE)
        rc = target_moments(&target, arena, &moments, &n, e);
    if (rc)
        return rc;
    struct backup_moment *list = arena_zalloc(arena, n + 1, sizeof *list);
    for (size_t i = 0; list && i < n; i++) {
        CLEANUP(arena_freep) struct arena *one = arena_new(4UL * MANIFEST_BYTES_MAX);
        struct manifest m = { 0 };
        struct err why = { 0 };

        if (!one)
            return err_set(e, ERR_NO_MEMORY, "list a backup");
        rc = target_read(&target, one, moments[i], &m, &why);
        if (rc == ERR_NO_MEMORY) { /* which says nothing of the moment */
            *e = why;
            return rc;
        }
        list[i].damaged = rc != ERR_NONE;
        list[i].moment_us = moments[i];
        list[i].index_bytes = m.index_bytes;
        list[i].packs = (int64_t)m.pack_count;
        for (size_t p = 0; p < m.pack_count; p++)
            list[i].pack_bytes += m.packs[p].bytes;
    }
    if (!list)
        return err_set(e, ERR_NO_MEMORY, "list a backup");
    *out = list;
    *count = n;
    return ERR_NONE;
}
