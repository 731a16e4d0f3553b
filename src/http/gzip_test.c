#include "http/gzip.h"
#include "test.h"

#include <zlib.h>

static struct arena *arena;
static struct err err;

/* Packed by zlib: windowBits 31 gzip, 15 zlib, -15 bare. */
static struct bytes packed(struct bytes text, int window)
{
    z_stream s = { 0 };
    size_t room = text.len + 1000;

    arena = arena ? arena : arena_new(1 << 28);
    char *at = arena_alloc(arena, room);
    CHECK(at != NULL);
    CHECK_INT(deflateInit2(&s, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    s.next_in = (Bytef *)(uintptr_t)text.at;
    s.avail_in = (uInt)text.len;
    s.next_out = (Bytef *)at;
    s.avail_out = (uInt)room;
    CHECK_INT(deflate(&s, Z_FINISH), Z_STREAM_END);
    struct bytes out = bytes_of(at, s.total_out);
    deflateEnd(&s);
    return out;
}

static enum err_code unpacked(struct bytes text, enum coding coding, size_t limit,
                              struct bytes *out)
{
    err = (struct err){ 0 };
    *out = (struct bytes){ 0 };
    return unpack(arena, text, coding, limit, out, &err);
}

static struct bytes zeros(size_t len)
{
    arena = arena ? arena : arena_new(1 << 28);
    char *at = arena_zalloc(arena, len, 1);
    CHECK(at != NULL);
    return bytes_of(at, len);
}

TEST(headers_are_named)
{
    CHECK_INT(coding_named(B("")), CODING_NONE);
    CHECK_INT(coding_named(B(" Identity ")), CODING_NONE);
    CHECK_INT(coding_named(B("GZIP")), CODING_GZIP);
    CHECK_INT(coding_named(B("x-gzip")), CODING_GZIP);
    CHECK_INT(coding_named(B("deflate")), CODING_DEFLATE);
    CHECK_INT(coding_named(B("br")), CODING_UNKNOWN);
    CHECK_INT(coding_named(B("gzip, gzip")), CODING_UNKNOWN);
}

TEST(accept_encoding_is_weighed)
{
    static const struct {
        const char *header;
        enum coding want;
    } cases[] = {
        { "", CODING_NONE },
        { "gzip", CODING_GZIP },
        { "gzip, deflate, br", CODING_GZIP },
        { "deflate, gzip", CODING_GZIP },
        { "deflate, gzip;q=0.5", CODING_DEFLATE },
        { "gzip;q=0, deflate", CODING_DEFLATE },
        { "gzip;q=0", CODING_NONE },
        { "identity, gzip;q=0.5", CODING_NONE },
        { "identity;q=0.2, gzip;q=0.5", CODING_GZIP },
        { "*", CODING_GZIP },
        { "*;q=0", CODING_NONE },
        { "gzip;q=0, *", CODING_DEFLATE },
        { "br", CODING_NONE },
        { "GZIP ; q=0.001", CODING_GZIP },
        { "gzip;q=nonsense", CODING_NONE },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        if (coding_best(bytes_str(cases[i].header)) != cases[i].want)
            test_fail(__FILE__, __LINE__, "%s", cases[i].header);
    }
}

TEST(what_zlib_packed_comes_out)
{
    struct bytes out;
    struct bytes text = B("{\"Description\":\"Front\"}");

    CHECK_INT(unpacked(packed(text, 31), CODING_GZIP, 1000, &out), ERR_NONE);
    CHECK_BYTES(out, text);
    CHECK_INT(unpacked(packed(text, 15), CODING_DEFLATE, 1000, &out), ERR_NONE);
    CHECK_BYTES(out, text);
    CHECK_INT(unpacked(packed(text, -15), CODING_DEFLATE, 1000, &out), ERR_NONE);
    CHECK_BYTES(out, text);
    CHECK_INT(unpacked(packed(B(""), 31), CODING_GZIP, 1000, &out), ERR_NONE);
    CHECK_INT(out.len, 0);
    struct bytes large = zeros(3000001);
    CHECK_INT(unpacked(packed(large, 31), CODING_GZIP, 3000001, &out), ERR_NONE);
    CHECK(bytes_eq(out, large));
}

TEST(two_members_are_one_text)
{
    struct bytes a = packed(B("abc"), 31);
    struct bytes b = packed(B("def"), 31);
    struct bytes out;
    char both[200];

    memcpy(both, a.at, a.len);
    memcpy(both + a.len, b.at, b.len);
    CHECK_INT(unpacked(bytes_of(both, a.len + b.len), CODING_GZIP, 6, &out), ERR_NONE);
    CHECK_BYTES(out, B("abcdef"));
}

TEST(a_bomb_costs_no_memory)
{
    struct bytes bomb = packed(zeros(64 << 20), 31);
    struct arena *small = arena_new(1000);
    struct bytes out = { 0 };

    CHECK(bomb.len < 70000);
    CHECK_INT(unpack(small, bomb, CODING_GZIP, (64 << 20) - 1, &out, &err), ERR_TOO_LARGE);
    CHECK(!out.at);
    CHECK_INT(unpack(small, bomb, CODING_GZIP, 64 << 20, &out, &err), ERR_NO_MEMORY);
    CHECK(!out.at);
    arena_free(small);
}

TEST(what_is_broken_is_refused)
{
    struct bytes whole = packed(B("some text that is some text"), 31);
    struct bytes out;
    char bytes[200];

    for (size_t len = 0; len < whole.len; len++)
        CHECK_INT(unpacked(bytes_first(whole, len), CODING_GZIP, 1000, &out), ERR_INVALID);
    memcpy(bytes, whole.at, whole.len);
    bytes[whole.len] = 'x';
    CHECK_INT(unpacked(bytes_of(bytes, whole.len + 1), CODING_GZIP, 1000, &out), ERR_INVALID);
    bytes[whole.len - 6] ^= 1; /* its checksum */
    CHECK_INT(unpacked(bytes_of(bytes, whole.len), CODING_GZIP, 1000, &out), ERR_INVALID);
    CHECK_INT(unpacked(B("{\"Description\":\"x\"}"), CODING_GZIP, 1000, &out), ERR_INVALID);
    CHECK_INT(unpacked(B("{\"Description\":\"x\"}"), CODING_DEFLATE, 1000, &out), ERR_INVALID);
    CHECK_INT(unpacked(whole, CODING_GZIP, 5, &out), ERR_TOO_LARGE);
}

TEST(what_is_packed_comes_out_again)
{
    static const size_t sizes[] = { 1, 100, 1024, 8192, 8193, 100000, 1000000 };
    arena = arena_new(1 << 28);

    for (size_t i = 0; i < COUNT(sizes); i++) {
        char *text = arena_alloc(arena, sizes[i]);
        struct bytes small, out;
        for (size_t at = 0; at < sizes[i]; at++)
            text[at] = "{\"PrimaryKey\":"[(at * at / 7) % 14];
        struct bytes whole = bytes_of(text, sizes[i]);
        if (!pack(arena, whole, CODING_GZIP, &small)) {
            CHECK(sizes[i] <= 100); /* the header alone is longer */
            continue;
        }
        CHECK(small.len < sizes[i]);
        CHECK_INT(unpacked(small, CODING_GZIP, sizes[i], &out), ERR_NONE);
        CHECK(bytes_eq(out, whole));
        CHECK(pack(arena, whole, CODING_DEFLATE, &small));
        CHECK_INT(unpacked(small, CODING_DEFLATE, sizes[i], &out), ERR_NONE);
        CHECK(bytes_eq(out, whole));
    }
}

TEST_MAIN
