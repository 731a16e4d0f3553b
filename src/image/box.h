/* image/box.h - boxes: processes that decode, scale and encode, and can do nothing else.
 *
 * A zygote, the program `cameo-box`, forks them; it is started with nothing of ours in its memory
 * and loads the renderer (see renderer.h) when the first box is wanted. A box has no file system,
 * no network and a short list of system calls; its memory, processor time, output and time by the
 * clock are bounded. Bytes go in and out by memory that both sides map or read (memfd), whose size
 * only we can change. A box is thrown away after a picture that failed, and after a bounded number
 * of pictures. What dies takes one picture with it: the caller gets an error, the next one a new
 * box (and when it was the zygote, a new zygote).
 *
 * A `struct boxes` belongs to one process; any thread may use it. render.h has what they do.
 */
#ifndef IMAGE_BOX_H
#define IMAGE_BOX_H

#include "base/err.h"

#define BOXES_AT_ONCE 2 /* of one `struct boxes`: every worker of nginx has its own */

struct box_options {
    int64_t pictures_max;
    int64_t memory_max; /* bytes of address space beyond what the box starts with */
    int64_t cpu_seconds;
    int64_t seconds;
    bool unconfined;      /* work also where the kernel cannot confine */
    bool background;      /* only when nobody else wants the processor: who gets too little of
                             it in time is ERR_UNAVAILABLE */
    const char *renderer; /* path of the renderer's object; NULL: beside the program or module */
};

struct boxes;

/* Allocates; starts nothing. */
enum err_code boxes_new(const struct box_options *options, struct boxes **out,
                        struct err *e) MUST_CHECK;

/* Starts the zygote, unless it runs: does not wait for it. Else the first picture starts it. */
enum err_code boxes_start(struct boxes *boxes, struct err *e) MUST_CHECK;

/* Ends all boxes and the zygote. Nobody may be rendering. Accepts NULL. */
void boxes_free(struct boxes *boxes);

/* Can this kernel confine a box? Quick: asks for the features, makes nothing.
 * ERR_UNSUPPORTED  the text says what is missing */
enum err_code box_can_confine(struct err *e) MUST_CHECK;

#endif
