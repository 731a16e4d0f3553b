/* JSON in, in one pass: strict JSON and the leniencies of superoffice 5.2 straight into the tree.
 * docs/dependencies.md says why no library does it. Texts without escapes stay where they are in
 * the input: a picture in base64 is megabytes. */
#include "base/json_text.h"
#include "base/value.h"

#include <math.h>
#include <stdlib.h>

struct reader {
    struct arena *arena;
    struct bytes text; /* all of it */
    size_t at;
    size_t depth, values, groups;
    struct err *e;
};

static enum err_code refuse(struct reader *r, const char *what)
{
    return err_set(r->e, ERR_INVALID, "not JSON: %s at byte %zu", what, r->at);
}

static enum err_code no_memory(struct reader *r)
{
    return err_set(r->e, ERR_NO_MEMORY, "JSON");
}

/* What stands there; NUL, which the text does not hold, at its end. */
static char peek(const struct reader *r)
{
    return r->at < r->text.len ? r->text.at[r->at] : '\0';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Index behind the comment that starts at `from`; text.len + 1 when it has no end. */
static size_t comment_end(struct bytes text, size_t from)
{
    if (text.at[from + 1] == '/')
        return from + bytes_index(bytes_from(text, from), '\n');
    for (size_t i = from + 3;; i++) {
        i += bytes_index(bytes_from(text, i), '/');
        if (i >= text.len)
            return text.len + 1;
        if (text.at[i - 1] == '*')
            return i + 1;
    }
}

/* White space and comments. */
static enum err_code skip_blank(struct reader *r)
{
    for (;;) {
        while (is_space(peek(r)))
            r->at++;
        if (peek(r) != '/' || r->at + 1 == r->text.len ||
            (r->text.at[r->at + 1] != '/' && r->text.at[r->at + 1] != '*'))
            return ERR_NONE;
        size_t end = comment_end(r->text, r->at);
        if (end > r->text.len)
            return refuse(r, "a comment without end");
        r->at = end;
    }
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

/* "text" or 'text' */
static enum err_code read_string(struct reader *r, struct bytes *out)
{
    size_t end = string_end(r->text, r->at);
    struct bytes inside = bytes_first(bytes_from(r->text, r->at + 1), end - r->at - 1);

    if (end == r->text.len)
        return refuse(r, "a text without end");
    if (bytes_index(inside, '\\') < inside.len) {
        char *plain = arena_alloc(r->arena, inside.len);
        if (!plain)
            return no_memory(r);
        if (!json_unescape(inside, peek(r), plain, &inside.len))
            return refuse(r, "an unknown escape in the text");
        inside.at = plain;
    }
    r->at = end + 1;
    *out = inside;
    return ERR_NONE;
}

static bool ends_word(char c)
{
    return is_space(c) || c == '\0' || c == ',' || c == ':' || c == '[' || c == ']' || c == '{' ||
           c == '}' || c == '"' || c == '\'' || c == '/';
}

/* A run without quotes: a name, a number, true, … */
static struct bytes read_word(struct reader *r)
{
    size_t from = r->at;

    while (!ends_word(peek(r)))
        r->at++;
    return bytes_of(r->text.at + from, r->at - from);
}

static bool is_name(struct bytes word)
{
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.at[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '$' && c < 0x80)
            return false;
    }
    return word.len > 0;
}

/* A member's name and its colon. A NUL inside would be the end of it for others. */
static enum err_code read_name(struct reader *r, struct bytes *out)
{
    enum err_code rc = ERR_NONE;

    if (peek(r) == '"' || peek(r) == '\'') {
        rc = read_string(r, out);
        if (rc == ERR_NONE && bytes_index(*out, '\0') < out->len)
            return err_set(r->e, ERR_INVALID, "JSON with a NUL in a member name");
    } else {
        *out = read_word(r);
        if (!is_name(*out))
            return refuse(r, "no member's name");
    }
    if (rc || (rc = skip_blank(r)))
        return rc;
    if (peek(r) != ':')
        return refuse(r, "no colon behind a member's name");
    r->at++;
    return skip_blank(r);
}

static enum err_code read_number(struct reader *r, struct bytes word, struct value *out)
{
    if (!json_is_number(word))
        return refuse(r, "no value");
    if (bytes_to_int64(word, &out->integer)) {
        out->type = VALUE_INT;
        return ERR_NONE;
    }
    const char *text = arena_str(r->arena, word);
    if (!text)
        return no_memory(r);
    out->type = VALUE_DOUBLE;
    out->number = strtod(text, NULL);
    if (!isfinite(out->number)) /* 1e999 */
        return err_set(r->e, ERR_INVALID, "JSON with a number out of range");
    return ERR_NONE;
}

static enum err_code read_scalar(struct reader *r, struct value *out)
{
    if (peek(r) == '"' || peek(r) == '\'') {
        out->type = VALUE_STRING;
        return read_string(r, &out->string);
    }
    struct bytes word = read_word(r);
    if (bytes_eq(word, B("null")))
        return ERR_NONE;
    out->boolean = bytes_eq(word, B("true"));
    if (!out->boolean && !bytes_eq(word, B("false")))
        return read_number(r, word, out);
    out->type = VALUE_BOOL;
    return ERR_NONE;
}

static enum err_code read_value(struct reader *r, struct value **out);

/* What is between brackets, and the closing one. A comma before it does not count. */
static enum err_code read_children(struct reader *r, struct value *parent, char close)
{
    enum err_code rc;

    for (;;) {
        struct bytes name = { 0 };
        struct value *child = NULL;

        if ((rc = skip_blank(r)))
            return rc;
        if (peek(r) == close)
            break;
        if (parent->type == VALUE_MAP && (rc = read_name(r, &name)))
            return rc;
        if ((rc = read_value(r, &child)) || (rc = skip_blank(r)))
            return rc;
        value_put(parent, name, child);
        if (peek(r) == close)
            break;
        if (peek(r) != ',')
            return refuse(r, "neither a comma nor a closing bracket");
        r->at++;
    }
    r->at++;
    return ERR_NONE;
}

static enum err_code read_group(struct reader *r, struct value *out)
{
    bool map = peek(r) == '{';

    if (++r->depth > VALUE_DEPTH_MAX)
        return err_set(r->e, ERR_INVALID, "JSON deeper than %d", VALUE_DEPTH_MAX);
    r->groups++;
    r->at++;
    out->type = map ? VALUE_MAP : VALUE_LIST;
    enum err_code rc = read_children(r, out, map ? '}' : ']');
    r->depth--;
    return rc;
}

/* Recursion: read_group holds the depth. */
static enum err_code read_value(struct reader *r, struct value **out)
{
    bool group = peek(r) == '{' || peek(r) == '[';

    if (++r->values > VALUE_COUNT_MAX || r->groups + group > VALUE_GROUPS_MAX)
        return err_set(r->e, ERR_INVALID, "JSON of more than %d values or %d lists and objects",
                       VALUE_COUNT_MAX, VALUE_GROUPS_MAX);
    struct value *value = value_new(r->arena, VALUE_NULL);
    if (!value)
        return no_memory(r);
    enum err_code rc = group ? read_group(r, value) : read_scalar(r, value);
    if (rc == ERR_NONE)
        *out = value;
    return rc;
}

enum err_code json_read(struct arena *arena, struct bytes text, struct value **out, struct err *e)
{
    struct reader r = { .arena = arena, .text = text, .e = e };
    struct value *value;

    if (bytes_starts(text, B("\xEF\xBB\xBF")))
        r.text = bytes_from(text, 3);
    if (r.text.len == 0)
        return err_set(e, ERR_INVALID, "not JSON: empty");
    if (bytes_index(r.text, '\0') < r.text.len || !bytes_is_utf8(r.text))
        return err_set(e, ERR_INVALID, "not JSON: not UTF-8 text");

    enum err_code rc = skip_blank(&r);
    if (rc || (rc = read_value(&r, &value)) || (rc = skip_blank(&r)))
        return rc;
    if (r.at < r.text.len)
        return refuse(&r, "more behind the end");
    *out = value;
    return ERR_NONE;
}
