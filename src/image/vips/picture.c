/* A stored picture in another size and type. */
#include "image/vips/vips.h"

void unrefp(VipsImage **image)
{
    if (*image)
        g_object_unref(*image);
    *image = NULL;
}

void replace(VipsImage **image, VipsImage *next)
{
    g_object_unref(*image);
    *image = next;
}

/* Decoding to a half, a quarter or an eighth saves time and memory; twice the size that is wanted
 * is left to a filter that is better. */
static int shrink_of(const struct picture_header *header, const struct rendered *plan)
{
    bool turned = header->orientation >= 5;
    int32_t width = turned ? plan->height_px : plan->width_px;
    int shrink = 1;

    while (shrink < 8 && header->width_px / (shrink * 2) >= width * 2)
        shrink *= 2;
    return shrink;
}

/* The rotation and then the mirroring that orientation asks for (EXIF 2.3, 4.6.4 A). */
static int turn(VipsImage **image, int32_t orientation)
{
    static const struct {
        VipsAngle angle;
        bool mirrored;
    } turns[] = {
        [1] = { VIPS_ANGLE_D0, false },   [2] = { VIPS_ANGLE_D0, true },
        [3] = { VIPS_ANGLE_D180, false }, [4] = { VIPS_ANGLE_D180, true },
        [5] = { VIPS_ANGLE_D90, true },   [6] = { VIPS_ANGLE_D90, false },
        [7] = { VIPS_ANGLE_D270, true },  [8] = { VIPS_ANGLE_D270, false },
    };
    VipsImage *next;

    if (orientation < 2 || orientation > 8)
        return 0;
    if (turns[orientation].angle != VIPS_ANGLE_D0) {
        /* rows are decoded one after the other and wanted in another order */
        next = vips_image_copy_memory(*image);
        if (!next)
            return -1;
        replace(image, next);
        if (vips_rot(*image, &next, turns[orientation].angle, NULL) != 0)
            return -1;
        replace(image, next);
    }
    if (turns[orientation].mirrored) {
        if (vips_flip(*image, &next, VIPS_DIRECTION_HORIZONTAL, NULL) != 0)
            return -1;
        replace(image, next);
    }
    return 0;
}

/* A profile that is none does not spoil the picture. */
static void forget_profile(VipsImage **image)
{
    VipsImage *next;

    if (vips_copy(*image, &next, NULL) != 0)
        return;
    vips_image_remove(next, VIPS_META_ICC_NAME);
    replace(image, next);
}

static int resize(VipsImage **image, int width, int height)
{
    VipsImage *next;

    if (vips_image_get_typeof(*image, VIPS_META_ICC_NAME) != 0) {
        if (vips_thumbnail_image(*image, &next, width, "height", height, "size", VIPS_SIZE_FORCE,
                                 "no_rotate", TRUE, "export_profile", "srgb", NULL) == 0) {
            replace(image, next);
            return 0;
        }
        forget_profile(image);
    }
    if (vips_thumbnail_image(*image, &next, width, "height", height, "size", VIPS_SIZE_FORCE,
                             "no_rotate", TRUE, NULL) != 0)
        return -1;
    replace(image, next);
    return 0;
}

/* 8-bit sRGB, with alpha where the type has it and the picture too. */
static int settle(VipsImage **image, enum picture_type type)
{
    VipsImage *next;

    if (vips_colourspace(*image, &next, VIPS_INTERPRETATION_sRGB, NULL) != 0)
        return -1;
    replace(image, next);
    if (vips_image_hasalpha(*image) && type == PICTURE_JPEG) {
        VipsArrayDouble *white = vips_array_double_newv(1, 255.0);
        int failed = vips_flatten(*image, &next, "background", white, NULL);
        vips_area_unref(VIPS_AREA(white));
        if (failed)
            return -1;
        replace(image, next);
    }
    int bands = vips_image_get_bands(*image);
    if (bands > 4 || (bands == 4 && !vips_image_hasalpha(*image))) {
        if (vips_extract_band(*image, &next, 0, "n", 3, NULL) != 0)
            return -1;
        replace(image, next);
    }
    if (vips_cast_uchar(*image, &next, NULL) != 0)
        return -1;
    replace(image, next);
    return 0;
}

enum err_code vips_picture(struct arena *arena, struct bytes bytes,
                           const struct picture_header *header, const struct rendered *plan,
                           struct bytes *out, struct err *e)
{
    bool turned = header->orientation >= 5;
    CLEANUP(unrefp) VipsImage *image = NULL;
    int shrink = shrink_of(header, plan);

    image = open_frame(bytes, header->type, 1);
    /* what was held against the limits is what the decoder sees, too */
    if (!image || image->Xsize != header->width_px || image->Ysize != header->height_px)
        return err_set(e, ERR_UNSUPPORTED, "%s: cannot be decoded",
                       picture_type_extension(header->type));
    if (shrink > 1 && (header->type == PICTURE_JPEG || header->type == PICTURE_WEBP)) {
        unrefp(&image);
        image = open_frame(bytes, header->type, shrink);
    }
    if (!image ||
        resize(&image, turned ? plan->height_px : plan->width_px,
               turned ? plan->width_px : plan->height_px) != 0 ||
        turn(&image, header->orientation) != 0 || settle(&image, plan->type) != 0)
        return err_set(e, ERR_UNSUPPORTED, "%s: cannot be decoded",
                       picture_type_extension(header->type));
    enum err_code rc = encode(arena, image, plan->type, out, e);
    return rc ? err_context(e, "%s", picture_type_extension(header->type)) : ERR_NONE;
}
