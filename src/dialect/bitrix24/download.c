#include "dialect/bitrix24/download.h"

#include "base/clock.h"
#include "base/uri.h"
#include "dialect/bitrix24/envelope.h"
#include "dialect/bitrix24/error.h"

#define HEADER_MAX 4096 /* a name of 255 bytes, each as %XX, fits well */

struct bytes b24_content_disposition(struct arena *arena, enum b24_delivery delivery,
                                     struct bytes name)
{
    return http_content_disposition(arena, delivery == B24_ATTACHMENT, name);
}

static void write_range(struct strbuf *out, int status, uint64_t offset, uint64_t length,
                        uint64_t size)
{
    if (status == 416)
        strbuf_printf(out, "bytes */%llu", (unsigned long long)size);
    else
        strbuf_printf(out, "bytes %llu-%llu/%llu", (unsigned long long)offset,
                      (unsigned long long)(offset + length - 1), (unsigned long long)size);
}

/* How a file goes out. */
struct delivery {
    enum b24_delivery kind;
    struct bytes cache_control;
};

/* The headers that a 200, 206 and 304 have in common. */
static void add_validators(struct call *c, const struct http_validators *now,
                           const struct delivery *delivery)
{
    char *modified = arena_alloc(c->arena, CLOCK_HTTP_LEN);

    http_response_header(c->res, "ETag", now->etag);
    if (modified) {
        clock_write_http(modified, now->modified_us);
        http_response_header(c->res, "Last-Modified", bytes_of(modified, CLOCK_HTTP_LEN));
    }
    http_response_header(c->res, "Cache-Control", delivery->cache_control);
}

static enum err_code send_bytes(struct call *c, const struct picture *picture,
                                const struct http_validators *now, const struct delivery *delivery,
                                struct err *e)
{
    struct bytes disposition = b24_content_disposition(c->arena, delivery->kind, picture->name);
    uint64_t size = (uint64_t)picture->size_bytes;
    uint64_t offset = 0;
    uint64_t length = size;
    struct source *source = NULL;
    struct strbuf range;

    if (!disposition.at)
        return err_set(e, ERR_NO_MEMORY, "headers of picture %d", picture->id);
    int status = http_range(c->req, now, size, &offset, &length);
    strbuf_init(&range, c->arena, 0, HEADER_MAX);
    if (status != 200)
        write_range(&range, status, offset, length, size);
    if (status == 416) {
        b24_error(e, B24_RANGE);
        struct b24_failure failure = b24_failure_of(e);
        b24_reply_failure(c, &failure, false);
        http_response_header(c->res, "Content-Range", strbuf_bytes(&range));
        return ERR_NONE;
    }
    enum err_code rc = picture_open(c->core, c->arena, picture, &source, e);
    if (rc)
        return rc;

    b24_reply_start(c, status);
    c->res->content_type = picture_type_mime(picture->header.type);
    c->res->source = source;
    c->res->offset = status == 206 ? offset : 0;
    c->res->length = status == 206 ? length : size;
    add_validators(c, now, delivery);
    http_response_header(c->res, "Accept-Ranges", B("bytes"));
    http_response_header(c->res, "Content-Disposition", disposition);
    if (status == 206)
        http_response_header(c->res, "Content-Range", strbuf_bytes(&range));
    return ERR_NONE;
}

static enum err_code send_file(struct call *c, const struct picture *picture,
                               const struct delivery *delivery, struct err *e)
{
    if (picture->blob_id == 0) /* made by the other wire, its bytes are still to come */
        return b24_error(e, B24_NOT_FOUND);

    struct http_validators now = { .etag = picture_etag(c->arena, picture),
                                   .modified_us = picture->updated_us };

    if (!now.etag.at)
        return err_set(e, ERR_NO_MEMORY, "entity tag of picture %d", picture->id);
    switch (http_condition(c->req, &now)) {
    case HTTP_CONDITION_NOT_MODIFIED:
        b24_reply_start(c, 304);
        add_validators(c, &now, delivery);
        return ERR_NONE;
    case HTTP_CONDITION_FAILED:
        return b24_error(e, B24_PRECONDITION);
    case HTTP_CONDITION_GO:
        break;
    }
    return send_bytes(c, picture, &now, delivery, e);
}

enum err_code b24_file_send(struct call *c, const struct picture *picture,
                            enum b24_delivery delivery, struct err *e)
{
    struct delivery how = { delivery, B("private") };

    if (delivery == B24_INLINE)
        how.cache_control = B("public, max-age=31536000, immutable");
    return send_file(c, picture, &how, e);
}

/* A browser may keep it as long as the link lives. */
static enum err_code send_link(struct call *c, const struct picture *picture, int64_t until_us,
                               struct err *e)
{
    int64_t seconds = (until_us - clock_now_us()) / SECOND_US;
    struct delivery how = { .kind = B24_ATTACHMENT };
    struct strbuf text;

    strbuf_init(&text, c->arena, 48, 48);
    strbuf_lit(&text, "private, max-age=");
    strbuf_int(&text, seconds > 0 ? seconds : 0);
    how.cache_control = strbuf_bytes(&text);
    return text.failed ? err_set(e, ERR_NO_MEMORY, "headers of picture %d", picture->id)
                       : send_file(c, picture, &how, e);
}

static enum err_code by_token(struct call *c, struct err *e)
{
    struct bytes token = uri_query_find(c->arena, c->req->query, B("token"));
    struct picture picture;
    int64_t until_us;

    if (token.len == 0)
        return b24_error(e, B24_LINK_CHECK);
    enum err_code rc = picture_by_token(c->core, c->arena, token, &picture, &until_us, e);
    if (rc == ERR_DENIED)
        return b24_error(e, B24_LINK_CHECK);
    if (rc)
        return rc == ERR_NOT_FOUND ? b24_error(e, B24_NOT_FOUND) : rc;
    return send_link(c, &picture, until_us, e);
}

static enum err_code by_key(struct call *c, const struct b24_route *route, struct err *e)
{
    struct picture picture;

    if (!core_settings(c->core)->detail_url_public)
        return b24_error(e, B24_DETAIL_CLOSED);
    enum err_code rc =
        picture_by_key(c->core, c->arena, route->picture_id, route->key, &picture, e);
    if (rc)
        return rc == ERR_NOT_FOUND ? b24_error(e, B24_NOT_FOUND) : rc;
    return b24_file_send(c, &picture, B24_INLINE, e);
}

enum err_code b24_download(struct call *c, const struct b24_route *route, struct err *e)
{
    return route->kind == B24_ROUTE_DETAIL ? by_key(c, route, e) : by_token(c, e);
}
