#include "dialect/superoffice/superoffice.h"
#include "http/accept.h"

static const enum record_kind kinds[] = { KIND_CONTACT, KIND_PERSON, KIND_PRODUCT, KIND_PROJECT };

struct bytes so_kind_name(enum record_kind kind)
{
    switch (kind) {
    case KIND_CONTACT:
        return B("Contact");
    case KIND_PERSON:
        return B("Person");
    case KIND_PRODUCT:
        return B("Product");
    case KIND_PROJECT:
        return B("Project");
    }
    return B("");
}

/* Where in `pattern` the placeholder of a kind stands; false when there is none. */
static bool find_kind(struct bytes pattern, struct bytes *placeholder)
{
    static const struct bytes names[] = { { "{kind}", 6 }, { "{entity}", 8 }, { "{product}", 9 } };
    struct bytes segment;

    while (bytes_split(&pattern, '/', &segment)) {
        for (size_t i = 0; i < COUNT(names); i++) {
            if (bytes_eq(segment, names[i])) {
                *placeholder = segment;
                return true;
            }
        }
    }
    return false;
}

static bool stands_for(struct bytes placeholder, enum record_kind kind)
{
    switch (placeholder.at[1]) {
    case 'p':
        return kind == KIND_PRODUCT;
    case 'e':
        return kind != KIND_PRODUCT;
    default:
        return true;
    }
}

static bool visit_resource(struct arena *arena, const struct so_resource *resource,
                           so_address_visit *visit, void *context)
{
    struct bytes pattern = resource->pattern;
    struct bytes placeholder;

    if (!find_kind(pattern, &placeholder)) {
        struct bytes first = B("v1/");
        enum record_kind kind = 0;
        struct bytes rest = bytes_from(pattern, first.len);
        if (bytes_starts(pattern, first))
            kind_from_name(bytes_first(rest, bytes_index(rest, '/')), &kind);
        visit(context, resource, pattern, kind);
        return true;
    }
    struct bytes before = bytes_first(pattern, (size_t)(placeholder.at - pattern.at));
    struct bytes behind = bytes_from(pattern, before.len + placeholder.len);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct strbuf path;
        if (!stands_for(placeholder, kinds[i]))
            continue;
        strbuf_init(&path, arena, 64, 256);
        strbuf_add(&path, before);
        strbuf_add(&path, so_kind_name(kinds[i]));
        strbuf_add(&path, behind);
        if (path.failed)
            return false;
        visit(context, resource, strbuf_bytes(&path), kinds[i]);
    }
    return true;
}

bool so_addresses_visit(struct arena *arena, so_address_visit *visit, void *context)
{
    for (const struct so_table *const *table = so_tables; *table; table++) {
        for (size_t i = 0; i < (*table)->count; i++) {
            const struct so_resource *resource = &(*table)->resources[i];
            if (!resource->hidden && !visit_resource(arena, resource, visit, context))
                return false;
        }
    }
    return true;
}

bool so_wants_html(const struct http_request *req, bool by_default)
{
    /* a wildcard takes the first that is offered */
    static const struct bytes offered[] = {
        { "text/html", 9 },        { "application/json", 16 }, { "text/json", 9 },
        { "application/xml", 15 }, { "text/xml", 8 },          { "text/html", 9 },
    };
    size_t from = by_default ? 0 : 1;
    int best = accept_best(http_header_find(req, "Accept"), offered + from, COUNT(offered) - 1);

    return best < 0 ? by_default : bytes_eq(offered[from + (size_t)best], offered[0]);
}
