#include "base/clock.h"
#include "http/form.h"
#include "test.h"

#define NONE "\x01" /* no filename */

struct want {
    const char *name, *filename, *type, *body;
};

struct row {
    const char *body, *boundary;
    enum err_code rc;
    struct want parts[4];
};

static void check_part(size_t row, const struct multipart_part *got, const struct want *want)
{
    bool named = strcmp(want->filename, NONE) != 0;

    if (!bytes_eq(got->name, bytes_str(want->name)) || (got->filename.at != NULL) != named ||
        (named && !bytes_eq(got->filename, bytes_str(want->filename))) ||
        !bytes_eq(got->content_type, bytes_str(want->type)) ||
        !bytes_eq(got->body, bytes_str(want->body)))
        test_fail(__FILE__, __LINE__, "row %zu gives '%.*s' '%.*s' '%.*s' '%.*s'", row,
                  (int)got->name.len, got->name.at, (int)got->filename.len, got->filename.at,
                  (int)got->content_type.len, got->content_type.at, (int)got->body.len,
                  got->body.at);
}

TEST(parts_are_taken_apart)
{
    static const struct row table[] = {
        { "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
          "Content-Type: image/png\r\n\r\nPNG\r\n--b--\r\n",
          "b",
          0,
          { { "image", "a.png", "image/png", "PNG" } } },
        { "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n"
          "--b\r\ncontent-disposition:form-data;NAME=\"y z\"\r\n\r\n\r\n2\r\n\r\n--b--",
          "b",
          0,
          { { "x", NONE, "", "1" }, { "y z", NONE, "", "\r\n2\r\n" } } },
        /* preamble, epilogue, padding */
        { "hello --b\r\n--bb\r\n--b \t\r\n\r\n1\r\n--b--  \r\nbye\r\n--b\r\n\r\nno",
          "b",
          0,
          { { "", NONE, "", "1" } } },
        { "\r\n--b\r\n\r\n1\r\n--b--", "b", 0, { { "", NONE, "", "1" } } },
        /* what looks like a delimiter */
        { "--b\r\n\r\n--bc\r\n --b\r\nx--b\r\n--b-\r\n--b--x\r\n--b--",
          "b",
          0,
          { { "", NONE, "", "--bc\r\n --b\r\nx--b\r\n--b-\r\n--b--x" } } },
        /* bare line feeds */
        { "--b\nContent-Disposition: form-data; name=\"x\"\n\n1\r\n--b\n\n2\n--b--\n",
          "b",
          0,
          { { "x", NONE, "", "1\r" }, { "", NONE, "", "2" } } },
        /* no final boundary */
        { "--b\r\n\r\n1\r\n", "b", 0, { { "", NONE, "", "1\r\n" } } },
        { "--b\r\n\r\n1\r\n--b", "b", 0, { { "", NONE, "", "1" }, { "", NONE, "", "" } } },
        /* empty parts */
        { "--b\r\n--b\r\n\r\n--b\r\n\r\n\r\n--b--",
          "b",
          0,
          { { "", NONE, "", "" }, { "", NONE, "", "" }, { "", NONE, "", "" } } },
        { "--b\r\nContent-Type: a/b\r\n\r\n--b--", "b", 0, { { "", NONE, "a/b", "" } } },
        { "--b\r\nContent-Type: a/b\r\n--b--", "b", 0, { { "", NONE, "a/b", "" } } },
        /* mislabelled: the boundary is the first line */
        { "----x-1 \r\n\r\n1\r\n----x-1--\r\n", "", 0, { { "", NONE, "", "1" } } },
        { "--b\n\n1\n--b--", "", 0, { { "", NONE, "", "1" } } },
        /* names */
        { "--b\r\nContent-Disposition: form-data; name=\"a\\\"b\\\\c\\d\"; "
          "filename=\"C:\\x\\y.png\"\r\n\r\n1\r\n--b--",
          "b",
          0,
          { { "a\"b\\c\\d", "C:\\x\\y.png", "", "1" } } },
        { "--b\r\nContent-Disposition: form-data; filename=\"\"\r\n\r\n1\r\n--b--",
          "b",
          0,
          { { "", "", "", "1" } } },
        { "--b\r\nContent-Disposition: form-data; filename=\"=?x?=\"; "
          "filename*=utf-8'en'%C3%A9.png\r\n\r\n1\r\n--b--",
          "b",
          0,
          { { "", "\xC3\xA9.png", "", "1" } } },
        { "--b\r\nContent-Disposition: form-data; filename=a; filename*=utf-8''%FF\r\n\r\n"
          "1\r\n--b--",
          "b",
          0,
          { { "", "a", "", "1" } } },
        { "--b\r\nContent-Disposition: form-data; filename=a; filename*=latin1''b\r\n\r\n"
          "1\r\n--b--",
          "b",
          0,
          { { "", "a", "", "1" } } },
        { "--b\r\nrubbish\r\n: x\r\nContent-Type : a/b \r\n\r\n1\r\n--b--",
          "b",
          0,
          { { "", NONE, "a/b", "1" } } },
        /* none */
        { "", "b", ERR_INVALID, { { 0 } } },
        { "", "", ERR_INVALID, { { 0 } } },
        { "--\r\n\r\n1", "", ERR_INVALID, { { 0 } } },
        { "text", "", ERR_INVALID, { { 0 } } },
        { "--b--\r\n", "b", ERR_INVALID, { { 0 } } },
        { "--c\r\n\r\n1\r\n--c--", "b", ERR_INVALID, { { 0 } } },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
        struct multipart_part *parts = NULL;
        struct err e = { 0 };
        size_t count = 0, want = 0;

        enum err_code rc = multipart_read(arena, bytes_str(table[i].body),
                                          bytes_str(table[i].boundary), &parts, &count, &e);
        if (rc != table[i].rc || e.code != rc)
            test_fail(__FILE__, __LINE__, "row %zu gives %s (%s)", i, err_name(rc), e.text);
        while (want < COUNT(table[i].parts) && table[i].parts[want].name)
            want++;
        if (count != want)
            test_fail(__FILE__, __LINE__, "row %zu has %zu parts", i, count);
        for (size_t k = 0; k < count; k++)
            check_part(i, &parts[k], &table[i].parts[k]);
    }
}

