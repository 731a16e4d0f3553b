/* Whatever the headers say: 304 goes to readers only, a failed If-Match is never passed, and the
 * answer to HEAD is the answer to GET. */
#include "fuzz.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "If-Match", "If-None-Match", "If-Unmodified-Since",
                                         "If-Modified-Since" };
    struct bytes rest = bytes_of((const char *)data, size), line;
    struct http_header headers[4];
    struct http_request req = { .headers = headers };
    struct http_validators now = { .etag = B("\"a\""), .modified_us = 784111777000000 };

    for (size_t i = 0; i < COUNT(names) && bytes_split(&rest, '\n', &line); i++) {
        if (line.len)
            headers[req.header_count++] = (struct http_header){ bytes_str(names[i]), line };
    }
    enum http_condition got[HTTP_OTHER + 1];
    for (int method = 0; method <= HTTP_OTHER; method++) {
        req.method = (enum http_method)method;
        got[method] = http_condition(&req, &now);
    }
    for (int method = 0; method <= HTTP_OTHER; method++) {
        if (method != HTTP_GET && method != HTTP_HEAD)
            HOLDS(got[method] != HTTP_CONDITION_NOT_MODIFIED && got[method] == got[HTTP_OTHER]);
    }
    HOLDS(got[HTTP_GET] == got[HTTP_HEAD]);

    struct bytes match = http_header_find(&req, "If-Match");
    bool may_match = memmem(match.at ? match.at : "", match.len, "\"a\"", 3) ||
                     bytes_eq(bytes_trim(match), B("*"));
    if (match.at && !may_match) {
        HOLDS(got[HTTP_PUT] == HTTP_CONDITION_FAILED);
        HOLDS(got[HTTP_GET] == HTTP_CONDITION_FAILED);
    }
    if (got[HTTP_GET] == HTTP_CONDITION_FAILED)
        HOLDS(match.at && got[HTTP_PUT] == HTTP_CONDITION_FAILED);
    return 0;
}
