#include "base/base64.h"
#include "base/uri.h"
#include "dialect/superoffice/agent.h"

/* Absent and null are the same. */
static const struct value *find(const struct value *arguments, struct bytes name)
{
    const struct value *value = value_get_nocase(arguments, name);

    return value && value->type != VALUE_NULL ? value : NULL;
}

static enum err_code wrong(struct err *e, struct bytes name, const char *why)
{
    return err_set(e, ERR_INVALID, "%.*s %s", (int)name.len, name.at, why);
}

enum err_code so_argument_int_or_0(const struct value *arguments, struct bytes name, int32_t *out,
                                   struct err *e)
{
    const struct value *value = find(arguments, name);
    int32_t number = 0;

    if (value && !value_to_int32(value, &number))
        return wrong(e, name, "is not a number of 32 bits");
    *out = number;
    return ERR_NONE;
}

enum err_code so_argument_int(const struct value *arguments, struct bytes name, int32_t *out,
                              struct err *e)
{
    if (!find(arguments, name))
        return wrong(e, name, "is missing");
    return so_argument_int_or_0(arguments, name, out, e);
}

enum err_code so_argument_text(const struct value *arguments, struct bytes name, struct bytes *out,
                               struct err *e)
{
    const struct value *value = find(arguments, name);

    if (value && value->type != VALUE_STRING)
        return wrong(e, name, "is not a text");
    *out = value && value->string.len ? value->string : B("");
    return ERR_NONE;
}

/* Base64 comes wrapped now and then, and pages hand over what a canvas gave them. */
static struct bytes unwrapped(struct arena *arena, struct bytes text)
{
    char *plain;
    size_t len = 0;

    if (bytes_starts_nocase(text, B("data:")))
        text = bytes_from(text, bytes_index(bytes_first(text, 256), ',') + 1);
    plain = arena_alloc(arena, text.len + 1);
    if (!plain)
        return (struct bytes){ 0 };
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c != ' ' && !(c >= '\t' && c <= '\r'))
            plain[len++] = c;
    }
    return bytes_of(plain, len);
}

enum err_code so_argument_bytes(struct arena *arena, const struct value *arguments,
                                struct bytes name, struct bytes *out, struct err *e)
{
    struct bytes text;
    size_t len;
    enum err_code rc = so_argument_text(arguments, name, &text, e);

    if (rc)
        return rc;
    if (text.len == 0)
        return wrong(e, name, "is missing: base64 of a picture is wanted");
    text = unwrapped(arena, text);
    char *decoded = text.at ? arena_alloc(arena, text.len / 4 * 3 + 3) : NULL;
    if (!decoded)
        return err_set(e, ERR_TOO_LARGE, "base64 text of a picture");
    if (!base64_read(text, decoded, &len))
        return wrong(e, name, "is not base64");
    *out = bytes_of(decoded, len);
    return ERR_NONE;
}

enum err_code so_query_id(struct call *c, int32_t *out, struct err *e)
{
    struct bytes name = bytes_str(((const struct so_endpoint *)c->endpoint)->id_name);
    struct bytes text = { 0 };

    if (c->req->query.len)
        text = bytes_trim(uri_query_find(c->arena, c->req->query, name));
    if (text.len == 0)
        return wrong(e, name, "is missing in the query");
    if (!bytes_to_int32(text, out)) /* superoffice 1.6 */
        return wrong(e, name, "is not a number of 32 bits");
    return ERR_NONE;
}

enum err_code so_agent_owner(struct call *c, const struct value **given, struct owner *out,
                             struct err *e)
{
    const struct so_agent_record *record = ((const struct so_endpoint *)c->endpoint)->data;
    const struct value *arguments;
    enum err_code rc = so_arguments_read(c, &arguments, e);

    out->kind = record->kind;
    if (!rc)
        rc = so_argument_int(arguments, record->id_name, &out->id, e);
    if (!rc && given)
        *given = arguments;
    return rc;
}

enum err_code so_agent_failure(enum err_code rc, struct err *e)
{
    if (rc == ERR_NOT_FOUND) {
        e->field[0] = '\0'; /* it is not the form that is wrong */
        return e->code = ERR_INVALID;
    }
    if (rc == ERR_UNSUPPORTED) /* 415 is for the types of bodies */
        return e->code = ERR_INVALID;
    return rc;
}
