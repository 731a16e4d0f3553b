#include "dialect/superoffice/superoffice.h"

#include "base/json.h"
#include "http/accept.h"

/* The only place with SuperOffice's statuses and ErrorTypes (superoffice 8). */

struct wording {
    int status;
    const char *type;
};

static const struct wording by_code[] = {
    [ERR_NONE] = { 500, "SoServerException" },
    [ERR_INVALID] = { 400, "SoInvalidArgumentException" },
    [ERR_UNAUTHENTICATED] = { 401, "SoSessionException" },
    [ERR_DENIED] = { 403, "SoSentryException" },
    [ERR_NOT_FOUND] = { 404, "SoNotFoundException" },
    [ERR_METHOD] = { 405, "SoNotSupportedException" },
    [ERR_CONFLICT] = { 409, "SoIllegalOperationException" },
    [ERR_PRECONDITION] = { 412, "PreconditionFailed" },
    [ERR_TOO_LARGE] = { 413, "PayloadTooLarge" },
    [ERR_UNSUPPORTED] = { 415, "UnsupportedMediaType" },
    [ERR_BUSY] = { 503, "SoServerException" },
    [ERR_UNAVAILABLE] = { 503, "SoServerException" },
    [ERR_FULL] = { 507, "SoServerException" },
    [ERR_NO_MEMORY] = { 503, "SoServerException" },
    [ERR_CORRUPT] = { 500, "SoServerException" },
    [ERR_BLOCKS] = { 500, "SoServerException" },
    [ERR_INTERNAL] = { 500, "SoServerException" },
};

/* Statuses of the HTTP layer that have no code of ours, and those that share one. */
static const struct wording by_status[] = {
    { 400, "SoInvalidArgumentException" },
    { 401, "SoSessionException" },
    { 403, "SoSentryException" },
    { 404, "SoNotFoundException" },
    { 405, "SoNotSupportedException" },
    { 408, "RequestTimeout" },
    { 412, "PreconditionFailed" },
    { 413, "PayloadTooLarge" },
    { 414, "UriTooLong" },
    { 415, "UnsupportedMediaType" },
    { 416, "RangeNotSatisfiable" },
    { 429, "TooManyRequests" },
    { 431, "HeadersTooLarge" },
};

/* What of a failure of ours the client is told; the log has the rest. */
static const char *public_text(const struct err *e)
{
    switch ((int)e->code) {
    case ERR_BUSY:
        return "the server is busy, try again";
    case ERR_UNAVAILABLE:
        return "the picture store does not answer, try again";
    case ERR_FULL:
        return "the picture store is full";
    case ERR_NO_MEMORY:
        return "the server is out of memory, try again";
    case ERR_CORRUPT:
        return "the stored picture is damaged";
    default:
        return by_code[e->code].status < 500 ? e->text : "internal error";
    }
}

#define BODY_MAX 4096

static struct bytes error_json(struct arena *arena, const char *type, const char *text,
                               const char *field)
{
    struct strbuf out;

    strbuf_init(&out, arena, 512, BODY_MAX);
    strbuf_lit(&out, "{\"Error\":true,\"ErrorType\":");
    json_string(&out, bytes_str(type));
    strbuf_lit(&out, ",\"ErrorMessage\":");
    json_string(&out, bytes_str(text));
    strbuf_lit(&out, ",\"Message\":");
    json_string(&out, bytes_str(text));
    strbuf_lit(&out, ",\"MessageDetail\":\"\",\"ErrorSource\":\"PictureService\"");
    if (field[0]) {
        strbuf_lit(&out, ",\"Fields\":{");
        json_string(&out, bytes_str(field));
        strbuf_char(&out, ':');
        json_string(&out, bytes_str(text));
        strbuf_char(&out, '}');
    }
    strbuf_lit(&out, ",\"InnerError\":null}");
    if (out.failed)
        return B("{\"Error\":true,\"ErrorType\":\"SoServerException\",\"ErrorMessage\":\"\","
                 "\"Message\":\"\",\"MessageDetail\":\"\",\"ErrorSource\":\"PictureService\","
                 "\"InnerError\":null}");
    return strbuf_bytes(&out);
}

static void answer(struct call *c, struct wording wording, const char *text, const char *field)
{
    *c->res = (struct http_response){ 0 };
    so_reply_json(c, wording.status, error_json(c->arena, wording.type, text, field));
    if (wording.status == 503)
        http_response_header(c->res, "Retry-After", B("1"));
}

/* superoffice 6.4 */
static void challenge(struct call *c)
{
    static const struct bytes offered[] = { { "application/json", 16 }, { "text/html", 9 } };

    /* A script that says it is one shows its own log-in, not the browser's. */
    if (!http_header_find(c->req, "X-Requested-With").at &&
        !http_header_find(c->req, "X-XSRF-TOKEN").at)
        http_response_header(c->res, "WWW-Authenticate",
                             B("Basic realm=\"SuperOffice Username or Ticket\""));
    if (accept_best(http_header_find(c->req, "Accept"), offered, COUNT(offered)) == 1) {
        c->res->content_type = B("text/html; charset=utf-8");
        c->res->body = B("<!DOCTYPE html><title>Not logged in</title><h1>Not logged in</h1>"
                         "<p>Send an Authorization header of one of these schemes:</p>"
                         "<ul><li>Basic, with user name and password, or with a ticket as user "
                         "name and an empty password<li>SoTicket, with a ticket<li>Bearer, with an "
                         "access token</ul>");
    }
}

void so_error(struct call *c, const struct err *e)
{
    struct wording wording = by_code[e->code];
    const char *field = e->code == ERR_INVALID ? e->field : "";

    if (field[0])
        wording.type = "SoValidationException";
    if (e->code == ERR_UNAUTHENTICATED && e->reason != 0 && so_call(c) &&
        so_call(c)->credential.kind == CREDENTIAL_PASSWORD)
        wording.type = "SoInvalidPasswordException";
    answer(c, wording, public_text(e), field);
    if (wording.status == 401)
        challenge(c);
}

void so_fail(struct call *c, int status, const char *text)
{
    struct wording wording = { status,
                               status < 500 ? "SoInvalidArgumentException" : "SoServerException" };

    for (size_t i = 0; i < COUNT(by_status); i++) {
        if (by_status[i].status == status)
            wording = by_status[i];
    }
    answer(c, wording, text, "");
    if (status == 401)
        challenge(c);
}
