/* GET, HEAD, PUT, POST and DELETE Image on a real store. */
#include "dialect/superoffice/harness.h"

TEST(a_picture_comes_back_as_it_was_put)
{
    static const char *const paths[] = { "/api/v1/Contact/1/Image", "/api/v1/Person/41/Image",
                                         "/api/v1/Product/8/Image", "/api/v1/Project/7/Image" };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(paths); i++) {
        put_picture(&w, paths[i], GIF);
        CHECK_BYTES(w.res.content_type, B("application/json; charset=utf-8"));
        ask(&w, HTTP_GET, paths[i], TICKET "Accept: application/json; charset=utf-8\n", B(""));
        CHECK_INT(w.res.status, 200);
        CHECK_BYTES(w.res.content_type, B("image/gif")); /* by its bytes, not by what was said */
        CHECK_BYTES(body_of(&w), GIF);
        CHECK_BYTES(header_of(&w.res, "X-Content-Type-Options"), B("nosniff"));
        CHECK_BYTES(header_of(&w.res, "Cache-Control"), B("private, no-cache"));
        CHECK_INT(header_of(&w.res, "Last-Modified").len, 29);
        CHECK(header_of(&w.res, "ETag").len > 2);
    }
    world_close(&w);
}

TEST(every_older_address_is_the_same_picture)
{
    static const char *const paths[] = {
        "/x/api/v1/product/8/IMAGE/",
        "/api/v1/Product/8/Image/Content",
        "/api/Services80/product/8/image",
        "/api/Services99/product/8/image/content",
        "/api/Services80/pricelist/1/product/8/image",
        "/api/Services80/pricelist/1/product/8/image?ifBlank=SrNoPhoto",
    };
    struct world w;
    world_open(&w);

    put_picture(&w, "/api/Services80/pricelist/1/product/8/image", PNG);
    for (size_t i = 0; i < COUNT(paths); i++) {
        ask(&w, HTTP_GET, paths[i], TICKET, B(""));
        CHECK_INT(w.res.status, 200);
        CHECK_BYTES(body_of(&w), PNG);
    }
    world_close(&w);
}

TEST(head_has_the_headers_of_get)
{
    struct world w;
    world_open(&w);

    put_picture(&w, "/api/v1/Person/41/Image", PNG);
    ask(&w, HTTP_HEAD, "/api/v1/Person/41/Image", TICKET, B(""));
    CHECK_INT(w.res.status, 200);
    CHECK_INT(w.res.length, PNG.len);
    CHECK_BYTES(w.res.content_type, B("image/png"));
    world_close(&w);
}

TEST(replacing_keeps_the_id_and_the_texts)
{
    struct world w;
    world_open(&w);

    int32_t id = put_picture(&w, "/api/v1/Person/41/Image", PNG);
    ask(&w, HTTP_PUT, "/api/v1/Person/41/ImageInfo", TICKET, B("{\"Description\":\"Me\"}"));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_POST, "/api/v1/Person/41/Image", TICKET, GIF);
    CHECK_INT(w.res.status, 200);
    int32_t again;
    CHECK(bytes_to_int32(w.res.body, &again));
    CHECK_INT(again, id);
    ask(&w, HTTP_GET, "/api/v1/Person/41/ImageInfo", TICKET, B(""));
    CHECK(contains(w.res.body, "\"Description\":\"Me\""));
    CHECK(contains(w.res.body, "\"MimeType\":\"image/gif\""));
    world_close(&w);
}

