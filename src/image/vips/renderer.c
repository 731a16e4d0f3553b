#include "image/vips/vips.h"

#include <stdlib.h>

extern const struct renderer cameo_renderer;

/* libpng and others have remarks about half of the world's pictures. */
static void say_nothing(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer data)
{
    (void)domain, (void)level, (void)text, (void)data;
}

static enum err_code start(struct err *e)
{
    g_log_set_handler("VIPS", G_LOG_LEVEL_MASK, say_nothing, NULL);
    if (vips_init("cameo") != 0) {
        vips_error_clear();
        return err_set(e, ERR_UNAVAILABLE, "libvips does not start");
    }
    /* Two pictures at a time are enough for a worker; what was decoded is not wanted again, and no
     * file is ever opened. */
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    vips_cache_set_max_files(0);
    vips_block_untrusted_set(TRUE);
    atexit(vips_shutdown); /* ends its idle threads: a leak checker stumbles over them */
    return ERR_NONE;
}

/* What libvips keeps for a thread is not worth keeping for one of sixty that happened to render. */
static enum err_code picture(struct arena *arena, struct bytes bytes,
                             const struct picture_header *header, const struct rendered *plan,
                             struct bytes *out, struct err *e)
{
    enum err_code rc = vips_picture(arena, bytes, header, plan, out, e);

    vips_error_clear();
    vips_thread_shutdown();
    return rc;
}

static enum err_code drawing(struct arena *arena, const struct drawing *drawing, struct bytes *out,
                             struct err *e)
{
    enum err_code rc = vips_drawing(arena, drawing, out, e);

    vips_error_clear();
    vips_thread_shutdown();
    return rc;
}

__attribute__((visibility("default")))
const struct renderer cameo_renderer = { start, picture, drawing };
