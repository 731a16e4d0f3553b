/* What GET Image answers for a record without a picture when ifBlank asks for it (superoffice 3.2).
 */
#include "dialect/superoffice/superoffice.h"

#define WIDTH    130 /* of a portrait, as the user documentation recommends */
#define HEIGHT   180
#define SIDE_MAX DRAWING_SIDE_MAX
#define MADE_BY  2 /* a part of the entity tags: rises when the drawings change */

/* 1 x 1, its only colour transparent. */
static const struct bytes clear_pixel =
    B("GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xF9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;");

static enum drawing_shape shape_of(enum record_kind kind)
{
    switch (kind) {
    case KIND_CONTACT:
        return DRAWING_COMPANY;
    case KIND_PERSON:
        return DRAWING_PERSON;
    case KIND_PRODUCT:
        return DRAWING_PRODUCT;
    case KIND_PROJECT:
        break;
    }
    return DRAWING_PROJECT;
}

static int32_t proportional(int32_t side, int32_t to, int32_t from)
{
    int32_t result = (int32_t)(((int64_t)side * to + from / 2) / from);

    return result < 1 ? 1 : result > SIDE_MAX ? SIDE_MAX : result;
}

static void set_size(struct drawing *drawing, const struct render *want)
{
    drawing->width_px = want->width_px;
    drawing->height_px = want->height_px;
    if (!want->width_px && !want->height_px) {
        drawing->width_px = WIDTH;
        drawing->height_px = HEIGHT;
    } else if (!want->height_px) {
        drawing->height_px = proportional(want->width_px, HEIGHT, WIDTH);
    } else if (!want->width_px) {
        drawing->width_px = proportional(want->height_px, WIDTH, HEIGHT);
    }
}

static struct drawing drawing_of(const struct call *c, const struct so_wish *wish)
{
    struct drawing drawing = { .type = wish->render.type };

    if (drawing.type == PICTURE_NONE)
        drawing.type = PICTURE_PNG;
    set_size(&drawing, &wish->render);
    switch (wish->blank) {
    case SO_BLANK_SR_NO_PHOTO_WITH_BORDER:
        drawing.border = true;
        drawing.text = so_resource_text(so_call(c)->local.language, B("SR_NO_PHOTO"));
        break;
    case SO_BLANK_SR_NO_PHOTO:
        drawing.text = so_resource_text(so_call(c)->local.language, B("SR_NO_PHOTO"));
        break;
    case SO_BLANK_GENERIC_FILE_ICON:
        drawing.shape = DRAWING_FILE;
        break;
    case SO_BLANK_DEFAULT:
    case SO_BLANK_CLEAR_PIXEL:
    case SO_BLANK_NULL:
        drawing.shape = shape_of(so_owner(c).kind);
        break;
    }
    return drawing;
}

static struct bytes etag_of(const struct call *c, const struct so_wish *wish,
                            const struct drawing *drawing)
{
    struct bytes name = so_blank_name(wish->blank);
    char *tag =
        arena_printf(c->arena, "\"blank-%.*s-%d-%dx%d-%s-%s-%d\"", (int)name.len, name.at,
                     (int)drawing->shape, drawing->width_px, drawing->height_px,
                     picture_type_extension(drawing->type), so_call(c)->local.language, MADE_BY);
    return bytes_str(tag);
}

/* The words were chosen by the request's languages, and caches have to know that. */
static void cache_words(struct call *c)
{
    const char *language = so_call(c)->local.language;

    so_cache_picture(c);
    http_response_header(c->res, "Vary", B("Authorization, Cookie, Accept-Language"));
    if (language[0])
        http_response_header(c->res, "SO-Language", bytes_str(language));
}

enum err_code so_placeholder_reply(struct call *c, const struct so_wish *wish, struct err *e)
{
    bool clear = wish->blank == SO_BLANK_CLEAR_PIXEL;
    struct drawing drawing =
        clear ? (struct drawing){ .width_px = 1, .height_px = 1, .type = PICTURE_GIF }
              : drawing_of(c, wish);
    void (*cache)(struct call * c) = drawing.text.len ? cache_words : so_cache_picture;
    /* no date: what a client has under the same address may be a picture that was taken away */
    struct http_validators now = { .etag = etag_of(c, wish, &drawing), .modified_us = SO_UNDATED };
    bool answered;
    struct bytes bytes = clear_pixel;

    if (!now.etag.at)
        return err_set(e, ERR_NO_MEMORY, "entity tag");
    enum err_code rc = so_read_condition(c, &now, cache, &answered, e);
    if (rc || answered)
        return rc;
    if (!clear) {
        rc = drawing_render(c->core, c->arena, &drawing, &bytes, e);
        if (rc)
            return rc;
    }
    return so_picture_reply(c, bytes, drawing.type, &now, cache, e);
}
