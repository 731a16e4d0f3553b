#include "core/rendition_kept.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/store.h"

#include <endian.h>

/* ---- keys ---- */

/* Of everything that the same bytes could differ by. */
static void hash_numbers(const int32_t *numbers, size_t count, struct bytes text, struct hash *out)
{
    char room[16 * 4 + DRAWING_TEXT_MAX];
    size_t len = 0;

    for (size_t i = 0; i < count && i < 16; i++, len += 4) {
        uint32_t number = htole32((uint32_t)numbers[i]);
        memcpy(room + len, &number, 4);
    }
    text = bytes_first(text, DRAWING_TEXT_MAX);
    if (text.len)
        memcpy(room + len, text.at, text.len);
    sha256(bytes_of(room, len + text.len), out);
}

bool rendition_key(const struct picture *picture, const struct rendered *plan, struct hash *out)
{
    const int32_t numbers[] = { RENDER_VERSION,  (int32_t)plan->type, plan->width_px,
                                plan->height_px, plan->cut_x,         plan->cut_y,
                                plan->cut_width, plan->cut_height,    plan->quality };
    struct hash wish;

    if (picture->hash.len != HASH_LEN)
        return false;
    hash_numbers(numbers, COUNT(numbers), B(""), &wish);
    memcpy(out->at, picture->hash.at, CACHE_GROUP_LEN);
    memcpy(out->at + CACHE_GROUP_LEN, wish.at, HASH_LEN - CACHE_GROUP_LEN);
    return true;
}

void drawing_key(const struct drawing *drawing, struct hash *out)
{
    const int32_t numbers[] = {
        RENDER_VERSION,    (int32_t)drawing->shape, drawing->border,
        drawing->width_px, drawing->height_px,      (int32_t)drawing->type
    };

    hash_numbers(numbers, COUNT(numbers), drawing->text, out);
}

/* ---- failures, kept as entries of a kind of their own ---- */

#define KIND_FAILED CACHE_FLEETING
#define FAILED_HEAD 12 /* until when 8 | code 4; the text follows */

/* Those that trying again would not change. */
static bool is_lasting(enum err_code rc)
{
    return rc == ERR_UNSUPPORTED || rc == ERR_TOO_LARGE;
}

static void keep_failure(struct cache *cache, const struct making *making, const struct err *why)
{
    int64_t until_us = (int64_t)htole64((uint64_t)(clock_now_us() + making->failure_us));
    uint32_t code = htole32((uint32_t)why->code);
    size_t len = strlen(why->text);
    char entry[FAILED_HEAD + ERR_TEXT_MAX];
    struct err ignored = { 0 };

    memcpy(entry, &until_us, 8);
    memcpy(entry + 8, &code, 4);
    memcpy(entry + FAILED_HEAD, why->text, len);
    if (cache_put(cache, &making->key, KIND_FAILED, bytes_of(entry, FAILED_HEAD + len), &ignored))
        return; /* it will be tried again sooner */
}

/* ERR_NONE: it is to be tried again. */
static enum err_code kept_failure(struct bytes entry, const struct making *making, struct err *e)
{
    uint64_t until;
    uint32_t code;

    if (entry.len < FAILED_HEAD)
        return ERR_NONE;
    memcpy(&until, entry.at, 8);
    memcpy(&code, entry.at + 8, 4);
    enum err_code rc = (enum err_code)le32toh(code);
    int64_t left_us = (int64_t)le64toh(until) - clock_now_us();
    if (left_us <= 0 || left_us > making->failure_us || !is_lasting(rc))
        return ERR_NONE;
    struct bytes text = bytes_from(entry, FAILED_HEAD);
    return err_set(e, rc, "%.*s", (int)text.len, text.at);
}

/* ---- finding and making ---- */

enum err_code may_decode(struct core *core, struct err *e)
{
    if (core->may_block)
        return ERR_NONE;
    core->would_decode = true;
    return err_set(e, ERR_BLOCKS, "a picture is to be decoded");
}

bool kept_find(struct core *core, struct arena *arena, const struct making *making,
               struct bytes *out, enum picture_type *type, enum err_code *rc, struct err *e)
{
    struct bytes bytes;
    uint32_t kind;

    if (!making->is_kept ||
        !cache_find(core->store->renditions, arena, &making->key, core->may_block, &bytes, &kind))
        return false;
    if (kind == KIND_FAILED) {
        *rc = kept_failure(bytes, making, e);
        return *rc != ERR_NONE;
    }
    *out = bytes;
    *type = (enum picture_type)kind;
    *rc = ERR_NONE;
    return true;
}

static void keep(struct cache *cache, const struct making *making, struct bytes bytes,
                 enum picture_type type)
{
    struct err e = { 0 };
    enum err_code rc = cache_put(cache, &making->key, (uint32_t)type, bytes, &e);

    if (rc == ERR_TOO_LARGE && making->background)
        keep_failure(cache, making, &e);
    else if (rc && rc != ERR_TOO_LARGE)
        log_line(LOG_LEVEL_INFO, "a rendition is not kept: %s", e.text);
}

enum err_code kept_make(struct core *core, struct arena *arena, struct making *making,
                        struct bytes *out, enum picture_type *type, struct err *e)
{
    CLEANUP(cache_release) struct cache_claim claim = { -1 };
    struct cache *cache = core->store->renditions;
    struct err why = { 0 };
    enum err_code rc;

    if (kept_find(core, arena, making, out, type, &rc, e))
        return rc;
    rc = may_decode(core, e);
    if (rc)
        return rc;
    if (!making->is_kept)
        return making->make(making, out, type, e);
    /* without a claim it is made all the same */
    if (cache_claim(cache, &making->key, &claim, &why) == ERR_NONE &&
        kept_find(core, arena, making, out, type, &rc, e))
        return rc;
    rc = making->make(making, out, type, e);
    if (rc == ERR_NONE)
        keep(cache, making, *out, *type);
    else if (is_lasting(rc))
        keep_failure(cache, making, e);
    return rc;
}
