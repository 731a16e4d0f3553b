/* image/header_made.h - the smallest file of each type, put together for the tests of this folder,
 * and what every answer of image_read_header() is held against. */
#ifndef IMAGE_HEADER_MADE_H
#define IMAGE_HEADER_MADE_H

#include "base/bytes.h"
#include "image/header.h"
#include "test.h"

/* A file being built. */
struct file {
    char at[4096];
    size_t len;
};

static inline void raw(struct file *f, struct bytes bytes)
{
    CHECK(bytes.len <= sizeof f->at - f->len);
    memcpy(f->at + f->len, bytes.at, bytes.len);
    f->len += bytes.len;
}

static inline void number(struct file *f, bool big_endian, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++) {
        unsigned shift = 8 * (big_endian ? size - 1 - i : i);
        char c = (char)(uint8_t)(value >> shift);
        raw(f, bytes_of(&c, 1));
    }
}

static inline void be(struct file *f, uint64_t value, unsigned size)
{
    number(f, true, value, size);
}

static inline void le(struct file *f, uint64_t value, unsigned size)
{
    number(f, false, value, size);
}

static inline struct bytes of(const struct file *f)
{
    return bytes_of(f->at, f->len);
}

/* Reads a copy that is exactly as long, so that a sanitizer sees a step outside, and holds what
 * every answer promises: outputs untouched on failure, the error untouched on success. */
static inline enum err_code read_limited(struct bytes bytes, const struct image_limits *limits,
                                         struct picture_header *out, struct err *e)
{
    struct picture_header before = { .width_px = -7 };
    struct err untouched = { .reason = 77 };
    char *copy = malloc(bytes.len ? bytes.len : 1);

    CHECK(copy != NULL);
    if (bytes.len)
        memcpy(copy, bytes.at, bytes.len);
    *out = before;
    *e = untouched;
    enum err_code rc = image_read_header(bytes_of(copy, bytes.len), limits, out, e);
    if (rc) {
        CHECK(memcmp(out, &before, sizeof before) == 0);
        CHECK_INT(e->code, rc);
        CHECK(e->text[0] != '\0' && strchr(e->text, '\n') == NULL);
    } else {
        CHECK(memcmp(e, &untouched, sizeof untouched) == 0);
        CHECK_INT(out->type, image_sniff(bytes));
    }
    free(copy);
    return rc;
}

static inline enum err_code read_file(const struct file *f, struct picture_header *out,
                                      struct err *e)
{
    return read_limited(of(f), &image_limits_default, out, e);
}

static inline void check_refused(const char *what, struct bytes bytes, enum err_code code,
                                 const char *text)
{
    struct picture_header header;
    struct err e;
    enum err_code rc = read_limited(bytes, &image_limits_default, &header, &e);

    if (rc != code || strcmp(e.text, text) != 0)
        test_fail(__FILE__, __LINE__, "%s: %d \"%s\", not %d \"%s\"", what, rc, rc ? e.text : "",
                  code, text);
}

static inline void check_header(const char *what, const struct file *f, struct picture_header want)
{
    struct picture_header got;
    struct err e;
    enum err_code rc = read_file(f, &got, &e);

    if (rc)
        test_fail(__FILE__, __LINE__, "%s: %s", what, e.text);
    if (memcmp(&got, &want, sizeof want) != 0)
        test_fail(__FILE__, __LINE__, "%s: type %d, %d x %d, orientation %d, %d frames", what,
                  got.type, got.width_px, got.height_px, got.orientation, got.frames);
}

/* ---- builders: the smallest file of each type; orientation 0 leaves the tag out ---- */

static inline void tiff_entry(struct file *f, bool be_order, unsigned tag, unsigned type,
                              uint64_t value)
{
    number(f, be_order, tag, 2);
    number(f, be_order, type, 2);
    number(f, be_order, 1, 4);
    number(f, be_order, value, type == 3 ? 2 : 4);
    number(f, be_order, 0, type == 3 ? 2 : 0);
}

/* A chain of `dirs` directories of the same size. */
static inline void add_tiff(struct file *f, bool be_order, uint64_t width, uint64_t height,
                            uint64_t orientation, unsigned dirs)
{
    size_t start = f->len;

    raw(f, be_order ? B("MM\0*") : B("II*\0"));
    number(f, be_order, 8, 4);
    for (unsigned i = 0; i < dirs; i++) {
        unsigned entries = orientation ? 3 : 2;
        number(f, be_order, entries, 2);
        tiff_entry(f, be_order, 0x100, 4, width);
        tiff_entry(f, be_order, 0x101, 4, height);
        if (orientation)
            tiff_entry(f, be_order, 0x112, 3, orientation);
        number(f, be_order, i + 1 < dirs ? f->len + 4 - start : 0, 4);
    }
}

static inline void add_big_tiff(struct file *f, bool be_order, uint64_t width, uint64_t height,
                                uint64_t orientation)
{
    const uint64_t entries[][3] = { { 0x100, 16, width },
                                    { 0x101, 16, height },
                                    { 0x112, 3, orientation } };

    raw(f, be_order ? B("MM\0+") : B("II+\0"));
    number(f, be_order, 8, 2);
    number(f, be_order, 0, 2);
    number(f, be_order, 16, 8);
    number(f, be_order, COUNT(entries), 8);
    for (size_t i = 0; i < COUNT(entries); i++) {
        unsigned size = entries[i][1] == 3 ? 2 : 8;
        number(f, be_order, entries[i][0], 2);
        number(f, be_order, entries[i][1], 2);
        number(f, be_order, 1, 8);
        number(f, be_order, entries[i][2], size);
        number(f, be_order, 0, 8 - size);
    }
    number(f, be_order, 0, 8);
}

