#include "core/event.h"
#include "core/history.h"
#include "core/store.h"
#include "meta/change.h"
#include "meta/sqlite/page_sums.h"
#include "support/fixture.h"

#include <sqlite3.h>

static const struct owner product = { KIND_PRODUCT, 5 };
static const struct owner person = { KIND_PERSON, 7 };
static const struct principal ann = {
    .user_id = 3, .credential_id = 9, .wire = WIRE_BITRIX24, .role = USER_EDITOR, .may_write = true
};

static int64_t last_change(struct fixture *f)
{
    struct history_entry *entries;
    struct err e = { 0 };
    size_t count;

    CHECK_OK(history_list(f->core, f->arena, NULL, 0, 1, &entries, &count, &e));
    return count ? entries[0].change.id : 0;
}

static int64_t undo(struct fixture *f, int64_t change)
{
    struct err e = { 0 };
    int64_t undone_by = 0;

    CHECK_OK(history_undo(f->core, &ann, change, &undone_by, &e));
    return undone_by;
}

static struct picture seen(struct fixture *f, struct owner owner)
{
    struct picture picture;
    struct err e = { 0 };
    bool exists;

    CHECK_OK(picture_seen(f->core, f->arena, owner, &picture, &exists, &e));
    return picture;
}

static void check_nothing_seen(struct fixture *f, struct owner owner)
{
    struct picture picture;
    struct err e = { 0 };
    bool exists;

    CHECK_INT(picture_seen(f->core, f->arena, owner, &picture, &exists, &e), ERR_NOT_FOUND);
}

static void remove_seen(struct fixture *f, struct owner owner)
{
    struct picture_condition always = { 0 };
    struct err e = { 0 };
    bool deleted;

    CHECK_OK(picture_delete_seen(f->core, &ann, owner, always, &deleted, &e));
    CHECK(deleted);
}

static struct picture describe(struct fixture *f, struct owner owner, struct bytes text)
{
    struct picture_texts texts = { .description = text };
    struct picture picture;
    struct err e = { 0 };
    bool exists;

    CHECK_OK(picture_describe(f->core, &ann, f->arena, owner, &texts, &picture, &exists, &e));
    return picture;
}

TEST(a_replaced_picture_comes_back_with_its_texts_under_a_new_version)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    struct picture before = describe(&f, person, B("It's Ann, \"2026\"\n"));
    struct picture after = put(&f, person, 2);
    undo(&f, last_change(&f));
    struct picture back = seen(&f, person);
    check_bytes(&f, &back, 1);
    CHECK_INT(back.id, before.id);
    CHECK_INT(back.version, after.version + 1);
    CHECK_BYTES(back.description, B("It's Ann, \"2026\"\n"));
    CHECK(back.updated_us > after.updated_us);
    CHECK_INT(back.updated_by, ann.user_id);
    CHECK_INT(back.created_us, before.created_us);
    close_fixture(&f);
}

TEST(an_undo_can_be_undone_and_that_too)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    put(&f, person, 2);
    int64_t change = last_change(&f);
    for (unsigned i = 0; i < 6; i++) {
        struct picture now = seen(&f, person);
        check_bytes(&f, &now, i % 2 ? 1 : 2);
        CHECK_INT(now.version, 2 + (int)i);
        change = undo(&f, change);
    }
    close_fixture(&f);
}

TEST(a_deleted_picture_comes_back_with_its_role_rank_and_focus)
{
    struct fixture f = open_fixture(NULL);
    struct picture *list;
    struct err e = { 0 };
    size_t count;
    bool exists;

    store_add_record(f.core, KIND_PRODUCT, 5);
    add(&f, product, ROLE_MORE, 1);
    struct picture second = add(&f, product, ROLE_MORE, 2);
    add(&f, product, ROLE_MORE, 3);
    CHECK_OK(picture_delete(f.core, &ann, product, second.id, &exists, &e));
    undo(&f, last_change(&f));
    CHECK_OK(picture_list(f.core, f.arena, product, 0, 0, &list, &count, &e));
    CHECK_INT(count, 3);
    CHECK_INT(list[1].id, second.id);
    CHECK_INT(list[1].role, ROLE_MORE);
    CHECK_INT(list[1].rank, second.rank);
    CHECK_INT(list[1].version, second.version);
    check_bytes(&f, &list[1], 2);

    CHECK_OK(picture_set_focus(f.core, &ann, product, 100, -200, &exists, &e));
    int64_t focus = last_change(&f);
    remove_seen(&f, product);
    undo(&f, last_change(&f));
    CHECK_INT(seen(&f, product).focus_y, -200);
    undo(&f, focus);
    CHECK_INT(seen(&f, product).focus_y, 0);
    close_fixture(&f);
}

