/* POST /pictures/links {"links": […], "seconds": …} */
#include "base/clock.h"
#include "base/json.h"
#include "dialect/base_url.h"
#include "dialect/native/native.h"

#define LINKS_MAX 1000

/* Only what a link can show is signed, and only what works: a mistake is told here, not to whoever
 * follows the link. */
static enum err_code check(struct call *c, struct bytes target, struct err *e)
{
    size_t mark = bytes_index(target, '?');
    struct native_wish wish;
    struct owner owner;

    const struct native_endpoint *endpoint =
        native_route(bytes_first(target, mark), HTTP_GET, &owner);
    if (!endpoint || endpoint->need != NATIVE_LINK)
        return err_set(e, ERR_INVALID, "a link is /pictures/{kind}/{id} or that with /info");
    enum err_code rc = native_may_read(c, owner.kind, e);
    if (rc)
        return rc;
    struct bytes query = bytes_from(target, mark + 1);
    return endpoint->run == native_picture_get
               ? native_wish_read(c->arena, query, &wish, e)
               : native_params_read(c->arena, query, NULL, 0, NULL, e);
}

static enum err_code write_links(struct call *c, const struct value *links,
                                 const struct link_signer *signer, struct strbuf *out,
                                 struct err *e)
{
    struct bytes made;
    struct strbuf base;
    int number = 0;

    strbuf_init(&base, c->arena, 64, 1024);
    base_url_write(c, &base);
    for (const struct value *link = links->first; link; link = link->next) {
        number++;
        if (link->type != VALUE_STRING)
            return err_set(e, ERR_INVALID, "link %d is no text", number);
        enum err_code rc = signed_link_make(signer, c->arena, link->string, &made, e);
        if (rc == ERR_NONE)
            rc = check(c, link->string, e);
        if (rc)
            return err_context(e, "link %d", number);
        strbuf_add(out, number > 1 ? B(",\"") : B("\""));
        strbuf_add(out, strbuf_bytes(&base));
        size_t start = out->len;
        json_string(out, made);
        if (!out->failed) /* its first quote: the address stands before it */
            memmove(out->at + start, out->at + start + 1, --out->len - start);
    }
    return out->failed || base.failed ? err_set(e, ERR_NO_MEMORY, "links") : ERR_NONE;
}

static enum err_code read_seconds(const struct value *body, int64_t *out, struct err *e)
{
    const struct value *value = value_get(body, B("seconds"));

    *out = 0;
    if (!value || value->type == VALUE_NULL)
        return ERR_NONE;
    if (value->type != VALUE_INT || value->integer < 1 || value->integer > SIGNED_LINK_SECONDS_MAX)
        return err_set(e, ERR_INVALID, "seconds is a whole number from 1 to %lld",
                       SIGNED_LINK_SECONDS_MAX);
    *out = value->integer;
    return ERR_NONE;
}

enum err_code native_links_post(struct call *c, struct err *e)
{
    struct link_signer signer;
    struct value *body;
    struct strbuf out;
    int64_t seconds = 0;
    enum err_code rc;

    if ((rc = native_params_read(c->arena, c->req->query, NULL, 0, NULL, e)) ||
        (rc = json_read(c->arena, c->req->body, &body, e)) ||
        (rc = read_seconds(body, &seconds, e)))
        return rc;
    const struct value *links = value_get(body, B("links"));
    if (!links || links->type != VALUE_LIST || links->count > LINKS_MAX)
        return err_set(e, ERR_INVALID, "links is a list of at most %d texts", LINKS_MAX);
    if ((rc = link_signer_init(c->core, seconds, &signer, e)))
        return rc;
    strbuf_init(&out, c->arena, 4096, 8 << 20);
    strbuf_lit(&out, "{\"expires\":\"");
    clock_write_plain(&out, signer.expires * SECOND_US);
    strbuf_lit(&out, "Z\",\"links\":[");
    rc = write_links(c, links, &signer, &out, e);
    if (rc)
        return rc;
    strbuf_lit(&out, "]}");
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "links");
    native_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}
