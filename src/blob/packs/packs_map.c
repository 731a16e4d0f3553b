/* Packs in memory, for sending without a copy: see blob/driver.h. */
#include "blob/packs/packs.h"

#include <sys/mman.h>

#define VIEW_PAGES_MAX 130 /* half a mebibyte and its edges: more than anybody sends at once */

/* Maps the pack into its free slot. */
static void map(struct packs *packs, struct pack_map *slot, int32_t volume)
{
    struct err ignored;
    int fd;

    if (packs_borrow(packs, volume, &fd, &ignored) != ERR_NONE)
        return;
    void *at = mmap(NULL, PACK_MAP_BYTES, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0);
    packs_release(packs, volume, fd);

    pthread_mutex_lock(&packs->lock);
    if (slot->volume == 0) {
        slot->at = at == MAP_FAILED ? NULL : at;
        /* whoever sees the volume sees the address */
        __atomic_store_n(&slot->volume, slot->at ? volume : PACK_UNMAPPED, __ATOMIC_RELEASE);
        at = MAP_FAILED;
    }
    pthread_mutex_unlock(&packs->lock);
    if (at != MAP_FAILED)
        munmap(at, PACK_MAP_BYTES); /* another thread was quicker */
}

/* Every page of it in the page cache? A page behind the end of the file is not. */
static bool is_resident(const char *at, size_t len)
{
    static const uintptr_t page = 4096;
    unsigned char pages[VIEW_PAGES_MAX];
    uintptr_t from = (uintptr_t)at & ~(page - 1);
    size_t span = (uintptr_t)at + len - from;
    size_t count = (span + page - 1) / page;

    if (count > sizeof pages || mincore((void *)from, span, pages) != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!(pages[i] & 1))
            return false;
    }
    return true;
}

const char *packs_view(struct blob_store *store, int32_t volume, int64_t offset, size_t len)
{
    struct packs *packs = packs_of(store);
    struct pack_map *slot = &packs->maps[(uint32_t)volume % PACK_SLOTS];
    int32_t mapped = __atomic_load_n(&slot->volume, __ATOMIC_ACQUIRE);

    if (mapped == 0) {
        map(packs, slot, volume);
        mapped = __atomic_load_n(&slot->volume, __ATOMIC_ACQUIRE);
    }
    if (mapped != volume || offset < 0 || offset > PACK_MAP_BYTES - (int64_t)len)
        return NULL;
    return is_resident(slot->at + offset, len) ? slot->at + offset : NULL;
}

void packs_unmap(struct packs *packs)
{
    for (int i = 0; i < PACK_SLOTS; i++) {
        if (packs->maps[i].volume > 0)
            munmap((void *)(uintptr_t)packs->maps[i].at, PACK_MAP_BYTES);
    }
}
