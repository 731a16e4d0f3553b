/* What stands for a picture that is not there. */
#include "dialect/superoffice/harness.h"
#include "support/pixels.h"

#define PERSON "/api/v1/Person/41/Image"

static struct pixels placeholder(struct world *w, const char *target)
{
    ask(w, HTTP_GET, target, TICKET, B(""));
    if (w->res.status != 200)
        test_fail(__FILE__, __LINE__, "%s: %d", target, w->res.status);
    CHECK_BYTES(w->res.content_type, B("image/png"));
    return read_png(w->arena, body_of(w));
}

static int differences(const struct pixels *a, const struct pixels *b)
{
    int count = 0;

    CHECK_INT(a->width, b->width);
    CHECK_INT(a->height, b->height);
    for (int y = 0; y < a->height; y++) {
        for (int x = 0; x < a->width; x++)
            count += memcmp(pixel(a, x, y), pixel(b, x, y), 3) != 0;
    }
    return count;
}

/* A copy that survives the next request. */
static struct pixels keep(struct arena *arena, struct pixels p)
{
    struct pixels copy = pixels_new(arena, p.width, p.height, p.bands);

    memcpy(copy.at, p.at, (size_t)p.width * (size_t)p.height * (size_t)p.bands);
    return copy;
}

TEST(no_ifblank_and_null_are_404)
{
    static const char *const targets[] = { PERSON, PERSON "?ifBlank=Null", PERSON "?ifBlank=4",
                                           PERSON "?w=64&type=png", PERSON "?ifBlank=" };
    struct world w;
    world_open(&w);

    for (size_t i = 0; i < COUNT(targets); i++) {
        ask(&w, HTTP_GET, targets[i], TICKET, B(""));
        expect_error(&w, 404, "SoNotFoundException");
        CHECK(w.was_inline);
    }
    world_close(&w);
}

TEST(a_clear_pixel_is_a_gif_of_one_pixel_and_needs_no_thread)
{
    struct world w;
    world_open(&w);

    ask(&w, HTTP_GET, PERSON "?ifBlank=ClearPixel&w=64&type=PNG", TICKET, B(""));
    CHECK_INT(w.res.status, 200);
    CHECK(w.was_inline);
    CHECK_BYTES(w.res.content_type, B("image/gif"));
    CHECK_INT(body_of(&w).len, 43);
    CHECK_BYTES(bytes_first(body_of(&w), 10), B("GIF89a\1\0\1\0"));
    CHECK(!header_of(&w.res, "Vary").at);
    world_close(&w);
}

TEST(every_kind_has_a_picture_of_its_own)
{
    static const char *const targets[] = {
        "/api/v1/Contact/1/Image?ifBlank=Default",
        "/api/v1/Person/41/Image?ifBlank=0",
        "/api/v1/Product/8/Image?ifBlank=DEFAULT",
        "/api/v1/Project/7/Image?ifblank=default",
        "/api/v1/Person/41/Image?ifBlank=GenericFileIcon",
        "/api/v1/Person/41/Image?ifBlank=SrNoPhoto",
        "/api/v1/Person/41/Image?ifBlank=SrNoPhotoWithBorder",
    };
    struct world w;
    world_open(&w);
    struct arena *arena = arena_new(16 << 20);
    struct pixels all[COUNT(targets)];

    for (size_t i = 0; i < COUNT(targets); i++) {
        all[i] = keep(arena, placeholder(&w, targets[i]));
        CHECK(!w.was_inline);
        CHECK_INT(all[i].width, 130);
        CHECK_INT(all[i].height, 180);
        for (size_t j = 0; j < i; j++)
            CHECK(differences(&all[i], &all[j]) > 200);
    }
    /* the border, and nothing else */
    CHECK(memcmp(pixel(&all[5], 0, 0), pixel(&all[6], 0, 0), 3) != 0);
    CHECK(memcmp(pixel(&all[5], 20, 90), pixel(&all[6], 20, 90), 3) == 0);
    arena_free(arena);
    world_close(&w);
}

TEST(the_second_time_it_needs_no_thread)
{
    struct world w;
    world_open(&w);

    placeholder(&w, PERSON "?ifBlank=Default&w=32");
    CHECK(!w.was_inline);
    placeholder(&w, PERSON "?ifBlank=Default&w=32");
    CHECK(w.was_inline);
    world_close(&w);
}