TEST(what_bitrix24_replaces_under_a_new_id_comes_back_under_the_old_one)
{
    struct fixture f = open_fixture(NULL);

    store_add_record(f.core, KIND_PRODUCT, 5);
    struct picture first = add(&f, product, ROLE_DETAIL, 1);
    struct picture second = add(&f, product, ROLE_DETAIL, 2);
    int64_t redo = undo(&f, last_change(&f));
    CHECK_INT(seen(&f, product).id, first.id);
    undo(&f, redo);
    struct picture now = seen(&f, product);
    CHECK_INT(now.id, second.id);
    check_bytes(&f, &now, 2);
    close_fixture(&f);
}

TEST(a_deleted_record_comes_back_with_pictures_members_and_variations)
{
    struct fixture f = open_fixture(NULL);
    struct record parent = { .kind = KIND_PRODUCT,
                             .subtype = SUBTYPE_PARENT,
                             .name = B("B\xc3\xa4r 'x'"),
                             .members = B("{\"a\":\"it's\"}"),
                             .fields = B("{\"b\":2}"),
                             .sort = 7,
                             .active = true };
    struct record offer = {
        .kind = KIND_PRODUCT, .subtype = SUBTYPE_OFFER, .name = B("Small"), .active = true
    };
    struct record out;
    struct bytes text;
    struct err e = { 0 };

    CHECK_OK(record_add(f.core, &ann, f.arena, &parent, &out, &e));
    struct owner owner = { KIND_PRODUCT, out.id };
    offer.parent_id = out.id;
    CHECK_OK(record_add(f.core, &ann, f.arena, &offer, &out, &e));
    struct owner child = { KIND_PRODUCT, out.id };
    put(&f, owner, 1);
    add(&f, child, ROLE_MORE, 2);
    CHECK_OK(record_delete(f.core, &ann, owner, &e));
    CHECK_INT(record_get(f.core, f.arena, child, &out, &e), ERR_NOT_FOUND);
    int64_t redo = undo(&f, last_change(&f));
    CHECK_OK(record_get(f.core, f.arena, owner, &out, &e));
    CHECK_BYTES(out.name, parent.name);
    CHECK_INT(out.sort, 7);
    CHECK(out.active);
    CHECK_OK(record_members(f.core, f.arena, owner, &text, &e));
    CHECK_BYTES(text, parent.members);
    CHECK_OK(record_fields(f.core, f.arena, owner, &text, &e));
    CHECK_BYTES(text, parent.fields);
    CHECK_OK(record_get(f.core, f.arena, child, &out, &e));
    CHECK_INT(out.parent_id, owner.id);
    struct picture picture = seen(&f, child);
    check_bytes(&f, &picture, 2);
    undo(&f, redo);
    CHECK_INT(record_get(f.core, f.arena, owner, &out, &e), ERR_NOT_FOUND);
    close_fixture(&f);
}

static enum err_code edit_all(struct record *record, struct arena *arena, void *context,
                              struct err *e)
{
    (void)arena;
    (void)context;
    (void)e;
    record->name = B("Lamp");
    record->xml_id = B("x-1");
    record->active = false;
    record->members = B("{\"a\":2}");
    record->fields = B("{}");
    return ERR_NONE;
}

