#include "dialect/superoffice/superoffice.h"

#include "base/log.h"
#include "base/uri.h"

/* Every endpoint of this dialect, in the order in which they are looked for. A table stands beside
 * what it routes to. */
const struct so_table *const so_tables[] = {
    &so_image_table,      /* …/Image, …/ImageInfo: image_table.c */
    &so_odata_table,      /* lists: odata_table.c */
    &so_entity_table,     /* records, and their agents: entity_table.c */
    &so_blob_agent_table, /* pictures by agents: blob_agent_table.c */
    &so_discovery_table,  /* /api, /api/v1, swagger: discovery_table.c */
    &so_time_zone_table,  /* TimeZone: time_zone_table.c */
    &so_user_table,       /* who asks, access tokens: user_table.c */
    NULL,
};

static const struct so_resource *find(struct bytes path, struct so_target *target)
{
    for (const struct so_table *const *table = so_tables; *table; table++) {
        for (size_t i = 0; i < (*table)->count; i++) {
            if (so_pattern_fits((*table)->resources[i].pattern, path, target))
                return &(*table)->resources[i];
        }
    }
    return NULL;
}

/* What stands before the segment `api` that `below` is below of, without the slash. */
static struct bytes before_api(struct bytes path, struct bytes below)
{
    bool slash = below.len || path.at[path.len - 1] == '/';
    size_t len = path.len - below.len - (slash ? 4 : 3);

    return bytes_first(path, len ? len - 1 : 0);
}

const struct so_resource *so_route(struct bytes path, struct so_target *target)
{
    struct bytes whole = path;
    struct bytes swagger = path;

    while (so_below_api(&path)) {
        struct bytes rest = path;
        while (rest.len && rest.at[rest.len - 1] == '/') /* superoffice 1.4 */
            rest.len--;
        const struct so_resource *found = find(rest, target);
        if (found) {
            target->prefix = before_api(whole, path);
            return found;
        }
    }
    if (so_is_login(whole)) {
        *target = (struct so_target){ 0 };
        return &so_login;
    }
    if (so_is_swagger(&swagger)) {
        *target =
            (struct so_target){ .prefix = bytes_first(whole, (size_t)(swagger.at - whole.at) - 1) };
        return &so_swagger_resource;
    }
    return NULL;
}

/* What every agent's method answers to GET, without a row of its own (superoffice 1.10). Like all
 * that describes the program it asks nobody who he is. */
static const struct so_endpoint describe_agent = { HTTP_GET, PLAN_INLINE, SO_ANYONE,
                                                   so_agent_describe };

static const struct so_endpoint *endpoint_of(const struct so_resource *resource,
                                             enum http_method method)
{
    if (method == HTTP_HEAD)
        method = HTTP_GET;
    for (size_t i = 0; i < resource->count; i++) {
        if (resource->endpoints[i].method == method)
            return &resource->endpoints[i];
    }
    if (method == HTTP_GET && bytes_starts(resource->pattern, B("v1/Agents/")))
        return &describe_agent;
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
    if (!in_path && target->id.at)
        return err_set(e, ERR_NOT_FOUND, "no such address");
    return ERR_NONE;
}

static enum err_code prepare(struct call *c, const struct so_resource *resource,
                             const struct so_target *target, struct err *e)
{
    const struct so_endpoint *endpoint = c->endpoint;
    struct so_call *state = arena_alloc(c->arena, sizeof *state);
    if (!state)
        return err_set(e, ERR_NO_MEMORY, "request");
    *state = (struct so_call){ .owner = { .kind = target->kind },
                               .name = target->name,
                               .prefix = target->prefix,
                               .resource = resource };
    so_negotiate(c->arena, c->req, endpoint->parameters & SO_P_ROWS, &state->format, &state->label);
    c->state = state;

    enum err_code rc = read_id(c, target, &state->owner.id, e);
    /* Read here already, so that nobody uploads a body only to be told to say who he is. */
    if (!rc && endpoint->need != SO_ANYONE)
        rc = so_credential_find(c, endpoint, &state->credential, e);
    return rc ? rc : so_local_read(c->req, &state->local, e);
}

