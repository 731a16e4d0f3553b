#include "dialect/superoffice/superoffice.h"

#include "base/log.h"
#include "base/uri.h"

/* Every endpoint of this dialect. ------------------------------------------------------------- */

/* GET, PUT /api/v1/{Contact|Person|Product|Project}/{id}/ImageInfo */
static const struct so_endpoint image_info[] = {
    { HTTP_GET, PLAN_INLINE, false, so_image_info_get },
    { HTTP_PUT, PLAN_THREAD, true, so_image_info_put },
};

/* GET, PUT, POST, DELETE /api/v1/{Contact|Person|Product|Project}/{id}/Image */
static const struct so_endpoint image[] = {
    { HTTP_GET, PLAN_INLINE, false, so_image_get },
    { HTTP_PUT, PLAN_THREAD, true, so_image_put },
    { HTTP_POST, PLAN_THREAD, true, so_image_put },
    { HTTP_DELETE, PLAN_THREAD, true, so_image_delete },
};

#define ALLOW_INFO  B("GET, HEAD, PUT, OPTIONS")
#define ALLOW_IMAGE B("GET, HEAD, PUT, POST, DELETE, OPTIONS")

/* Paths below `/api/`; most wanted first. The placeholders are
 *   {kind}      Contact, Person, Product, Project     {id}  of the record
 *   {product}   Product                               {n}   a number nobody looks at
 *   {services}  Services80 … Services99: addresses that the ImageInfo pages name (3.7) */
static const struct so_resource resources[] = {
    { B("v1/{kind}/{id}/ImageInfo"), image_info, COUNT(image_info), ALLOW_INFO },
    { B("v1/{kind}/{id}/Image"), image, COUNT(image), ALLOW_IMAGE },
    { B("v1/{kind}/{id}/Image/Content"), image, COUNT(image), ALLOW_IMAGE },
    { B("{services}/{kind}/{id}/Image"), image, COUNT(image), ALLOW_IMAGE },
    { B("{services}/{kind}/{id}/Image/Content"), image, COUNT(image), ALLOW_IMAGE },
    { B("{services}/pricelist/{n}/{product}/{id}/Image"), image, COUNT(image), ALLOW_IMAGE },
    { B("{services}/pricelist/{n}/{product}/{id}/Image/Content"), image, COUNT(image),
      ALLOW_IMAGE },
};

/* --------------------------------------------------------------------------------------------- */

const struct so_resource *so_route(struct bytes path, struct so_target *target)
{
    while (so_below_api(&path)) {
        struct bytes rest = path;
        while (rest.len && rest.at[rest.len - 1] == '/') /* superoffice 1.4 */
            rest.len--;
        for (size_t i = 0; i < COUNT(resources); i++) {
            if (so_pattern_fits(resources[i].pattern, rest, target))
                return &resources[i];
        }
    }
    return NULL;
}

static const struct so_endpoint *endpoint_of(const struct so_resource *resource,
                                             enum http_method method)
{
    if (method == HTTP_HEAD)
        method = HTTP_GET;
    for (size_t i = 0; i < resource->count; i++) {
        if (resource->endpoints[i].method == method)
            return &resource->endpoints[i];
    }
    return NULL;
}

/* The record's id: the path's, or for PUT Project/{id}/ImageInfo the query's `projectId`. That
 * route was published with both by a slip, and clients send either or both (superoffice 3.1). */
static enum err_code read_id(struct call *c, const struct so_target *target, int32_t *id,
                             struct err *e)
{
    bool in_path = bytes_to_int32(target->id, id);
    struct bytes given = { 0 };

    if (target->kind == KIND_PROJECT && c->req->query.len &&
        ((const struct so_endpoint *)c->endpoint)->run == so_image_info_put)
        given = uri_query_find(c->arena, c->req->query, B("projectId"));
    if (given.at) {
        int32_t wanted;
        if (!bytes_to_int32(given, &wanted))
            return err_set(e, ERR_INVALID, "projectId is not a number");
        if (in_path && wanted != *id)
            return err_set(e, ERR_INVALID, "projectId %d is not the %d of the path", wanted, *id);
        *id = wanted;
        return ERR_NONE;
    }
    if (!in_path)
        return err_set(e, ERR_NOT_FOUND, "no such address");
    return ERR_NONE;
}

static enum err_code prepare(struct call *c, const struct so_target *target, struct err *e)
{
    int32_t id;
    enum err_code rc = read_id(c, target, &id, e);
    if (rc)
        return rc;

    struct so_call *state = arena_alloc(c->arena, sizeof *state);
    if (!state)
        return err_set(e, ERR_NO_MEMORY, "request");
    *state = (struct so_call){ .owner = { target->kind, id } };
    c->state = state;

    /* Read here already, so that nobody uploads a body only to be told to say who he is. */
    return so_credential_read(c->arena, http_header_find(c->req, "Authorization"),
                              &state->credential, e);
}

static enum dialect_plan answered(struct call *c, const struct err *e)
{
    so_error(c, e);
    so_allow_origin(c);
    return PLAN_ANSWERED;
}

static enum dialect_plan plan(struct call *c)
{
    struct err e = { 0 };
    struct so_target target;
    const struct so_resource *resource = so_route(c->req->path, &target);

    if (!resource) {
        err_set(&e, ERR_NOT_FOUND, "no such address");
        return answered(c, &e);
    }
    if (c->req->method == HTTP_OPTIONS) {
        so_reply_options(c, resource->allow);
        return PLAN_ANSWERED;
    }
    const struct so_endpoint *endpoint = endpoint_of(resource, c->req->method);
    if (!endpoint) {
        err_set(&e, ERR_METHOD, "%s is not supported here", http_method_name(c->req->method));
        answered(c, &e);
        http_response_header(c->res, "Allow", resource->allow);
        return PLAN_ANSWERED;
    }
    c->endpoint = endpoint;
    if (prepare(c, &target, &e))
        return answered(c, &e);
    return endpoint->plan;
}

static enum err_code run(struct call *c, struct err *e)
{
    const struct so_endpoint *endpoint = c->endpoint;
    enum err_code rc = so_authenticate(c, e);

    if (rc)
        return rc;
    if (endpoint->writes && !c->principal.may_write)
        return err_set(e, ERR_DENIED, "you may not change pictures");
    return endpoint->run(c, e);
}

static enum err_code serve(struct call *c)
{
    struct err e = { 0 };
    enum err_code rc = run(c, &e);

    if (rc == ERR_BLOCKS)
        return rc;
    if (rc) {
        so_error(c, &e);
        if (c->res->status >= 500)
            log_line(LOG_LEVEL_ERROR, "superoffice: %s: %s", err_name(rc), e.text);
    }
    so_allow_origin(c);
    return ERR_NONE;
}

static bool claims(const struct http_request *req)
{
    struct bytes path = req->path;

    return so_below_api(&path);
}

static void fail(struct call *c, int status, const char *text)
{
    so_fail(c, status, text);
    so_allow_origin(c);
}

const struct dialect superoffice = {
    .name = "superoffice",
    .claims = claims,
    .plan = plan,
    .serve = serve,
    .fail = fail,
};
