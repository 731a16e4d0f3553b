#include "dialect/superoffice/superoffice.h"

/* DELETE /api/v1/{Contact|Person|Product|Project}/{id}/Image (superoffice 3.4)
 *
 * 204 also when there was none. */
enum err_code so_image_delete(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    bool deleted;
    enum err_code rc =
        picture_delete_seen(c->core, &c->principal, owner, so_image_condition(c), &deleted, e);
    if (rc == ERR_NOT_FOUND)
        return err_set(e, rc, "no %s %d", kind_name(owner.kind), owner.id);
    if (rc)
        return rc;
    c->res->status = 204;
    so_cache_json(c);
    return ERR_NONE;
}
