/* Members and carriers as JSON schemas. */
#include "dialect/superoffice/openapi.h"

static void write_ref(struct strbuf *out, struct bytes name)
{
    strbuf_lit(out, "{\"$ref\":\"#/definitions/");
    strbuf_add(out, name);
    strbuf_lit(out, "\"}");
}

static void write_array(struct strbuf *out, const struct so_carrier *carrier)
{
    strbuf_lit(out, "{\"type\":\"array\",\"items\":");
    if (carrier)
        write_ref(out, carrier->name);
    else
        strbuf_lit(out, "{\"type\":\"string\"}");
    strbuf_lit(out, "}");
}

static void write_names(struct strbuf *out, const char *const *names)
{
    bool more = false;

    strbuf_lit(out, "\"enum\":[");
    for (; *names; names++) {
        openapi_comma(out, &more);
        json_string(out, bytes_str(*names));
    }
    strbuf_lit(out, "]");
}

/* What stands between the braces of a plain type. */
static void write_plain(struct strbuf *out, const struct so_member *member)
{
    switch (member->type) {
    case SO_INT:
        strbuf_lit(out, "\"type\":\"integer\",\"format\":\"int32\"");
        break;
    case SO_BOOL:
        strbuf_lit(out, "\"type\":\"boolean\"");
        break;
    case SO_DOUBLE:
        strbuf_lit(out, "\"type\":\"number\",\"format\":\"double\"");
        break;
    case SO_ENUM:
        strbuf_lit(out, "\"type\":\"string\",");
        write_names(out, member->names);
        break;
    case SO_DATE:
    case SO_UTC:
        strbuf_lit(out, "\"type\":\"string\",\"format\":\"date-time\"");
        break;
    case SO_INTS:
        strbuf_lit(out, "\"type\":\"array\",\"items\":{\"type\":\"integer\",\"format\":\"int32\"}");
        break;
    case SO_DICT:
        strbuf_lit(out, "\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}");
        break;
    case SO_FIELDS:
        strbuf_lit(out, "\"type\":\"object\",\"additionalProperties\":");
        write_ref(out, so_field_property.name);
        break;
    case SO_STRING:
    case SO_OBJECT:
    case SO_LIST:
    case SO_LISTS:
    case SO_RIGHT:
        strbuf_lit(out, "\"type\":\"string\"");
        if (!member->read_only && member->length_max >= 0)
            strbuf_printf(out, ",\"maxLength\":%d", member->length_max ? member->length_max : 254);
        break;
    }
}

static void write_member(struct strbuf *out, const struct so_member *member)
{
    switch ((int)member->type) {
    case SO_OBJECT:
        write_ref(out, member->carrier->name);
        return;
    case SO_RIGHT:
        write_ref(out, so_table_right.name);
        return;
    case SO_LIST:
        write_array(out, member->carrier);
        return;
    case SO_LISTS:
        strbuf_lit(out, "{\"type\":\"array\",\"items\":");
        write_array(out, member->carrier);
        strbuf_lit(out, "}");
        return;
    default:
        strbuf_lit(out, "{");
        write_plain(out, member);
        if (member->read_only)
            strbuf_lit(out, ",\"readOnly\":true");
        strbuf_lit(out, "}");
    }
}

/* `count` members, or up to one without a name. */
static void write_properties(struct strbuf *out, const struct so_member *members, size_t count)
{
    bool more = false;

    strbuf_lit(out, "\"type\":\"object\",\"properties\":{");
    for (size_t i = 0; i < count && members[i].name.len; i++) {
        openapi_comma(out, &more);
        openapi_name(out, members[i].name);
        write_member(out, &members[i]);
    }
}

void openapi_schema_write(struct strbuf *out, const struct so_body *body)
{
    switch (body->kind) {
    case SO_BODY_CARRIER:
        write_ref(out, body->carrier->name);
        break;
    case SO_BODY_LIST:
        write_array(out, body->carrier);
        break;
    case SO_BODY_ROWS:
        write_ref(out, B("Rows"));
        break;
    case SO_BODY_REQUEST:
        strbuf_lit(out, "{");
        write_properties(out, body->arguments, SIZE_MAX);
        strbuf_lit(out, "}}");
        break;
    case SO_BODY_PICTURE:
        strbuf_lit(out, "{\"type\":\"file\"}");
        break;
    case SO_BODY_BINARY:
        strbuf_lit(out, "{\"type\":\"string\",\"format\":\"byte\"}");
        break;
    case SO_BODY_INT:
        strbuf_lit(out, "{\"type\":\"integer\",\"format\":\"int32\"}");
        break;
    case SO_BODY_STRING:
        strbuf_lit(out, "{\"type\":\"string\"}");
        break;
    case SO_BODY_NONE:
    case SO_BODY_PATCH: /* a list of operations, or a part of the carrier */
    case SO_BODY_ANY:
        strbuf_lit(out, "{}");
        break;
    }
}

void openapi_definitions_write(struct strbuf *out)
{
    bool more = false;

    strbuf_lit(out, "\"definitions\":{");
    for (size_t i = 0; i < so_carrier_count; i++) {
        const struct so_carrier *carrier = so_carriers[i];
        openapi_comma(out, &more);
        openapi_name(out, carrier->name);
        strbuf_lit(out, "{");
        write_properties(out, carrier->members, carrier->count);
        if (carrier->linked)
            strbuf_lit(out, ",\"_Links\":{\"type\":\"object\",\"readOnly\":true,"
                            "\"additionalProperties\":{\"type\":\"string\"}}");
        strbuf_lit(out, "}}");
    }
    strbuf_lit(
        out,
        ",\"Rows\":{\"type\":\"object\",\"properties\":{\"odata.metadata\":{\"type\":\"string\"},"
        "\"odata.nextLink\":{\"type\":\"string\",\"x-nullable\":true},\"value\":{\"type\":"
        "\"array\","
        "\"items\":{\"type\":\"object\",\"properties\":{\"PrimaryKey\":{\"type\":\"string\"},"
        "\"EntityName\":{\"type\":\"string\"}},\"additionalProperties\":true}}}}"
        ",\"Error\":{\"type\":\"object\",\"properties\":{\"Error\":{\"type\":\"boolean\"},"
        "\"ErrorType\":{\"type\":\"string\"},\"ErrorMessage\":{\"type\":\"string\"},"
        "\"Message\":{\"type\":\"string\"},\"MessageDetail\":{\"type\":\"string\"},"
        "\"ErrorSource\":{\"type\":\"string\"},\"Fields\":{\"type\":\"object\","
        "\"additionalProperties\":{\"type\":\"string\"}},\"InnerError\":{\"type\":\"object\","
        "\"x-nullable\":true}}}}");
}