TEST(an_edited_record_comes_back_with_members_and_fields)
{
    struct fixture f = open_fixture(NULL);
    struct record record = { .kind = KIND_CONTACT,
                             .name = B("Mug"),
                             .code = B("m"),
                             .members = B("{\"a\":1}"),
                             .fields = B("{\"b\":'it''s'}"),
                             .active = true };
    struct record_edit edit = { .edit = edit_all };
    struct record before, after, back;
    struct bytes text;
    struct err e = { 0 };

    CHECK_OK(record_add(f.core, &store_admin, f.arena, &record, &before, &e));
    struct owner owner = { KIND_CONTACT, before.id };
    CHECK_OK(record_edit(f.core, &ann, f.arena, owner, &edit, &after, &e));
    undo(&f, last_change(&f));
    CHECK_OK(record_get(f.core, f.arena, owner, &back, &e));
    CHECK_BYTES(back.name, B("Mug"));
    CHECK_BYTES(back.code, B("m"));
    CHECK_BYTES(back.xml_id, B(""));
    CHECK(back.active);
    CHECK(back.updated_us > after.updated_us);
    CHECK_INT(back.created_us, before.created_us);
    CHECK_OK(record_members(f.core, f.arena, owner, &text, &e));
    CHECK_BYTES(text, record.members);
    CHECK_OK(record_fields(f.core, f.arena, owner, &text, &e));
    CHECK_BYTES(text, record.fields);
    close_fixture(&f);
}

TEST(what_was_changed_since_is_not_undone_and_the_change_is_named)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    char want[100];
    int64_t by;

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    put(&f, person, 2);
    int64_t change = last_change(&f);
    describe(&f, person, B("new"));
    int64_t later = last_change(&f);
    CHECK_INT(history_undo(f.core, &ann, change, &by, &e), ERR_CONFLICT);
    snprintf(want, sizeof want, "change %lld came behind it", (long long)later);
    CHECK(strstr(e.text, want));
    undo(&f, later); /* what was undone does not stand in the way */
    undo(&f, change);
    struct picture now = seen(&f, person);
    check_bytes(&f, &now, 1);
    CHECK_INT(history_undo(f.core, &ann, change, &by, &e), ERR_CONFLICT); /* twice */
    CHECK_INT(history_undo(f.core, &ann, 1, &by, &e), ERR_UNSUPPORTED);
    CHECK_INT(history_undo(f.core, &ann, 9999, &by, &e), ERR_NOT_FOUND);
    close_fixture(&f);
}

TEST(a_picture_does_not_come_back_on_a_record_that_is_gone)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    int64_t by;

    store_add_record(f.core, KIND_PERSON, 7);
    int64_t made = last_change(&f);
    put(&f, person, 1);
    CHECK_INT(history_undo(f.core, &ann, made, &by, &e), ERR_CONFLICT); /* it has a picture */
    remove_seen(&f, person);
    int64_t removed = last_change(&f);
    CHECK_OK(record_delete(f.core, &ann, person, &e));
    CHECK_INT(history_undo(f.core, &ann, removed, &by, &e), ERR_CONFLICT);
    undo(&f, last_change(&f));
    undo(&f, removed);
    struct picture now = seen(&f, person);
    check_bytes(&f, &now, 1);
    close_fixture(&f);
}

TEST(a_record_as_a_whole_goes_back_to_a_change)
{
    struct fixture f = open_fixture(NULL);
    struct owner other = { KIND_PRODUCT, 6 };
    struct err e = { 0 };
    size_t count;

    store_add_record(f.core, KIND_PRODUCT, 5);
    store_add_record(f.core, KIND_PRODUCT, 6);
    put(&f, product, 1);
    describe(&f, product, B("first"));
    int64_t since = last_change(&f) + 1;
    put(&f, product, 2);
    put(&f, other, 20);
    describe(&f, product, B("second"));
    undo(&f, last_change(&f));
    add(&f, product, ROLE_DETAIL, 3);
    remove_seen(&f, product);
    CHECK_OK(history_undo_since(f.core, &ann, product, since, &count, &e));
    CHECK_INT(count, 3); /* removed, added, put: the description was undone already */
    struct picture now = seen(&f, product);
    check_bytes(&f, &now, 1);
    CHECK_BYTES(now.description, B("first"));
    now = seen(&f, other);
    check_bytes(&f, &now, 20);
    CHECK_INT(history_undo_since(f.core, &ann, product, since, &count, &e), ERR_NOT_FOUND);
    close_fixture(&f);
}

static size_t waiting(struct fixture *f)
{
    struct event_backlog *backlog;
    struct err e = { 0 };
    size_t count, sum = 0;

    CHECK_OK(event_backlog(f->core, f->arena, false, &backlog, &count, &e));
    for (size_t i = 0; i < count; i++)
        sum = sum * 10 + (size_t)backlog[i].waiting; /* of additions, updates, deletions */
    return sum;
}

