/* The BlobEntity as text (superoffice 2.1), straight from the picture: it is the most asked for of
 * all answers. What it writes is what carrier_write.c makes of the table; a test holds them
 * together.
 */
#include "dialect/superoffice/superoffice.h"

#include "base/json.h"
#include "base/uri.h"
#include "dialect/superoffice/xml.h"

/* In the documented order. */
enum member {
    BLOB_ID,
    BLOB_SIZE,
    DESCRIPTION,
    EXTRA_INFO,
    IS_ENCRYPTED,
    IS_ZIPPED,
    MIME_TYPE,
    ORIGINAL_SIZE,
    CREATED_DATE,
    UPDATED_DATE,
    CREATED_BY,
    UPDATED_BY,
    CONCEPTUAL_TYPE,
    TABLE_RIGHT,
    FIELD_PROPERTIES,
    MEMBER_COUNT
};

#define ALL_MEMBERS ((1U << MEMBER_COUNT) - 1)

/* What stands around each value. */
static const struct frame {
    struct bytes name;
    struct bytes json; /* the first without its comma */
    struct bytes open, close, empty, nil;
} frames[MEMBER_COUNT] = {
#define FRAME(name)                                                                                \
    {                                                                                              \
        B(name), B(",\"" name "\":"), B("<" name ">"), B("</" name ">"), B("<" name "/>"),         \
            B("<" name " i:nil=\"true\"/>")                                                        \
    }
    [BLOB_ID] = FRAME("BlobId"),
    [BLOB_SIZE] = FRAME("BlobSize"),
    [DESCRIPTION] = FRAME("Description"),
    [EXTRA_INFO] = FRAME("ExtraInfo"),
    [IS_ENCRYPTED] = FRAME("IsEncrypted"),
    [IS_ZIPPED] = FRAME("IsZipped"),
    [MIME_TYPE] = FRAME("MimeType"),
    [ORIGINAL_SIZE] = FRAME("OriginalSize"),
    [CREATED_DATE] = FRAME("CreatedDate"),
    [UPDATED_DATE] = FRAME("UpdatedDate"),
    [CREATED_BY] = FRAME("CreatedBy"),
    [UPDATED_BY] = FRAME("UpdatedBy"),
    [CONCEPTUAL_TYPE] = FRAME("ConceptualType"),
    [TABLE_RIGHT] = FRAME("TableRight"),
    [FIELD_PROPERTIES] = FRAME("FieldProperties"),
#undef FRAME
};

/* ---- rights (superoffice 11.3): text that never changes ---- */

/* clang-format off */
#define FIELDS(FIELD, text_mask)                                                                   \
    FIELD("BlobId", "System.Int32", "4", "Read")                                                   \
    FIELD("BlobSize", "System.UInt32", "4", "Read")                                                \
    FIELD("Description", "System.String", "254", text_mask)                                        \
    FIELD("ExtraInfo", "System.String", "254", text_mask)                                          \
    FIELD("IsEncrypted", "System.Boolean", "2", "Read")                                            \
    FIELD("IsZipped", "System.Boolean", "2", "Read")                                               \
    FIELD("MimeType", "System.String", "254", "Read")                                              \
    FIELD("OriginalSize", "System.UInt32", "4", "Read")                                            \
    FIELD("CreatedDate", "System.DateTime", "16", "Read")                                          \
    FIELD("UpdatedDate", "System.DateTime", "16", "Read")                                          \
    FIELD("CreatedBy", "SuperOffice.CRM.Services.Associate", "4", "Read")                          \
    FIELD("UpdatedBy", "SuperOffice.CRM.Services.Associate", "4", "Read")                          \
    FIELD("ConceptualType", "System.String", "254", text_mask)

#define JSON_FIELD(name, type, length, mask)                                                       \
    ",\"" name "\":{\"FieldRight\":{\"Mask\":\"" mask "\",\"Reason\":\"\"},\"FieldType\":\"" type  \
    "\",\"FieldLength\":" length "}"
#define XML_FIELD(name, type, length, mask)                                                        \
    "<FieldPropertyKeyValuePair><Key>" name "</Key><Value><FieldRight><Mask>" mask                 \
    "</Mask><Reason/></FieldRight><FieldType>" type "</FieldType><FieldLength>" length             \
    "</FieldLength></Value></FieldPropertyKeyValuePair>"
/* clang-format on */

struct rights_text {
    struct bytes json; /* begins with a comma */
    struct bytes xml;
};

static const struct rights_text field_properties[] = {
    [SO_RIGHTS_READ] = { B(FIELDS(JSON_FIELD, "Read")), B(FIELDS(XML_FIELD, "Read")) },
    [SO_RIGHTS_UPDATE] = { B(FIELDS(JSON_FIELD, "Update")), B(FIELDS(XML_FIELD, "Update")) },
    [SO_RIGHTS_FULL] = { B(FIELDS(JSON_FIELD, "Update")), B(FIELDS(XML_FIELD, "Update")) },
};

