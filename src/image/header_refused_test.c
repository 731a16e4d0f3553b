#include "image/header.h"

#include "image/header_made.h"

TEST(what_is_no_picture_is_unsupported)
{
    const struct bytes table[] = {
        B("<!DOCTYPE html><p>hello"),
        B("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        B("<?xml version=\"1.0\"?><svg/>"),
        B("just a line of text\n"),
        B("BMW builds cars, and this is a text"),
        B("GIF88a is no magic"),
        B("RIFF\x24\0\0\0WAVEfmt "),
        B("RIFF"),
        B("%PDF-1.7\n"),
        B("PK\x03\x04"),
        B("\x7F"
          "ELF"),
        B("\0\0\0\x20"
          "ftypavif"),
        B("\0\0\x01\0\x01\0"),
        B("II\xBC\x01"),
        B("\x89PNG\n\x1A\n"),
        B("\xFF\xD8"),
        B("\xEF\xBB\xBFGIF89a"),
        B("x"),
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        CHECK_INT(image_sniff(table[i]), PICTURE_NONE);
        check_refused(table[i].at, table[i], ERR_UNSUPPORTED,
                      "not a JPEG, PNG, GIF, WebP, TIFF or BMP picture");
    }
    CHECK_INT(image_sniff((struct bytes){ 0 }), PICTURE_NONE);
    check_refused("nothing", (struct bytes){ 0 }, ERR_UNSUPPORTED,
                  "no bytes where a picture should be");
}

TEST(bombs_are_too_large)
{
    struct file canvas = vp8x(0x02, 16777216, 1);
    struct file tiff = { 0 };
    struct file second = { 0 };
    struct file big = { 0 };
    add_tiff(&tiff, false, 4294967295, 4294967295, 0, 1);
    add_tiff(&second, true, 9, 9, 0, 2);
    memcpy(second.at + 8 + 30 + 2 + 8, "\x7F\xFF\xFF\xFF", 4); /* the second width */
    add_big_tiff(&big, true, UINT64_MAX, 1, 1);
    struct file gif_frame = gif(9, 9, 2);
    memcpy(gif_frame.at + gif_frame.len - 11, "\xFF\xFF", 2); /* the last width */
    struct file gif_over = gif(9, 9, 1);
    memcpy(gif_over.at + gif_over.len - 15, "\x38\x1F", 2); /* the last x: 7992 */
    const struct {
        const char *what;
        struct file file;
        const char *text;
    } table[] = {
        { "PNG", png(60000, 60000, 0, B("")), "PNG: 60000 x 60000 pixels, limit 8000 a side" },
        { "PNG area", png(8000, 5001, 0, B("")), "PNG: 8000 x 5001 pixels, limit 40000000 in all" },
        { "PNG frames", png(9, 9, 1001, B("")), "PNG: at least 1001 frames, limit 1000" },
        { "JPEG", jpeg(65535, 65535, B("")), "JPEG: 65535 x 65535 pixels, limit 8000 a side" },
        { "GIF", gif(65535, 65535, 1), "GIF: 65535 x 65535 pixels, limit 8000 a side" },
        { "GIF frame", gif_frame, "GIF: 65535 x 9 pixels, limit 8000 a side" },
        { "GIF over the screen", gif_over, "GIF: 8001 x 9 pixels, limit 8000 a side" },
        { "WebP", canvas, "WebP: 16777216 x 1 pixels, limit 8000 a side" },
        { "TIFF", tiff, "TIFF: 4294967295 x 4294967295 pixels, limit 8000 a side" },
        { "TIFF, page 2", second, "TIFF: 2147483647 x 9 pixels, limit 8000 a side" },
        { "BigTIFF", big, "TIFF: 18446744073709551615 x 1 pixels, limit 8000 a side" },
        { "BMP", bmp(40, 1, 0x80000000), "BMP: 1 x 2147483648 pixels, limit 8000 a side" },
        { "BMP CORE", bmp(12, 65535, 1), "BMP: 65535 x 1 pixels, limit 8000 a side" },
    };

    for (size_t i = 0; i < COUNT(table); i++)
        check_refused(table[i].what, of(&table[i].file), ERR_TOO_LARGE, table[i].text);
}

TEST(what_is_just_within_the_limits_is_taken)
{
    struct file side = png(8000, 5000, 1000, B(""));
    check_header("PNG", &side, header_of(PICTURE_PNG, 8000, 5000, 1, 1000));

    const struct image_limits own = { .side_px_max = 30, .pixels_max = 300, .frames_max = 2 };
    const struct {
        struct file file;
        enum err_code want;
    } table[] = {
        { gif(30, 10, 2), ERR_NONE },      { gif(31, 1, 2), ERR_TOO_LARGE },
        { gif(30, 11, 2), ERR_TOO_LARGE }, { gif(30, 10, 3), ERR_TOO_LARGE },
        { gif(10, 30, 1), ERR_NONE },
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct picture_header header;
        struct err e;
        CHECK_INT(read_limited(of(&table[i].file), &own, &header, &e), table[i].want);
    }
}

