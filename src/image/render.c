#include "image/render.h"
#include "image/renderer.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef CAMEO_MODULE_DIR
#define CAMEO_MODULE_DIR "/usr/lib/nginx/modules"
#endif

/* ---- the object with libvips, loaded once in a process ---- */

static pthread_mutex_t load_lock = PTHREAD_MUTEX_INITIALIZER;
static const struct renderer *loaded;

/* RENDERER_OBJECT in the folder of the file `beside`. */
static bool find_beside(const char *beside, char *out, size_t room)
{
    const char *slash = strrchr(beside, '/');

    return beside[0] == '/' &&
           (size_t)snprintf(out, room, "%.*s/" RENDERER_OBJECT, (int)(slash - beside), beside) <
               room &&
           access(out, R_OK) == 0;
}

/* Beside the module or the program that holds this function, else where modules are installed. */
static bool find_object(char *out, size_t room)
{
    char self[PATH_MAX];
    Dl_info info;
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    self[len > 0 ? len : 0] = '\0';
    return (dladdr(&loaded, &info) && find_beside(info.dli_fname, out, room)) ||
           find_beside(self, out, room) ||
           find_beside(CAMEO_MODULE_DIR "/" RENDERER_OBJECT, out, room);
}

static enum err_code load_locked(struct err *e)
{
    char path[PATH_MAX];

    if (!find_object(path, sizeof path))
        return err_set(e, ERR_UNAVAILABLE,
                       "there is no " RENDERER_OBJECT
                       " beside the program or the module, nor in " CAMEO_MODULE_DIR);
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object)
        return err_set(e, ERR_UNAVAILABLE, "load %s", dlerror());
    const struct renderer *renderer = dlsym(object, RENDERER_SYMBOL);
    if (!renderer)
        return err_set(e, ERR_UNAVAILABLE, "%s is not of this version", path);
    enum err_code rc = renderer->start(e);
    if (rc == ERR_NONE)
        loaded = renderer; /* for the life of the process: libvips cannot be unloaded */
    return rc;
}

static enum err_code load(const struct renderer **out, struct err *e)
{
    enum err_code rc = ERR_NONE;

    pthread_mutex_lock(&load_lock);
    if (!loaded)
        rc = load_locked(e);
    *out = loaded;
    pthread_mutex_unlock(&load_lock);
    return rc;
}

/* ---- whose turn it is: first come, first served ---- */

/* Pixels being decoded at a time, four bytes each and more while they are scaled. A larger picture
 * goes alone. */
#define TURN_PIXELS 40000000

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t next;    /* number given to the next that comes */
    uint64_t serving; /* of the first in line */
    int running;
    int64_t pixels; /* of those that run */
} turns = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0, 0 };

static enum err_code turn_take(int64_t pixels, struct err *e)
{
    enum err_code rc = ERR_NONE;

    pthread_mutex_lock(&turns.lock);
    if (turns.next - turns.serving >= RENDERS_WAITING) {
        rc = err_set(e, ERR_BUSY, "%d pictures wait to be rendered", RENDERS_WAITING);
    } else {
        uint64_t number = turns.next++;
        while (number != turns.serving || turns.running >= RENDERS_AT_ONCE ||
               (turns.running > 0 && turns.pixels + pixels > TURN_PIXELS))
            pthread_cond_wait(&turns.changed, &turns.lock);
        turns.serving++;
        turns.running++;
        turns.pixels += pixels;
        pthread_cond_broadcast(&turns.changed);
    }
    pthread_mutex_unlock(&turns.lock);
    return rc;
}

static void turn_give(int64_t pixels)
{
    pthread_mutex_lock(&turns.lock);
    turns.running--;
    turns.pixels -= pixels;
    pthread_cond_broadcast(&turns.changed);
    pthread_mutex_unlock(&turns.lock);
}

/* ---- what comes out ---- */

/* One side, when the other is scaled from `from` to `to`; at least a pixel. */
static int32_t scaled(int32_t side, int32_t to, int32_t from)
{
    int64_t result = ((int64_t)side * to + from / 2) / from;

    return result < 1 ? 1 : result > INT32_MAX ? INT32_MAX : (int32_t)result;
}

static void fit(const struct render *want, int32_t *width, int32_t *height)
{
    int64_t w = *width;
    int64_t h = *height;
    bool by_width = want->width_px > 0;

    if (want->width_px <= 0 && want->height_px <= 0)
        return;
    if (want->width_px > 0 && want->height_px > 0)
        by_width = want->width_px * h <= want->height_px * w;
    int32_t to = by_width ? want->width_px : want->height_px;
    int32_t from = by_width ? *width : *height;
    if (to >= from && !want->enlarge)
        return;
    *width = by_width ? to : scaled((int32_t)w, to, from);
    *height = by_width ? scaled((int32_t)h, to, from) : to;
}

struct rendered render_plan(const struct picture_header *header, const struct render *want)
{
    bool turned = header->orientation >= 5;
    struct rendered plan = {
        .type = want->type,
        .width_px = turned ? header->height_px : header->width_px,
        .height_px = turned ? header->width_px : header->height_px,
    };
    int32_t width = plan.width_px;
    int32_t height = plan.height_px;

