/* http/request_line.h - request lines with literal spaces in their query.
 *
 * SuperOffice's PHP SDK sends them (superoffice 14.3), and no strict server takes them: what is
 * between the first `?` and the last space of the line becomes `+`, which a query means as space.
 */
#ifndef HTTP_REQUEST_LINE_H
#define HTTP_REQUEST_LINE_H

#include "base/bytes.h"

/* One connection's; zero is the state between requests' lines. */
struct request_line {
    unsigned char where;    /* enum in request_line.c */
    unsigned char held_len; /* bytes kept back: they may be the end of the line */
    char held[11];
};
#define REQUEST_LINE_HELD_MAX 11

/* The next bytes are the first of a request. */
void request_line_begin(struct request_line *line);

/* True while bytes have to go through request_line_mend. */
static inline bool request_line_open(const struct request_line *line)
{
    return line->where != 0;
}

/* Mends the `len` bytes at `at`, which begin with what was held (see held_len; the caller has put
 * it there). Returns how many of them can be used: the rest is held. Never changes a byte outside
 * the query of a request line. */
size_t request_line_mend(struct request_line *line, char *at, size_t len);

#endif