TEST(a_placeholder_has_the_size_that_was_asked_for)
{
    static const struct {
        const char *query;
        int width, height;
    } cases[] = {
        { "w=65", 65, 90 }, { "h=90", 65, 90 },        { "w=64&h=32", 64, 32 },
        { "w=1", 1, 1 },    { "w=1&h=2", 1, 2 },       { "w=0&h=-1", 130, 180 },
        { "", 130, 180 },   { "w=300&h=20", 300, 20 }, { "h=1", 1, 1 },
    };
    static const char *const values[] = { "Default", "SrNoPhoto", "SrNoPhotoWithBorder",
                                          "GenericFileIcon" };
    struct world w;
    world_open(&w);
    char target[200];

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t v = 0; v < COUNT(values); v++) {
            snprintf(target, sizeof target, PERSON "?ifBlank=%s&%s", values[v], cases[i].query);
            struct pixels p = placeholder(&w, target);
            CHECK_INT(p.width, cases[i].width);
            CHECK_INT(p.height, cases[i].height);
        }
    }
    world_close(&w);
}

TEST(a_placeholder_has_the_type_that_was_asked_for)
{
    static const struct {
        const char *query;
        struct bytes mime;
        struct bytes magic;
    } cases[] = {
        { "type=JPEG", B("image/jpeg"), B("\xFF\xD8\xFF") },
        { "type=gif", B("image/gif"), B("GIF8") },
        { "type=image/png", B("image/png"), B("\x89PNG") },
        { "type=whatever", B("image/png"), B("\x89PNG") },
    };
    struct world w;
    world_open(&w);
    char target[200];

    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(target, sizeof target, PERSON "?ifBlank=Default&%s", cases[i].query);
        ask(&w, HTTP_GET, target, TICKET, B(""));
        CHECK_INT(w.res.status, 200);
        CHECK_BYTES(w.res.content_type, cases[i].mime);
        CHECK_BYTES(bytes_first(body_of(&w), cases[i].magic.len), cases[i].magic);
    }
    world_close(&w);
}

TEST(unknown_records_have_placeholders_too)
{
    struct world w;
    world_open(&w);

    placeholder(&w, "/api/v1/Person/999/Image?ifBlank=Default");
    placeholder(&w, "/api/v1/Contact/-1/Image?ifBlank=SrNoPhoto");
    world_close(&w);
}

TEST(only_words_vary_by_language)
{
    struct world w;
    world_open(&w);

    placeholder(&w, PERSON "?ifBlank=SrNoPhoto");
    CHECK_BYTES(header_of(&w.res, "Vary"), B("Authorization, Cookie, Accept-Language"));
    placeholder(&w, PERSON "?ifBlank=Default");
    CHECK(!header_of(&w.res, "Vary").at && !header_of(&w.res, "SO-Language").at);
    world_close(&w);
}

TEST(a_placeholder_can_be_asked_for_again_by_its_tag_only)
{
    struct world w;
    world_open(&w);
    char headers[300];

    placeholder(&w, PERSON "?ifBlank=SrNoPhoto");
    struct bytes etag = header_of(&w.res, "ETag");
    CHECK(etag.len > 2);
    CHECK(!header_of(&w.res, "Last-Modified").at);
    snprintf(headers, sizeof headers, TICKET "If-None-Match: %.*s\n", (int)etag.len, etag.at);
    ask(&w, HTTP_GET, PERSON "?ifBlank=SrNoPhoto", headers, B(""));
    CHECK_INT(w.res.status, 304);
    CHECK(w.was_inline);
    CHECK_BYTES(header_of(&w.res, "Vary"), B("Authorization, Cookie, Accept-Language"));
    ask(&w, HTTP_GET, PERSON "?ifBlank=SrNoPhoto&w=20", headers, B(""));
    CHECK_INT(w.res.status, 200);
    /* what the client has may be a picture that was deleted since */
    ask(&w, HTTP_GET, PERSON "?ifBlank=SrNoPhoto",
        TICKET "If-Modified-Since: Wed, 01 Jan 2070 00:00:00 GMT\n", B(""));
    CHECK_INT(w.res.status, 200);
    world_close(&w);
}

TEST(where_a_picture_is_there_is_no_placeholder)
{
    struct world w;
    world_open(&w);

    put_picture(&w, PERSON, GIF);
    ask(&w, HTTP_GET, PERSON "?ifBlank=SrNoPhoto", TICKET, B(""));
    CHECK_BYTES(body_of(&w), GIF);
    CHECK(w.was_inline);
    ask(&w, HTTP_GET, PERSON "?ifBlank=None", TICKET, B(""));
    expect_error(&w, 400, "SoInvalidArgumentException");
    world_close(&w);
}

TEST_MAIN
