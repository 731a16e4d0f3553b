/* The decoders: of our types only, each by its name, whatever libvips would guess. */
#include "image/bmp_pixels.h"
#include "image/png_plain.h"
#include "image/vips/vips.h"

#define BANDS_MAX 5 /* CMYK and alpha: a TIFF may have thousands */

static void free_pixels(VipsImage *image, gpointer pixels)
{
    (void)image;
    free(pixels);
}

/* libvips reads BMP by way of ImageMagick only, which is too much for a picture of rows. */
static VipsImage *open_bmp(struct bytes bytes)
{
    struct bmp_pixels pixels;
    struct err ignored = { 0 };

    if (bmp_read_pixels(bytes, &pixels, &ignored))
        return NULL;
    VipsImage *image = vips_image_new_from_memory(
        pixels.at, pixels.size, pixels.width_px, pixels.height_px, pixels.bands, VIPS_FORMAT_UCHAR);
    if (!image) {
        free(pixels.at);
        return NULL;
    }
    image->Type = VIPS_INTERPRETATION_sRGB;
    g_signal_connect(image, "close", G_CALLBACK(free_pixels), pixels.at);
    return image;
}

static int open_png(struct bytes bytes, VipsImage **out)
{
    struct err ignored = { 0 };
    char *copy;

    if (png_plain(bytes, &bytes, &copy, &ignored))
        return -1;
    int failed = vips_pngload_buffer((void *)(uintptr_t)bytes.at, bytes.len, out, "access",
                                     VIPS_ACCESS_SEQUENTIAL, NULL);
    if (!failed && copy)
        g_signal_connect(*out, "close", G_CALLBACK(free_pixels), copy);
    else
        free(copy);
    return failed;
}

static int load(struct bytes b, enum picture_type type, int shrink, VipsImage **out)
{
    void *at = (void *)(uintptr_t)b.at; /* it is not written to */

    switch (type) {
    case PICTURE_JPEG:
        return vips_jpegload_buffer(at, b.len, out, "shrink", shrink, "access",
                                    VIPS_ACCESS_SEQUENTIAL, NULL);
    case PICTURE_PNG:
        return open_png(b, out);
    case PICTURE_GIF:
        return vips_gifload_buffer(at, b.len, out, "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    case PICTURE_WEBP:
        return vips_webpload_buffer(at, b.len, out, "scale", 1.0 / shrink, "access",
                                    VIPS_ACCESS_SEQUENTIAL, NULL);
    case PICTURE_TIFF:
        return vips_tiffload_buffer(at, b.len, out, "access", VIPS_ACCESS_SEQUENTIAL, NULL);
    case PICTURE_BMP:
        *out = open_bmp(b);
        return *out ? 0 : -1;
    case PICTURE_AVIF:
    case PICTURE_NONE:
        break;
    }
    return -1;
}

VipsImage *open_frame(struct bytes bytes, enum picture_type type, int shrink)
{
    VipsImage *image = NULL;

    if (load(bytes, type, shrink, &image) != 0)
        return NULL;
    if (vips_image_get_bands(image) > BANDS_MAX)
        unrefp(&image);
    return image;
}
