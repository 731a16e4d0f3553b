/* POST /pictures/history/{change}/undo, POST /pictures/{kind}/{id}/undo */
#include "base/value.h"
#include "core/history.h"
#include "dialect/native/native.h"

#define ANSWER_MAX 100

static enum err_code reply(struct call *c, struct bytes name, int64_t number, struct err *e)
{
    struct strbuf out;

    strbuf_init(&out, c->arena, ANSWER_MAX, ANSWER_MAX);
    strbuf_lit(&out, "{\"");
    strbuf_add(&out, name);
    strbuf_lit(&out, "\":");
    strbuf_int(&out, number);
    strbuf_char(&out, '}');
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "answer");
    native_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}

/* Of /pictures/history/{change}/undo, as the route has found it to be. */
static int64_t change_of(struct bytes path)
{
    struct bytes part = { 0 };
    int64_t id = 0;

    for (int i = 0; i < 4; i++)
        (void)bytes_split(&path, '/', &part);
    return bytes_to_int64(part, &id) ? id : 0;
}

enum err_code native_change_undo(struct call *c, struct err *e)
{
    int64_t id = change_of(c->req->path);
    struct change change;
    int64_t undone_by;
    enum err_code rc;

    if ((rc = native_params_read(c->arena, c->req->query, NULL, 0, NULL, e)) ||
        (rc = history_get(c->core, c->arena, id, &change, e)) ||
        (rc = native_may_read(c, change.kind, e)) ||
        (rc = history_undo(c->core, &c->principal, id, &undone_by, e)))
        return rc;
    return reply(c, B("change"), undone_by, e);
}

enum err_code native_record_undo(struct call *c, struct err *e)
{
    struct value *body;
    size_t count;
    enum err_code rc;

    if ((rc = native_params_read(c->arena, c->req->query, NULL, 0, NULL, e)) ||
        (rc = json_read(c->arena, c->req->body, &body, e)))
        return rc;
    const struct value *since = value_get(body, B("since"));
    if (!since || since->type != VALUE_INT || since->integer <= 0)
        return err_set(e, ERR_INVALID, "since is the number of a change");
    rc = history_undo_since(c->core, &c->principal, native_call(c)->owner, since->integer, &count,
                            e);
    return rc ? rc : reply(c, B("undone"), (int64_t)count, e);
}
