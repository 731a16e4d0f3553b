/* From what is kept of a record to the entity that is answered. */
#include "dialect/superoffice/entity.h"

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "entity");
}

static enum err_code put_user(struct call *c, struct arena *arena, struct value *tree,
                              struct bytes name, int32_t user_id, struct err *e)
{
    struct value *user = NULL;
    enum err_code rc = so_associate_tree(c, arena, user_id, &user, e);

    if (rc)
        return rc;
    if (!user && !(user = value_new(arena, VALUE_NULL)))
        return no_memory(e);
    value_put(tree, name, user);
    return ERR_NONE;
}

/* Whoever is named by id is shown as he is now; of others what was given. */
static enum err_code fill_users(struct call *c, struct arena *arena,
                                const struct so_carrier *carrier, struct value *tree, struct err *e)
{
    for (size_t i = 0; i < carrier->count; i++) {
        const struct so_member *member = &carrier->members[i];
        int32_t id;
        struct value *user = NULL;

        if (member->carrier != &so_associate || member->type != SO_OBJECT || member->read_only ||
            !value_to_int32(value_get(value_get(tree, member->name), B("AssociateId")), &id))
            continue;
        enum err_code rc = so_associate_tree(c, arena, id, &user, e);
        if (rc)
            return rc;
        if (user)
            value_put(tree, member->name, user);
    }
    return ERR_NONE;
}

/* ---- what each kind has of its own ---- */

enum err_code so_entity_name_contact(struct call *c, struct arena *arena, struct value *tree,
                                     struct err *e)
{
    /* the tree is ours */
    struct value *contact = (struct value *)(uintptr_t)value_get(tree, B("Contact"));
    struct owner owner = { .kind = KIND_CONTACT };
    struct record record;
    struct err why = { 0 };

    if (!value_to_int32(value_get(contact, B("ContactId")), &owner.id) || owner.id <= 0)
        return ERR_NONE;
    enum err_code rc = record_get(c->core, arena, owner, &record, &why);
    if (rc == ERR_NOT_FOUND)
        return ERR_NONE;
    if (rc) {
        *e = why;
        return rc;
    }
    return value_put_text(arena, contact, B("Name"), record.name) ? ERR_NONE : no_memory(e);
}

static enum err_code fill_person(struct call *c, struct arena *arena, const struct record *record,
                                 struct value *tree, struct err *e)
{
    struct bytes title = bytes_trim(value_text(tree, B("Mrmrs")));
    struct bytes formal = record->name;

    if (title.len)
        formal = bytes_str(arena_printf(arena, "%.*s %.*s", (int)title.len, title.at,
                                        (int)record->name.len, record->name.at));
    if (!formal.at || !value_put_text(arena, tree, B("FullName"), record->name) ||
        !value_put_text(arena, tree, B("FormalName"), formal))
        return no_memory(e);
    return so_entity_name_contact(c, arena, tree, e);
}

static enum err_code fill_project(struct call *c, struct arena *arena, const struct record *record,
                                  struct value *tree, struct err *e)
{
    struct picture picture = { 0 };
    struct err why = { 0 };
    bool record_exists;
    enum err_code rc = picture_seen(c->core, arena, (struct owner){ KIND_PROJECT, record->id },
                                    &picture, &record_exists, &why);

    if (rc && rc != ERR_NOT_FOUND) {
        *e = why;
        return rc;
    }
    if (!value_put_bool(arena, tree, B("HasImage"), rc == ERR_NONE) ||
        !value_put_text(arena, tree, B("ImageDescription"), picture.description))
        return no_memory(e);
    return ERR_NONE;
}

/* Products have neither dates nor authors on the wire. */
static enum err_code fill_history(struct call *c, struct arena *arena, const struct record *record,
                                  struct value *tree, struct err *e)
{
    if (record->kind == KIND_PRODUCT)
        return ERR_NONE;
    if (!value_put_int(arena, tree, B("CreatedDate"), record->created_us) ||
        !value_put_int(arena, tree, B("UpdatedDate"), record->updated_us))
        return no_memory(e);
    enum err_code rc = put_user(c, arena, tree, B("CreatedBy"), record->created_by, e);
    return rc ? rc : put_user(c, arena, tree, B("UpdatedBy"), record->updated_by, e);
}

enum err_code so_entity_tree(struct call *c, struct arena *arena, const struct record *record,
                             struct value **out, struct err *e)
{
    struct value *tree;
    enum err_code rc = so_entity_stored(arena, record, &tree, e);

    if (rc == ERR_NONE)
        rc = fill_history(c, arena, record, tree, e);
    if (rc == ERR_NONE)
        rc = fill_users(c, arena, so_entity_of(record->kind)->carrier, tree, e);
    if (rc == ERR_NONE && record->kind == KIND_PERSON)
        rc = fill_person(c, arena, record, tree, e);
    if (rc == ERR_NONE && record->kind == KIND_PROJECT)
        rc = fill_project(c, arena, record, tree, e);
    if (rc == ERR_NONE)
        *out = tree;
    return rc;
}

/* ---- before there is anything ---- */

enum err_code so_entity_default(struct call *c, enum record_kind kind, struct value **out,
                                struct err *e)
{
    const struct so_entity *entity = so_entity_of(kind);
    struct value *tree = value_new(c->arena, VALUE_MAP);

    if (!tree)
        return no_memory(e);
    if (kind == KIND_PRODUCT && !value_put_bool(c->arena, tree, entity->active, true))
        return no_memory(e);
    /* who makes it is responsible for it, until somebody else is named */
    if (so_member_find(entity->carrier, B("Associate"))) {
        enum err_code rc = put_user(c, c->arena, tree, B("Associate"), c->principal.user_id, e);
        if (rc)
            return rc;
    }
    *out = tree;
    return ERR_NONE;
}
