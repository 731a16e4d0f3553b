/* GET and HEAD /pictures/{kind}/{id} */
#include "base/clock.h"
#include "dialect/native/native.h"
#include "http/accept.h"

#include <inttypes.h>

/* What is to go out, but for the bytes. */
struct reply {
    const struct picture *picture;
    struct http_validators now;
    enum picture_type type;
    bool by_accept; /* another Accept may get another type */
    bool keep;      /* the address says which state it means: it shows the same for ever */
};

static enum err_code set_cache(struct call *c, const struct reply *r, struct err *e)
{
    const struct signed_link *link = &native_call(c)->link;
    int64_t seconds = link->expires - clock_now_us() / SECOND_US;

    if (r->by_accept)
        http_response_header(c->res, "Vary", B("Accept"));
    if (!link->is_signed || !r->keep) {
        http_response_header(c->res, "Cache-Control",
                             link->is_signed ? B("public, no-cache") : B("private, no-cache"));
        return ERR_NONE;
    }
    char *text =
        arena_printf(c->arena, "public, max-age=%" PRId64 ", immutable", seconds > 0 ? seconds : 0);
    if (!text)
        return err_set(e, ERR_NO_MEMORY, "answer");
    http_response_header(c->res, "Cache-Control", bytes_str(text));
    return ERR_NONE;
}

/* What 200, 206 and 304 have in common. */
static enum err_code set_validators(struct call *c, const struct reply *r, struct err *e)
{
    char *date = arena_alloc(c->arena, CLOCK_HTTP_LEN);

    if (!date)
        return err_set(e, ERR_NO_MEMORY, "answer");
    clock_write_http(date, r->now.modified_us);
    http_response_header(c->res, "ETag", r->now.etag);
    http_response_header(c->res, "Last-Modified", bytes_of(date, CLOCK_HTTP_LEN));
    return set_cache(c, r, e);
}

/* The picture's name, with the extension of what goes out. */
static struct bytes name_of(struct call *c, const struct reply *r)
{
    struct bytes name = r->picture->name;
    size_t end = name.len;

    if (picture_type_fits_name(r->type, name))
        return name;
    while (end && name.at[end - 1] != '.')
        end--;
    if (end > 1 && name.len - end <= 4)
        name.len = end - 1;
    char *text =
        arena_printf(c->arena, "%.*s.%s", (int)name.len, name.at, picture_type_extension(r->type));
    return text ? bytes_str(text) : name;
}

static enum err_code content_range(struct call *c, int status, uint64_t offset, uint64_t length,
                                   uint64_t size, struct err *e)
{
    char *text = status == 206 ? arena_printf(c->arena, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
                                              offset, offset + length - 1, size)
                               : arena_printf(c->arena, "bytes */%" PRIu64, size);
    if (!text)
        return err_set(e, ERR_NO_MEMORY, "answer");
    http_response_header(c->res, "Content-Range", bytes_str(text));
    return ERR_NONE;
}

/* Either `source` or `bytes`. 416 is an answer. */
static enum err_code send(struct call *c, const struct reply *r, struct source *source,
                          struct bytes bytes, struct err *e)
{
    uint64_t size = source ? source->size : bytes.len;
    uint64_t offset = 0;
    uint64_t length = size;
    struct http_response *res = c->res;

    int status = http_range(c->req, &r->now, size, &offset, &length);
    if (status == 416) {
        native_fail(c, 416, "the picture has no such bytes");
        return content_range(c, status, 0, 0, size, e);
    }
    struct bytes disposition = http_content_disposition(c->arena, false, name_of(c, r));
    if (!disposition.at)
        return err_set(e, ERR_NO_MEMORY, "answer");
    enum err_code rc = status == 206 ? content_range(c, status, offset, length, size, e) : ERR_NONE;
    if (rc || (rc = set_validators(c, r, e)))
        return rc;
    res->status = status;
    res->content_type = picture_type_mime(r->type);
    http_response_header(res, "Accept-Ranges", B("bytes"));
    http_response_header(res, "X-Content-Type-Options", B("nosniff"));
    http_response_header(res, "Content-Disposition", disposition);
    if (source) {
        res->source = source;
        res->offset = offset;
        res->length = length;
    } else {
        res->body = bytes_first(bytes_from(bytes, (size_t)offset), (size_t)length);
    }
    return ERR_NONE;
}

/* 304 and 412. */
static enum err_code read_condition(struct call *c, const struct reply *r, bool *answered,
                                    struct err *e)
{
    enum http_condition condition = http_condition(c->req, &r->now);

    if (condition == HTTP_CONDITION_FAILED)
        return err_set(e, ERR_PRECONDITION, "the picture is not the one you named");
    *answered = condition == HTTP_CONDITION_NOT_MODIFIED;
    if (!*answered)
        return ERR_NONE;
    c->res->status = 304;
    return set_validators(c, r, e);
}

static enum err_code reply_stored(struct call *c, struct reply *r, struct err *e)
{
    struct source *source;
    bool answered;

