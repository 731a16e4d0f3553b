#include "dialect/superoffice/xml.h"

#define UNKNOWN_CHARACTER "\xEF\xBF\xBD" /* U+FFFD */

/* The first character of `text` and its length in bytes; -1 and 1 for what is no UTF-8. */
static int32_t first_character(struct bytes text, size_t *len)
{
    const unsigned char *s = (const unsigned char *)text.at;

    *len = 1;
    if (s[0] < 0x80)
        return s[0];
    size_t wants = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (wants > text.len || !bytes_is_utf8(bytes_first(text, wants)))
        return -1;
    int32_t character = s[0] & (0x7F >> wants);
    for (size_t i = 1; i < wants; i++)
        character = character << 6 | (s[i] & 0x3F);
    *len = wants;
    return character;
}

/* Length of the run at the start that goes out as it is. */
static size_t plain_run(struct bytes text)
{
    const unsigned char *s = (const unsigned char *)text.at;
    size_t i = 0;

    while (i < text.len && s[i] < 0x80 && s[i] != '&' && s[i] != '<' && s[i] != '>' &&
           (s[i] >= 0x20 || s[i] == '\t' || s[i] == '\n'))
        i++;
    return i;
}

void so_xml_text(struct strbuf *out, struct bytes text)
{
    while (text.len) {
        size_t len = plain_run(text);
        struct bytes part = bytes_first(text, len);

        if (len == 0) {
            int32_t character = first_character(text, &len);
            part = bytes_first(text, len);
            if (character == '&')
                part = B("&amp;");
            else if (character == '<')
                part = B("&lt;");
            else if (character == '>') /* of "]]>" */
                part = B("&gt;");
            else if (character == '\r') /* bare, a reader would make it a line feed */
                part = B("&#xD;");
            else if (character < 0x20 || character == 0xFFFE || character == 0xFFFF)
                part = B(UNKNOWN_CHARACTER);
        }
        strbuf_add(out, part);
        text = bytes_from(text, len);
    }
}

/* Letters beyond ASCII that every edition of XML 1.0 lets a name begin with; there are more, and
 * those go out encoded, which every reader undoes. */
static bool is_letter(int32_t c)
{
    static const struct {
        int32_t from, to;
    } ranges[] = {
        { 'A', 'Z' },     { 'a', 'z' },     { 0xC0, 0xD6 },   { 0xD8, 0xF6 },   { 0xF8, 0x131 },
        { 0x38E, 0x3A1 }, { 0x3A3, 0x3CE }, { 0x401, 0x40C }, { 0x40E, 0x44F }, { 0x451, 0x45C },
    };

    for (size_t i = 0; i < COUNT(ranges); i++) {
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    }
    return c == '_';
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* `_xHHHH`: with what comes behind it a reader may take it for an encoded character. */
static bool seems_encoded(struct bytes text)
{
    size_t digits = 0;

    while (digits < 4 && 2 + digits < text.len && is_hex(text.at[2 + digits]))
        digits++;
    return bytes_starts(text, B("_x")) && digits == 4;
}

/* Length of an encoded character _xHHHH_ or _xHHHHHHHH_ at the start of `text`; 0: none. */
static size_t encoded_len(struct bytes text)
{
    size_t digits = 0;

    if (!bytes_starts(text, B("_x")))
        return 0;
    while (2 + digits < text.len && digits < 9 && is_hex(text.at[2 + digits]))
        digits++;
    bool closed = 2 + digits < text.len && text.at[2 + digits] == '_';
    return closed && (digits == 4 || digits == 8) ? digits + 3 : 0;
}

void so_xml_name(struct strbuf *out, struct bytes name)
{
    bool first = true;

    if (name.len == 0) /* has no name in XML */
        strbuf_lit(out, "_x0000_");
    while (name.len) {
        size_t len;
        int32_t c = first_character(name, &len);
        bool fits = is_letter(c) || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
        if (c == '_' && seems_encoded(name))
            fits = false;
        if (fits)
            strbuf_add(out, bytes_first(name, len));
        else
            strbuf_printf(out, c > 0xFFFF ? "_x%08X_" : "_x%04X_", c < 0 ? 0xFFFDU : (unsigned)c);
        name = bytes_from(name, len);
        first = false;
    }
}

static void write_utf8(struct strbuf *out, uint32_t c)
{
    if (c == 0) /* the empty name */
        return;
    if (c < 0x80) {
        strbuf_char(out, (char)c);
    } else if (c < 0x800) {
        strbuf_char(out, (char)(0xC0 | c >> 6));
        strbuf_char(out, (char)(0x80 | (c & 0x3F)));
    } else if ((c >= 0xD800 && c < 0xE000) || c > 0x10FFFF) {
        strbuf_lit(out, UNKNOWN_CHARACTER);
    } else if (c < 0x10000) {
        strbuf_char(out, (char)(0xE0 | c >> 12));
        strbuf_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        strbuf_char(out, (char)(0x80 | (c & 0x3F)));
    } else {
        strbuf_char(out, (char)(0xF0 | c >> 18));
        strbuf_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
        strbuf_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
        strbuf_char(out, (char)(0x80 | (c & 0x3F)));
    }
}

static uint32_t hex_value(struct bytes digits)
{
    uint32_t value = 0;

    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.at[i];
        value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

struct bytes so_xml_name_read(struct arena *arena, struct bytes name)
{
    struct strbuf out;

    if (!name.len || !memmem(name.at, name.len, "_x", 2))
        return name;
    strbuf_init(&out, arena, name.len, name.len);
    while (name.len) {
        size_t len = encoded_len(name);
        if (len)
            write_utf8(&out, hex_value(bytes_of(name.at + 2, len - 3)));
        else
            strbuf_char(&out, name.at[0]);
        name = bytes_from(name, len ? len : 1);
    }
    return out.failed ? (struct bytes){ 0 } : bytes_of(out.at, out.len);
}
