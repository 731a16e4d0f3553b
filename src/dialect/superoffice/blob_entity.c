#include "dialect/superoffice/superoffice.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/uri.h"

/* In the documented order (superoffice 2.1). */
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

/* What stands before each value; the name is what lies between the quotes. */
static const struct bytes prefix[MEMBER_COUNT] = {
    [BLOB_ID] = B("{\"BlobId\":"),
    [BLOB_SIZE] = B(",\"BlobSize\":"),
    [DESCRIPTION] = B(",\"Description\":"),
    [EXTRA_INFO] = B(",\"ExtraInfo\":"),
    [IS_ENCRYPTED] = B(",\"IsEncrypted\":"),
    [IS_ZIPPED] = B(",\"IsZipped\":"),
    [MIME_TYPE] = B(",\"MimeType\":"),
    [ORIGINAL_SIZE] = B(",\"OriginalSize\":"),
    [CREATED_DATE] = B(",\"CreatedDate\":"),
    [UPDATED_DATE] = B(",\"UpdatedDate\":"),
    [CREATED_BY] = B(",\"CreatedBy\":"),
    [UPDATED_BY] = B(",\"UpdatedBy\":"),
    [CONCEPTUAL_TYPE] = B(",\"ConceptualType\":"),
    [TABLE_RIGHT] = B(",\"TableRight\":"),
    [FIELD_PROPERTIES] = B(",\"FieldProperties\":"),
};

static struct bytes name_of(enum member member)
{
    return bytes_of(prefix[member].at + 2, prefix[member].len - 4);
}

/* What the caller may do with the row (superoffice 11.3). */
enum rights { RIGHTS_READ, RIGHTS_UPDATE, RIGHTS_FULL };

static enum rights rights_of(const struct principal *principal)
{
    if (!principal->may_write)
        return RIGHTS_READ;
    return principal->role == USER_ADMINISTRATOR ? RIGHTS_FULL : RIGHTS_UPDATE;
}

static const struct bytes table_right[] = {
    [RIGHTS_READ] = B("{\"Mask\":\"Select\",\"Reason\":\"You may read this picture only\"}"),
    [RIGHTS_UPDATE] = B("{\"Mask\":\"Select, Update\",\"Reason\":\"\"}"),
    [RIGHTS_FULL] = B("{\"Mask\":\"FULL\",\"Reason\":\"\"}"),
};

#define FIELD(name, type, length, mask)                                                            \
    "\"" name "\":{\"FieldRight\":{\"Mask\":\"" mask "\",\"Reason\":\"\"},\"FieldType\":\"" type   \
    "\",\"FieldLength\":" length "}"

#define FIELDS(text_mask)                                                                                                                                                                        \
    "{" FIELD("BlobId", "System.Int32", "4", "Read") "," FIELD("BlobSize", "System.UInt32", "4", "Read") "," FIELD("Description", "System.String", "254", text_mask) "," FIELD(                  \
        "ExtraInfo", "System.String", "254",                                                                                                                                                     \
        text_mask) "," FIELD("IsEncrypted", "System.Boolean", "2",                                                                                                                               \
                             "Read") "," FIELD("IsZipped", "System.Boolean", "2",                                                                                                                \
                                               "Read") "," FIELD("MimeType", "System.String",                                                                                                    \
                                                                 "254",                                                                                                                          \
                                                                 "Read") "," FIELD("OriginalSize",                                                                                               \
                                                                                   "System."                                                                                                     \
                                                                                   "UInt32",                                                                                                     \
                                                                                   "4",                                                                                                          \
                                                                                   "Read") "," FIELD("CreatedDate",                                                                              \
                                                                                                     "System.DateTime",                                                                          \
                                                                                                     "16",                                                                                       \
                                                                                                     "Read") "," FIELD("UpdatedDate",                                                            \
                                                                                                                       "System.DateTime",                                                        \
                                                                                                                       "16",                                                                     \
                                                                                                                       "Read") "," FIELD("CreatedBy",                                            \
                                                                                                                                         "SuperOffice.CRM.Services.Associate",                   \
                                                                                                                                         "4",                                                    \
                                                                                                                                         "Read") "," FIELD("UpdatedBy",                          \
                                                                                                                                                           "SuperOffice.CRM.Services.Associate", \
                                                                                                                                                           "4",                                  \
                                                                                                                                                           "Read") "," FIELD("ConceptualType",   \
                                                                                                                                                                             "System.String",    \
                                                                                                                                                                             "254",              \
                                                                                                                                                                             text_mask) "}"

