/* Looking through a pack zone by zone: see blob/driver.h. */
#include "blob/packs/scrub.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE (2 << 20) /* fewer of them to be looked up while the kernel copies */

enum err_code packs_scrub_open(struct blob_store *store, const struct blob_scrub_options *options,
                               struct blob_scrub **out, struct err *e)
{
    struct pack_scrub *scrub = calloc(1, sizeof *scrub);

    if (!scrub || !(scrub->zone = aligned_alloc(HUGE_PAGE, PARITY_ZONE)) ||
        !(scrub->region = malloc(PARITY_REGION)) || !(scrub->fixed = malloc(PARITY_SPARE_LEN)) ||
        !(scrub->piece = malloc(BLOB_PIECE))) {
        packs_scrub_close(scrub ? &scrub->base : NULL);
        return err_set(e, ERR_NO_MEMORY, "scrub");
    }
    madvise(scrub->zone, PARITY_ZONE, MADV_HUGEPAGE);
    scrub->base.driver = &blob_packs_driver;
    scrub->packs = packs_of(store);
    scrub->cached = options->cached;
    scrub->protect = options->protect;
    parity_code_init(&scrub->code);
    *out = &scrub->base;
    return ERR_NONE;
}

static struct pack_scrub *scrub_of(struct blob_scrub *scrub)
{
    return (struct pack_scrub *)scrub; /* base is first */
}

void packs_scrub_close(struct blob_scrub *base)
{
    struct pack_scrub *scrub = scrub_of(base);

    if (!scrub)
        return;
    free(scrub->zone);
    free(scrub->region);
    free(scrub->fixed);
    free(scrub->piece);
    free(scrub);
}

int32_t packs_zone_of(int64_t offset)
{
    return (int32_t)(offset / PARITY_ZONE);
}

static void note_bad(struct zone *z, const struct record *record)
{
    if (record->state != RECORD_BROKEN || z->out.bad_count == BLOB_BAD_MAX)
        return;
    z->scrub->bad[z->out.bad_count++] = (struct blob_bad){
        .tenant = record->header.tenant,
        .hash = record->header.hash,
        .offset = record->at + pack_bytes_offset(record->header.stored_bytes, record->header.flags),
    };
}

/* What the parity file has about the zone. A head that cannot be read, or that covers more than the
 * pack has, is worth nothing. */
static void load_parity(struct zone *z)
{
    static const char zeros[PARITY_HEAD];
    struct pack_scrub *scrub = z->scrub;
    struct err ignored = { 0 };

    if (z->parity < 0)
        return;
    if (!scrub->cached)
        posix_fadvise(z->parity, parity_region_at(z->no), PARITY_REGION, POSIX_FADV_DONTNEED);
    if (parity_load(z->parity, z->volume, parity_region_at(z->no), scrub->region, PARITY_REGION,
                    &ignored)) {
        z->out.bad_spare_blocks++; /* writing it anew may help */
        z->unread = true;
        return;
    }
    bool has_head = parity_read_head(scrub->region, z->volume, z->no, &z->head);
    bool has_sums =
        has_head && z->head.sums_crc == crc32c(bytes_of(scrub->region + PARITY_HEAD, PARITY_SUMS));
    if (!has_sums)
        z->out.bad_spare_blocks += memcmp(scrub->region, zeros, sizeof zeros) != 0;
    else if (z->head.state == PARITY_FRESH && z->head.covered <= z->want)
        z->covered = z->head.covered;
}

/* Is there anything to be written about the zone? What is lost must not become what it should be,
 * so it stays as long as nothing new is to be covered; and what could not be read may repair, when
 * it can be. */
static bool is_to_be_made(const struct zone *z)
{
    return z->scrub->protect && !(z->unread && z->out.bad_count) &&
           (z->covered != z->want || (z->out.bad_spare_blocks && z->lost == 0));
}

static enum err_code scrub(struct zone *z, struct err *e)
{
    bool failed = false;
    enum err_code rc = ERR_NONE;
    int64_t next;

    load_parity(z);
    if (!z->scrub->cached)
        posix_fadvise(z->pack, z->start, z->want, POSIX_FADV_DONTNEED);
    if (z->covered) {
        zone_load(z, z->covered, &failed);
        rc = zone_repair(z, e);
        failed = false; /* that has been repaired, or is known to be lost */
    }
    if (rc)
        return rc;
    zone_load(z, z->want, &failed);
    rc = zone_walk(z, note_bad, &next, e);
    if (rc || !is_to_be_made(z) || failed)
        return rc;
    return parity_make(z, next, e);
}

enum err_code packs_scrub_zone(struct blob_scrub *base, int32_t volume, int32_t no, int64_t end,
                               struct blob_scrubbed *out, struct err *e)
{
    struct pack_scrub *s = scrub_of(base);
    int64_t start = no * PARITY_ZONE;
    struct zone z = {
        .scrub = s,
        .volume = volume,
        .no = no,
        .start = start,
        .want = end - start < PARITY_ZONE ? end - start : PARITY_ZONE,
        .end = end,
        .out = { .bad = s->bad },
    };
    CLEANUP(closep) int lock = -1;
    CLEANUP(closep) int pack = -1;
    CLEANUP(closep) int parity = -1;
    char name[PACK_NAME_MAX];

    if (z.want <= 0)
        return err_set(e, ERR_INVALID, "pack %d has no zone %d", volume, no);
    enum err_code rc = parity_lock(s->packs, &lock, e);
    if (rc)
        return rc;
    pack_name(name, volume);
    pack = openat(s->packs->dir, name, O_RDWR | O_CLOEXEC);
    if (pack < 0 && errno == ENOENT)
        return err_set(e, ERR_CORRUPT, "pack '%s' is missing", name);
    if (pack < 0)
        return err_errno(e, errno, "open pack '%s'", name);
    rc = parity_open(s->packs, volume, s->protect, &parity, e);
    if (rc)
        return rc;
    z.pack = pack;
    z.parity = parity;
    rc = scrub(&z, e);
    if (rc == ERR_NONE)
        *out = z.out;
    return rc;
}

enum err_code packs_unprotected(struct blob_store *store, int32_t volume, int64_t end, int32_t from,
                                int32_t *zone, int64_t *covered, struct err *e)
{
    CLEANUP(closep) int parity = -1;
    int32_t zones = parity_zones(end);
    enum err_code rc = parity_open(packs_of(store), volume, false, &parity, e);

    for (int32_t no = from; rc == ERR_NONE && no < zones; no++) {
        int64_t start = no * PARITY_ZONE;
        int64_t want = end - start < PARITY_ZONE ? end - start : PARITY_ZONE;
        struct parity_head head;
        bool found = false;

        if (parity >= 0)
            rc = parity_find_head(parity, volume, no, &head, &found, e);
        if (rc)
            return rc;
        if (!found || head.state != PARITY_FRESH || head.covered != want) {
            *zone = no;
            return ERR_NONE;
        }
        *covered += want;
    }
    *zone = -1;
    return rc;
}
