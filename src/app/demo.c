#include "app/demo.h"
#include "app/demo_pictures.h"
#include "app/demo_records.h"
#include "core/access.h"
#include "core/record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define ARENA_MAX    (16UL << 20)
#define PICTURES_MAX 1000

static const struct principal demo_principal = {
    .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
};

static struct record record_of(const struct demo_record *demo)
{
    return (struct record){
        .kind = demo->kind,
        .id = demo->id,
        .subtype = demo->subtype,
        .parent_id = demo->parent_id,
        .name = bytes_str(demo->name),
        .code = bytes_str(demo->code),
        .xml_id = bytes_str(demo->xml_id),
        .sort = 500,
        .active = true,
    };
}

static enum err_code add_records(struct core *core, struct arena *arena, struct err *e)
{
    struct record *records = arena_zalloc(arena, demo_record_count, sizeof *records);

    if (!records)
        return err_set(e, ERR_NO_MEMORY, "demo");
    for (size_t i = 0; i < demo_record_count; i++)
        records[i] = record_of(&demo_records[i]);
    enum err_code rc = record_add_all(core, &demo_principal, arena, records, demo_record_count, e);
    /* there from an earlier start that was cut off: see check_ours */
    return rc == ERR_CONFLICT ? ERR_NONE : rc;
}

/* In the order of the archive, so that the ids are the same everywhere: the first is 1. Those an
 * earlier start has added are passed over. */
static enum err_code add_pictures(struct core *core, struct arena *arena, struct err *e)
{
    struct bytes archive = bytes_of((const char *)demo_pictures, demo_pictures_len);
    struct picture_addition *list = arena_zalloc(arena, PICTURES_MAX, sizeof *list);
    struct demo_picture demo;
    struct owner last = { 0 };
    size_t have = 0;
    size_t count = 0;

    for (size_t at = 0; list && demo_picture_next(archive, &at, &demo) && count < PICTURES_MAX;) {
        struct owner owner = { demo.kind, demo.record_id };
        struct picture *there;
        enum err_code rc = ERR_NONE;

        if (owner.kind != last.kind || owner.id != last.id)
            rc = picture_list(core, arena, owner, 0, 0, &there, &have, e);
        if (rc)
            return err_context(e, "demo picture of %s %d", kind_name(owner.kind), owner.id);
        last = owner;
        if (have > 0)
            have--;
        else
            list[count++] = (struct picture_addition){
                owner, demo.role, { .bytes = demo.content, .name = demo.name }
            };
    }
    if (!list)
        return err_set(e, ERR_NO_MEMORY, "demo");
    return picture_add_all(core, &demo_principal, arena, list, count, e);
}

static enum err_code add_user(struct core *core, const char *name, int32_t id,
                              const char *full_name, enum user_role role, struct err *e)
{
    struct user user = {
        .id = id,
        .name = bytes_str(name),
        .person_id = id,
        .type = ASSOCIATE_INTERNAL,
        .full_name = bytes_str(full_name),
        .formal_name = bytes_str(full_name),
        .role = role,
    };
    int32_t added;

    enum err_code rc = user_add(core, &user, bytes_str(name), &added, e);
    return rc == ERR_CONFLICT ? ERR_NONE : rc;
}

static enum err_code add_credentials(struct core *core, struct arena *arena, struct err *e)
{
    static const struct {
        enum credential_kind kind;
        int32_t user_id;
        const char *secret;
    } rows[] = {
        { CREDENTIAL_TICKET, 1, "7T:demo" },         { CREDENTIAL_TOKEN, 1, "8A:demo" },
        { CREDENTIAL_AUTH, 1, "demo-oauth" },        { CREDENTIAL_WEBHOOK, 1, "demo-webhook" },
        { CREDENTIAL_WEBHOOK, 2, "reader-webhook" },
    };
    struct credential *have;
    size_t count;

    enum err_code rc = credential_list(core, arena, &have, &count, e);
    for (size_t i = rc ? COUNT(rows) : count; i < COUNT(rows) && !rc; i++) {
        struct credential credential = {
            .kind = rows[i].kind,
            .user_id = rows[i].user_id,
            .read_only = rows[i].user_id == 2,
            .scopes = B("catalog"),
            .label = B("demo"),
        };
        struct bytes shown;
        int32_t id;
        rc = credential_add(core, arena, &credential, bytes_str(rows[i].secret), &shown, &id, e);
    }
    return rc;
}

