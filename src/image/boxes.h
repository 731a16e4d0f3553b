/* image/boxes.h - whose turn it is, and the box for it; inside image/. */
#ifndef IMAGE_BOXES_H
#define IMAGE_BOXES_H

#include "image/box_client.h"

struct boxes_turn {
    struct boxes *boxes;
    struct box *box;
    bool warm; /* it has made other pictures before */
    int64_t pixels;
    int64_t seconds; /* that it may take */
};

enum boxes_patience {
    BOXES_WAIT,
    BOXES_BACKGROUND, /* it may take longer, too */
    BOXES_NOW,        /* no line: for somebody who wants something else done */
};

/* Waits for the turn of a picture that takes so many pixels, and for a box.
 * ERR_BUSY  RENDERS_WAITING wait already; with BOXES_NOW, it would have to wait, or boxes_start was
 *           never called; other failures as box_open
 * On success boxes_give follows. */
enum err_code boxes_take(struct boxes *boxes, int64_t pixels, enum boxes_patience patience,
                         struct boxes_turn *out, struct err *e) MUST_CHECK;

/* Another box in place of one that cannot be used any more. On failure it has none. */
enum err_code boxes_renew(struct boxes_turn *turn, struct err *e) MUST_CHECK;

/* `sound`: the box may be used again. */
void boxes_give(struct boxes_turn *turn, bool sound);

#endif
