#include "dialect/superoffice/harness.h"
#include "http/gzip.h"

#define PERSON "/api/v1/Person/41/ImageInfo"
#define IMAGE  "/api/v1/Person/41/Image"

static struct bytes unpacked(struct world *w, enum coding coding)
{
    struct err e = { 0 };
    struct bytes out;

    CHECK_BYTES(header_of(&w->res, "Content-Encoding"), coding_name(coding));
    must(unpack(w->arena, w->res.body, coding, 1 << 20, &out, &e), &e);
    return out;
}

TEST(text_is_packed_for_who_takes_it)
{
    struct world w;
    world_open(&w);
    char plain[8192];

    put_picture(&w, IMAGE, PNG);
    ask(&w, HTTP_GET, PERSON, TICKET, B(""));
    CHECK(!header_of(&w.res, "Content-Encoding").at);
    CHECK_BYTES(header_of(&w.res, "Vary"), B("Accept-Encoding"));
    size_t len = w.res.body.len;
    memcpy(plain, w.res.body.at, len);

    ask(&w, HTTP_GET, PERSON, TICKET "Accept-Encoding: gzip, deflate, br\n", B(""));
    CHECK_INT(w.res.status, 200);
    CHECK(w.was_inline);
    CHECK(w.res.body.len < len);
    CHECK_BYTES(unpacked(&w, CODING_GZIP), bytes_of(plain, len));
    ask(&w, HTTP_GET, PERSON, TICKET "Accept-Encoding: gzip;q=0, *\n", B(""));
    CHECK_BYTES(unpacked(&w, CODING_DEFLATE), bytes_of(plain, len));
    ask(&w, HTTP_GET, PERSON, TICKET "Accept-Encoding: gzip\nAccept: text/xml\n", B(""));
    CHECK(bytes_starts(unpacked(&w, CODING_GZIP), B("<BlobEntity ")));
    world_close(&w);
}

TEST(what_is_short_or_no_text_stays_as_it_is)
{
    static const char *const accepts[] = { "Accept-Encoding: identity\n", "Accept-Encoding: br\n",
                                           "Accept-Encoding: gzip;q=0\n", "Accept-Encoding: \n" };
    struct world w;
    world_open(&w);
    char picture[4000] = { 0 };
    char headers[200];

    memcpy(picture, PNG.at, PNG.len); /* zeros pack well */
    put_picture(&w, IMAGE, bytes_of(picture, sizeof picture));
    for (size_t i = 0; i < COUNT(accepts); i++) {
        snprintf(headers, sizeof headers, TICKET "%s", accepts[i]);
        ask(&w, HTTP_GET, PERSON, headers, B(""));
        CHECK(!header_of(&w.res, "Content-Encoding").at);
        CHECK_INT(w.res.body.at[0], '{');
    }
    ask(&w, HTTP_GET, IMAGE, TICKET "Accept-Encoding: gzip\n", B(""));
    CHECK(!header_of(&w.res, "Content-Encoding").at);
    CHECK_BYTES(body_of(&w), bytes_of(picture, sizeof picture));
    ask(&w, HTTP_POST, "/api/v1/Agents/BLOB/GetPersonImage",
        TICKET "Accept-Encoding: gzip\nAccept: application/octet-stream\n", B("{PersonId:41}"));
    CHECK_INT(w.res.status, 200);
    CHECK(!header_of(&w.res, "Content-Encoding").at);
    ask(&w, HTTP_GET, "/api/v1/Person/999/ImageInfo", TICKET "Accept-Encoding: gzip\n", B(""));
    expect_error(&w, 404, "SoNotFoundException");
    world_close(&w);
}

TEST(a_packed_answer_has_a_tag_of_its_own_that_works)
{
    struct world w;
    world_open(&w);
    char headers[300];
    char tag[SO_ETAG_MAX + 8] = { 0 };

    put_picture(&w, IMAGE, PNG);
    ask(&w, HTTP_GET, PERSON, TICKET "Accept-Encoding: gzip\n", B(""));
    struct bytes packed = header_of(&w.res, "ETag");
    CHECK(bytes_ends_nocase(packed, B("-gzip\"")));
    if (packed.len)
        memcpy(tag, packed.at, packed.len);
    ask(&w, HTTP_GET, PERSON, TICKET, B(""));
    CHECK_BYTES(header_of(&w.res, "ETag"),
                bytes_str(arena_printf(w.arena, "%.*s\"", (int)strlen(tag) - 6, tag)));

    snprintf(headers, sizeof headers, TICKET "Accept-Encoding: gzip\nIf-None-Match: %s\n", tag);
    ask(&w, HTTP_GET, PERSON, headers, B(""));
    CHECK_INT(w.res.status, 304);
    CHECK_BYTES(header_of(&w.res, "ETag"), bytes_str(tag));
    CHECK_INT(w.res.body.len, 0);
    snprintf(headers, sizeof headers, TICKET "If-Match: %s\n", tag);
    ask(&w, HTTP_PUT, PERSON, headers, B("{\"ExtraInfo\":\"x\"}"));
    CHECK_INT(w.res.status, 200);
    ask(&w, HTTP_PUT, PERSON, headers, B("{\"ExtraInfo\":\"y\"}"));
    expect_error(&w, 412, "PreconditionFailed");
    world_close(&w);
}

TEST_MAIN
