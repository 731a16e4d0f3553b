/* A body of any type (the first byte chooses): what is read is a map of UTF-8, no deeper than its
 * limit, and a failure says so once. */
#include "dialect/superoffice/superoffice.h"
#include "fuzz.h"

static const char *const types[] = {
    "",
    "application/json",
    "text/json; charset=iso-8859-1",
    "application/xml",
    "text/xml; charset=utf-16",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=iso-8859-1",
    "application/x+json; charset=\"utf-8\"",
};

static void check(const struct value *value, int depth)
{
    size_t count = 0;

    HOLDS(depth <= VALUE_DEPTH_MAX + 1);
    HOLDS(bytes_is_utf8(value->name) && bytes_is_utf8(value->string));
    for (const struct value *child = value->first; child; child = child->next, count++)
        check(child, depth + 1);
    HOLDS(count == value->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    const struct value *value = NULL;
    struct err e = { 0 };

    if (size == 0 || size > 4096) /* more asks the core whether it may take long */
        return 0;
    struct http_header header = { B("Content-Type"), bytes_str(types[data[0] % COUNT(types)]) };
    struct http_request req = { .method = HTTP_PUT,
                                .body = bytes_of((const char *)data + 1, size - 1),
                                .headers = &header,
                                .header_count = 1 };
    struct call c = { .req = &req, .arena = arena };

    enum err_code rc = so_body_read(&c, &so_contact_entity, &value, &e);
    HOLDS(rc == e.code);
    if (rc) {
        HOLDS(rc == ERR_INVALID || rc == ERR_UNSUPPORTED || rc == ERR_TOO_LARGE);
        HOLDS(!value && e.text[0]);
        return 0;
    }
    HOLDS(value->type == VALUE_MAP);
    check(value, 0);
    return 0;
}
