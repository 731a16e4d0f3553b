/* image/renderer.h - between a box and the shared object that is linked with libvips.
 *
 * libvips brings a hundred libraries: 20 MB of a process's memory before the first picture. So it
 * stands in an object of its own, which lies beside the program or the module and which the zygote
 * loads when the first box is wanted. It holds its own copy of what it needs of base/, which keeps
 * no state.
 */
#ifndef IMAGE_RENDERER_H
#define IMAGE_RENDERER_H

#include "image/render.h"

struct renderer {
    /* Once, in the zygote, which has one thread before and after. Whatever the others need of the
     * file system is read here: in a box nothing can be opened. */
    enum err_code (*start)(struct err *e);

    /* In a box, one at a time. `plan` is render_plan()'s; limits were held against it. What is made
     * goes to `out`, at most `room` bytes; *out_len is set on success. */
    enum err_code (*picture)(struct bytes bytes, const struct picture_header *header,
                             const struct rendered *plan, uint8_t *out, size_t room,
                             size_t *out_len, struct err *e);
    enum err_code (*drawing)(const struct drawing *drawing, uint8_t *out, size_t room,
                             size_t *out_len, struct err *e);
    enum err_code (*appearance)(struct bytes bytes, const struct picture_header *header,
                                struct appearance *out, struct err *e);
};

/* The status with which a box ends itself when its memory is at its end. */
#define RENDERER_NO_MEMORY 3

/* Of that type; what the object exports. */
#define RENDERER_OBJECT "cameo_render.so"
#define RENDERER_SYMBOL "cameo_renderer"

#endif
