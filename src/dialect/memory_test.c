/* Requests of all dialects while memory runs out, each time a little later: what is answered is the
 * answer, or that it did not work out. */
#include "base/clock.h"
#include "base/log.h"
#include "core/access.h"
#include "core/picture.h"
#include "core/record.h"
#include "dialect/dialect.h"
#include "support/store.h"

#define HEADERS_MAX 4
#define WHOLE       (16 << 20)
#define GALLERY     3
#define ERRORS      (256 << 10)
#define LENGTHS     40 /* bytes by which the same answer differs at other times */

struct world {
    struct settings settings;
    struct store *store;
    struct core *core;
};

struct request {
    enum http_method method;
    const char *target;
    const char *headers; /* lines */
    const char *body;
};

struct answer {
    int status;
    char *body; /* malloced */
    size_t len;
    bool is_picture;
};

static void add_user(struct world *w, int32_t id, const char *name)
{
    struct user user = { .id = id,
                         .name = bytes_str(name),
                         .role = USER_ADMINISTRATOR,
                         .type = ASSOCIATE_INTERNAL,
                         .group_idx = 1,
                         .full_name = B("Demo User") };
    struct err e = { 0 };
    int32_t got;

    CHECK_OK(user_add(w->core, &user, bytes_str(name), &got, &e));
}

static void add_credential(struct world *w, enum credential_kind kind, const char *secret)
{
    struct credential credential = { .kind = kind, .user_id = 2, .scopes = B("catalog,user") };
    struct arena *arena = arena_new(1 << 16);
    struct bytes shown;
    struct err e = { 0 };
    int32_t id;

    CHECK_OK(credential_add(w->core, arena, &credential, bytes_str(secret), &shown, &id, &e));
    arena_free(arena);
}

static void add_picture(struct world *w, struct owner owner, enum picture_role role, unsigned seed)
{
    struct arena *arena = arena_new(1 << 20);
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, seed), .name = B("mug.gif") };
    struct picture out;
    struct err e = { 0 };

    CHECK_OK(picture_add(w->core, &store_admin, arena, owner, role, &content, &out, &e));
    arena_free(arena);
}

/* Contact 1, person 41, project 7; product 8 with pictures, parent 51 with offer 52. */
static void say_nothing(enum log_level level, const char *line)
{
    (void)level, (void)line;
}

static void world_open(struct world *w)
{
    static const struct owner owners[] = { { KIND_CONTACT, 1 },  { KIND_PERSON, 41 },
                                           { KIND_PROJECT, 7 },  { KIND_PRODUCT, 8 },
                                           { KIND_PRODUCT, 51 }, { KIND_PRODUCT, 52 } };
    struct arena *arena = arena_new(1 << 20);
    struct err e = { 0 };

    log_to(say_nothing); /* each failure is logged */
    *w = (struct world){ .settings = settings_default };
    w->store = store_fresh(&w->settings);
    CHECK_OK(core_open(w->store, true, &w->core, &e));
    add_user(w, 2, "demo");
    add_credential(w, CREDENTIAL_TICKET, "7T:demo");
    add_credential(w, CREDENTIAL_TOKEN, "8A:demo");
    add_credential(w, CREDENTIAL_WEBHOOK, "hook-secret");
    for (size_t i = 0; i < COUNT(owners); i++) {
        struct record out;
        struct record record = { .kind = owners[i].kind,
                                 .id = owners[i].id,
                                 .name = B("Somebody"),
                                 .sort = 500,
                                 .active = true };
        if (record.kind == KIND_PRODUCT)
            record.subtype = record.id == 51   ? SUBTYPE_PARENT
                             : record.id == 52 ? SUBTYPE_OFFER
                                               : SUBTYPE_SIMPLE;
        record.parent_id = record.id == 52 ? 51 : 0;
        CHECK_OK(record_add(w->core, &store_admin, arena, &record, &out, &e));
    }
    add_picture(w, (struct owner){ KIND_CONTACT, 1 }, ROLE_DETAIL, 1);
    for (unsigned i = 0; i < GALLERY; i++)
        add_picture(w, (struct owner){ KIND_PRODUCT, 8 }, ROLE_MORE, 2 + i);
    arena_free(arena);
}

static void world_close(struct world *w)
{
    core_close(w->core);
    store_close(w->store);
}

