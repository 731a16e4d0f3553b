#include "image/planes/parts.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

struct writer {
    struct jpeg_compress_struct cinfo; /* first: see fail() */
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination;
    jmp_buf failed;
    bool full;
};

static _Noreturn void fail(j_common_ptr cinfo)
{
    longjmp(((struct writer *)cinfo)->failed, 1);
}

static void say_nothing(j_common_ptr cinfo)
{
    (void)cinfo;
}

static void nothing_to_do(j_compress_ptr cinfo)
{
    (void)cinfo;
}

static boolean is_full(j_compress_ptr cinfo)
{
    ((struct writer *)cinfo)->full = true;
    fail((j_common_ptr)cinfo);
}

static void writer_done(struct writer *w)
{
    jpeg_destroy_compress(&w->cinfo);
}

static void begin(struct writer *w, const struct planes *planes, const struct rendered *plan,
                  struct made *out)
{
    struct jpeg_compress_struct *cinfo = &w->cinfo;

    w->destination.init_destination = nothing_to_do;
    w->destination.empty_output_buffer = is_full;
    w->destination.term_destination = nothing_to_do;
    w->destination.next_output_byte = out->at;
    w->destination.free_in_buffer = out->room;
    jpeg_create_compress(cinfo);
    cinfo->dest = &w->destination;
    cinfo->image_width = (JDIMENSION)plan->width_px;
    cinfo->image_height = (JDIMENSION)plan->height_px;
    cinfo->input_components = planes->count;
    cinfo->in_color_space = planes->count == 3 ? JCS_YCbCr : JCS_GRAYSCALE;
    jpeg_set_defaults(cinfo);
    jpeg_set_quality(cinfo, plan->quality, TRUE);
    cinfo->optimize_coding = TRUE; /* a pass more, a twentieth of the bytes less */
    cinfo->raw_data_in = TRUE;
    cinfo->comp_info[0].h_samp_factor = 1 + planes->halved_x;
    cinfo->comp_info[0].v_samp_factor = 1 + planes->halved_y;
    jpeg_start_compress(cinfo, TRUE);
}

/* Blocks that hang over the right edge take their columns from beyond it. */
static void pad_row(const struct writer *w, const struct plane *plane, int component, int32_t y)
{
    uint8_t *row = plane->at + y * plane->stride;
    size_t width = w->cinfo.comp_info[component].width_in_blocks * (size_t)DCTSIZE;

    if (width > (size_t)plane->width)
        memset(row + plane->width, row[plane->width - 1], width - (size_t)plane->width);
}

static void write_rows(struct writer *w, const struct planes *planes)
{
    JSAMPROW rows[3][2 * DCTSIZE];
    JSAMPARRAY data[3] = { rows[0], rows[1], rows[2] };

    for (int32_t top = 0; w->cinfo.next_scanline < w->cinfo.image_height; top++) {
        for (int i = 0; i < planes->count; i++) {
            const struct plane *plane = &planes->plane[i];
            int lines = w->cinfo.comp_info[i].v_samp_factor * DCTSIZE;
            for (int line = 0; line < lines; line++) {
                int32_t y = top * lines + line;
                y = y < plane->height ? y : plane->height - 1;
                pad_row(w, plane, i, y);
                rows[i][line] = plane->at + y * plane->stride;
            }
        }
        jpeg_write_raw_data(&w->cinfo, data, (JDIMENSION)(w->cinfo.max_v_samp_factor * DCTSIZE));
    }
}

enum err_code planes_write_jpeg(const struct planes *planes, const struct rendered *plan,
                                struct made *out, struct err *e)
{
    CLEANUP(writer_done) struct writer w = { 0 };

    w.cinfo.err = jpeg_std_error(&w.errors);
    w.errors.error_exit = fail;
    w.errors.output_message = say_nothing;
    if (setjmp(w.failed))
        return w.full ? err_set(e, ERR_TOO_LARGE, "more than %zu bytes as jpg", out->room)
                      : err_set(e, ERR_NO_MEMORY, "write a jpg");
    begin(&w, planes, plan, out);
    write_rows(&w, planes);
    jpeg_finish_compress(&w.cinfo);
    out->len = out->room - w.destination.free_in_buffer;
    return ERR_NONE;
}
