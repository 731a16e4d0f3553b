/* Making bad blocks of a zone again: see scrub.h. */
#include "blob/packs/scrub.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Block by block, for those that can be had. */
static void load_blocks(struct zone *z, int64_t to, bool *failed)
{
    for (int64_t at = z->loaded; at < to; at += PARITY_BLOCK - at % PARITY_BLOCK) {
        int64_t left = to - at;
        size_t len = (size_t)(left < PARITY_BLOCK ? left : PARITY_BLOCK);
        struct err ignored = { 0 };
        size_t got = 0;

        if (packs_pread(z->pack, z->volume, z->start + at, z->scrub->zone + at, len, &got,
                        &ignored) ||
            got < len)
            *failed = true;
        memset(z->scrub->zone + at + got, 0, len - got);
    }
}

void zone_load(struct zone *z, int64_t to, bool *failed)
{
    size_t len = (size_t)(to - z->loaded);
    struct err ignored = { 0 };
    size_t got = 0;

    if (packs_pread(z->pack, z->volume, z->start + z->loaded, z->scrub->zone + z->loaded, len, &got,
                    &ignored) ||
        got < len)
        load_blocks(z, to, failed);
    z->out.bytes += to - z->loaded;
    z->loaded = to;
    memset(z->scrub->zone + to, 0, (size_t)(PARITY_ZONE - to));
}

static char *block_of(const struct zone *z, int no)
{
    return z->scrub->zone + (size_t)no * PARITY_BLOCK;
}

static bool fits(const struct zone *z, int no, const char *block)
{
    return crc32c(bytes_of(block, PARITY_BLOCK)) ==
           parity_get_sum(z->scrub->region + PARITY_HEAD, no);
}

static void find_bad(struct zone *z)
{
    const char *spare = z->scrub->region + PARITY_SPARE_AT;

    for (int i = 0; i * (int64_t)PARITY_BLOCK < z->covered; i++) {
        z->bad_block[i] = !fits(z, i, block_of(z, i));
        z->out.bad_blocks += z->bad_block[i];
        z->lost += z->bad_block[i];
    }
    for (int i = 0; i < PARITY_SPARE_BLOCKS; i++) {
        z->bad_spare[i] = !fits(z, PARITY_BLOCKS + i, spare + (size_t)i * PARITY_BLOCK);
        z->out.bad_spare_blocks += z->bad_spare[i];
    }
}

/* Those that fit their checksum stay in scrub->fixed. */
static void restore_stripe(struct zone *z, int stripe)
{
    char *out = z->scrub->fixed + (size_t)z->fixed_count * PARITY_BLOCK;
    bool good_spare[PARITY_SPARE];
    int places[PARITY_SPARE];
    int count = 0;

    for (int i = 0; i < PARITY_DATA; i++) {
        if (!z->bad_block[i * PARITY_STRIPES + stripe])
            continue;
        if (count == PARITY_SPARE)
            return;
        places[count++] = i;
    }
    for (int i = 0; i < PARITY_SPARE; i++)
        good_spare[i] = !z->bad_spare[i * PARITY_STRIPES + stripe];
    if (count == 0 ||
        !parity_restore(&z->scrub->code, stripe, z->scrub->zone, z->scrub->region + PARITY_SPARE_AT,
                        places, count, good_spare, out))
        return;
    for (int i = 0; i < count; i++) {
        int no = places[i] * PARITY_STRIPES + stripe;
        const char *block = out + (size_t)i * PARITY_BLOCK;
        if (!fits(z, no, block))
            continue;
        memmove(z->scrub->fixed + (size_t)z->fixed_count * PARITY_BLOCK, block, PARITY_BLOCK);
        z->fixed[z->fixed_count++] = no;
    }
}

/* Would another byte, `at` bytes into the record, harm it? What was given back may only become
 * zeros again. Of a sealed record that nobody can open, header and tags tell which bytes are its
 * own: where the parity knows the very same ones, it knows its bytes, too. */
