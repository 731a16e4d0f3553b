#include "dialect/superoffice/superoffice.h"

#include "base/uri.h"
#include "http/accept.h"

/* What an answer may be labelled as (superoffice 7.1). */
static const struct {
    struct bytes type;
    struct bytes label;
    enum so_format format;
} forms[] = {
#define FORM(type, format)                                                                         \
    {                                                                                              \
        { type, sizeof(type) - 1 }, { type "; charset=utf-8", sizeof(type) + 14 }, format          \
    }
    FORM("application/json", SO_FORMAT_JSON),
    FORM("text/json", SO_FORMAT_JSON),
    FORM("application/xml", SO_FORMAT_XML),
    FORM("text/xml", SO_FORMAT_XML),
    FORM("application/json-patch+json", SO_FORMAT_JSON),
    FORM("application/merge-patch+json", SO_FORMAT_JSON),
#undef FORM
};

enum { JSON, XML = 2 };

static void take(size_t form, enum so_format *format, struct bytes *label)
{
    *format = forms[form].format;
    *label = forms[form].label;
}

/* The form that `type` names, with nothing or our own charset behind it; -1: another. Most requests
 * say no more than that. */
static int form_named(struct bytes type)
{
    for (size_t i = 0; i < COUNT(forms); i++) {
        if (bytes_eq_nocase(type, forms[i].type) || bytes_eq_nocase(type, forms[i].label))
            return (int)i;
    }
    return -1;
}

/* Rule 2: what Accept likes best; -1 when that is nothing of ours or anything at all. */
static int accepted(struct bytes accept)
{
    /* Matches nothing but `*` `/` `*`, and stands first: whoever says only that has named no form.
     */
    struct bytes offered[COUNT(forms) + 1] = { B("anything/anything") };
    int named = form_named(accept);

    if (named >= 0)
        return named;
    for (size_t i = 0; i < COUNT(forms); i++)
        offered[i + 1] = forms[i].type;
    int best = accept_best(accept, offered, COUNT(offered));
    return best < 0 ? -1 : best - 1;
}

/* Rule 3: who sends XML and does not say what he wants gets XML. */
static int own_type(const struct http_request *req)
{
    struct bytes type = http_header_find(req, "Content-Type");

    return type.len ? form_named(media_type(type)) : -1;
}

/* Rule 1; a value that is neither is no wish. */
static int format_parameter(struct arena *arena, const struct http_request *req)
{
    struct bytes format = { 0 };

    if (req->query.len)
        format = bytes_trim(uri_query_find(arena, req->query, B("$format")));
    if (bytes_eq_nocase(format, B("xml")))
        return XML;
    return bytes_eq_nocase(format, B("json")) ? JSON : -1;
}

void so_negotiate(struct arena *arena, const struct http_request *req, bool rows,
                  enum so_format *format, struct bytes *label)
{
    struct bytes accept = http_header_find(req, "Accept");
    int form = rows ? format_parameter(arena, req) : -1;

    if (form < 0 && accept.len)
        form = accepted(accept);
    if (form < 0)
        form = own_type(req);
    take(form < 0 ? JSON : (size_t)form, format, label);
}
