/* Records, events, and what belongs to the store itself. */
#include "base/clock.h"
#include "cache/cache.h"
#include "core/appearance.h"
#include "core/ballast.h"
#include "core/check.h"
#include "core/event.h"
#include "core/history.h"
#include "core/overview.h"
#include "core/record.h"
#include "core/rendition.h"
#include "core/scrub.h"
#include "core/store.h"
#include "crash/fail.h"
#include "crash/fail_lab.h"
#include "meta/driver.h"
#include "meta/sqlite/schema.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opening. */

static enum err_code open_existing(struct lab *lab, struct err *e)
{
    return lab_open(lab, false, e);
}

static enum err_code open_new(struct lab *lab, struct err *e)
{
    return lab_open(lab, true, e);
}

/* The database of an older program in the place of ours, with two products in it. */
static void make_old(struct lab *lab, int version)
{
    struct meta *meta = NULL;
    struct err e = { 0 };
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/packs", lab->dir);
    mkdir(lab->dir, 0700);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/run", lab->dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "sqlite:%s/meta.db", lab->dir);
    lab_must(meta_open(path, true, &meta, &e), &e, "open an old store");
    lab_must(meta->driver->run(meta, sqlite_migrations[0], &e), &e, "schema 1");
    lab_must(meta->driver->run(meta,
                               "INSERT INTO record VALUES"
                               " (1, 3, 1, 1, 0, 'BLUE Mug', 'c', 'x', 500, 1, 10, 20, 2, 3),"
                               " (1, 3, 2, 1, 0, 'Cup', '', '', 500, 0, 10, 20, 2, 3);"
                               "INSERT INTO picture VALUES (1, 1, 1, 'a.png', 'd', '', '', 1, 9, 9,"
                               " 1, 1, 10, 20, 2, 3, 1);"
                               "INSERT INTO link VALUES (1, 3, 1, 1, 1, 1)",
                               &e),
             &e, "fill an old store");
    for (int i = 1; i < version; i++)
        lab_must(meta->driver->run(meta, sqlite_migrations[i], &e), &e, "a later schema");
    snprintf(path, sizeof path, "PRAGMA user_version = %d", version);
    lab_must(meta->driver->run(meta, path, &e), &e, "version");
    meta_close(meta);
}

static void old_1(struct lab *lab)
{
    make_old(lab, 1);
}

static void old_3(struct lab *lab)
{
    make_old(lab, 3);
}

static void old_4(struct lab *lab)
{
    make_old(lab, 4);
}

/* Records. */

static enum err_code add_record(struct lab *lab, struct err *e)
{
    struct record record = { .kind = KIND_PRODUCT,
                             .subtype = SUBTYPE_SIMPLE,
                             .name = B("Kettle"),
                             .sort = 500,
                             .active = true,
                             .members = B("{\"a\":1}"),
                             .fields = B("{\"b\":2}") };
    struct record out;

    return record_add(lab->core, &lab_user, lab->arena, &record, &out, e);
}

static enum err_code add_family(struct lab *lab, struct err *e)
{
    struct record records[4];
    struct record out;
    size_t n = 0;

    for (int i = 0; i < 4; i++) {
        enum err_code rc = record_get(lab->core, lab->arena, PRODUCT(100 + i), &out, e);
        if (rc && rc != ERR_NOT_FOUND)
            return rc;
        if (rc)
            records[n++] = (struct record){ .kind = KIND_PRODUCT,
                                            .id = 100 + i,
                                            .subtype = i ? SUBTYPE_OFFER : SUBTYPE_PARENT,
                                            .parent_id = i ? 100 : 0,
                                            .name = B("Shirt"),
                                            .sort = 500,
                                            .active = true };
    }
    return record_add_all(lab->core, &lab_user, lab->arena, records, n, e);
}

static enum err_code rename_record(struct record *record, struct arena *arena, void *context,
                                   struct err *e)
{
    (void)arena, (void)context, (void)e;
    record->name = B("Renamed \xc3\x85");
    record->fields = B("{\"c\":[1,2,3]}");
    return ERR_NONE;
}

