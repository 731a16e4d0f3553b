#include "dialect/superoffice/superoffice.h"

#include "base/uri.h"
#include "dialect/superoffice/xml.h"
#include "http/accept.h"
#include "http/charset.h"
#include "http/form.h"
#include "http/gzip.h"

/* On the event loop nothing takes longer than a millisecond; reading this much takes half of that.
 */
#define QUICK_BYTES_MAX 4096

enum err_code so_body_unpack(struct call *c, struct bytes *out, struct err *e)
{
    struct bytes body = c->req->body;
    enum coding coding = coding_named(http_header_find(c->req, "Content-Encoding"));

    if (coding == CODING_UNKNOWN)
        return err_set(e, ERR_UNSUPPORTED,
                       "Content-Encoding is not taken: send gzip, deflate or nothing");
    bool quick = coding == CODING_NONE && body.len <= QUICK_BYTES_MAX;
    if (!quick && body.len && !core_may_block(c->core))
        return err_set(e, ERR_BLOCKS, "a body of %zu bytes", body.len);
    if (coding == CODING_NONE || body.len == 0) {
        *out = body;
        return ERR_NONE;
    }
    return unpack(c->arena, body, coding, (size_t)core_settings(c->core)->body_bytes_max, out, e);
}

/* ---- what it is ---- */

enum form { FORM_JSON, FORM_XML, FORM_FIELDS, FORM_UNKNOWN };

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The first byte that is no white space, 0 for none. */
static char first_char(struct bytes body)
{
    while (body.len && is_space(body.at[0]))
        body = bytes_from(body, 1);
    return body.len ? body.at[0] : '\0';
}

/* superoffice 7.3; `text` is UTF-8 by now. */
static enum form form_of(struct bytes type, struct bytes text)
{
    char first = first_char(text);

    if (bytes_eq_nocase(type, B("application/json")) || bytes_eq_nocase(type, B("text/json")) ||
        bytes_ends_nocase(type, B("+json")))
        return FORM_JSON;
    if (bytes_eq_nocase(type, B("application/xml")) || bytes_eq_nocase(type, B("text/xml")))
        return FORM_XML;
    bool form = bytes_eq_nocase(type, B("application/x-www-form-urlencoded"));
    if (type.len && !form)
        return FORM_UNKNOWN;
    /* curl calls every -d a form, and no form begins like this */
    if (first == '<')
        return FORM_XML;
    return form && first != '{' && first != '[' ? FORM_FIELDS : FORM_JSON;
}

/* The encoding of an XML declaration, in bytes that agree with ASCII so far. */
static struct bytes declared_encoding(struct bytes body)
{
    static const char name[] = "encoding";
    struct bytes head = bytes_first(body, 200);

    if (!bytes_starts(head, B("<?xml")))
        return (struct bytes){ 0 };
    head = bytes_first(head, bytes_index(head, '>'));
    const char *found = memmem(head.at, head.len, name, sizeof name - 1);
    if (!found)
        return (struct bytes){ 0 };
    struct bytes rest = bytes_from(head, (size_t)(found - head.at) + sizeof name - 1);
    while (rest.len && (is_space(rest.at[0]) || rest.at[0] == '='))
        rest = bytes_from(rest, 1);
    if (rest.len == 0 || (rest.at[0] != '"' && rest.at[0] != '\''))
        return (struct bytes){ 0 };
    char quote = rest.at[0];
    rest = bytes_from(rest, 1);
    return bytes_first(rest, bytes_index(rest, quote));
}

/* superoffice 7.1: a byte order mark is believed first, then the header, then XML's own word. */
static enum charset charset_of(struct bytes header, struct bytes body)
{
    enum charset marked = charset_marked(body);
    struct bytes named = media_parameter(header, B("charset"));

    if (marked != CHARSET_UNKNOWN)
        return marked;
    if (named.at)
        return charset_named(bytes_trim(named));
    struct bytes declared = declared_encoding(body);
    if (declared.at == NULL)
        return CHARSET_UTF8;
    enum charset charset = charset_named(declared);
    /* it was legible, so it is not what such a declaration says */
    return charset == CHARSET_UTF16 || charset == CHARSET_UTF16BE || charset == CHARSET_UTF16LE
               ? CHARSET_UTF8
               : charset;
}

struct read_body {
    enum form form;
    struct bytes text;    /* UTF-8 */
    enum charset charset; /* of a form's escapes */
    bool empty;
};

static enum err_code read_text(struct call *c, struct read_body *out, struct err *e)
{
    struct bytes header = http_header_find(c->req, "Content-Type");
    struct bytes type = media_type(header);
    struct bytes body;
    enum err_code rc = so_body_unpack(c, &body, e);
    if (rc)
        return rc;

    enum charset charset = charset_of(header, body);
    *out = (struct read_body){ .charset = CHARSET_UTF8, .text = body };
    if (body.len == 0) {
        out->empty = true;
        return ERR_NONE;
    }
    if (form_of(type, B("{")) == FORM_UNKNOWN) /* before its charset is looked at */
        return err_set(e, ERR_UNSUPPORTED,
                       "the request body must be JSON, XML or a form: send a Content-Type such as "
                       "application/json");
    rc = charset_read(c->arena, body, charset, &out->text, e);
    if (rc)
        return rc;
    out->empty = first_char(out->text) == '\0';
    out->form = form_of(type, out->text);
    if (out->form == FORM_FIELDS && charset == CHARSET_LATIN1) {
        out->text = body; /* escaped or not, one byte is one character */
        out->charset = charset;
    }
    return ERR_NONE;
}

