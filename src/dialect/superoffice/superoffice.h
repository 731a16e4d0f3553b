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
#include "core/rendition.h"
#include "dialect/dialect.h"
#include "dialect/superoffice/writer.h"

/* ---- superoffice.c, route.c ---- */

/* What an endpoint needs of who asks. */
enum so_need {
    SO_READER, /* anybody who proved who he is */
    SO_WRITER, /* principal.may_write */
    SO_ANYONE, /* no credential */
};

/* What goes in or comes out, for the description of the interface (superoffice 12). */
enum so_body_kind {
    SO_BODY_NONE,    /* 204, or no body wanted */
    SO_BODY_CARRIER, /* one `carrier` */
    SO_BODY_LIST,    /* of `carrier` */
    SO_BODY_ROWS,    /* an OData list (14.3) */
    SO_BODY_PATCH,   /* RFC 6902 or 7396 (5) */
    SO_BODY_REQUEST, /* the arguments of an agent's method: `arguments` */
    SO_BODY_PICTURE, /* out: bytes; in: bytes or a form field `image` */
    SO_BODY_BINARY,  /* base64 text or bytes, by Accept (4.1) */
    SO_BODY_INT,
    SO_BODY_STRING,
    SO_BODY_ANY, /* HTML, the description itself */
};

struct so_body {
    enum so_body_kind kind;
    const struct so_carrier *carrier;
    const struct so_member *arguments; /* with an empty name at the end */
};

/* Query parameters that an endpoint knows; bits. */
enum so_parameter {
    SO_P_SELECT = 1 << 0, /* $select of members */
    SO_P_FK = 1 << 1,     /* fk */
    SO_P_ROWS = 1 << 2,   /* those of OData lists (14.3) */
    SO_P_IMAGE = 1 << 3,  /* w, h, type, ifBlank */
    SO_P_ID = 1 << 4,     /* an agent's single id, named `id_name` */
};

struct so_endpoint {
    enum http_method method; /* HTTP_GET answers HEAD too */
    enum dialect_plan plan;
    enum so_need need;
    enum err_code (*run)(struct call *c, struct err *e);

    const char *summary; /* for /api/v1, agents' GET and the OpenAPI description */
    struct so_body in;
    struct so_body out;
    unsigned parameters;
    const char *id_name; /* SO_P_ID: "blobEntityId" */
    const void *data;    /* the endpoint's own: several rows may share one `run` */
};

/* One path below `/api/`. The placeholders of a pattern are
 *   {kind}      Contact, Person, Product, Project     {id}  of the record
 *   {entity}    Contact, Person, Project: what has PATCH and Simple
 *   {product}   Product                               {n}   a number nobody looks at
 *   {services}  Services80 … Services99: addresses that the ImageInfo pages name (3.7)
 *   {name}      any one segment */
struct so_resource {
    struct bytes pattern;
    const struct so_endpoint *endpoints;
    size_t count;
    struct bytes allow; /* the Allow header */
    bool hidden;        /* works, but is not described: an alias */
};

/* The tables, each beside what it routes to; superoffice.c goes through them in order. */
struct so_table {
    const struct so_resource *resources;
    size_t count;
};
extern const struct so_table *const so_tables[]; /* NULL-terminated */

extern const struct so_table so_user_table;          /* user_table.c */
extern const struct so_table so_image_table;         /* image_table.c */
extern const struct so_table so_entity_table;        /* entity_table.c */
extern const struct so_table so_blob_agent_table;    /* blob_agent_table.c */
extern const struct so_table so_discovery_table;     /* discovery_table.c */
extern const struct so_table so_time_zone_table;     /* time_zone_table.c */
extern const struct so_table so_odata_table;         /* odata_table.c */
extern const struct so_resource so_swagger_resource; /* the page beside `/api/` */

/* What the placeholders of a pattern stood for. */
struct so_target {
    enum record_kind kind;
    struct bytes id;     /* as sent, not yet known to be a number; `.at` NULL: none in the path */
    struct bytes name;   /* {name} */
    struct bytes prefix; /* what stands before `/api/`, by so_route: "/crm" or empty */
};

