#include "http/charset.h"
#include "test.h"

TEST(names_in_any_case)
{
    CHECK_INT(charset_named(B("UTF-8")), CHARSET_UTF8);
    CHECK_INT(charset_named(B("us-ascii")), CHARSET_UTF8);
    CHECK_INT(charset_named(B("ISO-8859-1")), CHARSET_LATIN1);
    CHECK_INT(charset_named(B("utf-16")), CHARSET_UTF16);
    CHECK_INT(charset_named(B("UTF-16LE")), CHARSET_UTF16LE);
    CHECK_INT(charset_named(B("koi8-r")), CHARSET_UNKNOWN);
    CHECK_INT(charset_named(B("")), CHARSET_UNKNOWN);
}

TEST(text_becomes_utf8)
{
    static const struct {
        enum charset charset;
        struct bytes text, want; /* `want.at` NULL: refused */
    } cases[] = {
        { CHARSET_UTF8, B("bl\xC3\xA5"), B("bl\xC3\xA5") },
        { CHARSET_UTF8, B("\xEF\xBB\xBF{}"), B("{}") },
        { CHARSET_UTF8, B("bl\xE5"), { 0 } },
        { CHARSET_LATIN1, B("bl\xE5\x80"), B("bl\xC3\xA5\xC2\x80") },
        { CHARSET_LATIN1, B(""), B("") },
        { CHARSET_UTF16, B("\xFE\xFF\0{\0\xE5"), B("{\xC3\xA5") },
        { CHARSET_UTF16, B("\xFF\xFE{\0\xE5\0"), B("{\xC3\xA5") },
        { CHARSET_UTF16, B("\0{\0}"), B("{}") },
        { CHARSET_UTF16LE, B("{\0}\0"), B("{}") },
        { CHARSET_UTF16BE, B("\xFE\xFF\xD8\x3D\xDE\0\x65\xE5"), B("\xF0\x9F\x98\x80\xE6\x97\xA5") },
        { CHARSET_UTF16BE, B("\xD8\x3D"), { 0 } },
        { CHARSET_UTF16BE, B("\xDE\0\0a"), { 0 } },
        { CHARSET_UTF16BE, B("\xD8\x3D\0a"), { 0 } },
        { CHARSET_UTF16LE, B("{\0}"), { 0 } },
        { CHARSET_UNKNOWN, B("{}"), { 0 } },
    };
    struct arena *arena = arena_new(1 << 16);

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = { 0 };
        struct bytes out = { 0 };
        enum err_code rc = charset_read(arena, cases[i].text, cases[i].charset, &out, &e);
        if (!cases[i].want.at) {
            CHECK_INT(rc, cases[i].charset == CHARSET_UNKNOWN ? ERR_UNSUPPORTED : ERR_INVALID);
            CHECK(!out.at);
        } else {
            CHECK_INT(rc, ERR_NONE);
            CHECK_BYTES(out, cases[i].want);
        }
    }
    arena_free(arena);
}

TEST(byte_order_marks_are_known)
{
    CHECK_INT(charset_marked(B("\xEF\xBB\xBFx")), CHARSET_UTF8);
    CHECK_INT(charset_marked(B("\xFE\xFF")), CHARSET_UTF16BE);
    CHECK_INT(charset_marked(B("\xFF\xFE")), CHARSET_UTF16LE);
    CHECK_INT(charset_marked(B("<a/>")), CHARSET_UNKNOWN);
    CHECK_INT(charset_marked(B("")), CHARSET_UNKNOWN);
}

TEST_MAIN
