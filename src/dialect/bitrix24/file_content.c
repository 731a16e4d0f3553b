#include "dialect/bitrix24/file_content.h"

#include "base/base64.h"
#include "dialect/bitrix24/bind.h"
#include "dialect/bitrix24/error.h"
#include "model/picture.h"

/* `data:image/png;base64,iVBOR…` without its head; other text as it is. */
static struct bytes without_data_prefix(struct bytes text)
{
    size_t comma = bytes_index(text, ',');

    if (comma < text.len && bytes_starts_nocase(text, B("data:")) &&
        bytes_ends_nocase(bytes_first(text, comma), B(";base64")))
        return bytes_from(text, comma + 1);
    return text;
}

static enum err_code decode(struct arena *arena, const struct value *content, bool space_is_plus,
                            struct bytes *out, struct err *e)
{
    if (!content || content->type != VALUE_STRING)
        return b24_error(e, B24_CONTENT_UNREADABLE);

    struct bytes text = without_data_prefix(content->string);
    char *at = arena_alloc(arena, text.len / 4 * 3 + 3);
    size_t len;
    if (!at)
        return err_set(e, ERR_NO_MEMORY, "decode a file of %zu characters", text.len);
    if (!base64_read_lenient(text, space_is_plus, at, &len))
        return b24_error(e, B24_CONTENT_UNREADABLE);
    *out = bytes_of(at, len);
    return ERR_NONE;
}

static struct bytes without_directory(struct bytes name)
{
    for (size_t i = name.len; i > 0; i--) {
        if (name.at[i - 1] == '/' || name.at[i - 1] == '\\')
            return bytes_from(name, i);
    }
    return name;
}

static bool has_control(struct bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        if ((unsigned char)name.at[i] < 0x20 || name.at[i] == 0x7F)
            return true;
    }
    return false;
}

static enum err_code check_name(struct bytes name, struct err *e)
{
    if (name.len == 0)
        return b24_error(e, B24_FILE_NAME_MISSING);
    if (has_control(name) || !bytes_is_utf8(name) || bytes_eq(name, B(".")) ||
        bytes_eq(name, B("..")))
        return b24_error(e, B24_FILE_NAME_CHARACTERS);
    if (name.len > PICTURE_NAME_MAX)
        return b24_error(e, B24_FILE_NAME_TOO_LONG);
    return ERR_NONE;
}

enum err_code b24_file_read(struct arena *arena, const struct value *pair, bool space_is_plus,
                            struct b24_file *out, struct err *e)
{
    const struct value *name = pair->count > 1 ? value_at(pair, 0) : NULL;
    const struct value *content = value_at(pair, pair->count > 1 ? 1 : 0);
    struct b24_file file;

    enum err_code rc = decode(arena, content, space_is_plus, &file.bytes, e);
    if (rc)
        return rc;
    file.name = without_directory(bytes_trim(b24_to_text(arena, name)));
    rc = check_name(file.name, e);
    if (rc)
        return rc;
    *out = file;
    return ERR_NONE;
}

enum err_code b24_file_data_read(struct arena *arena, const struct value *data, bool space_is_plus,
                                 struct b24_file *out, struct err *e)
{
    if (data->count != 1)
        return b24_file_read(arena, data, space_is_plus, out, e);
    enum err_code rc = decode(arena, data->first, space_is_plus, &out->bytes, e);
    if (!rc)
        out->name = B("");
    return rc;
}

enum err_code b24_picture_failure(struct err *e)
{
    switch (e->code) {
    case ERR_NOT_FOUND: /* deleted since we looked */
        return b24_reword(e, B24_PRODUCT_NOT_FOUND);
    case ERR_INVALID:
    case ERR_UNSUPPORTED:
        return b24_reword(e, B24_FILE_TYPE);
    case ERR_TOO_LARGE: /* the bytes were counted before: these are pixels */
        return b24_reword(e, B24_FILE_DIMENSIONS);
    case ERR_DENIED:
        return b24_reword(e, B24_WRITE_DENIED);
    case ERR_FULL:
        return b24_reword(e, B24_DISK_FULL);
    case ERR_UNAVAILABLE:
    case ERR_CONFLICT:
        return b24_reword(e, B24_ADD_FAILED);
    case ERR_NONE:
    case ERR_UNAUTHENTICATED:
    case ERR_METHOD:
    case ERR_PRECONDITION:
    case ERR_BUSY:
    case ERR_NO_MEMORY:
    case ERR_CORRUPT:
    case ERR_BLOCKS:
    case ERR_INTERNAL:
        break;
    }
    return e->code;
}
