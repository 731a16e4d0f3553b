#include "dialect/superoffice/entity.h"
#include "dialect/superoffice/patch.h"

/* ---- the entity as the client sees it, but for translations: what a patch is about ---- */

struct view {
    struct arena *arena;
    const struct so_local *local;
};

static struct value *complete(const struct view *view, const struct so_carrier *carrier,
                              const struct value *tree);

/* In the caller's time zone; so_normalise reads it there. */
static struct value *date_of(const struct view *view, const struct value *value, bool utc)
{
    static const struct so_local plain;
    struct value *date = value_new(view->arena, VALUE_STRING);
    struct strbuf text;
    int64_t us = SO_NO_DATE;

    if (value && value->type == VALUE_INT)
        us = value->integer;
    else if (value && value->type == VALUE_STRING &&
             !so_date_read(value->string, &plain, true, &us))
        us = SO_NO_DATE;
    strbuf_init(&text, view->arena, 32, 64);
    so_date_write(&text, view->local, us, utc);
    if (!date || text.failed)
        return NULL;
    date->string = strbuf_bytes(&text);
    return date;
}

static struct value *neutral_of(const struct view *view, const struct so_member *member)
{
    static const enum value_type types[] = {
        [SO_INT] = VALUE_INT,       [SO_BOOL] = VALUE_BOOL,   [SO_DOUBLE] = VALUE_INT,
        [SO_STRING] = VALUE_STRING, [SO_ENUM] = VALUE_STRING, [SO_DATE] = VALUE_STRING,
        [SO_UTC] = VALUE_STRING,    [SO_OBJECT] = VALUE_NULL, [SO_LIST] = VALUE_LIST,
        [SO_INTS] = VALUE_LIST,     [SO_LISTS] = VALUE_LIST,  [SO_DICT] = VALUE_MAP,
        [SO_RIGHT] = VALUE_NULL,    [SO_FIELDS] = VALUE_MAP,
    };
    struct value *value = value_new(view->arena, types[member->type]);

    if (value && member->type == SO_ENUM)
        value->string = bytes_str(member->names[0]);
    return value;
}

static struct value *complete_list(const struct view *view, const struct so_carrier *carrier,
                                   const struct value *list)
{
    struct value *out = value_new(view->arena, VALUE_LIST);

    for (const struct value *item = list->first; out && item; item = item->next) {
        struct value *copy =
            item->type == VALUE_MAP ? complete(view, carrier, item) : value_copy(view->arena, item);
        if (!copy)
            return NULL;
        value_put(out, (struct bytes){ 0 }, copy);
    }
    return out;
}

static struct value *complete_member(const struct view *view, const struct so_member *member,
                                     const struct value *value)
{
    if (member->type == SO_DATE || member->type == SO_UTC)
        return date_of(view, value, member->type == SO_UTC);
    if (!value)
        return neutral_of(view, member);
    if (member->type == SO_OBJECT && value->type == VALUE_MAP)
        return complete(view, member->carrier, value);
    if (member->type == SO_LIST && member->carrier && value->type == VALUE_LIST)
        return complete_list(view, member->carrier, value);
    return value_copy(view->arena, value);
}

static struct value *complete(const struct view *view, const struct so_carrier *carrier,
                              const struct value *tree)
{
    struct value *out = value_new(view->arena, VALUE_MAP);

    for (size_t i = 0; out && i < carrier->count; i++) {
        const struct so_member *member = &carrier->members[i];
        struct value *copy = complete_member(view, member, value_get(tree, member->name));
        if (!copy)
            return NULL;
        value_put(out, member->name, copy);
    }
    for (const struct value *value = tree->first; out && value; value = value->next) {
        if (so_member_find(carrier, value->name))
            continue;
        struct value *copy = value_copy(view->arena, value);
        if (!copy)
            return NULL;
        value_put(out, value->name, copy);
    }
    return out;
}

/* ---- the patch ---- */

struct patching {
    struct call *c;
    const struct value *patch;
};

static enum err_code patch(struct record *record, struct arena *arena, void *context, struct err *e)
{
    struct patching *patching = context;
    struct call *c = patching->c;
    const struct so_local *local = &so_call(c)->local;
    const struct so_carrier *carrier = so_entity_of(record->kind)->carrier;
    struct view view = { arena, local };
    struct value *tree;
    struct value *after;
    enum err_code rc = so_entity_hold(c, record, e);

    if (rc == ERR_NONE)
        rc = so_entity_tree(c, arena, record, &tree, e);
    if (rc)
        return rc;
    struct value *seen = complete(&view, carrier, tree);
    if (!seen)
        return err_set(e, ERR_NO_MEMORY, "entity");
    rc = so_patch(arena, seen, patching->patch, &after, e);
    if (rc == ERR_NONE)
        rc = so_normalise(arena, carrier, local, after, &after, e);
    if (rc)
        return rc;
    so_entity_keep_texts(arena, carrier, local, after, tree);
    return so_entity_save(c, arena, after, record, e);
}

/* PATCH /api/v1/{Contact|Person|Project}/{id} (superoffice 5) */
enum err_code so_entity_patch(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    struct patching context = { .c = c };
    struct record_edit edit = { patch, &context };
    struct record record;
    enum err_code rc = so_body_read_json(c, &context.patch, e);

    if (rc)
        return rc;
    rc = record_edit(c->core, &c->principal, c->arena, owner, &edit, &record, e);
    if (rc == ERR_NOT_FOUND)
        return err_set(e, rc, "no %s %d", kind_name(owner.kind), owner.id);
    return rc ? rc : so_entity_reply(c, &record, SO_ENTITY_REST, e);
}
