#include "core/alike.h"

#include <stdlib.h>

/* Seven bands of 64 bits: of those that are 5 bits apart at least two bands are the same. So all
 * that share two bands are compared, for each of the 21 pairs of bands. */
#define BANDS     7
#define BAND_BITS 9 /* the last has 10 */
#define KEYS      (1U << (2 * BAND_BITS + 1))

/* Those that share two bands are next to one another, sorted by hash. Each is compared with so many
 * that follow; with fewer where that would be more work in a pass than PASS_MAX. */
#define COMPARED_MAX 512
#define COMPARED_MIN 16
#define PASS_MAX     2000000

static uint32_t root_of(uint32_t *parents, uint32_t at)
{
    while (parents[at] != at) {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    return at;
}

/* The lower number is the group's. */
static void join(uint32_t *parents, uint32_t a, uint32_t b)
{
    a = root_of(parents, a);
    b = root_of(parents, b);
    if (a < b)
        parents[b] = a;
    else
        parents[a] = b;
}

static bool near_colours(uint32_t a, uint32_t b)
{
    for (int shift = 0; shift < 24; shift += 8) {
        if (abs((int)(a >> shift & 255) - (int)(b >> shift & 255)) > ALIKE_COLOUR)
            return false;
    }
    return true;
}

static void compare(const struct alike *a, const struct alike *b, int bits, uint32_t *parents)
{
    if (__builtin_popcountll(a->hash ^ b->hash) <= bits && near_colours(a->colour, b->colour))
        join(parents, a->number, b->number);
}

static uint32_t band(uint64_t hash, int number)
{
    uint32_t mask = number == BANDS - 1 ? (2U << BAND_BITS) - 1 : (1U << BAND_BITS) - 1;

    return (uint32_t)(hash >> number * BAND_BITS) & mask;
}

/* Which bands a pass looks at. */
struct bands {
    int first;
    int second;
};

static uint32_t key_of(const struct alike *one, struct bands bands)
{
    return band(one->hash, bands.second) << BAND_BITS | band(one->hash, bands.first);
}

/* `order` becomes the list's places by key, in the list's own order where keys are the same;
 * starts[key] is where the next key's begin. */
static void sort_by_key(const struct alike *list, size_t count, struct bands bands,
                        uint32_t *starts, uint32_t *order)
{
    uint32_t sum = 0;

    memset(starts, 0, KEYS * sizeof *starts);
    for (size_t i = 0; i < count; i++)
        starts[key_of(&list[i], bands)]++;
    for (size_t key = 0; key < KEYS; key++) {
        uint32_t here = starts[key];
        starts[key] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++)
        order[starts[key_of(&list[i], bands)]++] = (uint32_t)i;
}

/* With how many each is compared, so that nobody makes more work by storing thousands of a kind. */
static size_t room_for(const struct alike *list, size_t count, struct bands bands,
                       const uint32_t *starts, const uint32_t *order)
{
    size_t work = 0;

    for (size_t i = 0; i < count; i++) {
        size_t behind = starts[key_of(&list[order[i]], bands)] - i - 1;
        work += behind < COMPARED_MAX ? behind : COMPARED_MAX;
    }
    if (work <= PASS_MAX)
        return COMPARED_MAX;
    size_t room = COMPARED_MAX * (size_t)PASS_MAX / work;
    return room < COMPARED_MIN ? COMPARED_MIN : room;
}

static void compare_bands(const struct alike *list, size_t count, struct bands bands, int bits,
                          const uint32_t *starts, const uint32_t *order, uint32_t *parents)
{
    size_t room = room_for(list, count, bands, starts, order);

    for (size_t i = 0; i < count; i++) {
        const struct alike *one = &list[order[i]];
        size_t end = starts[key_of(one, bands)];
        if (end > i + 1 + room)
            end = i + 1 + room;
        for (size_t j = i + 1; j < end; j++)
            compare(one, &list[order[j]], bits, parents);
    }
}

static int by_hash(const void *left, const void *right)
{
    const struct alike *a = left;
    const struct alike *b = right;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->colour != b->colour)
        return a->colour < b->colour ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

enum err_code alike_join(struct arena *arena, struct alike *list, size_t count, int bits,
                         uint32_t *parents, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        parents[i] = (uint32_t)i;
    if (count)
        qsort(list, count, sizeof *list, by_hash);
    if (count <= COMPARED_MAX) {
        for (size_t i = 0; i < count; i++) {
            for (size_t j = i + 1; j < count; j++)
                compare(&list[i], &list[j], bits, parents);
        }
    } else {
        uint32_t *starts = arena_alloc(arena, KEYS * sizeof *starts);
        uint32_t *order = arena_alloc(arena, count * sizeof *order);
        if (!starts || !order)
            return err_set(e, ERR_NO_MEMORY, "compare %zu pictures", count);
        for (int first = 0; first < BANDS; first++) {
            for (int second = first + 1; second < BANDS; second++) {
                struct bands bands = { first, second };
                sort_by_key(list, count, bands, starts, order);
                compare_bands(list, count, bands, bits, starts, order, parents);
            }
        }
    }
    for (size_t i = 0; i < count; i++)
        parents[i] = root_of(parents, (uint32_t)i);
    return ERR_NONE;
}