static const struct bytes field_properties[] = {
    [RIGHTS_READ] = B(FIELDS("Read")),
    [RIGHTS_UPDATE] = B(FIELDS("Update")),
    [RIGHTS_FULL] = B(FIELDS("Update")),
};

/* ---- out ---- */

/* CreatedBy as it was written, most often UpdatedBy's text too. */
struct written {
    size_t from;
    size_t len;
};

static void write_size(struct strbuf *out, int64_t bytes)
{
    strbuf_int(out, bytes > INT32_MAX ? INT32_MAX : bytes);
}

static void write_date(struct strbuf *out, const struct picture *picture, int64_t us)
{
    strbuf_char(out, '"');
    if (picture->id)
        clock_write_plain(out, us);
    else
        strbuf_lit(out, "0001-01-01T00:00:00");
    strbuf_char(out, '"');
}

static enum err_code write_updated_by(struct call *c, struct strbuf *out,
                                      const struct picture *picture, const struct written *created,
                                      struct err *e)
{
    if (created->len == 0 || picture->updated_by != picture->created_by)
        return so_associate_write(c, out, picture->updated_by, e);
    strbuf_add(out, bytes_of(out->at + created->from, created->len));
    return ERR_NONE;
}

static enum err_code write_value(struct call *c, struct strbuf *out, enum member member,
                                 const struct picture *picture, struct written *created,
                                 struct err *e)
{
    enum err_code rc = ERR_NONE;

    switch ((int)member) {
    case BLOB_ID:
        strbuf_int(out, picture->id);
        break;
    case BLOB_SIZE:
        write_size(out, picture->stored_bytes);
        break;
    case DESCRIPTION:
        json_string(out, picture->description);
        break;
    case EXTRA_INFO:
        json_string(out, picture->extra_info);
        break;
    case IS_ENCRYPTED:
        json_bool(out, picture->encrypted);
        break;
    case IS_ZIPPED:
        json_bool(out, picture->zipped);
        break;
    case MIME_TYPE:
        json_string(out, picture_type_mime(picture->header.type));
        break;
    case ORIGINAL_SIZE:
        write_size(out, picture->size_bytes);
        break;
    case CREATED_DATE:
        write_date(out, picture, picture->created_us);
        break;
    case UPDATED_DATE:
        write_date(out, picture, picture->updated_us);
        break;
    case CREATED_BY:
        created->from = out->len;
        rc = so_associate_write(c, out, picture->created_by, e);
        created->len = out->len - created->from;
        break;
    case UPDATED_BY:
        rc = write_updated_by(c, out, picture, created, e);
        break;
    case CONCEPTUAL_TYPE:
        json_string(out, picture->conceptual_type);
        break;
    case TABLE_RIGHT:
        strbuf_add(out, table_right[rights_of(&c->principal)]);
        break;
    case FIELD_PROPERTIES:
        strbuf_add(out, field_properties[rights_of(&c->principal)]);
        break;
    }
    return rc;
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
            if (bytes_eq_nocase(name, name_of((enum member)i)))
                selected |= 1U << i;
        }
    }
    return selected;
}

/* Most answers fit the first size; three texts of 254 characters that all need \u escapes and two
 * users with the longest names stay below the limit. */
#define ENTITY_FIRST 3072
#define ENTITY_MAX   (64 * 1024)

static enum err_code write_entity(struct call *c, const struct picture *picture, struct strbuf *out,
                                  struct err *e)
{
    unsigned selected = selected_members(c);
    struct written created = { 0 };

