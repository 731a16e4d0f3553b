/* http/http.h - a request and an answer as plain data; knows no server. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/source.h"
#include "base/strbuf.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_OTHER,
};

const char *http_method_name(enum http_method method);

struct http_header {
    struct bytes name;
    struct bytes value;
};

/* Everything is borrowed and lives until the answer has been sent. */
struct http_request {
    enum http_method method;
    struct bytes path;   /* percent-decoded, doubled slashes merged, dot segments resolved */
    struct bytes target; /* path and query as sent, for messages and descriptions */
    struct bytes query;  /* as sent, behind the `?` */
    struct bytes body;   /* whole; empty for requests without one */
    bool https;          /* the connection to the client */
    bool local;          /* the client is on this machine */
    struct bytes host;   /* of the Host header, with port; may be empty */
    const struct http_header *headers;
    size_t header_count;
};

/* The first header of that name, any case; `.at` NULL when absent. */
struct bytes http_header_find(const struct http_request *req, const char *name);

/* The value of that cookie, without quotes; empty when it is not sent. */
struct bytes http_cookie_find(const struct http_request *req, struct bytes name);

#define HTTP_HEADERS_MAX 16

/* An answer. Text must outlive the sending: literals or the call's arena. */
struct http_response {
    int status;                /* 0 until something was answered */
    struct bytes content_type; /* empty: none is sent */
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;
    struct bytes body; /* text answers */

    /* Picture answers: `source` from `offset`, `length` bytes; body is empty then. */
    struct source *source;
    uint64_t offset;
    uint64_t length;
};

/* Adds a header; one over HTTP_HEADERS_MAX is a bug and asserts. Name is a literal. */
void http_response_header(struct http_response *res, const char *name, struct bytes value);

/* A Content-Disposition (RFC 6266) with that file name, in ASCII and in UTF-8; `.at` NULL when out
 * of memory. */
struct bytes http_content_disposition(struct arena *arena, bool attachment, struct bytes name);

/* Conditional requests (RFC 7232), answered by what the caller's resource looks like now.
 *
 * One state may be told in several ways: in JSON or XML, in a language, packed. A tag says that
 * behind a `~`, and whoever packs adds `-gzip` or `-deflate`. Reads compare all but the coding, for
 * it is the same text; writes compare the state alone, for what was read in XML may be written in
 * JSON. */
struct http_validators {
    struct bytes etag;   /* with quotes, strong */
    int64_t modified_us; /* compared in whole seconds */
};

enum http_condition {
    HTTP_CONDITION_GO,           /* answer as usual */
    HTTP_CONDITION_NOT_MODIFIED, /* 304: GET and HEAD only */
    HTTP_CONDITION_FAILED,       /* 412 */
};

/* If-Match, If-None-Match, If-Unmodified-Since, If-Modified-Since in the order of RFC 7232 6.
 * If-Modified-Since counts on GET and HEAD only; unparsable dates are ignored (superoffice 10).
 * On GET and HEAD, If-Unmodified-Since is ignored (npm's header leak, superoffice 10). */
enum http_condition http_condition(const struct http_request *req,
                                   const struct http_validators *now);

/* A single byte range (RFC 7233): sets *offset and *length of the part to send.
 * 200 no Range, a form we do not take (several ranges, other units), or If-Range says otherwise
 * 206 *offset, *length
 * 416 none of it lies within `size` */
int http_range(const struct http_request *req, const struct http_validators *now, uint64_t size,
               uint64_t *offset, uint64_t *length);

#endif
