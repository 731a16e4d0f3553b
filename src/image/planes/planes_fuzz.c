/* image/planes/planes_fuzz.c - whatever a JPEG holds, a picture of the planned size comes out of
 * the short way, or none. */
#include "image/plan.h"
#include "image/planes.h"

#include "base/bytes.h"
#include "fuzz.h"

#include <stdlib.h>

#define WISH 4 /* bytes before the picture: what is wanted of it */
#define ROOM (1 << 20)

static const struct image_limits limits = { 2000, 500000, 10 };

static struct render wish_of(const uint8_t *data)
{
    return (struct render){
        .width_px = data[0],
        .height_px = data[1],
        .fit = (enum render_fit)(data[2] % 3),
        .type = data[2] & 4 ? PICTURE_WEBP : PICTURE_JPEG,
        .enlarge = data[2] & 8,
        .focus_x = (data[3] - 128) * 3,
        .quality = data[2] & 16 ? 95 : 0,
    };
}

static void check(struct bytes bytes, const struct picture_header *header,
                  const struct rendered *plan, uint8_t *room)
{
    struct made made = { .at = room, .room = ROOM };
    struct err e = { 0 };
    bool taken;

    enum err_code rc = planes_picture(bytes, header, plan, &made, &taken, &e);
    HOLDS(rc == ERR_NONE || rc == ERR_UNSUPPORTED || rc == ERR_TOO_LARGE || rc == ERR_NO_MEMORY);
    HOLDS(rc == e.code && (rc == ERR_NONE || taken || rc == ERR_UNSUPPORTED));
    if (rc || !taken)
        return;
    struct picture_header got;
    HOLDS(made.len <= ROOM);
    HOLDS(image_read_header(bytes_of((const char *)room, made.len), &image_limits_default, &got,
                            &e) == ERR_NONE);
    HOLDS(got.type == plan->type && got.orientation == 1);
    HOLDS(got.width_px == plan->width_px && got.height_px == plan->height_px);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct picture_header header;
    struct err e = { 0 };

    if (size < WISH)
        return 0;
    struct bytes bytes = bytes_of((const char *)data + WISH, size - WISH);
    struct render want = wish_of(data);
    if (image_sniff(bytes) != PICTURE_JPEG || image_read_header(bytes, &limits, &header, &e))
        return 0;
    struct rendered plan = render_plan(&header, &want);
    if (plan_check(&header, &plan, &limits, &e))
        return 0;
    uint8_t *room = malloc(ROOM);
    HOLDS(room != NULL);
    check(bytes, &header, &plan, room);
    free(room);
    return 0;
}
