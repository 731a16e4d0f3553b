#include "core/overview.h"

#include "core/store.h"

#include <stdlib.h>

static void fill(struct overview *out, const struct overview_row *row)
{
    out->record_exists = true;
    if (row->header.type == PICTURE_NONE) /* its bytes are still to come */
        return;
    out->has_appearance = row->has_appearance;
    out->picture_id = row->picture_id;
    out->version = row->version;
    out->focus_x = row->focus_x;
    out->focus_y = row->focus_y;
    out->description = row->description;
    out->header = row->header;
    out->updated_us = row->updated_us;
    out->appearance = row->appearance;
}

static enum err_code read_chunk(struct core *core, struct arena *arena, enum record_kind kind,
                                struct overview *const *list, size_t count, struct err *e)
{
    struct overview_row rows[OVERVIEW_CHUNK];
    int32_t ids[OVERVIEW_CHUNK];

    for (size_t i = 0; i < count; i++)
        ids[i] = list[i]->record_id;
    enum err_code rc = meta_overview(core->meta, arena, TENANT_DEFAULT, kind, ids, count, rows, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        if (rows[i].picture_id)
            fill(list[i], &rows[i]);
        else
            rc = meta_record_exists(core->meta, TENANT_DEFAULT, kind, ids[i],
                                    &list[i]->record_exists, e);
    }
    return rc;
}

static int by_id(const void *a, const void *b)
{
    const struct overview *const *left = a;
    const struct overview *const *right = b;

    return ((*left)->record_id > (*right)->record_id) - ((*left)->record_id < (*right)->record_id);
}

/* All of it sees one moment, and takes the database's locks once. */
static enum err_code begin(struct core *core, bool *begun, struct err *e)
{
    enum err_code rc = core_look(core, e);

    *begun = rc == ERR_NONE && !core->generation;
    return *begun ? meta_begin_read(core->meta, e) : rc;
}

enum err_code overview_read(struct core *core, struct arena *arena, enum record_kind kind,
                            const int32_t *record_ids, size_t count, struct overview **out,
                            struct err *e)
{
    bool begun;

    if (count > OVERVIEW_MAX)
        return err_set(e, ERR_INVALID, "%zu records at once, at most %d", count, OVERVIEW_MAX);
    struct overview *list = arena_zalloc(arena, count + 1, sizeof *list);
    struct overview **sorted = arena_zalloc(arena, count + 1, sizeof *sorted);
    if (!list || !sorted)
        return err_set(e, ERR_NO_MEMORY, "an overview of %zu records", count);
    for (size_t i = 0; i < count; i++) {
        list[i].record_id = record_ids[i];
        sorted[i] = &list[i];
    }
    qsort(sorted, count, sizeof(struct overview *), by_id);
    enum err_code rc = begin(core, &begun, e);
    if (rc)
        return rc;
    for (size_t at = 0; rc == ERR_NONE && at < count; at += OVERVIEW_CHUNK) {
        size_t left = count - at;
        rc = read_chunk(core, arena, kind, sorted + at,
                        left < OVERVIEW_CHUNK ? left : OVERVIEW_CHUNK, e);
    }
    if (begun)
        meta_end_read(core->meta);
    if (rc == ERR_NONE)
        *out = list;
    return rc;
}
