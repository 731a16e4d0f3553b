#include "dialect/bitrix24/product_value.h"

#include "base/clock.h"
#include "base/json.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/product_kind.h"

static void number_or_empty(struct strbuf *out, int64_t value, struct bytes empty)
{
    if (value)
        strbuf_int(out, value);
    else
        strbuf_add(out, empty); /* empty values are null (bitrix24 10.2) */
}

static void write_date(struct strbuf *out, int64_t us)
{
    strbuf_char(out, '"');
    clock_write_offset(out, us);
    strbuf_char(out, '"');
}

void b24_product_column_write(struct strbuf *out, const struct b24_product_field *field,
                              const struct record *record)
{
    switch (field->column) {
    case RECORD_ID:
        strbuf_int(out, record->id);
        break;
    case RECORD_NAME:
        json_string(out, record->name);
        break;
    case RECORD_CODE:
        json_string_or_null(out, record->code.len ? record->code : (struct bytes){ 0 });
        break;
    case RECORD_XML_ID:
        json_string_or_null(out, record->xml_id.len ? record->xml_id : (struct bytes){ 0 });
        break;
    case RECORD_SORT:
        number_or_empty(out, record->sort, field->empty);
        break;
    case RECORD_ACTIVE:
        strbuf_add(out, record->active ? B("\"Y\"") : B("\"N\""));
        break;
    case RECORD_ELEMENT_TYPE:
        strbuf_int(out, record->subtype == SUBTYPE_OFFER && record->parent_id == 0
                            ? B24_TYPE_ORPHAN
                            : (int64_t)record->subtype);
        break;
    case RECORD_CREATED_US:
        write_date(out, record->created_us);
        break;
    case RECORD_UPDATED_US:
        write_date(out, record->updated_us);
        break;
    case RECORD_CREATED_BY:
        number_or_empty(out, record->created_by, field->empty);
        break;
    case RECORD_UPDATED_BY:
        number_or_empty(out, record->updated_by, field->empty);
        break;
    case RECORD_SUBTYPE: /* of no field */
    case RECORD_PARENT_ID:
    case RECORD_FIRST_NAME:
    case RECORD_LAST_NAME:
    case RECORD_MEMBER:
        strbuf_add(out, field->empty);
    }
}

void b24_product_member_write(struct strbuf *out, const struct b24_product_field *field,
                              const struct value *value)
{
    bool number = value && (value->type == VALUE_INT || value->type == VALUE_DOUBLE);
    bool text = value && value->type == VALUE_STRING && value->string.len;

    if (field->type == B24_CHAR)
        strbuf_add(out, value && value->boolean ? B("\"Y\"") : B("\"N\""));
    else if (field->type == B24_DATETIME && text)
        strbuf_printf(out, "\"%.*s+00:00\"", (int)value->string.len, value->string.at);
    else if ((number && b24_to_bool(value)) || text)
        json_value(out, value);
    else
        strbuf_add(out, field->empty);
}
