#include "dialect/superoffice/writer.h"

#include "base/base64.h"
#include "base/json.h"
#include "dialect/superoffice/xml.h"

void so_writer_init(struct so_writer *w, struct arena *arena, enum so_format format,
                    const struct so_local *local, size_t limit)
{
    *w = (struct so_writer){ .format = format, .local = local };
    strbuf_init(&w->out, arena, limit < 4096 ? limit : 4096, limit);
}

/* ---- where a value goes ---- */

/* JSON: the comma and the name before a value. */
static void json_place(struct so_writer *w, struct bytes name)
{
    if (w->more)
        strbuf_char(&w->out, ',');
    w->more = true;
    if (w->depth && !w->open[w->depth - 1].list) {
        json_string(&w->out, name);
        strbuf_char(&w->out, ':');
    }
}

/* XML: ends the start tag of what we are in. It is left open until something comes, for what stays
 * empty ends as `<X/>`. */
static void xml_inside(struct so_writer *w)
{
    if (w->depth && !w->more)
        strbuf_char(&w->out, '>');
    w->more = true;
}

/* XML: `<name`, with what a root needs to say. `scalar` is the root's name for a bare value, NULL
 * for what is none. Returns the name that was written. */
static struct bytes xml_tag(struct so_writer *w, struct bytes name, const char *scalar)
{
    bool root = w->depth == 0;

    xml_inside(w);
    if (root && scalar)
        name = bytes_str(scalar);
    strbuf_char(&w->out, '<');
    so_xml_name(&w->out, name);
    if (root && scalar)
        strbuf_lit(&w->out, SO_XML_SCALARS);
    else if (root)
        strbuf_lit(&w->out, SO_XML_INSTANCE);
    return name;
}

static void xml_close(struct so_writer *w, struct bytes name)
{
    strbuf_lit(&w->out, "</");
    so_xml_name(&w->out, name);
    strbuf_char(&w->out, '>');
}

/* A whole element with text that needs no escapes. */
static void xml_plain(struct so_writer *w, struct bytes name, const char *scalar, struct bytes text)
{
    name = xml_tag(w, name, scalar);
    strbuf_char(&w->out, '>');
    strbuf_add(&w->out, text);
    xml_close(w, name);
}

/* ---- objects and lists ---- */

static void open_group(struct so_writer *w, struct bytes name, bool list)
{
    if (w->depth == SO_WRITER_DEPTH_MAX) {
        w->out.failed = true;
        return;
    }
    if (w->format == SO_FORMAT_JSON) {
        json_place(w, name);
        strbuf_char(&w->out, list ? '[' : '{');
    } else {
        xml_tag(w, name, NULL);
    }
    w->open[w->depth].name = name;
    w->open[w->depth].list = list;
    w->depth++;
    w->more = false;
}

static void close_group(struct so_writer *w)
{
    if (w->out.failed || w->depth == 0)
        return;
    w->depth--;
    if (w->format == SO_FORMAT_JSON)
        strbuf_char(&w->out, w->open[w->depth].list ? ']' : '}');
    else if (w->more)
        xml_close(w, w->open[w->depth].name);
    else
        strbuf_lit(&w->out, "/>");
    w->more = true;
}

void so_object(struct so_writer *w, struct bytes name)
{
    open_group(w, name, false);
}

void so_object_end(struct so_writer *w)
{
    close_group(w);
}

void so_list(struct so_writer *w, struct bytes name)
{
    open_group(w, name, true);
}

void so_list_end(struct so_writer *w)
{
    close_group(w);
}

/* ---- values ---- */

void so_null(struct so_writer *w, struct bytes name)
{
    if (w->format == SO_FORMAT_JSON) {
        json_place(w, name);
        strbuf_lit(&w->out, "null");
    } else {
        xml_tag(w, name, NULL);
        strbuf_lit(&w->out, " i:nil=\"true\"/>");
    }
}

void so_bool(struct so_writer *w, struct bytes name, bool value)
{
    if (w->format == SO_FORMAT_JSON) {
        json_place(w, name);
        json_bool(&w->out, value);
    } else {
        xml_plain(w, name, "boolean", value ? B("true") : B("false"));
    }
}

void so_int(struct so_writer *w, struct bytes name, int64_t value)
{
    if (w->format == SO_FORMAT_JSON) {
        json_place(w, name);
        strbuf_int(&w->out, value);
    } else {
        name = xml_tag(w, name, "int");
        strbuf_char(&w->out, '>');
        strbuf_int(&w->out, value);
        xml_close(w, name);
    }
}

void so_double(struct so_writer *w, struct bytes name, double value)
{
    if (w->format == SO_FORMAT_JSON) {
        json_place(w, name);
        json_double(&w->out, value);
    } else {
        name = xml_tag(w, name, "double");
        strbuf_char(&w->out, '>');
        json_double(&w->out, value);
        xml_close(w, name);
    }
}

