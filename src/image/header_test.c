#include "image/header.h"

#include "image/header_made.h"

TEST(each_type_says_its_size)
{
    struct file lossy = vp8(31, 17);
    struct file lossless = vp8l(16384, 3);
    struct file lossless_small = vp8l(31, 17);
    struct file tiff_ii = { 0 };
    struct file tiff_mm = { 0 };
    struct file big_ii = { 0 };
    struct file big_mm = { 0 };
    add_tiff(&tiff_ii, false, 31, 17, 0, 1);
    add_tiff(&tiff_mm, true, 31, 17, 0, 1);
    add_big_tiff(&big_ii, false, 31, 17, 1);
    add_big_tiff(&big_mm, true, 31, 17, 1);
    const struct {
        const char *what;
        struct file file;
        enum picture_type type;
    } table[] = {
        { "JPEG", jpeg(31, 17, B("")), PICTURE_JPEG },
        { "PNG", png(31, 17, 0, B("")), PICTURE_PNG },
        { "GIF", gif(31, 17, 1), PICTURE_GIF },
        { "WebP VP8", webp(B("VP8 "), of(&lossy)), PICTURE_WEBP },
        { "WebP VP8L", webp(B("VP8L"), of(&lossless_small)), PICTURE_WEBP },
        { "TIFF II", tiff_ii, PICTURE_TIFF },
        { "TIFF MM", tiff_mm, PICTURE_TIFF },
        { "BigTIFF II", big_ii, PICTURE_TIFF },
        { "BigTIFF MM", big_mm, PICTURE_TIFF },
        { "BMP CORE", bmp(12, 31, 17), PICTURE_BMP },
        { "BMP INFO", bmp(40, 31, 17), PICTURE_BMP },
        { "BMP V4", bmp(108, 31, 17), PICTURE_BMP },
        { "BMP V5", bmp(124, 31, 17), PICTURE_BMP },
        { "BMP from the top", bmp(40, 31, (uint64_t)-17), PICTURE_BMP },
    };

    for (size_t i = 0; i < COUNT(table); i++)
        check_header(table[i].what, &table[i].file, header_of(table[i].type, 31, 17, 1, 1));

    struct file wide = webp(B("VP8L"), of(&lossless));
    check_refused("WebP 16384", of(&wide), ERR_TOO_LARGE,
                  "WebP: 16384 x 3 pixels, limit 8000 a side");
}

TEST(all_orientations_are_read_in_both_byte_orders)
{
    for (int i = 0; i < 16; i++) {
        int32_t want = i / 2 + 1;
        bool be_order = i & 1;
        struct file exif = { 0 };
        add_exif(&exif, be_order, (uint64_t)want);
        struct file pixels = vp8(9, 5);
        struct file of_jpeg = jpeg(9, 5, of(&exif));
        struct file of_png = png(9, 5, 0, of(&exif));
        struct file of_webp = vp8x(0x08, 9, 5);
        add_riff_chunk(&of_webp, B("VP8 "), of(&pixels));
        add_riff_chunk(&of_webp, B("EXIF"), of(&exif));
        struct file of_tiff = { 0 };
        add_tiff(&of_tiff, be_order, 9, 5, (uint64_t)want, 1);
        struct file of_big = { 0 };
        add_big_tiff(&of_big, be_order, 9, 5, (uint64_t)want);

        check_header("JPEG", &of_jpeg, header_of(PICTURE_JPEG, 9, 5, want, 1));
        check_header("PNG", &of_png, header_of(PICTURE_PNG, 9, 5, want, 1));
        check_header("WebP", &of_webp, header_of(PICTURE_WEBP, 9, 5, want, 1));
        check_header("TIFF", &of_tiff, header_of(PICTURE_TIFF, 9, 5, want, 1));
        check_header("BigTIFF", &of_big, header_of(PICTURE_TIFF, 9, 5, want, 1));
    }
}

