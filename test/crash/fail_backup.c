/* Backups, and stores made of them. Both lie in the folder of the store that is backed up: there
 * calls fail. */
#include "core/backup/backup.h"
#include "core/check.h"
#include "crash/fail_lab.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static const char *path_of(const struct lab *lab, const char *name, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/%s", lab->dir, name);
    return out;
}

static void ignore(void *context, const char *line)
{
    (void)context, (void)line;
}

static enum err_code back_up_as(struct lab *lab, bool whole, struct err *e)
{
    char path[PATH_MAX];
    struct backup_options options = {
        .target = path_of(lab, "backup", path), .whole = whole, .keep = 2, .problem = ignore
    };
    struct backup_report report = { 0 };

    enum err_code rc = store_backup(lab->core, &options, &report, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%d problems", (int)report.problems);
    return rc;
}

static enum err_code back_up(struct lab *lab, struct err *e)
{
    return back_up_as(lab, false, e);
}

static enum err_code back_up_whole(struct lab *lab, struct err *e)
{
    return back_up_as(lab, true, e);
}

static enum err_code put_some(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 310, 20000, e);
}

/* What could not be read is told as damage: the next look says whether it is. */
static enum err_code look_again(const struct lab *lab, int64_t damaged, struct err *e)
{
    return damaged && lab->attempt == 0 ? err_set(e, ERR_UNAVAILABLE, "not all could be read")
                                        : ERR_NONE;
}

static enum err_code list(struct lab *lab, struct err *e)
{
    struct backup_moment *moments = NULL;
    char path[PATH_MAX];
    int64_t damaged = 0;
    size_t count = 0;

    enum err_code rc = backup_list(path_of(lab, "backup", path), lab->arena, &moments, &count, e);
    if (rc)
        return rc;
    for (size_t i = 0; i < count; i++)
        damaged += moments[i].damaged;
    strbuf_printf(&lab->answer, "%d moments, %d damaged", (int)count, (int)damaged);
    return look_again(lab, damaged, e);
}

static enum err_code check(struct lab *lab, struct err *e)
{
    struct backup_check_report report = { 0 };
    char path[PATH_MAX];

    enum err_code rc = backup_check(path_of(lab, "backup", path), ignore, NULL, &report, e);
    if (rc)
        return rc;
    strbuf_printf(&lab->answer, "%d moments, %d problems", (int)report.moments,
                  (int)report.problems);
    return look_again(lab, report.problems, e);
}

/* One that has been told as failed when all was done is begun anew. */
static enum err_code restore(struct lab *lab, struct err *e)
{
    char target[PATH_MAX];
    char dir[PATH_MAX];
    char index[PATH_MAX + 20];
    struct restore_options options = { .target = path_of(lab, "backup", target),
                                       .dir = path_of(lab, "restored", dir),
                                       .until_us = INT64_MAX,
                                       .problem = ignore };
    struct restore_report report = { 0 };

    snprintf(index, sizeof index, "%s/meta.db", dir);
    if (access(index, F_OK) == 0)
        lab_remove(dir);
    enum err_code rc = backup_restore(&options, &report, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%d packs, %d problems", (int)report.packs,
                      (int)report.problems);
    return rc;
}

static enum err_code drop_unnamed(struct lab *lab, struct err *e)
{
    char dir[PATH_MAX];
    struct lab other = { .dir = path_of(lab, "restored", dir), .settings = lab->settings };
    int64_t bytes = 0;

    enum err_code rc = lab_open(&other, false, e);
    if (rc == ERR_NONE)
        rc = store_drop_unnamed(other.core, &bytes, e);
    lab_close(&other);
    return rc;
}

/* Of bytes that a later moment does not name. */
static void make_backup(struct lab *lab)
{
    struct err e = { 0 };
    bool deleted;
    size_t given;

    lab_must(put_some(lab, &e), &e, "put");
    lab_must(lab_put(lab, CONTACT(3), 311, 20000, &e), &e, "put");
    lab_must(back_up(lab, &e), &e, "back up");
    lab_must(picture_delete_seen(lab->core, &lab_user, CONTACT(2), (struct picture_condition){ 0 },
                                 &deleted, &e),
             &e, "delete");
    lab_must(store_collect(lab->core, 100, &given, &e), &e, "collect");
    lab_must(back_up(lab, &e), &e, "back up");
}

const struct scenario scenarios_backup[] = {
    { "back up", .settle = lab_seal, .steps = { back_up, put_some, back_up, list, back_up_whole },
      .partly = true, .loose = true },
    { "check a backup", make_backup, lab_seal, .steps = { check }, .partly = true, .loose = true },
    { "restore", make_backup, lab_seal, .steps = { restore, drop_unnamed }, .partly = true,
      .loose = true },
    { NULL },
};
