/* The pass through everything: by a command, or little by little. */
#include "core/scrub.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "core/mend.h"

#include <stdlib.h>
#include <time.h>

#define ARENA_MAX (16 << 20)
#define QUIET_US  (2 * SECOND_US)  /* nothing is made repairable while others write, … */
#define BEHIND_US (60 * SECOND_US) /* … but for so long */
#define IDLE_US   (SECOND_US / 4)
#define REST      4 /* times as long as a zone took, so that no disk is kept busy */
#define REST_US   20000
#define LOOK_US   (60 * SECOND_US) /* when the next zone is due is looked up so often */
#define SAVE_US   (10 * SECOND_US)
#define FORGET_US (3600 * SECOND_US) /* what could not be repaired is tried again so often */

/* ---- what is remembered: a line of numbers in the table of settings ---- */

static const char setting_name[] = "scrub";

struct memory {
    int64_t volume; /* 0: no pass is under way */
    int64_t zone;   /* the next one */
    int64_t begun_us;
    int64_t ended_us;
    int64_t bad_blocks;
    int64_t repaired_blocks;
    int64_t repaired_blobs;
};
#define MEMORY_FIELDS 7

static void memory_fields(struct memory *memory, int64_t *out[MEMORY_FIELDS])
{
    int64_t *const fields[] = { &memory->volume,        &memory->zone,
                                &memory->begun_us,      &memory->ended_us,
                                &memory->bad_blocks,    &memory->repaired_blocks,
                                &memory->repaired_blobs };

    memcpy(out, fields, sizeof fields);
}

/* What cannot be read is forgotten: then a pass begins. */
static enum err_code memory_load(struct core *core, struct memory *out, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    int64_t *fields[MEMORY_FIELDS];
    struct memory memory = { 0 };
    struct bytes value = { 0 };
    struct bytes word;
    bool found;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "scrub");
    enum err_code rc = meta_setting_get(core->meta, arena, setting_name, &value, &found, e);
    if (rc)
        return rc;
    memory_fields(&memory, fields);
    for (int i = 0; found && i < MEMORY_FIELDS; i++)
        found = bytes_split(&value, ' ', &word) && bytes_to_int64(word, fields[i]);
    *out = found ? memory : (struct memory){ 0 };
    return ERR_NONE;
}

struct memory_write {
    struct write write; /* first */
    struct bytes text;
};

static enum err_code apply_memory(struct write *write, struct meta *meta, struct err *e)
{
    return meta_setting_put(meta, setting_name, ((struct memory_write *)write)->text, e);
}

static enum err_code memory_save(struct core *core, struct memory *memory, struct err *e)
{
    struct memory_write w = { .write = { .apply = apply_memory } };
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 16);
    int64_t *fields[MEMORY_FIELDS];
    struct strbuf text;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "scrub");
    strbuf_init(&text, arena, 128, 256);
    memory_fields(memory, fields);
    for (int i = 0; i < MEMORY_FIELDS; i++) {
        if (i)
            strbuf_char(&text, ' ');
        strbuf_int(&text, *fields[i]);
    }
    w.text = strbuf_bytes(&text);
    return core_write(core, &w.write, e);
}

static void memory_add(struct memory *memory, const struct scrub_counts *counts)
{
    memory->bad_blocks += counts->bad_blocks + counts->bad_spare_blocks;
    memory->repaired_blocks += counts->repaired_blocks;
    memory->repaired_blobs += counts->repaired_blobs;
}

/* ---- packs ---- */

struct volumes {
    struct arena *arena;
    struct volume_row *rows;
    size_t count;
};

static enum err_code volumes_load(struct core *core, struct volumes *out, struct err *e)
{
    out->arena = arena_new(ARENA_MAX);
    return out->arena ? meta_volume_list(core->meta, out->arena, &out->rows, &out->count, e)
                      : err_set(e, ERR_NO_MEMORY, "scrub");
}

static void volumes_done(struct volumes *volumes)
{
    arena_free(volumes->arena);
}

static int32_t zones_of(const struct core *core, const struct volume_row *volume)
{
    return blob_zone_of(core->store->blobs, volume->end - 1) + 1;
}

/* ---- the command ---- */

