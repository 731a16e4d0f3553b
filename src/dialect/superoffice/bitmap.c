#include "dialect/superoffice/superoffice.h"

#include "base/base64.h"
#include "http/accept.h"
#include "http/form.h"

/* Whether a Content-Type may stand before a picture. What it says about the picture is not
 * believed; form-urlencoded is what curl calls any body, text/plain comes with base64. */
static bool may_be_picture(struct bytes type)
{
    return type.len == 0 || bytes_starts_nocase(type, B("image/")) ||
           bytes_eq_nocase(type, B("application/octet-stream")) ||
           bytes_eq_nocase(type, B("application/x-www-form-urlencoded")) ||
           bytes_eq_nocase(type, B("text/plain"));
}

/* Part `image`, else the first with a file name, else the first (superoffice 3.3). */
static const struct multipart_part *choose_part(const struct multipart_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_eq_nocase(parts[i].name, B("image")))
            return &parts[i];
    }
    for (size_t i = 0; i < count; i++) {
        if (parts[i].filename.at)
            return &parts[i];
    }
    return &parts[0];
}

/* Browsers of old sent whole paths; what is no text is no name. */
static struct bytes file_name(struct bytes sent)
{
    for (size_t i = sent.len; i > 0; i--) {
        if (sent.at[i - 1] == '/' || sent.at[i - 1] == '\\') {
            sent = bytes_from(sent, i);
            break;
        }
    }
    return bytes_is_utf8(sent) ? sent : (struct bytes){ 0 };
}

/* At most PICTURE_TEXT_MAX characters, so that a name which is too long for a description does
 * not stop the upload. */
static struct bytes description_of(struct bytes name)
{
    size_t characters = 0;

    for (size_t i = 0; i < name.len; i++) {
        bool starts = ((unsigned char)name.at[i] & 0xC0) != 0x80;
        if (starts && ++characters > PICTURE_TEXT_MAX)
            return bytes_first(name, i);
    }
    return name;
}

static enum err_code read_multipart(struct arena *arena, struct bytes body, struct bytes boundary,
                                    struct picture_content *out, struct err *e)
{
    struct multipart_part *parts;
    size_t count;
    enum err_code rc = multipart_read(arena, body, boundary, &parts, &count, e);
    if (rc)
        return rc;

    const struct multipart_part *part = choose_part(parts, count);
    out->bytes = part->body;
    out->name = file_name(part->filename);
    out->description = description_of(out->name);
    return ERR_NONE;
}

static bool is_base64_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_' || c == '=' || c == ' ' || (c >= '\t' && c <= '\r');
}

/* No picture begins with so many letters and digits; most are told by their first byte. */
static bool is_base64_text(struct bytes bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (!is_base64_char(bytes.at[i]))
            return false;
    }
    return bytes.len > 0;
}

/* Copies `text` without its white space: mails and shells wrap base64. */
static size_t unwrap(struct bytes text, char *out)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c != ' ' && !(c >= '\t' && c <= '\r'))
            out[len++] = c;
    }
    return len;
}

/* Base64 text and `data:` URLs, a mistake that is seen and harmless, become what they stand for;
 * anything else stays as it is. */
static enum err_code decode_text(struct arena *arena, struct bytes *bytes, struct err *e)
{
    struct bytes text = *bytes;

    if (bytes_starts_nocase(text, B("data:"))) {
        size_t comma = bytes_index(bytes_first(text, 256), ',');
        text = bytes_from(text, comma + 1);
    }
    if (!is_base64_text(text))
        return ERR_NONE;

    char *plain = arena_alloc(arena, text.len);
    size_t len = plain ? unwrap(text, plain) : 0;
    char *decoded = plain ? arena_alloc(arena, len / 4 * 3 + 3) : NULL;
    if (!decoded)
        return err_set(e, ERR_TOO_LARGE, "base64 text of %zu bytes", text.len);
    if (base64_read(bytes_of(plain, len), decoded, &len))
        *bytes = bytes_of(decoded, len);
    return ERR_NONE;
}

#define PART_HEADER_WITHIN 1024

static bool has_part_header(struct bytes body)
{
    struct bytes head = bytes_first(body, PART_HEADER_WITHIN);

    for (; head.len; head = bytes_from(head, 1)) {
        if (bytes_starts_nocase(head, B("Content-Disposition:")))
            return true;
    }
    return false;
}

/* Multipart bytes under a type that says otherwise: when the body looks like it, try. */
static bool is_hidden_multipart(struct arena *arena, struct bytes body, struct picture_content *out)
{
    struct err ignored = { 0 };

    return bytes_starts(body, B("--")) && has_part_header(body) &&
           read_multipart(arena, body, (struct bytes){ 0 }, out, &ignored) == ERR_NONE;
}

enum err_code so_bitmap_read(struct arena *arena, const struct http_request *req, struct bytes body,
                             struct picture_content *out, struct err *e)
{
    struct picture_content content = { .bytes = body };
    struct bytes header = http_header_find(req, "Content-Type");
    struct bytes type = media_type(header);
    enum err_code rc = ERR_NONE;

    if (bytes_starts_nocase(type, B("multipart/"))) {
        rc = read_multipart(arena, body, media_parameter(header, B("boundary")), &content, e);
        if (rc)
            return rc;
    } else if (!may_be_picture(type)) {
        return err_set(e, ERR_UNSUPPORTED, "the request body must be a picture");
    } else if (!is_hidden_multipart(arena, body, &content)) {
        content.bytes = body;
    }
    rc = decode_text(arena, &content.bytes, e);
    if (rc)
        return rc;
    if (content.bytes.len == 0)
        return err_set(e, ERR_INVALID, "bitmap missing");
    *out = content;
    return ERR_NONE;
}
