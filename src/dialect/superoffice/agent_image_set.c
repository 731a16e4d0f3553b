#include "dialect/superoffice/agent.h"

/* POST /api/v1/Agents/BLOB/Set{Contact|Person|Project|Product}Image, Agents/Person/SetPersonImage,
 * Agents/Project/SetProjectImage: `{…Id, Image}` (superoffice 4.2, 4.3) */
enum err_code so_agent_image_set(struct call *c, struct err *e)
{
    const struct value *arguments;
    struct picture_content content = { 0 };
    struct picture picture;
    struct owner owner;
    enum err_code rc = so_agent_owner(c, &arguments, &owner, e);

    if (!rc)
        rc = so_argument_bytes(c->arena, arguments, B("Image"), &content.bytes, e);
    if (!rc && owner.kind == KIND_PRODUCT)
        rc = so_product_bounded(c, &content, &content, e);
    if (!rc)
        rc = picture_put(c->core, &c->principal, c->arena, owner, &content, &picture, e);
    if (rc)
        return so_agent_failure(rc, e);
    so_reply_empty(c);
    return ERR_NONE;
}
