#include "dialect/bitrix24/product_input.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/record.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"
#include "dialect/bitrix24/product_fields.h"
#include "dialect/bitrix24/product_property.h"

#define SORT_DEFAULT 500

struct input {
    struct arena *arena;
    struct record *record;
    struct value *document;
};

static enum err_code no_memory(struct err *e)
{
    return err_set(e, ERR_NO_MEMORY, "write a product");
}

/* "Y", true, 1: PHP's true but for the letter N. */
static bool is_yes(const struct value *value)
{
    if (value->type == VALUE_STRING)
        return bytes_eq_nocase(value->string, B("Y")) || bytes_eq(value->string, B("1"));
    return b24_to_bool(value);
}

static bool is_scalar(const struct value *value)
{
    return value->type != VALUE_LIST && value->type != VALUE_MAP;
}

/* ---- columns ---- */

static enum err_code put_text(struct input *in, struct bytes *column, struct bytes name,
                              const struct value *sent, struct err *e)
{
    if (!is_scalar(sent))
        return b24_wrong_value(e, sent, name, "string");
    struct bytes text = b24_to_text(in->arena, sent);
    if (!text.at)
        return no_memory(e);
    *column = text;
    return ERR_NONE;
}

static enum err_code put_name(struct input *in, const struct value *sent, struct err *e)
{
    enum err_code rc = put_text(in, &in->record->name, B("name"), sent, e);

    if (!rc && bytes_trim(in->record->name).len == 0)
        return b24_required(e, "Required fields", "name");
    return rc;
}

static enum err_code put_sort(struct input *in, const struct value *sent, struct err *e)
{
    int64_t number = SORT_DEFAULT;

    if (!b24_is_empty(sent) && (!b24_to_int(sent, &number) || number < 0 || number > INT32_MAX))
        return b24_wrong_value(e, sent, B("sort"), "int");
    in->record->sort = (int32_t)number;
    return ERR_NONE;
}

static enum err_code put_column(struct input *in, const struct b24_product_field *field,
                                const struct value *sent, struct err *e)
{
    if (field->column == RECORD_NAME)
        return put_name(in, sent, e);
    if (field->column == RECORD_CODE)
        return put_text(in, &in->record->code, field->name, sent, e);
    if (field->column == RECORD_XML_ID)
        return put_text(in, &in->record->xml_id, field->name, sent, e);
    if (field->column == RECORD_SORT)
        return put_sort(in, sent, e);
    if (field->column == RECORD_ACTIVE)
        in->record->active = b24_is_empty(sent) || is_yes(sent);
    return ERR_NONE;
}

/* An id, or { value: id }; nothing makes it a variation without a parent. */
static enum err_code put_parent(struct input *in, const struct value *sent, struct err *e)
{
    const struct value *inner = b24_get_folded(sent, B("value"));
    const struct value *value = inner ? inner : sent;
    int64_t id = 0;

    if (in->record->subtype != SUBTYPE_OFFER)
        return ERR_NONE;
    if (!b24_is_empty(value) && (!b24_to_int(value, &id) || id < 0 || id > INT32_MAX))
        return b24_wrong_value(e, value, B("parentId"), "int");
    in->record->parent_id = (int32_t)id;
    return ERR_NONE;
}

/* ---- the document ---- */

/* NULL empties it. Nothing is put where nothing is, so that nothing has changed. */
static void put_value(struct input *in, struct bytes name, struct value *value)
{
    const struct value *old = value_get(in->document, name);

    if (value->type != VALUE_NULL || (old && old->type != VALUE_NULL))
        value_put(in->document, name, value);
}

static enum err_code put_number(struct value *value, bool whole, struct bytes name,
                                const struct value *sent, struct err *e)
{
    bool good = whole ? b24_to_int(sent, &value->integer) : b24_to_double(sent, &value->number);

    if (!good)
        return b24_wrong_value(e, sent, name, whole ? "int" : "float");
    value->type = whole ? VALUE_INT : VALUE_DOUBLE;
    return ERR_NONE;
}

static enum err_code put_date(struct input *in, struct value *value, struct bytes name,
                              const struct value *sent, struct err *e)
{
    struct strbuf text;
    int64_t us;

    if (sent->type != VALUE_STRING || !b24_read_date(bytes_trim(sent->string), &us))
        return b24_wrong_value(e, sent, name, "datetime");
    strbuf_init(&text, in->arena, 24, 64);
    clock_write_plain(&text, us);
    if (text.failed)
        return no_memory(e);
    value->type = VALUE_STRING;
    value->string = strbuf_bytes(&text);
    return ERR_NONE;
}

