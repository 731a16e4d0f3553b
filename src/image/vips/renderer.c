#include "image/vips/lettering.h"
#include "image/vips/vips.h"

#include <dlfcn.h>
#include <gmodule.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <vips/vector.h>

extern const struct renderer cameo_renderer;

/* libpng and others have remarks about half of the world's pictures. */
static void say_nothing(const gchar *domain, GLogLevelFlags level, const gchar *text, gpointer data)
{
    (void)domain, (void)level, (void)text, (void)data;
}

/* GLib ends a process that it has no memory for. Nothing else is fatal to it. */
static void end_of_memory(const gchar *domain, GLogLevelFlags level, const gchar *text,
                          gpointer data)
{
    (void)domain, (void)text, (void)data;
    if (level & G_LOG_FLAG_FATAL)
        _exit(RENDERER_NO_MEMORY);
}

/* ---- modules of libvips ---- */

/* It loads all that lie in a folder of its own, ImageMagick and Poppler among them: 40 ms and as
 * many libraries again, and their decoders are not for bytes of strangers. There are none where
 * VIPSHOME points to. */
#define NO_MODULES "/nonexistent"

/* The one that we want, for AVIF, from where they are: beside the library, in a folder of the
 * version's name. Without it AVIF cannot be made. */
static void load_heif(void)
{
    char path[PATH_MAX];
    Dl_info library;

    if (!dladdr((void *)(uintptr_t)vips_init, &library))
        return;
    const char *slash = strrchr(library.dli_fname, '/');
    int len = slash ? (int)(slash - library.dli_fname) : 0;
    snprintf(path, sizeof path, "%.*s/vips-modules-%d.%d/vips-heif.so", len, library.dli_fname,
             vips_version(0), vips_version(1));
    GModule *module = g_module_open(path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
    if (module)
        g_module_make_resident(module);
}

static enum err_code start(struct err *e)
{
    g_log_set_default_handler(end_of_memory, NULL);
    g_log_set_handler("VIPS", G_LOG_LEVEL_MASK, say_nothing, NULL);
    if (setenv("VIPSHOME", NO_MODULES, 1) != 0 || vips_init("cameo") != 0) {
        vips_error_clear();
        return err_set(e, ERR_UNAVAILABLE, "libvips does not start");
    }
    load_heif();
    /* Two pictures at a time are enough for a worker; what was decoded is not wanted again, and no
     * file is ever opened. */
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    vips_cache_set_max_files(0);
    vips_block_untrusted_set(TRUE);
    vips_vector_set_enabled(FALSE); /* it makes code as it goes, which a box may not */
    tzset();                        /* libheif asks for the time of day */
    /* Of several arenas glibc looks into /proc before it gives one's memory back. */
    mallopt(M_ARENA_MAX, 1);
    /* planes of pictures come and go: to take them from the kernel each time costs a tenth */
    mallopt(M_MMAP_THRESHOLD, 8 << 20);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
    lettering_start();
    return ERR_NONE;
}

/* ---- work ---- */

/* A failure for want of memory is the picture's size, and not what is wrong with it. */
static enum err_code settle(enum err_code rc, struct err *e)
{
    if (rc == ERR_UNSUPPORTED && strstr(vips_error_buffer(), "out of memory"))
        rc = err_set(e, ERR_TOO_LARGE, "takes more memory than a box has");
    vips_error_clear();
    return rc;
}

static enum err_code picture(struct bytes bytes, const struct picture_header *header,
                             const struct rendered *plan, uint8_t *out, size_t room,
                             size_t *out_len, struct err *e)
{
    struct made made = { .at = out, .room = room };
    bool taken;
    enum err_code rc = planes_picture(bytes, header, plan, &made, &taken, e);

    if (rc == ERR_NONE && !taken)
        rc = settle(vips_picture(bytes, header, plan, &made, e), e);
    if (rc == ERR_NONE)
        *out_len = made.len;
    return rc;
}

static enum err_code drawing(const struct drawing *drawing, uint8_t *out, size_t room,
                             size_t *out_len, struct err *e)
{
    struct made made = { .at = out, .room = room };
    enum err_code rc = settle(vips_drawing(drawing, &made, e), e);

    if (rc == ERR_NONE)
        *out_len = made.len;
    return rc;
}

static enum err_code appearance(struct bytes bytes, const struct picture_header *header,
                                struct appearance *out, struct err *e)
{
    return settle(vips_appearance(bytes, header, out, e), e);
}

__attribute__((visibility("default")))
const struct renderer cameo_renderer = { start, picture, drawing, appearance };
