/* core/alike.h - which of many hashes are near each other, without comparing each with each; inside
 * core/ only. */
#ifndef CORE_ALIKE_H
#define CORE_ALIKE_H

#include "base/arena.h"
#include "base/err.h"

struct alike {
    uint64_t hash;
    uint32_t colour; /* 0xRRGGBB */
    uint32_t number; /* the caller's; sorted by hash when done */
};

/* Of each of the three channels, at most so far apart. */
#define ALIKE_COLOUR 48

/* Joins what is alike: two hashes at most `bits` (5 or less) apart whose colours are near.
 * parents[i] becomes the lowest number of the group that number i is in; the numbers are 0 to
 * count - 1, each once. Sorts `list`. Of thousands that are all alike not each is compared with
 * each: they are joined by those next to them.
 * ERR_NO_MEMORY  over the arena's limit */
enum err_code alike_join(struct arena *arena, struct alike *list, size_t count, int bits,
                         uint32_t *parents, struct err *e) MUST_CHECK;

#endif
