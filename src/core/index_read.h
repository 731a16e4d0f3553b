/* core/index_read.h - reading the rows that are kept beside the packs (core/index_copy.h); inside
 * core/ only. */
#ifndef CORE_INDEX_READ_H
#define CORE_INDEX_READ_H

#include "core/index_copy.h"

struct index_reader {
    /* One whole transaction; `rows` until it returns. */
    enum err_code (*each)(void *context, int64_t number, struct bytes rows, struct err *e);
    /* Once a file: what stands there cannot be read; it goes on with the next that can. Or NULL. */
    void (*damaged)(void *context, const char *name, size_t at);
    void *context;
};

/* All transactions of DIR/`name` in their order; a missing file has none. */
enum err_code index_read(const char *dir, const char *name, const struct index_reader *reader,
                         struct err *e) MUST_CHECK;

#endif
