/* dialect/bitrix24/bitrix24.c - all methods, and the way of a request through this dialect. */
#include "dialect/bitrix24/bitrix24.h"

#include "base/clock.h"
#include "base/log.h"
#include "dialect/bitrix24/auth.h"
#include "dialect/bitrix24/download.h"
#include "dialect/bitrix24/envelope.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/limits.h"
#include "dialect/bitrix24/oauth.h"
#include "dialect/bitrix24/params.h"
#include "dialect/bitrix24/route.h"
#include "dialect/bitrix24/scope.h"

#define FIRST_ROOM      1024        /* bytes: one image and its envelope */
#define INLINE_BODY_MAX (64 * 1024) /* bytes */

const struct b24_method b24_methods[] = {
    { B("catalog.productImage.get"), B24_CATALOG, B24_READS, b24_catalog_product_image_get },
    { B("catalog.productImage.list"), B24_CATALOG, B24_READS, b24_catalog_product_image_list },
    { B("catalog.productImage.add"), B24_CATALOG, B24_WRITES, b24_catalog_product_image_add },
    { B("catalog.productImage.delete"), B24_CATALOG, B24_WRITES, b24_catalog_product_image_delete },
    { B("catalog.productImage.getFields"), B24_CATALOG, B24_READS,
      b24_catalog_product_image_get_fields },
    { B("catalog.catalog.list"), B24_CATALOG, B24_READS, b24_catalog_catalog_list },
    { B("catalog.catalog.get"), B24_CATALOG, B24_READS, b24_catalog_catalog_get },
    { B("catalog.catalog.getFields"), B24_CATALOG, B24_READS, b24_catalog_catalog_get_fields },
    { B("catalog.catalog.isOffers"), B24_CATALOG, B24_READS, b24_catalog_catalog_is_offers },
    { B("catalog.product.list"), B24_CATALOG, B24_SEARCHES, b24_catalog_product_list },
    { B("catalog.product.get"), B24_CATALOG, B24_READS, b24_catalog_product_get },
    { B("catalog.product.add"), B24_CATALOG, B24_WRITES, b24_catalog_product_add },
    { B("catalog.product.update"), B24_CATALOG, B24_WRITES, b24_catalog_product_update },
    { B("catalog.product.delete"), B24_CATALOG, B24_WRITES, b24_catalog_product_delete },
    { B("catalog.product.getFieldsByFilter"), B24_CATALOG, B24_READS,
      b24_catalog_product_get_fields_by_filter },
    { B("catalog.product.download"), B24_CATALOG, B24_READS, b24_catalog_product_download },
    { B("catalog.product.sku.list"), B24_CATALOG, B24_SEARCHES, b24_catalog_product_sku_list },
    { B("catalog.product.sku.get"), B24_CATALOG, B24_READS, b24_catalog_product_sku_get },
    { B("catalog.product.sku.add"), B24_CATALOG, B24_WRITES, b24_catalog_product_sku_add },
    { B("catalog.product.sku.update"), B24_CATALOG, B24_WRITES, b24_catalog_product_sku_update },
    { B("catalog.product.sku.delete"), B24_CATALOG, B24_WRITES, b24_catalog_product_sku_delete },
    { B("catalog.product.sku.getFieldsByFilter"), B24_CATALOG, B24_READS,
      b24_catalog_product_sku_get_fields_by_filter },
    { B("catalog.product.sku.download"), B24_CATALOG, B24_READS, b24_catalog_product_sku_download },
    { B("catalog.product.offer.list"), B24_CATALOG, B24_SEARCHES, b24_catalog_product_offer_list },
    { B("catalog.product.offer.get"), B24_CATALOG, B24_READS, b24_catalog_product_offer_get },
    { B("catalog.product.offer.add"), B24_CATALOG, B24_WRITES, b24_catalog_product_offer_add },
    { B("catalog.product.offer.update"), B24_CATALOG, B24_WRITES,
      b24_catalog_product_offer_update },
    { B("catalog.product.offer.delete"), B24_CATALOG, B24_WRITES,
      b24_catalog_product_offer_delete },
    { B("catalog.product.offer.getFieldsByFilter"), B24_CATALOG, B24_READS,
      b24_catalog_product_offer_get_fields_by_filter },
    { B("catalog.product.offer.download"), B24_CATALOG, B24_READS,
      b24_catalog_product_offer_download },
    { B("catalog.product.service.list"), B24_CATALOG, B24_SEARCHES,
      b24_catalog_product_service_list },
    { B("catalog.product.service.get"), B24_CATALOG, B24_READS, b24_catalog_product_service_get },
    { B("catalog.product.service.add"), B24_CATALOG, B24_WRITES, b24_catalog_product_service_add },
    { B("catalog.product.service.update"), B24_CATALOG, B24_WRITES,
      b24_catalog_product_service_update },
    { B("catalog.product.service.delete"), B24_CATALOG, B24_WRITES,
      b24_catalog_product_service_delete },
    { B("catalog.product.service.getFieldsByFilter"), B24_CATALOG, B24_READS,
      b24_catalog_product_service_get_fields_by_filter },
    { B("catalog.product.service.download"), B24_CATALOG, B24_READS,
      b24_catalog_product_service_download },
    { B("batch"), B24_COMMON, B24_DECIDES, b24_batch },
    { B("app.info"), B24_COMMON, B24_READS, b24_app_info },
    { B("feature.get"), B24_COMMON, B24_READS, b24_feature_get },
    { B("event.bind"), B24_COMMON, B24_WRITES, b24_event_bind },
    { B("event.get"), B24_COMMON, B24_READS, b24_event_get },
    { B("event.unbind"), B24_COMMON, B24_WRITES, b24_event_unbind },
    { B("events"), B24_COMMON, B24_READS, b24_events },
    { B("method.get"), B24_COMMON, B24_READS, b24_method_get },
    { B("methods"), B24_COMMON, B24_READS, b24_methods_list },
    { B("profile"), B24_COMMON, B24_READS, b24_profile },
    { B("scope"), B24_COMMON, B24_READS, b24_scope_list },
    { B("server.time"), B24_COMMON, B24_READS, b24_server_time },
    { B("user.admin"), B24_COMMON, B24_READS, b24_user_admin },
    { B("user.current"), B24_USER, B24_READS, b24_user_current },
};
const size_t b24_method_count = COUNT(b24_methods);