void so_string(struct so_writer *w, struct bytes name, struct bytes text)
{
    if (w->format == SO_FORMAT_JSON) {
        json_place(w, name);
        json_string(&w->out, text);
        return;
    }
    name = xml_tag(w, name, "string");
    if (text.len == 0) {
        strbuf_lit(&w->out, "/>");
        return;
    }
    strbuf_char(&w->out, '>');
    so_xml_text(&w->out, text);
    xml_close(w, name);
}

void so_display(struct so_writer *w, struct bytes name, struct bytes text)
{
    struct bytes seen = text.len ? so_text_seen(w->out.arena, w->local, text) : text;

    if (text.len && !seen.at)
        w->out.failed = true;
    so_string(w, name, seen);
}

void so_date(struct so_writer *w, struct bytes name, int64_t us, bool utc)
{
    if (w->format == SO_FORMAT_JSON) {
        json_place(w, name);
        strbuf_char(&w->out, '"');
        so_date_write(&w->out, w->local, us, utc);
        strbuf_char(&w->out, '"');
    } else {
        name = xml_tag(w, name, "dateTime");
        strbuf_char(&w->out, '>');
        so_date_write(&w->out, w->local, us, utc);
        xml_close(w, name);
    }
}

void so_base64(struct so_writer *w, struct bytes name, struct bytes bytes)
{
    if (w->format == SO_FORMAT_JSON) {
        json_place(w, name);
        strbuf_char(&w->out, '"');
        base64_write(&w->out, bytes);
        strbuf_char(&w->out, '"');
    } else {
        name = xml_tag(w, name, "base64Binary");
        strbuf_char(&w->out, '>');
        base64_write(&w->out, bytes);
        xml_close(w, name);
    }
}

/* ---- dictionaries ---- */

void so_dict(struct so_writer *w, struct bytes name)
{
    so_object(w, name);
}

void so_dict_entry(struct so_writer *w, struct bytes key, struct bytes text)
{
    if (w->format == SO_FORMAT_JSON) {
        so_string(w, key, text);
        return;
    }
    so_object(w, B("StringKeyValuePair"));
    so_string(w, B("Key"), key);
    so_string(w, B("Value"), text);
    so_object_end(w);
}

void so_dict_end(struct so_writer *w)
{
    so_object_end(w);
}

/* ---- trees ---- */

/* XML: an element that says its type, so that a reader without a table knows it (what it does not
 * know is a text). Left open. */
static void typed_tag(struct so_writer *w, struct bytes name, struct bytes attributes)
{
    xml_tag(w, name, NULL);
    strbuf_add(&w->out, attributes);
}
#define TYPE(name) B(SO_XML_SCHEMA " i:type=\"x:" name "\"")

static void typed_scalar(struct so_writer *w, struct bytes name, const struct value *value)
{
    switch ((int)value->type) {
    case VALUE_BOOL:
        typed_tag(w, name, TYPE("boolean"));
        strbuf_char(&w->out, '>');
        json_bool(&w->out, value->boolean);
        break;
    case VALUE_INT:
        typed_tag(w, name, TYPE("long"));
        strbuf_char(&w->out, '>');
        strbuf_int(&w->out, value->integer);
        break;
    case VALUE_DOUBLE:
        typed_tag(w, name, TYPE("double"));
        strbuf_char(&w->out, '>');
        json_double(&w->out, value->number);
        break;
    }
    xml_close(w, name);
}

/* A list or map as a group whose kind cannot be mistaken, however many children it has. */
static void typed_group(struct so_writer *w, struct bytes name, bool list)
{
    if (w->depth == SO_WRITER_DEPTH_MAX) {
        w->out.failed = true;
        return;
    }
    typed_tag(w, name, list ? B(" i:type=\"ArrayOfanyType\"") : TYPE("anyType"));
    w->open[w->depth].name = name;
    w->open[w->depth].list = list;
    w->depth++;
    w->more = false;
}

static void write_group(struct so_writer *w, struct bytes name, const struct value *value)
{
    bool list = value->type == VALUE_LIST;

    if (w->format == SO_FORMAT_XML)
        typed_group(w, name, list);
    else
        open_group(w, name, list);
    for (const struct value *child = value->first; child && !w->out.failed; child = child->next)
        so_value(w, list ? B("anyType") : child->name, child);
    close_group(w);
}

void so_value(struct so_writer *w, struct bytes name, const struct value *value)
{
    bool xml = w->format == SO_FORMAT_XML && w->depth;

    switch (value->type) {
    case VALUE_NULL:
        so_null(w, name);
        break;
    case VALUE_BOOL:
        if (xml)
            typed_scalar(w, name, value);
        else
            so_bool(w, name, value->boolean);
        break;
    case VALUE_INT:
        if (xml)
            typed_scalar(w, name, value);
        else
            so_int(w, name, value->integer);
        break;
    case VALUE_DOUBLE:
        if (xml)
            typed_scalar(w, name, value);
        else
            so_double(w, name, value->number);
        break;
    case VALUE_STRING:
        so_string(w, name, value->string);
        break;
    case VALUE_LIST:
    case VALUE_MAP: /* recursion ends at SO_WRITER_DEPTH_MAX */
        write_group(w, name, value);
        break;
    }
}
