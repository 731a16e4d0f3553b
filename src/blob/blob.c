#include "blob/blob.h"
#include "base/guard.h"
#include "base/plant.h"
#include "blob/driver.h"
#include "blob/sealed.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>

static const struct blob_driver *const drivers[] = { &blob_packs_driver };

enum err_code blob_open(const char *url, struct blob_store **out, struct err *e)
{
    struct bytes rest = bytes_str(url);
    struct bytes scheme;

    if (bytes_split(&rest, ':', &scheme) && rest.at) {
        for (size_t i = 0; i < COUNT(drivers); i++) {
            if (bytes_eq(scheme, bytes_str(drivers[i]->scheme)))
                return drivers[i]->open(rest.at, out, e);
        }
    }
    return err_set(e, ERR_INVALID, "no kind of blob store is called '%s'", url);
}

void blob_close(struct blob_store *store)
{
    if (store)
        store->driver->close(store);
}

void blob_checksums(struct bytes stored, char *out)
{
    for (size_t at = 0; at < stored.len; at += BLOB_PIECE, out += 4) {
        uint32_t sum = crc32c(bytes_first(bytes_from(stored, at), BLOB_PIECE));
        for (int i = 0; i < 4; i++)
            out[i] = (char)(sum >> (8 * i));
    }
}

bool blob_checksum_fits(struct bytes piece, const char *checksum)
{
    uint32_t want;

    memcpy(&want, checksum, sizeof want);
    return crc32c(piece) == le32toh(want);
}

enum err_code blob_claim(struct blob_store *store, int32_t volume, int64_t end, struct err *e)
{
    return store->driver->claim(store, volume, end, e);
}

enum err_code blob_create(struct blob_store *store, int32_t volume, int64_t *end, struct err *e)
{
    return store->driver->create(store, volume, end, e);
}

enum err_code blob_append(struct blob_store *store, struct blob_write *const *writes, size_t count,
                          int64_t *end, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        if (writes[i]->stored.len == 0 || writes[i]->stored.len > BLOB_SIZE_MAX)
            return err_set(e, ERR_TOO_LARGE, "blob of %zu bytes, limit %lld", writes[i]->stored.len,
                           BLOB_SIZE_MAX);
        assert(writes[i]->checksums.len ==
               blob_checksums_len((int64_t)writes[i]->stored.len, writes[i]->flags));
    }
    return store->driver->append(store, writes, count, end, e);
}

enum err_code blob_flush(struct blob_store *store, struct err *e)
{
    return store->driver->flush(store, e);
}

enum err_code blob_put(struct blob_store *store, struct blob_write *const *writes, size_t count,
                       int64_t *end, struct err *e)
{
    int64_t behind = 0;

    enum err_code rc = blob_append(store, writes, count, &behind, e);
    if (rc == ERR_NONE)
        rc = blob_flush(store, e);
    if (rc == ERR_NONE)
        *end = behind;
    return rc;
}

void blob_give_up(struct blob_store *store)
{
    store->driver->give_up(store);
}

int32_t blob_claimed(const struct blob_store *store)
{
    return store->driver->claimed(store);
}

void blob_rewind(struct blob_store *store, int64_t end)
{
    store->driver->rewind(store, end);
}

static enum err_code cut_off(const struct blob_place *place, struct err *e)
{
    return err_set(e, ERR_CORRUPT, "volume %d ends inside the blob at %lld", place->volume,
                   (long long)place->offset);
}

static enum err_code check_pieces(const struct blob_place *place, size_t piece, struct bytes bytes,
                                  struct err *e)
{
    for (; bytes.len; piece++, bytes = bytes_from(bytes, BLOB_PIECE)) {
        if (!blob_checksum_fits(bytes_first(bytes, BLOB_PIECE), place->checksums.at + 4 * piece) &&
            !PLANTED("checksum"))
            return err_set(e, ERR_CORRUPT, "checksum of piece %zu of the blob at %d:%lld differs",
                           piece, place->volume, (long long)place->offset);
    }
    return ERR_NONE;
}

/* A part of one piece: the whole piece is read aside and checked. */
static enum err_code read_within(struct blob_store *store, const struct blob_place *place,
                                 int64_t from, char *out, size_t len, bool may_block, struct err *e)
{
    CLEANUP(freep) char *piece = malloc(BLOB_PIECE);
    int64_t start = from - from % BLOB_PIECE;
    int64_t left = place->stored_bytes - start;
    size_t whole = left < BLOB_PIECE ? (size_t)left : BLOB_PIECE;
    size_t got;

    if (!piece)
        return err_set(e, ERR_NO_MEMORY, "read a blob");
    enum err_code rc = store->driver->read(store, place->volume, place->offset + start, piece,
                                           whole, may_block, &got, e);
    if (rc)
        return rc;
    if (got < whole)
        return cut_off(place, e);
    rc = check_pieces(place, (size_t)(start / BLOB_PIECE), bytes_of(piece, whole), e);
    if (rc == ERR_NONE)
        memcpy(out, piece + (from - start), len);
    return rc;
}

