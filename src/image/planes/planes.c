#include "image/planes/parts.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64 /* of the widest vectors */
#define BLOCK     16 /* libjpeg reads and writes whole blocks: of 8, or 16 where they are halved */

static size_t rounded_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

void planes_free(struct planes *planes)
{
    free(planes->memory);
    *planes = (struct planes){ 0 };
}

enum err_code planes_new(int count, int32_t width, int32_t height, int halved_x, int halved_y,
                         struct planes *out, struct err *e)
{
    struct planes made = { .count = count, .halved_x = halved_x, .halved_y = halved_y };
    size_t at[3];
    size_t size = 0; /* sides are of 31 bits, so that sums of three products fit 64 */

    for (int i = 0; i < count; i++) {
        struct plane *plane = &made.plane[i];
        plane->width = i ? (width + halved_x) >> halved_x : (width + halved_x) & ~halved_x;
        plane->height = i ? (height + halved_y) >> halved_y : (height + halved_y) & ~halved_y;
        plane->stride = (ptrdiff_t)rounded_up((size_t)plane->width + BLOCK, ALIGNMENT);
        at[i] = size;
        size += (size_t)plane->stride * (rounded_up((size_t)plane->height, BLOCK) + BLOCK);
    }
    made.memory = aligned_alloc(ALIGNMENT, size);
    if (!made.memory)
        return err_set(e, ERR_NO_MEMORY, "a picture of %d x %d pixels", width, height);
    for (int i = 0; i < count; i++)
        made.plane[i].at = (uint8_t *)made.memory + at[i];
    *out = made;
    return ERR_NONE;
}

void plane_pad(struct plane *plane, int32_t from_width, int32_t from_height)
{
    for (int32_t y = 0; y < from_height && from_width < plane->width; y++) {
        uint8_t *row = plane->at + y * plane->stride;
        memset(row + from_width, row[from_width - 1], (size_t)(plane->width - from_width));
    }
    for (int32_t y = from_height; y < plane->height; y++)
        memcpy(plane->at + y * plane->stride, plane->at + (from_height - 1) * plane->stride,
               (size_t)plane->width);
}

/* `from` mirrored and, row by row, written to the columns of `to` when they are swapped. */
static void turn_plane(const struct plane *from, struct plane *to, struct plan_turn turn)
{
    const uint8_t *corner = from->at;
    ptrdiff_t right = turn.mirrored_x ? -1 : 1;
    ptrdiff_t down = turn.mirrored_y ? -from->stride : from->stride;

    if (turn.mirrored_x)
        corner += from->width - 1;
    if (turn.mirrored_y)
        corner += (from->height - 1) * from->stride;
    ptrdiff_t step = turn.swapped ? down : right;
    ptrdiff_t row_step = turn.swapped ? right : down;
    for (int32_t y = 0; y < to->height; y++) {
        const uint8_t *in = corner + y * row_step;
        uint8_t *out = to->at + y * to->stride;
        for (int32_t x = 0; x < to->width; x++)
            out[x] = in[x * step];
    }
}

enum err_code planes_turn(struct planes *planes, int32_t orientation, struct err *e)
{
    struct plan_turn turn = plan_turn(orientation);
    int32_t width = turn.swapped ? planes->plane[0].height : planes->plane[0].width;
    int32_t height = turn.swapped ? planes->plane[0].width : planes->plane[0].height;
    CLEANUP(planes_free) struct planes turned = { 0 };

    if (!turn.mirrored_x && !turn.mirrored_y && !turn.swapped)
        return ERR_NONE;
    enum err_code rc =
        planes_new(planes->count, width, height, turn.swapped ? planes->halved_y : planes->halved_x,
                   turn.swapped ? planes->halved_x : planes->halved_y, &turned, e);
    if (rc)
        return rc;
    for (int i = 0; i < planes->count; i++)
        turn_plane(&planes->plane[i], &turned.plane[i], turn);
    struct planes old = *planes;
    *planes = turned;
    turned = old; /* which goes with the scope */
    return ERR_NONE;
}
