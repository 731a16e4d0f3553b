#include "image/vips/vips.h"

#include <stdlib.h>

#define JPEG_QUALITY 85
#define WEBP_QUALITY 85

/* What a saver writes, up to RENDER_BYTES_MAX. */
struct sink {
    char *at;
    size_t len;
    size_t room;
    enum err_code rc;
};

static gint64 take(VipsTargetCustom *target, const void *data, gint64 length, gpointer context)
{
    struct sink *sink = context;
    size_t len = (size_t)length;

    (void)target;
    if (len > RENDER_BYTES_MAX - sink->len) {
        sink->rc = ERR_TOO_LARGE;
        return -1;
    }
    if (len > sink->room - sink->len) {
        size_t room = sink->room ? sink->room : 32 * 1024;
        while (room < sink->len + len)
            room *= 2;
        char *grown = realloc(sink->at, room);
        if (!grown) {
            sink->rc = ERR_NO_MEMORY;
            return -1;
        }
        sink->at = grown;
        sink->room = room;
    }
    memcpy(sink->at + sink->len, data, len);
    sink->len += len;
    return length;
}

#define LARGE_PIXELS 2000000 /* above it, time counts for more than the last tenth of the bytes */

static int save(VipsImage *image, enum picture_type type, VipsTarget *target)
{
    bool large = (int64_t)image->Xsize * image->Ysize > LARGE_PIXELS;

    switch ((int)type) {
    case PICTURE_JPEG:
        return vips_jpegsave_target(image, target, "Q", JPEG_QUALITY, "strip", TRUE,
                                    "optimize_coding", TRUE, NULL);
    case PICTURE_GIF:
        return vips_gifsave_target(image, target, "effort", large ? 3 : 7, "strip", TRUE, NULL);
    case PICTURE_WEBP:
        return vips_webpsave_target(image, target, "Q", WEBP_QUALITY, "strip", TRUE, NULL);
    default:
        return vips_pngsave_target(image, target, "compression", large ? 1 : 6, "strip", TRUE,
                                   NULL);
    }
}

static enum err_code failure(const struct sink *sink, enum picture_type type, struct err *e)
{
    switch ((int)sink->rc) {
    case ERR_TOO_LARGE:
        return err_set(e, ERR_TOO_LARGE, "more than %d bytes as %s", RENDER_BYTES_MAX,
                       picture_type_extension(type));
    case ERR_NO_MEMORY:
        return err_set(e, ERR_NO_MEMORY, "a picture of %zu bytes", sink->len);
    default:
        return err_set(e, ERR_UNSUPPORTED, "its pixels are broken");
    }
}

enum err_code encode(struct arena *arena, VipsImage *image, enum picture_type type,
                     struct bytes *out, struct err *e)
{
    struct sink sink = { 0 };
    VipsTargetCustom *target = vips_target_custom_new();
    enum err_code rc;

    if (!target)
        return err_set(e, ERR_NO_MEMORY, "a picture");
    g_signal_connect(target, "write", G_CALLBACK(take), &sink);
    if (save(image, type, VIPS_TARGET(target)) != 0 || sink.rc) {
        rc = failure(&sink, type, e);
    } else {
        struct bytes made = arena_copy(arena, bytes_of(sink.at, sink.len));
        rc = made.at ? ERR_NONE : err_set(e, ERR_NO_MEMORY, "a picture of %zu bytes", sink.len);
        if (rc == ERR_NONE)
            *out = made;
    }
    g_object_unref(target);
    free(sink.at);
    return rc;
}
