#include "dialect/superoffice/superoffice.h"

#include <inttypes.h>

/* `bytes 0-99/1000`, or `bytes * / 1000` without the spaces when no part of it was wanted. */
static enum err_code content_range(struct call *c, int status, uint64_t size, struct err *e)
{
    const struct http_response *res = c->res;
    char *text = status == 206 ? arena_printf(c->arena, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
                                              res->offset, res->offset + res->length - 1, size)
                               : arena_printf(c->arena, "bytes */%" PRIu64, size);
    if (!text)
        return err_set(e, ERR_NO_MEMORY, "answer");
    http_response_header(c->res, "Content-Range", bytes_str(text));
    return ERR_NONE;
}

static enum err_code reply_bytes(struct call *c, const struct picture *picture,
                                 const struct http_validators *now, struct err *e)
{
    struct http_response *res = c->res;
    uint64_t size = (uint64_t)picture->size_bytes;

    res->offset = 0;
    res->length = size;
    int status = http_range(c->req, now, size, &res->offset, &res->length);
    if (status == 416) {
        so_fail(c, 416, "the picture has no such bytes");
        return content_range(c, status, size, e);
    }
    enum err_code rc = picture_open(c->core, c->arena, picture, &res->source, e);
    if (rc)
        return rc;
    if (status == 206) {
        rc = content_range(c, status, size, e);
        if (rc)
            return rc;
    }
    rc = so_reply_validators(c, now, e);
    if (rc)
        return rc;
    res->status = status;
    res->content_type = picture_type_mime(picture->header.type);
    http_response_header(res, "Accept-Ranges", B("bytes"));
    http_response_header(res, "X-Content-Type-Options", B("nosniff"));
    so_cache_picture(c);
    return ERR_NONE;
}

/* GET and HEAD /api/v1/{Contact|Person|Product|Project}/{id}/Image (superoffice 3.2)
 *
 * Accept is not looked at: clients ask for JSON here and want the picture. */
enum err_code so_image_get(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    struct picture picture;
    bool record_exists = false;
    enum err_code rc = picture_seen(c->core, c->arena, owner, &picture, &record_exists, e);

    if (rc == ERR_NOT_FOUND) /* the same for unknown records: ids do not leak */
        return err_set(e, rc, "no image on %s %d", kind_name(owner.kind), owner.id);
    if (rc)
        return rc;

    struct http_validators now = { .etag = picture_etag(c->arena, &picture),
                                   .modified_us = picture.updated_us };
    if (!now.etag.at)
        return err_set(e, ERR_NO_MEMORY, "entity tag");
    bool answered;
    rc = so_read_condition(c, &now, so_cache_picture, &answered, e);
    if (rc || answered)
        return rc;
    return reply_bytes(c, &picture, &now, e);
}
