#include "model/picture.h"

static const struct {
    const char *mime;
    const char *extension;
    const char *others[3]; /* further extensions that fit */
} types[] = {
    [PICTURE_NONE] = { "", "", { NULL } },
    [PICTURE_JPEG] = { "image/jpeg", "jpg", { "jpeg", "jpe", "jfif" } },
    [PICTURE_PNG] = { "image/png", "png", { NULL } },
    [PICTURE_GIF] = { "image/gif", "gif", { NULL } },
    [PICTURE_WEBP] = { "image/webp", "webp", { NULL } },
    [PICTURE_TIFF] = { "image/tiff", "tiff", { "tif" } },
    [PICTURE_BMP] = { "image/bmp", "bmp", { "dib" } },
    [PICTURE_AVIF] = { "image/avif", "avif", { NULL } },
};

struct bytes picture_type_mime(enum picture_type type)
{
    return bytes_str((size_t)type < COUNT(types) ? types[type].mime : "");
}

struct bytes picture_mime(const struct picture *picture)
{
    return picture->header.type == PICTURE_NONE ? picture->mime_type
                                                : picture_type_mime(picture->header.type);
}

const char *picture_type_extension(enum picture_type type)
{
    return (size_t)type < COUNT(types) ? types[type].extension : "";
}

bool picture_type_fits_name(enum picture_type type, struct bytes name)
{
    if (type == PICTURE_NONE || (size_t)type >= COUNT(types))
        return false;

    size_t dot = name.len;
    while (dot > 0 && name.at[dot - 1] != '.')
        dot--;
    if (dot == 0)
        return false;

    struct bytes extension = bytes_from(name, dot);
    if (bytes_eq_nocase(extension, bytes_str(types[type].extension)))
        return true;
    for (size_t i = 0; i < COUNT(types[type].others) && types[type].others[i]; i++) {
        if (bytes_eq_nocase(extension, bytes_str(types[type].others[i])))
            return true;
    }
    return false;
}

static const char *const role_names[] = {
    [ROLE_DETAIL] = "DETAIL_PICTURE",
    [ROLE_PREVIEW] = "PREVIEW_PICTURE",
    [ROLE_MORE] = "MORE_PHOTO",
};

struct bytes role_name(enum picture_role role)
{
    return bytes_str((size_t)role < COUNT(role_names) ? role_names[role] : NULL);
}

bool role_from_name(struct bytes name, enum picture_role *out)
{
    for (int role = ROLE_DETAIL; role <= ROLE_MORE; role++) {
        if (bytes_eq(name, bytes_str(role_names[role]))) {
            *out = (enum picture_role)role;
            return true;
        }
    }
    return false;
}
