/* dialect/superoffice/superoffice.h - what the files of this folder share. SuperOffice WebAPI v1.
 *
 * superoffice.c holds the table of endpoints; each endpoint has a file of its own. An endpoint
 * reads its arguments, calls the core, and writes the answer or returns the failure, which error.c
 * words as SuperOffice does.
 */
#ifndef DIALECT_SUPEROFFICE_SUPEROFFICE_H
#define DIALECT_SUPEROFFICE_SUPEROFFICE_H

#include "base/value.h"
#include "core/access.h"
#include "core/picture.h"
#include "dialect/dialect.h"

/* ---- superoffice.c, route.c ---- */

struct so_endpoint {
    enum http_method method; /* HTTP_GET answers HEAD too */
    enum dialect_plan plan;
    bool writes; /* needs principal.may_write */
    enum err_code (*run)(struct call *c, struct err *e);
};

/* One path below `/api/`, see the table in superoffice.c. */
struct so_resource {
    struct bytes pattern;
    const struct so_endpoint *endpoints;
    size_t count;
    struct bytes allow; /* the Allow header */
};

/* What the placeholders of a pattern stood for. */
struct so_target {
    enum record_kind kind;
    struct bytes id; /* as sent, not yet known to be a number */
};

/* True when the whole of `path` (below `/api/`, no slash at the end) fits `pattern`, letters
 * folded. Sets what the placeholders say; *target is undefined on false. */
bool so_pattern_fits(struct bytes pattern, struct bytes path, struct so_target *target);

/* Moves *path behind its next segment `api`; false when there is none left (superoffice 1.1: any
 * prefix may stand before it). */
bool so_below_api(struct bytes *path);

/* The resource at `path`, or NULL. Allocates nothing. */
const struct so_resource *so_route(struct bytes path, struct so_target *target);

/* ---- auth.c ---- */

/* What the Authorization header said. */
struct so_credential {
    enum credential_kind kind; /* PASSWORD, TICKET or TOKEN */
    struct bytes user;         /* PASSWORD */
    struct bytes secret;       /* the password, ticket or token */
};

/* Reads the value of an Authorization header (superoffice 6.1); what Basic held lives in `arena`.
 * ERR_UNAUTHENTICATED  none, unknown scheme, or not readable */
enum err_code so_credential_read(struct arena *arena, struct bytes header,
                                 struct so_credential *out, struct err *e) MUST_CHECK;

/* Sets c->principal. Failures are those of core/access.h. */
enum err_code so_authenticate(struct call *c, struct err *e) MUST_CHECK;

/* ---- a call's state ---- */

/* Set by plan, behind call->state. */
struct so_call {
    struct owner owner;
    struct so_credential credential;
};

static inline struct so_call *so_call(const struct call *c)
{
    return c->state;
}

static inline struct owner so_owner(const struct call *c)
{
    return so_call(c)->owner;
}

/* ---- error.c ---- */

/* Answers with the failure in SuperOffice's form (superoffice 8); drops what was answered before.
 * An ERR_INVALID that names a field becomes a SoValidationException. */
void so_error(struct call *c, const struct err *e);

/* The same for a bare HTTP status. */
void so_fail(struct call *c, int status, const char *text);

/* ---- reply.c ---- */

/* 200 with a JSON body and the headers every JSON answer carries (superoffice 10). */
void so_reply_json(struct call *c, int status, struct bytes json);
void so_reply_int(struct call *c, int32_t value);

/* ETag and Last-Modified; ERR_NO_MEMORY is the only failure. */
enum err_code so_reply_validators(struct call *c, const struct http_validators *now,
                                  struct err *e) MUST_CHECK;

/* The headers that let a client keep a picture and ask whether it still holds. */
void so_cache_picture(struct call *c);
void so_cache_json(struct call *c);

/* Answers a preflight or OPTIONS; superoffice 12.5. */
void so_reply_options(struct call *c, struct bytes allow);

/* Lets the page that sent the request read the answer, whatever it is. */
void so_allow_origin(struct call *c);

/* ---- condition.c ---- */

/* For a write on a picture's bytes: what If-Match, If-None-Match and If-Unmodified-Since ask. */
struct picture_condition so_image_condition(struct call *c);

/* As http_condition for a read; answers 304 itself and then sets *answered. */
enum err_code so_read_condition(struct call *c, const struct http_validators *now,
                                void (*cache)(struct call *c), bool *answered,
                                struct err *e) MUST_CHECK;

/* ---- body.c, bitmap.c ---- */

/* The body as a map: JSON or a form, by Content-Type or, without one, by its looks
 * (superoffice 7.3).
 * ERR_INVALID      empty, malformed, or not an object
 * ERR_UNSUPPORTED  another type */
enum err_code so_body_read(struct call *c, const struct value **out, struct err *e) MUST_CHECK;

/* ERR_UNSUPPORTED unless the body came without a Content-Encoding. */
enum err_code so_body_is_plain(const struct http_request *req, struct err *e) MUST_CHECK;

/* The picture within an upload (superoffice 3.3): raw, a part of a multipart form, base64 text or a
 * `data:` URL. The bytes are a slice of the body or live in `arena`; whether they are a picture is
 * for the core to say.
 * ERR_INVALID      bitmap missing
 * ERR_UNSUPPORTED  declared as something that is no picture */
enum err_code so_bitmap_read(struct arena *arena, const struct http_request *req,
                             struct picture_content *out, struct err *e) MUST_CHECK;

/* ---- blob_entity.c, associate.c ---- */

/* Appends an Associate (superoffice 2.2), or null for user 0 and users that are gone. */
enum err_code so_associate_write(struct call *c, struct strbuf *out, int32_t user_id,
                                 struct err *e) MUST_CHECK;

/* 200 with the BlobEntity of `picture` (superoffice 2.1); NULL: the one of a record without a
 * picture (3.5). Honours `$select`. */
enum err_code so_blob_entity_reply(struct call *c, const struct picture *picture,
                                   struct err *e) MUST_CHECK;

/* The texts a client wants changed, from its BlobEntity (superoffice 3.6). Slices of `entity`.
 * ERR_INVALID  a text that is no text, a BlobId that is no number */
enum err_code so_blob_entity_read(const struct value *entity, struct picture_texts *out,
                                  struct err *e) MUST_CHECK;

/* ETag and date of the BlobEntity as this caller sees it; the tag is written to `etag`. */
#define SO_ETAG_MAX 64
struct http_validators so_blob_entity_validators(const struct call *c,
                                                 const struct picture *picture,
                                                 char etag[SO_ETAG_MAX]);

/* ---- the endpoints ---- */

enum err_code so_image_get(struct call *c, struct err *e);
enum err_code so_image_put(struct call *c, struct err *e);
enum err_code so_image_delete(struct call *c, struct err *e);
enum err_code so_image_info_get(struct call *c, struct err *e);
enum err_code so_image_info_put(struct call *c, struct err *e);

#endif