/* True when the whole of `path` (below `/api/`, no slash at the end) fits `pattern`, letters
 * folded. Sets what the placeholders say; *target is undefined on false. */
bool so_pattern_fits(struct bytes pattern, struct bytes path, struct so_target *target);

/* Moves *path behind its next segment `api`; false when there is none left (superoffice 1.1: any
 * prefix may stand before it). */
bool so_below_api(struct bytes *path);

/* True for `…/swagger` and `…/swagger/`, the one page beside `/api/` (superoffice 12.3); moves
 * *path to that last segment. */
bool so_is_swagger(struct bytes *path);

/* The resource at `path`, or NULL. Allocates nothing. */
const struct so_resource *so_route(struct bytes path, struct so_target *target);

/* ---- auth.c ---- */

/* What the Authorization header said. */
struct so_credential {
    enum credential_kind kind; /* PASSWORD, TICKET, TOKEN, OPENID or SESSION */
    struct bytes user;         /* PASSWORD */
    struct bytes secret;       /* the password, ticket, token or cookie */
    struct bytes xsrf;         /* SESSION: what X-XSRF-TOKEN said; `.at` NULL: it need not */
};

/* Reads the value of an Authorization header (superoffice 6.1); what Basic held lives in `arena`.
 * ERR_UNAUTHENTICATED  none, unknown scheme, or not readable */
enum err_code so_credential_read(struct arena *arena, struct bytes header,
                                 struct so_credential *out, struct err *e) MUST_CHECK;

/* What a request proves itself with, for `endpoint`: the Authorization header, else the session's
 * cookie, which wants an X-XSRF-TOKEN beside it except where a page can only show a picture (6.3).
 * ERR_UNAUTHENTICATED  nothing, or not readable */
enum err_code so_credential_find(const struct call *c, const struct so_endpoint *endpoint,
                                 struct so_credential *out, struct err *e) MUST_CHECK;

/* The value of the cookie SO_SESSION; empty when there is none. */
struct bytes so_session_cookie(const struct http_request *req);

/* True when the client speaks https, to us or to a proxy that is trusted. */
bool so_is_https(const struct call *c);

/* May passwords, tickets and cookies travel this way? (superoffice 16) */
bool so_is_covered(const struct call *c);

/* Sets c->principal. Failures are those of core/access.h; ERR_DENIED: not this way. */
enum err_code so_authenticate(struct call *c, struct err *e) MUST_CHECK;

/* Is it one of those of the setting app_token? */
bool so_is_app_token(const struct call *c, struct bytes token);

/* ---- a call's state ---- */

/* Set by plan, behind call->state. */
struct so_call {
    struct owner owner;
    struct bytes name;   /* {name} of the path */
    struct bytes prefix; /* so_target's */
    const struct so_resource *resource;
    struct so_credential credential;
    enum so_format format; /* of the answer (superoffice 7.1) */
    struct bytes label;    /* its Content-Type */
    struct so_local local;
};

static inline struct so_call *so_call(const struct call *c)
{
    return c->state;
}

static inline struct owner so_owner(const struct call *c)
{
    return so_call(c)->owner;
}

/* Also where there is no core: while planning, and in tests. */
static inline const struct settings *so_settings(const struct call *c)
{
    return c->settings ? c->settings : &settings_default;
}

/* ---- login.c ---- */

/* The sign-in page (6.3): `/login` below any prefix. */
bool so_is_login(struct bytes path);
extern const struct so_resource so_login;

/* Strangers may send a form and no more than that. */
bool so_login_is_small(const struct call *c);

/* ---- negotiate.c ---- */

/* The form of the answer and its Content-Type (superoffice 7.1); `rows`: `$format` counts. */
void so_negotiate(struct arena *arena, const struct http_request *req, bool rows,
                  enum so_format *format, struct bytes *label);

/* What the caller may do with a row. */
enum so_rights so_rights_of(const struct principal *principal);

/* TableRight's Reason of who may only read. */
#define SO_REASON_READ B("[SR_ACCESS_READ_ONLY]")

/* The `$select` of the call's query; *out NULL: there is none, everything is wanted. A path counts
 * by its head. ERR_INVALID: of too many names */
