/* dialect/superoffice/harness.h - the whole dialect on a store of its own, for tests: a request in,
 * the answer out, as the server would have it done.
 */
#ifndef DIALECT_SUPEROFFICE_HARNESS_H
#define DIALECT_SUPEROFFICE_HARNESS_H

#include "core/record.h"
#include "dialect/superoffice/superoffice.h"
#include "test.h"

#include <ftw.h>

#define HEADERS_MAX 8

struct world {
    char dir[64];
    struct store *store;
    struct core *quick; /* may not block: the event loop's */
    struct core *slow;
    const struct settings *settings;
    struct arena *arena; /* of the last request */
    struct http_request req;
    struct http_header headers[HEADERS_MAX];
    struct http_response res;
    bool remote;     /* requests come from another machine */
    bool https;      /* … over TLS */
    bool was_inline; /* the last request was answered on the event loop */
};

#define TICKET "Authorization: SoTicket 7T:demo\n"
#define READER "Authorization: Basic cmVhZGVyOnJlYWRlcg==\n" /* reader:reader */

/* 1 x 1 pixels each. */
#define GIF                                                                                        \
    B("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01"    \
      "\x00\x00\x02\x02\x44\x01\x00;")
#define PNG                                                                                        \
    B("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"  \
      "\x1f\x15\xc4\x89\x00\x00\x00\x0bIDATx\x9c\x63\x00\x01\x00\x00\x05\x00\x01\x0d\x0a\x2d\xb4"  \
      "\x00\x00\x00\x00IEND\xae\x42\x60\x82")

static inline void must(enum err_code rc, const struct err *e)
{
    if (rc)
        test_fail(__FILE__, __LINE__, "%s: %s", err_name(rc), e->text);
}

static inline void add_user(struct world *w, int32_t id, const char *name, enum user_role role)
{
    struct err e = { 0 };
    int32_t got;
    struct user user = { .id = id,
                         .name = bytes_str(name),
                         .person_id = 5,
                         .type = ASSOCIATE_INTERNAL,
                         .group_idx = 1,
                         .full_name = B("Demo User"),
                         .formal_name = B("User, Demo"),
                         .role = role };

    must(user_add(w->slow, &user, bytes_str(name), &got, &e), &e);
    CHECK_INT(got, id);
}

static inline void add_credential(struct world *w, enum credential_kind kind, const char *secret)
{
    struct credential credential = { .kind = kind, .user_id = 2, .scopes = B("catalog") };
    struct bytes shown;
    int32_t id;
    struct err e = { 0 };

    must(credential_add(w->slow, w->arena, &credential, bytes_str(secret), &shown, &id, &e), &e);
}

/* Contact 1, person 41, product 8 and project 7, without pictures; users demo (2, administrator)
 * and reader (3), ticket 7T:demo, token 8A:demo. */
static inline void world_open_with(struct world *w, const struct settings *settings)
{
    struct err e = { 0 };
    static const struct owner owners[] = {
        { KIND_CONTACT, 1 }, { KIND_PERSON, 41 }, { KIND_PRODUCT, 8 }, { KIND_PROJECT, 7 }
    };
    struct principal nobody = { .role = USER_ADMINISTRATOR, .may_write = true };

    *w = (struct world){ .dir = "/tmp/cameo-test-XXXXXX",
                         .arena = arena_new(1 << 24),
                         .settings = settings };
    CHECK(mkdtemp(w->dir) != NULL);
    struct store_options options = { w->dir, settings, true };
    must(store_open(&options, &w->store, &e), &e);
    must(core_open(w->store, true, &w->slow, &e), &e);
    must(core_open(w->store, false, &w->quick, &e), &e);
    add_user(w, 2, "demo", USER_ADMINISTRATOR);
    add_user(w, 3, "reader", USER_READER);
    add_credential(w, CREDENTIAL_TICKET, "7T:demo");
    add_credential(w, CREDENTIAL_TOKEN, "8A:demo");
    for (size_t i = 0; i < COUNT(owners); i++) {
        struct record made;
        struct record record = { .kind = owners[i].kind,
                                 .id = owners[i].id,
                                 .subtype =
                                     owners[i].kind == KIND_PRODUCT ? SUBTYPE_SIMPLE : SUBTYPE_NONE,
                                 .name = B("Somebody"),
                                 .sort = 500,
                                 .active = true };
        must(record_add(w->slow, &nobody, w->arena, &record, &made, &e), &e);
    }
}

