/* A tree is made of the bytes, written as PHP's http_build_query writes it, and read back as query
 * string, as form, as body without a type, and as a command that was encoded twice: the same tree
 * each time. */
#include "dialect/bitrix24/params.h"
#include "dialect/bitrix24/query_made.h"

static struct value *read_params(struct arena *arena, const struct http_request *req)
{
    struct value *params = NULL;
    struct err e = { 0 };

    HOLDS(b24_params_read(arena, req, &params, &e) == ERR_NONE);
    return params;
}

/* As one of the commands of a batch that came by GET. */
static struct bytes twice(struct arena *arena, struct bytes query)
{
    struct strbuf text;

    strbuf_init(&text, arena, 0, 1 << 22);
    strbuf_lit(&text, "halt=0&cmd%5Bfirst%5D=method%3F");
    encode(&text, query);
    HOLDS(!text.failed);
    struct value *params =
        read_params(arena, &(struct http_request){ .query = strbuf_bytes(&text) });
    struct bytes command = value_text(value_get(params, B("cmd")), B("first"));
    HOLDS(bytes_starts(command, B("method?")));
    return bytes_from(command, sizeof "method?" - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(256 << 20);
    struct dice dice = { .at = data, .left = size };
    struct http_header form = { B("Content-Type"), B("application/x-www-form-urlencoded") };
    struct strbuf query;

    if (size > 4096)
        return 0; /* deep names repeat in every leaf */
    const struct value *want = made_group(arena, &dice, 0);
    strbuf_init(&query, arena, 0, 1 << 22);
    build_query(&query, B(""), want);
    HOLDS(!query.failed);

    struct bytes text = strbuf_bytes(&query);
    struct http_request requests[] = {
        { .method = HTTP_GET, .query = text },
        { .method = HTTP_POST, .body = text, .headers = &form, .header_count = 1 },
        { .method = HTTP_POST, .body = text },
        { .method = HTTP_POST, .query = text, .headers = &form, .header_count = 1 },
        { .method = HTTP_POST, .body = twice(arena, text) },
    };
    for (size_t i = 0; i < COUNT(requests); i++)
        HOLDS(same_value(want, read_params(arena, &requests[i]), false));
    return 0;
}