static inline void add_exif(struct file *f, bool be_order, uint64_t orientation)
{
    add_tiff(f, be_order, 160, 120, orientation, 1);
}

static inline void add_app1(struct file *f, struct bytes exif)
{
    be(f, 0xFFE1, 2);
    be(f, 2 + 6 + exif.len, 2);
    raw(f, B("Exif\0\0"));
    raw(f, exif);
}

static inline void add_sof(struct file *f, unsigned marker, uint64_t width, uint64_t height)
{
    be(f, marker, 2);
    be(f, 8 + 3, 2);
    be(f, 8, 1);
    be(f, height, 2);
    be(f, width, 2);
    raw(f, B("\x01\x01\x11\x00"));
}

static inline void add_sos(struct file *f)
{
    raw(f, B("\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00\x7F\xFF\xD9"));
}

static inline struct file jpeg(uint64_t width, uint64_t height, struct bytes exif)
{
    struct file f = { 0 };

    raw(&f, B("\xFF\xD8\xFF\xE0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
    if (exif.len)
        add_app1(&f, exif);
    add_sof(&f, 0xFFC0, width, height);
    add_sos(&f);
    return f;
}

static inline void add_chunk(struct file *f, struct bytes name, struct bytes data)
{
    be(f, data.len, 4);
    raw(f, name);
    raw(f, data);
    be(f, 0, 4); /* no parser of ours looks at the checksum; decoders do */
}

static inline struct file png(uint64_t width, uint64_t height, uint64_t frames, struct bytes exif)
{
    struct file f = { 0 };
    struct file data = { 0 };

    raw(&f, B("\x89PNG\r\n\x1A\n"));
    be(&data, width, 4);
    be(&data, height, 4);
    raw(&data, B("\x08\x02\0\0\0"));
    add_chunk(&f, B("IHDR"), of(&data));
    data.len = 0;
    be(&data, frames, 4);
    be(&data, 0, 4);
    if (frames)
        add_chunk(&f, B("acTL"), of(&data));
    add_chunk(&f, B("IDAT"), B("pixels"));
    if (exif.len)
        add_chunk(&f, B("eXIf"), exif);
    add_chunk(&f, B("IEND"), B(""));
    return f;
}

static inline struct file gif(uint64_t width, uint64_t height, unsigned frames)
{
    struct file f = { 0 };

    raw(&f, B("GIF89a"));
    le(&f, width, 2);
    le(&f, height, 2);
    raw(&f, B("\x80\0\0\0\0\0\xFF\xFF\xFF")); /* two colours */
    raw(&f, B("!\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0"));
    for (unsigned i = 0; i < frames; i++) {
        raw(&f, B("!\xF9\x04\0\x0A\0\0\0,\0\0\0\0"));
        le(&f, width, 2);
        le(&f, height, 2);
        raw(&f, B("\0\x02\x02\x4C\x01\0"));
    }
    raw(&f, B(";"));
    return f;
}

static inline void add_riff_chunk(struct file *f, struct bytes name, struct bytes data)
{
    raw(f, name);
    le(f, data.len, 4);
    raw(f, data);
    if (data.len & 1)
        le(f, 0, 1);
    uint32_t riff_len = (uint32_t)f->len - 8;
    memcpy(f->at + 4, &riff_len, 4);
}

static inline struct file vp8(uint64_t width, uint64_t height)
{
    struct file f = { 0 };

    raw(&f, B("\x10\0\0\x9D\x01\x2A"));
    le(&f, width, 2);
    le(&f, height, 2);
    raw(&f, B("pixels"));
    return f;
}

static inline struct file vp8l(uint64_t width, uint64_t height)
{
    struct file f = { 0 };

    raw(&f, B("\x2F"));
    le(&f, (width - 1) | (height - 1) << 14, 4);
    raw(&f, B("pixels"));
    return f;
}

static inline struct file webp(struct bytes name, struct bytes data)
{
    struct file f = { 0 };

    raw(&f, B("RIFF\0\0\0\0WEBP"));
    add_riff_chunk(&f, name, data);
    return f;
}

static inline struct file vp8x(unsigned flags, uint64_t width, uint64_t height)
{
    struct file data = { 0 };

    le(&data, flags, 4);
    le(&data, width - 1, 3);
    le(&data, height - 1, 3);
    return webp(B("VP8X"), of(&data));
}

static inline void add_anmf(struct file *f, uint64_t x, uint64_t y, uint64_t width, uint64_t height)
{
    struct file data = { 0 };
    struct file pixels = vp8(width, height);

    le(&data, x / 2, 3);
    le(&data, y / 2, 3);
    le(&data, width - 1, 3);
    le(&data, height - 1, 3);
    le(&data, 100, 4);
    raw(&data, B("VP8 "));
    le(&data, pixels.len, 4);
    raw(&data, of(&pixels));
    add_riff_chunk(f, B("ANMF"), of(&data));
}

static inline struct file bmp(unsigned header_len, uint64_t width, uint64_t height)
{
    struct file f = { 0 };
    unsigned side = header_len == 12 ? 2 : 4;

    raw(&f, B("BM\0\0\0\0\0\0\0\0"));
    le(&f, 14 + header_len, 4);
    le(&f, header_len, 4);
    le(&f, width, side);
    le(&f, height, side);
    le(&f, 1, 2);
    le(&f, 24, 2);
    while (f.len < 14 + header_len)
        le(&f, 0, 1);
    raw(&f, B("pixels"));
    return f;
}

static inline struct picture_header header_of(enum picture_type type, int32_t width, int32_t height,
                                              int32_t orientation, int32_t frames)
{
    return (struct picture_header){ type, width, height, orientation, frames };
}

#endif
