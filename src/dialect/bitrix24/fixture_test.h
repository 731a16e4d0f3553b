/* dialect/bitrix24/fixture_test.h - whole requests against a store of their own: plan, serve, look
 * at the answer. Included once by each test program. */
#ifndef DIALECT_BITRIX24_FIXTURE_TEST_H
#define DIALECT_BITRIX24_FIXTURE_TEST_H

#include "base/base64.h"
#include "base/clock.h"
#include "base/value.h"
#include "core/access.h"
#include "core/record.h"
#include "dialect/bitrix24/bitrix24.h"
#include "test.h"

#include <ftw.h>

#define PIXEL_A                                                                                    \
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"     \
    "rkJggg=="
#define PIXEL_B                                                                                    \
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5C"     \
    "YII="

#define HOOK     "/rest/1/admin-hook-secret/"
#define READER   "/rest/2/reader-hook-secret/"
#define GET      HOOK "catalog.productImage.get"
#define LIST     HOOK "catalog.productImage.list"
#define DELETE   "catalog.productImage.delete"
#define PRODUCTS HOOK "catalog.product.list"
#define CATALOGS HOOK "catalog.catalog.list"
#define JSON     "application/json"

struct fixture {
    char dir[64];
    struct settings settings;
    struct store *store;
    struct core *core;
    struct arena *arena;
    struct http_response res;
};

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void done(struct fixture *f)
{
    core_close(f->core);
    store_close(f->store);
    arena_free(f->arena);
    nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void require(enum err_code rc, const struct err *e)
{
    if (rc)
        test_fail(__FILE__, __LINE__, "%s: %s", err_name(rc), e->text);
}

static inline void add_user(struct fixture *f, int32_t id, const char *name, enum user_role role)
{
    struct user user = { .id = id,
                         .name = bytes_str(name),
                         .role = role,
                         .type = ASSOCIATE_INTERNAL,
                         .full_name = B("Anna Maria Berg") };
    struct err e;
    int32_t got;

    require(user_add(f->core, &user, (struct bytes){ 0 }, &got, &e), &e);
    CHECK_INT(got, id);
}

static inline void add_credential(struct fixture *f, enum credential_kind kind, int32_t user_id,
                                  const char *secret, const char *scopes, int64_t expires_us)
{
    struct credential credential = {
        .kind = kind, .user_id = user_id, .scopes = bytes_str(scopes), .expires_us = expires_us
    };
    struct bytes shown;
    struct err e;
    int32_t id;

    require(credential_add(f->core, f->arena, &credential, bytes_str(secret), &shown, &id, &e), &e);
}

static inline void add_record(struct fixture *f, int32_t id, enum record_subtype subtype,
                              int32_t parent, const char *name)
{
    static const struct principal nobody = { .user_id = 1, .may_write = true };
    struct record record = { .kind = KIND_PRODUCT,
                             .id = id,
                             .subtype = subtype,
                             .parent_id = parent,
                             .name = bytes_str(name),
                             .sort = 500,
                             .active = true };
    struct record out;
    struct err e;

    require(record_add(f->core, &nobody, f->arena, &record, &out, &e), &e);
}

/* Users 1 (administrator) and 2 (reader), products 1 to 60 (51 to 55 of other kinds). */
static inline void init(struct fixture *f)
{
    struct err e;

    *f = (struct fixture){ .dir = "/tmp/b24_test_XXXXXX", .settings = settings_default };
    CHECK(mkdtemp(f->dir) != NULL);
    f->arena = arena_new(256 << 20);
    struct store_options options = { .dir = f->dir, .settings = &f->settings, .create = true };
    require(store_open(&options, &f->store, &e), &e);
    require(core_open(f->store, true, &f->core, &e), &e);
    add_user(f, 1, "admin", USER_ADMINISTRATOR);
    add_user(f, 2, "reader", USER_READER);
    add_credential(f, CREDENTIAL_WEBHOOK, 1, "admin-hook-secret", "catalog,user", 0);
    add_credential(f, CREDENTIAL_WEBHOOK, 2, "reader-hook-secret", "catalog", 0);
    add_credential(f, CREDENTIAL_WEBHOOK, 1, "crm-hook-secret", "crm", 0);
    add_credential(f, CREDENTIAL_AUTH, 1, "access-token-one", "catalog", 0);
    add_credential(f, CREDENTIAL_AUTH, 1, "access-token-crm", "crm", 0);
    add_credential(f, CREDENTIAL_AUTH, 1, "access-token-old", "catalog", 1);
    for (int32_t id = 1; id <= 60; id++) {
        char name[32];
        snprintf(name, sizeof name, "Product %d", id);
        if (id <= 50 || id > 55)
            add_record(f, id, SUBTYPE_SIMPLE, 0, name);
    }
    add_record(f, 51, SUBTYPE_PARENT, 0, "Parent");
    add_record(f, 52, SUBTYPE_OFFER, 51, "Offer");
    add_record(f, 53, SUBTYPE_SERVICE, 0, "Service");
}

/* Runs one request; f->res is the answer, its body as JSON the result (NULL when it is none). */
static inline const struct value *ask_as(struct fixture *f, struct http_request req)
{
    struct call c = { .req = &req, .res = &f->res, .arena = f->arena, .start_us = clock_now_us() };
    struct value *answer = NULL;
    struct err e;

    req.host = B("pictures.test:8080");
    f->res = (struct http_response){ 0 };
    CHECK(bitrix24.claims(&req));
    if (bitrix24.plan(&c) != PLAN_ANSWERED) {
        c.core = f->core;
        CHECK_INT(bitrix24.serve(&c), ERR_NONE);
    }
    CHECK(f->res.status != 0);
    if (f->res.source || f->res.body.len == 0 || f->res.body.at[0] != '{')
        return NULL;
    require(json_read(f->arena, f->res.body, &answer, &e), &e);
    return answer;
}

static inline const struct value *get(struct fixture *f, const char *path, const char *query)
{
    return ask_as(f, (struct http_request){
                         .method = HTTP_GET, .path = bytes_str(path), .query = bytes_str(query) });
}

static inline const struct value *post(struct fixture *f, const char *path, const char *type,
                                       const char *body)
{
    struct http_header headers[] = { { B("Content-Type"), bytes_str(type) },
                                     { B("Content-Length"), B("1") } };
    return ask_as(f, (struct http_request){ .method = HTTP_POST,
                                            .path = bytes_str(path),
                                            .body = bytes_str(body),
                                            .headers = headers,
                                            .header_count = 2 });
}

/* The member at a path like result.productImages.0.id; missing ones end the test. */
static inline const struct value *at(const struct value *value, const char *path)
{
    struct bytes rest = bytes_str(path);
    struct bytes part;
    int32_t n;

    while (bytes_split(&rest, '.', &part)) {
        value = value && value->type == VALUE_LIST && bytes_to_int32(part, &n)
                    ? value_at(value, (size_t)n)
                    : value_get(value, part);
        if (!value)
            test_fail(__FILE__, __LINE__, "nothing at %s", path);
    }
    return value;
}

static inline int64_t number_at(const struct value *value, const char *path)
{
    CHECK_INT(at(value, path)->type, VALUE_INT);
    return at(value, path)->integer;
}

static inline struct bytes text_at(const struct value *value, const char *path)
{
    CHECK_INT(at(value, path)->type, VALUE_STRING);
    return at(value, path)->string;
}

static inline struct bytes header(const struct fixture *f, const char *name)
{
    for (size_t i = 0; i < f->res.header_count; i++) {
        if (bytes_eq_nocase(f->res.headers[i].name, bytes_str(name)))
            return f->res.headers[i].value;
    }
    return (struct bytes){ 0 };
}

#define CHECK_ERROR(f, answer, want_status, want_code, want_text)                                  \
    do {                                                                                           \
        const struct value *answer_ = (answer);                                                    \
        CHECK_INT((f)->res.status, want_status);                                                   \
        CHECK_BYTES(text_at(answer_, "error"), B(want_code));                                      \
        CHECK_BYTES(text_at(answer_, "error_description"), B(want_text));                          \
        CHECK(value_get(answer_, B("time")) == NULL);                                              \
        CHECK(value_get(answer_, B("result")) == NULL);                                            \
    } while (0)

static inline const struct value *add_picture(struct fixture *f, int product, const char *role,
                                              const char *name, const char *base64)
{
    char body[1000];

    snprintf(body, sizeof body,
             "{\"fields\":{\"productId\":%d,\"type\":\"%s\"},\"fileContent\":[\"%s\",\"%s\"]}",
             product, role, name, base64);
    const struct value *answer = post(f, HOOK "catalog.productImage.add", JSON, body);
    CHECK_INT(f->res.status, 200);
    return at(answer, "result.productImage");
}

/* Whole, byte for byte, out of the source of an answer. */
static inline bool sends_pixel_a(struct fixture *f)
{
    char want[200];
    char got[200];
    struct err e;
    size_t len;

    CHECK(base64_read(B(PIXEL_A), want, &len));
    if (!f->res.source || f->res.offset != 0 || f->res.length != len)
        return false;
    require(f->res.source->read(f->res.source, 0, got, len, true, &e), &e);
    return memcmp(want, got, len) == 0;
}

#endif
