/* Putting and adding pictures: each one write of the store's writer. */
#include "core/event.h"
#include "core/journal.h"
#include "core/picture_content.h"

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

static enum err_code apply_put(struct write *write, struct meta *meta, struct err *e)
{
    struct content_write *w = (struct content_write *)write;
    struct picture before;
    bool found;

    enum err_code rc = find_seen(w, meta, &before, &found, e);
    if (rc == ERR_NONE && w->owner.kind == KIND_PRODUCT) /* it shows the picture that was */
        rc = rows_drop_thumbnail(meta, w->arena, w->owner, e);
    if (rc)
        return rc;
    rc = found ? content_replace_here(w, meta, &before, e)
               : content_insert(w, meta, ROLE_DETAIL, 1, e);
    return rc ? rc : event_queue(write, meta, EVENT_PRODUCT_UPDATE, w->owner, e);
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
        rc = rows_unlink(meta, w->owner, &before, e);
    if (rc == ERR_NONE)
        rc = content_insert(w, meta, w->role, rank + 1, e);
    return rc ? rc : event_queue(write, meta, EVENT_PRODUCT_UPDATE, w->owner, e);
}

enum err_code picture_put(struct core *core, const struct principal *principal, struct arena *arena,
                          struct owner owner, const struct picture_content *content,
                          struct picture *out, struct err *e)
{
    struct content_write w = { .write = { .apply = apply_put,
                                          .check = check_put,
                                          .change =
                                              change_by(principal, CHANGE_PICTURE_PUT, owner) },
                               .owner = owner };

    enum err_code rc = content_prepare(core, principal, arena, content, &w, e);
    if (rc == ERR_NONE)
        rc = content_commit(core, &w, e);
    if (rc == ERR_NONE)
        *out = w.result;
    return rc;
}

enum err_code picture_add(struct core *core, const struct principal *principal, struct arena *arena,
                          struct owner owner, enum picture_role role,
                          const struct picture_content *content, struct picture *out, struct err *e)
{
    struct content_write w = { .write = { .apply = apply_add,
                                          .check = check_put,
                                          .change =
                                              change_by(principal, CHANGE_PICTURE_ADD, owner) },
                               .owner = owner,
                               .role = role };

    enum err_code rc = content_prepare(core, principal, arena, content, &w, e);
    if (rc == ERR_NONE)
        rc = content_commit(core, &w, e);
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
        w[i].write = (struct write){ .apply = apply_add,
                                     .check = check_put,
                                     .change = change_by(principal, CHANGE_PICTURE_ADD, a->owner) };
        w[i].owner = a->owner;
        w[i].role = a->role;
        enum err_code rc = content_prepare(core, principal, arena, &a->content, &w[i], e);
        if (rc)
            return rc;
        list[i] = &w[i].write;
    }
    enum err_code rc = core_write_all(core, list, count, e);
    for (size_t i = 0; rc == ERR_NONE && i < count; i++)
        blob_give_key_back(core->store->blobs, &w[i].blob);
    return rc;
}

/* A product's own thumbnail. */
static enum err_code apply_thumbnail(struct write *write, struct meta *meta, struct err *e)
{
    struct content_write *w = (struct content_write *)write;
    struct picture before;
    bool found;

    enum err_code rc = rows_require_record(meta, w->owner, e);
    if (rc == ERR_NONE)
        rc = meta_picture_in_role(meta, w->arena, TENANT_DEFAULT, w->owner.kind, w->owner.id,
                                  ROLE_THUMBNAIL, &before, &found, e);
    if (rc)
        return rc;
    rc = found ? content_replace_here(w, meta, &before, e)
               : content_insert(w, meta, ROLE_THUMBNAIL, 1, e);
    return rc ? rc : event_queue(write, meta, EVENT_PRODUCT_UPDATE, w->owner, e);
}

static enum err_code check_thumbnail(struct write *write, struct meta *meta, struct err *e)
{
    return rows_require_record(meta, ((struct content_write *)write)->owner, e);
}

enum err_code picture_put_thumbnail(struct core *core, const struct principal *principal,
                                    struct arena *arena, struct owner owner,
                                    const struct picture_content *content, struct picture *out,
                                    struct err *e)
{
    struct content_write w = { .write = { .apply = apply_thumbnail,
                                          .check = check_thumbnail,
                                          .change = change_by(principal, CHANGE_PICTURE_THUMBNAIL,
                                                              owner) },
                               .owner = owner,
                               .conceptual_type = B("Thumbnail") };

    enum err_code rc = content_prepare(core, principal, arena, content, &w, e);
    if (rc == ERR_NONE &&
        (w.header.width_px > THUMBNAIL_SIDE_MAX || w.header.height_px > THUMBNAIL_SIDE_MAX))
        rc = err_set(e, ERR_INVALID, "a thumbnail of %d x %d pixels, at most %d x %d are taken",
                     w.header.width_px, w.header.height_px, THUMBNAIL_SIDE_MAX, THUMBNAIL_SIDE_MAX);
    if (rc == ERR_NONE)
        rc = content_commit(core, &w, e);
    if (rc == ERR_NONE)
        *out = w.result;
    return rc;
}
