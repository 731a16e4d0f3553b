#include "dialect/superoffice/superoffice.h"

#include "base/json.h"

static void write_user(struct strbuf *out, const struct user *user)
{
    strbuf_lit(out, "{\"AssociateId\":");
    strbuf_int(out, user->id);
    strbuf_lit(out, ",\"Name\":");
    json_string(out, user->name);
    strbuf_lit(out, ",\"PersonId\":");
    strbuf_int(out, user->person_id);
    strbuf_lit(out, ",\"Rank\":");
    strbuf_int(out, user->rank);
    strbuf_lit(out, ",\"Tooltip\":");
    json_string(out, user->tooltip);
    strbuf_lit(out, ",\"Type\":\"");
    strbuf_add(out, bytes_str(associate_type_name(user->type)));
    strbuf_lit(out, "\",\"GroupIdx\":");
    strbuf_int(out, user->group_idx);
    strbuf_lit(out, ",\"FullName\":");
    json_string(out, user->full_name);
    strbuf_lit(out, ",\"FormalName\":");
    json_string(out, user->formal_name);
    strbuf_lit(out, ",\"Deleted\":");
    json_bool(out, user->disabled);
    strbuf_lit(out, ",\"EjUserId\":");
    strbuf_int(out, user->ej_user_id);
    /* real servers tell no UserName (superoffice 2.2) */
    strbuf_lit(out, ",\"UserName\":null,\"ExtraFields\":{},\"CustomFields\":{},"
                    "\"TableRight\":{\"Mask\":\"Select\",\"Reason\":\"\"},\"FieldProperties\":{}}");
}

enum err_code so_associate_write(struct call *c, struct strbuf *out, int32_t user_id, struct err *e)
{
    struct user user;
    struct err why = { 0 };
    enum err_code rc = user_id ? user_get(c->core, c->arena, user_id, &user, &why) : ERR_NOT_FOUND;

    if (rc == ERR_NOT_FOUND) {
        strbuf_lit(out, "null");
        return ERR_NONE;
    }
    if (rc) {
        *e = why;
        return rc;
    }
    write_user(out, &user);
    return ERR_NONE;
}