/* ---- forms ---- */

/* `CreatedBy.Name` as `CreatedBy[Name]`; what stands in brackets is left alone. */
static struct bytes with_brackets(struct arena *arena, struct bytes name)
{
    struct strbuf out;
    bool open = false;

    if (bytes_index(name, '.') == name.len)
        return name;
    strbuf_init(&out, arena, name.len + 16, 3 * name.len + 16);
    for (size_t i = 0; i < name.len; i++) {
        char ch = name.at[i];
        if (ch == '[') {
            size_t close = bytes_index(bytes_from(name, i), ']');
            if (open)
                strbuf_char(&out, ']');
            open = false;
            strbuf_add(&out, bytes_first(bytes_from(name, i), close + 1));
            i += close;
        } else if (ch == '.') {
            if (open)
                strbuf_char(&out, ']');
            strbuf_char(&out, '[');
            open = true;
        } else {
            strbuf_char(&out, ch);
        }
    }
    if (open)
        strbuf_char(&out, ']');
    return out.failed ? (struct bytes){ 0 } : strbuf_bytes(&out);
}

static enum err_code read_fields(struct call *c, const struct read_body *body, struct value **out,
                                 struct err *e)
{
    struct value *map = value_new(c->arena, VALUE_MAP);
    struct bytes rest = body->text;
    struct bytes name, value;

    if (!map)
        return err_set(e, ERR_NO_MEMORY, "form");
    for (int fields = 0; uri_query_next(c->arena, &rest, &name, &value); fields++) {
        if (fields == FORM_FIELDS_MAX)
            return err_set(e, ERR_TOO_LARGE, "form of more than %d fields", FORM_FIELDS_MAX);
        enum err_code rc = ERR_NONE;
        if (name.at && value.at) {
            rc = charset_read(c->arena, name, body->charset, &name, e);
            if (!rc)
                rc = charset_read(c->arena, value, body->charset, &value, e);
            name = with_brackets(c->arena, name);
        }
        if (!rc && (!name.at || !value.at))
            return err_set(e, ERR_NO_MEMORY, "form");
        if (!rc)
            rc = form_put(c->arena, map, name, value, e);
        if (rc)
            return rc;
    }
    form_lists(map);
    *out = map;
    return ERR_NONE;
}

/* ---- the body as a tree ---- */

static enum err_code read_tree(struct call *c, const struct so_carrier *carrier,
                               const struct read_body *body, struct value **out, struct err *e)
{
    switch (body->form) {
    case FORM_JSON:
        return json_read(c->arena, body->text, out, e);
    case FORM_XML:
        return so_xml_read(c->arena, body->text, carrier, out, e);
    case FORM_FIELDS:
        return read_fields(c, body, out, e);
    case FORM_UNKNOWN:
        break;
    }
    return err_set(e, ERR_UNSUPPORTED, "the request body must be JSON, XML or a form");
}

enum err_code so_body_read(struct call *c, const struct so_carrier *carrier,
                           const struct value **out, struct err *e)
{
    struct read_body body;
    struct value *value;
    enum err_code rc = read_text(c, &body, e);

    if (!rc && body.empty)
        return err_set(e, ERR_INVALID, "no entity in the request body");
    if (!rc)
        rc = read_tree(c, carrier, &body, &value, e);
    if (rc)
        return rc;
    if (value->type == VALUE_NULL)
        return err_set(e, ERR_INVALID, "no entity in the request body");
    if (value->type != VALUE_MAP)
        return err_set(e, ERR_INVALID, "the request body is not an object");
    *out = value;
    return ERR_NONE;
}

/* The arguments of a method as a carrier, for XML. */
static struct so_carrier carrier_of(const struct so_member *arguments)
{
    struct so_carrier carrier = { .members = arguments };

    while (arguments && arguments[carrier.count].name.len)
        carrier.count++;
    return carrier;
}

enum err_code so_arguments_read(struct call *c, const struct value **out, struct err *e)
{
    const struct so_endpoint *endpoint = c->endpoint;
    struct so_carrier carrier = carrier_of(endpoint ? endpoint->in.arguments : NULL);
    struct read_body body;
    struct value *value = NULL;
    enum err_code rc = read_text(c, &body, e);

    if (!rc && !body.empty)
        rc = read_tree(c, &carrier, &body, &value, e);
    if (rc)
        return rc;
    if (!value || value->type == VALUE_NULL) /* superoffice 4.1: no body, and npm's `null` */
        value = value_new(c->arena, VALUE_MAP);
    if (!value)
        return err_set(e, ERR_NO_MEMORY, "arguments");
    if (value->type != VALUE_MAP)
        return err_set(e, ERR_INVALID, "the request body is not an object of arguments");
    *out = value;
    return ERR_NONE;
}

enum err_code so_body_read_json(struct call *c, const struct value **out, struct err *e)
{
    struct read_body body;
    struct value *value;
    enum err_code rc = read_text(c, &body, e);

    if (!rc && body.empty)
        return err_set(e, ERR_INVALID, "no patch in the request body");
    if (!rc && body.form != FORM_JSON)
        return err_set(e, ERR_UNSUPPORTED,
                       "a patch must be JSON: send application/json-patch+json or "
                       "application/merge-patch+json");
    if (!rc)
        rc = json_read(c->arena, body.text, &value, e);
    if (rc)
        return rc;
    if (value->type != VALUE_MAP && value->type != VALUE_LIST)
        return err_set(e, ERR_INVALID, "a patch is a list of operations or an object");
    *out = value;
    return ERR_NONE;
}
