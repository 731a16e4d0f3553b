#include "dialect/superoffice/superoffice.h"

#include "base/json.h"
#include "dialect/superoffice/xml.h"

/* Written out rather than by the table: two of them stand in every BlobEntity. */

static void write_json(struct strbuf *out, const struct user *user, struct bytes tooltip)
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
    json_string(out, tooltip);
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

static void xml_text(struct strbuf *out, struct bytes open, struct bytes empty, struct bytes text)
{
    if (text.len == 0) {
        strbuf_add(out, empty);
        return;
    }
    strbuf_add(out, open);
    so_xml_text(out, text);
    strbuf_lit(out, "</");
    strbuf_add(out, bytes_from(open, 1));
}
#define XML_TEXT(name, text) xml_text(out, B("<" name ">"), B("<" name "/>"), (text))

/* What stands within the element. */
static void write_xml(struct strbuf *out, const struct user *user, struct bytes tooltip)
{
    strbuf_lit(out, "<AssociateId>");
    strbuf_int(out, user->id);
    strbuf_lit(out, "</AssociateId>");
    XML_TEXT("Name", user->name);
    strbuf_lit(out, "<PersonId>");
    strbuf_int(out, user->person_id);
    strbuf_lit(out, "</PersonId><Rank>");
    strbuf_int(out, user->rank);
    strbuf_lit(out, "</Rank>");
    XML_TEXT("Tooltip", tooltip);
    strbuf_lit(out, "<Type>");
    strbuf_add(out, bytes_str(associate_type_name(user->type)));
    strbuf_lit(out, "</Type><GroupIdx>");
    strbuf_int(out, user->group_idx);
    strbuf_lit(out, "</GroupIdx>");
    XML_TEXT("FullName", user->full_name);
    XML_TEXT("FormalName", user->formal_name);
    strbuf_lit(out, "<Deleted>");
    json_bool(out, user->disabled);
    strbuf_lit(out, "</Deleted><EjUserId>");
    strbuf_int(out, user->ej_user_id);
    strbuf_lit(out, "</EjUserId><UserName i:nil=\"true\"/><ExtraFields/><CustomFields/>"
                    "<TableRight><Mask>Select</Mask><Reason/></TableRight><FieldProperties/>");
}

enum err_code so_associate_write(struct call *c, struct strbuf *out, int32_t user_id, bool *found,
                                 struct err *e)
{
    struct user user;
    struct err why = { 0 };
    enum err_code rc = user_id ? user_get(c->core, c->arena, user_id, &user, &why) : ERR_NOT_FOUND;

    *found = rc == ERR_NONE;
    if (rc == ERR_NOT_FOUND)
        return ERR_NONE;
    if (rc) {
        *e = why;
        return rc;
    }
    const struct so_call *state = so_call(c);
    struct bytes tooltip = so_text_seen(c->arena, &state->local, user.tooltip);
    if (user.tooltip.len && !tooltip.at)
        return err_set(e, ERR_NO_MEMORY, "associate");
    if (state->format == SO_FORMAT_XML)
        write_xml(out, &user, tooltip);
    else
        write_json(out, &user, tooltip);
    return ERR_NONE;
}

/* The same as a tree, where one stands within an entity. */
static struct value *user_tree(struct arena *arena, const struct user *user)
{
    struct value *tree = value_new(arena, VALUE_MAP);
    struct value *nameless = value_new(arena, VALUE_NULL);

    if (!tree || !nameless || !value_put_int(arena, tree, B("AssociateId"), user->id) ||
        !value_put_text(arena, tree, B("Name"), user->name) ||
        !value_put_int(arena, tree, B("PersonId"), user->person_id) ||
        !value_put_int(arena, tree, B("Rank"), user->rank) ||
        !value_put_text(arena, tree, B("Tooltip"), user->tooltip) ||
        !value_put_text(arena, tree, B("Type"), bytes_str(associate_type_name(user->type))) ||
        !value_put_int(arena, tree, B("GroupIdx"), user->group_idx) ||
        !value_put_text(arena, tree, B("FullName"), user->full_name) ||
        !value_put_text(arena, tree, B("FormalName"), user->formal_name) ||
        !value_put_bool(arena, tree, B("Deleted"), user->disabled) ||
        !value_put_int(arena, tree, B("EjUserId"), user->ej_user_id))
        return NULL;
    value_put(tree, B("UserName"), nameless); /* real servers tell none (superoffice 2.2) */
    return tree;
}

enum err_code so_associate_tree(struct call *c, struct arena *arena, int32_t user_id,
                                struct value **out, struct err *e)
{
    struct user user;
    struct err why = { 0 };
    enum err_code rc = user_id > 0 ? user_get(c->core, arena, user_id, &user, &why) : ERR_NOT_FOUND;

    if (rc == ERR_NOT_FOUND) {
        *out = NULL;
        return ERR_NONE;
    }
    if (rc) {
        *e = why;
        return rc;
    }
    struct value *tree = user_tree(arena, &user);
    if (!tree)
        return err_set(e, ERR_NO_MEMORY, "user");
    *out = tree;
    return ERR_NONE;
}
