/* Whatever the cookies: what is found lies within its header, behind our name and `=`, and is the
 * same however the other cookies are arranged. */
#include "dialect/superoffice/superoffice.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes all = bytes_of((const char *)data, size);
    size_t line = bytes_index(all, '\n');
    struct http_header headers[] = { { B("Cookie"), bytes_first(all, line) },
                                     { B("cookie"), bytes_from(all, line + 1) },
                                     { B("Cookie"), B("a=b; SO_SESSION=known") } };
    struct http_request req = { .headers = headers, .header_count = 2 };
    struct bytes found = so_session_cookie(&req);

    HOLDS(!memchr(found.len ? found.at : "", ';', found.len));
    req.header_count = 3;
    struct bytes again = so_session_cookie(&req);
    if (found.len == 0) {
        HOLDS(bytes_eq(again, B("known")));
        return 0;
    }
    HOLDS(is_slice(found, headers[0].value) || is_slice(found, headers[1].value));
    HOLDS(again.at == found.at && again.len == found.len);
    HOLDS(memmem(data, size, "SO_SESSION", 10) != NULL);
    return 0;
}
