/* Placeholders: our shapes, and text by libvips' way to Pango. */
#include "image/draw.h"
#include "image/vips/vips.h"

#include <stdlib.h>

#define FONT "DejaVu Sans"

#define LETTERS_MIN    7  /* pixels */
#define TEXT_WIDTH_MIN 12 /* what is narrower stays without a text: nobody could read it */

/* Letters of an eighth of the shorter side, wrapped into four fifths of the width, or as small as
 * they must be. */
static VipsImage *text_mask(const struct drawing *drawing)
{
    int width = drawing->width_px * 4 / 5;
    int height = drawing->height_px * 4 / 5;
    int size = drawing->height_px < drawing->width_px ? drawing->height_px : drawing->width_px;
    char font[40];
    VipsImage *mask;

    size = size / 8 < LETTERS_MIN ? LETTERS_MIN : size / 8;
    snprintf(font, sizeof font, FONT " %d", size);
    char *markup = g_markup_escape_text(drawing->text.at, (gssize)drawing->text.len);
    int failed = vips_text(&mask, markup, "font", font, "width", width, "dpi", 72, "align",
                           VIPS_ALIGN_CENTRE, NULL);
    if (!failed && (mask->Xsize > width || mask->Ysize > height)) {
        g_object_unref(mask);
        failed = vips_text(&mask, markup, "font", FONT, "width", width, "height", height, "align",
                           VIPS_ALIGN_CENTRE, NULL);
    }
    g_free(markup);
    return failed ? NULL : mask;
}

static enum err_code draw_text(const struct drawing *drawing, uint8_t *pixels, struct err *e)
{
    CLEANUP(unrefp) VipsImage *mask = text_mask(drawing);
    size_t size;

    if (!mask)
        return err_set(e, ERR_UNAVAILABLE, "a text cannot be drawn: is there a font?");
    uint8_t *cover = vips_image_write_to_memory(mask, &size);
    if (!cover)
        return err_set(e, ERR_NO_MEMORY, "draw a text");
    draw_mask(drawing, pixels, cover, mask->Xsize, mask->Ysize,
              (drawing->width_px - mask->Xsize) / 2, (drawing->height_px - mask->Ysize) / 2);
    g_free(cover);
    return ERR_NONE;
}

enum err_code vips_drawing(struct arena *arena, const struct drawing *drawing, struct bytes *out,
                           struct err *e)
{
    size_t size = (size_t)drawing->width_px * (size_t)drawing->height_px * 3;
    CLEANUP(freep) uint8_t *pixels = malloc(size);

    if (!pixels)
        return err_set(e, ERR_NO_MEMORY, "draw a picture");
    draw_shape(drawing, pixels);
    if (drawing->text.len && drawing->width_px >= TEXT_WIDTH_MIN &&
        drawing->height_px >= LETTERS_MIN * 2) {
        enum err_code rc = draw_text(drawing, pixels, e);
        if (rc)
            return rc;
    }
    CLEANUP(unrefp)
    VipsImage *image = vips_image_new_from_memory(pixels, size, drawing->width_px,
                                                  drawing->height_px, 3, VIPS_FORMAT_UCHAR);
    if (!image)
        return err_set(e, ERR_NO_MEMORY, "draw a picture");
    image->Type = VIPS_INTERPRETATION_sRGB;
    return encode(arena, image, drawing->type, out, e);
}
