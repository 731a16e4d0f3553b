#include "dialect/superoffice/entity.h"

static enum err_code hold(const struct record *record, void *context, struct err *e)
{
    return so_entity_hold(context, record, e);
}

/* DELETE /api/v1/{Contact|Person|Product|Project}/{id} (superoffice 14.1), with its pictures */
enum err_code so_entity_delete(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    struct record_question question = { hold, c };
    enum err_code rc = record_delete_if(c->core, &c->principal, owner, &question, e);

    if (rc == ERR_NOT_FOUND)
        return err_set(e, rc, "no %s %d", kind_name(owner.kind), owner.id);
    if (rc == ERR_NONE)
        so_reply_empty(c);
    return rc;
}
