/* blob/blob.h - picture bytes in numbered volumes, found again by volume and offset.
 *
 * A stored blob never changes. One process appends to a volume at a time (it claims it); any
 * number read. Where a blob lies, how long it is and its checksums are kept by the caller, in the
 * same transaction as the row that names the blob: bytes nobody names are garbage.
 * Every function may be called from any thread, but blob_claim, blob_create and blob_put from one
 * thread at a time.
 */
#ifndef BLOB_BLOB_H
#define BLOB_BLOB_H

#include "base/copy.h"
#include "base/crypto.h"
#include "base/err.h"

struct blob_store;
struct keyring;

/* How the bytes of a blob are kept; the numbers are stored. First zipped, then sealed. */
enum blob_flag {
    BLOB_SEALED = 1, /* by a key of its own: see seal/keyring.h */
    BLOB_ZIPPED = 2, /* see blob/zip.h; nothing else in here cares */
};
#define BLOB_FLAGS (BLOB_SEALED | BLOB_ZIPPED)

/* Each piece of BLOB_PIECE stored bytes (the last may be shorter) has a checksum of its own, so
 * that a part can be read without the rest: a CRC-32C, four bytes little endian, or when it is
 * sealed the tag of its cipher. */
#define BLOB_PIECE (64 * 1024)
#define BLOB_CRC   4
#define BLOB_TAG   16

#define BLOB_SIZE_MAX (1LL << 30) /* bytes of one blob */

static inline size_t blob_checksums_len(int64_t stored_bytes, uint8_t flags)
{
    size_t pieces = (size_t)((stored_bytes + BLOB_PIECE - 1) / BLOB_PIECE);

    return pieces * (flags & BLOB_SEALED ? BLOB_TAG : BLOB_CRC);
}

/* Fills `out` (blob_checksums_len bytes) with the checksums of `stored`, which is not sealed. */
void blob_checksums(struct bytes stored, char *out);

/* What a sealed blob is bound to: with anything else of it, it does not open. */
struct blob_identity {
    int32_t tenant;
    struct hash hash;    /* keyed hash of the content */
    int64_t plain_bytes; /* length before zip and cipher */
};
/* Has this piece that checksum, four bytes? */
bool blob_checksum_fits(struct bytes piece, const char *checksum);

struct blob_place {
    int32_t volume;
    int64_t offset; /* of the first stored byte */
    int64_t stored_bytes;
    struct bytes checksums; /* blob_checksums_len bytes */
    uint8_t flags;          /* enum blob_flag */
    uint32_t key_no;        /* of a sealed blob, else 0 */
    struct blob_identity of;
};

/* One blob to be stored. */
struct blob_write {
    int32_t tenant;
    struct hash hash;    /* keyed hash of the content */
    struct bytes stored; /* the bytes as they are to be kept; never empty */
    int64_t plain_bytes; /* length before zip and cipher */
    uint8_t flags;       /* enum blob_flag */
    uint32_t key_no;
    int64_t created_us;
    struct bytes checksums;  /* of `stored` */
    struct blob_place place; /* out: where it went */
};

/* `url` is scheme:rest, today packs:DIRECTORY (which must exist).
 * ERR_INVALID: unknown scheme. ERR_UNAVAILABLE: cannot be opened. */
enum err_code blob_open(const char *url, struct blob_store **out, struct err *e) MUST_CHECK;

/* Accepts NULL; gives up the claim. */
void blob_close(struct blob_store *store);

/* Sealed blobs are opened and made by these keys, for the store of that id. Borrowed until the
 * store is closed. To be called before any of what follows. */
void blob_use_keys(struct blob_store *store, struct keyring *keyring, const uint8_t id[HASH_LEN]);

/* Seals w->stored into `out` (as many bytes) with a new key: sets stored, checksums (in `tags`,
 * blob_checksums_len bytes), flags and key_no. Any thread. Failures as keyring_take. */
enum err_code blob_seal(struct blob_store *store, struct blob_write *w, char *out, char *tags,
                        struct err *e) MUST_CHECK;