enum err_code blob_read(struct blob_store *store, const struct blob_place *place, int64_t from,
                        char *out, size_t len, bool may_block, struct err *e)
{
    int64_t end = from + (int64_t)len;

    assert(from >= 0 && end <= place->stored_bytes);
    if (place->checksums.len != blob_checksums_len(place->stored_bytes, place->flags))
        return err_set(e, ERR_CORRUPT, "blob at %d:%lld has %zu bytes of checksums", place->volume,
                       (long long)place->offset, place->checksums.len);
    if (place->flags & BLOB_SEALED)
        return sealed_read(store, place, from, out, len, may_block, e);
    while (len) {
        size_t inside = (size_t)(from % BLOB_PIECE);
        size_t whole = end == place->stored_bytes ? len : len - (size_t)(end % BLOB_PIECE);
        enum err_code rc;
        size_t got;

        if (inside || whole == 0 || whole > len) {
            size_t part = BLOB_PIECE - inside < len ? BLOB_PIECE - inside : len;
            rc = read_within(store, place, from, out, part, may_block, e);
            got = part;
        } else {
            rc = store->driver->read(store, place->volume, place->offset + from, out, whole,
                                     may_block, &got, e);
            if (rc == ERR_NONE && got < whole)
                rc = cut_off(place, e);
            if (rc == ERR_NONE)
                rc = check_pieces(place, (size_t)(from / BLOB_PIECE), bytes_of(out, whole), e);
        }
        if (rc)
            return rc;
        from += (int64_t)got;
        out += got;
        len -= got;
    }
    return ERR_NONE;
}

struct check {
    const struct blob_place *place;
    size_t piece;
    struct bytes bytes;
    enum err_code rc;
    struct err e;
};

static void check_guarded(void *context)
{
    struct check *c = context;

    c->rc = check_pieces(c->place, c->piece, c->bytes, &c->e);
}

const char *blob_view(struct blob_store *store, const struct blob_place *place, int64_t from,
                      size_t len)
{
    int64_t end = from + (int64_t)len;

    if (!store->driver->view || from % BLOB_PIECE != 0 || end > place->stored_bytes ||
        (end % BLOB_PIECE != 0 && end != place->stored_bytes) || (place->flags & BLOB_SEALED) ||
        place->checksums.len != blob_checksums_len(place->stored_bytes, place->flags))
        return NULL;
    const char *at = store->driver->view(store, place->volume, place->offset + from, len);
    if (!at)
        return NULL;
    struct check check = { .place = place,
                           .piece = (size_t)(from / BLOB_PIECE),
                           .bytes = bytes_of(at, len) };
    return guard_run(check_guarded, &check) && check.rc == ERR_NONE ? at : NULL;
}

enum err_code blob_check_record(struct blob_store *store, int32_t tenant, struct bytes hash,
                                int64_t plain_bytes, const struct blob_place *place, struct err *e)
{
    return store->driver->check_record(store, tenant, hash, plain_bytes, place, e);
}

enum err_code blob_remove(struct blob_store *store, const struct blob_place *places, size_t count,
                          struct err *e)
{
    return store->driver->remove(store, places, count, e);
}

enum err_code blob_scan(struct blob_store *store, int32_t volume, int64_t end,
                        enum err_code (*each)(void *context, const struct blob_seen *seen,
                                              struct err *e),
                        void *context, int64_t *gap_bytes, struct err *e)
{
    return store->driver->scan(store, volume, end, each, context, gap_bytes, e);
}

enum err_code blob_volumes(struct blob_store *store, void (*each)(void *context, int32_t volume),
                           void *context, struct err *e)
{
    return store->driver->volumes(store, each, context, e);
}

enum err_code blob_save(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                        struct err *e)
{
    return store->driver->save(store, volume, end, copy, e);
}

enum err_code blob_load(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                        struct err *e)
{
    return store->driver->load(store, volume, end, copy, e);
}

enum err_code blob_scrub_open(struct blob_store *store, const struct blob_scrub_options *options,
                              struct blob_scrub **out, struct err *e)
{
    return store->driver->scrub_open(store, options, out, e);
}

void blob_scrub_close(struct blob_scrub *scrub)
{
    if (scrub)
        scrub->driver->scrub_close(scrub);
}

void blob_scrub_closep(struct blob_scrub **scrub)
{
    blob_scrub_close(*scrub);
    *scrub = NULL;
}

int32_t blob_zone_of(const struct blob_store *store, int64_t offset)
{
    return store->driver->zone_of(offset);
}

enum err_code blob_scrub_zone(struct blob_scrub *scrub, int32_t volume, int32_t zone, int64_t end,
                              struct blob_scrubbed *out, struct err *e)
{
    return scrub->driver->scrub_zone(scrub, volume, zone, end, out, e);
}

enum err_code blob_unprotected(struct blob_store *store, int32_t volume, int64_t end, int32_t from,
                               int32_t *zone, int64_t *covered, struct err *e)
{
    return store->driver->unprotected(store, volume, end, from, zone, covered, e);
}
