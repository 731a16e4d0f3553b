#include "dialect/superoffice/superoffice.h"

enum err_code so_read_condition(struct call *c, const struct http_validators *now,
                                void (*cache)(struct call *c), bool *answered, struct err *e)
{
    enum http_condition condition = http_condition(c->req, now);

    if (condition == HTTP_CONDITION_FAILED)
        return err_set(e, ERR_PRECONDITION, "the picture is not the one you named");
    *answered = false;
    if (condition == HTTP_CONDITION_GO)
        return ERR_NONE;

    enum err_code rc = so_reply_validators(c, now, e);
    if (rc)
        return rc;
    c->res->status = 304;
    cache(c);
    *answered = true;
    return ERR_NONE;
}

static bool has(const struct http_request *req, const char *name)
{
    return http_header_find(req, name).at != NULL;
}

static bool image_may_change(const struct picture *now, void *context)
{
    struct call *c = context;

    if (!now) /* nothing there: only If-Match asks for something (RFC 7232 3.1) */
        return !has(c->req, "If-Match");
    struct http_validators validators = { .etag = picture_etag(c->arena, now),
                                          .modified_us = now->updated_us };
    return validators.etag.at && http_condition(c->req, &validators) == HTTP_CONDITION_GO;
}

struct picture_condition so_image_condition(struct call *c)
{
    bool asked = has(c->req, "If-Match") || has(c->req, "If-None-Match") ||
                 has(c->req, "If-Unmodified-Since");

    return asked ? (struct picture_condition){ image_may_change, c }
                 : (struct picture_condition){ 0 };
}