/* After the write: a key that nothing was written by (the bytes were there already) serves the
 * next. */
void blob_give_key_back(struct blob_store *store, const struct blob_write *w);

/* Takes volume `volume` for appending at `end` (bytes up to it are named by rows). What lies behind
 * is dropped by the first append, by blob_rewind, or when the volume is left for another.
 * ERR_BUSY         another process has it
 * ERR_CORRUPT      shorter than `end`, or not ours: never append to it
 * ERR_UNAVAILABLE  cannot be opened */
enum err_code blob_claim(struct blob_store *store, int32_t volume, int64_t end,
                         struct err *e) MUST_CHECK;

/* Makes the volume, durably, and claims it. *end: where blobs begin.
 * ERR_CONFLICT               there is one of that number, with bytes in it: left as it is
 * ERR_BUSY                   another process has it
 * ERR_FULL, ERR_UNAVAILABLE  nothing was made */
enum err_code blob_create(struct blob_store *store, int32_t volume, int64_t *end,
                          struct err *e) MUST_CHECK;

/* Appends all `count` blobs to the claimed volume: each has its place and *end moves behind the
 * last. Before blob_flush they survive nothing.
 * ERR_FULL         no space: nothing was stored, the claim stays
 * ERR_UNAVAILABLE  likewise; or, as for blob_flush, the claim is given up */
enum err_code blob_append(struct blob_store *store, struct blob_write *const *writes, size_t count,
                          int64_t *end, struct err *e) MUST_CHECK;

/* Once this returns ERR_NONE what was appended survives a power cut.
 * ERR_UNAVAILABLE  nothing may be believed of the volume behind what was flushed before: the claim
 *                  is given up and the volume must never be claimed again */
enum err_code blob_flush(struct blob_store *store, struct err *e) MUST_CHECK;

/* Both. */
enum err_code blob_put(struct blob_store *store, struct blob_write *const *writes, size_t count,
                       int64_t *end, struct err *e) MUST_CHECK;

/* Gives up the claim, if there is one, and leaves the volume as it is. */
void blob_give_up(struct blob_store *store);

/* The volume claimed now, 0 when none. */
int32_t blob_claimed(const struct blob_store *store);

/* Takes back what was appended behind `end`, when the rows could not be committed. */
void blob_rewind(struct blob_store *store, int64_t end);

/* Reads `len` stored bytes at `from` (from + len within the blob), every piece checked; sealed ones
 * are opened. On failure nothing of a sealed blob is left in `out`.
 * ERR_BLOCKS       not in memory and `may_block` is false; nothing was read
 * ERR_CORRUPT      a checksum does not agree, the volume is cut off, or the key was erased
 * ERR_UNAVAILABLE  the disk failed, or no key is given */
enum err_code blob_read(struct blob_store *store, const struct blob_place *place, int64_t from,
                        char *out, size_t len, bool may_block, struct err *e) MUST_CHECK;

/* The same bytes, checked just now, in memory shared with the page cache; NULL when they are not
 * there or sealed (then blob_read tells more). They must be used at once: who writes or cuts the
 * volume can be seen through them. Touching them may raise SIGBUS; passing them to a system call
 * does not. */
const char *blob_view(struct blob_store *store, const struct blob_place *place, int64_t from,
                      size_t len);

/* Does what the volume itself says of the blob, around its bytes, agree with the row? No read needs
 * it; the index is made again from it. All that it says is compared, and the padding.
 * ERR_CORRUPT      they do not agree
 * ERR_UNAVAILABLE  the disk failed */
enum err_code blob_check_record(struct blob_store *store, int32_t tenant, struct bytes hash,
                                int64_t plain_bytes, const struct blob_place *place,
                                struct err *e) MUST_CHECK;

/* Gives the bytes of all `count` blobs back to the file system, durably: once this returns ERR_NONE
 * neither a power cut nor a repair brings them back. Doing it twice is harmless, and to be done
 * after a failure. */
enum err_code blob_remove(struct blob_store *store, const struct blob_place *places, size_t count,
                          struct err *e) MUST_CHECK;

