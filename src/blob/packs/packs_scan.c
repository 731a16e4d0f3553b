/* Walking through a pack by its own records: see blob/driver.h. */
#include "blob/packs/packs.h"

#include <stdlib.h>

/* Reads the record at `at`; false when there is none that can be believed. */
static enum err_code record_at(int fd, int32_t volume, int64_t at, int64_t end, char **checksums,
                               struct blob_seen *out, bool *readable, struct err *e)
{
    char raw[PACK_HEADER];
    struct pack_header header;
    size_t got;

    *readable = false;
    enum err_code rc = packs_pread(fd, volume, at, raw, sizeof raw, &got, e);
    if (rc || got < sizeof raw || !pack_read_header(raw, &header) ||
        pack_record_len(header.stored_bytes, header.flags) > end - at)
        return rc;

    size_t len = blob_checksums_len(header.stored_bytes, header.flags);
    char *more = realloc(*checksums, len);
    if (!more)
        return err_set(e, ERR_NO_MEMORY, "scan pack %d", volume);
    *checksums = more;
    rc = packs_pread(fd, volume, at + PACK_HEADER, more, len, &got, e);
    if (rc || got < len || crc32c(bytes_of(more, len)) != header.checksums_crc)
        return rc;

    *out = (struct blob_seen){
        .tenant = header.tenant,
        .hash = header.hash,
        .place = { .volume = volume,
                   .offset = at + pack_bytes_offset(header.stored_bytes, header.flags),
                   .stored_bytes = header.stored_bytes,
                   .checksums = bytes_of(more, len),
                   .flags = header.flags,
                   .key_no = header.key_no,
                   .of = { header.tenant, header.hash, header.plain_bytes } },
        .plain_bytes = header.plain_bytes,
        .removed = header.kind == PACK_REMOVED,
    };
    *readable = true;
    return ERR_NONE;
}

static bool agrees(const struct blob_seen *seen, int32_t tenant, struct bytes hash,
                   int64_t plain_bytes, const struct blob_place *place)
{
    return !seen->removed && seen->tenant == tenant && seen->plain_bytes == plain_bytes &&
           seen->place.flags == place->flags && seen->place.key_no == place->key_no &&
           seen->place.offset == place->offset && seen->place.stored_bytes == place->stored_bytes &&
           bytes_eq(bytes_of((const char *)seen->hash.at, HASH_LEN), hash) &&
           bytes_eq(seen->place.checksums, place->checksums);
}

enum err_code packs_check_record(struct blob_store *store, int32_t tenant, struct bytes hash,
                                 int64_t plain_bytes, const struct blob_place *place, struct err *e)
{
    struct packs *packs = packs_of(store);
    int64_t start = place->offset - pack_bytes_offset(place->stored_bytes, place->flags);
    int64_t end = start + pack_record_len(place->stored_bytes, place->flags);
    int64_t behind = place->offset + place->stored_bytes;
    CLEANUP(freep) char *checksums = NULL;
    char padding[PACK_ALIGN] = { 0 };
    struct blob_seen seen;
    bool readable = false;
    size_t got = 0;
    int fd;

    enum err_code rc = packs_borrow(packs, place->volume, &fd, e);
    if (rc)
        return rc;
    rc = record_at(fd, place->volume, start, end, &checksums, &seen, &readable, e);
    if (rc == ERR_NONE)
        rc = packs_pread(fd, place->volume, behind, padding, (size_t)(end - behind), &got, e);
    packs_release(packs, place->volume, fd);
    if (rc == ERR_NONE && (!readable || !agrees(&seen, tenant, hash, plain_bytes, place) ||
                           !pack_is_zero(padding, sizeof padding)))
        rc = err_set(e, ERR_CORRUPT, "the record around the blob at %d:%lld is not what it was",
                     place->volume, (long long)place->offset);
    return rc;
}

enum err_code packs_scan(struct blob_store *store, int32_t volume, int64_t end,
                         enum err_code (*each)(void *context, const struct blob_seen *seen,
                                               struct err *e),
                         void *context, int64_t *gap_bytes, struct err *e)
{
    struct packs *packs = packs_of(store);
    CLEANUP(freep) char *checksums = NULL;
    char superblock[PACK_BLOCK];
    size_t got;
    int fd;

    enum err_code rc = packs_borrow(packs, volume, &fd, e);
    if (rc)
        return rc;
    rc = packs_pread(fd, volume, 0, superblock, sizeof superblock, &got, e);
    if (rc == ERR_NONE && (got < sizeof superblock || !pack_read_superblock(superblock, volume)))
        rc = err_set(e, ERR_CORRUPT, "pack %d has no superblock", volume);

    for (int64_t at = PACK_BLOCK; rc == ERR_NONE && at < end;) {
        struct blob_seen seen;
        bool readable;

        rc = record_at(fd, volume, at, end, &checksums, &seen, &readable, e);
        if (rc == ERR_NONE && readable)
            rc = each(context, &seen, e);
        if (rc == ERR_NONE && !readable)
            *gap_bytes += PACK_ALIGN;
        at += readable ? pack_record_len(seen.place.stored_bytes, seen.place.flags) : PACK_ALIGN;
    }
    packs_release(packs, volume, fd);
    return rc;
}
