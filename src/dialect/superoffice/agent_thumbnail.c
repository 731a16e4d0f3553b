/* A product's thumbnail: its own, or else the small form of its picture (superoffice 4.2). */
#include "dialect/superoffice/agent.h"

#define MADE_SIDE 75 /* of the one that is made */

static enum err_code reply_made(struct call *c, struct owner owner, struct err *e)
{
    const struct render want = { .width_px = MADE_SIDE, .height_px = MADE_SIDE };
    struct picture picture;
    struct bytes bytes;
    enum picture_type type;
    bool record_exists;
    enum err_code rc = picture_seen(c->core, c->arena, owner, &picture, &record_exists, e);

    if (rc == ERR_NOT_FOUND || (rc == ERR_NONE && picture.blob_id == 0)) {
        *e = (struct err){ 0 };
        return so_reply_binary(c, B(""), B(""), e);
    }
    if (!rc)
        rc = so_rendition(c, c->arena, &picture, &want, &bytes, &type, e);
    return rc ? rc : so_reply_binary(c, bytes, picture_type_mime(type), e);
}

/* POST /api/v1/Agents/BLOB/GetProductThumbnail: `{ProductId}` */
enum err_code so_agent_thumbnail_get(struct call *c, struct err *e)
{
    struct picture thumbnail;
    struct owner owner;
    enum err_code rc = so_agent_owner(c, NULL, &owner, e);

    if (rc)
        return rc;
    rc = picture_thumbnail(c->core, c->arena, owner, &thumbnail, e);
    if (rc == ERR_NONE)
        return so_reply_picture(c, &thumbnail, e);
    if (rc != ERR_NOT_FOUND)
        return rc;
    *e = (struct err){ 0 };
    return reply_made(c, owner, e);
}

/* POST /api/v1/Agents/BLOB/SetProductThumbnail: `{ProductId, Image}` */
enum err_code so_agent_thumbnail_set(struct call *c, struct err *e)
{
    const struct value *arguments;
    struct picture_content content = { 0 };
    struct picture picture;
    struct owner owner;
    enum err_code rc = so_agent_owner(c, &arguments, &owner, e);

    if (!rc)
        rc = so_argument_bytes(c->arena, arguments, B("Image"), &content.bytes, e);
    if (!rc)
        rc = picture_put_thumbnail(c->core, &c->principal, c->arena, owner, &content, &picture, e);
    if (rc)
        return so_agent_failure(rc, e);
    so_reply_empty(c);
    return ERR_NONE;
}
