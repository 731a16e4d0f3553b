/* What comes out. */
#include "image/plan.h"

#define JPEG_QUALITY 80
#define WEBP_QUALITY 80
#define AVIF_QUALITY 60
#define SAME_QUALITY 85 /* of a picture that keeps its type and size, for its metadata to go */

struct size {
    int32_t width, height;
};

/* `side` * `to` / `from`, rounded; at least a pixel. */
static int32_t scaled(int32_t side, int32_t to, int32_t from)
{
    int64_t result = ((int64_t)side * to + from / 2) / from;

    return result < 1 ? 1 : result > INT32_MAX ? INT32_MAX : (int32_t)result;
}

/* Is `a` flatter than or as flat as `b`? */
static bool is_flatter(struct size a, struct size b)
{
    return (int64_t)a.width * b.height >= (int64_t)b.width * a.height;
}

/* Proportions of `shape`, as large as fits inside `room`. */
static struct size fit_inside(struct size shape, struct size room)
{
    if (is_flatter(shape, room))
        return (struct size){ room.width, scaled(shape.height, room.width, shape.width) };
    return (struct size){ scaled(shape.width, room.height, shape.height), room.height };
}

/* With a side that is not said. */
static struct size completed(struct size full, int32_t width, int32_t height)
{
    if (width <= 0)
        return (struct size){ scaled(full.width, height, full.height), height };
    if (height <= 0)
        return (struct size){ width, scaled(full.height, width, full.width) };
    return (struct size){ width, height };
}

static bool is_larger(struct size a, struct size b)
{
    return a.width > b.width || a.height > b.height;
}

/* Where the cut begins: the focus as near to its middle as the edges let it. */
static int32_t cut_at(int32_t full, int32_t cut, int32_t focus)
{
    int64_t middle = (int64_t)full * (FOCUS_MAX + focus);
    int64_t at = (middle - (int64_t)cut * FOCUS_MAX + FOCUS_MAX) / (2 * FOCUS_MAX);

    return at < 0 ? 0 : at > full - cut ? full - cut : (int32_t)at;
}

static int32_t default_quality(enum picture_type type)
{
    switch ((int)type) {
    case PICTURE_JPEG:
        return JPEG_QUALITY;
    case PICTURE_WEBP:
        return WEBP_QUALITY;
    case PICTURE_AVIF:
        return AVIF_QUALITY;
    default:
        return 0;
    }
}

static enum picture_type type_of(const struct picture_header *header, const struct render *want)
{
    if (want->type != PICTURE_NONE)
        return want->type;
    return header->type == PICTURE_TIFF || header->type == PICTURE_BMP ? PICTURE_PNG : header->type;
}

struct rendered render_plan(const struct picture_header *header, const struct render *want)
{
    bool turned = header->orientation >= 5 && header->orientation <= 8;
    struct size full = { turned ? header->height_px : header->width_px,
                         turned ? header->width_px : header->height_px };
    struct size cut = full;
    struct size size = full;

    if (want->width_px > 0 || want->height_px > 0) {
        /* with one side given, all fits are the same */
        bool both = want->width_px > 0 && want->height_px > 0;
        enum render_fit fit = both ? want->fit : FIT_CONTAIN;
        size = completed(full, want->width_px, want->height_px);
        if (fit == FIT_COVER)
            cut = fit_inside(size, full);
        if (fit == FIT_CONTAIN)
            size = fit_inside(full, size);
        if (is_larger(size, cut) && !want->enlarge)
            size = fit == FIT_CONTAIN ? full : fit_inside(size, cut);
    }
    struct rendered plan = {
        .type = type_of(header, want),
        .width_px = size.width,
        .height_px = size.height,
        .cut_x = cut_at(full.width, cut.width, want->focus_x),
        .cut_y = cut_at(full.height, cut.height, want->focus_y),
        .cut_width = cut.width,
        .cut_height = cut.height,
    };
    int32_t by_default = default_quality(plan.type);
    bool same = plan.type == header->type && size.width == full.width &&
                size.height == full.height && cut.width == full.width && cut.height == full.height;
    if (by_default)
        plan.quality = want->quality > 0 ? want->quality : same ? SAME_QUALITY : by_default;
    plan.same = same && want->quality <= 0 && header->frames > 1;
    return plan;
}

static int64_t pixels_of(int32_t width, int32_t height)
{
    return (int64_t)width * height;
}

enum err_code plan_check(const struct picture_header *header, const struct rendered *plan,
                         const struct image_limits *limits, struct err *e)
{
    const int32_t sides[][2] = { { header->width_px, header->height_px },
                                 { plan->width_px, plan->height_px } };

    for (size_t i = 0; i < COUNT(sides); i++) {
        int32_t width = sides[i][0];
        int32_t height = sides[i][1];
        if (width < 1 || height < 1)
            return err_set(e, ERR_UNSUPPORTED, "a picture without pixels");
        if (width > limits->side_px_max || height > limits->side_px_max)
            return err_set(e, ERR_TOO_LARGE, "%d x %d pixels, limit %d a side", width, height,
                           limits->side_px_max);
        if (pixels_of(width, height) > limits->pixels_max)
            return err_set(e, ERR_TOO_LARGE, "%d x %d pixels, limit %lld pixels", width, height,
                           (long long)limits->pixels_max);
    }
    if (plan->type == PICTURE_GIF &&
        pixels_of(plan->width_px, plan->height_px) > RENDER_GIF_PIXELS_MAX)
        return err_set(e, ERR_TOO_LARGE, "a GIF of %d x %d pixels", plan->width_px,
                       plan->height_px);
    return ERR_NONE;
}

struct plan_turn plan_turn(int32_t orientation)
{
    static const struct plan_turn turns[] = {
        [1] = { false, false, false }, [2] = { true, false, false }, [3] = { true, true, false },
        [4] = { false, true, false },  [5] = { false, false, true }, [6] = { false, true, true },
        [7] = { true, true, true },    [8] = { true, false, true },
    };

    return turns[orientation >= 1 && orientation <= 8 ? orientation : 1];
}

struct plan_part plan_stored_cut(const struct picture_header *header, const struct rendered *plan,
                                 int32_t more_x, int32_t more_y)
{
    struct plan_turn turn = plan_turn(header->orientation);
    struct plan_part seen = {
        .x = plan->cut_x,
        .y = plan->cut_y,
        .width = plan->cut_width * (1 + (double)more_x / plan->width_px),
        .height = plan->cut_height * (1 + (double)more_y / plan->height_px),
    };
    struct plan_part stored = seen;

    if (turn.swapped)
        stored = (struct plan_part){ seen.y, seen.x, seen.height, seen.width };
    if (turn.mirrored_x)
        stored.x = header->width_px - stored.x - stored.width;
    if (turn.mirrored_y)
        stored.y = header->height_px - stored.y - stored.height;
    return stored;
}
