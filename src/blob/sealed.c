/* Sealed blobs: made with a key of their own, opened where they lie in memory. */
#include "blob/sealed.h"
#include "base/guard.h"
#include "seal/keyring.h"

#include <endian.h>
#include <stdlib.h>

/* NOLINTNEXTLINE(misc-redundant-expression) */
_Static_assert(SEAL_PIECE == BLOB_PIECE && SEAL_TAG == BLOB_TAG, "the pieces of both are the same");

static char *put_le(char *out, uint64_t value, size_t bytes)
{
    value = htole64(value);
    memcpy(out, &value, bytes);
    return out + bytes;
}

/* store id | tenant 4 | hash | plain length 8 | stored length 8 | flags 4 */
static struct bytes write_aad(const struct blob_store *store, const struct blob_identity *of,
                              int64_t stored_bytes, uint8_t flags, char out[SEALED_AAD])
{
    memcpy(out, store->id, HASH_LEN);
    char *at = put_le(out + HASH_LEN, (uint32_t)of->tenant, 4);
    memcpy(at, of->hash.at, HASH_LEN);
    at = put_le(at + HASH_LEN, (uint64_t)of->plain_bytes, 8);
    at = put_le(at, (uint64_t)stored_bytes, 8);
    put_le(at, flags, 4);
    return bytes_of(out, SEALED_AAD);
}

void blob_use_keys(struct blob_store *store, struct keyring *keyring, const uint8_t id[HASH_LEN])
{
    store->keyring = keyring;
    memcpy(store->id, id, HASH_LEN);
}

enum err_code blob_seal(struct blob_store *store, struct blob_write *w, char *out, char *tags,
                        struct err *e)
{
    struct blob_identity of = { w->tenant, w->hash, w->plain_bytes };
    uint8_t flags = w->flags | BLOB_SEALED;
    struct data_key key;
    char aad[SEALED_AAD];

    if (!store->keyring)
        return err_set(e, ERR_UNAVAILABLE, "no keyring to seal by");
    enum err_code rc = keyring_take(store->keyring, &key, e);
    if (rc)
        return rc;
    struct seal_run run = { .total = (int64_t)w->stored.len,
                            .aad = write_aad(store, &of, (int64_t)w->stored.len, flags, aad) };
    struct seal_work *work = seal_take(keyring_sealer(store->keyring));
    bool done =
        work && seal_set_key(work, key.key) && seal_pieces(work, &run, w->stored, out, tags);
    seal_give(keyring_sealer(store->keyring), work);
    explicit_bzero(key.key, sizeof key.key);
    if (!done)
        return err_set(e, ERR_NO_MEMORY, "seal %zu bytes", w->stored.len);
    w->key_no = key.number;
    w->flags = flags;
    w->checksums = bytes_of(tags, blob_checksums_len((int64_t)w->stored.len, flags));
    w->stored = bytes_of(out, w->stored.len);
    return ERR_NONE;
}

void blob_give_key_back(struct blob_store *store, const struct blob_write *w)
{
    struct data_key key = { .number = w->key_no };
    struct err ignored = { 0 };

    /* a place says that it was laid out for writing */
    if (!store->keyring || !(w->flags & BLOB_SEALED) || w->place.volume)
        return;
    if (keyring_find(store->keyring, key.number, true, key.key, &ignored) == ERR_NONE)
        keyring_give_back(store->keyring, &key);
    explicit_bzero(key.key, sizeof key.key);
}

struct unsealing {
    const struct opening *o;
    struct bytes sealed;
    char *out;
    bool right;
};

static void run_unsealing(void *context)
{
    struct unsealing *u = context;
    const struct seal_run *run = &u->o->run;

    u->right = unseal_pieces(u->o->work, run, u->sealed,
                             u->o->place->checksums.at + run->first * SEAL_TAG, u->out);
}

static enum err_code does_not_open(const struct blob_place *place, struct err *e)
{
    return err_set(e, ERR_CORRUPT, "the sealed blob at %d:%lld does not open with its key",
                   place->volume, (long long)place->offset);
}

/* Whole pieces from `from` on, from where they lie in memory or else by a read. */
static enum err_code open_pieces(struct opening *o, int64_t from, char *out, size_t len,
                                 struct err *e)
{
    const struct blob_place *place = o->place;
    const struct blob_driver *driver = o->store->driver;
    struct unsealing u = { .o = o, .out = out };
    size_t got;

