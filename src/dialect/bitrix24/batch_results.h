/* dialect/bitrix24/batch_results.h - what the commands of a batch have answered so far
 * (bitrix24 8.2): five maps from the commands' keys to JSON texts. */
#ifndef DIALECT_BITRIX24_BATCH_RESULTS_H
#define DIALECT_BITRIX24_BATCH_RESULTS_H

#include "base/strbuf.h"
#include "base/value.h"

/* In the order in which they are written. */
enum b24_batch_part {
    B24_BATCH_RESULT,
    B24_BATCH_ERROR,
    B24_BATCH_TOTAL,
    B24_BATCH_NEXT,
    B24_BATCH_TIME,
    B24_BATCH_PARTS,
};

struct b24_batch_entry {
    struct b24_batch_entry *next;
    struct bytes key;
    struct bytes text;   /* JSON */
    struct value *value; /* the same as a tree, once a reference has asked for it */
};

struct b24_batch_map {
    struct b24_batch_entry *first;
    struct b24_batch_entry *last;
    size_t count;
    bool keyed; /* the keys are not 0, 1, 2 …: an object, where PHP writes an array otherwise */
};

/* Begins with all members 0 but the arena. */
struct b24_batch_results {
    struct arena *arena;
    struct b24_batch_map maps[B24_BATCH_PARTS];
};

/* Copies `text`; `key` is borrowed and is not in that map yet. False when out of memory. */
bool b24_batch_put(struct b24_batch_results *results, enum b24_batch_part part, struct bytes key,
                   struct bytes text) MUST_CHECK;

/* The tree of that entry; *out is NULL when there is none. It is read when it is first asked for.
 * Failures as json_read. */
enum err_code b24_batch_get(struct b24_batch_results *results, enum b24_batch_part part,
                            struct bytes key, const struct value **out, struct err *e) MUST_CHECK;

/* `{"result":…,"result_error":…,"result_total":…,"result_next":…,"result_time":…}` */
void b24_batch_write(struct strbuf *out, const struct b24_batch_results *results);

#endif
