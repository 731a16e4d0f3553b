/* GET and HEAD /pictures/{kind}/{id}/info */
#include "dialect/native/native.h"

enum err_code native_picture_info(struct call *c, struct err *e)
{
    struct owner owner = native_call(c)->owner;
    const struct signed_link *link = &native_call(c)->link;
    struct native_row how;
    struct overview *row;
    struct strbuf out;
    enum err_code rc;

    if ((rc = native_params_read(c->arena, link->query, NULL, 0, NULL, e)) ||
        (rc = native_row_init(c, owner.kind, &how, e)) ||
        (rc = overview_read(c->core, c->arena, owner.kind, &owner.id, 1, &row, e)))
        return rc;
    if (!row->record_exists)
        return err_set(e, ERR_NOT_FOUND, "there is no %s %d", kind_name(owner.kind), owner.id);
    how.with_focus = true;
    if (link->is_signed)
        how.signer = NULL; /* a link opens what it names, and gives no further ones */
    strbuf_init(&out, c->arena, 1024, NATIVE_ROW_MAX + 2 * how.base_url.len);
    native_row_write(&out, &how, row);
    if (out.failed)
        return err_set(e, ERR_NO_MEMORY, "answer");
    native_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}