enum err_code so_select_read(struct call *c, const struct so_select **out,
                             struct err *e) MUST_CHECK;

/* ---- url.c ---- */

/* Appends the absolute URL of what stands below `/api/`, under the prefix that the request came
 * with: "https://HOST/crm/api/" and `path`, which is text that may stand in a URL. Not while
 * planning. */
void so_url_write(struct call *c, struct strbuf *out, struct bytes path);

/* Appends the prefix of the request, "/crm" or nothing, percent-encoded. */
void so_prefix_write(struct call *c, struct strbuf *out);

/* ---- describe.c: what the tables say, for people and programs (superoffice 12) ---- */

/* Called for each address of a resource, placeholders for kinds spelled out ("v1/Contact/{id}");
 * `kind` 0 where the address names none. */
typedef void so_address_visit(void *context, const struct so_resource *resource, struct bytes path,
                              enum record_kind kind);

/* Visits all addresses that are described: so_tables in their order, kinds in the order Contact,
 * Person, Product, Project. False when memory ran out on the way. */
bool so_addresses_visit(struct arena *arena, so_address_visit *visit, void *context) MUST_CHECK;

/* "Contact"; the spelling of paths and carriers. */
struct bytes so_kind_name(enum record_kind kind);

/* True when HTML is what the request wants: `by_default` for one that wants nothing in particular.
 */
bool so_wants_html(const struct http_request *req, bool by_default);

/* 200 with a page; `style` and `script` are the page's own and the only ones it may run. */
struct so_page {
    struct bytes title;
    struct bytes style;
    struct bytes script; /* or empty */
    struct bytes body;   /* HTML */
};
enum err_code so_page_reply(struct call *c, const struct so_page *page, struct err *e) MUST_CHECK;

/* Appends the description of the whole interface as Swagger 2.0. */
void so_openapi_write(struct call *c, struct strbuf *out);

/* ---- error.c ---- */

/* Answers with the failure in SuperOffice's form (superoffice 8); drops what was answered before.
 * An ERR_INVALID that names a field becomes a SoValidationException. */
void so_error(struct call *c, const struct err *e);

/* The same for a bare HTTP status. */
void so_fail(struct call *c, int status, const char *text);

/* ---- reply.c, reply_binary.c ---- */

/* Text that is JSON already, whatever was negotiated, with the headers every answer of text carries
 * (superoffice 10). */
void so_reply_json(struct call *c, int status, struct bytes json);

/* Text in the negotiated form, with the same headers. */
void so_reply_text(struct call *c, int status, struct bytes text);

/* What was negotiated (7.1): a bare number, text or null, or what a writer made. */
enum err_code so_reply_int(struct call *c, int32_t value, struct err *e) MUST_CHECK;
enum err_code so_reply_string(struct call *c, struct bytes text, struct err *e) MUST_CHECK;
enum err_code so_reply_null(struct call *c, const struct so_carrier *carrier,
                            struct err *e) MUST_CHECK;
enum err_code so_reply_writer(struct call *c, const struct so_writer *w, struct err *e) MUST_CHECK;
void so_reply_empty(struct call *c); /* 204 */

/* A writer for this call's answer: its format and language. */
void so_reply_begin(struct call *c, struct so_writer *w, size_t limit);

/* An agent's picture (4.1): bytes, or base64 in JSON or XML. `bytes` empty: the "no picture"
 * of 4.4.
 */
enum err_code so_reply_binary(struct call *c, struct bytes bytes, struct bytes mime,
                              struct err *e) MUST_CHECK;

/* The same for a stored picture, which is read while it is sent. One without bytes is none. */
enum err_code so_reply_picture(struct call *c, const struct picture *picture,
                               struct err *e) MUST_CHECK;
/* As `modified_us` of what has no date: no Last-Modified, and no date is late enough for a 304. */
#define SO_UNDATED INT64_MAX

/* Packs the answer, if it is a text worth that and the client takes it; its ETag says so. */
void so_pack(struct call *c);

/* ETag and Last-Modified; ERR_NO_MEMORY is the only failure. */
enum err_code so_reply_validators(struct call *c, const struct http_validators *now,
                                  struct err *e) MUST_CHECK;

