/* JSON in, on json-c. Text is first given to it strictly; only what it refuses is rewritten into
 * plain JSON, leniency by leniency, and given to it once more.
 *
 * json-c spends up to 1 KB on an empty object and keeps everything until its end, so the number
 * of values is counted before it sees the text. */
#include "base/strbuf.h"
#include "base/value.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Index of the quote that ends the string starting at `from`, or text.len. */
static size_t string_end(struct bytes text, size_t from)
{
    char quote = text.at[from];

    for (size_t i = from + 1;; i++) {
        i += bytes_index(bytes_from(text, i), quote);
        if (i >= text.len)
            return text.len;
        size_t escapes = 0;
        while (text.at[i - 1 - escapes] == '\\') /* stops at the opening quote */
            escapes++;
        if (escapes % 2 == 0)
            return i;
    }
}

/* json-c cuts member names at a NUL, so that two could become one. */
static bool has_nul_escape(struct bytes name)
{
    for (size_t i = 0; i + 6 <= name.len; i++) {
        if (name.at[i] != '\\')
            continue;
        if (memcmp(name.at + i, "\\u0000", 6) == 0)
            return true;
        i++; /* the escaped character */
    }
    return false;
}

/* An integer that int64_t does not hold; json-c would refuse or cut it. */
static bool is_long_integer(struct bytes word)
{
    int64_t fits;
    size_t i = word.at[0] == '-';

    if (word.len < 19 || bytes_to_int64(word, &fits))
        return false;
    while (i < word.len && word.at[i] >= '0' && word.at[i] <= '9')
        i++;
    return i == word.len;
}

/* Counts what json-c would build. Exact for strict JSON, and json-c stops where it is not. */
static enum err_code check_limits(struct bytes text, struct err *e)
{
    size_t depth = 0, groups = 0, values = 1;

    for (size_t i = 0; i < text.len; i++) {
        size_t end;
        switch (text.at[i]) {
        case '"':
        case '\'': /* json-c takes it for names, strictly too */
            end = string_end(text, i);
            struct bytes string = bytes_first(bytes_from(text, i + 1), end - i - 1);
            for (i = end; i + 1 < text.len && is_space(text.at[i + 1]); i++)
                ;
            if (i + 1 < text.len && text.at[i + 1] == ':' && has_nul_escape(string))
                return err_set(e, ERR_INVALID, "JSON with a NUL in a member name");
            break;
        case '[':
        case '{':
            if (++depth > VALUE_DEPTH_MAX)
                return err_set(e, ERR_INVALID, "JSON deeper than %d", VALUE_DEPTH_MAX);
            groups++;
            values++;
            break;
        case ']':
        case '}':
            depth -= depth > 0;
            break;
        case ',':
            values++;
            break;
        default:
            if (text.at[i] != '-' && !(text.at[i] >= '0' && text.at[i] <= '9'))
                break;
            for (end = i + 1; end < text.len && strchr("0123456789+-.eE", text.at[end]); end++)
                ;
            if (is_long_integer(bytes_of(text.at + i, end - i)))
                return err_set(e, ERR_INVALID, "JSON with an integer out of range");
            i = end - 1;
            break;
        }
        if (values > VALUE_COUNT_MAX || groups > VALUE_GROUPS_MAX)
            return err_set(e, ERR_INVALID, "JSON of more than %d values or %d lists and objects",
                           VALUE_COUNT_MAX, VALUE_GROUPS_MAX);
    }
    return ERR_NONE;
}

static void put_object(json_object **object)
{
    json_object_put(*object);
}

static void free_tokener(json_tokener **tokener)
{
    if (*tokener)
        json_tokener_free(*tokener);
}

static enum err_code copy(struct arena *arena, json_object *from, struct value **out,
                          struct err *e);

static enum err_code copy_children(struct arena *arena, json_object *from, struct value *to,
                                   struct err *e)
{
    struct value *child = NULL;
    enum err_code rc;

    if (to->type == VALUE_LIST) {
        size_t count = json_object_array_length(from);
        for (size_t i = 0; i < count; i++) {
            if ((rc = copy(arena, json_object_array_get_idx(from, i), &child, e)))
                return rc;
            value_put(to, (struct bytes){ 0 }, child);
        }
        return ERR_NONE;
    }
    struct json_object_iterator at = json_object_iter_begin(from);
    struct json_object_iterator end = json_object_iter_end(from);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        struct bytes name = arena_copy(arena, bytes_str(json_object_iter_peek_name(&at)));
        if (!name.at)
            return err_set(e, ERR_NO_MEMORY, "JSON");
        if ((rc = copy(arena, json_object_iter_peek_value(&at), &child, e)))
            return rc;
        value_put(to, name, child);
    }
    return ERR_NONE;
}

