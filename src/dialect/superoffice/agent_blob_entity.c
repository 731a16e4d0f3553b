/* BlobEntity by agents: pictures by their own id, or by the record they hang on (superoffice 4.2).
 */
#include "dialect/superoffice/agent.h"

static enum err_code reply_or_null(struct call *c, enum err_code rc, const struct picture *picture,
                                   struct err *e)
{
    if (rc == ERR_NONE)
        return so_blob_entity_reply(c, picture, e);
    if (rc != ERR_NOT_FOUND)
        return rc;
    *e = (struct err){ 0 };
    return so_reply_null(c, &so_blob_entity, e);
}

/* POST /api/v1/Agents/BLOB/GetBlobEntityOn{Contact|Person|Project|Product} */
enum err_code so_agent_blob_entity_on(struct call *c, struct err *e)
{
    struct picture picture;
    struct owner owner;
    bool record_exists;
    enum err_code rc = so_agent_owner(c, NULL, &owner, e);

    if (rc)
        return rc;
    rc = picture_seen(c->core, c->arena, owner, &picture, &record_exists, e);
    return reply_or_null(c, rc, &picture, e);
}

/* POST /api/v1/Agents/BLOB/CreateDefaultBlobEntity: nothing is stored yet */
enum err_code so_agent_blob_entity_default(struct call *c, struct err *e)
{
    return so_blob_entity_reply(c, NULL, e);
}

/* POST /api/v1/Agents/BLOB/GetBlobEntity?blobEntityId= */
enum err_code so_agent_blob_entity_get(struct call *c, struct err *e)
{
    struct picture picture;
    int32_t id;
    enum err_code rc = so_query_id(c, &id, e);

    if (rc)
        return rc;
    rc = picture_find(c->core, c->arena, id, &picture, e);
    return reply_or_null(c, rc, &picture, e);
}

/* POST /api/v1/Agents/BLOB/DeleteBlobEntity?blobEntityId=, with every link to it. As with an image
 * that is not there, it is no failure when there is nothing to delete. */
enum err_code so_agent_blob_entity_delete(struct call *c, struct err *e)
{
    int32_t id;
    enum err_code rc = so_query_id(c, &id, e);

    if (!rc)
        rc = picture_remove(c->core, &c->principal, id, e);
    if (rc && rc != ERR_NOT_FOUND)
        return rc;
    *e = (struct err){ 0 };
    so_reply_empty(c);
    return ERR_NONE;
}

/* A blob whose bytes SetBlobStream will bring. */
static enum err_code create(struct call *c, const struct value *entity,
                            const struct picture_texts *texts, struct picture *out, struct err *e)
{
    struct picture_content nothing = { 0 };
    struct bytes mime_type;
    enum err_code rc = so_argument_text(entity, B("MimeType"), &mime_type, e);

    return rc ? rc
              : picture_new(c->core, &c->principal, c->arena, &nothing, mime_type, texts, out, e);
}

struct change {
    struct call *c;
    struct picture_texts texts;
};

/* No condition; but a client that sends back what it read must not overwrite what it was translated
 * from (superoffice 9.2). */
static bool keep_texts(const struct picture *now, void *context)
{
    struct change *change = context;

    return so_blob_entity_keep(change->c, now, &change->texts);
}

/* POST /api/v1/Agents/BLOB/SaveBlobEntity: the entity is the body; with a BlobId its texts change
 * as by PUT ImageInfo (3.6), without one it is made */
enum err_code so_agent_blob_entity_save(struct call *c, struct err *e)
{
    struct change change = { .c = c };
    struct picture picture;
    const struct value *entity;
    enum err_code rc = so_body_read(c, &so_blob_entity, &entity, e);

    if (!rc)
        rc = so_blob_entity_read(entity, &change.texts, e);
    if (rc)
        return rc;
    int32_t id = change.texts.must_be_id;
    if (id)
        change.texts.condition = (struct picture_condition){ keep_texts, &change };
    if (id == 0)
        rc = create(c, entity, &change.texts, &picture, e);
    else
        rc = picture_describe_id(c->core, &c->principal, c->arena, id, &change.texts, &picture, e);
    if (rc == ERR_PRECONDITION)
        return err_set(e, ERR_NO_MEMORY, "texts of a picture");
    return rc ? rc : so_blob_entity_reply(c, &picture, e);
}
