#include "support/faulty.h"
#include "blob/driver.h"

#include <stdlib.h>

struct faulty {
    struct blob_store base; /* first */
    struct blob_store *inner;
    enum err_code code[FAULTY_VERBS];
    int times[FAULTY_VERBS];
    bool flip;
    bool unclaimed; /* a failed flush */
    int puts;
};

static struct faulty *faulty_of(struct blob_store *store)
{
    return (struct faulty *)store;
}

static enum err_code due(struct faulty *f, enum faulty_verb verb, struct err *e)
{
    if (f->times[verb] == 0)
        return ERR_NONE;
    f->times[verb]--;
    return err_set(e, f->code[verb], "made to fail");
}

static void faulty_close(struct blob_store *store)
{
    blob_close(faulty_of(store)->inner);
    free(store);
}

static enum err_code faulty_claim(struct blob_store *store, int32_t volume, int64_t end,
                                  struct err *e)
{
    enum err_code rc = blob_claim(faulty_of(store)->inner, volume, end, e);
    if (rc == ERR_NONE)
        faulty_of(store)->unclaimed = false;
    return rc;
}

static enum err_code faulty_create(struct blob_store *store, int32_t volume, int64_t *end,
                                   struct err *e)
{
    enum err_code rc = due(faulty_of(store), FAULTY_CREATE, e);
    if (rc == ERR_NONE)
        rc = blob_create(faulty_of(store)->inner, volume, end, e);
    if (rc == ERR_NONE)
        faulty_of(store)->unclaimed = false;
    return rc;
}

static enum err_code faulty_append(struct blob_store *store, struct blob_write *const *writes,
                                   size_t count, int64_t *end, struct err *e)
{
    struct faulty *f = faulty_of(store);

    f->puts++;
    enum err_code rc = due(f, FAULTY_PUT, e);
    if (rc == ERR_UNAVAILABLE)
        f->unclaimed = true;
    return rc ? rc : blob_append(f->inner, writes, count, end, e);
}

static enum err_code faulty_flush(struct blob_store *store, struct err *e)
{
    struct faulty *f = faulty_of(store);

    enum err_code rc = due(f, FAULTY_FLUSH, e);
    if (rc)
        f->unclaimed = true;
    return rc ? rc : blob_flush(f->inner, e);
}

static void faulty_give_up(struct blob_store *store)
{
    blob_give_up(faulty_of(store)->inner);
}

static int32_t faulty_claimed(const struct blob_store *store)
{
    const struct faulty *f = (const struct faulty *)store;

    return f->unclaimed ? 0 : blob_claimed(f->inner);
}

static void faulty_rewind(struct blob_store *store, int64_t end)
{
    blob_rewind(faulty_of(store)->inner, end);
}

static enum err_code faulty_read(struct blob_store *store, int32_t volume, int64_t offset,
                                 char *out, size_t len, bool may_block, size_t *got, struct err *e)
{
    struct faulty *f = faulty_of(store);

    enum err_code rc = due(f, FAULTY_READ, e);
    if (rc == ERR_NONE)
        rc = f->inner->driver->read(f->inner, volume, offset, out, len, may_block, got, e);
    if (rc == ERR_NONE && f->flip && len) {
        out[len / 2] ^= 1;
        f->flip = false;
    }
    return rc;
}

static enum err_code faulty_check_record(struct blob_store *store, int32_t tenant,
                                         struct bytes hash, int64_t plain_bytes,
                                         const struct blob_place *place, struct err *e)
{
    return blob_check_record(faulty_of(store)->inner, tenant, hash, plain_bytes, place, e);
}

static enum err_code faulty_remove(struct blob_store *store, const struct blob_place *places,
                                   size_t count, struct err *e)
{
    enum err_code rc = due(faulty_of(store), FAULTY_REMOVE, e);
    return rc ? rc : blob_remove(faulty_of(store)->inner, places, count, e);
}

static enum err_code faulty_scan(struct blob_store *store, int32_t volume, int64_t end,
                                 enum err_code (*each)(void *context, const struct blob_seen *seen,
                                                       struct err *e),
                                 void *context, int64_t *gap_bytes, struct err *e)
{
    return blob_scan(faulty_of(store)->inner, volume, end, each, context, gap_bytes, e);
}

static enum err_code faulty_volumes(struct blob_store *store,
                                    void (*each)(void *context, int32_t volume), void *context,
                                    struct err *e)
{
    return blob_volumes(faulty_of(store)->inner, each, context, e);
}

static enum err_code faulty_save(struct blob_store *store, int32_t volume, int64_t end,
                                 struct copy *copy, struct err *e)
{
    return blob_save(faulty_of(store)->inner, volume, end, copy, e);
}

static enum err_code faulty_load(struct blob_store *store, int32_t volume, int64_t end,
                                 struct copy *copy, struct err *e)
{
    return blob_load(faulty_of(store)->inner, volume, end, copy, e);
}

/* What scrubs is the inner store's own from here on. */
static enum err_code faulty_scrub_open(struct blob_store *store,
                                       const struct blob_scrub_options *options,
                                       struct blob_scrub **out, struct err *e)
{
    return blob_scrub_open(faulty_of(store)->inner, options, out, e);
}

static int32_t faulty_zone_of(int64_t offset)
{
    return blob_packs_driver.zone_of(offset);
}

static enum err_code faulty_unprotected(struct blob_store *store, int32_t volume, int64_t end,
                                        int32_t from, int32_t *zone, int64_t *covered,
                                        struct err *e)
{
    return blob_unprotected(faulty_of(store)->inner, volume, end, from, zone, covered, e);
}

static const struct blob_driver faulty_driver = {
    .scheme = "faulty",
    .close = faulty_close,
    .claim = faulty_claim,
    .create = faulty_create,
    .append = faulty_append,
    .flush = faulty_flush,
    .give_up = faulty_give_up,
    .claimed = faulty_claimed,
    .rewind = faulty_rewind,
    .read = faulty_read,
    .check_record = faulty_check_record,
    .remove = faulty_remove,
    .scan = faulty_scan,
    .save = faulty_save,
    .load = faulty_load,
    .volumes = faulty_volumes,
    .scrub_open = faulty_scrub_open,
    .zone_of = faulty_zone_of,
    .unprotected = faulty_unprotected,
};

struct blob_store *faulty_new(struct blob_store *inner)
{
    struct faulty *f = calloc(1, sizeof *f);

    if (!f)
        abort();
    f->base.driver = &faulty_driver;
    f->inner = inner;
    return &f->base;
}

void faulty_fail(struct blob_store *store, enum faulty_verb verb, enum err_code code, int times)
{
    faulty_of(store)->code[verb] = code;
    faulty_of(store)->times[verb] = times;
}

void faulty_flip(struct blob_store *store)
{
    faulty_of(store)->flip = true;
}

int faulty_puts(const struct blob_store *store)
{
    return ((const struct faulty *)store)->puts;
}