    o->run.first = (size_t)(from / BLOB_PIECE);
    const char *view =
        driver->view ? driver->view(o->store, place->volume, place->offset + from, len) : NULL;
    if (view) {
        u.sealed = bytes_of(view, len);
        if (guard_run(run_unsealing, &u) && u.right)
            return ERR_NONE;
        explicit_bzero(out, len); /* perhaps broken off half-way */
    }
    enum err_code rc = driver->read(o->store, place->volume, place->offset + from, out, len,
                                    o->may_block, &got, e);
    if (rc == ERR_NONE && got < len)
        rc = err_set(e, ERR_CORRUPT, "volume %d ends inside the blob at %lld", place->volume,
                     (long long)place->offset);
    if (rc)
        return rc;
    u.sealed = bytes_of(out, len);
    run_unsealing(&u);
    return u.right ? ERR_NONE : does_not_open(place, e);
}

/* A part of one piece: the whole piece is opened aside. */
static enum err_code open_within(struct opening *o, int64_t from, char *out, size_t len,
                                 struct err *e)
{
    CLEANUP(freep) char *piece = malloc(BLOB_PIECE);
    int64_t start = from - from % BLOB_PIECE;
    int64_t left = o->place->stored_bytes - start;
    size_t whole = left < BLOB_PIECE ? (size_t)left : BLOB_PIECE;

    if (!piece)
        return err_set(e, ERR_NO_MEMORY, "read a blob");
    enum err_code rc = open_pieces(o, start, piece, whole, e);
    if (rc == ERR_NONE)
        memcpy(out, piece + (from - start), len);
    return rc;
}

static enum err_code open_all(struct opening *o, int64_t from, char *out, size_t len, struct err *e)
{
    int64_t end = from + (int64_t)len;
    enum err_code rc = ERR_NONE;

    while (len && rc == ERR_NONE) {
        size_t inside = (size_t)(from % BLOB_PIECE);
        size_t part = end == o->place->stored_bytes ? len : len - (size_t)(end % BLOB_PIECE);
        if (inside || part == 0) {
            part = BLOB_PIECE - inside < len ? BLOB_PIECE - inside : len;
            rc = open_within(o, from, out, part, e);
        } else {
            rc = open_pieces(o, from, out, part, e);
        }
        from += (int64_t)part;
        out += part;
        len -= part;
    }
    return rc;
}

enum err_code opening_begin(struct blob_store *store, const struct blob_place *place,
                            bool may_block, struct opening *out, struct err *e)
{
    uint8_t key[SEAL_KEY];

    if (!store->keyring)
        return err_set(e, ERR_UNAVAILABLE, "the picture is sealed and there is no keyring");
    enum err_code rc = keyring_find(store->keyring, place->key_no, may_block, key, e);
    if (rc)
        return rc;
    out->store = store;
    out->place = place;
    out->may_block = may_block;
    out->work = seal_take(keyring_sealer(store->keyring));
    out->run = (struct seal_run){
        .total = place->stored_bytes,
        .aad = write_aad(store, &place->of, place->stored_bytes, place->flags, out->aad),
    };
    if (!out->work || !seal_set_key(out->work, key))
        rc = err_set(e, ERR_NO_MEMORY, "open a sealed blob");
    explicit_bzero(key, sizeof key);
    return rc;
}

void opening_done(struct opening *o)
{
    if (o->work)
        seal_give(keyring_sealer(o->store->keyring), o->work);
    o->work = NULL;
}

bool opening_fits(struct opening *o, int64_t from, struct bytes sealed, char *scratch)
{
    o->run.first = (size_t)(from / BLOB_PIECE);
    bool fits = unseal_pieces(o->work, &o->run, sealed,
                              o->place->checksums.at + o->run.first * SEAL_TAG, scratch);
    explicit_bzero(scratch, sealed.len);
    return fits;
}

enum err_code sealed_read(struct blob_store *store, const struct blob_place *place, int64_t from,
                          char *out, size_t len, bool may_block, struct err *e)
{
    CLEANUP(opening_done) struct opening o = { 0 };

    enum err_code rc = opening_begin(store, place, may_block, &o, e);
    if (rc)
        return rc;
    rc = open_all(&o, from, out, len, e);
    if (rc)
        explicit_bzero(out, len);
    return rc;
}
