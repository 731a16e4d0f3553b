/* blob/driver.h - what a place for blobs implements; the contracts are blob.h's. */
#ifndef BLOB_DRIVER_H
#define BLOB_DRIVER_H

#include "blob/blob.h"

struct blob_driver {
    const char *scheme;
    enum err_code (*open)(const char *rest, struct blob_store **out, struct err *e);
    void (*close)(struct blob_store *store);
    enum err_code (*claim)(struct blob_store *store, int32_t volume, int64_t end, struct err *e);
    enum err_code (*create)(struct blob_store *store, int32_t volume, int64_t *end, struct err *e);
    enum err_code (*append)(struct blob_store *store, struct blob_write *const *writes,
                            size_t count, int64_t *end, struct err *e);
    enum err_code (*flush)(struct blob_store *store, struct err *e);
    void (*give_up)(struct blob_store *store);
    int32_t (*claimed)(const struct blob_store *store);
    void (*rewind)(struct blob_store *store, int64_t end);
    /* Raw bytes without a check, which blob_read does: *got < len means the volume is cut off. */
    enum err_code (*read)(struct blob_store *store, int32_t volume, int64_t offset, char *out,
                          size_t len, bool may_block, size_t *got, struct err *e);
    /* The bytes in memory when all of them are there now, else NULL; may be NULL itself. */
    const char *(*view)(struct blob_store *store, int32_t volume, int64_t offset, size_t len);
    enum err_code (*check_record)(struct blob_store *store, int32_t tenant, struct bytes hash,
                                  int64_t plain_bytes, const struct blob_place *place,
                                  struct err *e);
    enum err_code (*remove)(struct blob_store *store, const struct blob_place *places, size_t count,
                            struct err *e);
    enum err_code (*scan)(struct blob_store *store, int32_t volume, int64_t end,
                          enum err_code (*each)(void *context, const struct blob_seen *seen,
                                                struct err *e),
                          void *context, int64_t *gap_bytes, struct err *e);
    enum err_code (*save)(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                          struct err *e);
    enum err_code (*load)(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                          struct err *e);
    enum err_code (*volumes)(struct blob_store *store, void (*each)(void *context, int32_t volume),
                             void *context, struct err *e);
    enum err_code (*scrub_open)(struct blob_store *store, const struct blob_scrub_options *options,
                                struct blob_scrub **out, struct err *e);
    void (*scrub_close)(struct blob_scrub *scrub);
    enum err_code (*scrub_zone)(struct blob_scrub *scrub, int32_t volume, int32_t zone, int64_t end,
                                struct blob_scrubbed *out, struct err *e);
    int32_t (*zone_of)(int64_t offset);
    enum err_code (*unprotected)(struct blob_store *store, int32_t volume, int64_t end,
                                 int32_t from, int32_t *zone, int64_t *covered, struct err *e);
};

struct blob_store {
    const struct blob_driver *driver;
    struct keyring *keyring; /* NULL: nothing is sealed or opened */
    uint8_t id[HASH_LEN];    /* of the store */
};

struct blob_scrub {
    const struct blob_driver *driver;
};

extern const struct blob_driver blob_packs_driver;

#endif
