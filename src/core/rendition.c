#include "core/rendition.h"
#include "base/log.h"
#include "core/rendition_kept.h"
#include "core/rendition_wish.h"
#include "core/store.h"

#define FAILURE_US (60 * SECOND_US)

struct picture_making {
    struct making base; /* first */
    struct core *core;
    struct arena *arena;
    const struct picture *picture;
    const struct render *want;
};

static enum err_code make_picture(struct making *making, struct bytes *out, enum picture_type *type,
                                  struct err *e)
{
    struct picture_making *m = (struct picture_making *)making;
    struct store *store = m->core->store;
    int64_t start_us = clock_monotonic_us();
    struct source *source;

    enum err_code rc = picture_open(m->core, m->arena, m->picture, &source, e);
    if (rc == ERR_NONE)
        rc = render_source(store->boxes, m->arena, source, &m->picture->header,
                           &store->settings->image, m->want, out, type, e);
    if (!m->want->background)
        log_line(LOG_LEVEL_INFO, "picture %d rendered in %lld ms: %s", m->picture->id,
                 (long long)(clock_monotonic_us() - start_us) / 1000, rc ? e->text : "made");
    return rc;
}

/* The bytes as they are stored; those that an event loop has no time for wait for a thread. */
static enum err_code own_bytes(struct core *core, struct arena *arena,
                               const struct picture *picture, struct bytes *out, struct err *e)
{
    struct source *source;

    enum err_code rc = picture_open(core, arena, picture, &source, e);
    if (rc)
        return rc;
    size_t size = (size_t)source->size;
    if (!core->may_block && size > CACHE_QUICK_MAX)
        return err_set(e, ERR_BLOCKS, "a picture of %zu bytes is to be read", size);
    char *at = arena_alloc(arena, size);
    if (!at)
        return err_set(e, ERR_NO_MEMORY, "a picture of %zu bytes", size);
    rc = source->read(source, 0, at, size, core->may_block, e);
    if (rc == ERR_NONE)
        *out = bytes_of(at, size);
    return rc;
}

static enum err_code note_wish(const struct picture_making *m, struct err *e)
{
    struct cache *cache = m->core->store->renditions;
    struct rendition_wish wish = { .picture_id = m->picture->id, .want = *m->want };
    char how[WISH_LEN];
    struct err why = { 0 };

    if (!cache_may_wish(cache, &m->base.key))
        return ERR_NONE;
    if (!m->core->may_block)
        return err_set(e, ERR_BLOCKS, "a wish is to be written");
    memcpy(wish.hash.at, m->picture->hash.at, HASH_LEN);
    wish_write(&wish, how);
    if (cache_wish(cache, &m->base.key, bytes_of(how, sizeof how), &why))
        log_line(LOG_LEVEL_INFO, "a wish is not noted: %s", why.text);
    return ERR_NONE;
}

/* It takes seconds: what is not there is wished for, and WebP is given meanwhile. */
static enum err_code render_avif(struct picture_making *m, struct bytes *out,
                                 enum picture_type *type, struct err *e)
{
    struct render instead = *m->want;
    struct err why = { 0 };
    enum err_code rc = ERR_NONE;

    m->base.failure_us = WISH_FAILURE_US;
    m->base.background = true;
    if (m->want->background)
        return kept_make(m->core, m->arena, &m->base, out, type, e);
    bool known = kept_find(m->core, m->arena, &m->base, out, type, &rc, &why);
    if (known && rc == ERR_NONE)
        return ERR_NONE;
    if (!known && m->base.is_kept && (rc = note_wish(m, e)))
        return rc;
    instead.type = PICTURE_WEBP;
    return picture_render(m->core, m->arena, m->picture, &instead, out, type, e);
}

enum err_code picture_render(struct core *core, struct arena *arena, const struct picture *picture,
                             const struct render *want, struct bytes *out, enum picture_type *type,
                             struct err *e)
{
    struct rendered plan = render_plan(&picture->header, want);
    struct picture_making m = {
        .base = { .make = make_picture, .failure_us = FAILURE_US },
        .core = core,
        .arena = arena,
        .picture = picture,
        .want = want,
    };
    enum err_code rc;

    if (picture->blob_id && plan.same) {
        rc = own_bytes(core, arena, picture, out, e);
        if (rc == ERR_NONE)
            *type = picture->header.type;
        return rc;
    }
    m.base.is_kept = core->store->renditions && rendition_key(picture, &plan, &m.base.key);
    if (plan.type == PICTURE_AVIF)
        return render_avif(&m, out, type, e);
    return kept_make(core, arena, &m.base, out, type, e);
}

enum err_code picture_bounded(struct core *core, struct arena *arena, struct bytes bytes,
                              int32_t side_px, struct bytes *out, struct err *e)
{
    struct store *store = core->store;
    const struct settings *settings = store->settings;
    struct render want = { .width_px = side_px, .height_px = side_px };
    struct picture_header header;
    enum picture_type type;
    struct err ignored = { 0 };

    if ((int64_t)bytes.len > settings->picture_bytes_max ||
        image_read_header(bytes, &settings->image, &header, &ignored) ||
        (header.width_px <= side_px && header.height_px <= side_px)) {
        *out = bytes;
        return ERR_NONE;
    }
    enum err_code rc = may_decode(core, e);
    return rc ? rc
              : render_picture(store->boxes, arena, bytes, &header, &settings->image, &want, out,
                               &type, e);
}

struct drawing_making {
    struct making base; /* first */
    struct core *core;
    struct arena *arena;
    const struct drawing *drawing;
};

static enum err_code make_drawing(struct making *making, struct bytes *out, enum picture_type *type,
                                  struct err *e)
{
    struct drawing_making *m = (struct drawing_making *)making;

    enum err_code rc = render_drawing(m->core->store->boxes, m->arena, m->drawing, out, e);
    if (rc == ERR_NONE)
        *type = m->drawing->type;
    return rc;
}

enum err_code drawing_render(struct core *core, struct arena *arena, const struct drawing *drawing,
                             struct bytes *out, struct err *e)
{
    struct store *store = core->store;
    struct drawing_making m = {
        .base = { .make = make_drawing,
                  .is_kept = store->renditions != NULL,
                  .failure_us = FAILURE_US },
        .core = core,
        .arena = arena,
        .drawing = drawing,
    };
    enum picture_type type;

    if (drawings_find(&store->drawings, arena, drawing, out))
        return ERR_NONE;
    drawing_key(drawing, &m.base.key);
    enum err_code rc = kept_make(core, arena, &m.base, out, &type, e);
    if (rc == ERR_NONE)
        drawings_keep(&store->drawings, drawing, *out);
    return rc;
}
