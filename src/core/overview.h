/* core/overview.h - what a list needs to paint its rows at once, from the index alone. */
#ifndef CORE_OVERVIEW_H
#define CORE_OVERVIEW_H

#include "core/picture.h"

#define OVERVIEW_MAX 1000

struct overview {
    int32_t record_id;
    bool record_exists;
    bool has_appearance;
    int32_t picture_id; /* the picture you see that has bytes; 0: none */
    int32_t version;
    int32_t focus_x; /* see struct picture */
    int32_t focus_y;
    struct bytes description;     /* in the arena */
    struct picture_header header; /* without frames */
    int64_t updated_us;
    struct appearance appearance; /* colour and ThumbHash are set, the hashes are not */
};

/* One for each id, in their order; the same id may come twice.
 * ERR_INVALID  more than OVERVIEW_MAX */
enum err_code overview_read(struct core *core, struct arena *arena, enum record_kind kind,
                            const int32_t *record_ids, size_t count, struct overview **out,
                            struct err *e) MUST_CHECK;

#endif
