#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Length of the plain run at the start: printable ASCII without `"` and `\`. */
static size_t plain_run(const unsigned char *s, size_t len)
{
    size_t i = 0;

    while (i < len && s[i] >= 0x20 && s[i] < 0x80 && s[i] != '"' && s[i] != '\\')
        i++;
    return i;
}

static void escape(struct strbuf *out, unsigned char c)
{
    switch (c) {
    case '"':
        strbuf_lit(out, "\\\"");
        break;
    case '\\':
        strbuf_lit(out, "\\\\");
        break;
    case '\n':
        strbuf_lit(out, "\\n");
        break;
    case '\r':
        strbuf_lit(out, "\\r");
        break;
    case '\t':
        strbuf_lit(out, "\\t");
        break;
    default:
        strbuf_printf(out, "\\u%04x", c);
    }
}

void json_string(struct strbuf *out, struct bytes text)
{
    strbuf_char(out, '"');
    while (text.len) {
        const unsigned char *s = (const unsigned char *)text.at;
        size_t len = plain_run(s, text.len);

        if (len == 0 && s[0] < 0x80) {
            escape(out, s[0]);
            text = bytes_from(text, 1);
            continue;
        }
        if (len == 0) {
            len = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
            if (len > text.len || !bytes_is_utf8(bytes_first(text, len))) {
                strbuf_lit(out, "\xEF\xBF\xBD");
                text = bytes_from(text, 1);
                continue;
            }
        }
        strbuf_add(out, bytes_first(text, len));
        text = bytes_from(text, len);
    }
    strbuf_char(out, '"');
}

void json_string_or_null(struct strbuf *out, struct bytes text)
{
    if (text.at)
        json_string(out, text);
    else
        strbuf_lit(out, "null");
}

void json_bool(struct strbuf *out, bool value)
{
    if (value)
        strbuf_lit(out, "true");
    else
        strbuf_lit(out, "false");
}

void json_double(struct strbuf *out, double value)
{
    char text[32];

    if (!isfinite(value)) {
        strbuf_lit(out, "null");
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    strbuf_add(out, bytes_str(text));
}

static void json_children(struct strbuf *out, const struct value *value)
{
    for (const struct value *child = value->first; child; child = child->next) {
        if (child != value->first)
            strbuf_char(out, ',');
        if (value->type == VALUE_MAP) {
            json_string(out, child->name);
            strbuf_char(out, ':');
        }
        json_value(out, child);
    }
}

void json_value(struct strbuf *out, const struct value *value)
{
    switch (value->type) {
    case VALUE_NULL:
        strbuf_lit(out, "null");
        break;
    case VALUE_BOOL:
        json_bool(out, value->boolean);
        break;
    case VALUE_INT:
        strbuf_int(out, value->integer);
        break;
    case VALUE_DOUBLE:
        json_double(out, value->number);
        break;
    case VALUE_STRING:
        json_string(out, value->string);
        break;
    case VALUE_LIST:
        strbuf_char(out, '[');
        json_children(out, value);
        strbuf_char(out, ']');
        break;
    case VALUE_MAP:
        strbuf_char(out, '{');
        json_children(out, value);
        strbuf_char(out, '}');
        break;
    }
}