static enum err_code edit_record(struct lab *lab, struct err *e)
{
    struct record_edit edit = { .edit = rename_record };
    struct record out;

    return record_edit(lab->core, &lab_user, lab->arena, PRODUCT(2), &edit, &out, e);
}

static enum err_code delete_record(struct lab *lab, struct err *e)
{
    return record_delete(lab->core, &lab_user, PRODUCT(2), e);
}

static enum err_code list_records(struct lab *lab, struct err *e)
{
    struct record_order order = { .field = RECORD_NAME };
    struct record_query query = { .kind = KIND_PRODUCT, .order = &order, .order_count = 1 };
    struct record *records = NULL;
    struct overview *rows = NULL;
    int32_t ids[8];
    size_t count = 0;
    size_t total = 0;

    enum err_code rc = record_list(lab->core, lab->arena, &query, &records, &count, &total, e);
    for (size_t i = 0; rc == ERR_NONE && i < count && i < COUNT(ids); i++)
        ids[i] = records[i].id;
    if (rc == ERR_NONE)
        rc = overview_read(lab->core, lab->arena, KIND_PRODUCT, ids, count, &rows, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        strbuf_printf(&lab->answer, "%d %d, ", rows[i].record_id, rows[i].picture_id);
    return rc;
}

/* Events. */

static void listen(struct settings *settings)
{
    settings->event_url = B("https://shop.example/hook");
    settings->event_token = B("our-token");
}

static enum err_code configure(struct lab *lab, struct err *e)
{
    return event_configure(lab->core, e);
}

static void configured(struct lab *lab)
{
    struct err e = { 0 };

    lab_must(event_configure(lab->core, &e), &e, "listen");
}

static enum err_code change_heard(struct lab *lab, struct err *e)
{
    return lab_add(lab, PRODUCT(3), ROLE_DETAIL, 300, 2000, e);
}

/* Takes everything off the queue. */
static enum err_code settle(struct lab *lab, struct err *e)
{
    struct event_outcome outcomes[16];
    struct event_backlog *all = NULL;
    size_t count = 0;
    size_t n = 0;

    enum err_code rc = event_backlog(lab->core, lab->arena, true, &all, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++) {
        struct event_delivery *due = NULL;
        size_t found = 0;
        rc =
            event_due(lab->core, lab->arena, all[i].handler.id, clock_now_us(), 8, &due, &found, e);
        for (size_t j = 0; rc == ERR_NONE && j < found && n < COUNT(outcomes); j++)
            outcomes[n++] =
                (struct event_outcome){ due[j].handler_id, due[j].id, EVENT_ARRIVED, 0 };
    }
    return rc ? rc : event_settle(lab->core, outcomes, n, e);
}

/* Giving back, and the log. */

static void at_once(struct settings *settings)
{
    settings->grace_seconds = 0;
    settings->history_seconds = 0;
}

static enum err_code delete_product(struct lab *lab, struct err *e)
{
    struct record out;

    if (lab->attempt && record_get(lab->core, lab->arena, PRODUCT(2), &out, e) == ERR_NOT_FOUND)
        return ERR_NONE;
    return record_delete(lab->core, &lab_user, PRODUCT(2), e);
}

/* A turn that is left out for somebody else's sake is no failure; the next gives back. */
static enum err_code collect(struct lab *lab, struct err *e)
{
    size_t given = 0;

    enum err_code rc = store_collect(lab->core, 100, &given, e);
    return rc || given ? rc : err_set(e, ERR_BUSY, "nothing was given back");
}

/* Where bytes are given back by zeros. */
static enum err_code collect_solid(struct lab *lab, struct err *e)
{
    fail_control()->solid = 1;
    enum err_code rc = collect(lab, e);
    fail_control()->solid = 0;
    return rc;
}

static enum err_code delete_contact(struct lab *lab, struct err *e)
{
    bool deleted;

