/* The records of one zone: see scrub.h. */
#include "blob/packs/scrub.h"
#include "blob/sealed.h"

#include <stdlib.h>

static bool is_in_zone(const struct zone *z, int64_t at, int64_t len)
{
    return at >= z->start && at + len <= z->start + z->loaded;
}

/* `len` bytes of the pack: in the zone where they lie, others in `room`. *out is NULL when the pack
 * ends before. */
static enum err_code bytes_at(struct zone *z, int64_t at, size_t len, char *room, const char **out,
                              struct err *e)
{
    size_t got;

    if (is_in_zone(z, at, (int64_t)len)) {
        *out = z->scrub->zone + (at - z->start);
        return ERR_NONE;
    }
    enum err_code rc = packs_pread(z->pack, z->volume, at, room, len, &got, e);
    *out = rc == ERR_NONE && got == len ? room : NULL;
    return rc;
}

/* Have all pieces their checksums? With `opening` these are tags. */
static enum err_code check_pieces(struct zone *z, const struct blob_place *place,
                                  struct opening *opening, bool *whole, struct err *e)
{
    const char *sum = place->checksums.at;

    for (int64_t at = 0; at < place->stored_bytes; at += BLOB_PIECE) {
        int64_t left = place->stored_bytes - at;
        size_t len = left < BLOB_PIECE ? (size_t)left : BLOB_PIECE;
        const char *piece;
        enum err_code rc = bytes_at(z, place->offset + at, len, z->scrub->piece, &piece, e);
        if (rc || !piece)
            return rc;
        if (opening ? !opening_fits(opening, at, bytes_of(piece, len), z->scrub->piece)
                    : !blob_checksum_fits(bytes_of(piece, len), sum))
            return ERR_NONE;
        sum += opening ? BLOB_TAG : BLOB_CRC;
    }
    *whole = true;
    return ERR_NONE;
}

/* Are the checksums the header's, and the bytes theirs? */
static enum err_code check_bytes(struct zone *z, struct record *record, struct err *e)
{
    const struct pack_header *header = &record->header;
    size_t sums_len = blob_checksums_len(header->stored_bytes, header->flags);
    struct blob_store *store = &z->scrub->packs->base;
    CLEANUP(freep) char *room = malloc(sums_len);
    CLEANUP(opening_done) struct opening opening = { 0 };
    bool is_sealed = header->flags & BLOB_SEALED;
    struct err why = { 0 };
    const char *sums;
    bool whole = false;

    record->state = RECORD_BROKEN;
    if (!room)
        return err_set(e, ERR_NO_MEMORY, "look at pack %d", z->volume);
    enum err_code rc = bytes_at(z, record->at + PACK_HEADER, sums_len, room, &sums, e);
    if (rc || !sums || crc32c(bytes_of(sums, sums_len)) != header->checksums_crc)
        return rc;
    struct blob_place place = {
        .volume = z->volume,
        .offset = record->at + pack_bytes_offset(header->stored_bytes, header->flags),
        .stored_bytes = header->stored_bytes,
        .checksums = bytes_of(sums, sums_len),
        .flags = header->flags,
        .key_no = header->key_no,
        .of = { header->tenant, header->hash, header->plain_bytes },
    };
    if (is_sealed && (rc = opening_begin(store, &place, true, &opening, &why))) {
        record->state = RECORD_LOCKED;
        if (rc == ERR_NO_MEMORY)
            *e = why;
        return rc == ERR_NO_MEMORY ? rc : ERR_NONE;
    }
    rc = check_pieces(z, &place, is_sealed ? &opening : NULL, &whole, e);
    if (whole)
        record->state = RECORD_WHOLE;
    return rc;
}

static enum err_code record_at(struct zone *z, int64_t at, struct record *out, bool *found,
                               struct err *e)
{
    char room[PACK_HEADER];
    struct pack_header header;
    const char *raw = NULL;

    *found = false;
    if (at + PACK_HEADER > z->end)
        return ERR_NONE;
    enum err_code rc = bytes_at(z, at, PACK_HEADER, room, &raw, e);
    if (rc || !raw || !pack_read_header(raw, &header) ||
        pack_record_len(header.stored_bytes, header.flags) > z->end - at)
        return rc;
    *out = (struct record){
        .at = at,
        .len = pack_bytes_offset(header.stored_bytes, header.flags) + header.stored_bytes,
        .header = header,
        .state = RECORD_REMOVED,
    };
    if (header.kind == PACK_BLOB)
        rc = check_bytes(z, out, e);
    *found = rc == ERR_NONE;
    return rc;
}

/* Where the first record of the zone is: the zone before knows. Else it is looked for. */
static enum err_code first_record(struct zone *z, int64_t *at, struct err *e)
{
    struct parity_head before;
    bool found = false;

    *at = z->no ? z->start : PACK_BLOCK;
    if (z->no == 0 || z->parity < 0)
        return ERR_NONE;
    enum err_code rc = parity_find_head(z->parity, z->volume, z->no - 1, &before, &found, e);
    if (rc == ERR_NONE && found && before.covered == PARITY_ZONE)
        *at = before.next;
    return rc;
}

enum err_code zone_walk(struct zone *z, void (*each)(struct zone *z, const struct record *record),
                        int64_t *next, struct err *e)
{
    int64_t end = z->start + z->loaded;
    int64_t at;

    enum err_code rc = first_record(z, &at, e);
    while (rc == ERR_NONE && at < end) {
        struct record record;
        bool found;

        rc = record_at(z, at, &record, &found, e);
        if (rc == ERR_NONE && found)
            each(z, &record);
        at += rc == ERR_NONE && found
                  ? pack_record_len(record.header.stored_bytes, record.header.flags)
                  : PACK_ALIGN;
    }
    if (rc == ERR_NONE)
        *next = at;
    return rc;
}
