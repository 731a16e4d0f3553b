/* demo-pictures SHAPES OUT - draws the demo pictures and writes them as one archive
 * (app/demo_pictures.h says its form). Runs at build time; the same input gives the same bytes. */
#include "demo-draw.h"

#include "model/picture.h"

#include <stdlib.h>
#include <vips/vips.h>

static void die(const char *what)
{
    fprintf(stderr, "demo-pictures: %s\n%s", what, vips_error_buffer());
    exit(1);
}

static void put_le(FILE *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        fputc((int)(value >> (8 * i) & 0xFF), out);
}

/* libvips has no writer for BMP of its own. 24 bits a pixel, rows from the bottom up. */
static void encode_bmp(VipsImage *image, char **bytes, size_t *len)
{
    uint32_t width = (uint32_t)image->Xsize;
    uint32_t height = (uint32_t)image->Ysize;
    uint32_t row = (width * 3 + 3) / 4 * 4;
    size_t pixels_len;
    unsigned char *pixels = vips_image_write_to_memory(image, &pixels_len);
    FILE *out = open_memstream(bytes, len);

    if (!pixels || !out || image->Bands != 3)
        die("cannot write a BMP");
    fputs("BM", out);
    put_le(out, 54 + row * height, 4);
    put_le(out, 0, 4);
    put_le(out, 54, 4); /* where the pixels begin */
    put_le(out, 40, 4); /* length of this second header */
    put_le(out, width, 4);
    put_le(out, height, 4);
    put_le(out, 1, 2);
    put_le(out, 24, 2);
    for (int i = 0; i < 6; i++)
        put_le(out, i == 1 ? row * height : 0, 4);
    for (uint32_t y = height; y-- > 0;) {
        for (uint32_t x = 0; x < width; x++) {
            const unsigned char *pixel = pixels + ((size_t)y * width + x) * 3;
            fputc(pixel[2], out);
            fputc(pixel[1], out);
            fputc(pixel[0], out);
        }
        put_le(out, 0, (int)(row - width * 3));
    }
    fclose(out);
    g_free(pixels);
}

static void encode(VipsImage *image, enum picture_type type, char **bytes, size_t *len)
{
    void *buffer = NULL;
    int failed = 0;

    switch (type) {
    case PICTURE_JPEG:
        failed = vips_jpegsave_buffer(image, &buffer, len, "Q", 84, "optimize_coding", TRUE,
                                      "strip", TRUE, NULL);
        break;
    case PICTURE_PNG:
        failed = vips_pngsave_buffer(image, &buffer, len, "palette", TRUE, "compression", 9,
                                     "strip", TRUE, NULL);
        break;
    case PICTURE_GIF:
        failed = vips_gifsave_buffer(image, &buffer, len, "dither", 0.0, "strip", TRUE, NULL);
        break;
    case PICTURE_WEBP:
        failed = vips_webpsave_buffer(image, &buffer, len, "Q", 82, "strip", TRUE, NULL);
        break;
    case PICTURE_TIFF:
        failed = vips_tiffsave_buffer(image, &buffer, len, "compression",
                                      VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE, "predictor",
                                      VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL, "strip", TRUE, NULL);
        break;
    case PICTURE_BMP:
        encode_bmp(image, bytes, len);
        return;
    case PICTURE_AVIF:
    case PICTURE_NONE:
        failed = 1;
    }
    if (failed)
        die("cannot encode");
    *bytes = buffer;
}

/* A picture's form follows from what it shows; every form occurs, for readers of each to try. */
static enum picture_type type_of(const struct demo_record *record, enum view view)
{
    static const enum picture_type turns[] = { PICTURE_JPEG, PICTURE_PNG, PICTURE_WEBP,
                                               PICTURE_JPEG, PICTURE_GIF };

    if (view == VIEW_CARD)
        return PICTURE_PNG;
    if (view == VIEW_CLOSE)
        return PICTURE_WEBP;
    if (view == VIEW_COLOURS || record->kind == KIND_PROJECT)
        return PICTURE_JPEG;
    if (record->kind == KIND_CONTACT && record->id == 18)
        return PICTURE_TIFF;
    if (record->kind == KIND_CONTACT && record->id == 19)
        return PICTURE_BMP;
    return turns[(size_t)(record->id - 1) % COUNT(turns)];
}

/* "mug-fjord.jpg", "mug-fjord-2.png": the extensions everyone uses, written as usual. */
static void picture_name(char out[100], const struct demo_record *record, int number,
                         enum picture_type type)
{
    static const char *const extensions[] = { "", "jpg", "png", "gif", "webp", "tiff", "bmp" };
    char suffix[16] = "";

    if (number > 1)
        snprintf(suffix, sizeof suffix, "-%d", number);
    snprintf(out, 100, "%s%s.%s", record->code, suffix, extensions[type]);
}

static void add_picture(FILE *out, const char *shapes, const struct demo_record *record, int number,
                        enum picture_role role, enum view view)
{
    enum picture_type type = type_of(record, view);
    char name[100];
    char *svg = NULL;
    size_t svg_len = 0;
    FILE *text = open_memstream(&svg, &svg_len);

    if (!text)
        die("out of memory");
    draw_record(text, shapes, record, view);
    fclose(text);

    VipsImage *drawn = NULL;
    VipsImage *flat = NULL;
    /* an uncompressed picture has to be small to be no burden */
    double scale = type == PICTURE_BMP ? 0.25 : 1;
    if (vips_svgload_buffer(svg, svg_len, &drawn, "scale", scale, NULL) ||
        vips_flatten(drawn, &flat, NULL))
        die(svg);

    char *bytes = NULL;
    size_t len = 0;
    encode(flat, type, &bytes, &len);
    picture_name(name, record, number, type);
    put_le(out, record->kind, 1);
    put_le(out, role, 1);
    put_le(out, (uint32_t)strlen(name), 2);
    put_le(out, (uint32_t)record->id, 4);
    put_le(out, (uint32_t)len, 4);
    fputs(name, out);
    fwrite(bytes, 1, len, out);

    free(bytes); /* g_free is free since GLib 2.46 */
    free(svg);
    g_object_unref(flat);
    g_object_unref(drawn);
}

static bool has_picture(const struct demo_record *record)
{
    static const int32_t without[] = {
        [KIND_CONTACT] = 20, [KIND_PERSON] = 40, [KIND_PRODUCT] = 45, [KIND_PROJECT] = 10
    };

    return record->id != without[record->kind];
}

int main(int argc, char **argv)
{
    uint32_t count = 0;

    if (argc != 3 || VIPS_INIT(argv[0]))
        die("usage: demo-pictures SHAPES OUT");
    vips_concurrency_set(1);

    FILE *out = fopen(argv[2], "wb");
    if (!out)
        die("cannot write the archive");
    put_le(out, 0, 4);
    for (size_t i = 0; i < demo_record_count; i++) {
        const struct demo_record *record = &demo_records[i];
        if (!has_picture(record))
            continue;
        add_picture(out, argv[1], record, 1, ROLE_DETAIL, VIEW_WHOLE);
        count++;
        if (record->kind == KIND_PRODUCT && record->id <= 5) {
            add_picture(out, argv[1], record, 2, ROLE_PREVIEW, VIEW_CARD);
            add_picture(out, argv[1], record, 3, ROLE_MORE, VIEW_CLOSE);
            add_picture(out, argv[1], record, 4, ROLE_MORE, VIEW_COLOURS);
            count += 3;
        }
    }
    rewind(out);
    put_le(out, count, 4);
    if (ferror(out) || fclose(out) != 0)
        die("cannot write the archive");
    vips_shutdown();
    return 0;
}
