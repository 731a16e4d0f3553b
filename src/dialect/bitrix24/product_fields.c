#include "dialect/bitrix24/product_fields.h"

#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/field.h"

#define NULL_EMPTY .empty = B("null")
#define NO_EMPTY   .empty = B("\"N\"")

#define COLUMN(record_column) .place = B24_COLUMN, .column = (record_column), NULL_EMPTY
#define SERVERS(column)       COLUMN(column), .read_only = true
#define MEMBER(name, member_type)                                                                  \
    .place = B24_DOCUMENT, .member = { .path = { name }, .type = (member_type), .of_fields = true }

#define INTEGER(name) B(name), .type = B24_INTEGER, MEMBER(name, RECORD_NUMBER), NULL_EMPTY
#define FLOAT(name)   B(name), .type = B24_FLOAT, MEMBER(name, RECORD_NUMBER), NULL_EMPTY
#define STRING(name)  B(name), .type = B24_STRING, MEMBER(name, RECORD_TEXT), NULL_EMPTY
#define SWITCH(name)  B(name), .type = B24_CHAR, MEMBER(name, RECORD_BOOL), NO_EMPTY
#define DATE(name)    B(name), .type = B24_DATETIME, MEMBER(name, RECORD_DATE), NULL_EMPTY
#define FORMAT(name)                                                                               \
    B(name), .type = B24_FORMAT, .place = B24_DOCUMENT,                                            \
             .member = { .path = { name }, .of_fields = true, .absent = "text" },                  \
             .empty = B("\"text\"")
#define PICTURE(name, picture_role)                                                                \
    B(name), .type = B24_FILE, .place = B24_PICTURE, .role = (picture_role), NULL_EMPTY

const struct b24_product_field b24_product_fields[B24_PRODUCT_FIELDS] = {
    { B("active"), B24_CHAR, COLUMN(RECORD_ACTIVE) },
    { B("available"), B24_CHAR, B24_CONSTANT, .empty = B("\"Y\""), .read_only = true },
    { SWITCH("barcodeMulti") },
    { SWITCH("bundle") },
    { SWITCH("canBuyZero") },
    { B("code"), B24_STRING, COLUMN(RECORD_CODE) },
    { B("createdBy"), B24_INTEGER, SERVERS(RECORD_CREATED_BY) },
    { DATE("dateActiveFrom") },
    { DATE("dateActiveTo") },
    { B("dateCreate"), B24_DATETIME, SERVERS(RECORD_CREATED_US) },
    { PICTURE("detailPicture", ROLE_DETAIL) },
    { STRING("detailText") },
    { FORMAT("detailTextType") },
    { FLOAT("height") },
    { B("iblockId"), B24_INTEGER, B24_BLOCK, NULL_EMPTY, .immutable = true, .required = true },
    { B("iblockSection"), B24_INTEGERS, B24_SECTIONS, NULL_EMPTY },
    { INTEGER("iblockSectionId") },
    { B("id"), B24_INTEGER, SERVERS(RECORD_ID) },
    { FLOAT("length") },
    { INTEGER("measure") },
    { B("modifiedBy"), B24_INTEGER, SERVERS(RECORD_UPDATED_BY) },
    { B("name"), B24_STRING, COLUMN(RECORD_NAME), .required = true },
    { B("parentId"), B24_PROPERTY, B24_PARENT, RECORD_PARENT_ID, NULL_EMPTY, .of_offers = true },
    { PICTURE("previewPicture", ROLE_PREVIEW) },
    { STRING("previewText") },
    { FORMAT("previewTextType") },
    { B("property"), B24_PROPERTY, B24_PROPERTIES, NULL_EMPTY },
    { FLOAT("quantity") },
    { SWITCH("quantityTrace") },
    { B("sort"), B24_INTEGER, COLUMN(RECORD_SORT) },
    { SWITCH("subscribe") },
    { B("timestampX"), B24_DATETIME, SERVERS(RECORD_UPDATED_US) },
    { B("type"), B24_INTEGER, SERVERS(RECORD_ELEMENT_TYPE) },
    { INTEGER("vatId") },
    { SWITCH("vatIncluded") },
    { FLOAT("weight") },
    { FLOAT("width") },
    { B("xmlId"), B24_STRING, COLUMN(RECORD_XML_ID) },
};
_Static_assert(B24_PRODUCT_FIELDS <= 64, "a bit for each field");