/* Hashing two passwords takes as long as all the rest: it goes beside it, on a core of its own. */
struct users {
    struct store *store;
    enum err_code rc;
    struct err e;
};

static void *add_users(void *data)
{
    struct users *users = data;
    struct err *e = &users->e;
    CLEANUP(core_closep) struct core *core = NULL;
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    enum err_code rc;

    rc = arena ? core_open(users->store, true, &core, e) : err_set(e, ERR_NO_MEMORY, "demo");
    if (!rc)
        rc = add_user(core, "demo", 1, "Demo User", USER_ADMINISTRATOR, e);
    if (!rc)
        rc = add_user(core, "reader", 2, "Demo Reader", USER_READER, e);
    users->rc = rc ? rc : add_credentials(core, arena, e);
    return NULL;
}

static const struct demo_record *find_demo(enum record_kind kind, int32_t id)
{
    for (size_t i = 0; i < demo_record_count; i++) {
        if (demo_records[i].kind == kind && demo_records[i].id == id)
            return &demo_records[i];
    }
    return NULL;
}

/* Everything in the store is what an earlier start, cut off, has put there (or nothing is). */
static enum err_code check_ours(struct core *core, struct arena *arena, struct err *e)
{
    static const enum record_kind kinds[KIND_COUNT] = { KIND_CONTACT, KIND_PERSON, KIND_PRODUCT,
                                                        KIND_PROJECT };
    struct user *users;
    size_t count;

    enum err_code rc = user_list(core, arena, &users, &count, e);
    for (size_t i = 0; !rc && i < count; i++) {
        if (!(users[i].id == 1 && bytes_eq(users[i].name, B("demo"))) &&
            !(users[i].id == 2 && bytes_eq(users[i].name, B("reader"))))
            return err_set(e, ERR_CONFLICT, "--demo fills an empty store only: this one has users");
    }
    for (size_t k = 0; !rc && k < COUNT(kinds); k++) {
        struct record_query query = { .kind = kinds[k], .limit = demo_record_count + 1 };
        struct record *records;
        rc = record_list(core, arena, &query, &records, &count, NULL, e);
        for (size_t i = 0; !rc && i < count; i++) {
            const struct demo_record *demo = find_demo(records[i].kind, records[i].id);
            if (!demo || !bytes_eq(records[i].xml_id, bytes_str(demo->xml_id)))
                return err_set(e, ERR_CONFLICT,
                               "--demo fills an empty store only: this one has records");
        }
    }
    return rc;
}

static enum err_code fill(struct store *store, struct core *core, struct arena *arena,
                          struct err *e)
{
    struct users users = { .store = store };
    pthread_t beside;

    enum err_code rc = check_ours(core, arena, e);
    if (rc)
        return rc;
    int why = pthread_create(&beside, NULL, add_users, &users);
    if (why)
        return err_errno(e, why, "demo");
    rc = add_records(core, arena, e);
    if (!rc)
        rc = add_pictures(core, arena, e);
    pthread_join(beside, NULL);
    if (!rc && users.rc) {
        *e = users.e;
        rc = users.rc;
    }
    return rc;
}

enum err_code demo_fill(struct store *store, struct err *e)
{
    char mark[PATH_MAX];

    /* what people changed since must stay, so that it was filled is written down */
    snprintf(mark, sizeof mark, "%s/run/demo", store_dir(store));
    if (access(mark, F_OK) == 0)
        return ERR_NONE;

    CLEANUP(core_closep) struct core *core = NULL;
    CLEANUP(arena_freep) struct arena *arena = arena_new(ARENA_MAX);
    if (!arena)
        return err_set(e, ERR_NO_MEMORY, "demo");
    enum err_code rc = core_open(store, true, &core, e);
    if (!rc)
        rc = fill(store, core, arena, e);
    if (rc)
        return rc;
    CLEANUP(closep) int fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd < 0 ? err_errno(e, errno, "write '%s'", mark) : ERR_NONE;
}