TEST(handlers_of_events_hear_of_an_undo)
{
    struct settings settings = settings_default;
    struct err e = { 0 };

    settings.event_url = B("http://events.example.com/");
    settings.event_token = B("token");
    struct fixture f = open_fixture(&settings);
    CHECK_OK(event_configure(f.core, &e));
    store_add_record(f.core, KIND_PRODUCT, 5);
    put(&f, product, 1);
    CHECK_INT(waiting(&f), 110); /* added, updated */
    undo(&f, last_change(&f));
    CHECK_INT(waiting(&f), 120);
    CHECK_OK(record_delete(f.core, &ann, product, &e));
    CHECK_INT(waiting(&f), 121);
    int64_t redo = undo(&f, last_change(&f)); /* it is there again */
    CHECK_INT(waiting(&f), 221);
    undo(&f, redo);
    CHECK_INT(waiting(&f), 222);
    close_fixture(&f);
}

TEST(history_tells_who_changed_what_by_which_wire)
{
    struct fixture f = open_fixture(NULL);
    struct history_entry *entries;
    struct err e = { 0 };
    size_t count;

    store_add_record(f.core, KIND_PERSON, 7);
    store_add_record(f.core, KIND_PRODUCT, 5);
    struct picture picture = put(&f, person, 1);
    describe(&f, person, B("x"));
    put(&f, product, 2);
    CHECK_OK(history_list(f.core, f.arena, &person, 0, 10, &entries, &count, &e));
    CHECK_INT(count, 3);
    const struct change *newest = &entries[0].change;
    CHECK_INT(newest->what, CHANGE_PICTURE_DESCRIBE);
    CHECK_INT(newest->user_id, 3);
    CHECK_INT(newest->credential_id, 9);
    CHECK_INT(newest->wire, WIRE_BITRIX24);
    CHECK_INT(newest->kind, KIND_PERSON);
    CHECK_INT(newest->record_id, 7);
    CHECK_INT(newest->subject, picture.id);
    CHECK(entries[0].is_kept);
    CHECK_BYTES(entries[0].name, B("person-7.gif"));
    CHECK_INT(entries[2].change.what, CHANGE_RECORD_ADD);
    CHECK_INT(entries[2].change.record_id, 7);
    CHECK_OK(history_list(f.core, f.arena, &person, newest->id, 1, &entries, &count, &e));
    CHECK_INT(count, 1);
    CHECK_INT(entries[0].change.what, CHANGE_PICTURE_PUT);
    CHECK_OK(history_list(f.core, f.arena, NULL, 0, 100, &entries, &count, &e));
    CHECK_INT(count, 5);
    close_fixture(&f);
}

TEST(a_picture_that_hung_there_is_part_of_the_history)
{
    struct fixture f = open_fixture(NULL);
    struct history_entry *entries;
    struct picture out;
    char gif[STORE_GIF_LEN];
    struct picture_content content = { .bytes = store_gif(gif, 9) };
    struct err e = { 0 };
    size_t count;

    store_add_record(f.core, KIND_PERSON, 7);
    store_add_record(f.core, KIND_PRODUCT, 5);
    struct picture picture = put(&f, person, 1);
    CHECK_OK(picture_link(f.core, &ann, product, picture.id, &e));
    CHECK_OK(picture_replace(f.core, &ann, f.arena, picture.id, &content, &out, &e));
    int64_t replaced = last_change(&f);
    CHECK_OK(picture_link(f.core, &ann, product, 0, &e));
    CHECK_OK(history_list(f.core, f.arena, &product, 0, 10, &entries, &count, &e));
    CHECK_INT(count, 5); /* off, replaced, on, put on the other, and the record */
    CHECK_INT(entries[1].change.id, replaced);
    undo(&f, entries[0].change.id);
    CHECK_INT(seen(&f, product).id, picture.id);
    CHECK_INT(seen(&f, product).id, seen(&f, person).id);
    close_fixture(&f);
}

static void settle(struct fixture *f, size_t want)
{
    struct err e = { 0 };
    size_t given;

    usleep(1000);
    CHECK_OK(store_collect(f->core, 100, &given, &e));
    CHECK_INT(given, want);
}