static bool is_harm(const struct record *record, int64_t at, char then)
{
    const struct pack_header *header = &record->header;

    switch (record->state) {
    case RECORD_WHOLE:
        return true;
    case RECORD_LOCKED:
        return at < pack_bytes_offset(header->stored_bytes, header->flags);
    case RECORD_REMOVED:
        return at < PACK_HEADER || then != 0;
    case RECORD_BROKEN:
        break;
    }
    return false;
}

/* Would this block change bytes of a record that is as it should be? */
static bool would_harm(struct zone *z, const struct record *record, int fixed)
{
    int64_t block = z->start + z->fixed[fixed] * (int64_t)PARITY_BLOCK;
    int64_t from = record->at > block ? record->at : block;
    int64_t to = record->at + record->len;
    const char *now = block_of(z, z->fixed[fixed]);
    const char *then = z->scrub->fixed + (size_t)fixed * PARITY_BLOCK;

    if (to > block + PARITY_BLOCK)
        to = block + PARITY_BLOCK;
    for (int64_t at = from - block; at < to - block; at++) {
        if (now[at] != then[at] && is_harm(record, block + at - record->at, then[at]))
            return true;
    }
    return false;
}

/* The parity is older than what the pack says of itself: it must not be believed. It happens to
 * files of different times, never to a pack that only this program has changed. */
static void look_for_harm(struct zone *z, const struct record *record)
{
    for (int i = 0; i < z->fixed_count; i++) {
        if (would_harm(z, record, i)) {
            z->covered = z->lost = 0;
            z->out.bad_blocks = 0;
            return;
        }
    }
}

/* Written, flushed, and read once more. */
static enum err_code write_fixed(struct zone *z, struct err *e)
{
    for (int i = 0; i < z->fixed_count; i++) {
        int64_t at = z->fixed[i] * (int64_t)PARITY_BLOCK;
        int64_t left = z->covered - at;
        size_t len = (size_t)(left < PARITY_BLOCK ? left : PARITY_BLOCK);
        if (pwrite(z->pack, z->scrub->fixed + (size_t)i * PARITY_BLOCK, len, z->start + at) !=
            (ssize_t)len)
            return err_errno(e, errno, "repair pack %d", z->volume);
    }
    if (fdatasync(z->pack) != 0) {
        packs_note_failure(z->scrub->packs, z->volume);
        return err_errno(e, errno, "repair pack %d", z->volume);
    }
    posix_fadvise(z->pack, z->start, z->covered, POSIX_FADV_DONTNEED);
    for (int i = 0; i < z->fixed_count; i++) {
        int64_t at = z->fixed[i] * (int64_t)PARITY_BLOCK;
        int64_t left = z->covered - at;
        size_t len = (size_t)(left < PARITY_BLOCK ? left : PARITY_BLOCK);
        size_t got;
        enum err_code rc =
            packs_pread(z->pack, z->volume, z->start + at, block_of(z, z->fixed[i]), len, &got, e);
        if (rc)
            return rc;
        if (got < len || !fits(z, z->fixed[i], block_of(z, z->fixed[i])))
            return err_set(e, ERR_UNAVAILABLE, "pack %d does not keep what is written at %lld",
                           z->volume, (long long)(z->start + at));
        z->bad_block[z->fixed[i]] = false;
        z->out.repaired_blocks++;
        z->lost--;
    }
    return ERR_NONE;
}

enum err_code zone_repair(struct zone *z, struct err *e)
{
    int64_t ignored;

    find_bad(z);
    if (z->lost == 0)
        return ERR_NONE;
    for (int stripe = 0; stripe < PARITY_STRIPES; stripe++)
        restore_stripe(z, stripe);
    if (z->fixed_count == 0)
        return ERR_NONE;
    enum err_code rc = zone_walk(z, look_for_harm, &ignored, e);
    if (rc || z->covered == 0)
        return rc;
    return write_fixed(z, e);
}