/* Waits until so many bytes may have been read. */
static void keep_pace(const struct scrub_options *options, int64_t bytes, int64_t begun_us)
{
    if (options->bytes_per_second <= 0)
        return;
    double due_us = (double)bytes / (double)options->bytes_per_second * (double)SECOND_US;
    int64_t left_us = begun_us + (int64_t)due_us - clock_monotonic_us();
    struct timespec left = { .tv_sec = left_us / SECOND_US, .tv_nsec = left_us % SECOND_US * 1000 };
    if (left_us > 0)
        nanosleep(&left, NULL);
}

static enum err_code scrub_all(struct mending *m, const struct volumes *volumes,
                               const struct scrub_options *options, struct err *e)
{
    int64_t begun_us = clock_monotonic_us();
    enum err_code rc = ERR_NONE;

    for (size_t i = 0; rc == ERR_NONE && i < volumes->count; i++) {
        int32_t zones = zones_of(m->core, &volumes->rows[i]);
        for (int32_t zone = 0; rc == ERR_NONE && zone < zones; zone++) {
            rc = mend_zone(m, &volumes->rows[i], zone, e);
            keep_pace(options, m->counts.bytes, begun_us);
        }
    }
    return rc;
}

static enum err_code count_marked(struct core *core, int64_t *out, struct err *e)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    struct blob_row *rows = NULL;
    enum err_code rc = ERR_NONE;
    int64_t after = 0;
    size_t count = 0;

    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "scrub");
    for (*out = 0; rc == ERR_NONE && (*out == 0 || count); *out += (int64_t)count) {
        arena_reset(arena);
        rc = meta_blob_bad(core->meta, arena, TENANT_DEFAULT, after, 256, &rows, &count, e);
        if (rc || count == 0)
            break;
        after = rows[count - 1].id;
    }
    return rc;
}

enum err_code store_scrub(struct core *core, const struct scrub_options *options,
                          struct scrub_counts *out, struct err *e)
{
    CLEANUP(volumes_done) struct volumes volumes = { 0 };
    CLEANUP(mending_done)
    struct mending m = { .core = core,
                         .cached = options->cached,
                         .say_known = true,
                         .problem = options->problem,
                         .context = options->context };
    struct memory memory;
    int64_t begun_us = clock_now_us();

    enum err_code rc = mend_index(&m, e);
    if (rc == ERR_NONE)
        rc = mend_marked(&m, e);
    m.say_known = false;
    if (rc == ERR_NONE)
        rc = volumes_load(core, &volumes, e);
    if (rc == ERR_NONE)
        rc = scrub_all(&m, &volumes, options, e);
    if (rc == ERR_NONE)
        rc = count_marked(core, &m.counts.lost_blobs, e);
    m.counts.problems += m.counts.lost_blobs;
    if (rc == ERR_NONE)
        rc = memory_load(core, &memory, e);
    if (rc)
        return rc;
    memory_add(&memory, &m.counts);
    memory.volume = memory.zone = 0;
    memory.begun_us = begun_us;
    memory.ended_us = clock_now_us();
    rc = memory_save(core, &memory, e);
    if (rc == ERR_NONE)
        *out = m.counts;
    return rc;
}

enum err_code store_scrub_status(struct core *core, struct scrub_status *out, struct err *e)
{
    CLEANUP(volumes_done) struct volumes volumes = { 0 };
    struct scrub_status status = { .refused_reads = damage_reads(core->store->damage),
                                   .refused_index_reads = damage_index_reads(core->store->damage) };
    struct memory memory;

    enum err_code rc = memory_load(core, &memory, e);
    if (rc == ERR_NONE)
        rc = volumes_load(core, &volumes, e);
    for (size_t i = 0; rc == ERR_NONE && i < volumes.count; i++) {
        const struct volume_row *row = &volumes.rows[i];
        status.bytes += row->end;
        for (int32_t zone = 0; rc == ERR_NONE && zone >= 0;) {
            rc = blob_unprotected(core->store->blobs, row->no, row->end, zone, &zone,
                                  &status.protected_bytes, e);
            zone += zone >= 0;
        }
    }
    if (rc == ERR_NONE)
        rc = count_marked(core, &status.bad_blobs, e);
    if (rc)
        return rc;
    status.begun_us = memory.begun_us;
    status.ended_us = memory.ended_us;
    status.bad_blocks = memory.bad_blocks;
    status.repaired_blocks = memory.repaired_blocks;
    status.repaired_blobs = memory.repaired_blobs;
    *out = status;
    return ERR_NONE;
}

/* ---- in the background; clocks are monotonic but for what is remembered ---- */