TEST(without_history_nothing_is_kept_but_the_audit_log)
{
    struct settings settings = settings_default;
    struct history_entry *entries;
    struct err e = { 0 };
    size_t count;
    int64_t by;

    settings.history_seconds = 0;
    settings.grace_seconds = 0;
    struct fixture f = open_fixture(&settings);
    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    put(&f, person, 2);
    settle(&f, 1);
    remove_seen(&f, person);
    settle(&f, 1);
    CHECK_OK(history_list(f.core, f.arena, NULL, 0, 100, &entries, &count, &e));
    CHECK_INT(count, 0);
    CHECK_OK(audit_list(f.core, f.arena, 0, 100, &entries, &count, &e));
    CHECK_INT(count, 5);
    CHECK_INT(entries[4].change.what, CHANGE_PICTURE_DELETE);
    CHECK_INT(entries[4].change.user_id, 3);
    CHECK_INT(history_undo(f.core, &ann, 5, &by, &e), ERR_PRECONDITION);
    close_fixture(&f);
}

TEST(without_the_audit_log_either_nothing_at_all_is_kept)
{
    struct settings settings = settings_default;
    struct history_entry *entries;
    struct err e = { 0 };
    size_t count;

    settings.history_seconds = settings.audit_seconds = 0;
    struct fixture f = open_fixture(&settings);
    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    remove_seen(&f, person);
    CHECK_OK(audit_list(f.core, f.arena, 0, 100, &entries, &count, &e));
    CHECK_INT(count, 1); /* its beginning */
    close_fixture(&f);
}

TEST(what_is_too_old_is_forgotten_and_its_bytes_are_given_back)
{
    struct settings settings = settings_default;
    struct history_entry *entries;
    struct err e = { 0 };
    size_t count;

    settings.history_seconds = 1;
    settings.audit_seconds = 0;
    settings.grace_seconds = -1;
    struct fixture f = open_fixture(&settings);
    store_add_record(f.core, KIND_PERSON, 7);
    for (unsigned i = 1; i <= 5; i++)
        put(&f, person, i);
    settle(&f, 0);
    usleep(1100 * 1000);
    put(&f, person, 6);
    settle(&f, 4);
    CHECK_OK(audit_list(f.core, f.arena, 0, 100, &entries, &count, &e));
    CHECK_INT(count, 1); /* of the last second */
    undo(&f, entries[0].change.id);
    struct picture now = seen(&f, person);
    check_bytes(&f, &now, 5);
    store_must_be_clean(f.core);
    usleep(1100 * 1000);
    settle(&f, 1);
    CHECK_OK(audit_list(f.core, f.arena, 0, 100, &entries, &count, &e));
    CHECK_INT(count, 1); /* the newest stays */
    close_fixture(&f);
}

TEST(users_keys_and_applications_are_in_the_audit_log_alone)
{
    struct fixture f = open_fixture(NULL);
    struct principal shell = { .wire = WIRE_COMMAND };
    struct credential key = { .kind = CREDENTIAL_WEBHOOK, .label = B("shop of Ann") };
    struct history_entry *entries;
    struct err e = { 0 };
    struct bytes shown;
    int32_t id, key_id;
    size_t count;

    core_act_for(f.core, &shell);
    CHECK_OK(user_add(f.core, &(struct user){ .name = B("ann") }, B("secret"), &id, &e));
    key.user_id = id;
    CHECK_OK(credential_add(f.core, f.arena, &key, (struct bytes){ 0 }, &shown, &key_id, &e));
    key.parent_id = CREDENTIAL_OF_USER;
    CHECK_OK(
        credential_add(f.core, f.arena, &key, (struct bytes){ 0 }, &shown, &(int32_t){ 0 }, &e));
    CHECK_OK(credential_revoke(f.core, key_id, &e));
    CHECK_OK(user_set_disabled(f.core, id, true, &e));
    CHECK_OK(audit_list(f.core, f.arena, 1, 100, &entries, &count, &e));
    CHECK_INT(count, 4);
    CHECK_INT(entries[0].change.what, CHANGE_USER_ADD);
    CHECK_INT(entries[0].change.record_id, id);
    CHECK_INT(entries[0].change.wire, WIRE_COMMAND);
    CHECK_INT(entries[2].change.what, CHANGE_KEY_REVOKE);
    CHECK_INT(entries[2].change.subject, key_id);
    CHECK_BYTES(entries[2].change.text, B("shop of Ann"));
    CHECK_INT(entries[3].change.what, CHANGE_USER_DISABLE);
    CHECK_OK(user_erase(f.core, &shell, id, &e));
    CHECK_OK(audit_list(f.core, f.arena, 1, 100, &entries, &count, &e));
    CHECK_INT(count, 5);
    CHECK_BYTES(entries[2].change.text, B(""));
    close_fixture(&f);
}