static size_t split_headers(const char *lines, struct http_header out[HEADERS_MAX])
{
    struct bytes rest = bytes_str(lines);
    struct bytes line;
    size_t n = 0;

    while (bytes_split(&rest, '\n', &line) && line.len) {
        size_t colon = bytes_index(line, ':');
        CHECK(n < HEADERS_MAX);
        out[n++] = (struct http_header){ bytes_first(line, colon),
                                         bytes_trim(bytes_from(line, colon + 1)) };
    }
    return n;
}

/* With so much memory for the request and its answer. */
static struct answer ask(struct world *w, const struct request *r, size_t memory)
{
    struct http_header headers[HEADERS_MAX];
    size_t question = bytes_index(bytes_str(r->target), '?');
    struct arena *arena = arena_new(memory);
    struct http_response res = { 0 };
    struct http_request req = { .method = r->method,
                                .local = true,
                                .path = bytes_first(bytes_str(r->target), question),
                                .query = bytes_from(bytes_str(r->target), question + 1),
                                .target = bytes_str(r->target),
                                .body = bytes_str(r->body ? r->body : ""),
                                .host = B("localhost:8080"),
                                .headers = headers };
    struct call c = { .req = &req,
                      .res = &res,
                      .arena = arena,
                      .settings = &w->settings,
                      .start_us = clock_now_us() };

    req.header_count = split_headers(r->headers, headers);
    const struct dialect *dialect = dialect_of(&req);
    if (dialect->plan(&c) != PLAN_ANSWERED) {
        c.core = w->core;
        CHECK_INT(dialect->serve(&c), ERR_NONE);
    }
    CHECK(res.status != 0);
    struct answer answer = { .status = res.status, .len = res.body.len, .is_picture = res.source };
    answer.body = malloc(answer.len + 1);
    memcpy(answer.body, res.body.len ? res.body.at : "", answer.len);
    arena_free(arena);
    return answer;
}

/* What of a body takes more memory than there is may be called too large. */
static bool is_refused(const struct request *r, const struct answer *answer)
{
    return answer->status >= 500 || (answer->status == 413 && r->body);
}

/* Times differ, so of an answer that is no error only the length is compared. */
static bool is_same(const struct answer *one, const struct answer *other)
{
    return one->status == other->status && one->is_picture == other->is_picture &&
           (one->status >= 400 || labs((long)one->len - (long)other->len) < LENGTHS);
}

static void run_out(struct world *w, const struct request *r)
{
    struct answer right = ask(w, r, WHOLE);
    bool error = right.status >= 400; /* can be said with any memory, if only briefly */
    bool done = false;

    for (size_t memory = 0; memory < (error ? ERRORS : WHOLE) && (error || !done);
         memory += memory < 8192 ? 16 : memory / 64) {
        struct answer now = ask(w, r, memory);
        bool refused = now.status != right.status && is_refused(r, &now);
        done = !refused && is_same(&now, &right);
        if (!done && !refused)
            test_fail(__FILE__, __LINE__, "%s %s: %d with %zu bytes, else %d: %.*s",
                      http_method_name(r->method), r->target, now.status, memory, right.status,
                      (int)now.len, now.body);
        free(now.body);
    }
    if (!done)
        test_fail(__FILE__, __LINE__, "%s %s: never %d", http_method_name(r->method), r->target,
                  right.status);
    free(right.body);
}

static void run_out_of_all(const struct request *list, size_t count, int most)
{
    struct world w;

    world_open(&w);
    for (size_t i = 0; i < count; i++) {
        struct answer right = ask(&w, &list[i], WHOLE);
        if (right.status > most)
            test_fail(__FILE__, __LINE__, "%s: %d %.*s", list[i].target, right.status,
                      (int)right.len, right.body);
        free(right.body);
        run_out(&w, &list[i]);
    }
    world_close(&w);
}

#define TICKET "Authorization: SoTicket 7T:demo\n"
#define BASIC  "Authorization: Basic ZGVtbzpkZW1v\n" /* demo:demo */
#define XML    TICKET "Accept: application/xml\n"
#define TEXT   "Content-Type: application/json\n"
#define FORM   "Content-Type: application/x-www-form-urlencoded\n"
#define BEARER "Authorization: Bearer 8A:demo\n"
#define HOOK   "/rest/2/hook-secret/"
#define PNG                                                                                        \
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="

