/* A part lies within the whole, and asking for it again by its numbers gives it again. */
#include "fuzz.h"
#include "http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t whole = 0, offset = 7, length = 7;

    if (size < 4)
        return 0;
    memcpy(&whole, data, 4);
    whole >>= data[0] & 31;
    struct bytes text = bytes_of((const char *)data + 4, size - 4);
    size_t line = bytes_index(text, '\n');
    struct http_header headers[] = { { B("Range"), bytes_first(text, line) },
                                     { B("If-Range"), bytes_from(text, line + 1) } };
    struct http_request req = { .headers = headers, .header_count = line < text.len ? 2 : 1 };
    struct http_validators now = { .etag = B("\"a\""), .modified_us = 784111777000000 };

    int status = http_range(&req, &now, whole, &offset, &length);
    HOLDS(status == 200 || status == 206 || status == 416);
    if (status != 206) {
        HOLDS(offset == 0 && length == whole);
        return 0;
    }
    HOLDS(length > 0 && offset < whole && length <= whole - offset);

    char again[80];
    snprintf(again, sizeof again, "bytes=%llu-%llu", (unsigned long long)offset,
             (unsigned long long)(offset + length - 1));
    headers[0].value = bytes_str(again);
    uint64_t offset_again, length_again;
    HOLDS(http_range(&req, &now, whole, &offset_again, &length_again) == 206);
    HOLDS(offset == offset_again && length == length_again);
    return 0;
}