/* Edits of the tables that `cameo check` has to find. */
static size_t problems_after(const char *edit)
{
    struct fixture f = open_fixture(NULL);
    struct check_report report = { 0 };
    sqlite3 *db = NULL;
    struct err e = { 0 };

    store_add_record(f.core, KIND_PERSON, 7);
    for (unsigned i = 1; i <= 4; i++)
        put(&f, person, i);
    describe(&f, person, B("x"));
    store_must_be_clean(f.core);
    CHECK_INT(sqlite3_open_v2(strchr(f.store->meta_url, ':') + 1, &db, SQLITE_OPEN_READWRITE,
                              PAGE_SUMS_VFS),
              SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, edit, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    CHECK_OK(store_check(f.core, store_print_problem, NULL, &report, &e));
    core_close(f.core);
    store_close(f.store);
    arena_free(f.arena);
    return (size_t)report.problems;
}

TEST(every_edit_of_the_audit_log_is_found)
{
    static const char *const edits[] = {
        "UPDATE change SET user_id = 4 WHERE id = 3",
        "UPDATE change SET at_us = at_us + 1 WHERE id = 3",
        "UPDATE change SET what = 17 WHERE id = 7",
        "UPDATE change SET record_id = 8 WHERE id = 4",
        "UPDATE change SET credential_id = 1 WHERE id = 2",
        "UPDATE change SET wire = 1 WHERE id = 2",
        "UPDATE change SET subject = 99 WHERE id = 3",
        "UPDATE change SET text = 'x' WHERE id = 3",
        "UPDATE change SET hash = randomblob(32) WHERE id = 3",
        "UPDATE change SET head = x'' WHERE id = 7",
        "DELETE FROM change WHERE id = 4",
        "DELETE FROM change WHERE id = 7",
        "DELETE FROM change WHERE id > 5",
        "DELETE FROM change",
        "DELETE FROM change WHERE id = 1",
        "UPDATE change SET id = 8 WHERE id = 7",
        ("INSERT INTO change SELECT tenant, 8, at_us, user_id, credential_id, wire, what, kind,"
         " record_id, subject, rows, rows_hash, text, salt, text_hash, hash, head FROM change"
         " WHERE id = 7"),
        "UPDATE change_row SET before = replace(before, 'person', 'nobody') WHERE change_id = 4",
        "UPDATE change_row SET before = NULL, salt = x'' WHERE change_id = 4",
        ("UPDATE change_row SET before = NULL, salt = x'', hash = randomblob(32)"
         " WHERE change_id = 4"),
        "UPDATE change_row SET owner = 99 WHERE change_id = 7",
        "UPDATE change_row SET seq = 9 WHERE change_id = 5",
        "DELETE FROM change_row WHERE change_id = 4",
        "DELETE FROM change_row WHERE change_id < 4",
        ("INSERT INTO change_row SELECT tenant, change_id, 5, 1, 1, 0, 0, x'', x'', NULL"
         " FROM change_row WHERE change_id = 7"),
        "INSERT INTO change_row VALUES (1, 50, 1, 1, 1, 0, 0, x'', x'', NULL)",
        "DELETE FROM setting WHERE name = 'audit anchor'",
        "UPDATE setting SET value = zeroblob(length(value)) WHERE name = 'audit anchor'",
    };

    for (size_t i = 0; i < COUNT(edits); i++) {
        pid_t pid = fork(); /* each has a store of its own */
        int status = 0;
        if (pid == 0)
            exit(problems_after(edits[i]) == 0);
        CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
        if (status != 0)
            test_fail(__FILE__, __LINE__, "not found: %s", edits[i]);
    }
}

TEST(an_erased_record_is_gone_and_the_log_still_holds)
{
    struct fixture f = open_fixture(NULL);
    struct history_entry *entries;
    struct picture picture;
    struct err e = { 0 };
    size_t pictures, count;
    int64_t by;

    store_add_record(f.core, KIND_PERSON, 7);
    store_add_record(f.core, KIND_PRODUCT, 5);
    put(&f, person, 1);
    put(&f, person, 2);
    put(&f, product, 2); /* the same bytes */
    describe(&f, person, B("Ann"));
    int64_t described = last_change(&f);
    struct picture shared = add(&f, person, ROLE_MORE, 3);
    CHECK_OK(picture_link(f.core, &ann, product, shared.id, &e));
    CHECK_OK(record_erase(f.core, &ann, person, &pictures, &e));
    CHECK_INT(pictures, 1);
    check_nothing_seen(&f, person);
    picture = seen(&f, product);
    CHECK_INT(picture.id, shared.id);
    check_bytes(&f, &picture, 3);
    CHECK_INT(history_undo(f.core, &ann, described, &by, &e), ERR_PRECONDITION);
    CHECK_OK(history_list(f.core, f.arena, &person, 0, 100, &entries, &count, &e));
    for (size_t i = 0; i < count; i++)
        CHECK(!entries[i].name.len && !entries[i].is_kept);
    /* 2: the product's own former picture is history; 3 is seen */
    CHECK_INT(store_must_be_clean(f.core).blobs, 2);
    CHECK_INT(record_erase(f.core, &ann, (struct owner){ KIND_PERSON, 8 }, &pictures, &e),
              ERR_NOT_FOUND);
    store_add_record(f.core, KIND_PERSON, 7); /* a new one of that id */
    put(&f, person, 4);
    undo(&f, last_change(&f));
    close_fixture(&f);
}

TEST(a_picture_deleted_before_is_erased_with_its_record)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    size_t pictures;

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    remove_seen(&f, person);
    CHECK_OK(record_delete(f.core, &ann, person, &e));
    CHECK_INT(store_must_be_clean(f.core).blobs, 1);
    CHECK_OK(record_erase(f.core, &ann, person, &pictures, &e));
    CHECK_INT(pictures, 1);
    CHECK_INT(store_must_be_clean(f.core).blobs, 0);
    close_fixture(&f);
}

