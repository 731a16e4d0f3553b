#include "core/damage.h"
#include "base/log.h"
#include "base/shared.h"

#include <stdatomic.h>

#define SLOTS 256
#define PAGES 16 /* of the index, that are told one by one */

struct damage {
    _Atomic int64_t reads;
    _Atomic int64_t blobs[SLOTS]; /* ids: 0 is free, a negative one was tried and is lost */
    _Atomic int64_t index_reads;
    _Atomic int64_t pages[PAGES]; /* 1 more than their number; 0 is free */
};

enum err_code damage_open(const char *dir, struct damage **out, struct err *e)
{
    void *memory = NULL;
    enum err_code rc = shared_open(dir, "run/damage", sizeof **out, &memory, e);

    if (!rc)
        *out = memory;
    return rc;
}

void damage_close(struct damage *damage)
{
    shared_close(damage, sizeof *damage);
}

/* True when it is new. */
static bool note(struct damage *damage, int64_t id)
{
    for (int i = 0; i < SLOTS; i++) {
        _Atomic int64_t *slot = &damage->blobs[(uint64_t)(id + i) % SLOTS];
        int64_t there = atomic_load(slot);
        if (there == 0 && atomic_compare_exchange_strong(slot, &there, id))
            return true;
        if (there == id || there == -id)
            return false;
    }
    return false;
}

void damage_found(struct damage *damage, int64_t blob_id, struct err *why)
{
    why->told = true;
    atomic_fetch_add(&damage->reads, 1);
    if (note(damage, blob_id))
        log_line(LOG_LEVEL_ERROR, "blob %lld is damaged and not served: %s", (long long)blob_id,
                 why->text);
}

static bool is_new_page(struct damage *damage, int64_t page)
{
    for (int i = 0; i < PAGES; i++) {
        int64_t there = 0;
        if (atomic_compare_exchange_strong(&damage->pages[i], &there, page + 1))
            return true;
        if (there == page + 1)
            return false;
    }
    return false;
}

void damage_in_index(void *context, int64_t page, struct err *why)
{
    struct damage *damage = context;

    why->told = true;
    atomic_fetch_add(&damage->index_reads, 1);
    if (is_new_page(damage, page))
        log_line(LOG_LEVEL_ERROR, "%s; cameo check --rebuild makes it again", why->text);
}

int64_t damage_index_reads(const struct damage *damage)
{
    return atomic_load(&damage->index_reads);
}

int64_t damage_next(const struct damage *damage)
{
    for (int i = 0; i < SLOTS; i++) {
        int64_t id = atomic_load(&damage->blobs[i]);
        if (id > 0)
            return id;
    }
    return 0;
}

void damage_tried(struct damage *damage, int64_t blob_id, bool lost)
{
    for (int i = 0; i < SLOTS; i++) {
        int64_t there = blob_id;
        if (!atomic_compare_exchange_strong(&damage->blobs[i], &there, lost ? -blob_id : 0) &&
            there == -blob_id && !lost)
            atomic_compare_exchange_strong(&damage->blobs[i], &there, 0);
    }
}

void damage_forget_lost(struct damage *damage)
{
    for (int i = 0; i < SLOTS; i++) {
        int64_t there = atomic_load(&damage->blobs[i]);
        if (there < 0)
            atomic_compare_exchange_strong(&damage->blobs[i], &there, 0);
    }
}

int64_t damage_reads(const struct damage *damage)
{
    return atomic_load(&damage->reads);
}
