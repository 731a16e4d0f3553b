#include "image/png_plain.h"

#include "image/header_made.h"

static void check_plain(const struct file *f, const struct file *want)
{
    struct bytes out;
    char *copy;
    struct err e;

    CHECK_INT(png_plain(of(f), &out, &copy, &e), ERR_NONE);
    CHECK_BYTES(out, of(want));
    CHECK((copy == NULL) == (f->len == want->len));
    free(copy);
}

TEST(what_the_pixels_do_not_need_is_left_out)
{
    struct file whole = png(9, 5, 0, B(""));
    struct file f = { 0 };

    check_plain(&whole, &whole);
    raw(&f, bytes_first(of(&whole), 8 + 25));
    add_chunk(&f, B("zTXt"), B("key\0\0packed"));
    add_chunk(&f, B("iTXt"), B("more"));
    add_chunk(&f, B("eXIf"), B("II*\0"));
    raw(&f, bytes_from(of(&whole), 8 + 25));
    add_chunk(&f, B("tEXt"), B("behind"));
    check_plain(&f, &whole);
}

TEST(colours_and_unknown_critical_chunks_stay)
{
    static const char names[][5] = {
        "PLTE", "tRNS", "iCCP", "sRGB", "gAMA", "cHRM", "sBIT", "XYZW"
    };
    struct file f = png(9, 5, 0, B(""));

    for (size_t i = 0; i < COUNT(names); i++)
        add_chunk(&f, bytes_str(names[i]), B("data"));
    check_plain(&f, &f);
}

TEST(every_cut_is_kept_up_to_its_end)
{
    struct file whole = png(9, 5, 0, B("II*\0"));
    struct err e;

    for (size_t len = 0; len <= whole.len; len++) {
        struct bytes out;
        char *copy;
        CHECK_INT(png_plain(bytes_first(of(&whole), len), &out, &copy, &e), ERR_NONE);
        CHECK(out.len <= len);
        free(copy);
    }
    struct file f = png(9, 5, 0, B(""));
    raw(&f, B("\xFF\xFF\xFF\xFFzTXtand no end"));
    struct file want = png(9, 5, 0, B(""));
    check_plain(&f, &want);
}

TEST_MAIN
