/* The short way from end to end. */
#include "image/planes/parts.h"

#define FINE_QUALITY                                                                               \
    90 /* from here on a JPEG's colours are not halved: somebody will look closely */

static enum err_code scale_and_turn(const struct planes *read, const struct plan_part *part,
                                    const struct picture_header *header,
                                    const struct rendered *plan, struct planes *out, struct err *e)
{
    bool swapped = plan_turn(header->orientation).swapped;
    int halved = read->count == 3 && (plan->type == PICTURE_WEBP || plan->quality < FINE_QUALITY);
    /* an odd side gets a column or row more in any case: see planes_read_jpeg */
    int32_t width = plan->width_px + plan->width_px % 2;
    int32_t height = plan->height_px + plan->height_px % 2;

    enum err_code rc = planes_new(read->count, swapped ? height : width, swapped ? width : height,
                                  halved, halved, out, e);
    if (rc == ERR_NONE)
        rc = planes_scale(read, part, plan->type == PICTURE_WEBP, out, e);
    return rc ? rc : planes_turn(out, header->orientation, e);
}

enum err_code planes_picture(struct bytes bytes, const struct picture_header *header,
                             const struct rendered *plan, struct made *out, bool *taken,
                             struct err *e)
{
    CLEANUP(planes_free) struct planes read = { 0 };
    CLEANUP(planes_free) struct planes made = { 0 };
    struct plan_part part;

    *taken = false;
    if (header->type != PICTURE_JPEG || (plan->type != PICTURE_JPEG && plan->type != PICTURE_WEBP))
        return ERR_NONE;
    enum err_code rc = planes_read_jpeg(bytes, header, plan, &read, &part, taken, e);
    if (rc || !*taken)
        return rc;
    rc = scale_and_turn(&read, &part, header, plan, &made, e);
    planes_free(&read);
    if (rc)
        return rc;
    return plan->type == PICTURE_JPEG ? planes_write_jpeg(&made, plan, out, e)
                                      : planes_write_webp(&made, plan, out, e);
}