    r->type = r->picture->header.type;
    r->now.etag = picture_etag(c->arena, r->picture);
    if (!r->now.etag.at)
        return err_set(e, ERR_NO_MEMORY, "entity tag");
    enum err_code rc = read_condition(c, r, &answered, e);
    if (rc || answered)
        return rc;
    rc = picture_open(c->core, c->arena, r->picture, &source, e);
    return rc ? rc : send(c, r, source, B(""), e);
}

/* The bytes' tag and what was made of them: the same rendition has one tag, however it was asked
 * for. */
static enum err_code set_tag(struct call *c, struct reply *r, const struct rendered *plan,
                             struct err *e)
{
    struct bytes tag = picture_etag(c->arena, r->picture);
    char *text = tag.at
                     ? arena_printf(c->arena, "%.*s-%dx%d-%d.%d.%d.%d-%s%d-%d\"", (int)tag.len - 1,
                                    tag.at, plan->width_px, plan->height_px, plan->cut_x,
                                    plan->cut_y, plan->cut_width, plan->cut_height,
                                    picture_type_extension(r->type), plan->quality, RENDER_VERSION)
                     : NULL;

    if (!text)
        return err_set(e, ERR_NO_MEMORY, "entity tag");
    r->now.etag = bytes_str(text);
    return ERR_NONE;
}

/* What a caller can do about it stands in the text. */
static enum err_code unfit(const struct picture *picture, struct err *e)
{
    if (e->code == ERR_TOO_LARGE)
        return err_set(e, ERR_INVALID,
                       "picture %d becomes too large that way: ask for a smaller w or h, or for "
                       "another format",
                       picture->id);
    return err_set(e, ERR_INVALID,
                   "picture %d cannot be scaled or converted, its pixels are broken: ask for it "
                   "without parameters",
                   picture->id);
}

static enum err_code render(struct call *c, const struct reply *r, const struct render *want,
                            struct bytes *bytes, enum picture_type *type, struct err *e)
{
    enum err_code rc = picture_render(c->core, c->arena, r->picture, want, bytes, type, e);

    return rc == ERR_TOO_LARGE || rc == ERR_UNSUPPORTED ? unfit(r->picture, e) : rc;
}

static enum err_code reply_rendition(struct call *c, struct reply *r, const struct render *want,
                                     struct err *e)
{
    struct rendered plan = render_plan(&r->picture->header, want);
    struct bytes bytes = { 0 };
    bool answered;
    enum err_code rc = ERR_NONE;

    r->type = plan.type;
    if (plan.type == PICTURE_AVIF) { /* which of two types it is now, only the cache knows */
        rc = render(c, r, want, &bytes, &r->type, e);
        r->keep &= r->type == PICTURE_AVIF;
    }
    if (rc || (rc = set_tag(c, r, &plan, e)) || (rc = read_condition(c, r, &answered, e)) ||
        answered)
        return rc;
    if (!bytes.at)
        rc = render(c, r, want, &bytes, &r->type, e);
    return rc ? rc : send(c, r, NULL, bytes, e);
}

/* A still picture that is made anyway may be made a WebP, for who says that he takes it: not for
 * who takes everything, for that says nothing of WebP. */
static bool listens_to_accept(const struct picture *picture, const struct render *want)
{
    enum picture_type type = picture->header.type;

    return want->type == PICTURE_NONE && (want->width_px || want->height_px) &&
           picture->header.frames <= 1 &&
           (type == PICTURE_JPEG || type == PICTURE_PNG || type == PICTURE_BMP ||
            type == PICTURE_TIFF);
}

enum err_code native_picture_get(struct call *c, struct err *e)
{
    struct owner owner = native_call(c)->owner;
    char state[NATIVE_STATE_MAX];
    struct native_wish wish;
    struct picture picture;
    bool record_exists;
    enum err_code rc;

    if ((rc = native_wish_read(c->arena, native_call(c)->link.query, &wish, e)) ||
        (rc = picture_seen(c->core, c->arena, owner, &picture, &record_exists, e)))
        return rc;
    if (picture.header.type == PICTURE_NONE)
        return err_set(e, ERR_NOT_FOUND, "%s %d has no picture", kind_name(owner.kind), owner.id);

    struct reply r = { .picture = &picture, .now.modified_us = picture.updated_us };
    r.keep = bytes_eq(wish.state, native_state(picture.id, picture.version, picture.focus_x,
                                               picture.focus_y, state));
    if (!wish.is_rendition)
        return reply_stored(c, &r, e);
    struct render want = wish.render;
    want.focus_x = picture.focus_x;
    want.focus_y = picture.focus_y;
    r.by_accept = listens_to_accept(&picture, &want);
    if (r.by_accept && token_quality(http_header_find(c->req, "Accept"), B("image/webp")) > 0)
        want.type = PICTURE_WEBP;
    if (render_plan(&picture.header, &want).same)
        return reply_stored(c, &r, e);
    return reply_rendition(c, &r, &want, e);
}
