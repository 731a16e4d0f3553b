#include "dialect/superoffice/entity.h"

enum err_code so_entity_read(struct call *c, enum record_kind kind, const struct value **raw,
                             struct value **given, struct err *e)
{
    const struct so_carrier *carrier = so_entity_of(kind)->carrier;
    const struct value *body;
    enum err_code rc = so_body_read(c, carrier, &body, e);

    if (rc == ERR_NONE)
        rc = so_normalise(c->arena, carrier, &so_call(c)->local, body, given, e);
    if (rc == ERR_NONE && raw)
        *raw = body;
    return rc;
}

enum err_code so_entity_create(struct call *c, enum record_kind kind, const struct value *given,
                               struct record *out, struct err *e)
{
    struct record record = { .kind = kind, .sort = 500, .active = true };
    struct value *tree;
    enum err_code rc = so_entity_default(c, kind, &tree, e);

    if (rc == ERR_NONE)
        rc = so_entity_merge(c->arena, so_entity_of(kind)->carrier, &so_call(c)->local, given, tree,
                             e);
    if (rc == ERR_NONE)
        rc = so_entity_save(c, c->arena, tree, &record, e);
    return rc ? rc : record_add(c->core, &c->principal, c->arena, &record, out, e);
}

/* POST /api/v1/{Contact|Person|Product|Project} (superoffice 14.1): an id in the body says nothing
 */
enum err_code so_entity_post(struct call *c, struct err *e)
{
    enum record_kind kind = so_owner(c).kind;
    struct value *given;
    struct record record;
    enum err_code rc = so_entity_read(c, kind, NULL, &given, e);

    if (rc == ERR_NONE)
        rc = so_entity_create(c, kind, given, &record, e);
    return rc ? rc : so_entity_reply(c, &record, SO_ENTITY_REST, e);
}
