/* Placeholders: our shapes, and text. */
#include "image/draw.h"
#include "image/vips/lettering.h"
#include "image/vips/vips.h"

#include <stdlib.h>

#define LETTERS_GOOD_PX 16 /* large enough to be read at ease */

/* The text in the middle of four fifths of the room; letters of an eighth of the shorter side, or
 * of LETTERS_GOOD_PX where that is more and there is room. */
static enum err_code draw_text(const struct drawing *drawing, uint8_t *pixels, bool *readable,
                               struct err *e)
{
    int32_t width = drawing->width_px * 4 / 5;
    int32_t height = drawing->height_px * 4 / 5;
    int32_t side = width < height ? width : height;
    int32_t letters = side * 5 / 32 > LETTERS_GOOD_PX ? side * 5 / 32 : LETTERS_GOOD_PX;
    struct lettering lettering;

    enum err_code rc = lettering_draw(drawing->text, width, height, letters < side ? letters : side,
                                      &lettering, e);
    if (rc)
        return rc;
    *readable = lettering.at != NULL;
    if (lettering.at)
        draw_mask(drawing, pixels, lettering.at, width, height, (drawing->width_px - width) / 2,
                  (drawing->height_px - height) / 2);
    free(lettering.at);
    return ERR_NONE;
}

/* A text that nobody could read gives way to a shape. */
static enum err_code draw_text_or_picture(const struct drawing *drawing, uint8_t *pixels,
                                          struct err *e)
{
    bool readable;

    enum err_code rc = draw_text(drawing, pixels, &readable, e);
    if (rc == ERR_NONE && !readable && drawing->shape == DRAWING_TEXT) {
        struct drawing shape = *drawing;
        shape.shape = DRAWING_PICTURE;
        draw_shape(&shape, pixels);
    }
    return rc;
}

enum err_code vips_drawing(const struct drawing *drawing, struct made *out, struct err *e)
{
    size_t size = (size_t)drawing->width_px * (size_t)drawing->height_px * 3;
    CLEANUP(freep) uint8_t *pixels = malloc(size);

    if (!pixels)
        return err_set(e, ERR_NO_MEMORY, "draw a picture");
    draw_shape(drawing, pixels);
    enum err_code rc = drawing->text.len ? draw_text_or_picture(drawing, pixels, e) : ERR_NONE;
    if (rc)
        return rc;
    CLEANUP(unrefp)
    VipsImage *image = vips_image_new_from_memory(pixels, size, drawing->width_px,
                                                  drawing->height_px, 3, VIPS_FORMAT_UCHAR);
    if (!image)
        return err_set(e, ERR_NO_MEMORY, "draw a picture");
    image->Type = VIPS_INTERPRETATION_sRGB;
    return encode(image, drawing->type, 0, out, e);
}
