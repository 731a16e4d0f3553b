#include "http/http.h"

/* The value of the cookie in one Cookie header (RFC 6265 4.2.1), or empty. */
static struct bytes find_in(struct bytes header, struct bytes name)
{
    struct bytes pair;

    while (bytes_split(&header, ';', &pair)) {
        size_t equals = bytes_index(pair, '=');
        if (!bytes_eq(bytes_trim(bytes_first(pair, equals)), name))
            continue;
        struct bytes value = bytes_trim(bytes_from(pair, equals + 1));
        if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
            value = bytes_of(value.at + 1, value.len - 2);
        return value;
    }
    return (struct bytes){ 0 };
}

struct bytes http_cookie_find(const struct http_request *req, struct bytes name)
{
    for (size_t i = 0; i < req->header_count; i++) {
        if (!bytes_eq_nocase(req->headers[i].name, B("Cookie")))
            continue;
        struct bytes value = find_in(req->headers[i].value, name);
        if (value.len)
            return value;
    }
    return (struct bytes){ 0 };
}
