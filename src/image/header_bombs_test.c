/* Files made to keep a parser busy, as large as a picture may be: each costs little time and no
 * memory, whatever the answer is. */
#include "image/header.h"

#include "image/header_made.h"

#include <sys/resource.h>
#include <time.h>

#define FILE_LEN   (size_t)(10 << 20) /* the largest that is taken unless settings say otherwise */
#define CPU_NS_MAX 50000000

/* `start`, then `piece` again and again, up to `len` bytes; malloc. */
static struct bytes repeated(struct bytes start, struct bytes piece, size_t len)
{
    char *at = malloc(len);

    CHECK(at != NULL && piece.len > 0);
    memcpy(at, start.at, start.len);
    for (size_t i = start.len; i < len; i += piece.len)
        memcpy(at + i, piece.at, piece.len < len - i ? piece.len : len - i);
    return bytes_of(at, len);
}

static int64_t cpu_ns(void)
{
    struct timespec now;

    CHECK_INT(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* A sanitizer takes ten times as long, and so does code that is not optimized, and is not what is
 * measured. */
static bool is_measured(void)
{
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
    return false;
#elif defined(__has_feature)
    return !__has_feature(address_sanitizer);
#else
    return true;
#endif
}

static void check_cheap(const char *what, struct bytes bytes, enum err_code want)
{
    struct picture_header header = { 0 };
    struct err e = { 0 };
    int64_t best = INT64_MAX; /* of three: the machine has other work, too */

    for (int i = 0; i < 3; i++) {
        int64_t before = cpu_ns();
        enum err_code rc = image_read_header(bytes, &image_limits_default, &header, &e);
        int64_t took = cpu_ns() - before;
        if (rc != want)
            test_fail(__FILE__, __LINE__, "%s: %d \"%s\", not %d", what, rc, rc ? e.text : "",
                      want);
        best = took < best ? took : best;
    }
    if (is_measured() && best > CPU_NS_MAX)
        test_fail(__FILE__, __LINE__, "%s: %lld ms", what, (long long)best / 1000000);
}

static void check_repeated(const char *what, const struct file *start, struct bytes piece,
                           enum err_code want)
{
    struct bytes bytes = repeated(of(start), piece, FILE_LEN);

    check_cheap(what, bytes, want);
    free((char *)(uintptr_t)bytes.at);
}

static void check_pieces(void)
{
    struct file jpg = jpeg(9, 5, B(""));
    struct file soi = { 0 };
    raw(&soi, B("\xFF\xD8\xFF"));
    struct file shown = jpg;
    shown.len -= 3; /* within its scan */
    struct file pixels = png(9, 5, 0, B(""));
    pixels.len -= 12; /* without its end */
    struct file moving = png(9, 5, 7, B(""));
    moving.len -= 12;
    struct file screen = gif(9, 5, 0);
    screen.len -= 1;
    struct file frame = gif(9, 5, 1);
    frame.len -= 4; /* within its sub-blocks */
    struct file canvas = vp8x(0x02, 9, 5);
    memcpy(canvas.at + 4, "\xFF\xFF\xFF\x7F", 4);
    struct file tiff = { 0 };
    raw(&tiff, B("II*\0\x08\0\0\0\xFF\xFF"));
    struct file wide = { 0 };
    raw(&wide, B("II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x20\xA1\x07\0\0\0\0\0"));
    const struct {
        const char *what;
        const struct file *start;
        struct bytes piece;
        enum err_code want;
    } table[] = {
        { "JPEG, zeros between segments", &soi, B("\0"), ERR_INVALID },
        { "JPEG, fill bytes", &soi, B("\xFF"), ERR_INVALID },
        { "JPEG, stuffed zeros", &soi, B("\xFF\0"), ERR_INVALID },
        { "JPEG, restarts", &soi, B("\xD0\xFF"), ERR_INVALID },
        { "JPEG, empty segments", &soi, B("\xFE\0\x02\xFF"), ERR_TOO_LARGE },
        { "JPEG, EXIF blocks", &soi,
          B("\xE1\0\x10"
            "Exif\0\0II*\0\x08\0\0\0\xFF"),
          ERR_INVALID },
        { "JPEG, restarts in the scan", &shown, B("\xFF\xD3"), ERR_NONE },
        { "JPEG, stuffed zeros in the scan", &shown, B("x\xFF\0"), ERR_NONE },
        { "JPEG, segments in the scan", &shown, B("\xFF\xFE\0\x02"), ERR_TOO_LARGE },
        { "JPEG, scans", &shown, B("\xFF\xDA\0\x02xx"), ERR_TOO_LARGE },
        { "PNG, empty chunks", &pixels, B("\0\0\0\0teXtCRC4"), ERR_NONE },
        { "PNG, empty pixels", &pixels, B("\0\0\0\0IDATCRC4"), ERR_NONE },
        { "PNG, EXIF blocks", &pixels,
          B("\0\0\0\x08"
            "eXIfII*\0\x08\0\0\0CRC4"),
          ERR_NONE },
        { "PNG, frames without data", &moving,
          B("\0\0\0\0"
            "fcTLCRC4"),
          ERR_NONE },
        { "GIF, extensions", &screen, B("!\xFE\0"), ERR_TOO_LARGE },
        { "GIF, blocks of one byte", &frame, B("\x01x"), ERR_TOO_LARGE },
        { "GIF, frames", &screen, B(",\0\0\0\0\x09\0\x05\0\0\x02\0"), ERR_TOO_LARGE },
        { "WebP, chunks", &canvas, B("JUNK\0\0\0\0"), ERR_TOO_LARGE },
        { "WebP, EXIF blocks", &canvas, B("EXIF\x08\0\0\0II*\0\x08\0\0\0"), ERR_INVALID },
        { "TIFF, entries", &tiff, B("\0\1\3\0\1\0\0\0\1\0\0\0"), ERR_TOO_LARGE },
        { "BigTIFF, entries", &wide, B("\0\1\3\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0"), ERR_TOO_LARGE },
    };

    for (size_t i = 0; i < COUNT(table); i++)
        check_repeated(table[i].what, table[i].start, table[i].piece, table[i].want);
}

TEST(pieces_without_end_are_cheap)
{
    check_pieces();
}

/* Directories of `entries` each, as many as there is room for. */
static struct bytes chain(size_t entries, size_t len)
{
    size_t size = 2 + 12 * entries + 4;
    struct bytes bytes = repeated(B("MM\0*\0\0\0\x08"), B("\x80\0\0\3\0\0\0\1\0\1\0\0"), len);
    char *at = (char *)(uintptr_t)bytes.at;

    for (size_t from = 8; from + size <= len; from += size) {
        struct file dir = { 0 };
        be(&dir, entries, 2);
        tiff_entry(&dir, true, 0x100, 3, 9);
        tiff_entry(&dir, true, 0x101, 3, 5);
        memcpy(at + from, dir.at, dir.len);
        dir.len = 0;
        be(&dir, from + 2 * size <= len ? from + size : 0, 4);
        memcpy(at + from + size - 4, dir.at, 4);
    }
    return bytes;
}

TEST(directories_without_end_are_cheap)
{
    static const struct {
        size_t entries;
        enum err_code want;
    } table[] = {
        { 2, ERR_TOO_LARGE },   /* frames */
        { 512, ERR_TOO_LARGE }, /* the same */
        { 513, ERR_TOO_LARGE }, /* entries */
        { 65535, ERR_TOO_LARGE },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct bytes bytes = chain(table[i].entries, FILE_LEN);
        check_cheap("TIFF, directories", bytes, table[i].want);
        free((char *)(uintptr_t)bytes.at);
    }
}

TEST(no_answer_takes_memory)
{
    struct rusage before, after;

    CHECK_INT(getrusage(RUSAGE_SELF, &before), 0);
    check_pieces();
    CHECK_INT(getrusage(RUSAGE_SELF, &after), 0);
    if (is_measured())
        CHECK(after.ru_maxrss - before.ru_maxrss <=
              64 << 10); /* KiB: the file itself, and little */
}

/* ---- what would cost a decoder more than it is worth ---- */

static struct file with_scans(int scans)
{
    struct file f = jpeg(9, 5, B(""));

    f.len -= 2; /* the end */
    for (int i = 1; i < scans; i++)
        raw(&f, B("\xFF\xC4\0\x03\xDA\xFF\xDA\0\x08\x01\x01\0\0\x3F\0\x7F"));
    raw(&f, B("\xFF\xD9\xFF\xDA\0\x02\xFF\xDA\0\x02"));
    return f;
}

TEST(a_jpeg_of_many_scans_is_too_large)
{
    struct file few = with_scans(100);
    struct file many = with_scans(101);

    check_header("100 scans", &few, header_of(PICTURE_JPEG, 9, 5, 1, 1));
    check_refused("101 scans", of(&many), ERR_TOO_LARGE, "JPEG: more than 100 scans");
    many.len -= 5 + 17; /* the last scan's header is cut off */
    check_header("100 scans and a half", &many, header_of(PICTURE_JPEG, 9, 5, 1, 1));
}

static struct file jpeg_of(unsigned marker, unsigned bits, unsigned components, unsigned factors)
{
    struct file f = { 0 };

    raw(&f, B("\xFF\xD8"));
    be(&f, marker, 2);
    be(&f, 8 + 3 * components, 2);
    be(&f, bits, 1);
    be(&f, 5, 2);
    be(&f, 9, 2);
    be(&f, components, 1);
    for (unsigned i = 0; i < components; i++) {
        be(&f, i + 1, 1);
        be(&f, factors, 1);
        be(&f, 0, 1);
    }
    add_sos(&f);
    return f;
}

TEST(kinds_of_jpeg_that_nobody_shows_are_not_taken)
{
    static const struct {
        unsigned marker, bits, components, factors;
        enum err_code want;
        const char *text;
    } table[] = {
        { 0xFFC0, 8, 1, 0x11, ERR_NONE, "" },
        { 0xFFC1, 8, 3, 0x22, ERR_NONE, "" },
        { 0xFFC2, 8, 4, 0x44, ERR_NONE, "" },
        { 0xFFC3, 8, 3, 0x11, ERR_UNSUPPORTED, "JPEG: coding process 3 is not taken" },
        { 0xFFC9, 8, 3, 0x11, ERR_UNSUPPORTED, "JPEG: coding process 9 is not taken" },
        { 0xFFCA, 8, 3, 0x11, ERR_UNSUPPORTED, "JPEG: coding process 10 is not taken" },
        { 0xFFC5, 8, 3, 0x11, ERR_UNSUPPORTED, "JPEG: coding process 5 is not taken" },
        { 0xFFC1, 12, 3, 0x11, ERR_UNSUPPORTED, "JPEG: 12 bits a sample, only 8 are taken" },
        { 0xFFC0, 16, 3, 0x11, ERR_UNSUPPORTED, "JPEG: 16 bits a sample, only 8 are taken" },
        { 0xFFC0, 8, 2, 0x11, ERR_UNSUPPORTED, "JPEG: 2 components, only 1, 3 and 4 are taken" },
        { 0xFFC0, 8, 255, 0x11, ERR_UNSUPPORTED,
          "JPEG: 255 components, only 1, 3 and 4 are taken" },
        { 0xFFC0, 8, 3, 0x00, ERR_INVALID, "JPEG: no such sampling" },
        { 0xFFC0, 8, 3, 0x15, ERR_INVALID, "JPEG: no such sampling" },
        { 0xFFC0, 8, 3, 0xF1, ERR_INVALID, "JPEG: no such sampling" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct file f =
            jpeg_of(table[i].marker, table[i].bits, table[i].components, table[i].factors);
        if (table[i].want)
            check_refused(table[i].text, of(&f), table[i].want, table[i].text);
        else
            check_header("JPEG", &f, header_of(PICTURE_JPEG, 9, 5, 1, 1));
    }
}

/* A TIFF of one directory: what else it says, in entries of (tag, type, value). */
static struct file tiff_of(const unsigned (*entries)[3], unsigned count)
{
    struct file f = { 0 };

    raw(&f, B("II*\0\x08\0\0\0"));
    le(&f, count + 2, 2);
    tiff_entry(&f, false, 0x100, 4, 8000);
    tiff_entry(&f, false, 0x101, 4, 5000);
    for (unsigned i = 0; i < count; i++) {
        le(&f, entries[i][0], 2);
        le(&f, entries[i][1], 2);
        le(&f, 1, 4);
        le(&f, entries[i][2], 4);
    }
    le(&f, 0, 4);
    return f;
}

TEST(kinds_of_tiff_that_cost_too_much_are_not_taken)
{
    static const struct {
        unsigned entries[3][3];
        enum err_code want;
        const char *text;
    } table[] = {
        { { { 0x103, 3, 1 }, { 0x102, 3, 16 }, { 0x115, 3, 4 } }, ERR_NONE, "" },
        { { { 0x103, 3, 7 }, { 0x102, 3, 8 }, { 0x115, 3, 3 } }, ERR_NONE, "" },
        { { { 0x103, 3, 32946 }, { 0x142, 4, 256 }, { 0x143, 4, 256 } }, ERR_NONE, "" },
        { { { 0x103, 3, 6 } }, ERR_UNSUPPORTED, "TIFF: compression 6 is not taken" },
        { { { 0x103, 3, 34925 } }, ERR_UNSUPPORTED, "TIFF: compression 34925 is not taken" },
        { { { 0x103, 3, 50000 } }, ERR_UNSUPPORTED, "TIFF: compression 50000 is not taken" },
        { { { 0x103, 4, 0x10001 } }, ERR_UNSUPPORTED, "TIFF: compression 65537 is not taken" },
        { { { 0x103, 1, 6 } }, ERR_UNSUPPORTED, "TIFF: compression 6 is not taken" },
        { { { 0x103, 8, 34925 } }, ERR_UNSUPPORTED, "TIFF: compression 34925 is not taken" },
        { { { 0x102, 3, 64 } }, ERR_UNSUPPORTED, "TIFF: 64 bits a sample are not taken" },
        { { { 0x102, 3, 12 } }, ERR_UNSUPPORTED, "TIFF: 12 bits a sample are not taken" },
        { { { 0x102, 3, 65535 } }, ERR_UNSUPPORTED, "TIFF: 65535 bits a sample are not taken" },
        { { { 0x115, 3, 6 } }, ERR_UNSUPPORTED, "TIFF: 6 samples a pixel, limit 5" },
        { { { 0x115, 3, 65535 } }, ERR_UNSUPPORTED, "TIFF: 65535 samples a pixel, limit 5" },
        { { { 0x115, 3, 3 }, { 0x102, 3, 32 } },
          ERR_TOO_LARGE,
          "TIFF: 40000000 pixels of 96 bits" },
        { { { 0x142, 4, 1 << 30 }, { 0x143, 4, 16 } },
          ERR_TOO_LARGE,
          "TIFF: tiles of 1073741824 x 16 pixels" },
        { { { 0x142, 4, 8000 }, { 0x143, 4, 8000 } },
          ERR_TOO_LARGE,
          "TIFF: tiles of 8000 x 8000 pixels" },
        { { { 0x80E5, 4, 65535 } }, ERR_UNSUPPORTED, "TIFF: a picture in three dimensions" },
        { { { 0x80E6, 4, 65535 } }, ERR_UNSUPPORTED, "TIFF: a picture in three dimensions" },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        unsigned count = 0;
        while (count < 3 && table[i].entries[count][0])
            count++;
        struct file f = tiff_of(table[i].entries, count);
        if (table[i].want)
            check_refused(table[i].text, of(&f), table[i].want, table[i].text);
        else
            check_header("TIFF", &f, header_of(PICTURE_TIFF, 8000, 5000, 1, 1));
    }
}

TEST(kinds_of_bmp_that_cannot_be_decoded_are_not_taken)
{
    static const struct {
        unsigned depth, compression;
        enum err_code want;
    } table[] = {
        { 24, 0, ERR_NONE },        { 8, 1, ERR_NONE },         { 4, 2, ERR_NONE },
        { 32, 3, ERR_NONE },        { 16, 6, ERR_NONE },        { 24, 1, ERR_UNSUPPORTED },
        { 8, 2, ERR_UNSUPPORTED },  { 24, 3, ERR_UNSUPPORTED }, { 24, 4, ERR_UNSUPPORTED },
        { 24, 5, ERR_UNSUPPORTED }, { 8, 11, ERR_UNSUPPORTED }, { 24, 0xFFFFFFFF, ERR_UNSUPPORTED },
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct file f = bmp(40, 9, 5);
        struct picture_header header;
        struct err e;
        memcpy(f.at + 28, &(uint16_t){ (uint16_t)table[i].depth }, 2);
        memcpy(f.at + 30, &(uint32_t){ table[i].compression }, 4);
        CHECK_INT(read_file(&f, &header, &e), table[i].want);
    }
    struct file of_os2 = bmp(64, 9, 5);
    memcpy(of_os2.at + 28, "\x10\0\3\0\0\0", 6);
    check_refused("fax in a BMP", of(&of_os2), ERR_UNSUPPORTED, "BMP: compression 3 of 16 bits");
}

TEST(frames_that_contradict_their_picture_are_invalid)
{
    struct file f = png(9, 5, 2, B(""));
    f.len -= 12;
    size_t at = f.len;
    add_chunk(&f, B("fcTL"), B("\0\0\0\0\0\0\0\x09\0\0\0\5\0\0\0\0\0\0\0\0\0\1\0\1\0\0"));
    check_header("PNG: a frame", &f, header_of(PICTURE_PNG, 9, 5, 1, 2));
    memcpy(f.at + at + 8 + 12, "\xFF\xFF\xFF\xFF", 4); /* its x */
    check_refused("PNG", of(&f), ERR_INVALID, "PNG: frame outside of the picture");
    memcpy(f.at + at + 8 + 4, "\xFF\xFF\xFF\xFF", 4); /* its width */
    check_refused("PNG", of(&f), ERR_TOO_LARGE, "PNG: 4294967295 x 5 pixels, limit 8000 a side");

    struct file webp_frame = vp8x(0x02, 9, 5);
    add_anmf(&webp_frame, 0, 0, 9, 5);
    webp_frame.at[webp_frame.len - 10] = 8; /* the width that the pixels say */
    check_refused("WebP", of(&webp_frame), ERR_INVALID, "WebP: pixels do not fit their frame");

    struct file codes = gif(9, 5, 1);
    codes.at[codes.len - 6] = 12;
    check_refused("GIF", of(&codes), ERR_INVALID, "GIF: codes of 12 bits");
    codes.at[codes.len - 6] = 0;
    check_refused("GIF", of(&codes), ERR_INVALID, "GIF: codes of 0 bits");
}

TEST(a_png_of_an_unknown_form_is_invalid)
{
    for (size_t i = 26; i < 29; i++) {
        struct file f = png(9, 5, 0, B(""));
        f.at[i] = 2;
        check_refused("PNG", of(&f), ERR_INVALID, "PNG: no such compression, filter or interlace");
    }
}

TEST_MAIN