const struct b24_method *b24_method_find(struct bytes name)
{
    for (size_t i = 0; i < COUNT(b24_methods); i++) {
        if (bytes_eq_nocase(b24_methods[i].name, name))
            return &b24_methods[i];
    }
    return NULL;
}

static enum err_code check_scope(struct call *c, enum b24_scope scope, struct err *e)
{
    bool granted = scope == B24_COMMON || (scope == B24_CATALOG && c->principal.catalog);

    if (!granted && scope != B24_CATALOG) { /* rare: not in the principal */
        struct bytes scopes;
        enum err_code rc = b24_scopes(c, &scopes, e);
        if (rc)
            return rc;
        granted = b24_scope_granted(scopes, scope);
    }
    if (granted)
        return ERR_NONE;
    return b24_error(e,
                     c->principal.kind == CREDENTIAL_WEBHOOK ? B24_SCOPE_WEBHOOK : B24_SCOPE_TOKEN);
}

enum err_code b24_method_run(struct call *c, const struct b24_method *method,
                             const struct value *params, struct b24_result *out, struct err *e)
{
    enum err_code rc = check_scope(c, method->scope, e);

    return rc ? rc : b24_limit_operating(c, method, params, out, e);
}

/* What a call carries from its plan to its answer. */
struct visit {
    struct b24_route route;
    bool counted; /* by the limiter of requests: a call may run twice (dialect.h) */
};

static bool claims(const struct http_request *req)
{
    return b24_route_claims(req->path);
}