struct scrubber {
    struct mending mending; /* its counts are those since the last save */
    bool has_memory;
    struct memory memory;
    int64_t saved_us;

    uint64_t seen;     /* generation of the store, … */
    int64_t seen_us;   /* … and since when it is that one */
    uint64_t made;     /* the one up to which everything can be repaired */
    uint64_t searched; /* the one at which the search began */
    int64_t behind_us; /* since when there is another; 0: there is none */
    size_t volume_at;  /* where the search goes on */
    int32_t zone_at;

    int64_t look_us; /* when the pass is to be thought of again */
    int64_t forget_us;
};

enum err_code scrubber_new(struct core *core, struct scrubber **out, struct err *e)
{
    struct scrubber *s = calloc(1, sizeof *s);

    if (!s)
        return err_set(e, ERR_NO_MEMORY, "scrub");
    s->mending.core = core;
    s->forget_us = clock_monotonic_us() + FORGET_US;
    *out = s;
    return ERR_NONE;
}

void scrubber_free(struct scrubber *s)
{
    if (!s)
        return;
    mending_done(&s->mending);
    free(s);
}

/* What was found is never kept for later; where the pass is, when it has `moved`, for a while. */
static enum err_code save(struct scrubber *s, bool moved, struct err *e)
{
    struct scrub_counts *counts = &s->mending.counts;
    int64_t now_us = clock_monotonic_us();
    bool found = counts->bad_blocks || counts->repaired_blobs || counts->bad_spare_blocks;

    if (!found && (!moved || now_us - s->saved_us < SAVE_US))
        return ERR_NONE;
    memory_add(&s->memory, counts);
    *counts = (struct scrub_counts){ 0 };
    s->saved_us = now_us;
    return memory_save(s->mending.core, &s->memory, e);
}

/* What a read has found. */
static enum err_code mend_found(struct scrubber *s, int64_t blob_id, struct err *e)
{
    bool lost;

    enum err_code rc = mend_blob(&s->mending, blob_id, &lost, e);
    if (rc)
        return rc;
    damage_tried(s->mending.core->store->damage, blob_id, lost);
    return save(s, false, e);
}

/* True when something may have been appended or removed since everything could be repaired, and it
 * is time to see to it. */
static bool is_behind(struct scrubber *s)
{
    uint64_t generation = core_generation(s->mending.core);
    int64_t now_us = clock_monotonic_us();

    if (generation != s->seen || generation == 0) {
        s->seen = generation;
        s->seen_us = now_us;
    }
    if (generation && generation == s->made) {
        s->behind_us = 0;
        return false;
    }
    if (!s->behind_us)
        s->behind_us = now_us;
    return now_us - s->seen_us >= QUIET_US || now_us - s->behind_us >= BEHIND_US;
}

/* Makes the next zone repairable that is not; *done: there is none. */
static enum err_code protect_next(struct scrubber *s, bool *done, struct err *e)
{
    CLEANUP(volumes_done) struct volumes volumes = { 0 };
    struct core *core = s->mending.core;
    uint64_t generation = core_generation(core);

    *done = false;
    if (s->volume_at == 0 && s->zone_at == 0)
        s->searched = generation;
    enum err_code rc = volumes_load(core, &volumes, e);
    for (; rc == ERR_NONE && s->volume_at < volumes.count; s->volume_at++, s->zone_at = 0) {
        const struct volume_row *row = &volumes.rows[s->volume_at];
        int64_t covered = 0;
        int32_t zone;
        rc =
            blob_unprotected(core->store->blobs, row->no, row->end, s->zone_at, &zone, &covered, e);
        if (rc || zone < 0)
            continue;
        s->zone_at = zone + 1; /* also when it cannot be done: the others have their turn, too */
        return mend_zone(&s->mending, row, zone, e);
    }
    if (rc)
        return rc;
    s->volume_at = 0;
    s->zone_at = 0;
    if (s->searched == generation)
        s->made = generation; /* else from the beginning: a zone may have changed behind us */
    s->behind_us = 0;
    *done = true;
    return ERR_NONE;
}