/* More than are given back at a time. */
TEST(a_record_with_many_pictures_is_erased_with_all_of_them)
{
    enum { GROUPS = 17, GROUP = 60 };
    struct fixture f = open_fixture(NULL);
    struct picture_addition additions[GROUP];
    char gifs[GROUP][STORE_GIF_LEN];
    struct err e = { 0 };
    size_t pictures;

    store_add_record(f.core, KIND_PRODUCT, 5);
    for (unsigned i = 0; i < GROUPS; i++) {
        arena_reset(f.arena);
        for (unsigned j = 0; j < GROUP; j++)
            additions[j] = (struct picture_addition){
                product, ROLE_MORE, { .bytes = store_gif(gifs[j], i * GROUP + j) }
            };
        CHECK_OK(picture_add_all(f.core, &ann, f.arena, additions, GROUP, &e));
    }
    CHECK_INT(store_must_be_clean(f.core).blobs, GROUPS * GROUP);
    CHECK_OK(record_erase(f.core, &ann, product, &pictures, &e));
    CHECK_INT(pictures, GROUPS * GROUP);
    CHECK_INT(store_must_be_clean(f.core).blobs, 0);
    close_fixture(&f);
}

TEST(a_turn_forgets_no_more_changes_than_others_can_wait_for)
{
    struct settings settings = settings_default;
    struct fixture f = open_fixture(&settings);
    struct err e = { 0 };
    bool more = false;
    size_t given;

    store_add_record(f.core, KIND_PERSON, 7);
    put(&f, person, 1);
    for (int i = 0; i < 105; i++)
        describe(&f, person, i % 2 ? B("one") : B("other"));
    settings.history_seconds = 0;
    usleep(1000);
    CHECK_OK(store_collect(f.core, 1, &given, &e));
    CHECK_OK(history_forget(f.core, 1, &more, &e));
    CHECK(more);
    CHECK_OK(store_collect(f.core, 100, &given, &e));
    CHECK_OK(history_forget(f.core, 1, &more, &e));
    CHECK(!more);
    close_fixture(&f);
}

TEST_MAIN
