#include "core/appearance.h"
#include "base/clock.h"
#include "core/blob_bytes.h"
#include "core/picture_content.h"
#include "core/store.h"
#include "image/render.h"

#include <stdlib.h>

#define ROWS_ARENA_MAX (64UL << 20)

enum err_code appearance_get(struct core *core, const struct picture *picture,
                             struct appearance *out, struct err *e)
{
    struct appearance_row row;
    bool found = false;

    enum err_code rc = core_look(core, e);
    if (rc == ERR_NONE && picture->blob_id)
        rc = meta_appearance_find(core->meta, TENANT_DEFAULT, picture->blob_id, &row, &found, e);
    if (rc)
        return rc;
    if (!found || row.state != APPEARANCE_MADE)
        return err_set(e, ERR_NOT_FOUND, "it is not known what picture %d looks like", picture->id);
    *out = row.appearance;
    return ERR_NONE;
}

/* Bytes in memory, as something to pull from. */
struct memory_source {
    struct source base; /* first */
    struct bytes bytes;
};

static enum err_code read_memory(struct source *source, uint64_t offset, char *out, size_t len,
                                 bool may_block, struct err *e)
{
    struct memory_source *s = (struct memory_source *)source;

    (void)may_block;
    if (offset > s->bytes.len || len > s->bytes.len - offset)
        return err_set(e, ERR_INTERNAL, "read behind the end of a picture");
    if (len)
        memcpy(out, s->bytes.at + offset, len);
    return ERR_NONE;
}

static struct memory_source source_of(struct bytes bytes)
{
    return (struct memory_source){ .base = { .size = bytes.len, .read = read_memory },
                                   .bytes = bytes };
}

/* ---- as bytes come ---- */

/* Has anybody looked at the same bytes? */
static bool is_known(struct core *core, struct content_write *w)
{
    struct appearance_row row;
    struct blob_row blob;
    struct err ignored = { 0 };
    bool found = false;

    return !meta_blob_by_hash(core->meta, w->arena, TENANT_DEFAULT, w->hash, &blob, &found,
                              &ignored) &&
           found &&
           !meta_appearance_find(core->meta, TENANT_DEFAULT, blob.id, &row, &found, &ignored) &&
           found;
}

void content_look(struct core *core, struct content_write *w)
{
    const struct settings *settings = core->store->settings;
    struct memory_source source = source_of(w->content.bytes);
    int64_t pixels = (int64_t)w->header.width_px * w->header.height_px;
    struct err ignored = { 0 };

    if (w->content.bytes.len > APPEARANCE_SMALL_BYTES || w->header.frames != 1 ||
        pixels > APPEARANCE_SMALL_PIXELS || is_known(core, w))
        return;
    w->looked = !render_appearance_now(core->store->boxes, &source.base, &w->header,
                                       &settings->image, &w->appearance, &ignored);
}

enum err_code content_keep_looks(struct content_write *w, struct meta *meta, int64_t blob_id,
                                 struct err *e)
{
    struct appearance_row row = { .blob_id = blob_id,
                                  .state = APPEARANCE_MADE,
                                  .made_by = APPEARANCE_VERSION,
                                  .appearance = w->appearance };

    return w->looked ? meta_appearance_put(meta, TENANT_DEFAULT, &row, e) : ERR_NONE;
}

/* ---- later ---- */

/* Many rows in one transaction: a flush for each would take hours over a store of many pictures. */
struct looks_write {
    struct write write; /* first */
    struct appearance_row *rows;
    size_t count;
};

static enum err_code apply_looks(struct write *write, struct meta *meta, struct err *e)
{
    struct looks_write *w = (struct looks_write *)write;
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; rc == ERR_NONE && i < w->count; i++)
        rc = meta_appearance_put(meta, TENANT_DEFAULT, &w->rows[i], e);
    return rc;
}

static enum err_code read_blob(struct core *core, const struct blob_row *row, char *out,
                               struct err *e)
{
    struct blob_place place = place_of_row(row);

    enum err_code rc = bytes_read(core->store, &place, out, e);
    if (rc == ERR_CORRUPT)
        damage_found(core->store->damage, row->id, e);
    return rc;
}

/* The header is read anew: it stands with the pictures, of which there may be many or none. */
static enum err_code look_at_bytes(struct core *core, struct bytes bytes, struct appearance *out,
                                   struct err *e)
{
    const struct image_limits *limits = &core->store->settings->image;
    struct memory_source source = source_of(bytes);
    struct picture_header header;

    enum err_code rc = image_read_header(bytes, limits, &header, e);
    return rc ? rc : render_appearance(core->store->boxes, &source.base, &header, limits, out, e);
}

static enum err_code look_at(struct core *core, const struct blob_row *blob,
                             struct appearance_row *out, struct err *e)
{
    struct appearance_row row = { .blob_id = blob->id,
                                  .state = APPEARANCE_MADE,
                                  .made_by = APPEARANCE_VERSION };
    CLEANUP(freep) char *bytes = malloc(blob->plain_bytes ? (size_t)blob->plain_bytes : 1);

    if (!bytes)
        return err_set(e, ERR_NO_MEMORY, "a picture of %lld bytes", (long long)blob->plain_bytes);
    enum err_code rc = read_blob(core, blob, bytes, e);
    if (rc)
        return rc;
    rc = look_at_bytes(core, bytes_of(bytes, (size_t)blob->plain_bytes), &row.appearance, e);
    if (rc == ERR_UNSUPPORTED || rc == ERR_TOO_LARGE || rc == ERR_INVALID) {
        row.state = APPEARANCE_IMPOSSIBLE;
        row.appearance = (struct appearance){ 0 };
    } else if (rc) {
        return rc;
    }
    *out = row;
    return ERR_NONE;
}

/* What is damaged is passed over, for `cameo check` to tell. What was given back meanwhile looks
 * the same. */
static enum err_code look_at_all(struct core *core, const struct blob_row *blobs, size_t count,
                                 struct looks_write *w, int64_t *after, size_t *seen, struct err *e)
{
    int64_t until_us = clock_monotonic_us() + APPEARANCE_TURN_US;

    for (*seen = 0; *seen < count && clock_monotonic_us() < until_us; ++*seen) {
        const struct blob_row *blob = &blobs[*seen];
        enum err_code rc = look_at(core, blob, &w->rows[w->count], e);
        if (rc && rc != ERR_CORRUPT) {
            *after = blob->id - 1;
            return rc;
        }
        if (rc == ERR_NONE)
            w->count++;
        *after = blob->id;
    }
    return ERR_NONE;
}

enum err_code appearance_make(struct core *core, int64_t *after, size_t limit, bool *more,
                              struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ROWS_ARENA_MAX);
    struct looks_write w = { .write = { .apply = apply_looks } };
    struct blob_row *blobs;
    struct err ignored = { 0 };
    int64_t from = *after;
    size_t count;
    size_t seen;

    if (!arena || !(w.rows = arena_alloc(arena, limit * sizeof *w.rows)))
        return err_set(e, ERR_NO_MEMORY, "look at pictures");
    enum err_code rc = meta_appearance_missing(core->meta, arena, TENANT_DEFAULT, from,
                                               APPEARANCE_VERSION, limit, &blobs, &count, e);
    if (rc)
        return rc;
    rc = look_at_all(core, blobs, count, &w, &from, &seen, e);
    enum err_code kept = w.count ? core_write(core, &w.write, rc ? &ignored : e) : ERR_NONE;
    if (kept)
        return rc ? rc : kept; /* all of them once more */
    *after = from;
    *more = seen < count || count == limit;
    return rc;
}
