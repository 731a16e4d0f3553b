/* box_cost [ROUNDS] - what a box costs: the same picture made in this process and in a box, in
 * turns, and the first picture of a new box. Prints medians and 90th percentiles, a line each. */
#include "base/clock.h"
#include "image/renderer.h"

#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ROUNDS_MAX 100000

struct bench {
    const struct renderer *renderer;
    struct arena *arena;
    struct boxes *boxes;
    struct bytes jpeg;
    struct picture_header header;
    uint8_t *room;
};

static void must(enum err_code rc, const struct err *e)
{
    if (rc) {
        fprintf(stderr, "box_cost: %s\n", e->text);
        exit(1);
    }
}

static const struct renderer *load(void)
{
    char self[PATH_MAX];
    char path[PATH_MAX + 32];
    struct err e = { 0 };
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    self[len > 0 ? len : 0] = '\0';
    snprintf(path, sizeof path, "%s/" RENDERER_OBJECT, dirname(self));
    void *object = dlopen(path, RTLD_NOW);
    const struct renderer *renderer = object ? dlsym(object, RENDERER_SYMBOL) : NULL;
    if (!renderer) {
        fprintf(stderr, "box_cost: %s\n", dlerror());
        exit(1);
    }
    must(renderer->start(&e), &e);
    return renderer;
}

static struct boxes *new_boxes(int64_t pictures_max)
{
    struct box_options options = {
        .pictures_max = pictures_max, .memory_max = 768 << 20, .cpu_seconds = 3600, .seconds = 60
    };
    struct boxes *boxes;
    struct err e = { 0 };

    must(boxes_new(&options, &boxes, &e), &e);
    return boxes;
}

static int64_t directly(struct bench *b, const struct render *want)
{
    struct err e = { 0 };
    struct bytes out;
    size_t len;
    int64_t from_us = clock_monotonic_us();
    struct rendered plan = render_plan(&b->header, want);

    must(b->renderer->picture(b->jpeg, &b->header, &plan, b->room, RENDER_BYTES_MAX, &len, &e), &e);
    out = arena_copy(b->arena, bytes_of((const char *)b->room, len));
    int64_t took_us = clock_monotonic_us() - from_us;
    arena_reset(b->arena);
    return out.at ? took_us : INT64_MAX;
}

static int64_t boxed(struct bench *b, struct boxes *boxes, const struct render *want)
{
    struct err e = { 0 };
    enum picture_type type;
    struct bytes out;
    int64_t from_us = clock_monotonic_us();

    must(render_picture(boxes, b->arena, b->jpeg, &b->header, &image_limits_default, want, &out,
                        &type, &e),
         &e);
    int64_t took_us = clock_monotonic_us() - from_us;
    arena_reset(b->arena);
    return took_us;
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static int64_t say(const char *what, int64_t *us, int count)
{
    qsort(us, (size_t)count, sizeof *us, compare);
    printf("%-34s median %6lld us, 90%% %6lld us\n", what, (long long)us[count / 2],
           (long long)us[count * 9 / 10]);
    return us[count / 2];
}

/* A picture of that size, with something in it. */
static void make_picture(struct bench *b, int32_t width, int32_t height)
{
    struct err e = { 0 };
    struct drawing drawing = { .shape = DRAWING_PRODUCT,
                               .text = B("a picture"),
                               .width_px = width,
                               .height_px = height,
                               .type = PICTURE_JPEG };
    static char kept[1 << 20];
    struct bytes out;

    must(render_drawing(b->boxes, b->arena, &drawing, &out, &e), &e);
    memcpy(kept, out.at, out.len);
    b->jpeg = bytes_of(kept, out.len);
    must(image_read_header(b->jpeg, &image_limits_default, &b->header, &e), &e);
}

static void compare_costs(struct bench *b, int rounds, int64_t *in, int64_t *out)
{
    const struct render want = { .width_px = b->header.width_px / 2, .type = PICTURE_JPEG };

    printf("%d x %d JPEG of %zu bytes to half the width\n", b->header.width_px, b->header.height_px,
           b->jpeg.len);
    for (int i = -20; i < rounds; i++) {
        int64_t direct = directly(b, &want);
        int64_t box = boxed(b, b->boxes, &want);
        if (i >= 0) {
            in[i] = direct;
            out[i] = box;
        }
    }
    int64_t direct = say("  in this process", in, rounds);
    int64_t box = say("  in a box", out, rounds);
    printf("%-34s        %6lld us\n", "  a box costs", (long long)(box - direct));
}

static void new_box_each(struct bench *b, int rounds, int64_t *us)
{
    const struct render want = { .width_px = 100, .type = PICTURE_JPEG };
    struct boxes *boxes = new_boxes(1);

    us[0] = boxed(b, boxes, &want);
    printf("%-34s        %6lld us\n", "  first picture, from nothing", (long long)us[0]);
    for (int i = 0; i < rounds; i++)
        us[i] = boxed(b, boxes, &want);
    say("  in a new box each", us, rounds);
    boxes_free(boxes);
}

int main(int argc, char **argv)
{
    static int64_t in[ROUNDS_MAX];
    static int64_t out[ROUNDS_MAX];
    int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 500;
    struct bench b = { .arena = arena_new(64 << 20), .room = malloc(RENDER_BYTES_MAX) };

    if (rounds < 1 || rounds > ROUNDS_MAX || !b.arena || !b.room)
        return 2;
    b.boxes = new_boxes(1000000);
    make_picture(&b, 200, 150);
    b.renderer = load();
    compare_costs(&b, rounds, in, out);
    new_box_each(&b, rounds / 5 + 1, in);
    make_picture(&b, 1920, 1080);
    compare_costs(&b, rounds / 5 + 1, in, out);
    boxes_free(b.boxes);
    arena_free(b.arena);
    free(b.room);
    return 0;
}
