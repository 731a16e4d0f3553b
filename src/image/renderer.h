/* image/renderer.h - between render.c and the shared object that is linked with libvips.
 *
 * libvips brings a hundred libraries: 20 MB of a process's memory before the first picture. So it
 * stands in an object of its own, which lies beside the program or the module and is loaded at the
 * first use. It holds its own copy of what it needs of base/, which keeps no state.
 */
#ifndef IMAGE_RENDERER_H
#define IMAGE_RENDERER_H

#include "image/render.h"

struct renderer {
    /* Once, before the others. */
    enum err_code (*start)(struct err *e);

    /* `plan` is render_plan()'s; at most two threads at a time. */
    enum err_code (*picture)(struct arena *arena, struct bytes bytes,
                             const struct picture_header *header, const struct rendered *plan,
                             struct bytes *out, struct err *e);
    enum err_code (*drawing)(struct arena *arena, const struct drawing *drawing, struct bytes *out,
                             struct err *e);
};

/* Of that type; what the object exports. */
#define RENDERER_OBJECT "cameo_render.so"
#define RENDERER_SYMBOL "cameo_renderer"

#endif
