/* test/fuzz.h - for fuzz targets: a broken promise ends the process, loudly. */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* True when `part` lies within `whole`. */
static inline bool is_slice(struct bytes part, struct bytes whole)
{
    return part.at >= whole.at && part.len <= whole.len &&
           part.at - whole.at <= (ptrdiff_t)(whole.len - part.len);
}

#endif