/* Where the pass is, in zones of all packs; a pack or zone that is not there any more ends it. */
static const struct volume_row *find_place(struct scrubber *s, const struct volumes *volumes,
                                           int64_t *done, int64_t *all)
{
    const struct volume_row *at = NULL;

    *done = *all = 0;
    for (size_t i = 0; i < volumes->count; i++) {
        const struct volume_row *row = &volumes->rows[i];
        int32_t zones = zones_of(s->mending.core, row);
        *all += zones;
        if (row->no < s->memory.volume)
            *done += zones;
        if (at || row->no < s->memory.volume)
            continue;
        if (row->no > s->memory.volume)
            s->memory.zone = 0;
        if (s->memory.zone >= zones) { /* on to the next pack */
            *done += zones;
            continue;
        }
        at = row;
        s->memory.volume = row->no;
    }
    *done += at ? s->memory.zone : 0;
    return at;
}

/* The next zone of the pass if it is due; *wait_us: when to ask again. */
static enum err_code pass_on(struct scrubber *s, int64_t *wait_us, struct err *e)
{
    CLEANUP(volumes_done) struct volumes volumes = { 0 };
    int64_t period_us = s->mending.core->store->settings->scrub_seconds * SECOND_US;
    int64_t now_us = clock_now_us();
    int64_t done;
    int64_t all;

    *wait_us = LOOK_US;
    if (s->memory.begun_us > now_us)
        s->memory.begun_us = now_us; /* the clock was put back */
    if (s->memory.volume == 0) {
        int64_t left_us = s->memory.begun_us ? s->memory.begun_us + period_us - now_us : 0;
        if (left_us > 0) {
            *wait_us = left_us < LOOK_US ? left_us : LOOK_US;
            return ERR_NONE;
        }
        s->memory.volume = 1;
        s->memory.zone = 0;
        s->memory.begun_us = now_us;
        enum err_code rc = mend_index(&s->mending, e);
        if (rc)
            return rc;
    }
    enum err_code rc = volumes_load(s->mending.core, &volumes, e);
    if (rc)
        return rc;
    const struct volume_row *row = find_place(s, &volumes, &done, &all);
    if (!row) {
        s->memory.volume = s->memory.zone = 0;
        s->memory.ended_us = now_us;
        s->saved_us = 0;
        *wait_us = IDLE_US;
        rc = mend_marked(&s->mending, e);
        return rc ? rc : save(s, true, e);
    }
    int64_t due_us = s->memory.begun_us + (int64_t)((double)period_us * (double)done / (double)all);
    if (due_us > now_us) {
        *wait_us = due_us - now_us < LOOK_US ? due_us - now_us : LOOK_US;
        return ERR_NONE;
    }
    *wait_us = 0;
    rc = mend_zone(&s->mending, row, (int32_t)s->memory.zone, e);
    if (rc)
        return rc;
    s->memory.zone++;
    return save(s, true, e);
}

static enum err_code turn(struct scrubber *s, bool *worked, struct err *e)
{
    const struct store *store = s->mending.core->store;
    int64_t blob_id = damage_next(store->damage);
    int64_t now_us = clock_monotonic_us();
    int64_t wait_us;
    bool done = true;

    if (now_us >= s->forget_us) {
        s->forget_us = now_us + FORGET_US;
        damage_forget_lost(store->damage);
        enum err_code rc = mend_marked(&s->mending, e);
        if (rc)
            return rc;
    }
    if (blob_id) {
        *worked = true;
        return mend_found(s, blob_id, e);
    }
    if (store->settings->parity && is_behind(s)) {
        enum err_code rc = protect_next(s, &done, e);
        *worked = !done;
        return rc ? rc : save(s, false, e);
    }
    if (store->settings->scrub_seconds == 0 || now_us < s->look_us)
        return ERR_NONE;
    enum err_code rc = pass_on(s, &wait_us, e);
    *worked = wait_us == 0;
    s->look_us = now_us + wait_us;
    return rc;
}

enum err_code scrubber_turn(struct scrubber *s, int64_t *wait_us, struct err *e)
{
    int64_t begun_us = clock_monotonic_us();
    bool worked = false;
    enum err_code rc = ERR_NONE;

    if (!s->has_memory)
        rc = memory_load(s->mending.core, &s->memory, e);
    s->has_memory = rc == ERR_NONE;
    if (rc == ERR_NONE)
        rc = turn(s, &worked, e);
    mending_done(&s->mending); /* its memory, which is much, is given back while it rests */
    int64_t rest_us = REST * (clock_monotonic_us() - begun_us);
    *wait_us = worked ? (rest_us > REST_US ? rest_us : REST_US) : IDLE_US;
    return rc;
}