    return picture_delete_seen(lab->core, &lab_user, CONTACT(1), (struct picture_condition){ 0 },
                               &deleted, e);
}

static void protect(struct lab *lab)
{
    struct scrub_options options = { .cached = true };
    struct scrub_counts counts;
    struct err e = { 0 };

    lab_must(store_scrub(lab->core, &options, &counts, &e), &e, "make parity");
}

/* As a process leaves it that died between bytes and rows. */
static void leave_garbage(struct lab *lab)
{
    static const char garbage[5000];
    char path[PATH_MAX];
    struct err e = { 0 };

    snprintf(path, sizeof path, "%s/packs/000001.pack", lab->dir);
    int fd = open(path, O_WRONLY | O_APPEND);
    if (fd < 0 || write(fd, garbage, sizeof garbage) != sizeof garbage)
        lab_must(err_set(&e, ERR_UNAVAILABLE, "no pack"), &e, "leave garbage");
    close(fd);
}

static void mark_damaged(struct lab *lab)
{
    struct meta *meta = NULL;
    struct err e = { 0 };
    char path[PATH_MAX];

    snprintf(path, sizeof path, "sqlite:%s/meta.db", lab->dir);
    lab_must(meta_open(path, true, &meta, &e), &e, "open");
    lab_must(meta->driver->run(meta, "UPDATE blob SET bad_us = 1", &e), &e, "mark");
    meta_close(meta);
}

/* The bytes of contact 1 once more. */
static enum err_code put_damaged(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 1, 5000, e);
}

static enum err_code drop_ballast(struct lab *lab, struct err *e)
{
    ballast_fill(lab->dir);
    return ballast_drop(lab->dir) ? ERR_NONE : err_set(e, ERR_UNAVAILABLE, "no ballast");
}

/* What backups and scrubs read of the index. */
static enum err_code walk_rows(struct lab *lab, struct err *e)
{
    struct blob_row *blobs = NULL;
    struct picture *places = NULL;
    struct meta *meta = NULL;
    int64_t next = 0;
    size_t count = 0;
    char path[PATH_MAX];

    snprintf(path, sizeof path, "sqlite:%s/meta.db", lab->dir);
    enum err_code rc = meta_open(path, false, &meta, e);
    if (rc == ERR_NONE)
        rc = meta_blob_places(meta, lab->arena, TENANT_DEFAULT, 0, 100, &blobs, &count, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%zu blobs, ", count);
    if (rc == ERR_NONE)
        rc = meta_link_list(meta, lab->arena, TENANT_DEFAULT, 1, &places, &count, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, "%zu places", count);
    if (rc == ERR_NONE)
        rc = meta_counter(meta, TENANT_DEFAULT, "picture", &next, e);
    if (rc == ERR_NONE)
        strbuf_printf(&lab->answer, ", %lld", (long long)next);
    if (rc == ERR_NONE) /* not in the short way */
        rc = meta->driver->run(meta, "SELECT fold('\xc3\x85')", e);
    meta_close(meta);
    return rc;
}

/* Index and packs alone. */
static void leave_copy(struct lab *lab)
{
    static const char *const folders[] = { "tmp", "log", "run" };
    char path[PATH_MAX];

    for (size_t i = 0; i < COUNT(folders); i++) {
        snprintf(path, sizeof path, "%s/%s", lab->dir, folders[i]);
        lab_remove(path);
    }
}

static void limit(struct settings *settings)
{
    settings->rate_requests = 5;
    settings->oidc_issuer = B("https://id.example");
    settings->oidc_jwks = B("/etc/keys.json");
}

static void small_packs_at_once(struct settings *settings)
{
    settings->pack_bytes_max = 16384;
    at_once(settings);
}

static void kept(struct settings *settings)
{
    settings->grace_seconds = 0;
}

/* The newest change of contact 2. */
static enum err_code undo(struct lab *lab, struct err *e)
{
    struct history_entry *entries = NULL;
    struct owner owner = CONTACT(2);
    size_t count = 0;
    int64_t undone_by;

    enum err_code rc = history_list(lab->core, lab->arena, &owner, 0, 1, &entries, &count, e);
    if (rc == ERR_NONE && count == 0)
        rc = err_set(e, ERR_NOT_FOUND, "there is no change");
    return rc ? rc : history_undo(lab->core, &lab_user, entries[0].change.id, &undone_by, e);
}

static enum err_code list_history(struct lab *lab, struct err *e)
{
    struct history_entry *entries = NULL;
    struct owner owner = PRODUCT(2);
    size_t count = 0;