static enum err_code put_member(struct input *in, const struct b24_product_field *field,
                                const struct value *sent, struct err *e)
{
    struct value *value = value_new(in->arena, VALUE_NULL);
    enum err_code rc = ERR_NONE;

    if (!value)
        return no_memory(e);
    if (!b24_is_empty(sent)) {
        if (!is_scalar(sent))
            return b24_wrong_value(e, sent, field->name, "string");
        if (field->type == B24_INTEGER || field->type == B24_FLOAT) {
            rc = put_number(value, field->type == B24_INTEGER, field->name, sent, e);
        } else if (field->type == B24_DATETIME) {
            rc = put_date(in, value, field->name, sent, e);
        } else if (field->type == B24_CHAR) {
            value->type = is_yes(sent) ? VALUE_BOOL : VALUE_NULL;
            value->boolean = true;
        } else if (field->type == B24_FORMAT) {
            bool html = bytes_eq_nocase(b24_to_text(in->arena, sent), B("html"));
            value->type = html ? VALUE_STRING : VALUE_NULL;
            value->string = B("html");
        } else {
            value->type = VALUE_STRING;
            rc = put_text(in, &value->string, field->name, sent, e);
        }
    }
    if (!rc)
        put_value(in, field->name, value);
    return rc;
}

/* ---- sections ---- */

static bool holds(const struct value *list, int64_t number)
{
    for (const struct value *item = list->first; item; item = item->next) {
        if (item->integer == number)
            return true;
    }
    return false;
}

static enum err_code add_section(struct input *in, struct value *list, const struct value *sent,
                                 struct err *e)
{
    struct value *item = value_new(in->arena, VALUE_INT);

    if (!item)
        return no_memory(e);
    if (b24_is_empty(sent))
        return ERR_NONE;
    if (!b24_to_int(sent, &item->integer))
        return b24_wrong_value(e, sent, B("iblockSection"), "int");
    if (item->integer > 0 && !holds(list, item->integer))
        value_put(list, B(""), item);
    return ERR_NONE;
}

/* The list says where it lies, iblockSectionId which of them is the main one: either brings the
 * other along when it comes alone. */
static enum err_code put_sections(struct input *in, const struct value *fields, struct err *e)
{
    const struct value *sent = b24_get_folded(fields, B("iblockSection"));
    const struct value *main_one = b24_get_folded(fields, B("iblockSectionId"));
    struct value *list = value_new(in->arena, VALUE_LIST);
    struct value *first = value_new(in->arena, VALUE_NULL);
    enum err_code rc = ERR_NONE;

    if (!sent && !main_one)
        return ERR_NONE;
    if (!list || !first)
        return no_memory(e);
    const struct value *item = sent && !is_scalar(sent) ? sent->first : sent;
    for (; item && !rc; item = item == sent ? NULL : item->next)
        rc = add_section(in, list, item, e);
    if (!rc && main_one)
        rc = add_section(in, list, main_one, e);
    if (rc)
        return rc;
    if (!main_one && list->count) {
        first->type = VALUE_INT;
        first->integer = list->first->integer;
    }
    if (!main_one)
        put_value(in, B("iblockSectionId"), first);
    if (list->count == 0)
        list->type = VALUE_NULL;
    put_value(in, B("iblockSection"), list);
    return ERR_NONE;
}

/* ---- all of it ---- */

static enum err_code put_field(struct input *in, const struct value *member, int32_t photos,
                               struct err *e)
{
    const struct b24_product_field *field = b24_product_field(member->name);
    int32_t property = field ? 0 : b24_property_number(member->name);

    if (property > 0 && property != photos)
        return b24_property_put(in->arena, in->document, property, member, e);
    if (!field || field->read_only)
        return ERR_NONE;
    if (field->place == B24_COLUMN)
        return put_column(in, field, member, e);
    if (field->place == B24_DOCUMENT)
        return put_member(in, field, member, e);
    return field->place == B24_PARENT ? put_parent(in, member, e) : ERR_NONE;
}

enum err_code b24_product_apply(struct arena *arena, const struct value *fields, int32_t photos,
                                struct record *record, struct err *e)
{
    struct record after = *record;
    struct input in = { .arena = arena, .record = &after };
    enum err_code rc = json_read(arena, record->fields, &in.document, e);
    struct strbuf text;

    if (rc)
        return err_context(e, "fields of product %d", record->id);
    const struct value *member = fields->type == VALUE_MAP ? fields->first : NULL;
    for (; member && !rc; member = member->next)
        rc = put_field(&in, member, photos, e);
    if (!rc)
        rc = put_sections(&in, fields, e);
    if (rc)
        return rc;
    strbuf_init(&text, arena, 256, RECORD_MEMBERS_MAX + 1);
    json_value(&text, in.document);
    if (text.failed)
        return err_set(e, ERR_TOO_LARGE, "a product's fields over %d bytes", RECORD_MEMBERS_MAX);
    after.fields = strbuf_bytes(&text);
    *record = after;
    return ERR_NONE;
}
