#include "core/rendition_wish.h"
#include "cache/cache.h"
#include "core/store.h"

#include <endian.h>
#include <limits.h>
#include <stdio.h>

#define VERSION   1
#define NUMBERS   9
#define ARENA_MAX (96UL << 20) /* a picture's bytes, and what is made of them */

void wish_write(const struct rendition_wish *wish, char out[WISH_LEN])
{
    const struct render *want = &wish->want;
    const int32_t numbers[NUMBERS] = {
        wish->picture_id, want->width_px, want->height_px,     (int32_t)want->fit, want->focus_x,
        want->focus_y,    want->enlarge,  (int32_t)want->type, want->quality,
    };

    *out++ = VERSION;
    for (size_t i = 0; i < NUMBERS; i++, out += 4) {
        uint32_t number = htole32((uint32_t)numbers[i]);
        memcpy(out, &number, 4);
    }
    memcpy(out, wish->hash.at, HASH_LEN);
}

bool wish_read(struct bytes bytes, struct rendition_wish *out)
{
    int32_t numbers[NUMBERS];

    if (bytes.len != WISH_LEN || bytes.at[0] != VERSION)
        return false;
    for (size_t i = 0; i < NUMBERS; i++) {
        uint32_t number;
        memcpy(&number, bytes.at + 1 + 4 * i, 4);
        numbers[i] = (int32_t)le32toh(number);
    }
    if (numbers[1] < 0 || numbers[2] < 0 || numbers[3] < FIT_CONTAIN || numbers[3] > FIT_FILL ||
        numbers[4] < -FOCUS_MAX || numbers[4] > FOCUS_MAX || numbers[5] < -FOCUS_MAX ||
        numbers[5] > FOCUS_MAX || (numbers[6] != 0 && numbers[6] != 1) ||
        numbers[7] != PICTURE_AVIF || numbers[8] < 0 || numbers[8] > 100)
        return false;
    *out = (struct rendition_wish){
        .picture_id = numbers[0],
        .want = { .width_px = numbers[1],
                  .height_px = numbers[2],
                  .fit = (enum render_fit)numbers[3],
                  .focus_x = numbers[4],
                  .focus_y = numbers[5],
                  .enlarge = numbers[6],
                  .type = PICTURE_AVIF,
                  .quality = numbers[8],
                  .background = true },
    };
    memcpy(out->hash.at, bytes.at + WISH_LEN - HASH_LEN, HASH_LEN);
    return true;
}

/* ERR_NOT_FOUND: nobody wants it any more. */
static enum err_code find_picture(struct core *core, struct arena *arena,
                                  const struct rendition_wish *wish, struct picture *out,
                                  struct err *e)
{
    enum err_code rc = picture_find(core, arena, wish->picture_id, out, e);

    if (rc == ERR_NONE &&
        (out->hash.len != HASH_LEN || memcmp(out->hash.at, wish->hash.at, HASH_LEN) != 0))
        return err_set(e, ERR_NOT_FOUND, "picture %d has other bytes now", wish->picture_id);
    return rc;
}

/* Whatever comes of it is kept, failures too. */
static enum err_code make_wish(struct core *core, struct arena *arena, struct bytes how,
                               struct err *e)
{
    struct rendition_wish wish;
    struct picture picture;
    enum picture_type type;
    struct bytes bytes;

    if (!wish_read(how, &wish))
        return err_set(e, ERR_INVALID, "not a wish of this version");
    enum err_code rc = find_picture(core, arena, &wish, &picture, e);
    return rc ? rc : picture_render(core, arena, &picture, &wish.want, &bytes, &type, e);
}

static enum err_code make_next(struct core *core, bool *found, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    struct cache *cache = core->store->renditions;
    struct hash key;
    struct bytes how;
    struct err why = { 0 };

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "make a rendition");
    *found = cache_next_wish(cache, arena, &key, &how);
    if (!*found)
        return ERR_NONE;
    enum err_code rc = make_wish(core, arena, how, &why);
    if (rc == ERR_BUSY || rc == ERR_NO_MEMORY || rc == ERR_BLOCKS) {
        *e = why; /* it stays */
        return rc;
    }
    /* done, or in vain: who still wants it wishes again */
    cache_wish_done(cache, &key);
    return ERR_NONE;
}

enum err_code renditions_make_wished(struct core *core, size_t limit, bool *more, struct err *e)
{
    bool found = core->store->renditions != NULL;
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; found && rc == ERR_NONE && i < limit; i++)
        rc = make_next(core, &found, e);
    if (rc == ERR_NONE)
        *more = found;
    return rc;
}

enum err_code renditions_tidy(struct core *core, struct err *e)
{
    char dir[PATH_MAX];

    const struct store *store = core->store;

    /* from when renditions were kept, or encryption was off or on */
    for (int sealed = 0; sealed <= 1; sealed++) {
        if (store->renditions && store->settings->encryption == (bool)sealed)
            continue;
        cache_dir(store, sealed, dir);
        cache_discard(dir);
    }
    return store->renditions ? cache_tidy(store->renditions, e) : ERR_NONE;
}
