#include "base/uri.h"
#include "http/accept.h"
#include "http/form.h"

/* Length of a line end at the start of `text`, 0 when there is none. */
static size_t line_end(struct bytes text)
{
    if (bytes_starts(text, B("\r\n")))
        return 2;
    return bytes_starts(text, B("\n"));
}

/* Takes a line off *text, without its end. */
static struct bytes take_line(struct bytes *text)
{
    size_t end = bytes_index(*text, '\n');
    struct bytes line = bytes_first(*text, end);

    *text = bytes_from(*text, end + 1);
    if (line.len && line.at[line.len - 1] == '\r')
        line.len--;
    return line;
}

struct delimiter {
    size_t from; /* of its line end, which belongs to it */
    size_t to;   /* behind its line, at the line end */
    bool last;
};

/* The next line `--boundary` or `--boundary--` that starts behind the line end at or after `from`;
 * the body itself may start with one. */
static bool find_delimiter(struct bytes body, struct bytes boundary, size_t from, bool at_start,
                           struct delimiter *out)
{
    /* a body with bare LF may itself end in a CR */
    bool crlf = bytes_starts(bytes_from(body, from), B("\r\n"));

    for (size_t i = from;;) {
        if (!at_start) {
            i += bytes_index(bytes_from(body, i), '\n') + 1;
            if (i > body.len)
                return false;
        }
        size_t line = i;
        at_start = false;
        struct bytes rest = bytes_from(body, line);
        if (!bytes_starts(rest, B("--")) || !bytes_starts(bytes_from(rest, 2), boundary))
            continue;
        size_t end = 2 + boundary.len;
        bool last = bytes_starts(bytes_from(rest, end), B("--"));
        end += last ? 2 : 0;
        while (end < rest.len && (rest.at[end] == ' ' || rest.at[end] == '\t'))
            end++;
        if (end < rest.len && line_end(bytes_from(rest, end)) == 0)
            continue; /* a longer word */
        size_t before = line;
        if (before > from && body.at[before - 1] == '\n')
            before--;
        if (crlf && before < line && before > from && body.at[before - 1] == '\r')
            before--;
        *out = (struct delimiter){ .from = before, .to = line + end, .last = last };
        return true;
    }
}

/* Without the backslash of \" and \\, as PHP does; other ones belong to Windows paths. */
static bool unescape(struct arena *arena, struct bytes text, struct bytes *out)
{
    *out = text;
    if (bytes_index(text, '\\') == text.len)
        return true;

    char *copy = arena_alloc(arena, text.len);
    if (!copy)
        return false;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\\' && i + 1 < text.len && strchr("\\\"", text.at[i + 1]) &&
            text.at[i + 1])
            i++;
        copy[len++] = text.at[i];
    }
    *out = bytes_of(copy, len);
    return true;
}

/* filename*=utf-8''%C3%A9.png (RFC 5987), which .NET sends beside a mangled filename. */
static bool extended_filename(struct arena *arena, struct bytes disposition, struct bytes *out)
{
    struct bytes value = media_parameter(disposition, B("filename*"));

    if (!bytes_starts_nocase(value, B("utf-8'")))
        return true;
    value = bytes_from(value, 6);
    size_t quote = bytes_index(value, '\''); /* behind the language */
    if (quote == value.len)
        return true;
    value = uri_decode(arena, bytes_from(value, quote + 1), false);
    if (!value.at)
        return false;
    if (bytes_is_utf8(value))
        *out = value;
    return true;
}

static enum err_code read_part(struct arena *arena, struct bytes text, struct multipart_part *out,
                               struct err *e)
{
    struct multipart_part part = { 0 };

    while (text.len) {
        struct bytes line = take_line(&text);
        if (line.len == 0)
            break;
        size_t colon = bytes_index(line, ':');
        struct bytes name = bytes_trim(bytes_first(line, colon));
        struct bytes value = bytes_trim(bytes_from(line, colon + 1));
        if (bytes_eq_nocase(name, B("Content-Type"))) {
            part.content_type = value;
        } else if (bytes_eq_nocase(name, B("Content-Disposition"))) {
            struct bytes filename = media_parameter(value, B("filename"));
            if (!unescape(arena, media_parameter(value, B("name")), &part.name) ||
                (filename.at && !unescape(arena, filename, &part.filename)) ||
                !extended_filename(arena, value, &part.filename))
                return err_set(e, ERR_NO_MEMORY, "multipart body");
        }
    }
    part.body = text;
    *out = part;
    return ERR_NONE;
}

/* The boundary that the first line of the body shows. */
static struct bytes first_line(struct bytes body)
{
    struct bytes line = bytes_trim(take_line(&body));

    return bytes_starts(line, B("--")) ? bytes_from(line, 2) : (struct bytes){ 0 };
}

enum err_code multipart_read(struct arena *arena, struct bytes body, struct bytes boundary,
                             struct multipart_part **parts, size_t *count, struct err *e)
{
    struct multipart_part *list;
    struct delimiter here, next;
    size_t found = 0;

    if (boundary.len == 0)
        boundary = first_line(body);
    if (boundary.len == 0)
        return err_set(e, ERR_INVALID, "multipart body without a boundary");
    if (!find_delimiter(body, boundary, 0, true, &here) || here.last)
        return err_set(e, ERR_INVALID, "multipart body without a part");

    size_t room = 0;
    list = NULL;
    while (!here.last) {
        if (found == MULTIPART_PARTS_MAX)
            return err_set(e, ERR_TOO_LARGE, "multipart body of more than %d parts",
                           MULTIPART_PARTS_MAX);
        if (found == room) {
            room = room ? room * 2 : 8;
            struct multipart_part *more = arena_zalloc(arena, room, sizeof *list);
            if (!more)
                return err_set(e, ERR_NO_MEMORY, "multipart body");
            if (found)
                memcpy(more, list, found * sizeof *list);
            list = more;
        }
        size_t from = here.to + line_end(bytes_from(body, here.to));
        if (!find_delimiter(body, boundary, here.to, false, &next))
            next = (struct delimiter){ .from = body.len, .to = body.len, .last = true };
        size_t len = next.from > from ? next.from - from : 0;
        enum err_code rc =
            read_part(arena, bytes_first(bytes_from(body, from), len), &list[found], e);
        if (rc)
            return rc;
        found++;
        here = next;
    }
    *parts = list;
    *count = found;
    return ERR_NONE;
}