TEST(a_bad_exif_block_does_not_spoil_the_picture)
{
    const struct bytes table[] = {
        B("II"),
        B("XX*\0\x08\0\0\0\0\0"),
        B("II*\0\xFF\xFF\xFF\xFF"),                                             /* far outside */
        B("II*\0\x08\0\0\0\xFF\xFF"),                                           /* 65535 entries */
        B("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0\0\0\0\0"),   /* nine */
        B("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x02\0\0\0\x06\0\0\0\0\0\0\0"),   /* two numbers */
        B("II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x01\0\0\0\x06\0\0\0\0\0\0\0"),   /* a text */
        B("MM\0+\0\x08\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\0"),   /* wraps */
        B("MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), /* wraps */
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct file of_jpeg = jpeg(9, 5, table[i]);
        struct file of_png = png(9, 5, 0, table[i]);
        check_header("JPEG", &of_jpeg, header_of(PICTURE_JPEG, 9, 5, 1, 1));
        check_header("PNG", &of_png, header_of(PICTURE_PNG, 9, 5, 1, 1));
    }
}

TEST(frames_are_counted)
{
    struct file of_tiff = { 0 };
    struct file of_webp = vp8x(0x02, 40, 30);
    add_tiff(&of_tiff, true, 40, 30, 0, 3);
    add_anmf(&of_webp, 0, 0, 40, 30);
    add_anmf(&of_webp, 2, 4, 38, 26);
    add_riff_chunk(&of_webp, B("XMP "), B("odd"));
    add_anmf(&of_webp, 38, 28, 1, 1);
    struct file of_gif = gif(40, 30, 3);
    struct file of_png = png(40, 30, 3, B(""));

    check_header("TIFF", &of_tiff, header_of(PICTURE_TIFF, 40, 30, 1, 3));
    check_header("WebP", &of_webp, header_of(PICTURE_WEBP, 40, 30, 1, 3));
    check_header("GIF", &of_gif, header_of(PICTURE_GIF, 40, 30, 1, 3));
    check_header("PNG", &of_png, header_of(PICTURE_PNG, 40, 30, 1, 3));
}

TEST(a_jpeg_may_have_padding_between_its_markers)
{
    struct file f = { 0 };

    raw(&f, B("\xFF\xD8\xFF\xFF\xFF\xFE\0\x05\xFF\xC0z\0stray\xFF\0\xFF\x01\xFF\xFF"));
    add_sof(&f, 0xFFC2, 640, 480);
    add_sos(&f);
    check_header("padding", &f, header_of(PICTURE_JPEG, 640, 480, 1, 1));

    f.len = 2;
    memset(f.at + f.len, 0xFF, 2000);
    f.len += 2000;
    check_refused("only padding", of(&f), ERR_INVALID, "JPEG: cut off before its pixels");
}

TEST(exif_behind_the_frame_header_counts_too)
{
    struct file f = { 0 };
    struct file exif = { 0 };

    raw(&f, B("\xFF\xD8"));
    add_sof(&f, 0xFFC0, 9, 5);
    add_exif(&exif, false, 8);
    add_app1(&f, of(&exif));
    add_sos(&f);
    check_header("JPEG", &f, header_of(PICTURE_JPEG, 9, 5, 8, 1));
}

TEST(what_does_not_count_is_passed_over)
{
    struct file exif = { 0 };
    struct file other = { 0 };
    struct file pixels = vp8(9, 5);
    struct file more = vp8(90, 50);
    add_exif(&exif, false, 6);
    add_exif(&other, true, 3);

    struct file f = png(9, 5, 0, of(&exif));
    f.len -= 12; /* the end */
    add_chunk(&f, B("eXIf"), of(&other));
    add_chunk(&f, B("acTL"), B("\0\0\0\x07\0\0\0\0"));
    check_header("PNG: second eXIf, late acTL", &f, header_of(PICTURE_PNG, 9, 5, 6, 1));
    f = png(9, 5, 0, B(""));
    add_chunk(&f, B("eXIf"), of(&exif));
    check_header("PNG: eXIf behind the end", &f, header_of(PICTURE_PNG, 9, 5, 1, 1));
    f = png(9, 5, 3, B(""));
    memset(f.at + 8 + 25 + 8, 0, 4);
    check_header("PNG: animation of no frames", &f, header_of(PICTURE_PNG, 9, 5, 1, 1));

    f = vp8x(0, 9, 5);
    add_riff_chunk(&f, B("VP8 "), of(&pixels));
    add_riff_chunk(&f, B("VP8 "), of(&more));
    add_riff_chunk(&f, B("EXIF"), of(&exif));
    check_header("WebP: second VP8, EXIF not announced", &f, header_of(PICTURE_WEBP, 9, 5, 1, 1));

    f.len = 0;
    raw(&f, B("\xFF\xD8\xFF\xC4\0\x05\x01\x01\x01\xFF\xE1\0\x34"));
    raw(&f, of(&exif));
    raw(&f, B("\xFF\xD0\xFF\xD7"));
    add_sof(&f, 0xFFC2, 9, 5);
    add_sos(&f);
    check_header("JPEG: tables, APP1 that is not EXIF, RST", &f,
                 header_of(PICTURE_JPEG, 9, 5, 1, 1));

    f.len = 0;
    raw(&f, B("GIF87a\x09\0\x05\0\0\0\0,\0\0\0\0\x09\0\x05\0\x80")); /* a local colour table */
    raw(&f, B(",,,,,,\x02\x01x\0,\0\0\0\0\x09\0\x05\0\0\x02\0;"));
    check_header("GIF: colour tables", &f, header_of(PICTURE_GIF, 9, 5, 1, 2));

    f.len = 0;
    raw(&f, B("MM\0*\0\0\0\x08\0\x04"));
    tiff_entry(&f, true, 0x100, 4, 9);
    tiff_entry(&f, true, 0x100, 4, 90);
    tiff_entry(&f, true, 0x101, 3, 5);
    tiff_entry(&f, true, 0x102, 3, 16);
    be(&f, 0, 4);
    check_header("TIFF: a tag twice", &f, header_of(PICTURE_TIFF, 9, 5, 1, 1));
}

/* ---- cut files and files with more behind ---- */

TEST(a_wrong_riff_length_does_not_lead_outside)
{
    struct file pixels = vp8(9, 5);
    struct file exif = { 0 };
    struct file f = vp8x(0x08, 9, 5);
    add_exif(&exif, true, 6);
    add_riff_chunk(&f, B("VP8 "), of(&pixels));
    size_t without_exif = f.len;
    add_riff_chunk(&f, B("EXIF"), of(&exif));

    memcpy(f.at + 4, "\xFF\xFF\xFF\xFF", 4);
    check_header("too long", &f, header_of(PICTURE_WEBP, 9, 5, 6, 1));
    uint32_t len = (uint32_t)without_exif - 8;
    memcpy(f.at + 4, &len, 4);
    check_header("the rest is not WebP", &f, header_of(PICTURE_WEBP, 9, 5, 1, 1));
}

TEST(every_cut_is_refused_or_says_the_same_size)
{
    struct file exif = { 0 };
    struct file tiff = { 0 };
    struct file big = { 0 };
    struct file moving = vp8x(0x0A, 31, 17);
    struct file still = vp8x(0x08, 31, 17);
    struct file pixels = vp8l(31, 17);
    add_exif(&exif, false, 3);
    add_tiff(&tiff, true, 31, 17, 3, 2);
    add_big_tiff(&big, false, 31, 17, 3);
    add_anmf(&moving, 0, 0, 31, 17);
    add_anmf(&moving, 0, 0, 31, 17);
    add_riff_chunk(&moving, B("EXIF"), of(&exif));
    add_riff_chunk(&still, B("VP8L"), of(&pixels));
    add_riff_chunk(&still, B("EXIF"), of(&exif));
    const struct {
        struct file file;
        size_t taken_from; /* the shortest cut that is a picture: all but its last pixels */
    } table[] = {
        { jpeg(31, 17, of(&exif)), jpeg(31, 17, of(&exif)).len - 3 },
        { png(31, 17, 2, of(&exif)), 8 + 25 + 20 + 8 },
        { gif(31, 17, 2), 13 + 6 + 19 + 8 + 10 },
        { moving, 30 + 8 + 16 },
        { still, 30 + 8 + 5 },
        { webp(B("VP8L"), of(&pixels)), 20 + 5 },
        { tiff, tiff.len },
        { big, big.len },
        { bmp(40, 31, 17), 54 },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        for (size_t len = 0; len <= table[i].file.len; len++) {
            struct picture_header header;
            struct err e;
            enum err_code rc = read_limited(bytes_first(of(&table[i].file), len),
                                            &image_limits_default, &header, &e);
            if (len >= table[i].taken_from) {
                if (rc)
                    test_fail(__FILE__, __LINE__, "file %zu cut to %zu: %s", i, len, e.text);
                CHECK_INT(header.width_px, 31);
                CHECK_INT(header.height_px, 17);
                CHECK(header.frames >= 1 && header.frames <= 2);
            } else if (rc != ERR_INVALID && rc != ERR_UNSUPPORTED) {
                test_fail(__FILE__, __LINE__, "file %zu cut to %zu gives %d", i, len, rc);
            }
        }
    }
}

TEST(what_follows_a_whole_picture_changes_nothing)
{
    struct file exif = { 0 };
    struct file tiff = { 0 };
    struct file pixels = vp8(31, 17);
    struct file still = vp8x(0x08, 31, 17);
    add_exif(&exif, false, 3);
    add_tiff(&tiff, true, 31, 17, 3, 2);
    add_riff_chunk(&still, B("VP8 "), of(&pixels));
    struct file table[] = {
        jpeg(31, 17, of(&exif)), png(31, 17, 2, B("")), gif(31, 17, 2), still, tiff,
        bmp(40, 31, 17),
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct picture_header header;
        struct err e;
        CHECK_INT(read_file(&table[i], &header, &e), ERR_NONE);
        raw(&table[i], B("\0\0\0\x08"
                         "eXIf"));
        raw(&table[i], of(&exif));
        raw(&table[i], B("EXIF\0\0\0\0,\0\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xC0\0\0"));
        check_header("trailing", &table[i], header);
    }
}

TEST_MAIN
