#include "core/picture_rows.h"

#include <stdio.h>

struct bytes picture_default_type(enum record_kind kind)
{
    switch (kind) {
    case KIND_PERSON:
        return B("PERSONPHOTO");
    case KIND_CONTACT:
        return B("ContactImage");
    case KIND_PROJECT:
        return B("ProjectImage");
    case KIND_PRODUCT:
        break;
    }
    return B("ProductImage");
}

/* `name` without an extension that names another of our types. */
static struct bytes stem_of(struct bytes name)
{
    for (int type = PICTURE_JPEG; type <= PICTURE_BMP; type++) {
        if (picture_type_fits_name((enum picture_type)type, name)) {
            const char *dot = memrchr(name.at, '.', name.len); /* else it would not fit */
            return bytes_first(name, (size_t)(dot - name.at));
        }
    }
    return name;
}

struct bytes picture_make_name(struct arena *arena, struct bytes name, struct owner owner,
                               enum picture_type type)
{
    const char *extension = picture_type_extension(type);
    const char *made_from = owner.kind ? kind_name(owner.kind) : "picture";
    char *made;

    if (name.len && (type == PICTURE_NONE || picture_type_fits_name(type, name)))
        return name;
    if (name.len == 0) {
        made =
            arena_printf(arena, "%s-%d%s%s", made_from, owner.id, *extension ? "." : "", extension);
    } else {
        struct bytes stem = bytes_first(stem_of(name), PICTURE_NAME_MAX - strlen(extension) - 1);
        while (stem.len && !bytes_is_utf8(stem)) /* not through the middle of a character */
            stem.len--;
        made = arena_printf(arena, "%.*s.%s", (int)stem.len, stem.at, extension);
    }
    return bytes_str(made);
}

static size_t characters(struct bytes text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return n;
}

static enum err_code invalid(struct err *e, const char *field, const char *why)
{
    err_set(e, ERR_INVALID, "%s %s", field, why);
    snprintf(e->field, sizeof e->field, "%s", field);
    return ERR_INVALID;
}

enum err_code picture_check_text(const char *field, struct bytes text, struct err *e)
{
    if (!bytes_is_utf8(text))
        return invalid(e, field, "is not UTF-8");
    if (characters(text) > PICTURE_TEXT_MAX)
        return invalid(e, field, "is longer than 254 characters");
    if (text.len && memchr(text.at, 0, text.len))
        return invalid(e, field, "holds a NUL character");
    return ERR_NONE;
}

enum err_code picture_check_texts(struct bytes name, struct bytes description, struct err *e)
{
    if (name.len > PICTURE_NAME_MAX)
        return invalid(e, "name", "is longer than 255 bytes");
    if (!bytes_is_utf8(name))
        return invalid(e, "name", "is not UTF-8");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c < 0x20 || c == 0x7F || c == '/' || c == '\\')
            return invalid(e, "name", "holds a slash or a control character");
    }
    return picture_check_text("Description", description, e);
}

enum err_code rows_require_record(struct meta *meta, struct owner owner, struct err *e)
{
    bool exists;

    enum err_code rc = meta_record_exists(meta, TENANT_DEFAULT, owner.kind, owner.id, &exists, e);
    if (rc || exists)
        return rc;
    return err_set(e, ERR_NOT_FOUND, "there is no %s %d", kind_name(owner.kind), owner.id);
}

enum err_code rows_hold(struct picture_condition condition, const struct picture *now,
                        struct err *e)
{
    if (condition.ask && !condition.ask(now, condition.context))
        return err_set(e, ERR_PRECONDITION, "the picture has changed meanwhile");
    return ERR_NONE;
}

enum err_code rows_unlink(struct meta *meta, struct owner owner, const struct picture *picture,
                          struct err *e)
{
    int64_t links;

    enum err_code rc = meta_link_delete(meta, TENANT_DEFAULT, owner.kind, owner.id, picture->id, e);
    if (rc == ERR_NONE)
        rc = meta_link_count(meta, TENANT_DEFAULT, picture->id, &links, e);
    if (rc || links > 0)
        return rc;
    return meta_picture_delete(meta, TENANT_DEFAULT, picture->id, e);
}

enum err_code rows_drop_thumbnail(struct meta *meta, struct arena *arena, struct owner owner,
                                  struct err *e)
{
    struct picture thumbnail;
    bool found;

    enum err_code rc = meta_picture_in_role(meta, arena, TENANT_DEFAULT, owner.kind, owner.id,
                                            ROLE_THUMBNAIL, &thumbnail, &found, e);
    if (rc || !found)
        return rc;
    return rows_unlink(meta, owner, &thumbnail, e);
}
