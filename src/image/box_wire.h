/* image/box_wire.h - what passes between us, the zygote and a box; inside image/ and box/.
 *
 * Fixed-size messages over SOCK_SEQPACKET sockets: one packet is one message, and one of another
 * size is none. Both programs are of one build. Whatever a box says is held against what can be.
 */
#ifndef IMAGE_BOX_WIRE_H
#define IMAGE_BOX_WIRE_H

#include "image/render.h"

#define BOX_PROGRAM "cameo-box"

/* Of the two shared memories of a box, at most: the first is as long as the largest picture it has
 * had, pages of the second are there once they are written to. */
#define BOX_INPUT_MAX  (1LL << 30)
#define BOX_OUTPUT_MAX RENDER_BYTES_MAX

/* A box whose channel has been silent for so long ends itself; we take no box that has been for the
 * smaller time, so that none ends in our hands. */
#define BOX_IDLE_SECONDS       10
#define BOX_IDLE_SECONDS_TAKEN 8

/* A zygote that has libvips in its memory and has had no box for so long ends, too. */
#define ZYGOTE_IDLE_SECONDS 300

/* ---- the zygote ---- */

#define ZYGOTE_CONTROL_FD 3 /* where it finds its end of the socket */

/* Its arguments. */
enum zygote_argument {
    ZYGOTE_RENDERER = 1, /* path of the object */
    ZYGOTE_MEMORY,       /* of struct box_options, in decimal */
    ZYGOTE_CPU,
    ZYGOTE_UNCONFINED, /* 0 or 1 */
    ZYGOTE_BACKGROUND, /* 0 or 1 */
    ZYGOTE_ARGUMENTS,
};

#define ZYGOTE_BOXES_MAX 8

enum zygote_op {
    ZYGOTE_OPEN = 1, /* comes with three descriptors: channel, input, output */
    ZYGOTE_END,      /* kills the box, and says how it ended */
};

#define ZYGOTE_FDS 3

struct zygote_wish {
    int32_t op;
    int32_t pid; /* ZYGOTE_END */
};

struct zygote_reply {
    int32_t code;   /* enum err_code; then `text` says why */
    int32_t pid;    /* of a box */
    int32_t status; /* ZYGOTE_END: as wait() says it */
    int64_t cpu_us; /* ZYGOTE_END: that the box took in all its life */
    char text[ERR_TEXT_MAX];
};

/* ---- a box ---- */

enum box_task {
    BOX_PICTURE = 1,
    BOX_DRAWING,
    BOX_APPEARANCE,
};

struct box_job {
    int32_t task;
    uint64_t input_len; /* the picture, at the beginning of the input */
    struct picture_header header;
    struct rendered plan;   /* BOX_PICTURE */
    struct drawing drawing; /* BOX_DRAWING; its text is at `text`, text.len long */
    char text[DRAWING_TEXT_MAX];
};

/* The first one comes unasked: whether the box is confined. */
struct box_answer {
    int32_t code; /* enum err_code */
    uint64_t output_len;
    int64_t cpu_us; /* of the box in all its life */
    struct appearance appearance;
    char text[ERR_TEXT_MAX];
};

#endif
