/* box/box.h - what the files of the program `cameo-box` share. */
#ifndef BOX_BOX_H
#define BOX_BOX_H

#include "box/confine.h"
#include "image/renderer.h"

/* Loads the object at `path` and starts it: see renderer.h. Once in a process. */
enum err_code renderer_load(const char *path, const struct renderer **out,
                            struct err *e) MUST_CHECK;

struct box {
    const struct renderer *renderer;
    const struct confine *confine;
    int channel;
    int input;
    int output;
};

/* All the life of a box, in the process that was forked for it. `zygote` is the process it ends
 * with. */
void box_run(const struct box *box, int zygote) __attribute__((noreturn));

/* What the zygote is asked for, until the other end of `control` is closed. */
void zygote_run(int control, const char *renderer, const struct confine *confine);

#endif
