#include "dialect/bitrix24/fixture_test.h"

TEST(detail_url_sends_the_bytes_to_anybody)
{
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *image =
        add_picture(&f, 1, "MORE_PHOTO", "m\xC3\xBCg \\\"x\\\".png", PIXEL_A);
    struct http_request req = { .method = HTTP_GET };
    /* as nginx hands it over: decoded */
    struct bytes path =
        bytes_first(text_at(image, "detailUrl"), bytes_index(text_at(image, "detailUrl"), '%'));
    CHECK(bytes_starts(path, B("/upload/c/")));
    req.path = path;

    ask_as(&f, req);
    CHECK_INT(f.res.status, 200);
    CHECK(sends_pixel_a(&f));
    CHECK_BYTES(f.res.content_type, B("image/png"));
    CHECK_BYTES(header(&f, "Content-Disposition"),
                B("inline; filename=\"m_g _x_.png\"; filename*=UTF-8''m%C3%BCg%20%22x%22.png"));
    CHECK_BYTES(header(&f, "Cache-Control"), B("public, max-age=31536000, immutable"));
    CHECK_BYTES(header(&f, "Accept-Ranges"), B("bytes"));
    CHECK_BYTES(header(&f, "X-Content-Type-Options"), B("nosniff"));

    struct http_header match = { B("If-None-Match"), header(&f, "ETag") };
    CHECK(match.value.len > 2);
    req.headers = &match;
    req.header_count = 1;
    ask_as(&f, req);
    CHECK_INT(f.res.status, 304);
    CHECK_BYTES(header(&f, "ETag"), match.value);
    CHECK(f.res.source == NULL);

    req.header_count = 0;
    req.method = HTTP_HEAD;
    ask_as(&f, req);
    CHECK_INT(f.res.status, 200);
    req.method = HTTP_POST;
    ask_as(&f, req);
    CHECK_INT(f.res.status, 405);

    f.settings.detail_url_public = false;
    req.method = HTTP_GET;
    CHECK_ERROR(&f, ask_as(&f, req), 403, "ACCESS_DENIED",
                "Access denied! Public links are switched off");
}

TEST(a_guessed_key_opens_nothing)
{
    CLEANUP(done) struct fixture f;
    char path[100];

    init(&f);
    snprintf(path, sizeof path, "/upload/c/%d-AAAAAAAAAAAAAAAAAAAAAA/a.png",
             (int)number_at(add_picture(&f, 1, "MORE_PHOTO", "a.png", PIXEL_A), "id"));
    CHECK_ERROR(&f, get(&f, path, ""), 404, "ERROR_NOT_FOUND", "File not found");
}

/* The query string of a downloadUrl. */
static char *token_of(struct fixture *f, const struct value *image)
{
    struct bytes url = text_at(image, "downloadUrl");
    char *query = arena_str(f->arena, bytes_from(url, bytes_index(url, '?') + 1));

    CHECK(bytes_starts(url, B("http://pictures.test:8080/rest/download.json?token=")));
    CHECK(memmem(url.at, url.len, "hook-secret", 11) == NULL);
    return query;
}

TEST(download_url_sends_the_bytes_by_its_token_alone)
{
    static const char *const paths[] = { "/rest/download.json", "/rest/download", "/rest/download/",
                                         "/rest/1/anything/download/" };
    CLEANUP(done) struct fixture f;

    init(&f);
    const struct value *image = add_picture(&f, 1, "MORE_PHOTO", "a.png", PIXEL_A);
    char *query = token_of(&f, image);
    for (size_t i = 0; i < COUNT(paths); i++) {
        get(&f, paths[i], query);
        CHECK_INT(f.res.status, 200);
        CHECK(sends_pixel_a(&f));
        CHECK_BYTES(header(&f, "Content-Disposition"),
                    B("attachment; filename=\"a.png\"; filename*=UTF-8''a.png"));
        CHECK(bytes_starts(header(&f, "Cache-Control"), B("private, max-age=")));
    }
    CHECK_ERROR(&f, get(&f, paths[0], ""), 403, "ACCESS_DENIED",
                "Access denied! Link check failed");
    CHECK_ERROR(&f, get(&f, paths[0], "token=forged"), 403, "ACCESS_DENIED",
                "Access denied! Link check failed");

    char gone[64];
    snprintf(gone, sizeof gone, "productId=1&id=%d", (int)number_at(image, "id"));
    get(&f, HOOK "catalog.productImage.delete", gone);
    CHECK_ERROR(&f, get(&f, paths[0], query), 404, "ERROR_NOT_FOUND", "File not found");
}

TEST(detail_url_may_lead_to_another_host)
{
    CLEANUP(done) struct fixture f;
    char query[64];

    init(&f);
    snprintf(query, sizeof query, "productId=1&id=%d",
             (int)number_at(add_picture(&f, 1, "MORE_PHOTO", "a.png", PIXEL_A), "id"));
    f.settings.detail_url_base = B("https://cdn.test/b24");
    CHECK(bytes_starts(text_at(get(&f, GET, query), "result.productImage.detailUrl"),
                       B("https://cdn.test/b24/upload/c/")));
}

TEST(a_range_of_a_download_is_sent_alone)
{
    CLEANUP(done) struct fixture f;
    struct http_header range = { B("Range"), B("bytes=1-3") };

    init(&f);
    char *query = token_of(&f, add_picture(&f, 1, "MORE_PHOTO", "a.png", PIXEL_A));
    struct http_request req = { .method = HTTP_GET,
                                .path = B("/rest/download"),
                                .query = bytes_str(query),
                                .headers = &range,
                                .header_count = 1 };
    ask_as(&f, req);
    CHECK_INT(f.res.status, 206);
    CHECK_INT(f.res.offset, 1);
    CHECK_INT(f.res.length, 3);
    CHECK(bytes_starts(header(&f, "Content-Range"), B("bytes 1-3/")));
    range.value = B("bytes=100000-");
    CHECK_ERROR(&f, ask_as(&f, req), 416, "INVALID_REQUEST", "Requested range not satisfiable");
    CHECK(bytes_starts(header(&f, "Content-Range"), B("bytes */")));
}

TEST(links_are_built_on_the_address_the_client_sees)
{
    CLEANUP(done) struct fixture f;
    struct http_header forwarded[] = {
        { B("X-Forwarded-Proto"), B("https") },
        { B("X-Forwarded-Host"), B("outer.test, inner.test") },
    };
    char query[64];

    init(&f);
    snprintf(query, sizeof query, "productId=1&id=%d",
             (int)number_at(add_picture(&f, 1, "MORE_PHOTO", "a.png", PIXEL_A), "id"));
    struct http_request req = { .method = HTTP_GET,
                                .path = B(GET),
                                .query = bytes_str(query),
                                .headers = forwarded,
                                .header_count = 2 };
    static const char url[] = "result.productImage.downloadUrl";

    CHECK(bytes_starts(text_at(ask_as(&f, req), url), B("http://pictures.test:8080/rest/")));
    f.settings.trust_forwarded = true;
    CHECK(bytes_starts(text_at(ask_as(&f, req), url), B("https://outer.test/rest/")));
    forwarded[0].value = B("http");
    forwarded[1].value = B("evil.test/\"><x");
    req.https = true;
    CHECK(bytes_starts(text_at(ask_as(&f, req), url), B("https://pictures.test:8080/rest/")));
    f.settings.public_url = B("https://cdn.test");
    CHECK(bytes_starts(text_at(ask_as(&f, req), url), B("https://cdn.test/rest/download.json?")));
}

TEST_MAIN
