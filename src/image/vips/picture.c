/* A stored picture in another size and type. */
#include "image/plan.h"
#include "image/vips/vips.h"

#include <math.h>

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

/* Of the picture as it is stored: the part that is wanted, and what becomes of it. */
struct job {
    struct plan_part cut;
    int32_t width_px;
    int32_t height_px;
};

static struct job job_of(const struct picture_header *header, const struct rendered *plan)
{
    bool swapped = plan_turn(header->orientation).swapped;

    return (struct job){
        .cut = plan_stored_cut(header, plan, 0, 0),
        .width_px = swapped ? plan->height_px : plan->width_px,
        .height_px = swapped ? plan->width_px : plan->height_px,
    };
}

/* Decoding to a half, a quarter or an eighth saves time and memory; twice the size that is wanted
 * is left to a filter that is better, and that knows where the last pixel ends. */
static int shrink_of(const struct job *job)
{
    int shrink = 1;

    while (shrink < 8 && job->cut.width >= job->width_px * shrink * 4.0 &&
           job->cut.height >= job->height_px * shrink * 4.0)
        shrink *= 2;
    return shrink;
}

/* One side of the cut in an image that was decoded to `now` of `full` pixels: whole pixels. */
static void cut_side(double at, double len, int now, int32_t full, int *out_at, int *out_len)
{
    int from = (int)lround(at * now / full);
    int to = (int)lround((at + len) * now / full);

    from = from < 0 ? 0 : from > now - 1 ? now - 1 : from;
    to = to > now ? now : to <= from ? from + 1 : to;
    *out_at = from;
    *out_len = to - from;
}

static int cut(VipsImage **image, const struct picture_header *header, const struct plan_part *part)
{
    int x, y, width, height;
    VipsImage *next;

    cut_side(part->x, part->width, (*image)->Xsize, header->width_px, &x, &width);
    cut_side(part->y, part->height, (*image)->Ysize, header->height_px, &y, &height);
    if (width == (*image)->Xsize && height == (*image)->Ysize)
        return 0;
    if (vips_extract_area(*image, &next, x, y, width, height, NULL) != 0)
        return -1;
    replace(image, next);
    return 0;
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

/* The first frame, decoded to what the job needs at least. */
static VipsImage *open_for(struct bytes bytes, const struct picture_header *header,
                           const struct job *job)
{
    int shrink = shrink_of(job);
    VipsImage *image = open_frame(bytes, header->type, 1);

    /* what was held against the limits is what the decoder sees, too */
    if (image && (image->Xsize != header->width_px || image->Ysize != header->height_px))
        unrefp(&image);
    if (image && shrink > 1 && (header->type == PICTURE_JPEG || header->type == PICTURE_WEBP)) {
        unrefp(&image);
        image = open_frame(bytes, header->type, shrink);
    }
    return image;
}

enum err_code vips_picture(struct bytes bytes, const struct picture_header *header,
                           const struct rendered *plan, struct made *out, struct err *e)
{
    struct job job = job_of(header, plan);
    CLEANUP(unrefp) VipsImage *image = open_for(bytes, header, &job);

    if (!image || cut(&image, header, &job.cut) != 0 ||
        resize(&image, job.width_px, job.height_px) != 0 ||
        turn(&image, header->orientation) != 0 || settle(&image, plan->type) != 0)
        return err_set(e, ERR_UNSUPPORTED, "%s: cannot be decoded",
                       picture_type_extension(header->type));
    enum err_code rc = encode(image, plan->type, plan->quality, out, e);
    return rc ? err_context(e, "%s", picture_type_extension(header->type)) : ERR_NONE;
}
