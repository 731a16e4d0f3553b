#include "base/crypto.h"
#include "dialect/superoffice/entity.h"

#define INLINE_MAX (16 * 1024) /* bytes of members: more take too long for the event loop */
#define ANSWER_MAX (32 << 20)

enum err_code so_entity_find(struct call *c, struct owner owner, struct record *out, struct err *e)
{
    struct record record;
    enum err_code rc = record_get(c->core, c->arena, owner, &record, e);

    if (rc == ERR_NOT_FOUND)
        return err_set(e, ERR_NOT_FOUND, "no %s %d", kind_name(owner.kind), owner.id);
    if (rc == ERR_NONE)
        rc = record_members(c->core, c->arena, owner, &record.members, e);
    if (rc)
        return rc;
    if (record.members.len > INLINE_MAX && !core_may_block(c->core))
        return err_set(e, ERR_BLOCKS, "an entity of %zu bytes", record.members.len);
    *out = record;
    return ERR_NONE;
}

/* ---- _Links (superoffice 2.5) ---- */

static bool put_link(struct call *c, struct value *links, struct bytes name, const char *path)
{
    struct value *link = value_new(c->arena, VALUE_STRING);
    struct strbuf url;

    strbuf_init(&url, c->arena, 128, 1 << 16);
    so_url_write(c, &url, bytes_str(path));
    if (!link || !path || url.failed)
        return false;
    link->string = strbuf_bytes(&url);
    value_put(links, name, link);
    return true;
}

static enum err_code put_links(struct call *c, enum record_kind kind, int32_t id,
                               struct value *tree, struct err *e)
{
    struct bytes name = so_kind_name(kind);
    const char *archive = arena_printf(c->arena, "v1/%.*s", (int)name.len, name.at);
    const char *self = arena_printf(c->arena, "%s/%d", archive, id);
    struct value *links = value_new(c->arena, VALUE_MAP);

    if (!links || !put_link(c, links, B("Self"), self) ||
        !put_link(c, links, B("Archive"), archive))
        return err_set(e, ERR_NO_MEMORY, "entity");
    value_put(tree, B("_Links"), links);
    return ERR_NONE;
}

/* ---- validators (superoffice 10) ---- */

/* "contact-5-62f…-: what changes with the record itself. Writes are held against this alone. */
static struct bytes state_tag(struct arena *arena, const struct record *record)
{
    return bytes_str(arena_printf(arena, "\"%d-%x-%llx-", (int)record->kind, (unsigned)record->id,
                                  (unsigned long long)record->updated_us));
}

/* Behind that a hash of the answer: an entity shows more than its record (users, the picture, the
 * company), and it differs by language, rights and form. */
static struct bytes answer_tag(struct arena *arena, const struct record *record,
                               struct bytes answer)
{
    struct bytes state = state_tag(arena, record);
    struct hash hash;
    uint64_t head;

    if (!state.at)
        return state;
    sha256(answer, &hash);
    memcpy(&head, hash.at, sizeof head);
    return bytes_str(
        arena_printf(arena, "%.*s%016llx\"", (int)state.len, state.at, (unsigned long long)head));
}

/* The tag in If-Match that is of this state, whoever it was given to; else one that nobody has. */
static struct bytes tag_of_state(struct call *c, struct bytes state)
{
    struct bytes header = http_header_find(c->req, "If-Match");

    for (size_t i = 0; i < header.len; i++) {
        struct bytes tag = bytes_from(header, i);
        if (!bytes_starts(tag, state))
            continue;
        size_t end = 1 + bytes_index(bytes_from(tag, 1), '"');
        if (end < tag.len && (i == 0 || header.at[i - 1] != '/')) /* not a weak one */
            return bytes_first(tag, end + 1);
    }
    return bytes_str(arena_printf(c->arena, "%.*s\"", (int)state.len, state.at));
}

enum err_code so_entity_hold(struct call *c, const struct record *now, struct err *e)
{
    struct bytes state = state_tag(c->arena, now);
    struct http_validators validators = { .modified_us = now->updated_us };

    if (!state.at || !(validators.etag = tag_of_state(c, state)).at)
        return err_set(e, ERR_NO_MEMORY, "entity");
    if (http_condition(c->req, &validators) == HTTP_CONDITION_GO)
        return ERR_NONE;
    return err_set(e, ERR_PRECONDITION, "%s %d was changed since you looked", kind_name(now->kind),
                   now->id);
}

static enum err_code reply_rest(struct call *c, const struct record *record,
                                const struct so_writer *w, struct err *e)
{
    struct bytes answer = strbuf_bytes(&w->out);
    struct http_validators now = { answer_tag(c->arena, record, answer), record->updated_us };
    enum http_condition condition = HTTP_CONDITION_GO;
    enum err_code rc;

    if (!now.etag.at)
        return err_set(e, ERR_NO_MEMORY, "entity");
    if (c->req->method == HTTP_GET || c->req->method == HTTP_HEAD)
        condition = http_condition(c->req, &now);
    if (condition == HTTP_CONDITION_FAILED)
        return err_set(e, ERR_PRECONDITION, "the %s is not the one you named",
                       kind_name(record->kind));
    if ((rc = so_reply_validators(c, &now, e)))
        return rc;
    if (condition == HTTP_CONDITION_GO)
        return so_reply_writer(c, w, e);
    c->res->status = 304;
    so_cache_json(c);
    return ERR_NONE;
}

/* The text of the answer, whatever becomes of it. */
static enum err_code write_entity(struct call *c, enum record_kind kind, int32_t id,
                                  struct value *tree, enum so_entity_form form, struct so_writer *w,
                                  struct err *e)
{
    const struct so_carrier *carrier = so_entity_of(kind)->carrier;
    const struct so_select *selected;

    enum err_code rc = so_select_read(c, &selected, e);
    if (rc == ERR_NONE && form == SO_ENTITY_REST && carrier->linked)
        rc = put_links(c, kind, id, tree, e);
    if (rc)
        return rc;
    so_reply_begin(c, w, ANSWER_MAX);
    so_carrier_write(w, carrier->name, carrier, tree, selected);
    return w->out.failed ? err_set(e, ERR_NO_MEMORY, "answer") : ERR_NONE;
}

enum err_code so_entity_reply(struct call *c, const struct record *record, enum so_entity_form form,
                              struct err *e)
{
    struct value *tree;
    struct so_writer w;

    enum err_code rc = so_entity_tree(c, c->arena, record, &tree, e);
    if (rc == ERR_NONE)
        rc = write_entity(c, record->kind, record->id, tree, form, &w, e);
    if (rc)
        return rc;
    return form == SO_ENTITY_REST ? reply_rest(c, record, &w, e) : so_reply_writer(c, &w, e);
}

enum err_code so_entity_reply_default(struct call *c, enum record_kind kind, struct err *e)
{
    struct value *tree;
    struct so_writer w;

    enum err_code rc = so_entity_default(c, kind, &tree, e);
    if (rc == ERR_NONE)
        rc = write_entity(c, kind, 0, tree, SO_ENTITY_AGENT, &w, e);
    return rc ? rc : so_reply_writer(c, &w, e);
}