    strbuf_init(out, c->arena, ENTITY_FIRST, ENTITY_MAX);
    for (unsigned i = 0; i < MEMBER_COUNT; i++) {
        strbuf_add(out, prefix[i]);
        if (selected & 1U << i) {
            enum err_code rc = write_value(c, out, (enum member)i, picture, &created, e);
            if (rc)
                return rc;
        } else if (i == FIELD_PROPERTIES) { /* never null (superoffice 3.5) */
            strbuf_lit(out, "{}");
        } else {
            strbuf_lit(out, "null");
        }
    }
    strbuf_char(out, '}');
    return out->failed ? err_set(e, ERR_NO_MEMORY, "BlobEntity") : ERR_NONE;
}

enum err_code so_blob_entity_reply(struct call *c, const struct picture *picture, struct err *e)
{
    static const struct picture none;
    struct strbuf out;
    enum err_code rc = write_entity(c, picture ? picture : &none, &out, e);
    if (rc)
        return rc;

    if (picture) {
        char etag[SO_ETAG_MAX];
        struct http_validators now = so_blob_entity_validators(c, picture, etag);
        rc = so_reply_validators(c, &now, e);
        if (rc)
            return rc;
    }
    so_reply_json(c, 200, strbuf_bytes(&out));
    return ERR_NONE;
}

static size_t write_hex(char *out, uint64_t value)
{
    size_t len = 1;

    for (uint64_t left = value >> 4; left; left >>= 4)
        len++;
    for (size_t i = len; i > 0; i--, value >>= 4)
        out[i - 1] = "0123456789abcdef"[value & 15];
    return len;
}

/* Every change of a text moves updated_us, every change of the bytes the version; the rights are
 * in it because they are in the body. */
struct http_validators so_blob_entity_validators(const struct call *c,
                                                 const struct picture *picture,
                                                 char etag[SO_ETAG_MAX])
{
    static const char rights[] = {
        [RIGHTS_READ] = 'r', [RIGHTS_UPDATE] = 'u', [RIGHTS_FULL] = 'f'
    };
    size_t len = 0;

    etag[len++] = '"';
    len += write_hex(etag + len, (uint32_t)picture->id);
    etag[len++] = '-';
    len += write_hex(etag + len, (uint32_t)picture->version);
    etag[len++] = '-';
    len += write_hex(etag + len, (uint64_t)picture->updated_us);
    etag[len++] = rights[rights_of(&c->principal)];
    etag[len++] = '"';
    return (struct http_validators){ bytes_of(etag, len), picture->updated_us };
}

/* ---- in ---- */

static enum err_code read_text(const struct value *entity, enum member member, struct bytes *out,
                               struct err *e)
{
    struct bytes name = name_of(member);
    const struct value *value = value_get_nocase(entity, name);

    *out = (struct bytes){ 0 };
    if (!value || value->type == VALUE_NULL)
        return ERR_NONE; /* absent and null leave it as it is */
    if (value->type != VALUE_STRING) {
        err_set(e, ERR_INVALID, "%.*s is not a text", (int)name.len, name.at);
        memcpy(e->field, name.at, name.len);
        return e->code;
    }
    *out = value->string.len ? value->string : B("");
    return ERR_NONE;
}

enum err_code so_blob_entity_read(const struct value *entity, struct picture_texts *out,
                                  struct err *e)
{
    struct picture_texts texts = { 0 };
    const struct value *id = value_get_nocase(entity, name_of(BLOB_ID));

    if (id && id->type != VALUE_NULL && !value_to_int32(id, &texts.must_be_id))
        return err_set(e, ERR_INVALID, "BlobId is not a number");
    enum err_code rc = read_text(entity, DESCRIPTION, &texts.description, e);
    if (!rc)
        rc = read_text(entity, EXTRA_INFO, &texts.extra_info, e);
    if (!rc)
        rc = read_text(entity, CONCEPTUAL_TYPE, &texts.conceptual_type, e);
    if (rc)
        return rc;
    *out = texts;
    return ERR_NONE;
}
