/* Putting, adding, describing and deleting pictures: each one write of the store's writer. */
#include "base/clock.h"
#include "core/picture.h"
#include "core/picture_rows.h"
#include "core/store.h"
#include "image/header.h"

/* A write that brings bytes. */
struct content_write {
    struct write write; /* first */
    struct arena *arena;
    struct owner owner;
    enum picture_role role; /* picture_add */
    int32_t user_id;
    int64_t now_us;
    struct picture_content content;
    struct picture_header header;
    struct blob_write blob;
    struct bytes hash; /* blob.hash, in the arena */
    struct picture result;
};

/* The owner, and the picture you see of it; asked before bytes are stored, and again inside the
 * transaction. */
static enum err_code find_seen(struct content_write *w, struct meta *meta, struct picture *before,
                               bool *found, struct err *e)
{
    enum err_code rc = rows_require_record(meta, w->owner, e);
    if (rc == ERR_NONE)
        rc = meta_picture_seen(meta, w->arena, TENANT_DEFAULT, w->owner.kind, w->owner.id, before,
                               found, e);
    return rc ? rc : rows_hold(w->content.condition, *found ? before : NULL, e);
}

static enum err_code check_put(struct write *write, struct meta *meta, struct err *e)
{
    struct content_write *w = (struct content_write *)write;
    struct picture before;
    bool found;

    if (!w->content.condition.ask)
        return rows_require_record(meta, w->owner, e);
    return find_seen(w, meta, &before, &found, e);
}

/* Everything about the bytes that can be found out before the writer's turn. */
static enum err_code prepare_content(struct core *core, const struct principal *principal,
                                     struct arena *arena, struct owner owner,
                                     const struct picture_content *content, struct content_write *w,
                                     struct err *e)
{
    const struct settings *settings = core->store->settings;

    if (content->bytes.len == 0)
        return err_set(e, ERR_INVALID, "bitmap missing");
    if ((int64_t)content->bytes.len > settings->picture_bytes_max)
        return err_set(e, ERR_TOO_LARGE, "a picture of %zu bytes, the limit is %lld",
                       content->bytes.len, (long long)settings->picture_bytes_max);
    enum err_code rc = image_read_header(content->bytes, &settings->image, &w->header, e);
    if (rc)
        return rc;
    rc = picture_check_texts(content->name, content->description, e);
    if (rc)
        return rc;
    if (!core->may_block)
        return err_set(e, ERR_BLOCKS, "a write waits for the disk");

    char *checksums = arena_alloc(arena, blob_checksums_len((int64_t)content->bytes.len));
    if (!checksums)
        return err_set(e, ERR_NO_MEMORY, "store a picture");
    blob_checksums(content->bytes, checksums);
    w->arena = arena;
    w->owner = owner;
    w->user_id = principal->user_id;
    w->now_us = clock_now_us();
    w->content = *content;
    w->blob = (struct blob_write){
        .tenant = TENANT_DEFAULT,
        .stored = content->bytes,
        .plain_bytes = (int64_t)content->bytes.len,
        .created_us = w->now_us,
        .checksums = bytes_of(checksums, blob_checksums_len((int64_t)content->bytes.len)),
    };
    hmac(core->store->content_key, content->bytes, &w->blob.hash);
    w->hash = arena_copy(arena, bytes_of((const char *)w->blob.hash.at, HASH_LEN));
    if (!w->hash.at)
        return err_set(e, ERR_NO_MEMORY, "store a picture");
    w->write.check = check_put;
    w->write.blob = &w->blob;
    return ERR_NONE;
}

/* What the row says of the new bytes. */
static void fill_bytes(struct content_write *w, const struct blob_row *blob,
                       struct picture *picture)
{
    picture->blob_id = blob->id;
    picture->header = w->header;
    picture->size_bytes = blob->plain_bytes;
    picture->stored_bytes = blob->stored_bytes;
    picture->volume = blob->volume;
    picture->offset = blob->offset;
    /* the same for the same bytes, and ours live as long as the caller's arena */
    picture->hash = w->hash;
    picture->checksums = w->blob.checksums;
    picture->updated_us = w->now_us;
    picture->updated_by = w->user_id;
}

static enum err_code insert_picture(struct content_write *w, struct meta *meta,
                                    enum picture_role role, int32_t rank, struct err *e)
{
    struct picture *picture = &w->result;
    struct blob_row blob;
    int64_t id;

    enum err_code rc = writer_take_blob(&w->write, meta, w->arena, &blob, e);
    if (rc == ERR_NONE)
        rc = meta_next_id(meta, TENANT_DEFAULT, "picture", 1, INT32_MAX, &id, e);
    if (rc)
        return rc;
    *picture = (struct picture){
        .id = (int32_t)id,
        .description = w->content.description,
        .conceptual_type = picture_default_type(w->owner.kind),
        .created_us = w->now_us,
        .created_by = w->user_id,
        .version = 1,
        .kind = w->owner.kind,
        .record_id = w->owner.id,
        .role = role,
        .rank = rank,
    };
    fill_bytes(w, &blob, picture);
    picture->name = picture_make_name(w->arena, w->content.name, w->owner, w->header.type);
    if (!picture->name.at)
        return err_set(e, ERR_NO_MEMORY, "name a picture");
    rc = meta_picture_insert(meta, TENANT_DEFAULT, picture, e);
    return rc ? rc
              : meta_link_insert(meta, TENANT_DEFAULT, w->owner.kind, w->owner.id, role, rank,
                                 picture->id, e);
}