    if (plan.type == PICTURE_NONE)
        plan.type = header->type == PICTURE_TIFF || header->type == PICTURE_BMP ? PICTURE_PNG
                                                                                : header->type;
    fit(want, &plan.width_px, &plan.height_px);
    plan.same = plan.type == header->type && plan.width_px == width && plan.height_px == height;
    return plan;
}

static int64_t pixels_of(int32_t width, int32_t height)
{
    return (int64_t)width * height;
}

/* A header is data from the store: it may be older than the limits are. */
static enum err_code check_size(const struct picture_header *header, const struct rendered *plan,
                                const struct image_limits *limits, struct err *e)
{
    const int32_t sides[][2] = { { header->width_px, header->height_px },
                                 { plan->width_px, plan->height_px } };

    for (size_t i = 0; i < COUNT(sides); i++) {
        int32_t width = sides[i][0];
        int32_t height = sides[i][1];
        if (width < 1 || height < 1)
            return err_set(e, ERR_UNSUPPORTED, "a picture without pixels");
        if (width > limits->side_px_max || height > limits->side_px_max)
            return err_set(e, ERR_TOO_LARGE, "%d x %d pixels, limit %d a side", width, height,
                           limits->side_px_max);
        if (pixels_of(width, height) > limits->pixels_max)
            return err_set(e, ERR_TOO_LARGE, "%d x %d pixels, limit %lld pixels", width, height,
                           (long long)limits->pixels_max);
    }
    if (plan->type == PICTURE_GIF &&
        pixels_of(plan->width_px, plan->height_px) > RENDER_GIF_PIXELS_MAX)
        return err_set(e, ERR_TOO_LARGE, "a GIF of %d x %d pixels", plan->width_px,
                       plan->height_px);
    return ERR_NONE;
}

/* Either `source` or `bytes`. */
struct input {
    struct source *source;
    struct bytes bytes;
};

static enum err_code render_in_turn(struct arena *arena, const struct input *input,
                                    const struct picture_header *header,
                                    const struct rendered *plan, struct bytes *out, struct err *e)
{
    const struct renderer *renderer;
    struct bytes bytes = input->bytes;
    CLEANUP(freep) char *copy = NULL;

    enum err_code rc = load(&renderer, e);
    if (rc)
        return rc;
    if (input->source) {
        size_t size = (size_t)input->source->size;
        copy = malloc(size ? size : 1); /* not the arena's: gone before the next has its turn */
        if (!copy)
            return err_set(e, ERR_NO_MEMORY, "a picture of %zu bytes", size);
        rc = input->source->read(input->source, 0, copy, size, true, e);
        if (rc)
            return rc;
        bytes = bytes_of(copy, size);
    }
    if (image_sniff(bytes) != header->type)
        return err_set(e, ERR_UNSUPPORTED, "the bytes are no %s",
                       picture_type_extension(header->type));
    return renderer->picture(arena, bytes, header, plan, out, e);
}

static enum err_code render(struct arena *arena, const struct input *input,
                            const struct picture_header *header, const struct image_limits *limits,
                            const struct render *want, struct bytes *out, enum picture_type *type,
                            struct err *e)
{
    struct rendered plan = render_plan(header, want);
    int64_t decoded = pixels_of(header->width_px, header->height_px);
    int64_t made = pixels_of(plan.width_px, plan.height_px);
    int64_t pixels = decoded > made ? decoded : made;

    enum err_code rc = check_size(header, &plan, limits, e);
    if (rc == ERR_NONE)
        rc = turn_take(pixels, e);
    if (rc)
        return rc;
    rc = render_in_turn(arena, input, header, &plan, out, e);
    turn_give(pixels);
    if (rc == ERR_NONE)
        *type = plan.type;
    return rc;
}

enum err_code render_picture(struct arena *arena, struct bytes bytes,
                             const struct picture_header *header, const struct image_limits *limits,
                             const struct render *want, struct bytes *out, enum picture_type *type,
                             struct err *e)
{
    struct input input = { .bytes = bytes };

    return render(arena, &input, header, limits, want, out, type, e);
}

enum err_code render_source(struct arena *arena, struct source *source,
                            const struct picture_header *header, const struct image_limits *limits,
                            const struct render *want, struct bytes *out, enum picture_type *type,
                            struct err *e)
{
    struct input input = { .source = source };

    return render(arena, &input, header, limits, want, out, type, e);
}

enum err_code render_drawing(struct arena *arena, const struct drawing *drawing, struct bytes *out,
                             struct err *e)
{
    const struct renderer *renderer;
    int64_t pixels = pixels_of(drawing->width_px, drawing->height_px);

    enum err_code rc = turn_take(pixels, e);
    if (rc)
        return rc;
    rc = load(&renderer, e);
    if (rc == ERR_NONE)
        rc = renderer->drawing(arena, drawing, out, e);
    turn_give(pixels);
    return rc;
}
