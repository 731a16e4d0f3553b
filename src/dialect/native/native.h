/* dialect/native/native.h - our own form of addresses: pictures for applications that show them.
 *
 * docs/native.md is the table of everything that can be asked. An endpoint has a file named after
 * it and a row in native.c.
 */
#ifndef DIALECT_NATIVE_NATIVE_H
#define DIALECT_NATIVE_NATIVE_H

#include "core/overview.h"
#include "core/rendition.h"
#include "core/signed_link.h"
#include "dialect/dialect.h"

enum native_need {
    NATIVE_LINK,   /* reads; a signed link will do */
    NATIVE_READER, /* reads with a credential */
    NATIVE_WRITER,
};

struct native_endpoint {
    enum http_method method; /* GET answers HEAD, too */
    const char *pattern;     /* below /pictures: "{kind}/{id}/info" */
    enum dialect_plan plan;
    enum native_need need;
    enum err_code (*run)(struct call *c, struct err *e);
};

/* What a path names: kind 0 when its pattern has none. */
const struct native_endpoint *native_route(struct bytes path, enum http_method method,
                                           struct owner *owner);

struct native_call {
    struct owner owner;
    struct signed_link link; /* the query without what signs it */
};

static inline struct native_call *native_call(const struct call *c)
{
    return c->state;
}

/* picture_get.c, picture_info.c, focus_put.c, pictures_list.c, duplicates_list.c, links_post.c,
 * history_get.c, history_undo.c */
enum err_code native_picture_get(struct call *c, struct err *e);
enum err_code native_picture_info(struct call *c, struct err *e);
enum err_code native_focus_put(struct call *c, struct err *e);
enum err_code native_focus_delete(struct call *c, struct err *e);
enum err_code native_pictures_list(struct call *c, struct err *e);
enum err_code native_duplicates_list(struct call *c, struct err *e);
enum err_code native_links_post(struct call *c, struct err *e);
enum err_code native_history_get(struct call *c, struct err *e);
enum err_code native_change_undo(struct call *c, struct err *e);
enum err_code native_record_undo(struct call *c, struct err *e);

/* auth.c: who asks. Fills c->principal, or the call's `link` when the address is signed.
 * ERR_UNAUTHENTICATED, ERR_DENIED, ERR_BLOCKS, ERR_BUSY */
enum err_code native_authenticate(struct call *c, struct err *e) MUST_CHECK;
bool native_has_credential(const struct http_request *req);
/* May it see records of that kind? ERR_DENIED */
enum err_code native_may_read(const struct call *c, enum record_kind kind,
                              struct err *e) MUST_CHECK;

/* reply.c: answers and errors. */
void native_reply_json(struct call *c, int status, struct bytes json);
void native_error(struct call *c, const struct err *e);
void native_fail(struct call *c, int status, const char *text);
void native_allow_origin(struct call *c);
void native_reply_options(struct call *c, struct bytes allow);

/* params.c: the parameters of a query, each known and given once. `values` are by name; `.at` NULL:
 * not given.
 * ERR_INVALID    unknown, given twice, or too long: the text names it
 * ERR_NO_MEMORY */
enum err_code native_params_read(struct arena *arena, struct bytes query, const char *const *names,
                                 size_t count, struct bytes *values, struct err *e) MUST_CHECK;
/* A whole number of plain digits within the bounds. */
enum err_code native_param_number(const char *name, struct bytes text, int32_t min, int32_t max,
                                  int32_t *out, struct err *e) MUST_CHECK;
enum err_code native_param_kind(struct bytes text, enum record_kind *out, struct err *e) MUST_CHECK;

/* wish.c: in which form a picture is wanted. */
#define NATIVE_SIDE_MAX 8192

struct native_wish {
    struct render render; /* without the picture's focus */
    bool is_rendition;    /* anything was asked for but `v`: else the stored bytes go out */
    struct bytes state;   /* `v`: the state of the picture that is meant; empty: whichever */
};

/* ERR_INVALID: the text names the parameter. */
enum err_code native_wish_read(struct arena *arena, struct bytes query, struct native_wish *out,
                               struct err *e) MUST_CHECK;

/* state.c: what `v` is of a picture: changes when its bytes or its focus do. */
#define NATIVE_STATE_MAX 64
struct bytes native_state(int32_t id, int32_t version, int32_t focus_x, int32_t focus_y,
                          char out[NATIVE_STATE_MAX]);

/* row.c: a record with its picture, as lists and info show it. */
struct native_row {
    enum record_kind kind;
    struct bytes base_url;
    const struct link_signer *signer; /* NULL: its links are null */
    int32_t thumb_width;
    int32_t thumb_height;
    bool with_focus;
};
#define NATIVE_THUMB_SIDE 256
#define NATIVE_ROW_MAX    8192 /* bytes, without a base_url */

void native_row_write(struct strbuf *out, const struct native_row *how, const struct overview *row);
/* How it is shown: thumbnails of NATIVE_THUMB_SIDE. The signer lives in the arena. */
enum err_code native_row_init(struct call *c, enum record_kind kind, struct native_row *out,
                              struct err *e) MUST_CHECK;

#endif
