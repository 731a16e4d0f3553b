/* What a record's columns are called in each entity, both ways. */
#include "dialect/superoffice/entity.h"

static const struct so_entity entities[] = {
    /* Number2 is the customer's number, Number1 a code of the company's own */
    [KIND_CONTACT] = { .carrier = &so_contact_entity,
                       .simple = &so_contact,
                       .id = B("ContactId"),
                       .name = B("Name"),
                       .code = B("Number2") },
    [KIND_PERSON] = { .carrier = &so_person_entity,
                      .simple = &so_person,
                      .id = B("PersonId"),
                      .code = B("PersonNumber"),
                      .active = B("Retired"),
                      .inactive = true },
    [KIND_PRODUCT] = { .carrier = &so_product,
                       .id = B("ProductId"),
                       .name = B("Name"),
                       .code = B("Code"),
                       .key = B("ERPProductKey"),
                       .active = B("InAssortment") },
    [KIND_PROJECT] = { .carrier = &so_project_entity,
                       .simple = &so_project,
                       .id = B("ProjectId"),
                       .name = B("Name"),
                       .code = B("ProjectNumber"),
                       .active = B("Completed"),
                       .inactive = true },
};

const struct so_entity *so_entity_of(enum record_kind kind)
{
    return &entities[kind];
}

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "entity");
}

/* Kinds that have no such member have no name for it. */
static bool put_text(struct arena *arena, struct value *tree, struct bytes name, struct bytes text)
{
    return name.len == 0 || value_put_text(arena, tree, name, text);
}

/* ---- a person's name ---- */

static const struct bytes name_parts[] = { B("Firstname"), B("MiddleName"), B("Lastname") };

/* What is there of the three, with a space between. */
static struct bytes joined_name(struct arena *arena, const struct value *tree)
{
    struct strbuf out;

    strbuf_init(&out, arena, 64, 1 << 16);
    for (size_t i = 0; i < COUNT(name_parts); i++) {
        struct bytes part = bytes_trim(value_text(tree, name_parts[i]));
        if (part.len && out.len)
            strbuf_char(&out, ' ');
        strbuf_add(&out, part);
    }
    return out.failed ? (struct bytes){ 0 } : strbuf_bytes(&out);
}

/* A name that was not given in parts: what stands before the last space is the first name. */
static bool split_name(struct arena *arena, struct bytes name, struct value *tree)
{
    size_t cut = name.len;

    while (cut && name.at[cut - 1] != ' ')
        cut--;
    return put_text(arena, tree, B("Firstname"), bytes_trim(bytes_first(name, cut))) &&
           put_text(arena, tree, B("MiddleName"), B("")) &&
           put_text(arena, tree, B("Lastname"), bytes_from(name, cut));
}

static bool name_from_column(struct arena *arena, const struct record *record, struct value *tree)
{
    if (record->kind != KIND_PERSON)
        return put_text(arena, tree, entities[record->kind].name, record->name);
    struct bytes joined = joined_name(arena, tree);
    return bytes_eq(joined, record->name) || split_name(arena, record->name, tree);
}

enum err_code so_entity_from_columns(struct arena *arena, const struct record *record,
                                     struct value *tree, struct err *e)
{
    const struct so_entity *entity = &entities[record->kind];
    bool active = record->active != entity->inactive;

    if (!value_put_int(arena, tree, entity->id, record->id) ||
        !name_from_column(arena, record, tree) ||
        !put_text(arena, tree, entity->code, record->code) ||
        !put_text(arena, tree, entity->key, record->xml_id) ||
        (entity->active.len && !value_put_bool(arena, tree, entity->active, active)))
        return no_memory(e);
    return ERR_NONE;
}

/* ---- back ---- */

static enum err_code bad_member(struct bytes name, struct err *e)
{
    memcpy(e->field, name.at, name.len);
    e->field[name.len] = '\0';
    return ERR_INVALID;
}

/* The longest of a person's names: what there is too much of. */
static struct bytes longest_part(const struct value *tree)
{
    struct bytes longest = name_parts[2];

    for (size_t i = 0; i < COUNT(name_parts); i++) {
        if (value_text(tree, name_parts[i]).len > value_text(tree, longest).len)
            longest = name_parts[i];
    }
    return longest;
}

/* core/record.c would refuse it too, but cannot name the member. */
static enum err_code check_text(struct bytes name, struct bytes text, struct err *e)
{
    if (text.len > RECORD_NAME_MAX) {
        err_set(e, ERR_INVALID, "%.*s is too long: %zu bytes, the limit is %d", (int)name.len,
                name.at, text.len, RECORD_NAME_MAX);
        return bad_member(name, e);
    }
    if (!bytes_is_utf8(text) || (text.len && memchr(text.at, 0, text.len))) {
        err_set(e, ERR_INVALID, "%.*s is not UTF-8 text", (int)name.len, name.at);
        return bad_member(name, e);
    }
    return ERR_NONE;
}

static enum err_code name_to_column(struct arena *arena, const struct value *tree,
                                    struct record *record, struct err *e)
{
    bool person = record->kind == KIND_PERSON;
    struct bytes member = person ? longest_part(tree) : entities[record->kind].name;
    struct bytes name = person ? joined_name(arena, tree) : value_text(tree, member);

    if (!name.at)
        return no_memory(e);
    if (bytes_trim(name).len == 0) {
        err_set(e, ERR_INVALID, person ? "Lastname or Firstname is required" : "Name is required");
        return bad_member(member, e);
    }
    enum err_code rc = check_text(member, name, e);
    if (rc == ERR_NONE)
        record->name = name;
    return rc;
}

static enum err_code text_to_column(struct bytes member, const struct value *tree,
                                    struct bytes *column, struct err *e)
{
    if (member.len == 0)
        return ERR_NONE;
    struct bytes text = value_text(tree, member);
    enum err_code rc = check_text(member, text, e);
    if (rc == ERR_NONE)
        *column = text;
    return rc;
}

enum err_code so_entity_to_columns(struct arena *arena, const struct value *tree,
                                   struct record *record, struct err *e)
{
    const struct so_entity *entity = &entities[record->kind];
    struct record changed = *record;
    enum err_code rc;

    if ((rc = name_to_column(arena, tree, &changed, e)) ||
        (rc = text_to_column(entity->code, tree, &changed.code, e)) ||
        (rc = text_to_column(entity->key, tree, &changed.xml_id, e)))
        return rc;
    if (entity->active.len) {
        const struct value *active = value_get(tree, entity->active);
        changed.active = (active && active->boolean) != entity->inactive;
    }
    *record = changed;
    return ERR_NONE;
}
