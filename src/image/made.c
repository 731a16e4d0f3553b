#include "image/made.h"

static bool is_avif(struct bytes made)
{
    return made.len >= 12 &&
           bytes_eq(bytes_of(made.at + 4, 8), B("ftypavif")); /* behind the size of the box */
}

enum err_code made_check(struct bytes made, enum picture_type type, int32_t width_px,
                         int32_t height_px, struct err *e)
{
    const struct image_limits limits = { width_px > height_px ? width_px : height_px,
                                         (int64_t)width_px * height_px, 1 };
    struct picture_header header;
    struct err why = { 0 };
    bool good;

    if (type == PICTURE_AVIF)
        good = is_avif(made);
    else
        good = image_read_header(made, &limits, &header, &why) == ERR_NONE && header.type == type &&
               header.width_px == width_px && header.height_px == height_px &&
               header.orientation == 1;
    return good ? ERR_NONE : err_set(e, ERR_UNSUPPORTED, "its decoder made something else of it");
}
