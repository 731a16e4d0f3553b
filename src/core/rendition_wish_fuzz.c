/* What is read is what is written. */
#include "core/rendition_wish.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rendition_wish wish;
    char again[WISH_LEN];

    if (wish_read(bytes_of((const char *)data, size), &wish)) {
        HOLDS(size == WISH_LEN && wish.want.background && wish.want.type == PICTURE_AVIF);
        wish_write(&wish, again);
        HOLDS(memcmp(again, data, WISH_LEN) == 0);
    }
    return 0;
}