TEST(bodies_are_slices_and_hold_any_byte)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct bytes body = B("--b\r\n\r\n\0\xFF\n\r\r\n--b--");
    struct multipart_part *parts;
    struct err e = { 0 };
    size_t count;

    CHECK_INT(multipart_read(arena, body, B("b"), &parts, &count, &e), 0);
    CHECK_BYTES(parts[0].body, B("\0\xFF\n\r"));
    CHECK(parts[0].body.at == body.at + 7);
}

static struct bytes repeat(struct arena *arena, const char *head, const char *part, size_t count)
{
    struct strbuf out;

    strbuf_init(&out, arena, 0, 1 << 24);
    strbuf_add(&out, bytes_str(head));
    for (size_t i = 0; i < count; i++)
        strbuf_add(&out, bytes_str(part));
    CHECK(!out.failed);
    return strbuf_bytes(&out);
}

TEST(parts_are_limited)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct multipart_part *parts;
    struct err e = { 0 };
    size_t count;

    struct bytes body = repeat(arena, "", "--b\r\n\r\n1\r\n", MULTIPART_PARTS_MAX);
    CHECK_INT(multipart_read(arena, body, B("b"), &parts, &count, &e), 0);
    CHECK_INT(count, MULTIPART_PARTS_MAX);
    body = repeat(arena, "", "--b\r\n\r\n1\r\n", MULTIPART_PARTS_MAX + 1);
    CHECK_INT(multipart_read(arena, body, B("b"), &parts, &count, &e), ERR_TOO_LARGE);
    CLEANUP(arena_freep) struct arena *small = arena_new(1000);
    CHECK_INT(multipart_read(small, body, B("b"), &parts, &count, &e), ERR_NO_MEMORY);
}

TEST(hostile_bodies_are_done_in_time)
{
    static const char *const table[][2] = {
        { "--b\r\n", "\r\n" },
        { "--b\r\n", "\n--bb" },
        { "--b\r\n", "a:" },
        { "--b\r\n", "a:b\n" },
        { "--b", " " },
        { "--b\r\n\r\n", "\n--b \t \tx" },
        { "--b\r\nContent-Disposition: x", ";a=\"\\\"" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
        struct bytes body = repeat(arena, table[i][0], table[i][1], 500000);
        struct multipart_part *parts;
        struct err e = { 0 };
        size_t count;
        int64_t start = clock_monotonic_us();

        CHECK_INT(multipart_read(arena, body, B("b"), &parts, &count, &e), 0);
        CHECK_INT(count, 1);
        CHECK(clock_monotonic_us() - start < 2 * SECOND_US);
    }
}

TEST_MAIN