static inline void world_open(struct world *w)
{
    world_open_with(w, &settings_default);
}

static inline int world_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static inline void world_close(struct world *w)
{
    core_close(w->quick);
    core_close(w->slow);
    store_close(w->store);
    arena_free(w->arena);
    nftw(w->dir, world_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void set_headers(struct world *w, const char *lines)
{
    struct bytes rest = bytes_str(lines);
    struct bytes line;

    w->req.headers = w->headers;
    while (bytes_split(&rest, '\n', &line) && line.len) {
        size_t colon = bytes_index(line, ':');
        CHECK(w->req.header_count < HEADERS_MAX);
        w->headers[w->req.header_count++] =
            (struct http_header){ bytes_first(line, colon),
                                  bytes_trim(bytes_from(line, colon + 1)) };
    }
}

/* Asks as the server does: plan, then the event loop if the endpoint may, else a thread. `headers`
 * is lines of `Name: value\n`. What is returned lives until the next ask. */
static inline const struct http_response *ask(struct world *w, enum http_method method,
                                              const char *target, const char *headers,
                                              struct bytes body)
{
    size_t question = bytes_index(bytes_str(target), '?');

    arena_reset(w->arena);
    w->req = (struct http_request){ .method = method,
                                    .local = !w->remote,
                                    .https = w->https,
                                    .path = bytes_first(bytes_str(target), question),
                                    .query = bytes_from(bytes_str(target), question + 1),
                                    .target = bytes_str(target),
                                    .body = body,
                                    .host = B("localhost:8080") };
    set_headers(w, headers);
    w->res = (struct http_response){ 0 };
    struct call c = { .req = &w->req, .res = &w->res, .arena = w->arena, .settings = w->settings };

    CHECK(superoffice.claims(&w->req));
    enum dialect_plan plan = superoffice.plan(&c);
    w->was_inline = plan != PLAN_THREAD;
    if (plan == PLAN_ANSWERED)
        return &w->res;
    c.core = plan == PLAN_INLINE ? w->quick : w->slow;
    enum err_code rc = superoffice.serve(&c);
    if (rc == ERR_BLOCKS) {
        CHECK(plan == PLAN_INLINE);
        w->was_inline = false;
        w->res = (struct http_response){ 0 };
        c.core = w->slow;
        rc = superoffice.serve(&c);
    }
    CHECK_INT(rc, ERR_NONE);
    CHECK(w->res.status != 0);
    return &w->res;
}

static inline struct bytes header_of(const struct http_response *res, const char *name)
{
    for (size_t i = 0; i < res->header_count; i++) {
        if (bytes_eq_nocase(res->headers[i].name, bytes_str(name)))
            return res->headers[i].value;
    }
    return (struct bytes){ 0 };
}

/* What would be sent: the text, or the part of the picture. */
static inline struct bytes body_of(struct world *w)
{
    struct err e = { 0 };

    if (!w->res.source)
        return w->res.body;
    char *at = arena_alloc(w->arena, w->res.length);
    CHECK(at != NULL);
    must(w->res.source->read(w->res.source, w->res.offset, at, w->res.length, true, &e), &e);
    return bytes_of(at, w->res.length);
}

static inline bool contains(struct bytes text, const char *part)
{
    return text.len && memmem(text.at, text.len, part, strlen(part)) != NULL;
}

static inline void expect_error(struct world *w, int status, const char *type)
{
    char want[100];

    CHECK_INT(w->res.status, status);
    snprintf(want, sizeof want, "{\"Error\":true,\"ErrorType\":\"%s\"", type);
    CHECK_BYTES(bytes_first(w->res.body, strlen(want)), bytes_str(want));
}

/* Puts a picture there as demo and returns its id. */
static inline int32_t put_picture(struct world *w, const char *path, struct bytes bytes)
{
    int32_t id = 0;

    ask(w, HTTP_PUT, path, TICKET "Content-Type: image/png\n", bytes);
    CHECK_INT(w->res.status, 200);
    CHECK(bytes_to_int32(w->res.body, &id));
    CHECK(id > 0);
    return id;
}

#endif
