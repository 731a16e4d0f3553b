/* Records, events, and what belongs to the store itself. */
#include "base/clock.h"
#include "cache/cache.h"
#include "core/appearance.h"
#include "core/check.h"
#include "core/event.h"
#include "core/overview.h"
#include "core/record.h"
#include "core/rendition.h"
#include "core/store.h"
#include "crash/fail_scenarios.h"
#include "meta/driver.h"
#include "meta/sqlite/schema.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

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
}

static enum err_code delete_product(struct lab *lab, struct err *e)
{
    struct record out;

    if (lab->attempt && record_get(lab->core, lab->arena, PRODUCT(2), &out, e) == ERR_NOT_FOUND)
        return ERR_NONE;
    return record_delete(lab->core, &lab_user, PRODUCT(2), e);
}

static enum err_code collect(struct lab *lab, struct err *e)
{
    size_t given;

    return store_collect(lab->core, 100, &given, e);
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
    { "collect, put", .settle = at_once, .steps = { delete_product, collect, put_some },
      .partly = true },
    { "checkpoint", .steps = { put_some, checkpoint, put_more } },
    { "new packs", .settle = small_packs, .steps = { put_some, put_more, put_back } },
    { "two processes", .steps = { put_some, put_beside, put_back } },
    { "four threads", .steps = { crowd }, .loose = true, .partly = true },
    { "cache", .steps = { keep, find_kept, claim, tidy, find_kept, forget } },
    { "looks", .steps = { put_some, look } },
    { NULL },
};