TEST(superoffice_reads)
{
    static const struct request list[] = {
        { HTTP_GET, "/api/v1/Contact/1", TICKET, NULL },
        { HTTP_GET, "/api/v1/Contact/1?$select=Name,ContactId", TICKET, NULL },
        { HTTP_GET, "/api/v1/Person/41", XML, NULL },
        { HTTP_GET, "/api/v1/Project/7/Simple", TICKET, NULL },
        { HTTP_GET, "/api/v1/Product/8", TICKET "Accept-Language: de\n", NULL },
        { HTTP_GET, "/api/v1/Contact/default", TICKET, NULL },
        { HTTP_GET, "/api/v1/Contact/1/Image", TICKET, NULL },
        { HTTP_GET, "/api/v1/Contact/1/ImageInfo", TICKET, NULL },
        { HTTP_GET, "/api/v1/Product/8/ImageInfo", XML, NULL },
        { HTTP_GET, "/api/Services80/pricelist/1/product/8/image", BASIC, NULL },
        { HTTP_GET,
          "/api/v1/Contact?$select=contactId,name,department&$filter=name begins 'Some' and "
          "(contactId gt 0 or contactId in (1,2))&$orderby=name desc,contactId&$top=2",
          TICKET, NULL },
        { HTTP_GET, "/api/v1/Person?$select=personId,fullName&$format=xml&$filter=personId=41",
          TICKET, NULL },
        { HTTP_GET, "/api/v1/Pricelist/1/Products?$select=productId,name", TICKET, NULL },
        { HTTP_GET, "/api/v1/TimeZone", TICKET, NULL },
        { HTTP_GET, "/api/v1/TimeZone/base", TICKET, NULL },
        { HTTP_GET, "/api/v1/User/currentPrincipal", TICKET, NULL },
        { HTTP_GET, "/api/v1/User/currentAssociate", BEARER, NULL },
        { HTTP_GET, "/api", "", NULL },
        { HTTP_GET, "/api/v1", "", NULL },
        { HTTP_GET, "/api/swagger/v1.json", "", NULL },
        { HTTP_GET, "/api/v1/Agents/BLOB/GetBlobEntity", TICKET, NULL },
        { HTTP_POST, "/api/v1/Agents/BLOB/GetBlobEntity?blobEntityId=1", TICKET TEXT, "{}" },
        { HTTP_POST, "/api/v1/Agents/Contact/GetContactEntity?contactEntityId=1", TICKET TEXT,
          "{}" },
        { HTTP_POST, "/api/v1/Agents/Person/CreateDefaultPersonEntity", TICKET TEXT, "{}" },
        { HTTP_POST, "/api/v1/Agents/TimeZone/GetBaseTimeZoneId", TICKET TEXT, "{}" },
    };

    run_out_of_all(list, COUNT(list), 299);
}

TEST(superoffice_refuses)
{
    static const struct request list[] = {
        { HTTP_GET, "/api/v1/Contact/77", TICKET, NULL },
        { HTTP_GET, "/api/v1/Contact?$filter=nothing eq 1", TICKET, NULL },
        { HTTP_GET, "/api/v1/Contact/1/Image", "", NULL },
        { HTTP_POST, "/api/v1/Contact", TICKET TEXT, "{\"Name\":" },
        { HTTP_GET, "/api/v1/Nothing", XML, NULL },
    };

    run_out_of_all(list, COUNT(list), 499);
}

TEST(superoffice_writes)
{
    static const struct request list[] = {
        { HTTP_PUT, "/api/v1/Contact/1/ImageInfo", TICKET TEXT, "{\"Description\":\"Me\"}" },
        { HTTP_PUT, "/api/v1/Contact/1", TICKET TEXT, "{\"ContactId\":1,\"Name\":\"New\"}" },
        { HTTP_PATCH, "/api/v1/Person/41", TICKET "Content-Type: application/json-patch+json\n",
          "[{\"op\":\"replace\",\"path\":\"/Firstname\",\"value\":\"Ada\"},"
          "{\"op\":\"test\",\"path\":\"/Firstname\",\"value\":\"Ada\"}]" },
        { HTTP_PATCH, "/api/v1/Project/7", TICKET "Content-Type: application/merge-patch+json\n",
          "{\"Name\":\"Merged\"}" },
        { HTTP_PUT, "/api/v1/Project/7", TICKET "Content-Type: application/xml\n",
          "<ProjectEntity><ProjectId>7</ProjectId><Name>New &amp; old</Name></ProjectEntity>" },
        { HTTP_POST, "/api/v1/Agents/BLOB/SetContactImage", TICKET TEXT,
          "{\"ContactId\":1,\"Image\":\"" PNG "\"}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/SetPersonImage", TICKET TEXT,
          "{\"PersonId\":41,\"Image\":\"" PNG "\"}" },
        { HTTP_POST, "/api/v1/Agents/Contact/SaveContactEntity", TICKET TEXT,
          "{\"ContactId\":1,\"Name\":\"Saved\"}" },
    };

    run_out_of_all(list, COUNT(list), 299);
}

