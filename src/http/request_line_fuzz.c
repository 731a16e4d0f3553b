/* However it arrives, the same comes out; only spaces of the first line's query are pluses then. */
#include "fuzz.h"
#include "http/request_line.h"

#include <stdlib.h>

static size_t through(const char *text, size_t len, size_t piece, char *out)
{
    struct request_line line;
    size_t done = 0;
    char *buf = malloc(len + REQUEST_LINE_HELD_MAX);

    request_line_begin(&line);
    for (size_t at = 0; at < len; at += piece) {
        size_t held = line.held_len;
        size_t next = len - at < piece ? len - at : piece;
        memcpy(buf, line.held, held);
        memcpy(buf + held, text + at, next);
        size_t got = held + next;
        if (request_line_open(&line))
            got = request_line_mend(&line, buf, got);
        HOLDS(got + line.held_len == held + next || !request_line_open(&line));
        memcpy(out + done, buf, got);
        done += got;
    }
    free(buf);
    return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 65536)
        return 0;
    const char *text = (const char *)data + 1;
    size_t len = size - 1;
    char *whole = malloc(len);
    char *pieces = malloc(len);

    size_t whole_len = through(text, len, len, whole);
    size_t pieces_len = through(text, len, 1 + data[0] % 40, pieces);
    size_t line = bytes_index(bytes_of(text, len), '\n');
    size_t query = bytes_index(bytes_of(text, line), '?');
    HOLDS(whole_len == pieces_len && len - whole_len <= REQUEST_LINE_HELD_MAX);
    HOLDS(memcmp(whole, pieces, whole_len) == 0);
    for (size_t i = 0; i < whole_len; i++) {
        bool plus = text[i] == ' ' && whole[i] == '+';
        HOLDS(whole[i] == text[i] || (plus && i > query && i < line));
    }
    free(whole);
    free(pieces);
    return 0;
}