static enum dialect_plan refuse(struct call *c, enum b24_reason reason, bool xml)
{
    struct err e;

    b24_error(&e, reason);
    struct b24_failure failure = b24_failure_of(&e);
    b24_reply_failure(c, &failure, xml);
    return PLAN_ANSWERED;
}

static enum dialect_plan refuse_method(struct call *c, struct bytes allowed, bool xml)
{
    refuse(c, B24_METHOD_NOT_ALLOWED, xml);
    http_response_header(c->res, "Allow", allowed);
    return PLAN_ANSWERED;
}

/* REST 3.0 has errors of its own shape (bitrix24 12.2). */
static enum dialect_plan refuse_v3(struct call *c)
{
    struct strbuf text;
    struct err e;

    b24_error(&e, B24_V3_METHOD_NOT_FOUND);
    struct b24_failure failure = b24_failure_of(&e);
    strbuf_init(&text, c->arena, 256, B24_ANSWER_MAX);
    strbuf_lit(&text, "{\"error\":{\"code\":\"");
    strbuf_add(&text, failure.code);
    strbuf_lit(&text, "\",\"message\":\"");
    strbuf_add(&text, failure.text);
    strbuf_lit(&text, "\"}}");
    b24_reply(c, failure.status, &text, false);
    return PLAN_ANSWERED;
}

/* Reading a body takes time that grows with it: long ones, and what may become long when it is
 * unpacked, are not for the event loop. */
static bool body_is_long(const struct http_request *req)
{
    int64_t length;

    if (req->method != HTTP_POST)
        return false;
    return !bytes_to_int64(http_header_find(req, "Content-Length"), &length) ||
           length > INLINE_BODY_MAX || http_header_find(req, "Content-Encoding").at;
}

/* An unknown method is told before anything is asked of the credential (bitrix24 6). HEAD must not
 * change anything, so it does not call writing methods. */
static enum dialect_plan plan_method(struct call *c, const struct b24_route *route)
{
    const struct b24_method *method = b24_method_find(route->method);
    enum http_method verb = c->req->method;

    if (!method)
        return refuse(c, B24_METHOD_NOT_FOUND, route->xml);
    if (verb != HTTP_GET && verb != HTTP_POST && (verb != HTTP_HEAD || method->way >= B24_WRITES))
        return refuse_method(c, B("GET, POST, OPTIONS"), route->xml);
    c->endpoint = method;
    bool quick = method->way == B24_READS || method->way == B24_DECIDES;
    return quick && !body_is_long(c->req) ? PLAN_INLINE : PLAN_THREAD;
}

static enum dialect_plan plan(struct call *c)
{
    struct visit *visit = arena_zalloc(c->arena, 1, sizeof *visit);
    const struct b24_route *route;

    if (!visit)
        return refuse(c, B24_INTERNAL, false);
    visit->route = b24_route_read(c->req->path);
    route = &visit->route;
    c->state = visit;
    if (c->req->method == HTTP_OPTIONS) {
        b24_reply_start(c, 204);
        return PLAN_ANSWERED;
    }
    switch (route->kind) {
    case B24_ROUTE_METHOD:
        return plan_method(c, route);
    case B24_ROUTE_V3:
        return refuse_v3(c);
    case B24_ROUTE_DOWNLOAD:
    case B24_ROUTE_DETAIL:
        if (c->req->method != HTTP_GET && c->req->method != HTTP_HEAD)
            return refuse_method(c, B("GET, HEAD, OPTIONS"), route->xml);
        return PLAN_INLINE;
    case B24_ROUTE_TOKEN:
        if (c->req->method != HTTP_GET && c->req->method != HTTP_POST)
            return refuse_method(c, B("GET, POST, OPTIONS"), false);
        return PLAN_THREAD;
    case B24_ROUTE_AUTHORIZE:
        if (c->req->method != HTTP_GET && c->req->method != HTTP_HEAD &&
            c->req->method != HTTP_POST)
            return refuse_method(c, B("GET, HEAD, POST, OPTIONS"), false);
        return c->req->method == HTTP_POST ? PLAN_THREAD : PLAN_INLINE;
    case B24_ROUTE_NONE:
        break;
    }
    return refuse(c, B24_NOT_FOUND, false);
}

