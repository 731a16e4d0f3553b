#include "dialect/bitrix24/xml.h"

#include "base/json.h"
#include "base/value.h"

static void write_text(struct strbuf *out, struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        switch (c) {
        case '&':
            strbuf_lit(out, "&amp;");
            break;
        case '<':
            strbuf_lit(out, "&lt;");
            break;
        case '>':
            strbuf_lit(out, "&gt;");
            break;
        case '"':
            strbuf_lit(out, "&quot;");
            break;
        case '\'':
            strbuf_lit(out, "&#039;");
            break;
        default:
            /* XML 1.0 has no spelling for the other control characters */
            if ((unsigned char)c >= 0x20 || c == '\t' || c == '\n' || c == '\r')
                strbuf_char(out, c);
        }
    }
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Our own names are letters; what a client chose (keys of a batch) may be anything. */
static struct bytes element_name(struct bytes name)
{
    if (name.len == 0 || !is_letter(name.at[0]))
        return B("item");
    for (size_t i = 1; i < name.len; i++) {
        if (!is_letter(name.at[i]) && !(name.at[i] >= '0' && name.at[i] <= '9'))
            return B("item");
    }
    return name;
}

static void write_element(struct strbuf *out, struct bytes name, const struct value *value)
{
    strbuf_char(out, '<');
    strbuf_add(out, name);
    strbuf_char(out, '>');
    switch (value->type) {
    case VALUE_NULL:
        break;
    case VALUE_BOOL:
        if (value->boolean)
            strbuf_char(out, '1');
        break;
    case VALUE_INT:
        strbuf_int(out, value->integer);
        break;
    case VALUE_DOUBLE:
        json_double(out, value->number);
        break;
    case VALUE_STRING:
        write_text(out, value->string);
        break;
    case VALUE_LIST:
    case VALUE_MAP: /* recursion ends at VALUE_DEPTH_MAX */
        for (const struct value *child = value->first; child; child = child->next)
            write_element(out, element_name(child->name), child);
        break;
    }
    strbuf_lit(out, "</");
    strbuf_add(out, name);
    strbuf_char(out, '>');
}

bool b24_xml_write(struct strbuf *out, struct bytes json)
{
    struct value *root;
    struct err e;

    if (json_read(out->arena, json, &root, &e))
        return false;
    write_element(out, B("response"), root);
    return true;
}
