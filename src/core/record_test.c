#include "support/fixture.h"

static const struct owner mug = { KIND_PRODUCT, 1 };

static struct record add_mug(struct fixture *f, struct bytes members)
{
    struct record out;
    struct err e = { 0 };
    struct record record = {
        .kind = KIND_PRODUCT, .id = 1, .name = B("Mug"), .active = true, .members = members
    };

    CHECK_OK(record_add(f->core, &store_admin, f->arena, &record, &out, &e));
    return out;
}

static struct bytes members_of(struct fixture *f, struct owner owner)
{
    struct bytes members = { 0 };
    struct err e = { 0 };

    CHECK_OK(record_members(f->core, f->arena, owner, &members, &e));
    return members;
}

TEST(members_come_with_the_record_and_are_empty_without)
{
    struct fixture f = open_fixture(NULL);

    add_mug(&f, B("{\"Url\":\"x\"}"));
    store_add_record(f.core, KIND_PERSON, 1);
    CHECK_BYTES(members_of(&f, mug), B("{\"Url\":\"x\"}"));
    CHECK_BYTES(members_of(&f, (struct owner){ KIND_PERSON, 1 }), B("{}"));
    CHECK_BYTES(members_of(&f, (struct owner){ KIND_PERSON, 2 }), B("{}"));
    close_fixture(&f);
}

/* Sets what it is told and remembers what it saw. */
struct wish {
    struct bytes name;
    struct bytes members;
    enum err_code fail;
    struct bytes seen;
};

static enum err_code grant(struct record *record, struct arena *arena, void *context, struct err *e)
{
    struct wish *wish = context;

    wish->seen = arena_copy(arena, record->members);
    if (wish->name.at)
        record->name = wish->name;
    if (wish->members.at)
        record->members = wish->members;
    record->id = 99; /* not for an edit to change */
    record->subtype = SUBTYPE_PARENT;
    record->created_us = 1;
    return wish->fail ? err_set(e, wish->fail, "as told") : ERR_NONE;
}

static enum err_code edit(struct fixture *f, struct wish *wish, struct record *out, struct err *e)
{
    struct record_edit edit = { grant, wish };
    struct principal somebody = { .user_id = 7, .may_write = true };

    return record_edit(f->core, &somebody, f->arena, mug, &edit, out, e);
}

TEST(an_edit_sees_what_is_there_and_changes_what_it_may)
{
    struct fixture f = open_fixture(NULL);
    struct record before = add_mug(&f, B("{\"a\":1}"));
    struct wish wish = { .name = B("Cup"), .members = B("{\"a\":2}") };
    struct record out;
    struct record got;
    struct err e = { 0 };

    CHECK_OK(edit(&f, &wish, &out, &e));
    CHECK_BYTES(wish.seen, B("{\"a\":1}"));
    CHECK_OK(record_get(f.core, f.arena, mug, &got, &e));
    CHECK_BYTES(got.name, B("Cup"));
    CHECK_INT(got.subtype, SUBTYPE_SIMPLE);
    CHECK_INT(got.created_us, before.created_us);
    CHECK_INT(got.created_by, 1);
    CHECK_INT(got.updated_by, 7);
    CHECK(got.updated_us > before.updated_us);
    CHECK_INT(out.id, 1);
    CHECK_INT(out.updated_us, got.updated_us);
    CHECK_BYTES(out.members, B("{\"a\":2}"));
    CHECK_BYTES(members_of(&f, mug), B("{\"a\":2}"));

    wish = (struct wish){ .members = B("{}") };
    CHECK_OK(edit(&f, &wish, &out, &e));
    CHECK_BYTES(members_of(&f, mug), B("{}"));
    close_fixture(&f);
}

