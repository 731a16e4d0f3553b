#include "core/rendition.h"
#include "core/store.h"

static enum err_code may_decode(const struct core *core, struct err *e)
{
    return core->may_block ? ERR_NONE : err_set(e, ERR_BLOCKS, "a picture is to be decoded");
}

static enum err_code own_bytes(struct arena *arena, struct source *source, struct bytes *out,
                               struct err *e)
{
    size_t size = (size_t)source->size;
    char *at = arena_alloc(arena, size);

    if (!at)
        return err_set(e, ERR_NO_MEMORY, "a picture of %zu bytes", size);
    enum err_code rc = source->read(source, 0, at, size, true, e);
    if (rc == ERR_NONE)
        *out = bytes_of(at, size);
    return rc;
}

enum err_code picture_render(struct core *core, struct arena *arena, const struct picture *picture,
                             const struct render *want, struct bytes *out, enum picture_type *type,
                             struct err *e)
{
    struct source *source;

    enum err_code rc = may_decode(core, e);
    if (rc == ERR_NONE)
        rc = picture_open(core, arena, picture, &source, e);
    if (rc)
        return rc;
    if (!render_plan(&picture->header, want).same)
        return render_source(arena, source, &picture->header, &core->store->settings->image, want,
                             out, type, e);
    rc = own_bytes(arena, source, out, e);
    if (rc == ERR_NONE)
        *type = picture->header.type;
    return rc;
}

enum err_code picture_bounded(struct core *core, struct arena *arena, struct bytes bytes,
                              int32_t side_px, struct bytes *out, struct err *e)
{
    const struct settings *settings = core->store->settings;
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
    return rc ? rc : render_picture(arena, bytes, &header, &settings->image, &want, out, &type, e);
}

enum err_code drawing_render(struct core *core, struct arena *arena, const struct drawing *drawing,
                             struct bytes *out, struct err *e)
{
    if (drawings_find(&core->store->drawings, arena, drawing, out))
        return ERR_NONE;
    enum err_code rc = may_decode(core, e);
    if (rc == ERR_NONE)
        rc = render_drawing(arena, drawing, out, e);
    if (rc == ERR_NONE)
        drawings_keep(&core->store->drawings, drawing, *out);
    return rc;
}
