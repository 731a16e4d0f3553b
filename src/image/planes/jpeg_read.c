/* A JPEG's planes, as libjpeg has them before it makes pixels of them. */
#include "image/planes/parts.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#define SCANS_MAX 100 /* a progressive picture has ten or so; each costs a pass over all of it */
/* Rows read below the part that is wanted: its lowest rows are made with their help. */
#define ROWS_BELOW 32

struct reader {
    struct jpeg_decompress_struct cinfo; /* first: see reader_of() */
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
};

static struct reader *reader_of(j_common_ptr cinfo)
{
    return (struct reader *)cinfo;
}

static _Noreturn void fail(j_common_ptr cinfo)
{
    longjmp(reader_of(cinfo)->failed, 1);
}

/* What is missing or broken is grey, or as libjpeg guesses it. */
static void ignore(j_common_ptr cinfo, int level)
{
    (void)cinfo, (void)level;
}

static void count_scans(j_common_ptr cinfo)
{
    if (reader_of(cinfo)->cinfo.input_scan_number > SCANS_MAX)
        fail(cinfo);
}

static void reader_done(struct reader *r)
{
    jpeg_destroy_decompress(&r->cinfo);
}

static bool is_in_srgb(struct reader *r)
{
    JOCTET *profile;
    unsigned len;

    if (!jpeg_read_icc_profile(&r->cinfo, &profile, &len))
        return true; /* has none, or not all of it */
    bool is = profile_is_srgb(profile, len);
    free(profile);
    return is;
}

/* Are both colours there once for one, or two by two, pixels? */
static bool is_sampled_as_usual(const struct jpeg_decompress_struct *cinfo)
{
    const jpeg_component_info *c = cinfo->comp_info;

    if (cinfo->num_components == 1)
        return true;
    return c[0].h_samp_factor <= 2 && c[0].v_samp_factor <= 2 && c[1].h_samp_factor == 1 &&
           c[1].v_samp_factor == 1 && c[2].h_samp_factor == 1 && c[2].v_samp_factor == 1;
}

static bool is_ordinary(struct reader *r)
{
    const struct jpeg_decompress_struct *cinfo = &r->cinfo;
    bool colour = cinfo->jpeg_color_space == JCS_YCbCr && cinfo->num_components == 3;
    bool grey = cinfo->jpeg_color_space == JCS_GRAYSCALE && cinfo->num_components == 1;

    return (colour || grey) && cinfo->data_precision == 8 && is_sampled_as_usual(cinfo) &&
           is_in_srgb(r);
}

/* The least eighths of the size that leave as many pixels as are wanted. */
static unsigned eighths_for(const struct plan_part *cut, const struct rendered *plan, bool swapped)
{
    double width = swapped ? plan->height_px : plan->width_px;
    double height = swapped ? plan->width_px : plan->height_px;
    unsigned eighths = 1; /* libjpeg has vector code for 1, 2, 4 and 8 */

    while (eighths < 8 && (cut->width * eighths < width * 8 || cut->height * eighths < height * 8))
        eighths *= 2;
    return eighths;
}

/* Of one row of blocks: pointers to the rows of each plane. */
static void rows_at(const struct reader *r, const struct planes *planes, unsigned row,
                    JSAMPROW rows[3][2 * DCTSIZE])
{
    for (int i = 0; i < planes->count; i++) {
        const jpeg_component_info *c = &r->cinfo.comp_info[i];
        int lines = c->v_samp_factor * c->DCT_scaled_size;
        const struct plane *plane = &planes->plane[i];
        for (int y = 0; y < lines; y++)
            rows[i][y] = plane->at + ((ptrdiff_t)row * lines + y) * plane->stride;
    }
}

/* At least `wanted` rows of brightness; returns how many. */
static int32_t read_rows(struct reader *r, const struct planes *planes, int32_t wanted)
{
    JSAMPROW rows[3][2 * DCTSIZE];
    JSAMPARRAY data[3] = { rows[0], rows[1], rows[2] };
    JDIMENSION lines = (JDIMENSION)(r->cinfo.max_v_samp_factor * r->cinfo.min_DCT_scaled_size);
    unsigned row = 0;

    while (r->cinfo.output_scanline < r->cinfo.output_height &&
           r->cinfo.output_scanline < (JDIMENSION)wanted) {
        rows_at(r, planes, row++, rows);
        jpeg_read_raw_data(&r->cinfo, data, lines);
    }
    return (int32_t)(r->cinfo.output_scanline < r->cinfo.output_height ? r->cinfo.output_scanline
                                                                       : r->cinfo.output_height);
}