const struct b24_product_field *b24_product_field(struct bytes name)
{
    for (size_t i = 0; i < COUNT(b24_product_fields); i++) {
        if (b24_name_eq(name, b24_product_fields[i].name))
            return b24_product_fields[i].place == B24_PROPERTIES ? NULL : &b24_product_fields[i];
    }
    return NULL;
}

int32_t b24_property_number(struct bytes name)
{
    size_t digits = name.len;
    int32_t number;

    while (digits > 0 && name.at[digits - 1] >= '0' && name.at[digits - 1] <= '9')
        digits--;
    if (!b24_name_eq(bytes_first(name, digits), B("property")) ||
        !bytes_to_int32(bytes_from(name, digits), &number))
        return 0;
    return number;
}

/* ---- filters and orders ---- */

/* Any of its values; its first one where they are put in order. */
static bool find_property(struct arena *arena, int32_t number, struct b24_list_field *out)
{
    struct record_member *member = arena_zalloc(arena, 1, sizeof *member);
    const char *name = arena_printf(arena, "property%d", number);

    if (!member || !name)
        return false; /* as if it were unknown: the answer will not fit either */
    *member =
        (struct record_member){ .path = { name, "0", "value" }, .of_fields = true, .any = true };
    *out = (struct b24_list_field){ .field = RECORD_MEMBER, .member = member };
    return true;
}

static enum b24_field_type type_of_column(const struct b24_product_field *field)
{
    if (field->type == B24_DATETIME)
        return B24_DATE;
    if (field->type == B24_CHAR)
        return B24_YES_NO;
    return field->type == B24_STRING ? B24_TEXT : B24_NUMBER;
}

static bool find_in_table(const void *context, struct arena *arena, struct bytes name,
                          struct b24_list_field *out)
{
    const struct b24_product_field *field = b24_product_field(name);
    int32_t property = field ? 0 : b24_property_number(name);

    (void)context;
    if (property)
        return find_property(arena, property, out);
    if (field && (field->place == B24_COLUMN || field->place == B24_PARENT))
        *out = (struct b24_list_field){ field->name, field->column, type_of_column(field), NULL };
    else if (field && field->place == B24_DOCUMENT)
        *out = (struct b24_list_field){ .name = field->name,
                                        .field = RECORD_MEMBER,
                                        .member = &field->member };
    else
        return false;
    return true;
}

const struct b24_list_finder b24_product_finder = { find_in_table, NULL };

/* ---- getFieldsByFilter ---- */

static const char *type_name(enum b24_value_type type)
{
    static const char *const names[] = {
        [B24_INTEGER] = "integer",   [B24_FLOAT] = "float",   [B24_STRING] = "string",
        [B24_CHAR] = "char",         [B24_FORMAT] = "string", [B24_FILE] = "file",
        [B24_DATETIME] = "datetime", [B24_INTEGERS] = "list", [B24_PROPERTY] = "productproperty",
    };

    return names[type];
}

void b24_product_fields_write(struct strbuf *out, enum record_subtype subtype,
                              int32_t photo_property_id)
{
    char open = '{';

    for (size_t i = 0; i < COUNT(b24_product_fields); i++) {
        const struct b24_product_field *field = &b24_product_fields[i];
        if (field->of_offers && subtype != SUBTYPE_OFFER)
            continue;
        strbuf_char(out, open);
        open = ',';
        if (field->place == B24_PROPERTIES) /* the one that every block has */
            strbuf_printf(out,
                          "\"property%d\":{\"isDynamic\":true,\"isImmutable\":false,"
                          "\"isMultiple\":true,\"isReadOnly\":false,\"isRequired\":false,"
                          "\"name\":\"MORE_PHOTO\",\"propertyType\":\"F\",\"type\":\"%s\"}",
                          photo_property_id, type_name(field->type));
        else
            b24_field_write(out, &(struct b24_field){
                                     .name = field->name,
                                     .type = bytes_str(type_name(field->type)),
                                     .immutable = field->immutable,
                                     .read_only = field->read_only,
                                     .required = field->required,
                                 });
    }
    strbuf_char(out, '}');
}
