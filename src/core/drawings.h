/* core/drawings.h - drawings that were made before, in memory; inside core/ only. Any thread. */
#ifndef CORE_DRAWINGS_H
#define CORE_DRAWINGS_H

#include "base/arena.h"
#include "image/render.h"

#include <pthread.h>

#define DRAWINGS_KEPT      64
#define DRAWING_BYTES_KEPT (16 << 10) /* of one: a megabyte in all */
#define DRAWING_TEXT_KEPT  64

struct kept_drawing {
    struct drawing drawing; /* its text is in `text` */
    char text[DRAWING_TEXT_KEPT];
    char *bytes; /* NULL: nothing here */
    size_t len;
    uint64_t used; /* the larger, the later */
};

struct drawings {
    pthread_mutex_t lock;
    uint64_t clock;
    struct kept_drawing *kept; /* DRAWINGS_KEPT once there is one */
};

void drawings_init(struct drawings *drawings);
void drawings_done(struct drawings *drawings);

/* A copy in `arena`; false when it is not there, or when out of memory. */
bool drawings_find(struct drawings *drawings, struct arena *arena, const struct drawing *drawing,
                   struct bytes *out);

/* Keeps a copy instead of the one that was not wanted for longest. What is too large is not kept.
 */
void drawings_keep(struct drawings *drawings, const struct drawing *drawing, struct bytes bytes);

#endif
