#include "http/request_line.h"
#include "test.h"

/* Sends `text` through in pieces of `piece` bytes, as a connection would, into `out`. */
static struct bytes mended(struct bytes text, size_t piece, char out[256])
{
    struct request_line line;
    size_t len = 0;

    request_line_begin(&line);
    while (text.len) {
        char buf[256];
        size_t held = line.held_len;
        struct bytes next = bytes_first(text, piece);
        memcpy(buf, line.held, held);
        memcpy(buf + held, next.at, next.len);
        text = bytes_from(text, next.len);
        size_t got = held + next.len;
        if (request_line_open(&line))
            got = request_line_mend(&line, buf, got);
        CHECK(line.held_len <= REQUEST_LINE_HELD_MAX);
        memcpy(out + len, buf, got);
        len += got;
    }
    return bytes_of(out, len);
}

TEST(spaces_in_a_query_become_pluses)
{
    static const struct {
        const char *line, *want;
    } cases[] = {
        { "GET /a HTTP/1.1\r\nA: b c\r\n\r\n", "GET /a HTTP/1.1\r\nA: b c\r\n\r\n" },
        { "GET /a?b=c d HTTP/1.1\r\nA: b c\r\n\r\n", "GET /a?b=c+d HTTP/1.1\r\nA: b c\r\n\r\n" },
        { "GET /a?$filter=name begins 'F o'&$select=a, b HTTP/1.0\n\n",
          "GET /a?$filter=name+begins+'F+o'&$select=a,+b HTTP/1.0\n\n" },
        { "GET /a? HTTP/1.1 HTTP/1.1\r\n\r\n", "GET /a?+HTTP/1.1 HTTP/1.1\r\n\r\n" },
        { "GET /a?b  HTTP/1.1\r\n\r\n", "GET /a?b+ HTTP/1.1\r\n\r\n" },
        { "GET /a?b HTTP/1.x\r\n\r\n", "GET /a?b+HTTP/1.x\r\n\r\n" },
        { "GET /a b?c d HTTP/1.1\r\n\r\n",
          "GET /a b?c d HTTP/1.1\r\n\r\n" }, /* for nginx to refuse */
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n? \r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n? \r\n" },
        { "\x16\x03\x01 ? a b\n", "\x16\x03\x01 ? a b\n" },
    };
    char out[256];

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t piece = 1; piece < 60; piece++)
            CHECK_BYTES(mended(bytes_str(cases[i].line), piece, out), bytes_str(cases[i].want));
    }
}

TEST(what_follows_a_line_is_left_alone)
{
    struct request_line line;
    char text[] = "POST /a?b HTTP/1.1\r\nX: ? y z\r\n\r\nGET /?a b HTTP/1.1\r\n";

    request_line_begin(&line);
    CHECK_INT(request_line_mend(&line, text, sizeof text - 1), sizeof text - 1);
    CHECK(!request_line_open(&line));
    CHECK(strcmp(text, "POST /a?b HTTP/1.1\r\nX: ? y z\r\n\r\nGET /?a b HTTP/1.1\r\n") == 0);
}

TEST_MAIN