static enum err_code planes_for(const struct reader *r, struct planes *out, struct err *e)
{
    const struct jpeg_decompress_struct *cinfo = &r->cinfo;
    int halved_x = 0;
    int halved_y = 0;

    if (cinfo->num_components == 3) {
        const jpeg_component_info *c = cinfo->comp_info;
        /* libjpeg scales colours less when that undoes their sampling */
        halved_x = c[0].h_samp_factor * c[0].DCT_scaled_size > c[1].DCT_scaled_size;
        halved_y = c[0].v_samp_factor * c[0].DCT_scaled_size > c[1].DCT_scaled_size;
    }
    return planes_new(cinfo->num_components, (int32_t)cinfo->output_width,
                      (int32_t)cinfo->output_height, halved_x, halved_y, out, e);
}

/* The planes end with the last row that was read, and with a pair where colours are halved. */
static void settle(const struct reader *r, struct planes *planes, int32_t rows)
{
    int32_t height = (rows + planes->halved_y) >> planes->halved_y;

    for (int i = 0; i < planes->count; i++)
        planes->plane[i].height = i ? height : height << planes->halved_y;
    plane_pad(&planes->plane[0], (int32_t)r->cinfo.output_width, rows);
}

static enum err_code begin(struct reader *r, struct bytes bytes,
                           const struct picture_header *header, bool *taken, struct err *e)
{
    jpeg_create_decompress(&r->cinfo);
    jpeg_mem_src(&r->cinfo, (const unsigned char *)bytes.at, bytes.len);
    jpeg_save_markers(&r->cinfo, JPEG_APP0 + 2, 0xffff); /* parts of an ICC profile */
    jpeg_read_header(&r->cinfo, TRUE);
    /* what was held against the limits is what the decoder sees, too */
    if (r->cinfo.image_width != (JDIMENSION)header->width_px ||
        r->cinfo.image_height != (JDIMENSION)header->height_px)
        return err_set(e, ERR_UNSUPPORTED, "jpg: cannot be decoded");
    *taken = is_ordinary(r);
    return ERR_NONE;
}

static enum err_code read_planes(struct reader *r, const struct picture_header *header,
                                 const struct rendered *plan, struct planes *out,
                                 struct plan_part *part, struct err *e)
{
    struct plan_part cut = plan_stored_cut(header, plan, 0, 0);
    unsigned eighths = eighths_for(&cut, plan, plan_turn(header->orientation).swapped);
    double scale = eighths / 8.0;
    int32_t wanted = (int32_t)((cut.y + cut.height) * scale) + ROWS_BELOW;

    r->cinfo.scale_num = eighths;
    r->cinfo.scale_denom = 8;
    r->cinfo.raw_data_out = TRUE;
    jpeg_start_decompress(&r->cinfo);
    enum err_code rc = planes_for(r, out, e);
    if (rc)
        return rc;
    settle(r, out, read_rows(r, out, wanted));
    cut = plan_stored_cut(header, plan, plan->width_px % 2, plan->height_px % 2);
    *part =
        (struct plan_part){ cut.x * scale, cut.y * scale, cut.width * scale, cut.height * scale };
    return ERR_NONE;
}

enum err_code planes_read_jpeg(struct bytes bytes, const struct picture_header *header,
                               const struct rendered *plan, struct planes *out,
                               struct plan_part *part, bool *taken, struct err *e)
{
    CLEANUP(reader_done) struct reader r = { 0 };

    r.cinfo.err = jpeg_std_error(&r.errors);
    r.errors.error_exit = fail;
    r.errors.emit_message = ignore;
    r.progress.progress_monitor = count_scans;
    *taken = false;
    if (setjmp(r.failed)) {
        planes_free(out);
        return err_set(e, ERR_UNSUPPORTED, "jpg: cannot be decoded");
    }
    enum err_code rc = begin(&r, bytes, header, taken, e);
    if (rc || !*taken)
        return rc;
    r.cinfo.progress = &r.progress;
    rc = read_planes(&r, header, plan, out, part, e);
    if (rc)
        planes_free(out);
    return rc;
}