/* The headers that let a client keep a picture and ask whether it still holds. */
void so_cache_picture(struct call *c);
void so_cache_json(struct call *c);

/* Answers a preflight or OPTIONS; superoffice 12.5. */
void so_reply_options(struct call *c, struct bytes allow);

/* Lets the page that sent the request read the answer, whatever it is, when its origin is one of
 * those that are set. */
void so_allow_origin(struct call *c);

/* ---- condition.c ---- */

/* For a write on a picture's bytes: what If-Match, If-None-Match and If-Unmodified-Since ask. */
struct picture_condition so_image_condition(struct call *c);

/* As http_condition for a read; answers 304 itself and then sets *answered. */
enum err_code so_read_condition(struct call *c, const struct http_validators *now,
                                void (*cache)(struct call *c), bool *answered,
                                struct err *e) MUST_CHECK;

/* ---- body.c, bitmap.c ---- */

/* The body as a map: JSON, XML or a form, by Content-Type or, without one, by its looks
 * (superoffice 7.3). `carrier` says which XML elements are lists (NULL: none is).
 * ERR_INVALID      empty, malformed, or not an object
 * ERR_TOO_LARGE    over a limit once unpacked
 * ERR_UNSUPPORTED  another type */
enum err_code so_body_read(struct call *c, const struct so_carrier *carrier,
                           const struct value **out, struct err *e) MUST_CHECK;

/* The same for an agent's arguments: no body and `null` are an empty map (4.1). */
enum err_code so_arguments_read(struct call *c, const struct value **out, struct err *e) MUST_CHECK;

/* For PATCH: JSON, a list or a map. */
enum err_code so_body_read_json(struct call *c, const struct value **out, struct err *e) MUST_CHECK;

/* The body without its Content-Encoding (superoffice 7.3); the request's own when it has none.
 * ERR_INVALID      not what its header says
 * ERR_TOO_LARGE    more than body_bytes_max unpacked
 * ERR_UNSUPPORTED  another coding
 * ERR_BLOCKS       too much for the event loop */
enum err_code so_body_unpack(struct call *c, struct bytes *out, struct err *e) MUST_CHECK;

/* The picture within an upload (superoffice 3.3), `body` as so_body_unpack gave it: raw, a part of
 * a multipart form, base64 text or a `data:` URL. The bytes are a slice of the body or live in
 * `arena`; whether they are a picture is for the core to say. ERR_INVALID      bitmap missing
 * ERR_UNSUPPORTED  declared as something that is no picture */
enum err_code so_bitmap_read(struct arena *arena, const struct http_request *req, struct bytes body,
                             struct picture_content *out, struct err *e) MUST_CHECK;

/* ---- image_wish.c, rendition.c, placeholder.c ---- */

/* In the order of the numbers that ifBlank may be, too (superoffice 3.2). */
enum so_blank {
    SO_BLANK_DEFAULT,
    SO_BLANK_CLEAR_PIXEL,
    SO_BLANK_SR_NO_PHOTO,
    SO_BLANK_SR_NO_PHOTO_WITH_BORDER,
    SO_BLANK_NULL,
    SO_BLANK_GENERIC_FILE_ICON,
};

struct bytes so_blank_name(enum so_blank blank);

/* w, h, type and ifBlank of GET Image. */
struct so_wish {
    struct render render; /* sides 0 to 4096; never enlarged */
    bool other;           /* another size or type than the stored one may be wanted */
    enum so_blank blank;  /* SO_BLANK_NULL when not said */
};

/* ERR_INVALID: a size that is no number, an ifBlank that there is not. */
enum err_code so_wish_read(struct arena *arena, struct bytes query, struct so_wish *out,
                           struct err *e) MUST_CHECK;

/* The functions from here to so_product_bounded decode: they return ERR_BLOCKS on the event loop.
 *
 * A picture in another size and type, in `arena`.
 * ERR_INVALID  its pixels are broken, or it becomes too large; the text says what to ask for
 * ERR_BUSY     too many are being made */
enum err_code so_rendition(struct call *c, struct arena *arena, const struct picture *picture,
                           const struct render *want, struct bytes *out, enum picture_type *type,
                           struct err *e) MUST_CHECK;

