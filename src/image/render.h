/* image/render.h - pictures in other sizes and types, what they look like, and pictures of our own
 * making. All of it happens in a box (box.h).
 *
 * Takes milliseconds to seconds: never on an event loop. Any thread; BOXES_AT_ONCE are at work at a
 * time, large pictures alone, and the others wait for their turn.
 */
#ifndef IMAGE_RENDER_H
#define IMAGE_RENDER_H

#include "base/arena.h"
#include "base/source.h"
#include "image/box.h"
#include "image/header.h"

#define RENDERS_WAITING  24         /* with as many in line there is no room: ERR_BUSY */
#define RENDER_BYTES_MAX (32 << 20) /* of what is made */
/* A GIF's colours are chosen over the whole picture in memory, 14 bytes a pixel. */
#define RENDER_GIF_PIXELS_MAX (4096 * 4096)

/* Rises when the same wish gives other bytes: part of the key under which renditions are kept. */
#define RENDER_VERSION 1

enum render_fit {
    FIT_CONTAIN, /* made to fit inside width and height, its proportions kept */
    FIT_COVER,   /* made to cover them, its proportions kept, and what hangs over is cut off */
    FIT_FILL,    /* made exactly so large, whatever its proportions */
};

struct render {
    int32_t width_px; /* 0: whatever the other one leads to, with any fit; both 0: only the type
                         changes */
    int32_t height_px;
    enum render_fit fit;
    int32_t focus_x; /* FIT_COVER: see struct picture */
    int32_t focus_y;
    bool enlarge; /* also when that makes it larger; FIT_COVER and FIT_FILL without it give
                     the wanted proportions in as many pixels as there are */
    enum picture_type type; /* JPEG, PNG, GIF, WebP or AVIF; PICTURE_NONE: as it is (TIFF and BMP
                               become PNG) */
    int32_t quality;        /* 1 to 100 for JPEG, WebP and AVIF; 0: the type's own default */
    bool background;        /* nobody waits: it may take longer */
};

/* What will come out, known before anything is decoded. */
struct rendered {
    enum picture_type type;
    int32_t width_px; /* as seen: orientation is applied */
    int32_t height_px;
    /* the part of the picture as seen, in its own pixels, that becomes all of it */
    int32_t cut_x, cut_y, cut_width, cut_height;
    int32_t quality; /* 0 where the type has none */
    bool same;       /* its bytes go out as they are: an animation, of which nothing else would be
                        left than the first frame, whose type, size and part are its own and no
                        quality was asked for */
};
struct rendered render_plan(const struct picture_header *header, const struct render *want);

/* The first frame, turned as its orientation says, in sRGB, without metadata; what is transparent
 * is white in a JPEG. `header` is of `bytes`. Of pixels that are cut off the rest is made anyway.
 * ERR_UNSUPPORTED  the bytes cannot be decoded, or the box died of them
 * ERR_TOO_LARGE    over `limits`, or the result is over RENDER_BYTES_MAX or RENDER_GIF_PIXELS_MAX,
 *                  or it took more memory or time than a box has
 * ERR_BUSY         too many are waiting already
 * ERR_UNAVAILABLE  no box can be had: no renderer, or the kernel refuses to confine it; or somebody
 *                  killed the box
 * ERR_NO_MEMORY    over the arena's limit */
enum err_code render_picture(struct boxes *boxes, struct arena *arena, struct bytes bytes,
                             const struct picture_header *header, const struct image_limits *limits,
                             const struct render *want, struct bytes *out, enum picture_type *type,
                             struct err *e) MUST_CHECK;

/* The same, and the bytes are read only when it is their turn, so that pictures that wait take no
 * memory. Failures also those of source->read. */
enum err_code render_source(struct boxes *boxes, struct arena *arena, struct source *source,
                            const struct picture_header *header, const struct image_limits *limits,
                            const struct render *want, struct bytes *out, enum picture_type *type,
                            struct err *e) MUST_CHECK;

/* Rises when a look at the same bytes gives something else. */
#define APPEARANCE_VERSION 1

/* What the picture looks like. Failures as render_source. */
enum err_code render_appearance(struct boxes *boxes, struct source *source,
                                const struct picture_header *header,
                                const struct image_limits *limits, struct appearance *out,
                                struct err *e) MUST_CHECK;

/* The same at once or not at all, for somebody who waits for something else: ERR_BUSY also when no
 * box is free this moment, or this process has not called boxes_start. */
enum err_code render_appearance_now(struct boxes *boxes, struct source *source,
                                    const struct picture_header *header,
                                    const struct image_limits *limits, struct appearance *out,
                                    struct err *e) MUST_CHECK;

/* What stands where no picture is. */
enum drawing_shape {
    DRAWING_TEXT, /* only the text */
    DRAWING_PERSON,
    DRAWING_COMPANY,
    DRAWING_PRODUCT,
    DRAWING_PROJECT,
    DRAWING_FILE,
    DRAWING_PICTURE, /* what stands for a text where it could not be read */
};

#define DRAWING_SIDE_MAX 4096
#define DRAWING_TEXT_MAX 128 /* bytes */

struct drawing {
    enum drawing_shape shape;
    struct bytes text; /* UTF-8, wrapped and made to fit */
    bool border;
    int32_t width_px; /* 1 to DRAWING_SIDE_MAX */
    int32_t height_px;
    enum picture_type type; /* JPEG, PNG or GIF */
};

/* Failures as render_picture. */
enum err_code render_drawing(struct boxes *boxes, struct arena *arena,
                             const struct drawing *drawing, struct bytes *out,
                             struct err *e) MUST_CHECK;

#endif
