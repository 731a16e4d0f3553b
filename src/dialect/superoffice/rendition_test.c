/* Pictures in other sizes and types, by GET Image and as the agents get them. */
#include "dialect/superoffice/harness.h"
#include "support/pixels.h"

#define PERSON  "/api/v1/Person/41/Image"
#define PRODUCT "/api/v1/Product/8/Image"

static const uint8_t RED[] = { 200, 30, 20 };

/* A PNG of one colour; lives as long as `arena`. */
static struct bytes red(struct arena *arena, int width, int height)
{
    struct pixels p = filled(arena, width, height, 3, RED);

    return rgb_png(arena, &p);
}

static void get(struct world *w, const char *target, const char *headers)
{
    ask(w, HTTP_GET, target, headers, B(""));
}

TEST(a_size_or_a_type_is_made_on_a_thread_once_and_nothing_else_is)
{
    static const struct {
        const char *query;
        bool is_inline;
    } cases[] = {
        { "", true },          { "?x=1", true },
        { "?w=0&h=-1", true }, { "?type=odd", true },
        { "?w=4096", false },  { "?type=png", true }, /* the same as the one before */
        { "?w=20", false },    { "?w=20", true },
        { "?h=10", true }, /* the same */
        { "?h=11", false },    { "?type=jpg", false },
        { "?w=300", true },    { "?w=100&h=9", false },
    };
    struct world w;
    world_open(&w);
    struct arena *arena = arena_new(1 << 24);
    char target[100];

    put_picture(&w, PERSON, red(arena, 100, 50));
    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(target, sizeof target, PERSON "%s", cases[i].query);
        get(&w, target, TICKET "Accept: application/json\n");
        CHECK_INT(w.res.status, 200);
        if (w.was_inline != cases[i].is_inline)
            test_fail(__FILE__, __LINE__, "%s: inline %d", target, w.was_inline);
    }
    arena_free(arena);
    world_close(&w);
}

TEST(a_rendition_has_the_headers_of_a_picture)
{
    struct world w;
    world_open(&w);
    struct arena *arena = arena_new(1 << 24);

    put_picture(&w, PERSON, red(arena, 100, 50));
    get(&w, PERSON "?w=20", TICKET "Accept: application/json; charset=utf-8\n");
    CHECK_BYTES(w.res.content_type, B("image/png"));
    CHECK_BYTES(header_of(&w.res, "Cache-Control"), B("private, no-cache"));
    CHECK_BYTES(header_of(&w.res, "Accept-Ranges"), B("bytes"));
    CHECK_BYTES(header_of(&w.res, "X-Content-Type-Options"), B("nosniff"));
    CHECK_INT(header_of(&w.res, "Last-Modified").len, 29);
    CHECK(!header_of(&w.res, "Vary").at);
    CHECK(!header_of(&w.res, "Content-Disposition").at);
    struct pixels p = read_png(w.arena, body_of(&w));
    CHECK_INT(p.width, 20);
    CHECK_INT(p.height, 10);
    CHECK(memcmp(pixel(&p, 10, 5), RED, 3) == 0);

    get(&w, PERSON "?h=10&w=100&type=image%2FJPG", TICKET);
    CHECK_BYTES(w.res.content_type, B("image/jpeg"));
    CHECK_BYTES(bytes_first(body_of(&w), 3), B("\xFF\xD8\xFF"));
    ask(&w, HTTP_HEAD, PERSON "?w=20", TICKET, B(""));
    CHECK_INT(w.res.status, 200);
    CHECK(w.res.body.len > 60);
    arena_free(arena);
    world_close(&w);
}

TEST(each_rendition_has_its_own_tag_and_is_not_made_when_it_is_known)
{
    static const char *const queries[] = { "",          "?w=20",     "?w=30",
                                           "?type=jpg", "?type=gif", "?w=20&type=jpg" };
    struct world w;
    world_open(&w);
    struct arena *arena = arena_new(1 << 24);
    struct bytes tags[COUNT(queries)];
    char text[300];

    put_picture(&w, PERSON, red(arena, 100, 50));
    for (size_t i = 0; i < COUNT(queries); i++) {
        snprintf(text, sizeof text, PERSON "%s", queries[i]);
        get(&w, text, TICKET);
        tags[i] = arena_copy(arena, header_of(&w.res, "ETag"));
        for (size_t j = 0; j < i; j++)
            CHECK(!bytes_eq(tags[i], tags[j]));
    }
    snprintf(text, sizeof text, TICKET "If-None-Match: %.*s\n", (int)tags[1].len, tags[1].at);
    get(&w, PERSON "?w=20", text);
    CHECK_INT(w.res.status, 304);
    CHECK(w.was_inline);
    CHECK_BYTES(header_of(&w.res, "ETag"), tags[1]);
    get(&w, PERSON "?h=10&type=PNG", text); /* the same picture, asked for in another way */
    CHECK_INT(w.res.status, 304);
    get(&w, PERSON "?w=30", text);
    CHECK_INT(w.res.status, 200);
    get(&w, PERSON, text);
    CHECK_INT(w.res.status, 200);
    snprintf(text, sizeof text, TICKET "If-Match: %.*s\n", (int)tags[0].len, tags[0].at);
    get(&w, PERSON "?w=20", text);
    expect_error(&w, 412, "PreconditionFailed");
    get(&w, PERSON "?w=20", TICKET "If-Modified-Since: Wed, 01 Jan 2070 00:00:00 GMT\n");
    CHECK_INT(w.res.status, 304);

    put_picture(&w, PERSON, red(arena, 100, 60));
    snprintf(text, sizeof text, TICKET "If-None-Match: %.*s\n", (int)tags[1].len, tags[1].at);
    get(&w, PERSON "?w=20", text);
    CHECK_INT(w.res.status, 200);
    arena_free(arena);
    world_close(&w);
}

