#include "dialect/superoffice/agent.h"

/* Zero and less keep the proportions (superoffice 4.2). */
static enum err_code read_side(const struct value *arguments, struct bytes name, int32_t *out,
                               struct err *e)
{
    enum err_code rc = so_argument_int_or_0(arguments, name, out, e);

    if (!rc && *out < 0)
        *out = 0;
    return rc;
}

/* POST /api/v1/Agents/BLOB/Get{Contact|Person|Project}ImageWithSize: `{…Id, Width, Height}`; what
 * fits is not made larger, and what comes out is a JPEG */
enum err_code so_agent_image_sized_get(struct call *c, struct err *e)
{
    struct render want = { .type = PICTURE_JPEG };
    const struct value *arguments;
    struct picture picture;
    struct owner owner;
    struct bytes bytes;
    enum picture_type type;
    bool record_exists;
    enum err_code rc = so_agent_owner(c, &arguments, &owner, e);

    if (!rc)
        rc = read_side(arguments, B("Width"), &want.width_px, e);
    if (!rc)
        rc = read_side(arguments, B("Height"), &want.height_px, e);
    if (rc)
        return rc;
    rc = picture_seen(c->core, c->arena, owner, &picture, &record_exists, e);
    if (rc == ERR_NOT_FOUND || (rc == ERR_NONE && picture.blob_id == 0)) {
        *e = (struct err){ 0 };
        return so_reply_binary(c, B(""), B(""), e);
    }
    if (!rc)
        rc = so_rendition(c, c->arena, &picture, &want, &bytes, &type, e);
    return rc ? rc : so_reply_binary(c, bytes, picture_type_mime(type), e);
}
