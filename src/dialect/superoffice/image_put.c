#include "dialect/superoffice/superoffice.h"

/* PUT and POST /api/v1/{Contact|Person|Product|Project}/{id}/Image (superoffice 3.3)
 *
 * Answers 200 with the blob id alone, on creation too. */
enum err_code so_image_put(struct call *c, struct err *e)
{
    struct owner owner = so_owner(c);
    struct bytes body;
    enum err_code rc = so_body_unpack(c, &body, e);
    if (rc)
        return rc;

    struct picture_content content;
    rc = so_bitmap_read(c->arena, c->req, body, &content, e);
    if (rc)
        return rc;
    content.condition = so_image_condition(c);
    if (owner.kind == KIND_PRODUCT)
        rc = so_product_bounded(c, &content, &content, e);
    if (rc)
        return rc;

    struct picture picture;
    rc = picture_put(c->core, &c->principal, c->arena, owner, &content, &picture, e);
    if (rc == ERR_NOT_FOUND) /* documented as 400, not 404 */
        return err_set(e, ERR_INVALID, "no %s %d", kind_name(owner.kind), owner.id);
    if (rc == ERR_UNSUPPORTED) { /* 415 is for declared types; bytes that are no picture are 400 */
        e->code = ERR_INVALID;
        return err_context(e, "bitmap missing");
    }
    if (rc)
        return rc;
    return so_reply_int(c, picture.id, e);
}
