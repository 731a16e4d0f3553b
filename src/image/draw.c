/* Every shape stands in a square of side 1 around the origin, y downwards, and is a union of a few
 * simple ones whose distance to a point is known: that gives smooth edges in every size. */
#include "image/draw.h"

#include <math.h>

struct colour {
    uint8_t rgb[3];
};

static const struct colour PAPER = { { 236, 239, 242 } };
static const struct colour INK = { { 118, 131, 144 } }; /* 3.3 : 1 on paper */
static const struct colour INK_LIGHT = { { 206, 213, 220 } };
static const struct colour TEXT = { { 72, 84, 96 } }; /* 6.6 : 1 */
static const struct colour LINE = { { 118, 131, 144 } };

/* ---- distances: negative inside ---- */

static double circle(double x, double y, double cx, double cy, double radius)
{
    return hypot(x - cx, y - cy) - radius;
}

/* A rectangle with round corners. */
static double box(double x, double y, double left, double top, double right, double bottom,
                  double radius)
{
    double dx = fabs(x - (left + right) / 2) - (right - left) / 2 + radius;
    double dy = fabs(y - (top + bottom) / 2) - (bottom - top) / 2 + radius;

    return hypot(fmax(dx, 0), fmax(dy, 0)) + fmin(fmax(dx, dy), 0) - radius;
}

/* The half plane behind the line from a to b, seen to the right of it. */
static double half(double x, double y, double ax, double ay, double bx, double by)
{
    double length = hypot(bx - ax, by - ay);

    return ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / -length;
}

/* ---- shapes: how far from the dark part and from the light one ---- */

#define FAR 10.0

struct distances {
    double dark;
    double light;
};

static struct distances person(double x, double y)
{
    double head = circle(x, y, 0, -0.17, 0.19);
    double shoulders = box(x, y, -0.34, 0.09, 0.34, 0.9, 0.26);

    return (struct distances){ fmin(head, fmax(shoulders, y - 0.4)), FAR };
}

/* A house of offices with a lower wing. */
static struct distances company(double x, double y)
{
    double tower = box(x, y, -0.32, -0.4, 0.08, 0.4, 0.02);
    double wing = box(x, y, 0.08, -0.1, 0.34, 0.4, 0.02);
    double windows = FAR;

    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 2; column++) {
            double left = -0.25 + 0.15 * column;
            double top = -0.32 + 0.16 * row;
            windows = fmin(windows, box(x, y, left, top, left + 0.1, top + 0.09, 0.01));
        }
        if (row < 2) {
            double top = -0.02 + 0.16 * row;
            windows = fmin(windows, box(x, y, 0.16, top, 0.26, top + 0.09, 0.01));
        }
    }
    return (struct distances){ fmin(tower, wing), windows };
}

/* A parcel with its tape. */
static struct distances product(double x, double y)
{
    double body = box(x, y, -0.34, -0.14, 0.34, 0.38, 0.03);
    double lid = box(x, y, -0.38, -0.34, 0.38, -0.17, 0.03);

    return (struct distances){ fmin(body, lid), box(x, y, -0.07, -0.34, 0.07, 0.06, 0.01) };
}

/* A folder. */
static struct distances project(double x, double y)
{
    double tab = box(x, y, -0.4, -0.3, -0.02, 0.1, 0.05);
    double back = box(x, y, -0.4, -0.22, 0.4, 0.32, 0.05);
    double front = box(x, y, -0.4, -0.1, 0.4, -0.07, 0.01);

    return (struct distances){ fmin(tab, back), front };
}

/* A sheet with a folded corner. */
static struct distances file(double x, double y)
{
    double cut = half(x, y, 0.08, -0.44, 0.34, -0.18);
    double sheet = fmax(box(x, y, -0.3, -0.42, 0.3, 0.42, 0.03), cut);
    double corner = fmax(fmax(0.1 - x, y + 0.22), cut);
    double lines = FAR;

    for (int i = 0; i < 4; i++)
        lines = fmin(lines, box(x, y, -0.2, -0.06 + 0.11 * i, 0.2, -0.02 + 0.11 * i, 0.02));
    return (struct distances){ sheet, fmin(lines, corner) };
}

/* A frame with a sun over a hill. */
static struct distances picture(double x, double y)
{
    double frame = box(x, y, -0.4, -0.32, 0.4, 0.32, 0.05);
    double inside = box(x, y, -0.32, -0.24, 0.32, 0.24, 0.02);
    double sun = circle(x, y, 0.13, -0.09, 0.08);
    double hill = fmax(half(x, y, -0.4, 0.3, -0.1, -0.1), half(x, y, -0.1, -0.1, 0.32, 0.3));
    double view = fmax(fmin(sun, hill), inside);

    return (struct distances){ frame, fmax(inside, -view) };
}

static struct distances distances(enum drawing_shape shape, double x, double y)
{
    switch (shape) {
    case DRAWING_PERSON:
        return person(x, y);
    case DRAWING_COMPANY:
        return company(x, y);
    case DRAWING_PRODUCT:
        return product(x, y);
    case DRAWING_PROJECT:
        return project(x, y);
    case DRAWING_FILE:
        return file(x, y);
    case DRAWING_PICTURE:
        return picture(x, y);
    case DRAWING_TEXT:
        break;
    }
    return (struct distances){ FAR, FAR };
}

/* `cover` of 1 is all colour. */
static void lay(uint8_t *pixel, const struct colour *colour, double cover)
{
    cover = fmin(fmax(cover, 0), 1);
    for (int c = 0; c < 3; c++)
        pixel[c] = (uint8_t)lround(pixel[c] + (colour->rgb[c] - pixel[c]) * cover);
}

void draw_shape(const struct drawing *drawing, uint8_t *pixels)
{
    int32_t width = drawing->width_px;
    int32_t height = drawing->height_px;
    int32_t side = width < height ? width : height;
    int32_t line = 1 + side / 100;

    for (int32_t row = 0; row < height; row++) {
        for (int32_t column = 0; column < width; column++, pixels += 3) {
            double x = (column + 0.5 - width / 2.0) / side;
            double y = (row + 0.5 - height / 2.0) / side;
            struct distances d = distances(drawing->shape, x, y);

            memcpy(pixels, PAPER.rgb, 3);
            lay(pixels, &INK, 0.5 - d.dark * side);
            if (d.light < FAR)
                lay(pixels, &INK_LIGHT, 0.5 - d.light * side);
            if (drawing->border &&
                (row < line || column < line || row >= height - line || column >= width - line))
                memcpy(pixels, LINE.rgb, 3);
        }
    }
}

void draw_mask(const struct drawing *drawing, uint8_t *pixels, const uint8_t *mask,
               int32_t mask_width, int32_t mask_height, int32_t x, int32_t y)
{
    for (int32_t row = 0; row < mask_height; row++) {
        for (int32_t column = 0; column < mask_width; column++) {
            int64_t px = (int64_t)x + column;
            int64_t py = (int64_t)y + row;
            if (px < 0 || py < 0 || px >= drawing->width_px || py >= drawing->height_px)
                continue;
            lay(pixels + (py * drawing->width_px + px) * 3, &TEXT,
                mask[(size_t)row * (size_t)mask_width + (size_t)column] / 255.0);
        }
    }
}
