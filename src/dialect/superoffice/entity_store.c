/* From a client's entity to what is kept of it. */
#include "base/json.h"
#include "dialect/superoffice/entity.h"

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "entity");
}

enum err_code so_entity_stored(struct arena *arena, const struct record *record, struct value **out,
                               struct err *e)
{
    struct value *tree;
    enum err_code rc;

    if (record->members.len) {
        rc = json_read(arena, record->members, &tree, e);
        if (rc == ERR_INVALID || (rc == ERR_NONE && tree->type != VALUE_MAP))
            return err_set(e, ERR_CORRUPT, "the members of %s %d are no JSON object",
                           kind_name(record->kind), record->id);
        if (rc)
            return rc;
    } else if (!(tree = value_new(arena, VALUE_MAP))) {
        return no_memory(e);
    }
    rc = so_entity_from_columns(arena, record, tree, e);
    if (rc == ERR_NONE)
        *out = tree;
    return rc;
}

/* ---- merging ---- */

/* Texts for people may come back translated, at any depth (superoffice 9.2): `now` is what is
 * stored at the same place. */
static void keep_member(struct arena *arena, const struct so_member *member,
                        const struct so_local *local, struct value *given, const struct value *now)
{
    if (given->type == VALUE_STRING && now->type == VALUE_STRING && member->display) {
        given->string = so_text_kept(arena, local, given->string, now->string);
    } else if (member->type == SO_OBJECT && member->carrier) {
        so_entity_keep_texts(arena, member->carrier, local, given, now);
    } else if (member->type == SO_LIST && member->carrier && given->type == VALUE_LIST &&
               now->type == VALUE_LIST) {
        const struct value *old = now->first;
        for (struct value *item = given->first; item && old; item = item->next, old = old->next)
            so_entity_keep_texts(arena, member->carrier, local, item, old);
    }
}

void so_entity_keep_texts(struct arena *arena, const struct so_carrier *carrier,
                          const struct so_local *local, struct value *given,
                          const struct value *now)
{
    if (given->type != VALUE_MAP || now->type != VALUE_MAP)
        return;
    for (size_t i = 0; i < carrier->count; i++) {
        const struct so_member *member = &carrier->members[i];
        /* `given` is a copy of ours */
        struct value *mine = (struct value *)(uintptr_t)value_get(given, member->name);
        const struct value *old = value_get(now, member->name);
        if (mine && old)
            keep_member(arena, member, local, mine, old);
    }
}

/* Numbers, truth and dates are never null: such a null says nothing. */
static bool may_be_null(const struct so_member *member)
{
    if (!member)
        return true;
    return member->type != SO_INT && member->type != SO_BOOL && member->type != SO_DOUBLE &&
           member->type != SO_ENUM && member->type != SO_DATE && member->type != SO_UTC;
}

enum err_code so_entity_merge(struct arena *arena, const struct so_carrier *carrier,
                              const struct so_local *local, const struct value *given,
                              struct value *tree, struct err *e)
{
    for (const struct value *member = given->first; member; member = member->next) {
        const struct so_member *known = so_member_find(carrier, member->name);
        const struct value *now =
            known ? value_get(tree, known->name) : value_get_nocase(tree, member->name);
        if (member->type == VALUE_NULL && !may_be_null(known))
            continue;
        struct value *copy = value_copy(arena, member);
        if (!copy)
            return no_memory(e);
        if (known && now)
            keep_member(arena, known, local, copy, now);
        if (copy->type == VALUE_STRING && !copy->string.at)
            return no_memory(e);
        value_put(tree, now ? now->name : member->name, copy);
    }
    return ERR_NONE;
}

/* ---- what is worth keeping ---- */

/* An entity has well over a hundred members, and clients send all of them back: what a reader would
 * be told anyway is not kept. */
static bool is_neutral(const struct so_member *member, const struct value *value)
{
    switch (value->type) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return !value->boolean;
    case VALUE_INT:
        return value->integer == 0;
    case VALUE_DOUBLE:
        return value->number == 0;
    case VALUE_STRING:
        if (member->type == SO_ENUM)
            return bytes_eq(value->string, bytes_str(member->names[0]));
        if (member->type == SO_DATE || member->type == SO_UTC)
            return bytes_starts(value->string, B("0001-01-01T00:00:00"));
        return value->string.len == 0;
    case VALUE_LIST:
        return value->count == 0;
    case VALUE_MAP:
        return value->count == 0 && member->type != SO_OBJECT; /* an object is not null */
    }
    return false;
}

struct pruning {
    struct call *c;
    struct arena *arena;
};

static enum err_code prune(struct pruning *p, const struct so_carrier *carrier,
                           const struct value *tree, struct value **out, struct err *e);

/* Of a user we know the id is enough: he is shown as he is when somebody asks. */
static enum err_code prune_associate(struct pruning *p, const struct value *tree,
                                     struct value **out, struct err *e)
{
    const struct value *id = value_get(tree, B("AssociateId"));
    struct value *user = NULL;
    int32_t number;