static const struct rights_text masks[] = {
    [SO_RIGHTS_READ] = { B("{\"Mask\":\"Select\",\"Reason\":"), B("<Mask>Select</Mask>") },
    [SO_RIGHTS_UPDATE] = { B("{\"Mask\":\"Select, Update\",\"Reason\":"),
                           B("<Mask>Select, Update</Mask>") },
    [SO_RIGHTS_FULL] = { B("{\"Mask\":\"FULL\",\"Reason\":"), B("<Mask>FULL</Mask>") },
};

/* ---- values ---- */

struct writing {
    struct call *c;
    struct strbuf *out;
    bool xml;
    const struct so_local *local;
    const struct picture *picture;
    size_t created_at; /* CreatedBy's text, most often UpdatedBy's too */
    size_t created_len;
};

static void begin(struct writing *w, enum member member)
{
    strbuf_add(w->out, w->xml ? frames[member].open : frames[member].json);
}

static void end(struct writing *w, enum member member)
{
    if (w->xml)
        strbuf_add(w->out, frames[member].close);
}

static void write_null(struct writing *w, enum member member)
{
    if (w->xml) {
        strbuf_add(w->out, frames[member].nil);
    } else {
        strbuf_add(w->out, frames[member].json);
        strbuf_lit(w->out, "null");
    }
}

static void write_int(struct writing *w, enum member member, int64_t value)
{
    begin(w, member);
    strbuf_int(w->out, value > INT32_MAX ? INT32_MAX : value);
    end(w, member);
}

static void write_bool(struct writing *w, enum member member, bool value)
{
    begin(w, member);
    json_bool(w->out, value);
    end(w, member);
}

static void write_text(struct writing *w, enum member member, struct bytes text)
{
    if (!w->xml) {
        strbuf_add(w->out, frames[member].json);
        json_string(w->out, text);
    } else if (text.len == 0) {
        strbuf_add(w->out, frames[member].empty);
    } else {
        strbuf_add(w->out, frames[member].open);
        so_xml_text(w->out, text);
        strbuf_add(w->out, frames[member].close);
    }
}

static void write_display(struct writing *w, enum member member, struct bytes text)
{
    struct bytes seen = so_text_seen(w->c->arena, w->local, text);

    if (text.len && !seen.at)
        w->out->failed = true;
    write_text(w, member, seen);
}

static void write_date(struct writing *w, enum member member, int64_t us)
{
    begin(w, member);
    if (!w->xml)
        strbuf_char(w->out, '"');
    so_date_write(w->out, w->local, w->picture->id ? us : SO_NO_DATE, true);
    if (!w->xml)
        strbuf_char(w->out, '"');
    end(w, member);
}

static enum err_code write_user(struct writing *w, enum member member, int32_t user_id,
                                struct err *e)
{
    struct strbuf *out = w->out;
    size_t from = out->len;
    bool found;

    begin(w, member);
    size_t at = out->len;
    enum err_code rc = so_associate_write(w->c, out, user_id, &found, e);
    if (rc)
        return rc;
    if (!found) {
        out->len = from;
        write_null(w, member);
        return ERR_NONE;
    }
    if (member == CREATED_BY) {
        w->created_at = at;
        w->created_len = out->len - at;
    }
    end(w, member);
    return ERR_NONE;
}

static enum err_code write_updated_by(struct writing *w, struct err *e)
{
    if (w->created_len == 0 || w->picture->updated_by != w->picture->created_by)
        return write_user(w, UPDATED_BY, w->picture->updated_by, e);
    begin(w, UPDATED_BY);
    char *at = strbuf_room(w->out, w->created_len); /* may move what is to be copied */
    if (at) {
        memcpy(at, w->out->at + w->created_at, w->created_len);
        w->out->len += w->created_len;
    }
    end(w, UPDATED_BY);
    return ERR_NONE;
}

static void write_table_right(struct writing *w)
{
    enum so_rights rights = so_rights_of(&w->c->principal);
    struct bytes reason = B("");

    if (rights == SO_RIGHTS_READ)
        reason = so_text_seen(w->c->arena, w->local, SO_REASON_READ);
    begin(w, TABLE_RIGHT);
    strbuf_add(w->out, w->xml ? masks[rights].xml : masks[rights].json);
    if (!w->xml) {
        json_string(w->out, reason);
        strbuf_char(w->out, '}');
    } else if (reason.len == 0) {
        strbuf_lit(w->out, "<Reason/>");
    } else {
        strbuf_lit(w->out, "<Reason>");
        so_xml_text(w->out, reason);
        strbuf_lit(w->out, "</Reason>");
    }
    end(w, TABLE_RIGHT);
}

