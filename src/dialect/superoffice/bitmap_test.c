#include "dialect/superoffice/superoffice.h"
#include "test.h"

/* What tells a picture here is only that it is no text: a GIF's first bytes. */
#define GIF      "GIF89a\x01\x00\x01\x00\x80"
#define GIF_TEXT "R0lGODlhAQABAIA="

static struct arena *arena;

static enum err_code read_it(const char *type, struct bytes body, struct picture_content *out)
{
    struct http_header header = { B("Content-Type"), bytes_str(type) };
    struct http_request req = {
        .method = HTTP_PUT, .body = body, .headers = &header, .header_count = type ? 1 : 0
    };
    struct err e = { 0 };

    if (!arena)
        arena = arena_new(1 << 20);
    enum err_code rc = so_bitmap_read(arena, &req, req.body, out, &e);
    CHECK_INT(e.code, rc);
    return rc;
}

TEST(raw_bytes_come_through_under_any_type_that_could_be_a_picture)
{
    static const char *const types[] = {
        NULL,
        "image/gif",
        "IMAGE/PNG; x=y",
        "image/whatever",
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
    };

    for (size_t i = 0; i < COUNT(types); i++) {
        struct picture_content got;
        CHECK_INT(read_it(types[i], B(GIF), &got), ERR_NONE);
        CHECK_BYTES(got.bytes, B(GIF));
        CHECK_INT(got.name.len, 0);
        CHECK_INT(got.description.len, 0);
    }
}

TEST(types_that_are_no_picture_are_refused)
{
    static const char *const types[] = {
        "application/json", "text/json",       "text/xml",  "application/xml",
        "text/html",        "application/pdf", "video/mp4", "application/problem+json",
        "nonsense",
    };

    for (size_t i = 0; i < COUNT(types); i++) {
        struct picture_content got;
        CHECK_INT(read_it(types[i], B(GIF), &got), ERR_UNSUPPORTED);
    }
}

#define PART(disposition, body)                                                                    \
    "--sep\r\nContent-Disposition: form-data" disposition "\r\n\r\n" body "\r\n"

TEST(the_right_part_of_a_form_is_taken)
{
    static const struct {
        struct bytes body;
        const char *name;
        const char *description;
    } cases[] = {
        { B(PART("; name=\"file\"; filename=\"mug.gif\"", GIF) "--sep--\r\n"), "mug.gif",
          "mug.gif" },
        { B(PART("; name=\"a\"; filename=\"a.gif\"", "no")
                PART("; name=\"image\"", GIF) "--sep--\r\n"),
          "", "" },
        { B(PART("; name=\"text\"", "hello")
                PART("; name=\"b\"; filename=\"b.gif\"", GIF) "--sep--\r\n"),
          "b.gif", "b.gif" },
        { B(PART("; name=\"any\"", GIF) PART("; name=\"other\"", "no") "--sep--\r\n"), "", "" },
        { B(PART("; name=\"image\"", GIF_TEXT) "--sep--\r\n"), "", "" },
        { B(PART("; name=\"image\"; filename=\"C:\\\\pictures\\\\mug.gif\"", GIF) "--sep--\r\n"),
          "mug.gif", "mug.gif" },
        { B(PART("; name=\"image\"; filename=\"../../etc/mug.gif\"", GIF) "--sep--\r\n"), "mug.gif",
          "mug.gif" },
        { B(PART("; name=\"image\"; filename=\"\xff.gif\"", GIF) "--sep--\r\n"), "", "" },
    };
    static const char *const types[] = { "multipart/form-data; boundary=sep",
                                         "multipart/form-data; boundary=\"sep\"",
                                         "application/octet-stream", NULL };

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t t = 0; t < COUNT(types); t++) {
            struct picture_content got;
            CHECK_INT(read_it(types[t], cases[i].body, &got), ERR_NONE);
            CHECK_BYTES(got.bytes, B(GIF));
            CHECK_BYTES(got.name, bytes_str(cases[i].name));
            CHECK_BYTES(got.description, bytes_str(cases[i].description));
        }
    }
}

TEST(a_name_longer_than_a_description_is_cut_for_it)
{
    char letters[601];
    memset(letters, 0, sizeof letters);
    for (size_t i = 0; i < 300; i++)
        memcpy(letters + 2 * i, "\xC3\xA5", 2);
    char body[1024];
    int len = snprintf(body, sizeof body,
                       "--sep\r\nContent-Disposition: form-data; name=image; filename=\"%s\"\r\n"
                       "\r\n\x89PNG\r\n--sep--\r\n",
                       letters);

    struct picture_content got;
    CHECK_INT(read_it("multipart/form-data; boundary=sep", bytes_of(body, (size_t)len), &got),
              ERR_NONE);
    CHECK_INT(got.name.len, 600);
    CHECK_INT(got.description.len, 2 * PICTURE_TEXT_MAX);
    CHECK(bytes_is_utf8(got.description));
}

TEST(base64_text_and_data_urls_become_bytes)
{
    static const char *const texts[] = {
        GIF_TEXT,
        "R0lGODlh\r\nAQABAIA=\r\n",
        "R0lGODlhAQABAIA",
        "data:image/gif;base64," GIF_TEXT,
        "DATA:;base64," GIF_TEXT,
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct picture_content got;
        CHECK_INT(read_it("image/gif", bytes_str(texts[i]), &got), ERR_NONE);
        CHECK_BYTES(got.bytes, B(GIF));
    }
}

TEST(nothing_is_a_missing_bitmap)
{
    struct picture_content got;

    CHECK_INT(read_it(NULL, B(""), &got), ERR_INVALID);
    CHECK_INT(read_it("image/png", B(""), &got), ERR_INVALID);
    CHECK_INT(read_it("multipart/form-data; boundary=sep",
                      B(PART("; name=\"image\"", "") "--sep--\r\n"), &got),
              ERR_INVALID);
    CHECK_INT(read_it("multipart/form-data; boundary=sep", B("no parts at all"), &got),
              ERR_INVALID);
}

TEST(text_that_is_not_base64_stays_as_it_is)
{
    struct picture_content got;

    CHECK_INT(read_it("image/png", B("Hello, world!"), &got), ERR_NONE);
    CHECK_BYTES(got.bytes, B("Hello, world!"));
    CHECK_INT(read_it("image/png", B("--, no form"), &got), ERR_NONE);
    CHECK_BYTES(got.bytes, B("--, no form"));
}

TEST_MAIN