TEST(an_edit_that_changes_nothing_leaves_the_date)
{
    struct fixture f = open_fixture(NULL);
    struct record before = add_mug(&f, B("{\"a\":1}"));
    struct wish wish = { .name = B("Mug"), .members = B("{\"a\":1}") };
    struct record out;
    struct err e = { 0 };

    CHECK_OK(edit(&f, &wish, &out, &e));
    CHECK_INT(out.updated_us, before.updated_us);
    CHECK_INT(out.updated_by, before.updated_by);
    close_fixture(&f);
}

TEST(an_edit_that_fails_changes_nothing)
{
    struct fixture f = open_fixture(NULL);
    struct record before = add_mug(&f, B("{\"a\":1}"));
    struct wish wish = { .name = B("Cup"), .members = B("{}"), .fail = ERR_PRECONDITION };
    struct record out = { .id = 5 };
    struct err e = { 0 };

    CHECK_INT(edit(&f, &wish, &out, &e), ERR_PRECONDITION);
    CHECK(strcmp(e.text, "as told") == 0);
    wish = (struct wish){ .name = B("") };
    CHECK_INT(edit(&f, &wish, &out, &e), ERR_INVALID);
    wish = (struct wish){ .name = B("a\0b") };
    CHECK_INT(edit(&f, &wish, &out, &e), ERR_INVALID);
    CHECK_INT(out.id, 5);
    CHECK_OK(record_get(f.core, f.arena, mug, &out, &e));
    CHECK_BYTES(out.name, B("Mug"));
    CHECK_INT(out.updated_us, before.updated_us);
    CHECK_BYTES(members_of(&f, mug), B("{\"a\":1}"));
    CHECK_OK(record_delete(f.core, &store_admin, mug, &e));
    CHECK_INT(edit(&f, &wish, &out, &e), ERR_NOT_FOUND);
    close_fixture(&f);
}

TEST(members_have_a_limit)
{
    struct fixture f = open_fixture(NULL);
    struct record out;
    struct err e = { 0 };
    static char large[RECORD_MEMBERS_MAX + 1];

    memset(large, ' ', sizeof large);
    add_mug(&f, bytes_of(large, RECORD_MEMBERS_MAX));
    struct wish wish = { .members = bytes_of(large, sizeof large) };
    CHECK_INT(edit(&f, &wish, &out, &e), ERR_TOO_LARGE);
    struct record record = { .kind = KIND_PERSON, .name = B("x"), .members = wish.members };
    CHECK_INT(record_add(f.core, &store_admin, f.arena, &record, &out, &e), ERR_TOO_LARGE);
    close_fixture(&f);
}

static enum err_code ask(const struct record *record, void *context, struct err *e)
{
    CHECK_BYTES(record->members, B("{\"a\":1}"));
    return *(bool *)context ? ERR_NONE : err_set(e, ERR_PRECONDITION, "no");
}

TEST(a_record_is_deleted_with_its_members_if_nothing_is_said_against_it)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    struct record out;
    bool yes = false;
    struct record_question question = { ask, &yes };

    add_mug(&f, B("{\"a\":1}"));
    CHECK_INT(record_delete_if(f.core, &store_admin, mug, &question, &e), ERR_PRECONDITION);
    CHECK_OK(record_get(f.core, f.arena, mug, &out, &e));
    yes = true;
    CHECK_OK(record_delete_if(f.core, &store_admin, mug, &question, &e));
    CHECK_INT(record_get(f.core, f.arena, mug, &out, &e), ERR_NOT_FOUND);
    CHECK_BYTES(members_of(&f, mug), B("{}"));
    CHECK_INT(record_delete_if(f.core, &store_admin, mug, &question, &e), ERR_NOT_FOUND);
    close_fixture(&f); /* which checks the store */
}

static struct bytes fields_of(struct fixture *f, struct owner owner)
{
    struct bytes fields = { 0 };
    struct err e = { 0 };

    CHECK_OK(record_fields(f->core, f->arena, owner, &fields, &e));
    return fields;
}

static enum err_code set_fields(struct record *record, struct arena *arena, void *context,
                                struct err *e)
{
    (void)arena;
    (void)e;
    record->fields = *(struct bytes *)context;
    return ERR_NONE;
}

