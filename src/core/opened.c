#include "core/opened.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Room is given in pages, round and round; as many pictures at most as there are OPENED_UNITs. */
#define OPENED_PAGE 4096UL
#define OPENED_UNIT (16UL << 10)

struct held {
    struct hash hash;
    size_t at;
    size_t len;
    size_t room;   /* in whole pages */
    uint32_t next; /* of the same slot: its number + 1, 0 at the end */
};

struct opened {
    char *memory; /* NULL until something is held */
    size_t bytes;
    size_t end; /* of the newest's room: where the next one begins */

    struct held *ring;
    uint64_t oldest; /* the ring's numbers go on for ever; a place is number % count */
    uint64_t newest; /* behind the last */
    size_t count;    /* of places, a power of two, and of slots */
    uint32_t *slots; /* by hash: place + 1, 0: none */
    uint32_t *asked; /* a part of the hashes that were asked for lately */
};

struct opened *opened_new(size_t bytes_max)
{
    struct opened *opened = calloc(1, sizeof *opened);

    if (!opened)
        return NULL;
    opened->bytes = bytes_max - bytes_max % OPENED_PAGE;
    opened->count = 1;
    while (opened->count < opened->bytes / OPENED_UNIT)
        opened->count *= 2;
    opened->ring = calloc(opened->count, sizeof *opened->ring);
    opened->slots = calloc(opened->count, sizeof *opened->slots);
    opened->asked = calloc(opened->count, sizeof *opened->asked);
    if (opened->ring && opened->slots && opened->asked)
        return opened;
    opened_free(opened);
    return NULL;
}

void opened_free(struct opened *opened)
{
    if (!opened)
        return;
    if (opened->memory)
        munmap(opened->memory, opened->bytes);
    free(opened->ring);
    free(opened->slots);
    free(opened->asked);
    free(opened);
}

/* The hash is keyed: nobody chooses what collides. */
static uint64_t number_of(const struct hash *hash)
{
    uint64_t number;

    memcpy(&number, hash->at, sizeof number);
    return number;
}

static uint32_t *slot_of(const struct opened *opened, const struct hash *hash)
{
    return &opened->slots[number_of(hash) & (opened->count - 1)];
}

const char *opened_find(const struct opened *opened, const struct hash *hash, size_t len)
{
    for (uint32_t place = *slot_of(opened, hash); place; place = opened->ring[place - 1].next) {
        const struct held *held = &opened->ring[place - 1];
        if (held->len == len && memcmp(held->hash.at, hash->at, HASH_LEN) == 0)
            return opened->memory + held->at;
    }
    return NULL;
}

static void drop_oldest(struct opened *opened)
{
    uint32_t place = (uint32_t)(opened->oldest & (opened->count - 1)) + 1;
    uint32_t *link = slot_of(opened, &opened->ring[place - 1].hash);

    while (*link != place)
        link = &opened->ring[*link - 1].next;
    *link = opened->ring[place - 1].next;
    opened->oldest++;
}

static bool was_asked(struct opened *opened, const struct hash *hash)
{
    uint64_t number = number_of(hash);
    uint32_t *asked = &opened->asked[number & (opened->count - 1)];
    uint32_t part = (uint32_t)(number >> 32);
    bool was = *asked == part;

    *asked = part;
    return was;
}

/* Not in a core dump, and in no child. */
static bool map_memory(struct opened *opened)
{
    if (opened->memory)
        return true;
    char *memory = mmap(NULL, opened->bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    madvise(memory, opened->bytes, MADV_DONTDUMP);
    madvise(memory, opened->bytes, MADV_DONTFORK);
    madvise(memory, opened->bytes, MADV_HUGEPAGE);
    opened->memory = memory;
    return true;
}

/* Is the oldest in the way of `room` bytes from `at` on? The ring is in the order of the memory. */
static bool is_in_the_way(const struct opened *opened, size_t at, size_t room)
{
    const struct held *held = &opened->ring[opened->oldest & (opened->count - 1)];

    return opened->newest - opened->oldest == opened->count ||
           (held->at < at + room && at < held->at + held->room);
}

char *opened_make(struct opened *opened, const struct hash *hash, size_t len)
{
    size_t room = (len + OPENED_PAGE - 1) / OPENED_PAGE * OPENED_PAGE;

    if (len == 0 || len > OPENED_MAX || !was_asked(opened, hash) || !map_memory(opened))
        return NULL;
    if (opened->bytes - opened->end < room) { /* what lies behind is older than what lies before */
        while (opened->ring[opened->oldest & (opened->count - 1)].at >= opened->end)
            drop_oldest(opened); /* the newest stays: it lies before */
        opened->end = 0;
    }
    while (opened->newest != opened->oldest && is_in_the_way(opened, opened->end, room))
        drop_oldest(opened);
    opened->ring[opened->newest & (opened->count - 1)] =
        (struct held){ .hash = *hash, .at = opened->end, .len = len, .room = room };
    return opened->memory + opened->end;
}

void opened_keep(struct opened *opened)
{
    uint32_t place = (uint32_t)(opened->newest & (opened->count - 1));
    struct held *held = &opened->ring[place];
    uint32_t *slot = slot_of(opened, &held->hash);

    held->next = *slot;
    *slot = place + 1;
    opened->end += held->room;
    opened->newest++;
}

void opened_forget(struct opened *opened)
{
    while (opened->newest != opened->oldest)
        drop_oldest(opened);
    opened->end = 0;
    if (opened->memory)
        munmap(opened->memory, opened->bytes);
    opened->memory = NULL;
}