static enum err_code too_many(struct call *c, int64_t wait_seconds, bool xml)
{
    struct strbuf wait;

    refuse(c, B24_BUSY, xml);
    strbuf_init(&wait, c->arena, 20, 20);
    strbuf_int(&wait, wait_seconds);
    http_response_header(c->res, "Retry-After", strbuf_bytes(&wait));
    return ERR_NONE;
}

static enum err_code run(struct call *c, struct visit *visit, struct err *e)
{
    const struct b24_route *route = &visit->route;
    const struct b24_method *method = c->endpoint;
    struct b24_times times = { .start_us = c->start_us };
    struct strbuf json;
    struct b24_result result = { .json = &json, .total = -1, .next = -1 };
    struct value *params;
    struct http_request req;
    enum err_code rc =
        b24_body_unpack(c->arena, c->req, (size_t)core_settings(c->core)->body_bytes_max, &req, e);

    if (!rc)
        rc = b24_params_read(c->arena, &req, &params, e);
    if (!rc)
        rc = b24_authenticate(c, route, params, e);
    if (rc)
        return rc;
    c->principal.wire = WIRE_BITRIX24;
    int64_t wait_seconds = visit->counted ? 0 : b24_limit_request(c);
    if (wait_seconds)
        return too_many(c, wait_seconds, route->xml);
    visit->counted = true;
    times.run_us = clock_now_us();
    strbuf_init(&json, c->arena, FIRST_ROOM, B24_ANSWER_MAX);
    b24_envelope_open(&json);
    rc = b24_method_run(c, method, params, &result, e);
    if (rc || result.sent)
        return rc;
    times.finish_us = clock_now_us();
    times.operating = result.operating;
    b24_envelope_close(&json, &result, &times);
    if (json.failed)
        return err_set(e, ERR_NO_MEMORY, "answer over its limit");
    b24_reply(c, 200, &json, route->xml);
    return ERR_NONE;
}

static enum err_code run_route(struct call *c, struct visit *visit, struct err *e)
{
    const struct b24_route *route = &visit->route;

    if (route->kind == B24_ROUTE_TOKEN)
        return b24_oauth_token(c, e);
    if (route->kind == B24_ROUTE_AUTHORIZE)
        return b24_oauth_authorize(c, e);
    return c->endpoint ? run(c, visit, e) : b24_download(c, route, e);
}

/* For the log: never what the client called it. */
static const char *name_of(const struct call *c, const struct b24_route *route)
{
    const struct b24_method *method = c->endpoint;

    if (route->kind == B24_ROUTE_TOKEN || route->kind == B24_ROUTE_AUTHORIZE)
        return "oauth";
    return method ? method->name.at : "download";
}

static enum err_code serve(struct call *c)
{
    struct visit *visit = c->state;
    const struct b24_route *route = &visit->route;
    struct err e;
    enum err_code rc = run_route(c, visit, &e);

    if (rc == ERR_BLOCKS)
        return rc;
    if (rc) {
        if (b24_failure_is_ours(&e) && !e.told)
            log_line(LOG_LEVEL_ERROR, "bitrix24 %s: %s", name_of(c, route), e.text);
        struct b24_failure failure = b24_failure_of(&e);
        b24_reply_failure(c, &failure, route->xml);
    }
    return ERR_NONE;
}

static void fail(struct call *c, int status, const char *text)
{
    struct b24_failure failure = b24_failure_of_status(status, text);
    struct b24_route route = b24_route_read(c->req->path);

    b24_reply_failure(c, &failure, route.xml);
}

const struct dialect bitrix24 = {
    .name = "bitrix24",
    .claims = claims,
    .plan = plan,
    .serve = serve,
    .fail = fail,
};
