/* core/rendition_kept.h - renditions and drawings in the cache: keys, and how they are made once;
 * inside core/ only. */
#ifndef CORE_RENDITION_KEPT_H
#define CORE_RENDITION_KEPT_H

#include "cache/cache.h"
#include "core/rendition.h"

/* Of the picture's bytes (their group in the cache) and of all that decides what is made of them;
 * so wishes that come to the same share an entry. False for a picture whose bytes have no hash. */
bool rendition_key(const struct picture *picture, const struct rendered *plan, struct hash *out);
void drawing_key(const struct drawing *drawing, struct hash *out);

/* Something to be made: `make` fills *out (in the arena) and *type. */
struct making {
    struct hash key;
    bool is_kept; /* false: there is no cache, or no key */
    enum err_code (*make)(struct making *making, struct bytes *out, enum picture_type *type,
                          struct err *e);
    bool background;    /* of no use unless it is kept */
    int64_t failure_us; /* how long to remember that it cannot be made */
};

/* What is known of it without making it: true when *rc says so, with *out and *type or *e. */
bool kept_find(struct core *core, struct arena *arena, const struct making *making,
               struct bytes *out, enum picture_type *type, enum err_code *rc, struct err *e);

/* Finds it or makes it; one at a time does, in all processes. That it cannot be made (its pixels
 * are broken, or it would become too large) is kept, too, for a while. ERR_BLOCKS: it has to be
 * made, and this core may not block. */
enum err_code kept_make(struct core *core, struct arena *arena, struct making *making,
                        struct bytes *out, enum picture_type *type, struct err *e) MUST_CHECK;

/* ERR_BLOCKS on the event loop, which then asks core_would_decode(). */
enum err_code may_decode(struct core *core, struct err *e) MUST_CHECK;

#endif