TEST(a_range_is_a_part_of_the_rendition)
{
    struct world w;
    world_open(&w);
    struct arena *arena = arena_new(1 << 24);
    char want[64];

    put_picture(&w, PERSON, red(arena, 100, 50));
    get(&w, PERSON "?w=20", TICKET);
    size_t size = body_of(&w).len;
    get(&w, PERSON "?w=20", TICKET "Range: bytes=1-3\n");
    CHECK_INT(w.res.status, 206);
    CHECK_BYTES(body_of(&w), B("PNG"));
    snprintf(want, sizeof want, "bytes 1-3/%zu", size);
    CHECK_BYTES(header_of(&w.res, "Content-Range"), bytes_str(want));
    get(&w, PERSON "?w=20", TICKET "Range: bytes=500000-\n");
    expect_error(&w, 416, "RangeNotSatisfiable");
    snprintf(want, sizeof want, "bytes */%zu", size);
    CHECK_BYTES(header_of(&w.res, "Content-Range"), bytes_str(want));
    arena_free(arena);
    world_close(&w);
}

TEST(a_tiff_becomes_what_the_client_likes_when_it_has_to_change)
{
    static const struct {
        const char *query;
        const char *headers;
        struct bytes mime;
        bool vary;
    } cases[] = {
        { "", TICKET "Accept: image/png\n", B("image/tiff"), false },
        { "?w=20", TICKET, B("image/png"), true },
        { "?w=20", TICKET "Accept: application/json\n", B("image/png"), true },
        { "?w=20", TICKET "Accept: image/jpeg\n", B("image/jpeg"), true },
        { "?w=20", TICKET "Accept: image/tiff, image/gif;q=0.9\n", B("image/gif"), true },
        { "?w=20&type=GIF", TICKET "Accept: image/jpeg\n", B("image/gif"), false },
        { "?w=4000", TICKET, B("image/png"), true },
    };
    struct world w;
    world_open(&w);
    struct arena *arena = arena_new(1 << 24);
    struct pixels p = filled(arena, 100, 50, 3, RED);
    char target[100];

    put_picture(&w, PERSON, made_tiff(arena, &p, 1, 2, 1));
    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(target, sizeof target, PERSON "%s", cases[i].query);
        get(&w, target, cases[i].headers);
        CHECK_INT(w.res.status, 200);
        CHECK_BYTES(w.res.content_type, cases[i].mime);
        CHECK_BYTES(header_of(&w.res, "Vary"), cases[i].vary ? B("Accept") : B(""));
    }
    arena_free(arena);
    world_close(&w);
}

TEST(a_picture_that_is_broken_behind_its_header_says_what_to_do)
{
    struct world w;
    world_open(&w);
    struct arena *arena = arena_new(1 << 24);
    struct bytes png = red(arena, 100, 50);

    put_picture(&w, PERSON, bytes_first(png, 50));
    get(&w, PERSON, TICKET);
    CHECK_INT(w.res.status, 200);
    get(&w, PERSON "?w=20", TICKET);
    if (w.res.status != 200) { /* cut off pixels are black where libvips knows no better */
        expect_error(&w, 400, "SoInvalidArgumentException");
        CHECK(contains(w.res.body, "without w, h and type"));
    }
    arena_free(arena);
    world_close(&w);
}

TEST(parameters_that_cannot_be_read_are_400_with_and_without_a_picture)
{
    struct world w;
    world_open(&w);

    for (int i = 0; i < 2; i++) {
        get(&w, PERSON "?w=wide", TICKET);
        expect_error(&w, 400, "SoInvalidArgumentException");
        get(&w, PERSON "?ifBlank=7", TICKET);
        expect_error(&w, 400, "SoInvalidArgumentException");
        CHECK(w.was_inline);
        put_picture(&w, PERSON, PNG);
    }
    world_close(&w);
}

TEST(a_products_picture_is_bounded_and_within_the_bound_kept_as_it_is)
{
    struct world w;
    world_open(&w);
    struct arena *arena = arena_new(1 << 26);
    struct bytes fits = red(arena, 1000, 1000);

    put_picture(&w, PRODUCT, fits);
    get(&w, PRODUCT, TICKET);
    CHECK_BYTES(body_of(&w), fits);

    put_picture(&w, PRODUCT, red(arena, 1200, 300));
    get(&w, PRODUCT, TICKET);
    CHECK_BYTES(w.res.content_type, B("image/png"));
    struct pixels p = read_png(w.arena, body_of(&w));
    CHECK_INT(p.width, 1000);
    CHECK_INT(p.height, 250);
    ask(&w, HTTP_GET, "/api/v1/Product/8/ImageInfo", TICKET, B(""));
    CHECK(contains(w.res.body, "\"MimeType\":\"image/png\""));

    struct bytes large = red(arena, 1200, 300);
    put_picture(&w, PERSON, large); /* products only */
    get(&w, PERSON, TICKET);
    CHECK_BYTES(body_of(&w), large);

    ask(&w, HTTP_PUT, "/api/v1/Product/999/Image", TICKET "Content-Type: image/png\n", large);
    expect_error(&w, 400, "SoInvalidArgumentException");
    ask(&w, HTTP_PUT, PRODUCT, TICKET "Content-Type: image/png\n", bytes_first(large, 33));
    expect_error(&w, 400, "SoInvalidArgumentException");
    arena_free(arena);
    world_close(&w);
}

TEST_MAIN