/* What a volume's own records say, in order, for `cameo check`: calls `each` with every record's
 * place (checksums borrowed) and hash between its start and `end`. Stretches without a readable
 * record are passed over and added to *gap_bytes; given-back blobs are told as removed. */
struct blob_seen {
    int32_t tenant;
    struct hash hash;
    struct blob_place place; /* with its identity */
    int64_t plain_bytes;
    bool removed;
};
enum err_code blob_scan(struct blob_store *store, int32_t volume, int64_t end,
                        enum err_code (*each)(void *context, const struct blob_seen *seen,
                                              struct err *e),
                        void *context, int64_t *gap_bytes, struct err *e) MUST_CHECK;

/* Copies what a volume has from copy->at up to `end` (bytes up to it are named by rows) into the
 * file copy->to, at the same offsets; copy->from is set here. See base/copy.h. ERR_CORRUPT: the
 * volume is missing or cut off. */
enum err_code blob_save(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                        struct err *e) MUST_CHECK;

/* Makes a volume, durably, of the first `end` bytes of such a file, copy->from, in the place of
 * what there is of it; copy->to is set here. Nobody else may use the store. ERR_CORRUPT: the file
 * is cut off. */
enum err_code blob_load(struct blob_store *store, int32_t volume, int64_t end, struct copy *copy,
                        struct err *e) MUST_CHECK;

/* Scrubbing: a volume is looked at in zones of a few mebibytes, by their number. What the store
 * keeps beside the volume tells blocks that are not as they were written, and makes them again.
 * One blob_scrub is for one thread at a time; several processes may scrub the same volume. */
struct blob_scrub_options {
    bool cached;  /* believe the page cache; else the disk is asked anew */
    bool protect; /* make what is missing for later repairs */
};

/* A blob whose own checksums do not agree, as its own record says: perhaps nobody's any more, and
 * perhaps because of a part of it in the next zone. */
struct blob_bad {
    int32_t tenant;
    struct hash hash;
    int64_t offset; /* as blob_place has it */
};
#define BLOB_BAD_MAX 256 /* of a zone that are told at once */

struct blob_scrubbed {
    int64_t bytes;              /* looked at */
    int64_t bad_blocks;         /* other than they were written */
    int64_t repaired_blocks;    /* of these: written anew, flushed, and read once more */
    int64_t bad_spare_blocks;   /* of what is kept for repairs */
    bool made;                  /* what is kept for repairs was made, or made anew */
    const struct blob_bad *bad; /* valid until the next zone */
    size_t bad_count;
};

struct blob_scrub;
enum err_code blob_scrub_open(struct blob_store *store, const struct blob_scrub_options *options,
                              struct blob_scrub **out, struct err *e) MUST_CHECK;
void blob_scrub_close(struct blob_scrub *scrub); /* accepts NULL */
void blob_scrub_closep(struct blob_scrub **scrub);

/* Which zone that offset is in. */
int32_t blob_zone_of(const struct blob_store *store, int64_t offset);

/* Looks at zone `zone` of the volume, of which rows may name bytes up to `end`; repairs what it
 * can. ERR_CORRUPT      there is no such volume ERR_UNAVAILABLE  the disk failed: nothing is known
 * of the zone */
enum err_code blob_scrub_zone(struct blob_scrub *scrub, int32_t volume, int32_t zone, int64_t end,
                              struct blob_scrubbed *out, struct err *e) MUST_CHECK;

/* *zone: the first one from `from` on that could not be repaired as it is now, for something was
 * appended to it or removed from it; -1 when there is none. *covered counts up the bytes before. */
enum err_code blob_unprotected(struct blob_store *store, int32_t volume, int64_t end, int32_t from,
                               int32_t *zone, int64_t *covered, struct err *e) MUST_CHECK;

/* Calls `each` with the number of every volume that holds bytes, in no order. */
enum err_code blob_volumes(struct blob_store *store, void (*each)(void *context, int32_t volume),
                           void *context, struct err *e) MUST_CHECK;

#endif