    enum err_code rc = history_list(lab->core, lab->arena, &owner, 0, 100, &entries, &count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        strbuf_printf(&lab->answer, "%lld %s, ", (long long)entries[i].change.id,
                      change_what_name(entries[i].change.what));
    return rc;
}

static enum err_code forget_history(struct lab *lab, struct err *e)
{
    size_t given = 0;

    lab->settings.history_seconds = 0;
    enum err_code rc = store_collect(lab->core, 100, &given, e);
    lab->settings.history_seconds = settings_default.history_seconds;
    return rc || given ? rc : err_set(e, ERR_BUSY, "nothing was given back");
}

static enum err_code erase_product(struct lab *lab, struct err *e)
{
    size_t pictures;

    return record_erase(lab->core, &lab_user, PRODUCT(2), &pictures, e);
}

static void with_family(struct lab *lab)
{
    struct err e = { 0 };

    lab_must(add_family(lab, &e), &e, "family");
}

static enum err_code erase_family(struct lab *lab, struct err *e)
{
    size_t pictures;

    return record_erase(lab->core, &lab_user, PRODUCT(100), &pictures, e);
}

static enum err_code checkpoint(struct lab *lab, struct err *e)
{
    return store_checkpoint(lab->core, e);
}

static enum err_code put_some(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 310, 20000, e);
}

static enum err_code put_more(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(3), 311, 20000, e);
}

static enum err_code put_back(struct lab *lab, struct err *e)
{
    return lab_put(lab, CONTACT(2), 312, 20000, e);
}

static void small_packs(struct settings *settings)
{
    settings->pack_bytes_max = 16384; /* full after each put */
}

/* As another process would: it gets a pack of its own. */
static enum err_code put_beside(struct lab *lab, struct err *e)
{
    struct lab other = { .dir = lab->dir, .settings = lab->settings, .arena = lab->arena };

    enum err_code rc = lab_open(&other, false, e);
    if (rc == ERR_NONE)
        rc = lab_put(&other, CONTACT(3), 313, 20000, e);
    lab_close(&other);
    return rc;
}

/* Four threads at once. */

#define THREADS 4
#define PUTS    4

struct crowd {
    struct lab *lab;
    int number;
    enum err_code rc;
    struct err e;
};

static void *put_several(void *context)
{
    struct crowd *c = context;
    CLEANUP(core_closep) struct core *core = NULL;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);

    c->rc = arena ? core_open(c->lab->store, true, &core, &c->e)
                  : err_set(&c->e, ERR_NO_MEMORY, "thread");
    for (unsigned i = 0; c->rc == ERR_NONE && i < PUTS; i++) {
        struct lab mine = { .core = core, .arena = arena };
        c->rc =
            lab_put(&mine, PRODUCT(c->number + 1), 400 + 16 * (unsigned)c->number + i, 9000, &c->e);
        arena_reset(arena);
    }
    return NULL;
}

static enum err_code crowd(struct lab *lab, struct err *e)
{
    struct crowd all[THREADS];
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        all[i] = (struct crowd){ .lab = lab, .number = i };
        if (pthread_create(&threads[i], NULL, put_several, &all[i]) != 0) {
            all[i].rc = err_set(&all[i].e, ERR_NO_MEMORY, "thread");
            threads[i] = 0;
        }
    }
    enum err_code rc = ERR_NONE;
    for (int i = 0; i < THREADS; i++) {
        if (threads[i])
            pthread_join(threads[i], NULL);
        if (all[i].rc) {
            rc = all[i].rc;
            *e = all[i].e;
        }
    }
    return rc;
}

/* What can be made again. */

static struct hash key_of(uint8_t n)
{
    struct hash key = { { n, 1, 2, 3 } };

    key.at[HASH_LEN - 1] = n;
    return key;
}

static enum err_code keep(struct lab *lab, struct err *e)
{
    struct hash key = key_of((uint8_t)(7 + lab->attempt));

    enum err_code rc = cache_put(lab->store->renditions, &key, 1, B("bytes of a rendition"), e);
    return rc ? rc : cache_wish(lab->store->renditions, &key, B("how"), e);
}

