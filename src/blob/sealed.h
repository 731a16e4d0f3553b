/* blob/sealed.h - blobs that are sealed; inside blob/. */
#ifndef BLOB_SEALED_H
#define BLOB_SEALED_H

#include "blob/driver.h"
#include "seal/seal.h"

/* Of what every piece is authenticated with: a record in another place does not open. */
#define SEALED_AAD (HASH_LEN + 4 + HASH_LEN + 8 + 8 + 4)

/* One opening of a sealed blob: its key, and what is needed for each run of pieces. */
struct opening {
    struct blob_store *store;
    const struct blob_place *place; /* borrowed */
    struct seal_work *work;
    struct seal_run run;
    char aad[SEALED_AAD];
    bool may_block;
};

/* `out` is zeroed before and not moved afterwards; opening_done also after a failure. Failures as
 * keyring_find, and ERR_UNAVAILABLE: there is no keyring. */
enum err_code opening_begin(struct blob_store *store, const struct blob_place *place,
                            bool may_block, struct opening *out, struct err *e) MUST_CHECK;
void opening_done(struct opening *o);

/* Do these pieces, from `from` on, open? `scratch` has as many bytes, may be where they lie, and is
 * wiped. */
bool opening_fits(struct opening *o, int64_t from, struct bytes sealed, char *scratch) MUST_CHECK;

/* As blob_read, of a sealed blob. */
enum err_code sealed_read(struct blob_store *store, const struct blob_place *place, int64_t from,
                          char *out, size_t len, bool may_block, struct err *e) MUST_CHECK;

#endif
