/* The bytes of a picture by its own id (superoffice 4.2). */
#include "dialect/superoffice/agent.h"

/* POST /api/v1/Agents/BLOB/GetBlobStream: `{BlobEntityId}` */
enum err_code so_agent_blob_stream_get(struct call *c, struct err *e)
{
    const struct value *arguments;
    struct picture picture;
    int32_t id;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    if (!rc)
        rc = so_argument_int(arguments, B("BlobEntityId"), &id, e);
    if (rc)
        return rc;
    rc = picture_find(c->core, c->arena, id, &picture, e);
    if (rc == ERR_NONE)
        return so_reply_picture(c, &picture, e);
    if (rc != ERR_NOT_FOUND)
        return rc;
    *e = (struct err){ 0 };
    return so_reply_binary(c, B(""), B(""), e);
}

/* POST /api/v1/Agents/BLOB/SetBlobStream: `{BlobEntityId, Stream}`. The type is found in the bytes,
 * whatever MimeType was declared. */
enum err_code so_agent_blob_stream_set(struct call *c, struct err *e)
{
    const struct value *arguments;
    struct picture_content content = { 0 };
    struct picture picture;
    int32_t id;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    if (!rc)
        rc = so_argument_int(arguments, B("BlobEntityId"), &id, e);
    if (!rc)
        rc = so_argument_bytes(c->arena, arguments, B("Stream"), &content.bytes, e);
    if (!rc)
        rc = picture_replace(c->core, &c->principal, c->arena, id, &content, &picture, e);
    if (rc)
        return so_agent_failure(rc, e);
    so_reply_empty(c);
    return ERR_NONE;
}