static enum err_code replace_bytes(struct content_write *w, struct meta *meta,
                                   const struct picture *before, struct err *e)
{
    struct picture *picture = &w->result;
    struct blob_row blob;

    enum err_code rc = writer_take_blob(&w->write, meta, w->arena, &blob, e);
    if (rc)
        return rc;
    *picture = *before;
    fill_bytes(w, &blob, picture);
    picture->version = before->version == INT32_MAX ? 1 : before->version + 1;
    picture->name = picture_make_name(w->arena, before->name, w->owner, w->header.type);
    if (!picture->name.at)
        return err_set(e, ERR_NO_MEMORY, "name a picture");
    if (picture->description.len == 0)
        picture->description = w->content.description;
    rc = meta_picture_update(meta, TENANT_DEFAULT, picture, e);
    return rc ? rc : meta_blob_unref(meta, TENANT_DEFAULT, before->blob_id, w->now_us, e);
}

static enum err_code apply_put(struct write *write, struct meta *meta, struct err *e)
{
    struct content_write *w = (struct content_write *)write;
    struct picture before;
    int64_t links = 0;
    bool found;

    enum err_code rc = find_seen(w, meta, &before, &found, e);
    if (rc == ERR_NONE && found)
        rc = meta_link_count(meta, TENANT_DEFAULT, before.id, &links, e);
    if (rc)
        return rc;
    if (!found)
        return insert_picture(w, meta, ROLE_DETAIL, 1, e);
    if (links == 1)
        return replace_bytes(w, meta, &before, e);

    /* it hangs on other records too: they keep it */
    rc = meta_link_delete(meta, TENANT_DEFAULT, w->owner.kind, w->owner.id, before.id, e);
    return rc ? rc : insert_picture(w, meta, before.role, before.rank, e);
}

static enum err_code apply_add(struct write *write, struct meta *meta, struct err *e)
{
    struct content_write *w = (struct content_write *)write;
    struct picture before;
    int32_t rank = 0;
    bool found = false;

    enum err_code rc = rows_require_record(meta, w->owner, e);
    if (rc)
        return rc;
    if (w->role == ROLE_MORE) {
        rc = meta_link_last_rank(meta, TENANT_DEFAULT, w->owner.kind, w->owner.id, w->role, &rank,
                                 e);
        if (rc == ERR_NONE && rank == INT32_MAX)
            rc = err_set(e, ERR_TOO_LARGE, "no more room in the gallery");
    } else {
        rc = meta_picture_in_role(meta, w->arena, TENANT_DEFAULT, w->owner.kind, w->owner.id,
                                  w->role, &before, &found, e);
    }
    if (rc == ERR_NONE && found)
        rc = rows_unlink(meta, w->owner, &before, w->now_us, e);
    return rc ? rc : insert_picture(w, meta, w->role, rank + 1, e);
}

enum err_code picture_put(struct core *core, const struct principal *principal, struct arena *arena,
                          struct owner owner, const struct picture_content *content,
                          struct picture *out, struct err *e)
{
    struct content_write w = { .write = { .apply = apply_put } };

    enum err_code rc = prepare_content(core, principal, arena, owner, content, &w, e);
    if (rc == ERR_NONE)
        rc = core_write(core, &w.write, e);
    if (rc == ERR_NONE)
        *out = w.result;
    return rc;
}

enum err_code picture_add(struct core *core, const struct principal *principal, struct arena *arena,
                          struct owner owner, enum picture_role role,
                          const struct picture_content *content, struct picture *out, struct err *e)
{
    struct content_write w = { .write = { .apply = apply_add }, .role = role };

    enum err_code rc = prepare_content(core, principal, arena, owner, content, &w, e);
    if (rc == ERR_NONE)
        rc = core_write(core, &w.write, e);
    if (rc == ERR_NONE)
        *out = w.result;
    return rc;
}

enum err_code picture_add_all(struct core *core, const struct principal *principal,
                              struct arena *arena, const struct picture_addition *additions,
                              size_t count, struct err *e)
{
    struct content_write *w = arena_zalloc(arena, count, sizeof *w);
    struct write **list = arena_zalloc(arena, count, sizeof(struct write *));

    if (!w || !list)
        return err_set(e, ERR_NO_MEMORY, "add %zu pictures", count);
    for (size_t i = 0; i < count; i++) {
        const struct picture_addition *a = &additions[i];
        w[i].write.apply = apply_add;
        w[i].role = a->role;
        enum err_code rc = prepare_content(core, principal, arena, a->owner, &a->content, &w[i], e);
        if (rc)
            return rc;
        list[i] = &w[i].write;
    }
    return core_write_all(core, list, count, e);
}