TEST(bitrix24_reads)
{
    static const struct request list[] = {
        { HTTP_GET, HOOK "catalog.productImage.list?productId=8", "", NULL },
        { HTTP_GET, HOOK "catalog.productImage.get?productId=8&id=2", "", NULL },
        { HTTP_GET, HOOK "catalog.productImage.getFields", "", NULL },
        { HTTP_POST, HOOK "catalog.product.list", TEXT,
          "{\"select\":[\"id\",\"iblockId\",\"name\",\"detailPicture\"],\"filter\":{\"iblockId\":"
          "14,"
          "\">id\":1,\"%name\":\"Some\"},\"order\":{\"name\":\"desc\"}}" },
        { HTTP_GET, HOOK "catalog.product.get?id=8", "", NULL },
        { HTTP_GET, HOOK "catalog.product.sku.get?id=51", "", NULL },
        { HTTP_GET, HOOK "catalog.product.offer.get?id=52", "", NULL },
        { HTTP_POST, HOOK "catalog.product.getFieldsByFilter", TEXT,
          "{\"filter\":{\"iblockId\":14,\"productType\":1}}" },
        { HTTP_GET, HOOK "catalog.catalog.list", "", NULL },
        { HTTP_GET, HOOK "catalog.catalog.getFields", "", NULL },
        { HTTP_GET, HOOK "server.time", "", NULL },
        { HTTP_GET, HOOK "scope", "", NULL },
        { HTTP_GET, HOOK "methods", "", NULL },
        { HTTP_GET, HOOK "profile", "", NULL },
        { HTTP_GET, HOOK "user.current", "", NULL },
        { HTTP_GET, HOOK "events", "", NULL },
        { HTTP_GET, HOOK "method.get?name=server.time", "", NULL },
        { HTTP_GET, HOOK "server.time.xml", "", NULL },
        { HTTP_POST, HOOK "catalog.productImage.list", FORM,
          "productId=8&select[0]=id&select[1]=name&order[id]=desc" },
    };

    run_out_of_all(list, COUNT(list), 299);
}

TEST(bitrix24_writes)
{
    static const struct request list[] = {
        { HTTP_POST, HOOK "catalog.productImage.add", TEXT,
          "{\"fields\":{\"productId\":8,\"type\":\"DETAIL_PICTURE\"},\"fileContent\":[\"a.png\","
          "\"" PNG "\"]}" },
        { HTTP_POST, HOOK "catalog.product.update", TEXT,
          "{\"id\":8,\"fields\":{\"name\":\"Kettle\",\"sort\":3,\"detailPicture\":{\"fileData\":"
          "[\"b.png\",\"" PNG "\"]}}}" },
    };

    run_out_of_all(list, COUNT(list), 299);
}

TEST(native_answers)
{
    static const struct request list[] = {
        { HTTP_GET, "/pictures/contact/1", BASIC, NULL },
        { HTTP_GET, "/pictures/contact/1/info", BASIC, NULL },
        { HTTP_GET, "/pictures?kind=product", BASIC, NULL },
        { HTTP_GET, "/pictures/duplicates", BASIC, NULL },
        { HTTP_GET, "/pictures/product/8/history", BEARER, NULL },
        { HTTP_POST, "/pictures/links", BASIC TEXT,
          "{\"links\":[{\"kind\":\"contact\",\"id\":1}]}" },
        { HTTP_PUT, "/pictures/contact/1/focus", BASIC TEXT, "{\"x\":0.25,\"y\":0.5}" },
        { HTTP_GET, "/pictures/person/999", BASIC, NULL },
        { HTTP_GET, "/pictures/person", BASIC, NULL },
    };

    run_out_of_all(list, COUNT(list), 499);
}

#define HTML "Accept: text/html\n"
#define GZIP TICKET "Accept-Encoding: gzip\n"

