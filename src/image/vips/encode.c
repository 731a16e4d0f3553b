#include "image/vips/vips.h"

#include <stdlib.h>

#define QUALITY 80 /* where none is said */

struct sink {
    struct made *made;
    bool full;
};

static gint64 take(VipsTargetCustom *target, const void *data, gint64 length, gpointer context)
{
    struct sink *sink = context;
    struct made *made = sink->made;
    size_t len = (size_t)length;

    (void)target;
    if (len > made->room - made->len) {
        sink->full = true;
        return -1;
    }
    memcpy(made->at + made->len, data, len);
    made->len += len;
    return length;
}

/* Of 0 to 9. For 720 x 588: half a second, and a quarter of the bytes less than with 2, which takes
 * an eighth of one. */
#define AVIF_EFFORT  4
#define LARGE_PIXELS 2000000 /* above it, time counts for more than the last tenth of the bytes */

static int save(VipsImage *image, enum picture_type type, int32_t quality, VipsTarget *target)
{
    bool large = (int64_t)image->Xsize * image->Ysize > LARGE_PIXELS;

    switch ((int)type) {
    case PICTURE_JPEG:
        return vips_jpegsave_target(image, target, "Q", quality, "strip", TRUE, "optimize_coding",
                                    TRUE, NULL);
    case PICTURE_GIF:
        return vips_gifsave_target(image, target, "effort", large ? 3 : 7, "strip", TRUE, NULL);
    case PICTURE_AVIF:
        return vips_heifsave_target(image, target, "Q", quality, "compression",
                                    VIPS_FOREIGN_HEIF_COMPRESSION_AV1, "effort", AVIF_EFFORT,
                                    "bitdepth", 8, "strip", TRUE, NULL);
    default:
        return vips_pngsave_target(image, target, "compression", large ? 1 : 6, "strip", TRUE,
                                   NULL);
    }
}

static enum err_code encode_webp(VipsImage *image, int32_t quality, struct made *out, struct err *e)
{
    size_t size;
    uint8_t *pixels = vips_image_write_to_memory(image, &size);

    if (!pixels)
        return err_set(e, ERR_UNSUPPORTED, "its pixels are broken");
    struct pixel_rows rows = { pixels, image->Xsize, image->Ysize, image->Bands };
    enum err_code rc = webp_of_pixels(&rows, quality, out, e);
    g_free(pixels);
    return rc;
}

enum err_code encode(VipsImage *image, enum picture_type type, int32_t quality, struct made *out,
                     struct err *e)
{
    struct sink sink = { .made = out };

    if (quality <= 0)
        quality = QUALITY;
    if (type == PICTURE_WEBP)
        return encode_webp(image, quality, out, e);
    VipsTargetCustom *target = vips_target_custom_new();
    if (!target)
        return err_set(e, ERR_NO_MEMORY, "a picture");
    g_signal_connect(target, "write", G_CALLBACK(take), &sink);
    int failed = save(image, type, quality, VIPS_TARGET(target));
    g_object_unref(target);
    if (sink.full)
        return err_set(e, ERR_TOO_LARGE, "more than %zu bytes as %s", out->room,
                       picture_type_extension(type));
    return failed ? err_set(e, ERR_UNSUPPORTED, "its pixels are broken") : ERR_NONE;
}
