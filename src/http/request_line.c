#include "http/request_line.h"

enum where { DONE, METHOD, PATH, QUERY };

void request_line_begin(struct request_line *line)
{
    *line = (struct request_line){ .where = METHOD };
}

enum ending { ENDS, GOES_ON, UNKNOWN };

/* Is the space in front of `rest` the last of its line? ` HTTP/1.1` and the line's end follow then.
 */
static enum ending ending_at(struct bytes rest)
{
    static const char want[] = "HTTP/#.#\r";

    for (size_t i = 0; i < sizeof want - 1; i++) {
        if (i == rest.len)
            return UNKNOWN;
        char c = rest.at[i];
        if (want[i] == '\r')
            return c == '\r' || c == '\n' ? ENDS : GOES_ON;
        if (want[i] == '#' ? c < '0' || c > '9' : c != want[i])
            return GOES_ON;
    }
    return GOES_ON;
}

size_t request_line_mend(struct request_line *line, char *at, size_t len)
{
    line->held_len = 0;
    for (size_t i = 0; i < len && line->where != DONE; i++) {
        bool space = at[i] == ' ';

        if (at[i] == '\n' || (line->where == METHOD && !space && (at[i] < 'A' || at[i] > 'Z')) ||
            (line->where == PATH && space)) {
            line->where = DONE; /* the line is over, or nothing that we could mend */
        } else if (line->where == METHOD && space) {
            line->where = PATH;
        } else if (line->where == PATH && at[i] == '?') {
            line->where = QUERY;
        } else if (line->where == QUERY && space) {
            enum ending ending = ending_at(bytes_of(at + i + 1, len - i - 1));
            if (ending == ENDS) {
                line->where = DONE;
            } else if (ending == GOES_ON) {
                at[i] = '+';
            } else {
                line->held_len = (unsigned char)(len - i);
                memcpy(line->held, at + i, len - i);
                return i;
            }
        }
    }
    return len;
}
