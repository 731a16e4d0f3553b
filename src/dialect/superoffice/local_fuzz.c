/* Whatever the headers say, a language is two letters or none, and what is refused is named. */
#include "dialect/superoffice/local.h"
#include "fuzz.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct bytes names[] = { B("SO-Language"), B("Accept-Language"), B("SO-TimeZone"),
                                          B("SO-Culture"), B("so-timezone") };
    struct http_header headers[8];
    struct http_request req = { .headers = headers };
    struct bytes rest = bytes_of((const char *)data, size), line;
    struct err e = { 0 };
    struct so_local local;

    while (req.header_count < COUNT(headers) && bytes_split(&rest, '\n', &line) && line.len)
        headers[req.header_count++] =
            (struct http_header){ names[(uint8_t)line.at[0] % COUNT(names)], bytes_from(line, 1) };

    if (so_local_read(&req, &local, &e)) {
        HOLDS(e.code == ERR_INVALID && e.text[0]);
        return 0;
    }
    size_t len = strlen(local.language);
    HOLDS(len == 0 || len == 2);
    for (size_t i = 0; i < len; i++)
        HOLDS(local.language[i] >= 'a' && local.language[i] <= 'z');
    if (local.zone || local.offsets)
        HOLDS(local.zone_asked.len > 0);
    return 0;
}
