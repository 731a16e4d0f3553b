#include "http/charset.h"

enum charset charset_named(struct bytes name)
{
    static const struct {
        struct bytes name;
        enum charset charset;
    } names[] = {
        { { "utf-8", 5 }, CHARSET_UTF8 },           { { "utf8", 4 }, CHARSET_UTF8 },
        { { "us-ascii", 8 }, CHARSET_UTF8 },        { { "ascii", 5 }, CHARSET_UTF8 },
        { { "iso-8859-1", 10 }, CHARSET_LATIN1 },   { { "iso8859-1", 9 }, CHARSET_LATIN1 },
        { { "latin1", 6 }, CHARSET_LATIN1 },        { { "utf-16", 6 }, CHARSET_UTF16 },
        { { "unicode", 7 }, CHARSET_UTF16 },        { { "utf-16be", 8 }, CHARSET_UTF16BE },
        { { "unicodefffe", 11 }, CHARSET_UTF16BE }, { { "utf-16le", 8 }, CHARSET_UTF16LE },
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        if (bytes_eq_nocase(name, names[i].name))
            return names[i].charset;
    }
    return CHARSET_UNKNOWN;
}

enum charset charset_marked(struct bytes text)
{
    if (bytes_starts(text, B("\xEF\xBB\xBF")))
        return CHARSET_UTF8;
    if (bytes_starts(text, B("\xFE\xFF")))
        return CHARSET_UTF16BE;
    return bytes_starts(text, B("\xFF\xFE")) ? CHARSET_UTF16LE : CHARSET_UNKNOWN;
}

static size_t put(char *at, uint32_t c)
{
    if (c < 0x80) {
        at[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        at[0] = (char)(0xC0 | c >> 6);
        at[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        at[0] = (char)(0xE0 | c >> 12);
        at[1] = (char)(0x80 | (c >> 6 & 0x3F));
        at[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    at[0] = (char)(0xF0 | c >> 18);
    at[1] = (char)(0x80 | (c >> 12 & 0x3F));
    at[2] = (char)(0x80 | (c >> 6 & 0x3F));
    at[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static enum err_code read_latin1(struct arena *arena, struct bytes text, struct bytes *out,
                                 struct err *e)
{
    char *at = arena_alloc(arena, 2 * text.len + 1);
    size_t len = 0;

    if (!at)
        return err_set(e, ERR_NO_MEMORY, "text of %zu bytes", text.len);
    for (size_t i = 0; i < text.len; i++)
        len += put(at + len, (unsigned char)text.at[i]);
    *out = bytes_of(at, len);
    return ERR_NONE;
}

static uint32_t unit(struct bytes text, size_t i, bool little)
{
    const unsigned char *s = (const unsigned char *)text.at + i;

    return little ? (uint32_t)(s[1] << 8 | s[0]) : (uint32_t)(s[0] << 8 | s[1]);
}

static enum err_code read_utf16(struct arena *arena, struct bytes text, bool little,
                                struct bytes *out, struct err *e)
{
    char *at = arena_alloc(arena, text.len / 2 * 3 + 1); /* a pair, 4 bytes, becomes 4 */
    size_t len = 0;

    if (!at)
        return err_set(e, ERR_NO_MEMORY, "text of %zu bytes", text.len);
    if (text.len % 2)
        return err_set(e, ERR_INVALID, "not UTF-16: an odd number of bytes");
    for (size_t i = 0; i < text.len; i += 2) {
        uint32_t c = unit(text, i, little);
        if (c >= 0xD800 && c < 0xE000) {
            uint32_t low = i + 2 < text.len ? unit(text, i + 2, little) : 0;
            if (c >= 0xDC00 || low < 0xDC00 || low >= 0xE000)
                return err_set(e, ERR_INVALID, "not UTF-16: half a character at byte %zu", i);
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        len += put(at + len, c);
    }
    *out = bytes_of(at, len);
    return ERR_NONE;
}

enum err_code charset_read(struct arena *arena, struct bytes text, enum charset charset,
                           struct bytes *out, struct err *e)
{
    enum charset marked = charset_marked(text);

    switch (charset) {
    case CHARSET_UTF8:
        if (marked == CHARSET_UTF8)
            text = bytes_from(text, 3);
        if (!bytes_is_utf8(text))
            return err_set(e, ERR_INVALID, "the text is not UTF-8; say which charset it is");
        *out = text;
        return ERR_NONE;
    case CHARSET_LATIN1:
        return read_latin1(arena, text, out, e);
    case CHARSET_UTF16:
    case CHARSET_UTF16BE:
    case CHARSET_UTF16LE:
        if (charset == CHARSET_UTF16)
            charset = marked == CHARSET_UTF16LE ? CHARSET_UTF16LE : CHARSET_UTF16BE;
        if (marked == charset)
            text = bytes_from(text, 2);
        return read_utf16(arena, text, charset == CHARSET_UTF16LE, out, e);
    case CHARSET_UNKNOWN:
        break;
    }
    return err_set(e, ERR_UNSUPPORTED, "this charset is not taken: send UTF-8");
}