static void write_field_properties(struct writing *w)
{
    const struct rights_text *text = &field_properties[so_rights_of(&w->c->principal)];

    begin(w, FIELD_PROPERTIES);
    if (w->xml) {
        strbuf_add(w->out, text->xml);
    } else {
        strbuf_char(w->out, '{');
        strbuf_add(w->out, bytes_from(text->json, 1));
        strbuf_char(w->out, '}');
    }
    end(w, FIELD_PROPERTIES);
}

static enum err_code write_member(struct writing *w, enum member member, struct err *e)
{
    const struct picture *picture = w->picture;

    switch ((int)member) {
    case BLOB_ID:
        write_int(w, member, picture->id);
        break;
    case BLOB_SIZE:
        write_int(w, member, picture->stored_bytes);
        break;
    case DESCRIPTION:
        write_display(w, member, picture->description);
        break;
    case EXTRA_INFO:
        write_display(w, member, picture->extra_info);
        break;
    case IS_ENCRYPTED:
        write_bool(w, member, picture->encrypted);
        break;
    case IS_ZIPPED:
        write_bool(w, member, picture->zipped);
        break;
    case MIME_TYPE:
        write_text(w, member, picture_mime(picture));
        break;
    case ORIGINAL_SIZE:
        write_int(w, member, picture->size_bytes);
        break;
    case CREATED_DATE:
        write_date(w, member, picture->created_us);
        break;
    case UPDATED_DATE:
        write_date(w, member, picture->updated_us);
        break;
    case CREATED_BY:
        return write_user(w, member, picture->created_by, e);
    case UPDATED_BY:
        return write_updated_by(w, e);
    case CONCEPTUAL_TYPE:
        write_text(w, member, picture->conceptual_type);
        break;
    case TABLE_RIGHT:
        write_table_right(w);
        break;
    case FIELD_PROPERTIES:
        write_field_properties(w);
        break;
    }
    return ERR_NONE;
}

/* A member that `$select` leaves out; FieldProperties are never null (superoffice 3.5). */
static void write_unselected(struct writing *w, enum member member)
{
    if (member != FIELD_PROPERTIES) {
        write_null(w, member);
    } else if (w->xml) {
        strbuf_add(w->out, frames[member].empty);
    } else {
        strbuf_add(w->out, frames[member].json);
        strbuf_lit(w->out, "{}");
    }
}

/* The members `$select` names, a path counting by its head; all without one. */
static unsigned selected_members(const struct call *c)
{
    unsigned selected = 0;
    struct bytes list = { 0 };
    struct bytes part;

    if (c->req->query.len)
        list = uri_query_find(c->arena, c->req->query, B("$select"));
    if (bytes_trim(list).len == 0)
        return ALL_MEMBERS;
    while (bytes_split(&list, ',', &part)) {
        struct bytes name = bytes_trim(bytes_first(part, bytes_index(part, '/')));
        for (unsigned i = 0; i < MEMBER_COUNT; i++) {
            if (bytes_eq_nocase(name, frames[i].name))
                selected |= 1U << i;
        }
    }
    return selected;
}

/* Most answers fit the first size; three texts of 254 characters that all need escapes and two
 * users with the longest names stay below the limit. */
#define JSON_FIRST 3584
#define XML_FIRST  6144
#define ENTITY_MAX (64 * 1024)

enum err_code so_blob_entity_write(struct call *c, const struct picture *picture,
                                   struct strbuf *out, struct err *e)
{
    const struct so_call *state = so_call(c);
    bool xml = state->format == SO_FORMAT_XML;
    unsigned selected = selected_members(c);

    strbuf_init(out, c->arena, xml ? XML_FIRST : JSON_FIRST, ENTITY_MAX);
    struct writing w = { c, out, xml, &state->local, picture, 0, 0 };
    if (w.xml)
        strbuf_lit(out, "<BlobEntity" SO_XML_INSTANCE ">");
    for (unsigned i = 0; i < MEMBER_COUNT; i++) {
        if (selected & 1U << i) {
            enum err_code rc = write_member(&w, (enum member)i, e);
            if (rc)
                return rc;
        } else {
            write_unselected(&w, (enum member)i);
        }
    }
    if (w.xml)
        strbuf_lit(out, "</BlobEntity>");
    else
        strbuf_char(out, '}');
    if (out->failed)
        return err_set(e, ERR_NO_MEMORY, "BlobEntity");
    if (!w.xml)
        out->at[0] = '{'; /* where the first member's comma stood */
    return ERR_NONE;
}
