#include "dialect/native/native.h"

#include "base/log.h"

/* Every endpoint. Words stand before {kind}, so that they are found first. */
static const struct native_endpoint endpoints[] = {
    { HTTP_GET, "", PLAN_THREAD, NATIVE_READER, native_pictures_list },
    { HTTP_GET, "duplicates", PLAN_THREAD, NATIVE_READER, native_duplicates_list },
    { HTTP_POST, "links", PLAN_THREAD, NATIVE_READER, native_links_post },
    { HTTP_POST, "history/{change}/undo", PLAN_THREAD, NATIVE_WRITER, native_change_undo },
    { HTTP_GET, "{kind}/{id}", PLAN_INLINE, NATIVE_LINK, native_picture_get },
    { HTTP_GET, "{kind}/{id}/info", PLAN_INLINE, NATIVE_LINK, native_picture_info },
    { HTTP_PUT, "{kind}/{id}/focus", PLAN_THREAD, NATIVE_WRITER, native_focus_put },
    { HTTP_DELETE, "{kind}/{id}/focus", PLAN_THREAD, NATIVE_WRITER, native_focus_delete },
    { HTTP_GET, "{kind}/{id}/history", PLAN_THREAD, NATIVE_READER, native_history_get },
    { HTTP_POST, "{kind}/{id}/undo", PLAN_THREAD, NATIVE_WRITER, native_record_undo },
};

#define ROOT     B("/pictures")
#define BODY_MAX (4 << 20) /* of JSON */

static bool fits(struct bytes pattern, struct bytes path, struct owner *owner)
{
    struct owner found = { 0 };
    struct bytes want, got;
    int64_t change;

    while (bytes_split(&pattern, '/', &want)) {
        if (!bytes_split(&path, '/', &got))
            return false;
        bool same = bytes_eq(want, B("{kind}"))     ? kind_from_name(got, &found.kind)
                    : bytes_eq(want, B("{id}"))     ? bytes_to_int32(got, &found.id) && found.id > 0
                    : bytes_eq(want, B("{change}")) ? bytes_to_int64(got, &change) && change > 0
                                                    : bytes_eq(want, got);
        if (!same)
            return false;
    }
    *owner = found;
    return !path.at;
}

static bool below_root(struct bytes *path)
{
    if (!bytes_starts(*path, ROOT))
        return false;
    struct bytes rest = bytes_from(*path, ROOT.len);
    if (rest.len && rest.at[0] != '/')
        return false;
    *path = bytes_from(rest, 1);
    return true;
}

const struct native_endpoint *native_route(struct bytes path, enum http_method method,
                                           struct owner *owner)
{
    if (!below_root(&path))
        return NULL;
    for (size_t i = 0; i < COUNT(endpoints); i++) {
        if (endpoints[i].method == method && fits(bytes_str(endpoints[i].pattern), path, owner))
            return &endpoints[i];
    }
    return NULL;
}

/* The methods that path knows, for Allow; empty: it is none. */
static struct bytes methods_of(struct call *c)
{
    struct bytes path = c->req->path;
    struct strbuf allow;
    struct owner owner;
    bool known = false;

    strbuf_init(&allow, c->arena, 64, 256);
    if (!below_root(&path))
        return B("");
    for (size_t i = 0; i < COUNT(endpoints); i++) {
        if (!fits(bytes_str(endpoints[i].pattern), path, &owner))
            continue;
        known = true;
        const char *name = http_method_name(endpoints[i].method);
        strbuf_add(&allow, allow.len ? B(", ") : B(""));
        strbuf_add(&allow, bytes_str(name));
        if (endpoints[i].method == HTTP_GET)
            strbuf_lit(&allow, ", HEAD");
    }
    if (!known)
        return B("");
    strbuf_lit(&allow, ", OPTIONS");
    return allow.failed ? B("OPTIONS") : strbuf_bytes(&allow);
}

static enum dialect_plan refuse(struct call *c, int status, const char *text)
{
    native_fail(c, status, text);
    native_allow_origin(c);
    return PLAN_ANSWERED;
}

/* What is not to be read only to be refused: a body that is too long, or nobody's. */
static bool may_send(const struct call *c, const struct native_endpoint *endpoint, int *status,
                     const char **text)
{
    struct bytes header = http_header_find(c->req, "Content-Length");
    int64_t length = 0;

    if (endpoint->method == HTTP_GET)
        return true;
    *status = 401;
    *text = "no credentials were given";
    if (!native_has_credential(c->req))
        return false;
    *status = 413;
    *text = "the body is too long";
    return !header.len || (bytes_to_int64(header, &length) && length <= BODY_MAX);
}

static enum dialect_plan plan(struct call *c)
{
    enum http_method method = c->req->method == HTTP_HEAD ? HTTP_GET : c->req->method;
    struct owner owner;
    const char *text;
    int status;

    const struct native_endpoint *endpoint = native_route(c->req->path, method, &owner);
    if (!endpoint) {
        struct bytes allow = methods_of(c);
        if (!allow.len)
            return refuse(c, 404, "there is nothing at this address");
        if (method == HTTP_OPTIONS) {
            native_reply_options(c, allow);
            return PLAN_ANSWERED;
        }
        refuse(c, 405, "the method is not supported here");
        http_response_header(c->res, "Allow", allow);
        return PLAN_ANSWERED;
    }
    if (!may_send(c, endpoint, &status, &text))
        return refuse(c, status, text);
    struct native_call *state = arena_alloc(c->arena, sizeof *state);
    if (!state)
        return refuse(c, 503, "the server is out of memory, try again");
    *state = (struct native_call){ .owner = owner };
    c->endpoint = endpoint;
    c->state = state;
    return endpoint->plan;
}

static enum err_code run(struct call *c, struct err *e)
{
    const struct native_endpoint *endpoint = c->endpoint;
    enum record_kind kind = native_call(c)->owner.kind;

    enum err_code rc = native_authenticate(c, e);
    c->principal.wire = WIRE_NATIVE;
    if (rc == ERR_NONE && kind && !native_call(c)->link.is_signed)
        rc = native_may_read(c, kind, e);
    if (rc)
        return rc;
    if (endpoint->need == NATIVE_WRITER && !c->principal.may_write)
        return err_set(e, ERR_DENIED, "this credential may only read");
    if (c->req->body.len > BODY_MAX)
        return err_set(e, ERR_TOO_LARGE, "the body is too long");
    return endpoint->run(c, e);
}

static enum err_code serve(struct call *c)
{
    struct err e = { 0 };
    enum err_code rc = run(c, &e);

    if (rc == ERR_BLOCKS)
        return rc;
    if (rc) {
        native_error(c, &e);
        if (c->res->status >= 500 && !e.told)
            log_line(LOG_LEVEL_ERROR, "native: %s: %s", err_name(rc), e.text);
    }
    native_allow_origin(c);
    return ERR_NONE;
}

static bool claims(const struct http_request *req)
{
    (void)req; /* whatever is left */
    return true;
}

static void fail(struct call *c, int status, const char *text)
{
    native_fail(c, status, text);
    native_allow_origin(c);
}

const struct dialect native = {
    .name = "native",
    .claims = claims,
    .plan = plan,
    .serve = serve,
    .fail = fail,
};