static enum err_code copy_scalar(struct arena *arena, json_object *from, struct value *to,
                                 struct err *e)
{
    switch (to->type) {
    case VALUE_BOOL:
        to->boolean = json_object_get_boolean(from);
        break;
    case VALUE_INT:
        to->integer = json_object_get_int64(from);
        break;
    case VALUE_DOUBLE:
        to->number = json_object_get_double(from);
        if (!isfinite(to->number)) /* 1e999, and NaN, which json-c takes */
            return err_set(e, ERR_INVALID, "JSON with a number out of range");
        break;
    case VALUE_STRING:
        to->string = arena_copy(arena, bytes_of(json_object_get_string(from),
                                                (size_t)json_object_get_string_len(from)));
        if (!to->string.at)
            return err_set(e, ERR_NO_MEMORY, "JSON");
        break;
    case VALUE_NULL:
    case VALUE_LIST:
    case VALUE_MAP:
        break;
    }
    return ERR_NONE;
}

/* Recursion: check_limits has held the depth. */
static enum err_code copy(struct arena *arena, json_object *from, struct value **out, struct err *e)
{
    static const enum value_type types[] = {
        [json_type_null] = VALUE_NULL,     [json_type_boolean] = VALUE_BOOL,
        [json_type_double] = VALUE_DOUBLE, [json_type_int] = VALUE_INT,
        [json_type_object] = VALUE_MAP,    [json_type_array] = VALUE_LIST,
        [json_type_string] = VALUE_STRING,
    };
    struct value *value = value_new(arena, types[json_object_get_type(from)]);
    if (!value)
        return err_set(e, ERR_NO_MEMORY, "JSON");

    enum err_code rc = value->type == VALUE_LIST || value->type == VALUE_MAP
                           ? copy_children(arena, from, value, e)
                           : copy_scalar(arena, from, value, e);
    if (rc == ERR_NONE)
        *out = value;
    return rc;
}

static enum err_code read_strict(struct arena *arena, struct bytes text, struct value **out,
                                 struct err *e)
{
    enum err_code rc = check_limits(text, e);
    if (rc)
        return rc;

    CLEANUP(free_tokener) json_tokener *tokener = json_tokener_new_ex(VALUE_DEPTH_MAX + 2);
    if (!tokener)
        return err_set(e, ERR_NO_MEMORY, "JSON");
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);

    while (text.len && is_space(text.at[text.len - 1]))
        text.len--;
    CLEANUP(put_object)
    json_object *object = json_tokener_parse_ex(tokener, text.at, (int)text.len);
    size_t taken = json_tokener_get_parse_end(tokener);
    if (json_tokener_get_error(tokener) == json_tokener_continue && taken == text.len) {
        object = json_tokener_parse_ex(tokener, "", 1); /* a number ends here */
    }
    enum json_tokener_error why = json_tokener_get_error(tokener);
    if (why != json_tokener_success || taken != text.len)
        return err_set(e, ERR_INVALID, "not JSON: %s",
                       why ? json_tokener_error_desc(why) : "more behind its end");
    return copy(arena, object, out, e);
}

/* Index behind the comment that starts at `from`; SIZE_MAX when it has no end. */
static size_t comment_end(struct bytes text, size_t from)
{
    for (size_t i = from + 3;; i++) {
        i += bytes_index(bytes_from(text, i), '/');
        if (i >= text.len)
            return SIZE_MAX;
        if (text.at[i - 1] == '*')
            return i + 1;
    }
}

/* Index behind white space and comments at `from`; SIZE_MAX when a comment has no end. */
static size_t skip_blank(struct bytes text, size_t from)
{
    size_t i = from;

    while (i < text.len) {
        struct bytes rest = bytes_from(text, i);
        if (is_space(rest.at[0])) {
            i++;
        } else if (bytes_starts(rest, B("//"))) {
            i += bytes_index(rest, '\n');
        } else if (bytes_starts(rest, B("/*"))) {
            i = comment_end(text, i);
            if (i == SIZE_MAX)
                return i;
        } else {
            break;
        }
    }
    return i;
}