TEST(a_form_names_the_picture_unless_it_has_a_description)
{
    struct world w;
    world_open(&w);
    static const char form[] = "--b\r\nContent-Disposition: form-data; name=\"image\"; "
                               "filename=\"%s\"\r\n\r\n%s\r\n--b--\r\n";
    char body[400];

    /* base64 text within the part, as it cannot hold a NUL here */
    int len = snprintf(body, sizeof body, form, "one.gif",
                       "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=");
    ask(&w, HTTP_PUT, "/api/v1/Contact/1/Image",
        TICKET "Content-Type: multipart/form-data; boundary=b\n", bytes_of(body, (size_t)len));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_GET, "/api/v1/Contact/1/Image", TICKET, B(""));
    CHECK_BYTES(body_of(&w), GIF);
    len = snprintf(body, sizeof body, form, "two.gif",
                   "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=");
    ask(&w, HTTP_PUT, "/api/v1/Contact/1/Image",
        TICKET "Content-Type: multipart/form-data; boundary=b\n", bytes_of(body, (size_t)len));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_GET, "/api/v1/Contact/1/ImageInfo", TICKET, B(""));
    CHECK(contains(w.res.body, "\"Description\":\"one.gif\""));
    world_close(&w);
}

TEST(bad_uploads_are_told_what_is_wrong)
{
    static const struct {
        const char *path;
        const char *headers;
        struct bytes body;
        int status;
        const char *type;
    } cases[] = {
        { "/api/v1/Person/41/Image", TICKET, B(""), 400, "SoInvalidArgumentException" },
        { "/api/v1/Person/41/Image", TICKET "Content-Type: image/png\n", B("just text, no more"),
          400, "SoInvalidArgumentException" },
        { "/api/v1/Person/41/Image", TICKET "Content-Type: application/json\n", B("{}"), 415,
          "UnsupportedMediaType" },
        { "/api/v1/Person/41/Image", TICKET "Content-Type: text/html\n", B("<p>"), 415,
          "UnsupportedMediaType" },
        { "/api/v1/Person/41/Image", TICKET "Content-Encoding: br\n", B("\x1f\x8b"), 415,
          "UnsupportedMediaType" },
        { "/api/v1/Person/41/Image", TICKET "Content-Type: multipart/form-data; boundary=b\n",
          B("no parts"), 400, "SoInvalidArgumentException" },
        { "/api/v1/Person/999/Image", TICKET, GIF, 400, "SoInvalidArgumentException" },
        { "/api/v1/Person/-1/Image", TICKET, GIF, 400, "SoInvalidArgumentException" },
        { "/api/v1/Person/2147483648/Image", TICKET, GIF, 404, "SoNotFoundException" },
        /* says 60,000 x 60,000 pixels */
        { "/api/v1/Person/41/Image", TICKET,
          B("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x06\x00\x00"
            "\x00\x00\x00\x00\x00"),
          413, "PayloadTooLarge" },
        { "/api/v1/Person/41/Image", READER, GIF, 403, "SoSentryException" },
        { "/api/v1/Person/41/Image", "", GIF, 401, "SoSessionException" },
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(cases); i++) {
        ask(&w, HTTP_PUT, cases[i].path, cases[i].headers, cases[i].body);
        expect_error(&w, cases[i].status, cases[i].type);
    }
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(no_picture_and_no_record_look_alike)
{
    static const char *const paths[] = {
        "/api/v1/Person/41/Image",          "/api/v1/Person/999/Image",
        "/api/v1/Person/-1/Image",          "/api/v1/Person/2147483648/Image",
        "/api/v1/Person/99999999999/Image", "/api/v1/Person/abc/Image",
        "/api/v1/Person/1.5/Image",         "/api/v1/Person/default/Image",
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(paths); i++) {
        ask(&w, HTTP_GET, paths[i], TICKET "Accept: image/*\n", B(""));
        expect_error(&w, 404, "SoNotFoundException");
    }
    world_close(&w);
}

TEST(deleting_is_done_once_and_may_be_said_twice)
{
    struct world w;
    world_open(&w);

    put_picture(&w, "/api/v1/Project/7/Image", PNG);
    for (int i = 0; i < 2; i++) {
        ask(&w, HTTP_DELETE, "/api/v1/Project/7/Image", TICKET, B(""));
        CHECK_INT(w.res.status, 204);
        CHECK_INT(w.res.body.len, 0);
        CHECK_INT(w.res.content_type.len, 0);
    }
    ask(&w, HTTP_GET, "/api/v1/Project/7/Image", TICKET, B(""));
    CHECK_INT(w.res.status, 404);
    ask(&w, HTTP_DELETE, "/api/v1/Project/999/Image", TICKET, B(""));
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(a_known_picture_is_not_sent_again)
{
    struct world w;
    world_open(&w);
    char headers[300];

    put_picture(&w, "/api/v1/Person/41/Image", PNG);
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET, B(""));
    struct bytes etag = header_of(&w.res, "ETag");
    snprintf(headers, sizeof headers, TICKET "If-None-Match: %.*s\n", (int)etag.len, etag.at);
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", headers, B(""));
    CHECK_INT(w.res.status, 304);
    CHECK(w.was_inline);
    CHECK(!w.res.source && !w.res.body.len);
    CHECK(header_of(&w.res, "ETag").len > 2);
    CHECK_BYTES(header_of(&w.res, "Cache-Control"), B("private, no-cache"));

    ask(&w, HTTP_PUT, "/api/v1/Person/41/Image", TICKET, GIF);
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", headers, B(""));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image",
        TICKET "If-Modified-Since: Wed, 01 Jan 2070 00:00:00 GMT\n", B(""));
    CHECK_INT(w.res.status, 304);
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET "If-Modified-Since: yesterday\n", B(""));
    CHECK_INT(w.res.status, 200);
    world_close(&w);
}

