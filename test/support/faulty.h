/* test/support/faulty.h - a blob store that does what another does until it is told to fail. */
#ifndef TEST_SUPPORT_FAULTY_H
#define TEST_SUPPORT_FAULTY_H

#include "blob/blob.h"

enum faulty_verb {
    FAULTY_CREATE,
    FAULTY_PUT,
    FAULTY_FLUSH,
    FAULTY_READ,
    FAULTY_REMOVE,
    FAULTY_VERBS
};

/* Wraps `inner` and owns it from then on. */
struct blob_store *faulty_new(struct blob_store *inner);

/* The next `times` calls of the verb fail with `code`; a flush that fails gives up its claim, and
 * so does a put that fails with ERR_UNAVAILABLE. */
void faulty_fail(struct blob_store *store, enum faulty_verb verb, enum err_code code, int times);

/* The next read returns bytes of which one is flipped. */
void faulty_flip(struct blob_store *store);

/* How many puts there were, failed ones too. */
int faulty_puts(const struct blob_store *store);

#endif
