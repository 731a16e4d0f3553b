/* Bodies are slices in order that do not overlap, and come back whole from a body written anew
 * with a boundary that none of them holds. */
#include "base/strbuf.h"
#include "fuzz.h"
#include "http/form.h"

static void check_again(struct arena *arena, const struct multipart_part *parts, size_t count,
                        struct bytes body)
{
    struct bytes boundary = B("x-fresh-boundary-of-the-fuzzer-x");
    struct multipart_part *again;
    struct err e = { 0 };
    struct strbuf out;
    size_t count_again;

    if (memmem(body.at, body.len, boundary.at, boundary.len))
        return;
    strbuf_init(&out, arena, 0, 32 << 20);
    for (size_t i = 0; i < count; i++) {
        strbuf_printf(&out, "--%s\r\nContent-Disposition: form-data; name=\"", boundary.at);
        bool plain = true;
        for (size_t k = 0; k < parts[i].name.len; k++) {
            char c = parts[i].name.at[k];
            plain = plain && c != '\n' && c != '\r';
            if (c == '"' || c == '\\')
                strbuf_char(&out, '\\');
            strbuf_char(&out, c);
        }
        if (!plain)
            return; /* a lone CR within a header */
        strbuf_lit(&out, "\"\r\n\r\n");
        strbuf_add(&out, parts[i].body);
        strbuf_lit(&out, "\r\n");
    }
    strbuf_printf(&out, "--%s--\r\n", boundary.at);
    HOLDS(!out.failed);
    enum err_code rc =
        multipart_read(arena, strbuf_bytes(&out), boundary, &again, &count_again, &e);
    HOLDS(rc == ERR_NONE && count_again == count);
    for (size_t i = 0; i < count; i++) {
        HOLDS(bytes_eq(parts[i].name, again[i].name));
        HOLDS(bytes_eq(parts[i].body, again[i].body));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 << 20);
    struct bytes text = bytes_of((const char *)data, size);
    size_t line = bytes_index(text, '\n'); /* first line: the boundary */
    struct bytes body = bytes_from(text, line + 1);
    struct multipart_part *parts;
    struct err e = { 0 };
    size_t count;

    enum err_code rc = multipart_read(arena, body, bytes_first(text, line), &parts, &count, &e);
    HOLDS(rc == e.code);
    if (rc) {
        HOLDS(rc == ERR_INVALID || rc == ERR_TOO_LARGE);
        return 0;
    }
    HOLDS(count > 0 && count <= MULTIPART_PARTS_MAX);
    const char *behind = body.at;
    for (size_t i = 0; i < count; i++) {
        HOLDS(is_slice(parts[i].body, body));
        HOLDS(parts[i].body.at >= behind);
        behind = parts[i].body.at + parts[i].body.len;
    }
    check_again(arena, parts, count, body);
    return 0;
}