TEST(superoffice_pages_lists_and_agents)
{
    static const struct request list[] = {
        { HTTP_GET, "/api/v1", HTML, NULL },
        { HTTP_GET, "/swagger/", HTML, NULL },
        { HTTP_GET, "/login", HTML, NULL },
        { HTTP_POST, "/login", FORM HTML, "username=demo&password=wrong" },
        { HTTP_GET, "/api/v1/Contact", GZIP, NULL },
        { HTTP_GET, "/api/v1/Project?$orderby=name asc,projectId desc&$skip=0&$mode=full", XML,
          NULL },
        { HTTP_GET, "/api/v1/Contact?$filter=contains(name,'body') and not (contactId in (2,3))",
          TICKET, NULL },
        { HTTP_GET, "/api/v1/Contact?$filter=registeredDate ge '2020-01-01' or name ne 'x'", TICKET,
          NULL },
        { HTTP_GET, "/api/v1/TimeZone?$filter=id gt 10&$top=5", TICKET, NULL },
        { HTTP_GET, "/api/v1/TimeZone/current", TICKET, NULL },
        { HTTP_GET, "/api/v1/User/currentToken", BASIC, NULL },
        { HTTP_GET, "/api/v1/Product/8/Image?ifBlank=default", TICKET, NULL },
        { HTTP_GET, "/api/v1/Contact/1/Image", TICKET "Range: bytes=2-9\n", NULL },
        { HTTP_GET, "/api/v1/Contact/1/Image", TICKET "Range: bytes=900-\n", NULL },
        { HTTP_GET, "/api/v1/Contact/1", TICKET "If-None-Match: \"x\"\n", NULL },
        { HTTP_OPTIONS, "/api/v1/Contact/1", "Origin: https://x.example\n", NULL },
        { HTTP_POST, "/api/v1/Agents/BLOB/GetContactImage", TICKET TEXT, "{\"ContactId\":1}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/GetContactImageBlob", TICKET TEXT, "{\"ContactId\":1}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/GetProductImage", XML TEXT, "{\"ProductId\":8}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/CreateDefaultBlobEntity", TICKET TEXT, "{}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/GetBlobStream", TICKET TEXT, "{\"BlobEntityId\":1}" },
        { HTTP_POST, "/api/v1/Agents/Project/GetProjectEntity?projectEntityId=7", XML TEXT, "{}" },
        { HTTP_POST, "/api/v1/Agents/TimeZone/GetDefaultTimeZoneInformation", TICKET TEXT, "{}" },
        { HTTP_POST, "/api/v1/Agents/User/GetAccessToken", BASIC TEXT, "{}" },
    };

    run_out_of_all(list, COUNT(list), 499);
}

TEST(superoffice_changes)
{
    static const struct request list[] = {
        { HTTP_PUT, "/api/v1/Person/41", TICKET TEXT,
          "{\"PersonId\":41,\"Firstname\":\"A\",\"Lastname\":\"B\",\"Emails\":[{\"Value\":"
          "\"a@example.com\",\"StrippedValue\":\"a\"}],\"CustomFields\":{\"x:1\":\"[I:2]\"}}" },
        { HTTP_PATCH, "/api/v1/Contact/1", TICKET "Content-Type: application/json-patch+json\n",
          "[{\"op\":\"add\",\"path\":\"/Emails/-\",\"value\":{\"Value\":\"b@example.com\"}},"
          "{\"op\":\"remove\",\"path\":\"/Emails/0\"},{\"op\":\"copy\",\"from\":\"/Name\","
          "\"path\":\"/Department\"}]" },
        { HTTP_PATCH, "/api/v1/Contact/1", TICKET TEXT, "{\"Nothing\":1}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/SaveBlobEntity", TICKET TEXT,
          "{\"BlobEntityId\":1,\"Description\":\"said\"}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/SetBlobStream", TICKET TEXT,
          "{\"BlobEntityId\":1,\"Stream\":\"" PNG "\"}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/SetContactImageBlob", TICKET TEXT,
          "{\"ContactId\":1,\"BlobId\":1}" },
        { HTTP_POST, "/api/v1/Agents/BLOB/SetProjectImage", TICKET "Content-Type: text/xml\n",
          "<SetProjectImage><ProjectId>7</ProjectId><Image>" PNG "</Image></SetProjectImage>" },
        { HTTP_DELETE, "/api/v1/Person/41/Image", TICKET, NULL },
        { HTTP_DELETE, "/api/v1/Person/999", TICKET, NULL },
    };

    run_out_of_all(list, COUNT(list), 499);
}

