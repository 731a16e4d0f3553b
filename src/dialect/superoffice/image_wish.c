/* What GET Image was asked for: w, h, type and ifBlank (superoffice 3.2). */
#include "base/uri.h"
#include "dialect/superoffice/superoffice.h"

#define SIDE_MAX 4096

/* 0 for what is to be ignored: nothing, zero and less. */
static enum err_code read_side(const char *name, struct bytes text, int32_t *out, struct err *e)
{
    int64_t value;
    size_t digits = 0;

    text = bytes_trim(text);
    while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9')
        digits++;
    if (text.len == 0)
        return ERR_NONE;
    if (digits == text.len && digits > 18)
        value = SIDE_MAX; /* beyond all numbers: clamped like those that are only too large */
    else if (!bytes_to_int64(text, &value))
        return err_set(e, ERR_INVALID, "%s is not a number: give pixels, or leave it out", name);
    *out = value <= 0 ? 0 : value > SIDE_MAX ? SIDE_MAX : (int32_t)value;
    return ERR_NONE;
}

static enum picture_type read_type(struct bytes text)
{
    static const struct {
        struct bytes name;
        enum picture_type type;
    } names[] = {
        { B("JPEG"), PICTURE_JPEG }, { B("JPG"), PICTURE_JPEG },  { B("pjpeg"), PICTURE_JPEG },
        { B("PNG"), PICTURE_PNG },   { B("x-png"), PICTURE_PNG }, { B("GIF"), PICTURE_GIF },
    };

    text = bytes_trim(text);
    if (bytes_starts_nocase(text, B("image/")))
        text = bytes_from(text, 6);
    for (size_t i = 0; i < COUNT(names); i++) {
        if (bytes_eq_nocase(text, names[i].name))
            return names[i].type;
    }
    return PICTURE_NONE; /* the documents' samples send words by chance: they are ignored */
}

static const struct bytes blank_names[] = {
    [SO_BLANK_DEFAULT] = B("Default"),
    [SO_BLANK_CLEAR_PIXEL] = B("ClearPixel"),
    [SO_BLANK_SR_NO_PHOTO] = B("SrNoPhoto"),
    [SO_BLANK_SR_NO_PHOTO_WITH_BORDER] = B("SrNoPhotoWithBorder"),
    [SO_BLANK_NULL] = B("Null"),
    [SO_BLANK_GENERIC_FILE_ICON] = B("GenericFileIcon"),
};

struct bytes so_blank_name(enum so_blank blank)
{
    return blank_names[blank];
}

static enum err_code read_blank(struct bytes text, enum so_blank *out, struct err *e)
{
    int32_t number;

    text = bytes_trim(text);
    if (text.len == 0)
        return ERR_NONE;
    for (size_t i = 0; i < COUNT(blank_names); i++) {
        if (bytes_eq_nocase(text, blank_names[i])) {
            *out = (enum so_blank)i;
            return ERR_NONE;
        }
    }
    if (!bytes_to_int32(text, &number) || number < 0 || number >= (int32_t)COUNT(blank_names))
        return err_set(e, ERR_INVALID,
                       "ifBlank is none of Default, ClearPixel, SrNoPhoto, SrNoPhotoWithBorder, "
                       "Null, GenericFileIcon and 0 to 5");
    *out = (enum so_blank)number;
    return ERR_NONE;
}

enum err_code so_wish_read(struct arena *arena, struct bytes query, struct so_wish *out,
                           struct err *e)
{
    struct so_wish wish = { .blank = SO_BLANK_NULL };
    struct bytes values[4];
    static const struct bytes names[COUNT(values)] = { B("w"), B("h"), B("type"), B("ifBlank") };

    for (size_t i = 0; i < COUNT(values); i++)
        values[i] = uri_query_find(arena, query, names[i]);
    enum err_code rc = read_side("w", values[0], &wish.render.width_px, e);
    if (rc == ERR_NONE)
        rc = read_side("h", values[1], &wish.render.height_px, e);
    if (rc == ERR_NONE)
        rc = read_blank(values[3], &wish.blank, e);
    if (rc)
        return rc;
    wish.render.type = read_type(values[2]);
    wish.other =
        wish.render.width_px > 0 || wish.render.height_px > 0 || wish.render.type != PICTURE_NONE;
    *out = wish;
    return ERR_NONE;
}