TEST(pictures_without_pixels_are_invalid)
{
    struct file tiff = { 0 };
    struct file no_entry = { 0 };
    add_tiff(&tiff, false, 9, 0, 0, 1);
    raw(&no_entry, B("MM\0*\0\0\0\x08\0\0\0\0\0\0"));
    struct file lossy = vp8(9, 0);
    const struct {
        const char *what;
        struct file file;
        const char *text;
    } table[] = {
        { "PNG", png(0, 9, 0, B("")), "PNG: 0 x 9 pixels" },
        { "JPEG", jpeg(9, 0, B("")), "JPEG: 9 x 0 pixels" },
        { "GIF", gif(0, 0, 1), "GIF: 0 x 0 pixels" },
        { "WebP", webp(B("VP8 "), of(&lossy)), "WebP: 9 x 0 pixels" },
        { "TIFF", tiff, "TIFF: 9 x 0 pixels" },
        { "TIFF without tags", no_entry, "TIFF: 0 x 0 pixels" },
        { "BMP", bmp(124, 9, 0), "BMP: 9 x 0 pixels" },
        { "BMP, negative", bmp(40, (uint64_t)-9, 9), "BMP: width of -9 pixels" },
    };

    for (size_t i = 0; i < COUNT(table); i++)
        check_refused(table[i].what, of(&table[i].file), ERR_INVALID, table[i].text);
}