TEST(bitrix24_more)
{
    static const struct request list[] = {
        { HTTP_POST, HOOK "batch", TEXT,
          "{\"halt\":0,\"cmd\":{\"a\":\"catalog.product.get?id=8\",\"b\":"
          "\"catalog.productImage.list?productId=$result[a][product][id]\",\"c\":\"nothing\"}}" },
        { HTTP_POST, HOOK "batch", FORM, "halt=1&cmd[x]=server.time&cmd[y]=user.current" },
        { HTTP_POST, HOOK "catalog.product.offer.list", TEXT,
          "{\"select\":[\"id\",\"iblockId\",\"parentId\",\"property*\"],\"filter\":{\"iblockId\":"
          "15}}" },
        { HTTP_POST, HOOK "catalog.product.list", TEXT,
          "{\"select\":[\"*\",\"property44\"],\"filter\":{\"iblockId\":14,\"@id\":[8,51]},"
          "\"start\":0}" },
        { HTTP_POST, HOOK "catalog.product.list", TEXT, "{\"select\":[\"nothing\"]}" },
        { HTTP_GET, HOOK "catalog.product.get?id=77", "", NULL },
        { HTTP_GET, HOOK "catalog.catalog.get?id=14", "", NULL },
        { HTTP_GET, HOOK "catalog.catalog.isOffers?id=15", "", NULL },
        { HTTP_GET,
          HOOK "catalog.product.download?fields[fieldName]=property44&fields[fileId]=2&"
               "fields[productId]=8",
          "", NULL },
        { HTTP_GET, HOOK "app.info", "", NULL },
        { HTTP_GET, HOOK "feature.get?CODE=x", "", NULL },
        { HTTP_GET, HOOK "user.admin", "", NULL },
        { HTTP_GET, HOOK "event.get", "", NULL },
        { HTTP_POST, HOOK "event.bind", FORM,
          "event=CATALOG.PRODUCT.ON.UPDATE&handler=https://shop.example.com/hook" },
        { HTTP_GET, "/rest/2/wrong-secret/server.time", "", NULL },
        { HTTP_GET, "/rest/server.time?auth=wrong", "", NULL },
        { HTTP_GET, "/oauth/authorize?client_id=local.1&response_type=code", HTML, NULL },
        { HTTP_POST, "/oauth/token", FORM, "grant_type=refresh_token&client_id=x&client_secret=y" },
        { HTTP_POST, HOOK "catalog.productImage.delete", TEXT, "{\"productId\":8,\"id\":999}" },
        { HTTP_POST, HOOK "catalog.product.update", TEXT,
          "{\"id\":8,\"fields\":{\"property100\":[{\"value\":\"a\"},{\"value\":\"b\"}],\"code\":"
          "\"k\",\"detailText\":\"long\",\"xmlId\":\"x\",\"previewPicture\":{\"fileData\":[\"c."
          "png\",\"" PNG "\"]}}}" },
    };

    run_out_of_all(list, COUNT(list), 499);
}

TEST(native_more)
{
    static const struct request list[] = {
        { HTTP_GET, "/pictures?kind=contact&limit=1&columns=id,name", BASIC, NULL },
        { HTTP_GET, "/pictures?kind=nothing", BASIC, NULL },
        { HTTP_GET, "/pictures/duplicates?by=looks", BASIC, NULL },
        { HTTP_GET, "/pictures/contact/1?w=10&h=x", BASIC, NULL },
        { HTTP_GET, "/pictures/contact/1?signature=wrong", "", NULL },
        { HTTP_GET, "/pictures/contact/1", BEARER "Range: bytes=1-5\n", NULL },
        { HTTP_GET, "/pictures/contact/1/history?limit=2", BASIC, NULL },
        { HTTP_POST, "/pictures/history/999/undo", BASIC, "" },
        { HTTP_DELETE, "/pictures/contact/1/focus", BASIC, NULL },
        { HTTP_OPTIONS, "/pictures/contact/1", "Origin: https://x.example\n", NULL },
        { HTTP_PATCH, "/pictures/contact/1", BASIC, NULL },
        { HTTP_POST, "/pictures/links", BASIC TEXT,
          "{\"expires\":3600,\"pictures\":[{\"kind\":\"contact\",\"id\":1,\"w\":10}]}" },
    };

    run_out_of_all(list, COUNT(list), 499);
}

TEST_MAIN
