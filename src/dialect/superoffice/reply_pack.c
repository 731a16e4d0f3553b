/* Answers go out packed where the client takes that (superoffice 7.3): JSON and XML, never
 * pictures. */
#include "dialect/superoffice/superoffice.h"

#include "http/accept.h"
#include "http/gzip.h"

#define PACKED_MIN 1024        /* below that it fits one packet anyway */
#define QUICK_MAX  (64 * 1024) /* packed in a quarter of a millisecond, what the event loop has */

static bool is_packable(const struct call *c)
{
    const struct http_response *res = c->res;
    struct bytes type = media_type(res->content_type);
    bool on_loop = !c->core || !core_may_block(c->core);

    return !res->source && res->body.len >= PACKED_MIN && !(on_loop && res->body.len > QUICK_MAX) &&
           (bytes_ends_nocase(type, B("json")) || bytes_ends_nocase(type, B("xml")));
}

static struct http_header *find(struct http_response *res, const char *name)
{
    for (size_t i = 0; i < res->header_count; i++) {
        if (bytes_eq_nocase(res->headers[i].name, bytes_str(name)))
            return &res->headers[i];
    }
    return NULL;
}

/* "x" as "x-gzip": other bytes, another strong tag (RFC 7232 2.3.3); http_condition takes either.
 * `.at` NULL when out of memory. */
static struct bytes packed_tag(struct arena *arena, struct bytes tag, enum coding coding)
{
    struct bytes name = coding_name(coding);
    char *text =
        arena_printf(arena, "%.*s-%.*s\"", (int)tag.len - 1, tag.at, (int)name.len, name.at);

    return bytes_str(text);
}

static void pack_body(struct call *c, enum coding coding)
{
    struct http_response *res = c->res;
    struct http_header *etag = find(res, "ETag");
    struct bytes tag = { 0 };
    struct bytes packed;

    if (etag) {
        tag = packed_tag(c->arena, etag->value, coding);
        if (!tag.at)
            return;
    }
    if (!pack(c->arena, res->body, coding, &packed))
        return;
    res->body = packed;
    if (etag)
        etag->value = tag;
    http_response_header(res, "Content-Encoding", coding_name(coding));
    if (!find(res, "Vary"))
        http_response_header(res, "Vary", B("Accept-Encoding"));
}

/* A 304 speaks of what the client has, and that it named. */
static void name_packed(struct call *c, enum coding coding)
{
    struct http_header *etag = find(c->res, "ETag");
    struct bytes known = http_header_find(c->req, "If-None-Match");

    if (!etag || !known.len)
        return;
    struct bytes tag = packed_tag(c->arena, etag->value, coding);
    if (tag.at && memmem(known.at, known.len, tag.at, tag.len))
        etag->value = tag;
}

void so_pack(struct call *c)
{
    bool unchanged = c->res->status == 304;

    if (!unchanged && !is_packable(c))
        return;
    struct bytes accept = http_header_find(c->req, "Accept-Encoding");
    enum coding coding = accept.len ? coding_best(accept) : CODING_NONE;
    if (coding == CODING_NONE)
        return;
    if (unchanged)
        name_packed(c, coding);
    else
        pack_body(c, coding);
}
