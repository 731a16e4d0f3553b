#include "dialect/superoffice/superoffice.h"

#include "http/accept.h"

#include <inttypes.h>

#define MADE_BY 1 /* a part of renditions' entity tags: rises when they come out differently */

/* `bytes 0-99/1000`, or `bytes * / 1000` without the spaces when no part of it was wanted. */
static enum err_code content_range(struct call *c, int status, uint64_t offset, uint64_t length,
                                   uint64_t size, struct err *e)
{
    char *text = status == 206 ? arena_printf(c->arena, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
                                              offset, offset + length - 1, size)
                               : arena_printf(c->arena, "bytes */%" PRIu64, size);
    if (!text)
        return err_set(e, ERR_NO_MEMORY, "answer");
    http_response_header(c->res, "Content-Range", bytes_str(text));
    return ERR_NONE;
}

/* Everything but the bytes: which of them are wanted, and all headers. 416 is an answer. */
static enum err_code begin_reply(struct call *c, enum picture_type type,
                                 const struct http_validators *now, uint64_t size,
                                 void (*cache)(struct call *c), struct err *e)
{
    struct http_response *res = c->res;
    uint64_t offset = 0;
    uint64_t length = size;
    enum err_code rc = ERR_NONE;

    int status = http_range(c->req, now, size, &offset, &length);
    if (status == 416) {
        so_fail(c, 416, "the picture has no such bytes");
        return content_range(c, status, 0, 0, size, e);
    }
    if (status == 206)
        rc = content_range(c, status, offset, length, size, e);
    if (rc == ERR_NONE)
        rc = so_reply_validators(c, now, e);
    if (rc)
        return rc;
    res->status = status;
    res->offset = offset;
    res->length = length;
    res->content_type = picture_type_mime(type);
    http_response_header(res, "Accept-Ranges", B("bytes"));
    http_response_header(res, "X-Content-Type-Options", B("nosniff"));
    cache(c);
    return ERR_NONE;
}

static enum err_code reply_stored(struct call *c, const struct picture *picture,
                                  const struct http_validators *now, struct err *e)
{
    struct source *source;

    enum err_code rc = picture_open(c->core, c->arena, picture, &source, e);
    if (rc == ERR_NONE)
        rc = begin_reply(c, picture->header.type, now, (uint64_t)picture->size_bytes,
                         so_cache_picture, e);
    if (rc == ERR_NONE && c->res->status != 416)
        c->res->source = source;
    return rc;
}

enum err_code so_picture_reply(struct call *c, struct bytes bytes, enum picture_type type,
                               const struct http_validators *now, void (*cache)(struct call *c),
                               struct err *e)
{
    enum err_code rc = begin_reply(c, type, now, bytes.len, cache, e);

    if (rc || c->res->status == 416)
        return rc;
    c->res->body = bytes_first(bytes_from(bytes, (size_t)c->res->offset), (size_t)c->res->length);
    c->res->offset = 0;
    c->res->length = 0;
    return ERR_NONE;
}

/* A TIFF, which has to become something else, becomes what the client says it likes; nothing else
 * looks at Accept: clients ask for JSON here and want the picture (superoffice 3.2). */
static void choose_type(const struct call *c, const struct picture *picture, struct render *want)
{
    static const struct bytes offered[] = { B("image/png"), B("image/jpeg"), B("image/gif") };
    static const enum picture_type types[] = { PICTURE_PNG, PICTURE_JPEG, PICTURE_GIF };

    if (picture->header.type != PICTURE_TIFF || want->type != PICTURE_NONE)
        return;
    int best = accept_best(http_header_find(c->req, "Accept"), offered, COUNT(offered));
    want->type = best < 0 ? PICTURE_PNG : types[best];
}

static void cache_by_accept(struct call *c)
{
    so_cache_picture(c);
    http_response_header(c->res, "Vary", B("Accept"));
}

/* The bytes' tag and what was made of them: the same rendition has one tag, however it was asked
 * for. */
static struct bytes rendition_tag(const struct call *c, const struct picture *picture,
                                  const struct rendered *plan)
{
    struct bytes tag = picture_etag(c->arena, picture);

    if (!tag.at)
        return tag;
    return bytes_str(arena_printf(c->arena, "%.*s-%dx%d-%s-%d\"", (int)tag.len - 1, tag.at,
                                  plan->width_px, plan->height_px,
                                  picture_type_extension(plan->type), MADE_BY));
}

static enum err_code reply_rendition(struct call *c, const struct picture *picture,
                                     const struct so_wish *wish, const struct rendered *plan,
                                     const struct render *want, struct err *e)
{
    bool by_accept = picture->header.type == PICTURE_TIFF && wish->render.type == PICTURE_NONE;
    void (*cache)(struct call * c) = by_accept ? cache_by_accept : so_cache_picture;
    struct http_validators now = { .etag = rendition_tag(c, picture, plan),
                                   .modified_us = picture->updated_us };
    enum picture_type type;
    struct bytes bytes;
    bool answered;

    if (!now.etag.at)
        return err_set(e, ERR_NO_MEMORY, "entity tag");
    enum err_code rc = so_read_condition(c, &now, cache, &answered, e);
    if (rc || answered)
        return rc;
    rc = so_rendition(c, c->arena, picture, want, &bytes, &type, e);
    return rc ? rc : so_picture_reply(c, bytes, type, &now, cache, e);
}

/* GET and HEAD /api/v1/{Contact|Person|Product|Project}/{id}/Image (superoffice 3.2)
 *
 * The stored bytes go out on the event loop; what has to be decoded or drawn, on a thread. */
enum err_code so_image_get(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    struct so_wish wish = { .blank = SO_BLANK_NULL };
    struct picture picture;
    bool record_exists = false;
    enum err_code rc = ERR_NONE;

    if (c->req->query.len)
        rc = so_wish_read(c->arena, c->req->query, &wish, e);
    if (rc)
        return rc;
    rc = picture_seen(c->core, c->arena, owner, &picture, &record_exists, e);
    /* unknown records are like those without a picture: ids do not leak */
    if (rc == ERR_NOT_FOUND || (rc == ERR_NONE && picture.header.type == PICTURE_NONE)) {
        if (wish.blank != SO_BLANK_NULL)
            return so_placeholder_reply(c, &wish, e);
        return err_set(e, ERR_NOT_FOUND, "no image on %s %d", kind_name(owner.kind), owner.id);
    }
    if (rc)
        return rc;
    if (wish.other) {
        struct render want = wish.render;
        choose_type(c, &picture, &want);
        struct rendered plan = render_plan(&picture.header, &want);
        if (!plan.same)
            return reply_rendition(c, &picture, &wish, &plan, &want, e);
    }

    struct http_validators now = { .etag = picture_etag(c->arena, &picture),
                                   .modified_us = picture.updated_us };
    if (!now.etag.at)
        return err_set(e, ERR_NO_MEMORY, "entity tag");
    bool answered;
    rc = so_read_condition(c, &now, so_cache_picture, &answered, e);
    if (rc || answered)
        return rc;
    return reply_stored(c, &picture, &now, e);
}
