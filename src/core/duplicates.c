/* Pictures that are the same, by the index alone. */
#include "core/alike.h"
#include "core/appearance.h"
#include "core/store.h"

#include <stdlib.h>

#define ARENA_MAX (1UL << 30) /* about 200 bytes a picture */
#define NOBODY    UINT32_MAX

/* All pictures, by ascending id. A group is known by the place of its first one. */
struct search {
    struct arena *arena;
    struct picture_looks *all;
    size_t count;
    uint32_t *groups; /* of each picture, NOBODY: of none */
    uint32_t *kinds;  /* and what is not the same within a group: at least two of a group count */
};

static enum err_code no_memory(const struct search *s, struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "compare %zu pictures", s->count);
}

static int by_bytes(const void *left, const void *right, void *context)
{
    const struct picture_looks *all = context;
    const uint32_t *a = left;
    const uint32_t *b = right;

    if (all[*a].blob_id != all[*b].blob_id)
        return all[*a].blob_id < all[*b].blob_id ? -1 : 1;
    return *a < *b ? -1 : *a > *b;
}

static int by_pixels(const void *left, const void *right, void *context)
{
    const struct picture_looks *all = context;
    const uint32_t *a = left;
    const uint32_t *b = right;
    int order = memcmp(all[*a].pixel_hash, all[*b].pixel_hash, PICTURE_HASH_LEN);

    return order ? order : *a < *b ? -1 : *a > *b;
}

/* Of each picture the first that has the same bytes or pixels; NOBODY of one whose pixels nobody
 * has looked at. */
static enum err_code find_first(struct search *s, bool pixels, uint32_t **out, struct err *e)
{
    uint32_t *order = arena_alloc(s->arena, (s->count + 1) * sizeof *order);
    uint32_t *first = arena_alloc(s->arena, (s->count + 1) * sizeof *first);
    size_t n = 0;

    if (!order || !first)
        return no_memory(s, e);
    for (uint32_t i = 0; i < s->count; i++) {
        first[i] = NOBODY;
        if (!pixels || s->all[i].state == APPEARANCE_MADE)
            order[n++] = i;
    }
    qsort_r(order, n, sizeof *order, pixels ? by_pixels : by_bytes, s->all);
    for (size_t i = 0; i < n; i++) {
        const struct picture_looks *a = &s->all[order[i ? i - 1 : 0]];
        const struct picture_looks *b = &s->all[order[i]];
        bool same = i && (pixels ? memcmp(a->pixel_hash, b->pixel_hash, PICTURE_HASH_LEN) == 0
                                 : a->blob_id == b->blob_id);
        first[order[i]] = same ? first[order[i - 1]] : order[i];
    }
    *out = first;
    return ERR_NONE;
}

/* Of pictures of the same pixels one is compared; what it is alike the others are, too. */
static enum err_code join_alike(struct search *s, const uint32_t *same_pixels, struct err *e)
{
    struct alike *list = arena_alloc(s->arena, (s->count + 1) * sizeof *list);
    uint32_t *places = arena_alloc(s->arena, (s->count + 1) * sizeof *places);
    uint32_t *numbers = arena_alloc(s->arena, (s->count + 1) * sizeof *numbers);
    uint32_t *parents = arena_alloc(s->arena, (s->count + 1) * sizeof *parents);
    uint32_t n = 0;

    if (!list || !places || !numbers || !parents)
        return no_memory(s, e);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct picture_looks *one = &s->all[i];
        numbers[i] = NOBODY;
        if (same_pixels[i] != i || one->perceptual_hash == 0) /* 0: nothing to compare */
            continue;
        list[n] = (struct alike){ one->perceptual_hash, one->colour, n };
        places[n] = i;
        numbers[i] = n++;
    }
    enum err_code rc = alike_join(s->arena, list, n, DUPLICATE_BITS, parents, e);
    for (uint32_t i = 0; rc == ERR_NONE && i < s->count; i++) {
        uint32_t number = same_pixels[i] == NOBODY ? NOBODY : numbers[same_pixels[i]];
        s->groups[i] = number == NOBODY ? NOBODY : places[parents[number]];
    }
    return rc;
}

