#include "dialect/superoffice/entity.h"

struct change {
    struct call *c;
    const struct value *given;
    bool conditional;
};

/* Inside the transaction: what is there now is what is asked about and written over. */
static enum err_code change(struct record *record, struct arena *arena, void *context,
                            struct err *e)
{
    struct change *change = context;
    struct call *c = change->c;
    const struct so_carrier *carrier = so_entity_of(record->kind)->carrier;
    struct value *tree;
    enum err_code rc = change->conditional ? so_entity_hold(c, record, e) : ERR_NONE;

    if (rc == ERR_NONE)
        rc = so_entity_stored(arena, record, &tree, e);
    if (rc == ERR_NONE)
        rc = so_entity_merge(arena, carrier, &so_call(c)->local, change->given, tree, e);
    return rc ? rc : so_entity_save(c, arena, tree, record, e);
}

enum err_code so_entity_change(struct call *c, struct owner owner, const struct value *given,
                               bool conditional, struct record *out, struct err *e)
{
    struct change context = { c, given, conditional };
    struct record_edit edit = { change, &context };
    enum err_code rc = record_edit(c->core, &c->principal, c->arena, owner, &edit, out, e);

    if (rc == ERR_NOT_FOUND)
        return err_set(e, rc, "no %s %d", kind_name(owner.kind), owner.id);
    return rc;
}

/* PUT /api/v1/{Contact|Person|Product|Project}/{id} (superoffice 14.1): documented as a full
 * replacement, but real clients send what they want changed. The path's id wins. */
enum err_code so_entity_put(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    struct value *given;
    struct record record;
    enum err_code rc = so_entity_read(c, owner.kind, NULL, &given, e);

    if (rc == ERR_NONE)
        rc = so_entity_change(c, owner, given, true, &record, e);
    return rc ? rc : so_entity_reply(c, &record, SO_ENTITY_REST, e);
}