/* What is to be stored of a product's new picture: within 1000 x 1000 pixels it stays as it is,
 * byte for byte (superoffice 3.3). To be called before picture_put. ERR_INVALID: cannot be scaled
 */
enum err_code so_product_bounded(struct call *c, const struct picture_content *content,
                                 struct picture_content *out, struct err *e) MUST_CHECK;

/* Answers with what stands for a picture that is not there; wish->blank is not SO_BLANK_NULL. */
enum err_code so_placeholder_reply(struct call *c, const struct so_wish *wish,
                                   struct err *e) MUST_CHECK;

/* ---- blob_entity.c, associate.c ---- */

/* Appends an Associate (superoffice 2.2) in the call's form: a JSON object, or what stands within
 * its XML element. Nothing and *found false for user 0 and users that are gone. */
enum err_code so_associate_write(struct call *c, struct strbuf *out, int32_t user_id, bool *found,
                                 struct err *e) MUST_CHECK;

/* An Associate (superoffice 2.2); *out NULL: there is no such user. */
enum err_code so_associate_tree(struct call *c, struct arena *arena, int32_t user_id,
                                struct value **out, struct err *e) MUST_CHECK;

/* The text of the BlobEntity in the call's form, language and `$select`. */
enum err_code so_blob_entity_write(struct call *c, const struct picture *picture,
                                   struct strbuf *out, struct err *e) MUST_CHECK;

/* 200 with the BlobEntity of `picture` (superoffice 2.1); NULL: the one of a record without a
 * picture (3.5). Honours `$select`. */
enum err_code so_blob_entity_reply(struct call *c, const struct picture *picture,
                                   struct err *e) MUST_CHECK;

/* The texts a client wants changed, from its BlobEntity (superoffice 3.6). Slices of `entity`.
 * ERR_INVALID  a text that is no text, a BlobId that is no number */
enum err_code so_blob_entity_read(const struct value *entity, struct picture_texts *out,
                                  struct err *e) MUST_CHECK;

/* Puts the stored text back where the caller only sent what he was shown of it (superoffice 9.2).
 * To be called with the picture as it is, within the write. False: out of memory. */
bool so_blob_entity_keep(struct call *c, const struct picture *now, struct picture_texts *texts);

/* ETag and date of the BlobEntity as this caller sees it; the tag is written to `etag`. */
#define SO_ETAG_MAX 64
struct http_validators so_blob_entity_validators(const struct call *c,
                                                 const struct picture *picture,
                                                 char etag[SO_ETAG_MAX]);

/* ---- the endpoints ---- */

enum err_code so_principal_get(struct call *c, struct err *e);
enum err_code so_current_associate_get(struct call *c, struct err *e);
enum err_code so_token_get(struct call *c, struct err *e);
enum err_code so_access_token_post(struct call *c, struct err *e);
enum err_code so_agent_describe(struct call *c, struct err *e);

enum err_code so_image_get(struct call *c, struct err *e);
/* 200, 206 or 416 with a picture that was made for this answer; image_get.c. */
enum err_code so_picture_reply(struct call *c, struct bytes bytes, enum picture_type type,
                               const struct http_validators *now, void (*cache)(struct call *c),
                               struct err *e) MUST_CHECK;
enum err_code so_image_put(struct call *c, struct err *e);
enum err_code so_image_delete(struct call *c, struct err *e);
enum err_code so_image_info_get(struct call *c, struct err *e);
enum err_code so_image_info_put(struct call *c, struct err *e);

enum err_code so_time_zone_list(struct call *c, struct err *e);
enum err_code so_time_zone_base_get(struct call *c, struct err *e);
enum err_code so_time_zone_current_get(struct call *c, struct err *e);
enum err_code so_time_zone_base_id(struct call *c, struct err *e);
enum err_code so_time_zone_preferred(struct call *c, struct err *e);

enum err_code so_api_get(struct call *c, struct err *e);
enum err_code so_api_v1_get(struct call *c, struct err *e);
enum err_code so_openapi_get(struct call *c, struct err *e);
enum err_code so_swagger_page_get(struct call *c, struct err *e);

#endif
