/* image/render.h - pictures in other sizes and types, and pictures of our own making. The only user
 * of libvips, which is loaded when the first one is wanted (see renderer.h).
 *
 * Takes milliseconds to seconds: never on an event loop. Any thread; a process renders at most
 * RENDERS_AT_ONCE at a time, large ones alone, and the others wait for their turn.
 */
#ifndef IMAGE_RENDER_H
#define IMAGE_RENDER_H

#include "base/arena.h"
#include "base/source.h"
#include "image/header.h"

#define RENDERS_AT_ONCE  2
#define RENDERS_WAITING  24         /* with as many in line there is no room: ERR_BUSY */
#define RENDER_BYTES_MAX (32 << 20) /* of what is made */
/* A GIF's colours are chosen over the whole picture in memory, 14 bytes a pixel. */
#define RENDER_GIF_PIXELS_MAX (4096 * 4096)

struct render {
    int32_t width_px; /* the picture is made to fit inside, its proportions kept; 0: whatever the
                         other one leads to; both 0: only the type changes */
    int32_t height_px;
    bool enlarge;           /* also when that makes it larger */
    enum picture_type type; /* JPEG, PNG or GIF; PICTURE_NONE: as it is (TIFF and BMP become PNG) */
};

/* What will come out, known before anything is decoded. */
struct rendered {
    enum picture_type type;
    int32_t width_px; /* as seen: orientation is applied */
    int32_t height_px;
    bool same; /* type and size are the picture's own: its bytes may do as they are */
};
struct rendered render_plan(const struct picture_header *header, const struct render *want);

/* The first frame, turned as its orientation says, in sRGB, without metadata; what is transparent
 * is white in a JPEG. `header` is of `bytes`. Of pixels that are cut off the rest is made anyway.
 * ERR_UNSUPPORTED  the bytes cannot be decoded
 * ERR_TOO_LARGE    over `limits`, or the result is over RENDER_BYTES_MAX or RENDER_GIF_PIXELS_MAX
 * ERR_BUSY         too many are waiting already
 * ERR_UNAVAILABLE  libvips cannot be loaded
 * ERR_NO_MEMORY    over the arena's limit */
enum err_code render_picture(struct arena *arena, struct bytes bytes,
                             const struct picture_header *header, const struct image_limits *limits,
                             const struct render *want, struct bytes *out, enum picture_type *type,
                             struct err *e) MUST_CHECK;

/* The same, and the bytes are read only when it is their turn, so that pictures that wait take no
 * memory. Failures also those of source->read. */
enum err_code render_source(struct arena *arena, struct source *source,
                            const struct picture_header *header, const struct image_limits *limits,
                            const struct render *want, struct bytes *out, enum picture_type *type,
                            struct err *e) MUST_CHECK;

/* What stands where no picture is. */
enum drawing_shape {
    DRAWING_TEXT, /* only the text */
    DRAWING_PERSON,
    DRAWING_COMPANY,
    DRAWING_PRODUCT,
    DRAWING_PROJECT,
    DRAWING_FILE,
};

#define DRAWING_SIDE_MAX 4096

struct drawing {
    enum drawing_shape shape;
    struct bytes text; /* UTF-8, wrapped and made to fit */
    bool border;
    int32_t width_px; /* 1 to DRAWING_SIDE_MAX */
    int32_t height_px;
    enum picture_type type; /* JPEG, PNG or GIF */
};

/* Failures as render_picture. */
enum err_code render_drawing(struct arena *arena, const struct drawing *drawing, struct bytes *out,
                             struct err *e) MUST_CHECK;

#endif
