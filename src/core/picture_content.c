/* The bytes of a picture on their way into the store. */
#include "core/picture_content.h"
#include "base/clock.h"
#include "core/blob_bytes.h"

static enum err_code check_content(const struct settings *settings,
                                   const struct picture_content *content,
                                   struct picture_header *header, struct err *e)
{
    if (content->bytes.len == 0)
        return err_set(e, ERR_INVALID, "bitmap missing");
    if ((int64_t)content->bytes.len > settings->picture_bytes_max)
        return err_set(e, ERR_TOO_LARGE, "a picture of %zu bytes, the limit is %lld",
                       content->bytes.len, (long long)settings->picture_bytes_max);
    enum err_code rc = image_read_header(content->bytes, &settings->image, header, e);
    return rc ? rc : picture_check_texts(content->name, content->description, e);
}

enum err_code picture_check(struct core *core, const struct picture_content *content, struct err *e)
{
    struct picture_header header;

    return check_content(core->store->settings, content, &header, e);
}

enum err_code content_prepare(struct core *core, const struct principal *principal,
                              struct arena *arena, const struct picture_content *content,
                              struct content_write *w, struct err *e)
{
    enum err_code rc = check_content(core->store->settings, content, &w->header, e);
    if (rc)
        return rc;
    if (!core->may_block)
        return err_set(e, ERR_BLOCKS, "a write waits for the disk");

    w->arena = arena;
    w->user_id = principal->user_id;
    w->now_us = clock_now_us();
    w->content = *content;
    w->blob = (struct blob_write){
        .tenant = TENANT_DEFAULT,
        .stored = content->bytes,
        .created_us = w->now_us,
    };
    hmac(core->store->content_key, content->bytes, &w->blob.hash);
    w->hash = arena_copy(arena, bytes_of((const char *)w->blob.hash.at, HASH_LEN));
    if (!w->hash.at)
        return err_set(e, ERR_NO_MEMORY, "store a picture");
    rc = bytes_prepare(core->store, arena, w->header.type, &w->blob, e);
    if (rc == ERR_NONE)
        w->write.blob = &w->blob;
    return rc;
}

enum err_code content_commit(struct core *core, struct content_write *w, struct err *e)
{
    content_look(core, w);
    enum err_code rc = core_write(core, &w->write, e);
    if (rc == ERR_NONE)
        blob_give_key_back(core->store->blobs, &w->blob);
    return rc;
}

/* What the row says of the new bytes. */
static enum err_code fill_bytes(struct content_write *w, const struct blob_row *blob,
                                struct picture *picture, struct err *e)
{
    picture->blob_id = blob->id;
    picture->header = w->header;
    picture->size_bytes = blob->plain_bytes;
    picture->stored_bytes = blob->stored_bytes;
    picture->volume = blob->volume;
    picture->offset = blob->offset;
    picture->encrypted = blob->flags & BLOB_SEALED;
    picture->zipped = blob->flags & BLOB_ZIPPED;
    picture->key_no = blob->key_no;
    /* the same for the same bytes, and ours live as long as the caller's arena */
    picture->hash = w->hash;
    picture->checksums = arena_copy(w->arena, blob->checksums);
    if (!picture->checksums.at)
        return err_set(e, ERR_NO_MEMORY, "store a picture");
    picture->mime_type = (struct bytes){ 0 };
    picture->focus_x = picture->focus_y = 0; /* was about the other bytes */
    picture->updated_us = w->now_us;
    picture->updated_by = w->user_id;
    return ERR_NONE;
}

static enum err_code take_blob(struct content_write *w, struct meta *meta, struct blob_row *out,
                               struct err *e)
{
    enum err_code rc = writer_take_blob(&w->write, meta, w->arena, out, e);

    return rc ? rc : content_keep_looks(w, meta, out->id, e);
}

enum err_code content_insert(struct content_write *w, struct meta *meta, enum picture_role role,
                             int32_t rank, struct err *e)
{
    struct picture *picture = &w->result;
    struct blob_row blob;
    int64_t id;

    enum err_code rc = take_blob(w, meta, &blob, e);
    if (rc == ERR_NONE)
        rc = meta_next_id(meta, TENANT_DEFAULT, "picture", 1, INT32_MAX, &id, e);
    if (rc)
        return rc;
    *picture = (struct picture){
        .id = (int32_t)id,
        .description = w->content.description,
        .extra_info = w->extra_info,
        .conceptual_type =
            w->conceptual_type.at ? w->conceptual_type : picture_default_type(w->owner.kind),
        .created_us = w->now_us,
        .created_by = w->user_id,
        .version = 1,
        .kind = w->owner.kind,
        .record_id = w->owner.id,
        .role = role,
        .rank = rank,
    };
    rc = fill_bytes(w, &blob, picture, e);
    if (rc)
        return rc;
    struct owner named_after = w->owner.kind ? w->owner : (struct owner){ 0, picture->id };
    picture->name = picture_make_name(w->arena, w->content.name, named_after, w->header.type);
    if (!picture->name.at)
        return err_set(e, ERR_NO_MEMORY, "name a picture");
    rc = meta_picture_insert(meta, TENANT_DEFAULT, picture, e);
    if (rc || !w->owner.kind)
        return rc;
    return meta_link_insert(meta, TENANT_DEFAULT, w->owner.kind, w->owner.id, role, rank,
                            picture->id, e);
}

enum err_code content_replace(struct content_write *w, struct meta *meta,
                              const struct picture *before, struct err *e)
{
    struct picture *picture = &w->result;
    struct blob_row blob;

    enum err_code rc = take_blob(w, meta, &blob, e);
    if (rc)
        return rc;
    *picture = *before;
    rc = fill_bytes(w, &blob, picture, e);
    if (rc)
        return rc;
    picture->version = before->version == INT32_MAX ? 1 : before->version + 1;
    picture->name = picture_make_name(w->arena, before->name, w->owner, w->header.type);
    if (!picture->name.at)
        return err_set(e, ERR_NO_MEMORY, "name a picture");
    if (picture->description.len == 0)
        picture->description = w->content.description;
    rc = meta_picture_update(meta, TENANT_DEFAULT, picture, e);
    if (rc == ERR_NONE && blob.id == before->blob_id) /* the same bytes: it uses them once */
        rc = meta_blob_unref(meta, TENANT_DEFAULT, blob.id, w->now_us, e);
    return rc;
}

enum err_code content_replace_here(struct content_write *w, struct meta *meta,
                                   const struct picture *before, struct err *e)
{
    int64_t links;

    enum err_code rc = meta_link_count(meta, TENANT_DEFAULT, before->id, &links, e);
    if (rc)
        return rc;
    if (links == 1)
        return content_replace(w, meta, before, e);
    rc = meta_link_delete(meta, TENANT_DEFAULT, w->owner.kind, w->owner.id, before->id, e);
    return rc ? rc : content_insert(w, meta, before->role, before->rank, e);
}
