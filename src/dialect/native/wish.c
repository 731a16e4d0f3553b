/* What a picture's address asks for: w, h, fit, format, q, dpr, enlarge, v. */
#include "dialect/native/native.h"

enum { W, H, FIT, FORMAT, Q, DPR, ENLARGE, V, PARAMETERS };
static const char *const names[PARAMETERS] = {
    "w", "h", "fit", "format", "q", "dpr", "enlarge", "v"
};

static enum err_code read_side(const char *name, struct bytes text, int32_t *out, struct err *e)
{
    return text.at ? native_param_number(name, text, 1, NATIVE_SIDE_MAX, out, e) : ERR_NONE;
}

static enum err_code read_fit(struct bytes text, enum render_fit *out, struct err *e)
{
    static const struct bytes fits[] = {
        [FIT_CONTAIN] = B("contain"), [FIT_COVER] = B("cover"), [FIT_FILL] = B("fill")
    };

    for (size_t i = 0; i < COUNT(fits); i++) {
        if (!text.at || bytes_eq(text, fits[i])) {
            *out = (enum render_fit)i;
            return ERR_NONE;
        }
    }
    return err_set(e, ERR_INVALID, "fit is cover, contain or fill");
}

static enum err_code read_format(struct bytes text, enum picture_type *out, struct err *e)
{
    static const struct {
        struct bytes name;
        enum picture_type type;
    } formats[] = {
        { B("jpeg"), PICTURE_JPEG }, { B("png"), PICTURE_PNG }, { B("webp"), PICTURE_WEBP },
        { B("avif"), PICTURE_AVIF }, { B("gif"), PICTURE_GIF },
    };

    if (!text.at)
        return ERR_NONE;
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (bytes_eq(text, formats[i].name)) {
            *out = formats[i].type;
            return ERR_NONE;
        }
    }
    return err_set(e, ERR_INVALID, "format is jpeg, png, webp, avif or gif");
}

/* 1 to 4 with at most three decimals, in thousandths. */
static enum err_code read_dpr(struct bytes text, int32_t *out, struct err *e)
{
    int32_t value = 0;
    int32_t unit = 1000;
    bool fine = text.len >= 1 && text.len <= 5 && text.len != 2;

    for (size_t i = 0; i < text.len && fine; i++) {
        if (i == 1) {
            fine = text.at[i] == '.';
            continue;
        }
        fine = text.at[i] >= '0' && text.at[i] <= '9';
        value += (text.at[i] - '0') * unit;
        unit /= 10;
    }
    if (!fine || value < 1000 || value > 4000)
        return err_set(e, ERR_INVALID, "dpr is a number from 1 to 4, as 1.5");
    *out = value;
    return ERR_NONE;
}

static enum err_code read_enlarge(struct bytes text, bool *out, struct err *e)
{
    if (text.at && !bytes_eq(text, B("0")) && !bytes_eq(text, B("1")))
        return err_set(e, ERR_INVALID, "enlarge is 0 or 1");
    *out = text.at && text.at[0] == '1';
    return ERR_NONE;
}

static int32_t times(int32_t side, int32_t dpr)
{
    return (int32_t)(((int64_t)side * dpr + 500) / 1000);
}

enum err_code native_wish_read(struct arena *arena, struct bytes query, struct native_wish *out,
                               struct err *e)
{
    struct bytes values[PARAMETERS];
    struct render render = { 0 };
    int32_t dpr = 1000;
    enum err_code rc;

    if (!query.len) {
        *out = (struct native_wish){ 0 };
        return ERR_NONE;
    }
    if ((rc = native_params_read(arena, query, names, PARAMETERS, values, e)) ||
        (rc = read_side("w", values[W], &render.width_px, e)) ||
        (rc = read_side("h", values[H], &render.height_px, e)) ||
        (rc = read_fit(values[FIT], &render.fit, e)) ||
        (rc = read_format(values[FORMAT], &render.type, e)) ||
        (values[Q].at && (rc = native_param_number("q", values[Q], 1, 100, &render.quality, e))) ||
        (values[DPR].at && (rc = read_dpr(values[DPR], &dpr, e))) ||
        (rc = read_enlarge(values[ENLARGE], &render.enlarge, e)))
        return rc;
    if (values[V].at && (values[V].len == 0 || values[V].len >= NATIVE_STATE_MAX))
        return err_set(e, ERR_INVALID, "v is none of ours");
    render.width_px = times(render.width_px, dpr);
    render.height_px = times(render.height_px, dpr);
    struct native_wish wish = { .render = render, .state = values[V] };
    for (size_t i = 0; i < V; i++)
        wish.is_rendition |= values[i].at != NULL;
    *out = wish;
    return ERR_NONE;
}