/* Nothing, or the right bytes. */
static enum err_code find_kept(struct lab *lab, struct err *e)
{
    struct hash key = key_of(7);
    struct bytes out;
    uint32_t kind;

    if (cache_find(lab->store->renditions, lab->arena, &key, true, &out, &kind) &&
        !bytes_eq(out, B("bytes of a rendition")))
        return err_set(e, ERR_INTERNAL, "other bytes than were kept");
    return ERR_NONE;
}

static enum err_code claim(struct lab *lab, struct err *e)
{
    CLEANUP(cache_release) struct cache_claim claim = { .fd = -1 };
    struct hash key = key_of(7);

    return cache_claim(lab->store->renditions, &key, &claim, e);
}

static enum err_code tidy(struct lab *lab, struct err *e)
{
    return cache_tidy(lab->store->renditions, e);
}

static enum err_code forget(struct lab *lab, struct err *e)
{
    struct hash key = key_of(7);

    return cache_forget(lab->store->renditions, &key, e);
}

static enum err_code look(struct lab *lab, struct err *e)
{
    int64_t after = 0;
    bool more = true;
    enum err_code rc = ERR_NONE;

    while (rc == ERR_NONE && more)
        rc = appearance_make(lab->core, &after, 100, &more, e);
    return rc;
}

const struct scenario scenarios_store[] = {
    { "open", .steps = { open_existing }, .closed = true },
    { "open with limits", NULL, limit, .steps = { open_existing }, .closed = true },
    { "open a copy", leave_copy, .steps = { open_existing }, .closed = true },
    { "make a store", .steps = { open_new }, .closed = true, .empty = true },
    { "migrate from schema 1", old_1, .steps = { open_existing }, .closed = true, .empty = true },
    { "migrate from schema 3", old_3, .steps = { open_existing }, .closed = true, .empty = true },
    { "migrate from schema 4", old_4, .steps = { open_existing }, .closed = true, .empty = true },
    { "record", .steps = { add_record } },
    { "parent with variations", .steps = { add_family }, .partly = true },
    { "edit a record", .steps = { edit_record } },
    { "delete a record", .steps = { delete_record } },
    { "list", .steps = { list_records } },
    { "event handlers", .settle = listen, .steps = { configure } },
    { "events", configured, listen, .steps = { change_heard, settle }, .partly = true },
    { "collect", .settle = at_once, .steps = { delete_product, collect }, .partly = true },
    { "collect without holes", .settle = at_once, .steps = { delete_product, collect_solid },
      .partly = true },
    { "collect, put", .settle = at_once, .steps = { delete_product, collect, put_some },
      .partly = true },
    { "undo", .steps = { put_some, put_back, undo, undo } },
    { "history", .steps = { delete_product, list_history } },
    { "history expires", .settle = kept, .steps = { delete_product, forget_history },
      .partly = true },
    { "erase", .settle = kept, .steps = { erase_product }, .partly = true, .loose = true },
    { "erase what is deleted", .settle = kept, .steps = { delete_product, erase_product },
      .partly = true, .loose = true },
    { "erase a family", with_family, kept, .steps = { erase_family }, .partly = true,
      .loose = true },
    { "collect beside parity", protect, at_once, .steps = { delete_product, collect },
      .partly = true },
    { "collect from two packs", NULL, small_packs_at_once,
      .steps = { put_some, delete_contact, put_back, collect }, .partly = true },
    { "put behind garbage", leave_garbage, .steps = { put_some } },
    { "put of damaged bytes", mark_damaged, .steps = { put_damaged } },
    { "walk", .steps = { walk_rows } },
    { "ballast", .steps = { drop_ballast } },
    { "checkpoint", .steps = { put_some, checkpoint, put_more } },
    { "new packs", .settle = small_packs, .steps = { put_some, put_more, put_back } },
    { "two processes", .steps = { put_some, put_beside, put_back } },
    { "four threads", .steps = { crowd }, .loose = true, .partly = true },
    { "cache", .steps = { keep, find_kept, claim, tidy, find_kept, forget } },
    { "looks", .steps = { put_some, look } },
    { NULL },
};