/* What every answer carries, also those of the HTTP layer. */
static void finish(struct call *c)
{
    const struct so_call *state = so_call(c);

    so_pack(c);
    so_allow_origin(c);
    if (state && state->local.zone_asked.at) /* superoffice 9.4 */
        http_response_header(c->res, "SO-TimeZone", state->local.zone_asked);
}

static enum dialect_plan answered(struct call *c, const struct err *e)
{
    so_error(c, e);
    if (c->res->status >= 500 && !e->told)
        log_line(LOG_LEVEL_ERROR, "superoffice: %s: %s", err_name(e->code), e->text);
    finish(c);
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
    if (resource == &so_login && endpoint->method == HTTP_POST && !so_login_is_small(c)) {
        so_fail(c, 413, "the form is too long, or does not tell its length");
        return PLAN_ANSWERED;
    }
    if (prepare(c, resource, &target, &e))
        return answered(c, &e);
    return endpoint->plan;
}

/* The last segment of an endpoint's pattern or, for agents, the method's name. */
static struct bytes last_segment(struct bytes pattern)
{
    struct bytes segment = pattern;

    while (bytes_split(&pattern, '/', &segment)) {
    }
    return segment;
}

/* Which right of ETableRight (superoffice 11.1) a write needs. Pictures, and what else hangs on a
 * record, need Update on it (11.3). */
static const char *right_of(const struct so_resource *resource, enum http_method method)
{
    struct bytes name = last_segment(resource->pattern);
    bool is_agent = bytes_starts_nocase(resource->pattern, B("v1/Agents/"));

    if (is_agent && bytes_starts_nocase(name, B("Delete")) &&
        (bytes_ends_nocase(name, B("Entity")) || bytes_ends_nocase(name, B("Product"))))
        return bytes_eq_nocase(name, B("DeleteBlobEntity")) ? "Update" : "Delete";
    if (!is_agent && method == HTTP_DELETE && bytes_eq(name, B("{id}")))
        return "Delete";
    if (!is_agent && method == HTTP_POST && resource->pattern.len - name.len == sizeof "v1/" - 1)
        return "Insert";
    return "Update";
}

static enum err_code missing_right(const struct call *c, struct err *e)
{
    const struct so_call *state = so_call(c);
    const struct so_endpoint *endpoint = c->endpoint;
    const char *why = c->principal.role >= USER_EDITOR ? "this credential may only read"
                                                       : "the user's role is reader";
    const char *kind = state->owner.kind ? kind_name(state->owner.kind) : NULL;

    return err_set(e, ERR_DENIED, "the right %s%s%s is missing: %s",
                   right_of(state->resource, endpoint->method), kind ? " on " : "",
                   kind ? kind : "", why);
}

static enum err_code run(struct call *c, struct err *e)
{
    const struct so_endpoint *endpoint = c->endpoint;
    enum err_code rc = endpoint->need == SO_ANYONE ? ERR_NONE : so_authenticate(c, e);

    if (rc)
        return rc;
    c->principal.wire = WIRE_SUPEROFFICE;
    if (endpoint->need == SO_WRITER && !c->principal.may_write)
        return missing_right(c, e);
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
        if (c->res->status >= 500 && !e.told)
            log_line(LOG_LEVEL_ERROR, "superoffice: %s: %s", err_name(rc), e.text);
    }
    finish(c);
    return ERR_NONE;
}

static bool claims(const struct http_request *req)
{
    struct bytes path = req->path;
    struct bytes page = req->path;

    return so_below_api(&path) || so_is_swagger(&page) || so_is_login(req->path);
}

static void fail(struct call *c, int status, const char *text)
{
    so_fail(c, status, text);
    finish(c);
}

const struct dialect superoffice = {
    .name = "superoffice",
    .claims = claims,
    .plan = plan,
    .serve = serve,
    .fail = fail,
};