TEST(a_write_with_a_condition_is_held_to_it)
{
    static const struct {
        const char *headers;
        int with_none; /* expected status of PUT on a record without a picture */
        int with_one;
    } cases[] = {
        { TICKET "If-Match: \"other\"\n", 412, 412 },
        { TICKET "If-Match: *\n", 412, 200 },
        { TICKET "If-None-Match: *\n", 200, 412 },
        { TICKET "If-Unmodified-Since: Thu, 01 Jan 1998 00:00:00 GMT\n", 200, 412 },
        { TICKET "If-Unmodified-Since: Wed, 01 Jan 2070 00:00:00 GMT\n", 200, 200 },
        /* npm's options stick to later calls: this one never counts on a write */
        { TICKET "If-Modified-Since: Wed, 01 Jan 2070 00:00:00 GMT\n", 200, 200 },
    };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(cases); i++) {
        ask(&w, HTTP_DELETE, "/api/v1/Person/41/Image", TICKET, B(""));
        CHECK_INT(w.res.status, 204);
        ask(&w, HTTP_PUT, "/api/v1/Person/41/Image", cases[i].headers, PNG);
        CHECK_INT(w.res.status, cases[i].with_none);
        put_picture(&w, "/api/v1/Person/41/Image", PNG);
        ask(&w, HTTP_PUT, "/api/v1/Person/41/Image", cases[i].headers, GIF);
        CHECK_INT(w.res.status, cases[i].with_one);
        if (cases[i].with_one == 412) {
            ask(&w, HTTP_DELETE, "/api/v1/Person/41/Image", cases[i].headers, B(""));
            expect_error(&w, 412, "PreconditionFailed");
        }
    }
    world_close(&w);
}

TEST(a_range_is_a_part_of_the_picture)
{
    struct world w;
    world_open(&w);
    char want[64];

    put_picture(&w, "/api/v1/Person/41/Image", PNG);
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET "Range: bytes=1-3\n", B(""));
    CHECK_INT(w.res.status, 206);
    CHECK_BYTES(body_of(&w), B("PNG"));
    snprintf(want, sizeof want, "bytes 1-3/%zu", PNG.len);
    CHECK_BYTES(header_of(&w.res, "Content-Range"), bytes_str(want));
    ask(&w, HTTP_GET, "/api/v1/Person/41/Image", TICKET "Range: bytes=5000-\n", B(""));
    expect_error(&w, 416, "RangeNotSatisfiable");
    snprintf(want, sizeof want, "bytes */%zu", PNG.len);
    CHECK_BYTES(header_of(&w.res, "Content-Range"), bytes_str(want));
    world_close(&w);
}

TEST_MAIN