static enum err_code group(struct search *s, enum duplicate_by by, struct err *e)
{
    uint32_t *bytes;
    uint32_t *pixels;

    enum err_code rc = find_first(s, false, &bytes, e);
    if (rc == ERR_NONE)
        rc = find_first(s, true, &pixels, e);
    if (rc)
        return rc;
    switch (by) {
    case DUPLICATE_BYTES:
        s->groups = bytes;
        s->kinds = NULL;
        return ERR_NONE;
    case DUPLICATE_PIXELS:
        s->groups = pixels;
        s->kinds = bytes;
        return ERR_NONE;
    case DUPLICATE_LOOKS:
        s->kinds = pixels;
        s->groups = arena_alloc(s->arena, (s->count + 1) * sizeof *s->groups);
        return s->groups ? join_alike(s, pixels, e) : no_memory(s, e);
    }
    return err_set(e, ERR_INTERNAL, "no such list of duplicates");
}

/* How many are in each group; 0 where it is none. *ids and *found count those that are. */
static size_t *measure(struct search *s, size_t *ids, size_t *found)
{
    size_t *sizes = arena_zalloc(s->arena, s->count + 1, sizeof *sizes);
    bool *differ = arena_zalloc(s->arena, s->count + 1, sizeof *differ);

    if (!sizes || !differ)
        return NULL;
    for (size_t i = 0; i < s->count; i++) {
        uint32_t at = s->groups[i];
        if (at == NOBODY)
            continue;
        sizes[at]++;
        differ[at] |= s->kinds ? s->kinds[i] != s->kinds[at] : at != i;
    }

    for (size_t i = 0; i < s->count; i++) {
        if (!differ[i])
            sizes[i] = 0;
        *ids += sizes[i];
        *found += sizes[i] > 0;
    }
    return sizes;
}

static enum err_code gather(struct search *s, struct arena *arena, struct picture_group **out,
                            size_t *count, struct err *e)
{
    size_t ids = 0;
    size_t found = 0;
    size_t *sizes = measure(s, &ids, &found);
    struct picture_group **of =
        arena_zalloc(s->arena, s->count + 1, sizeof(struct picture_group *));
    struct picture_group *groups = arena_zalloc(arena, found + 1, sizeof *groups);
    int32_t *room = arena_alloc(arena, (ids + 1) * sizeof *room);
    struct picture_group *next = groups;

    if (!sizes || !of || !groups || !room)
        return no_memory(s, e);
    for (size_t i = 0; i < s->count; i++) {
        uint32_t at = s->groups[i];
        if (at == NOBODY || sizes[at] == 0)
            continue;
        if (!of[at]) { /* pictures come by ascending id, so do groups */
            of[at] = next++;
            of[at]->ids = room;
            room += sizes[at];
        }
        of[at]->ids[of[at]->count++] = s->all[i].picture_id;
    }
    *out = groups;
    *count = found;
    return ERR_NONE;
}

enum err_code duplicates_find(struct core *core, struct arena *arena, enum duplicate_by by,
                              struct picture_group **out, size_t *count, int64_t *unseen,
                              struct err *e)
{
    CLEANUP(arena_freep) struct arena *work = arena_new(ARENA_MAX);
    struct search s = { .arena = work };
    int64_t not_seen = 0;

    if (!work)
        return err_set(e, ERR_NO_MEMORY, "compare pictures");
    enum err_code rc = core_look(core, e);
    if (rc == ERR_NONE)
        rc = meta_appearance_list(core->meta, work, TENANT_DEFAULT, &s.all, &s.count, e);
    if (rc == ERR_NONE)
        rc = group(&s, by, e);
    if (rc == ERR_NONE)
        rc = gather(&s, arena, out, count, e);
    for (size_t i = 0; i < s.count; i++)
        not_seen += s.all[i].state == APPEARANCE_NONE;
    if (rc == ERR_NONE)
        *unseen = not_seen;
    return rc;
}