TEST(broken_headers_are_invalid)
{
    const struct {
        struct bytes bytes;
        const char *text;
    } table[] = {
        /* JPEG */
        { B("\xFF\xD8\xFF\xE1\xFF\xFF"
            "Exif\0\0II*\0"),
          "JPEG: segment 0xe1 is broken or cut off" },
        { B("\xFF\xD8\xFF\xE1\0\x01\xFF\xDA"), "JPEG: segment 0xe1 is broken or cut off" },
        { B("\xFF\xD8\xFF\xE0\0"), "JPEG: segment 0xe0 is broken or cut off" },
        { B("\xFF\xD8\xFF\xD8\xFF\xD9"), "JPEG: marker 0xd8 before its pixels" },
        { B("\xFF\xD8\xFF\xD9"), "JPEG: marker 0xd9 before its pixels" },
        { B("\xFF\xD8\xFF\xDA\0\x02"), "JPEG: no frame header before its pixels" },
        { B("\xFF\xD8\xFF\xC0\0\x0B\x08\0\x09\0\x09\x03\x01\x11\0"), "JPEG: broken frame header" },
        { B("\xFF\xD8\xFF\xC0\0\x08\x08\0\x09\0\x09\0"), "JPEG: broken frame header" },
        { B("\xFF\xD8\xFF\xC0\0\x0B\x08\0\x09\0\x09\x01\x01\x11\0"
            "\xFF\xC0\0\x0B\x08\0\x09\0\x09\x01\x01\x11\0"),
          "JPEG: two frame headers" },
        /* PNG */
        { B("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x09"), "PNG: cut off in its header" },
        { B("\x89PNG\r\n\x1A\n\0\0\0\x0CIHDR\0\0\0\x09\0\0\0\x09\x08\x02\0\0\0CRC4"),
          "PNG: does not begin with a header chunk" },
        { B("\x89PNG\r\n\x1A\n\0\0\0\x0DIDAT\0\0\0\x09\0\0\0\x09\x08\x02\0\0\0CRC4"),
          "PNG: does not begin with a header chunk" },
        { B("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x09\0\0\0\x09\x04\x02\0\0\0CRC4"),
          "PNG: no such depth and colour type" },
        { B("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x09\0\0\0\x09\x08\x02\0\0\0CRC4"
            "\xFF\xFF\xFF\xFFtEXtIDAT"),
          "PNG: cut off before its pixels" },
        /* GIF */
        { B("GIF89a\x09\0\x09"), "GIF: cut off in its header" },
        { B("GIF89a\x09\0\x09\0\0\0\0;"), "GIF: cut off before its pixels" },
        { B("GIF87a\x09\0\x09\0\x87\0\0,\0\0\0\0\x09\0\x09\0\0\x02\0;"),
          "GIF: cut off before its pixels" },
        { B("GIF87a\x09\0\x09\0\0\0\0!\xFE\xFFtoo short"), "GIF: cut off before its pixels" },
        { B("GIF87a\x09\0\x09\0\0\0\0,\0\0\0\0\0\0\x09\0\0\x02\0;"), "GIF: 0 x 9 pixels" },
        /* WebP */
        { B("RIFF\x04\0\0\0WEBPVP8 \x0A\0\0\0\x10\0\0\x9D\x01\x2A\x09\0\x09\0"),
          "WebP: cut off, or its RIFF length is wrong" },
        { B("RIFF\0\0\0\0WEBPVP8 \x0A\0\0\0\x10\0\0\x9D\x01\x2A\x09\0\x09\0"),
          "WebP: cut off, or its RIFF length is wrong" },
        { B("RIFF\x16\0\0\0WEBPVP8 \x09\0\0\0\x10\0\0\x9D\x01\x2A\x09\0\x09\0"),
          "WebP: does not begin with a picture's header" },
        { B("RIFF\x16\0\0\0WEBPVP8 \x0A\0\0\0\x11\0\0\x9D\x01\x2A\x09\0\x09\0"),
          "WebP: does not begin with a picture's header" },
        { B("RIFF\x16\0\0\0WEBPVP8 \x0A\0\0\0\x10\0\0\x9D\x01\x2B\x09\0\x09\0"),
          "WebP: does not begin with a picture's header" },
        { B("RIFF\x12\0\0\0WEBPVP8L\x05\0\0\0\x2F\x08\0\x02\x20\0"),
          "WebP: does not begin with a picture's header" },
        { B("RIFF\x16\0\0\0WEBPEXIF\x0A\0\0\0\x10\0\0\x9D\x01\x2A\x09\0\x09\0"),
          "WebP: does not begin with a picture's header" },
        { B("RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0"), "WebP: broken or cut off canvas" },
        { B("RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x08\0\0\x08\0\0"),
          "WebP: cut off before its pixels" },
        /* TIFF */
        { B("II*\0\x08\0\0"), "TIFF: broken or cut off header" },
        { B("II+\0\x04\0\0\0\x10\0\0\0\0\0\0\0"), "TIFF: broken or cut off header" },
        { B("II*\0\0\0\0\0"), "TIFF: no directory" },
        { B("II*\0\x08\0\0\0"), "TIFF: directory 1 is cut off" },
        { B("II*\0\x08\0\0\0\xFF\xFF\0\0"), "TIFF: directory 1 is cut off" },
        { B("II*\0\x08\0\0\0\0\0\0\0"), "TIFF: directory 1 is cut off" },
        { B("II+\0\x08\0\0\0\xF8\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "TIFF: directory 1 is cut off" },
        { B("II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\xCD\xCC\xCC\xCC\xCC\xCC\xCC\x0C"),
          "TIFF: directory 1 is cut off" },
        { B("II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0"),
          "TIFF: directory 1 is cut off" },
        /* BMP */
        { B("BM"), "BMP: cut off in its header" },
        { B("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x09\0\0\0"), "BMP: cut off in its header" },
        { B("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x29\0\0\0\x09\0\0\0"), "BMP: no such header: 41 bytes" },
        { B("BM\0\0\0\0\0\0\0\0\x1A\0\0\0\x0C\0\0\0\x09\0\x09\0\x01\0\x05\0"),
          "BMP: no such depth" },
        { B("BM\0\0\0\0\0\0\0\0\x1B\0\0\0\x0C\0\0\0\x09\0\x09\0\x01\0\x18\0"),
          "BMP: cut off before its pixels" },
    };

    for (size_t i = 0; i < COUNT(table); i++)
        check_refused(table[i].text, table[i].bytes, ERR_INVALID, table[i].text);
}

TEST(tiff_directories_that_loop_or_overlap_are_found)
{
    struct file f = { 0 };

    add_tiff(&f, false, 9, 9, 0, 3);
    memcpy(f.at + f.len - 4, "\x08\0\0\0", 4); /* the last links to the first */
    memset(f.at + f.len, 0, 3000);
    f.len += 3000;
    check_refused("loop", of(&f), ERR_INVALID, "TIFF: its directories loop or overlap");

    /* the same where there is room for many rounds */
    size_t len = 100000;
    char *large = calloc(1, len);
    CHECK(large != NULL);
    memcpy(large, f.at, f.len);
    check_refused("loop in a large file", bytes_of(large, len), ERR_INVALID,
                  "TIFF: its directories loop or overlap");
    free(large);

    /* a chain of directories that lie in one another, each with many entries */
    struct file over = { 0 };
    raw(&over, B("MM\0*\0\0\0\x08\0\xC8"));
    tiff_entry(&over, true, 0x100, 4, 9);
    tiff_entry(&over, true, 0x101, 4, 9);
    while (over.len < 10 + 200 * 12)
        be(&over, 0x00C8, 2);
    be(&over, 10 + 24, 4);
    memset(over.at + over.len, 0, 400);
    over.len += 400;
    CHECK_INT(over.len, 2814);
    check_refused("overlap", of(&over), ERR_INVALID, "TIFF: its directories loop or overlap");
}

TEST(webp_pixels_must_fit_the_canvas)
{
    struct file huge = vp8(16383, 16383);
    struct file still = vp8x(0, 9, 9);
    add_riff_chunk(&still, B("VP8 "), of(&huge));
    check_refused("still", of(&still), ERR_INVALID, "WebP: pixels do not fit the canvas");

    struct file moving = vp8x(0x02, 9, 9);
    add_anmf(&moving, 2, 0, 8, 9);
    check_refused("moving", of(&moving), ERR_INVALID, "WebP: frame outside of the canvas");

    struct file empty = vp8x(0x02, 9, 9);
    add_riff_chunk(&empty, B("ANMF"), B("short"));
    check_refused("empty", of(&empty), ERR_INVALID, "WebP: broken frame header");
}

TEST_MAIN