    if (!value_to_int32(id, &number) || number <= 0)
        return prune(p, &so_associate, tree, out, e);
    enum err_code rc = so_associate_tree(p->c, p->arena, number, &user, e);
    if (rc)
        return rc;
    if (!user)
        return prune(p, &so_associate, tree, out, e);
    *out = value_new(p->arena, VALUE_MAP);
    struct value *copy = value_copy(p->arena, id);
    if (!*out || !copy)
        return no_memory(e);
    value_put(*out, B("AssociateId"), copy);
    return ERR_NONE;
}

static enum err_code prune_list(struct pruning *p, const struct so_carrier *carrier,
                                const struct value *list, struct value **out, struct err *e)
{
    *out = value_new(p->arena, VALUE_LIST);
    if (!*out)
        return no_memory(e);
    for (const struct value *item = list->first; item; item = item->next) {
        struct value *kept = NULL;
        enum err_code rc = ERR_NONE;
        if (item->type == VALUE_MAP)
            rc = prune(p, carrier, item, &kept, e);
        else if (!(kept = value_copy(p->arena, item)))
            rc = no_memory(e);
        if (rc)
            return rc;
        value_put(*out, (struct bytes){ 0 }, kept);
    }
    return ERR_NONE;
}

static enum err_code prune_member(struct pruning *p, const struct so_member *member,
                                  const struct value *value, struct value **out, struct err *e)
{
    if (member->type == SO_OBJECT && value->type == VALUE_MAP)
        return member->carrier == &so_associate ? prune_associate(p, value, out, e)
                                                : prune(p, member->carrier, value, out, e);
    if (member->type == SO_LIST && member->carrier && value->type == VALUE_LIST)
        return prune_list(p, member->carrier, value, out, e);
    *out = value_copy(p->arena, value);
    return *out ? ERR_NONE : no_memory(e);
}

/* In documented order, so that the same entity is always kept as the same text. */
static enum err_code prune(struct pruning *p, const struct so_carrier *carrier,
                           const struct value *tree, struct value **out, struct err *e)
{
    struct value *kept = value_new(p->arena, VALUE_MAP);

    if (!kept)
        return no_memory(e);
    for (size_t i = 0; i < carrier->count; i++) {
        const struct so_member *member = &carrier->members[i];
        const struct value *value = value_get(tree, member->name);
        struct value *copy = NULL;
        if (!value || member->read_only || member->type == SO_RIGHT || member->type == SO_FIELDS ||
            is_neutral(member, value))
            continue;
        enum err_code rc = prune_member(p, member, value, &copy, e);
        if (rc)
            return rc;
        value_put(kept, member->name, copy);
    }
    for (const struct value *value = tree->first; value; value = value->next) {
        if (value->type == VALUE_NULL || so_member_find(carrier, value->name))
            continue;
        struct value *copy = value_copy(p->arena, value);
        if (!copy)
            return no_memory(e);
        value_put(kept, value->name, copy);
    }
    *out = kept;
    return ERR_NONE;
}

/* ---- can it be read back? ---- */

struct size {
    size_t values;
    size_t groups;
};

/* base/value.h has limits for what is read; whatever is kept stays well below them. */
static enum err_code measure(const struct value *value, int depth, struct size *size, struct err *e)
{
    bool group = value->type == VALUE_LIST || value->type == VALUE_MAP;

    size->values++;
    size->groups += group;
    if (depth > VALUE_DEPTH_MAX || size->values > VALUE_COUNT_MAX / 4 ||
        size->groups > VALUE_GROUPS_MAX / 2)
        return err_set(e, ERR_TOO_LARGE, "the entity has too many members, or they lie too deep");
    for (const struct value *child = value->first; child; child = child->next) {
        if (child->name.len && memchr(child->name.at, 0, child->name.len))
            return err_set(e, ERR_INVALID, "a member's name holds a NUL");
        enum err_code rc = measure(child, depth + group, size, e);
        if (rc)
            return rc;
    }
    return ERR_NONE;
}

enum err_code so_entity_save(struct call *c, struct arena *arena, struct value *tree,
                             struct record *record, struct err *e)
{
    struct pruning p = { c, arena };
    struct size size = { 0 };
    struct record changed = *record;
    struct value *kept;
    struct strbuf text;

    enum err_code rc = so_entity_to_columns(arena, tree, &changed, e);
    if (rc == ERR_NONE && record->kind == KIND_PERSON)
        rc = so_entity_name_contact(c, arena, tree, e);
    if (rc == ERR_NONE)
        rc = prune(&p, so_entity_of(record->kind)->carrier, tree, &kept, e);
    if (rc == ERR_NONE)
        rc = measure(kept, 1, &size, e);
    if (rc)
        return rc;
    strbuf_init(&text, arena, 1024, 8 * RECORD_MEMBERS_MAX);
    json_value(&text, kept);
    if (text.failed || text.len > RECORD_MEMBERS_MAX)
        return err_set(e, ERR_TOO_LARGE, "the entity is larger than %d bytes", RECORD_MEMBERS_MAX);
    changed.members = strbuf_bytes(&text);
    *record = changed;
    return ERR_NONE;
}
