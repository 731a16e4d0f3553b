/* test/crash/book.h - what a store must hold, as a line of text for each record.
 *
 * `-` when there is no such record, else `n<number of its name>`, then ` d<seed>:<words>` when it
 * has a detail picture, then ` m<seed>,<seed>…` when it has a gallery. A seed stands for all bytes
 * of a picture: the reader makes them anew and compares every one. What is not whole is `d?`.
 */
#ifndef TEST_CRASH_BOOK_H
#define TEST_CRASH_BOOK_H

#include "base/bytes.h"

/* What sealed stores are sealed under, as CAMEO_ENCRYPTION_KEY has it; lab.py has it, too. */
#define BOOK_KEY "5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed5ea1"

#define BOOK_RECORDS 72 /* products 1 to 71 */
#define BOOK_GALLERY 40
#define BOOK_TEXT    1024
#define PICTURE_MAX  (2 << 20) /* bytes of the largest */

struct page {
    bool exists;
    int name;
    uint32_t seed; /* of its detail picture; 0: none */
    int words;     /* of that picture's description; 0: empty */
    uint32_t gallery[BOOK_GALLERY];
    int32_t ids[BOOK_GALLERY]; /* of the gallery's pictures, as the store called them */
    int gallery_count;
};

void page_text(const struct page *page, char out[BOOK_TEXT]);

/* The size of the picture hangs on the last digit of its seed: 1 to 5 up to 8 KiB, 6 to 8 up to 100
 * KiB, 9 up to 600 KiB, 0 up to 1.6 MiB. `out` has room for PICTURE_MAX bytes. */
size_t picture_draw(uint32_t seed, char *out);

/* The seed of a picture that is whole to the last byte, else 0. `room` as `out` above. */
uint32_t picture_seed(struct bytes bytes, char *room);

/* splitmix64 */
uint64_t book_random(uint64_t *state);

#endif
