#include "base/base64.h"
#include "test.h"

static const struct {
    const char *plain, *standard, *url;
} vectors[] = {
    /* RFC 4648 10, and what tells the alphabets apart */
    { "", "", "" },
    { "f", "Zg==", "Zg" },
    { "fo", "Zm8=", "Zm8" },
    { "foo", "Zm9v", "Zm9v" },
    { "foob", "Zm9vYg==", "Zm9vYg" },
    { "fooba", "Zm9vYmE=", "Zm9vYmE" },
    { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
    { "\xFB\xEF\xBE\xFF", "++++/w==", "----_w" },
};

TEST(both_alphabets_are_written_and_read)
{
    for (size_t i = 0; i < COUNT(vectors); i++) {
        CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
        struct bytes plain = bytes_str(vectors[i].plain);
        struct strbuf text;
        char out[64];
        size_t len;

        strbuf_init(&text, arena, 0, 100);
        base64_write(&text, plain);
        CHECK_BYTES(strbuf_bytes(&text), bytes_str(vectors[i].standard));
        CHECK(base64_read(strbuf_bytes(&text), out, &len));
        CHECK_BYTES(bytes_of(out, len), plain);

        strbuf_init(&text, arena, 0, 100);
        base64url_write(&text, plain);
        CHECK_BYTES(strbuf_bytes(&text), bytes_str(vectors[i].url));
        CHECK(base64_read(strbuf_bytes(&text), out, &len));
        CHECK_BYTES(bytes_of(out, len), plain);
    }
}

TEST(a_write_goes_behind_what_is_there)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    struct strbuf text;

    strbuf_init(&text, arena, 0, 9);
    strbuf_lit(&text, "x:");
    base64_write(&text, B("foob"));
    CHECK(text.failed); /* ten characters */
    strbuf_init(&text, arena, 0, 10);
    strbuf_lit(&text, "x:");
    base64_write(&text, B("foob"));
    CHECK_BYTES(strbuf_bytes(&text), B("x:Zm9vYg=="));
}

TEST(what_is_not_whole_is_refused)
{
    static const char *const table[] = {
        "Z",       "Zg=",         "Zg===",    "=",        "==",     "====", "Zm9v=",    "Zm9vYg=",
        "Zh==",    "Zm9=",        "Zm9vY",    "Zm 9",     "Zm9v\n", "Z===", "Zg==Zg==", "Zm9vY===",
        "Zm9\xFF", "\xC2\xADZm9", "Zm9v*mFy", "Zm9v    ", "Zh",     "Zm9",  "=Zm9",
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        char out[64];
        size_t len = 77;
        if (base64_read(bytes_str(table[i]), out, &len))
            test_fail(__FILE__, __LINE__, "'%s' is taken", table[i]);
        CHECK_INT(len, 77);
    }
}

TEST(the_lenient_reader_skips_what_is_no_letter)
{
    static const struct {
        const char *text;
        bool plus;
        const char *want; /* NULL: nothing remains */
    } table[] = {
        { "Zm9vYmFy", false, "foobar" },
        { "Zm9vYmE", false, "fooba" },
        { "Zm9vYg==", false, "foob" },
        { "Zm9vYg=", false, "foob" },
        { "Zm9v\r\nYmFy\r\n", false, "foobar" },
        { "\tZm 9vY\nmFy", false, "foobar" },
        { "Zm\xC2\xAD"
          "9vYm\xC2\xAD"
          "Fy",
          false, "foobar" },
        { "Zm-9_v*Y", false, "foo" }, /* one letter alone gives no byte */
        { "Zg==Zm9v", false,
          "f\x06"
          "f\xF6" },
        { "", false, NULL },
        { "Z", false, NULL },
        { "====", false, NULL },
        { "-_- ", false, NULL },
        /* forms: a space may have been a plus */
        { "    /w==", false, "\xFF" },
        { "+  +/w==", true, "\xFB\xEF\xBE\xFF" },
        { "AQ EBgcI", true, "\x01\x0F\x84\x06\x07\x08" },
        { " Zm9vYmFy ", true, "foobar" },
        { "Zm9v YmFy", true, "foobar" },     /* nine letters with a plus: not whole */
        { "Zm9v\r\n YmFy", true, "foobar" }, /* folded */
        { "Zg== ", true, "f" },
        { "a b", true, "k\xE6" },
        { "Zm9v *YmF", true, "foob\x61" }, /* something else is wrong: skipped */
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        char out[64];
        size_t len = 77;
        struct bytes text = bytes_str(table[i].text);
        bool ok = base64_read_lenient(text, table[i].plus, out, &len);
        if (ok != (table[i].want != NULL))
            test_fail(__FILE__, __LINE__, "row %zu gives %d", i, ok);
        if (ok && !bytes_eq(bytes_of(out, len), bytes_str(table[i].want)))
            test_fail(__FILE__, __LINE__, "row %zu gives '%.*s'", i, (int)len, out);
    }
}

/* Long runs are read sixteen at a time: each byte value at each place of such a run. */
TEST(each_character_counts_the_same_wherever_it_stands)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[40], out[33];

    for (size_t at = 0; at < sizeof text; at++) {
        for (int c = 0; c < 256; c++) {
            size_t len;
            memset(text, 'A', sizeof text);
            text[at] = (char)c;
            const char *found = c ? strchr(letters, c) : NULL;
            bool url = c == '-' || c == '_' || (c == '=' && at == sizeof text - 1);
            CHECK_INT(base64_read(bytes_of(text, sizeof text), out, &len), found || url);
            CHECK(base64_read_lenient(bytes_of(text, sizeof text), false, out, &len));
            CHECK_INT(len, found ? 30 : 29);
            if (!found)
                continue;
            uint8_t want[30] = { 0 };
            uint32_t bits = (uint32_t)(found - letters) << (18 - 6 * (at % 4));
            for (size_t i = 0; i < 3; i++)
                want[at / 4 * 3 + i] = (uint8_t)(bits >> (16 - 8 * i));
            CHECK(memcmp(out, want, sizeof want) == 0);
        }
    }
}

TEST(every_length_and_every_byte_comes_back)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    char data[300];

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 7 + i / 256);
    for (size_t n = 0; n <= sizeof data; n++) {
        struct strbuf text;
        arena_reset(arena);
        strbuf_init(&text, arena, 0, 1000);
        base64_write(&text, bytes_of(data, n));
        CHECK_INT(text.len, BASE64_LEN(n));
        char *out = malloc(text.len / 4 * 3 + 3); /* exactly: a write behind it is seen */
        size_t len;
        CHECK(base64_read(strbuf_bytes(&text), out, &len));
        CHECK_BYTES(bytes_of(out, len), bytes_of(data, n));
        CHECK_INT(base64_read_lenient(strbuf_bytes(&text), false, out, &len), n > 0);
        CHECK_BYTES(bytes_of(out, len), bytes_of(data, n));
        free(out);
    }
}

TEST(sixteen_bytes_are_written_as_any_others)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(10000);
    uint8_t bytes[16];
    char got[BASE64URL_16];
    struct strbuf want;

    for (int i = 0; i < 16; i++)
        bytes[i] = (uint8_t)(251 - 37 * i);
    base64url_16(bytes, got);
    strbuf_init(&want, arena, 32, 32);
    base64url_write(&want, bytes_of((const char *)bytes, sizeof bytes));
    CHECK_BYTES(bytes_of(got, sizeof got), strbuf_bytes(&want));
}

TEST_MAIN
