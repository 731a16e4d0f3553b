/* The columns portraitThumbnail, imageThumbnail and thumbnail (superoffice 14.3). */
#include "core/rendition.h"
#include "dialect/superoffice/odata.h"

/* A picture is read and decoded here, each in memory of its own. */
#define ARENA_MAX (96UL << 20)

static enum err_code find_picture(struct call *c, struct owner owner, struct picture *out,
                                  struct err *e)
{
    struct err why = { 0 };
    bool exists;

    if (owner.kind == KIND_PRODUCT && picture_thumbnail(c->core, c->arena, owner, out, &why) == 0)
        return ERR_NONE;
    return picture_seen(c->core, c->arena, owner, out, &exists, e);
}

/* What is wrong with one picture must not keep the list from being shown. */
static bool is_about_the_picture(enum err_code rc)
{
    return rc == ERR_NOT_FOUND || rc == ERR_INVALID || rc == ERR_UNSUPPORTED ||
           rc == ERR_TOO_LARGE || rc == ERR_CORRUPT || rc == ERR_NO_MEMORY;
}

enum err_code so_thumbnail(struct call *c, struct owner owner, struct bytes *out, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    const struct render want = { .width_px = SO_THUMBNAIL_PX,
                                 .height_px = SO_THUMBNAIL_PX,
                                 .type = PICTURE_PNG };
    struct picture picture;
    struct bytes bytes = { 0 };
    enum picture_type type;
    struct err why = { 0 };

    *out = B("");
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "thumbnail");
    enum err_code rc = find_picture(c, owner, &picture, &why);
    if (!rc)
        rc = picture_render(c->core, arena, &picture, &want, &bytes, &type, &why);
    if (!rc && bytes.len > SO_THUMBNAIL_BYTES_MAX)
        return ERR_NONE; /* a small picture with a large file around it */
    if (!rc) {
        *out = arena_copy(c->arena, bytes);
        return out->at ? ERR_NONE : err_set(e, ERR_NO_MEMORY, "thumbnail");
    }
    if (is_about_the_picture(rc))
        return ERR_NONE;
    *e = why;
    return rc;
}