/* 'text' as "text". */
static void requote(struct strbuf *out, struct bytes text)
{
    strbuf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"') {
            strbuf_lit(out, "\\\"");
        } else if (text.at[i] == '\\' && i + 1 < text.len) {
            i++;
            if (text.at[i] != '\'')
                strbuf_char(out, '\\');
            strbuf_char(out, text.at[i]);
        } else {
            strbuf_char(out, text.at[i]);
        }
    }
    strbuf_char(out, '"');
}

static bool is_name(struct bytes word)
{
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.at[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '$' && c < 0x80)
            return false;
    }
    return true;
}

/* A run that is no string and no punctuation: a name without quotes, a number, true, … */
static void rewrite_word(struct strbuf *out, struct bytes word, bool name)
{
    if (name && is_name(word)) {
        strbuf_char(out, '"');
        strbuf_add(out, word);
        strbuf_char(out, '"');
    } else {
        strbuf_add(out, word);
        if (is_long_integer(word))
            strbuf_lit(out, "e0"); /* a double: json-c refuses what its integers do not hold */
    }
}

/* Lenient JSON (superoffice 5.2) into JSON, at most twice as long. What is neither comes out
 * as it is, for json-c to refuse. False when a string or comment has no end. */
static bool rewrite(struct strbuf *out, struct bytes text)
{
    char last = 0;      /* first character of the last token */
    bool comma = false; /* it was a comma, not yet written: */
    bool drop = false;  /* to be left out before a bracket */

    for (size_t i = 0; i < text.len;) {
        size_t end = skip_blank(text, i);
        if (end == SIZE_MAX)
            return false;
        if (end > i)
            strbuf_char(out, ' ');
        if ((i = end) == text.len)
            break;

        char c = text.at[i];
        if (comma && !(drop && (c == ']' || c == '}')))
            strbuf_char(out, ',');
        comma = c == ',';
        drop = comma && last && !strchr("[{,:", last);
        if (c == '"' || c == '\'') {
            end = string_end(text, i);
            if (end == text.len)
                return false;
            end++;
            struct bytes whole = bytes_first(bytes_from(text, i), end - i);
            if (c == '"')
                strbuf_add(out, whole);
            else
                requote(out, bytes_of(whole.at + 1, whole.len - 2));
        } else if (strchr(",:[]{}/", c)) {
            end = i + 1;
            if (!comma)
                strbuf_char(out, c);
        } else {
            for (end = i + 1; end < text.len && !strchr(" \t\n\r,:[]{}\"'/", text.at[end]); end++)
                ;
            size_t next = skip_blank(text, end);
            rewrite_word(out, bytes_of(text.at + i, end - i),
                         next < text.len && text.at[next] == ':');
        }
        last = c;
        i = end;
    }
    if (comma)
        strbuf_char(out, ',');
    return true;
}

enum err_code json_read(struct arena *arena, struct bytes text, struct value **out, struct err *e)
{
    if (bytes_starts(text, B("\xEF\xBB\xBF")))
        text = bytes_from(text, 3);
    if (text.len > INT_MAX / 2 - 8)
        return err_set(e, ERR_INVALID, "JSON of %zu bytes", text.len);
    if (text.len == 0)
        return err_set(e, ERR_INVALID, "not JSON: empty");
    if (memchr(text.at, 0, text.len) || !bytes_is_utf8(text))
        return err_set(e, ERR_INVALID, "not JSON: not UTF-8 text");

    struct err strict;
    enum err_code rc = read_strict(arena, text, out, &strict);
    if (rc == ERR_NONE)
        return rc;
    if (rc != ERR_INVALID) {
        *e = strict;
        return rc;
    }

    size_t room = 2 * text.len + 16;
    CLEANUP(arena_freep) struct arena *scratch = arena_new(room + 64);
    if (!scratch)
        return err_set(e, ERR_NO_MEMORY, "JSON");
    struct strbuf plain;
    strbuf_init(&plain, scratch, room, room);
    if (!rewrite(&plain, text)) {
        *e = strict;
        return rc;
    }
    if (plain.failed)
        return err_set(e, ERR_NO_MEMORY, "JSON");
    return read_strict(arena, strbuf_bytes(&plain), out, e);
}
