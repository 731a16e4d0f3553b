#include "dialect/superoffice/superoffice.h"

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

#define BODY_MAX 8192

static struct bytes error_body(struct arena *arena, enum so_format format, const char *type,
                               const char *text, const char *field)
{
    static const struct so_local plain;
    struct so_writer w;

    so_writer_init(&w, arena, format, &plain, BODY_MAX);
    so_object(&w, B("ErrorResponse"));
    so_bool(&w, B("Error"), true);
    so_string(&w, B("ErrorType"), bytes_str(type));
    so_string(&w, B("ErrorMessage"), bytes_str(text));
    so_string(&w, B("Message"), bytes_str(text));
    so_string(&w, B("MessageDetail"), B(""));
    so_string(&w, B("ErrorSource"), B("PictureService"));
    if (field[0]) {
        so_dict(&w, B("Fields"));
        so_dict_entry(&w, bytes_str(field), bytes_str(text));
        so_dict_end(&w);
    }
    so_null(&w, B("InnerError"));
    so_object_end(&w);
    if (!w.out.failed)
        return strbuf_bytes(&w.out);
    return format == SO_FORMAT_XML
               ? B("<ErrorResponse><Error>true</Error><ErrorType>SoServerException</ErrorType>"
                   "</ErrorResponse>")
               : B("{\"Error\":true,\"ErrorType\":\"SoServerException\",\"ErrorMessage\":\"\","
                   "\"Message\":\"\",\"MessageDetail\":\"\",\"ErrorSource\":\"PictureService\","
                   "\"InnerError\":null}");
}

static void answer(struct call *c, struct wording wording, const char *text, const char *field)
{
    enum so_format format;
    struct bytes label;

    /* Also what never became a call: an address that is none, a request that cannot be read. */
    if (so_call(c)) {
        format = so_call(c)->format;
        label = so_call(c)->label;
    } else {
        so_negotiate(c->arena, c->req, false, &format, &label);
    }
    *c->res = (struct http_response){ 0 };
    so_reply_json(c, wording.status, error_body(c->arena, format, wording.type, text, field));
    c->res->content_type = label;
    if (wording.status == 503)
        http_response_header(c->res, "Retry-After", B("1"));
}

/* superoffice 6.4 */
static void challenge(struct call *c)
{
    static const struct bytes offered[] = {
        { "application/json", 16 }, { "text/html", 9 }, { "application/xml", 15 }, { "text/xml", 8 }
    };

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
    answer(c, wording, dialect_public_text(e, by_code[e->code].status), field);
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
