#include "dialect/bitrix24/field.h"

#include "base/json.h"

void b24_field_write(struct strbuf *out, const struct b24_field *field)
{
    json_string(out, field->name);
    strbuf_lit(out, ":{\"isImmutable\":");
    json_bool(out, field->immutable);
    strbuf_lit(out, ",\"isReadOnly\":");
    json_bool(out, field->read_only);
    strbuf_lit(out, ",\"isRequired\":");
    json_bool(out, field->required);
    strbuf_lit(out, ",\"type\":");
    json_string(out, field->type);
    strbuf_char(out, '}');
}

void b24_fields_write(struct strbuf *out, const struct b24_field *fields, size_t count)
{
    strbuf_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_char(out, ',');
        b24_field_write(out, &fields[i]);
    }
    strbuf_char(out, '}');
}