TEST(one_dialect_does_not_lose_what_the_other_keeps)
{
    struct fixture f = open_fixture(NULL);
    struct wish wish = { .members = B("{\"a\":2}") };
    struct bytes fields = B("{\"b\":2}");
    struct record_edit with_fields = { set_fields, &fields };
    struct record record = { .kind = KIND_PRODUCT,
                             .id = 1,
                             .name = B("Mug"),
                             .members = B("{\"a\":1}"),
                             .fields = B("{\"b\":1}") };
    struct record out;
    struct err e = { 0 };

    CHECK_OK(record_add(f.core, &store_admin, f.arena, &record, &out, &e));
    CHECK_BYTES(fields_of(&f, mug), B("{\"b\":1}"));
    CHECK_OK(edit(&f, &wish, &out, &e));
    CHECK_BYTES(out.fields, B("{\"b\":1}"));
    CHECK_BYTES(fields_of(&f, mug), B("{\"b\":1}"));
    CHECK_OK(record_edit(f.core, &store_admin, f.arena, mug, &with_fields, &out, &e));
    CHECK_BYTES(fields_of(&f, mug), B("{\"b\":2}"));
    CHECK_BYTES(members_of(&f, mug), B("{\"a\":2}"));
    int64_t updated_us = out.updated_us;
    CHECK_OK(record_edit(f.core, &store_admin, f.arena, mug, &with_fields, &out, &e));
    CHECK_INT(out.updated_us, updated_us);
    CHECK_OK(record_delete(f.core, &store_admin, mug, &e));
    CHECK_BYTES(fields_of(&f, mug), B("{}"));
    close_fixture(&f); /* which checks the store */
}

static enum err_code move(struct record *record, struct arena *arena, void *context, struct err *e)
{
    (void)arena;
    (void)e;
    record->parent_id = *(int32_t *)context;
    return ERR_NONE;
}

TEST(a_variation_moves_to_another_parent_or_to_none)
{
    struct fixture f = open_fixture(NULL);
    struct err e = { 0 };
    struct record out;
    int32_t to = 2;
    struct record_edit edit_parent = { move, &to };
    static const enum record_subtype subtypes[] = { SUBTYPE_PARENT, SUBTYPE_PARENT, SUBTYPE_OFFER,
                                                    SUBTYPE_SIMPLE };

    for (int32_t id = 1; id <= 4; id++) {
        struct record record = { .kind = KIND_PRODUCT,
                                 .id = id,
                                 .name = B("x"),
                                 .subtype = subtypes[id - 1],
                                 .parent_id = id == 3 ? 1 : 0 };
        CHECK_OK(record_add(f.core, &store_admin, f.arena, &record, &out, &e));
    }
    struct owner offer = { KIND_PRODUCT, 3 };
    struct owner simple = { KIND_PRODUCT, 4 };
    CHECK_OK(record_edit(f.core, &store_admin, f.arena, offer, &edit_parent, &out, &e));
    CHECK_INT(out.parent_id, 2);
    CHECK_INT(record_edit(f.core, &store_admin, f.arena, simple, &edit_parent, &out, &e),
              ERR_INVALID);
    to = 4;
    CHECK_INT(record_edit(f.core, &store_admin, f.arena, offer, &edit_parent, &out, &e),
              ERR_INVALID);
    CHECK_OK(record_get(f.core, f.arena, offer, &out, &e));
    CHECK_INT(out.parent_id, 2);
    to = 0; /* and to none */
    CHECK_OK(record_edit(f.core, &store_admin, f.arena, offer, &edit_parent, &out, &e));
    CHECK_INT(out.parent_id, 0);
    out.parent_id = 99;
    CHECK_INT(record_check(f.core, f.arena, &out, &e), ERR_INVALID);
    out.parent_id = 1;
    CHECK_OK(record_check(f.core, f.arena, &out, &e));
    close_fixture(&f);
}

TEST_MAIN
