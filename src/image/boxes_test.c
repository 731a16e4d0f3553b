/* Boxes that die, lie, loop and are killed. The decoder is test/support/lying_renderer.c. */
#include "base/clock.h"
#include "image/boxes.h"
#include "image/render.h"
#include "support/temp.h"
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#define PATIENCE_MS 30000

/* ---- boxes with that decoder, by a path of their own: so their processes can be told ---- */

static struct box_options options_of(void)
{
    static char path[PATH_MAX];
    char self[PATH_MAX];
    char target[PATH_MAX + 32];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    CHECK(len > 0);
    self[len] = '\0';
    snprintf(target, sizeof target, "%.*s/lying_renderer.so", (int)(strrchr(self, '/') - self),
             self);
    snprintf(path, sizeof path, "%s/renderer.so", temp_dir());
    CHECK(symlink(target, path) == 0);
    return (struct box_options){ .pictures_max = 64,
                                 .memory_max = 768 << 20,
                                 .cpu_seconds = 60,
                                 .seconds = 60,
                                 .renderer = path };
}

static struct boxes *boxes_with(const struct box_options *options)
{
    struct boxes *boxes;
    struct err e = { 0 };

    CHECK_INT(boxes_new(options, &boxes, &e), ERR_NONE);
    return boxes;
}

/* A few square pixels, or whatever the text says. */
static enum err_code draw_sized(struct boxes *boxes, const char *text, int side, struct err *e)
{
    struct arena *arena = arena_new(1 << 20);
    struct drawing drawing = {
        .text = bytes_str(text), .width_px = side, .height_px = side, .type = PICTURE_BMP
    };
    struct bytes out = { 0 };

    enum err_code rc = render_drawing(boxes, arena, &drawing, &out, e);
    CHECK_INT(out.len, rc ? 0 : 26);
    arena_free(arena);
    return rc;
}

static enum err_code draw(struct boxes *boxes, const char *text, struct err *e)
{
    return draw_sized(boxes, text, 5, e);
}

/* ---- their processes ---- */

struct process {
    pid_t pid;
    pid_t parent;
};

static ssize_t read_proc(const char *pid, const char *name, char *out, size_t room)
{
    char path[300];

    snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, out, room - 1);
    out[len > 0 ? len : 0] = '\0';
    return len;
}

/* All that were started for this test. */
static int find_all(struct process *out, int room)
{
    DIR *proc = opendir("/proc");
    int count = 0;
    char text[1024];

    CHECK(proc != NULL);
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        ssize_t len = read_proc(entry->d_name, "cmdline", text, sizeof text);
        if (len <= 0 || !memmem(text, (size_t)len, temp_path, strlen(temp_path)))
            continue;
        if (read_proc(entry->d_name, "stat", text, sizeof text) <= 0 || count == room)
            continue;
        const char *parent = strrchr(text, ')') + 4; /* "pid (name) S parent" */
        out[count++] = (struct process){ (pid_t)strtol(entry->d_name, NULL, 10),
                                         (pid_t)strtol(parent, NULL, 10) };
    }
    closedir(proc);
    return count;
}

/* The boxes are children of another of them, the zygote. */
static int find(pid_t *zygote, pid_t *boxes, int room)
{
    struct process all[16];
    int count = find_all(all, COUNT(all));
    int found = 0;

    *zygote = 0;
    for (int i = 0; i < count; i++) {
        bool child = false;
        for (int j = 0; j < count; j++)
            child |= all[i].parent == all[j].pid;
        if (!child)
            *zygote = all[i].pid;
        else if (found < room)
            boxes[found++] = all[i].pid;
    }
    return found;
}

/* Waits until there are so many boxes. */
static void wait_boxes(int count, pid_t *zygote, pid_t *boxes)
{
    for (int ms = 0; find(zygote, boxes, BOXES_AT_ONCE + 1) != count; ms += 5) {
        CHECK(ms < PATIENCE_MS);
        usleep(5000);
    }
}

static void check_none_left(void)
{
    struct process all[16];

    for (int ms = 0; find_all(all, COUNT(all)) > 0; ms += 5) {
        CHECK(ms < PATIENCE_MS);
        usleep(5000);
    }
}

static int count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    CHECK(dir != NULL);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

/* ---- what they answer ---- */

TEST(what_a_box_answers_is_held_against_what_can_be)
{
    static const struct {
        const char *text;
        enum err_code code;
        const char *says;
    } lies[] = {
        { "another size", ERR_UNSUPPORTED, "made something else" },
        { "no picture", ERR_UNSUPPORTED, "made something else" },
        { "nothing", ERR_UNSUPPORTED, "made something else" },
        { "more than there is room for", ERR_UNSUPPORTED, "answers what cannot be" },
        { "far more", ERR_UNSUPPORTED, "answers what cannot be" },
        { "more than one answer", ERR_UNSUPPORTED, "answers what cannot be" },
        { "a code that only others use", ERR_UNSUPPORTED, "let in" },
        { "no code", ERR_UNSUPPORTED, "so what" },
        { "a text without an end", ERR_TOO_LARGE, "????" },
    };
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct err e = { 0 };

    for (size_t i = 0; i < COUNT(lies); i++) {
        enum err_code rc = draw(boxes, lies[i].text, &e);
        if (rc != lies[i].code || !strstr(e.text, lies[i].says) || strchr(e.text, '\n') ||
            strlen(e.text) >= ERR_TEXT_MAX)
            test_fail(__FILE__, __LINE__, "%s: %d, %s", lies[i].text, rc, e.text);
        CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    }
    boxes_free(boxes);
    check_none_left();
}

static enum err_code read_bmp(struct source *source, uint64_t offset, char *out, size_t len,
                              bool may_block, struct err *e)
{
    (void)source, (void)may_block, (void)e;
    CHECK_INT(offset, 0);
    CHECK_INT(len, 26);
    memcpy(out, "BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\x09\0\x07\0\x01\0\x18\0", len);
    return ERR_NONE;
}

TEST(a_picture_of_another_size_than_was_planned_is_refused)
{
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct arena *arena = arena_new(1 << 20);
    struct source source = { .size = 26, .read = read_bmp };
    struct picture_header header = { PICTURE_BMP, 9, 7, 1, 1 };
    struct render same = { .type = PICTURE_BMP };
    struct render smaller = { .type = PICTURE_BMP, .width_px = 3 };
    struct err e = { 0 };
    enum picture_type type;
    struct bytes out;

    CHECK_INT(render_source(boxes, arena, &source, &header, &image_limits_default, &same, &out,
                            &type, &e),
              ERR_NONE);
    CHECK_INT(type, PICTURE_BMP);
    CHECK_INT(out.len, 26);
    CHECK_INT(render_source(boxes, arena, &source, &header, &image_limits_default, &smaller, &out,
                            &type, &e),
              ERR_UNSUPPORTED);
    source.size = BOX_INPUT_MAX + 1; /* not read at all */
    CHECK_INT(render_source(boxes, arena, &source, &header, &image_limits_default, &same, &out,
                            &type, &e),
              ERR_TOO_LARGE);
    arena_free(arena);
    boxes_free(boxes);
}

TEST(what_a_picture_looks_like_is_held_against_what_can_be)
{
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct source source = { .size = 26, .read = read_bmp };
    struct picture_header header = { PICTURE_BMP, THUMB_HASH_MAX, 7, 1, 1 };
    struct appearance looks = { 0 };
    struct err e = { 0 };

    CHECK_INT(render_appearance(boxes, &source, &header, &image_limits_default, &looks, &e),
              ERR_NONE);
    CHECK_INT(looks.colour, 0x123456);
    CHECK_INT(looks.thumb_hash_len, THUMB_HASH_MAX);
    header.width_px++;
    CHECK_INT(render_appearance(boxes, &source, &header, &image_limits_default, &looks, &e),
              ERR_UNSUPPORTED);
    header.width_px = 9000; /* over the limit: no box is asked */
    CHECK_INT(render_appearance(boxes, &source, &header, &image_limits_default, &looks, &e),
              ERR_TOO_LARGE);
    CHECK_INT(looks.thumb_hash_len, THUMB_HASH_MAX);
    boxes_free(boxes);
}

/* ---- how they end ---- */

TEST(a_box_that_dies_costs_one_picture)
{
    static const struct {
        const char *text;
        enum err_code code;
        const char *says;
    } deaths[] = {
        { "die", ERR_UNSUPPORTED, "its decoder died of SIGILL" },
        { "exit", ERR_UNSUPPORTED, "its decoder ended with status 7" },
        { "no memory", ERR_TOO_LARGE, "takes more memory than a box has" },
    };
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct err e = { 0 };

    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    int descriptors = count_descriptors();
    for (size_t i = 0; i < 8 * COUNT(deaths); i++) {
        size_t k = i % COUNT(deaths);
        enum err_code rc = draw(boxes, deaths[k].text, &e);
        if (rc != deaths[k].code || strcmp(e.text, deaths[k].says) != 0)
            test_fail(__FILE__, __LINE__, "%s: %d, %s", deaths[k].text, rc, e.text);
        CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    }
    CHECK_INT(count_descriptors(), descriptors);
    boxes_free(boxes);
    check_none_left();
}

TEST(time_by_the_clock_is_bounded)
{
    struct box_options options = options_of();
    struct err e = { 0 };

    options.seconds = 1;
    struct boxes *boxes = boxes_with(&options);
    CHECK_INT(draw(boxes, "for ever", &e), ERR_TOO_LARGE);
    CHECK(strcmp(e.text, "takes more than 1 s") == 0);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    boxes_free(boxes);
    check_none_left();
}

TEST(processor_time_is_bounded)
{
    struct box_options options = options_of();
    struct err e = { 0 };

    options.cpu_seconds = 1;
    struct boxes *boxes = boxes_with(&options);
    CHECK_INT(draw(boxes, "for ever", &e), ERR_TOO_LARGE);
    CHECK(strcmp(e.text, "takes more than 1 s of processor time") == 0);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    boxes_free(boxes);
}

TEST(a_box_is_taken_for_so_many_pictures)
{
    struct box_options options = options_of();
    struct err e = { 0 };
    pid_t zygote, first, now;

    options.pictures_max = 3;
    struct boxes *boxes = boxes_with(&options);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    wait_boxes(1, &zygote, &first);
    for (int i = 1; i < 7; i++) {
        CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
        wait_boxes(1, &zygote, &now);
        CHECK_INT(now == first, i % 3 != 0);
        first = now;
    }
    boxes_free(boxes);
}

TEST(a_box_is_worn_out_when_half_of_its_processor_time_is_gone)
{
    struct box_options options = options_of();
    struct err e = { 0 };
    pid_t zygote, first, now;

    options.cpu_seconds = 1;
    struct boxes *boxes = boxes_with(&options);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    wait_boxes(1, &zygote, &first);
    for (int i = 0; i < 3; i++)
        CHECK_INT(draw(boxes, "a while", &e), ERR_NONE);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    wait_boxes(1, &zygote, &now);
    CHECK(now != first);
    boxes_free(boxes);
}

TEST(a_box_that_nobody_wants_ends_and_the_next_picture_does_not_notice)
{
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct err e = { 0 };
    pid_t zygote, box;

    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    wait_boxes(1, &zygote, &box);
    int64_t from_us = clock_monotonic_us();
    wait_boxes(0, &zygote, &box);
    CHECK(clock_monotonic_us() - from_us > (BOX_IDLE_SECONDS - 3) * SECOND_US);
    CHECK(zygote != 0);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    boxes_free(boxes);
}

/* ---- somebody kills them ---- */

struct painter {
    pthread_t thread;
    struct boxes *boxes;
    const char *text;
    int side;
    enum err_code code;
    struct err e;
};

static void *paint(void *context)
{
    struct painter *p = context;

    p->code = draw_sized(p->boxes, p->text, p->side, &p->e);
    return NULL;
}

static void paint_start(struct painter *p, struct boxes *boxes, const char *text, int side)
{
    *p = (struct painter){ .boxes = boxes, .text = text, .side = side };
    CHECK_INT(pthread_create(&p->thread, NULL, paint, p), 0);
}

static enum err_code paint_end(struct painter *p)
{
    CHECK_INT(pthread_join(p->thread, NULL), 0);
    return p->code;
}

TEST(a_box_that_is_killed_costs_its_picture)
{
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct painter painter;
    struct err e = { 0 };
    pid_t zygote, box;

    for (int i = 0; i < 3; i++) {
        paint_start(&painter, boxes, "for ever", 5);
        wait_boxes(1, &zygote, &box);
        usleep(20000);
        CHECK_INT(kill(box, SIGKILL), 0);
        CHECK_INT(paint_end(&painter), ERR_UNAVAILABLE);
        CHECK(strcmp(painter.e.text, "its box was killed") == 0);
        CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
        wait_boxes(1, &zygote, &box); /* while it is idle: nobody is to notice */
        CHECK_INT(kill(box, SIGKILL), 0);
        wait_boxes(0, &zygote, &box);
    }
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    boxes_free(boxes);
    check_none_left();
}

TEST(what_a_warm_box_was_killed_at_is_tried_once_more)
{
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct painter painter;
    struct err e = { 0 };
    pid_t zygote, warm, next;

    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    wait_boxes(1, &zygote, &warm);
    paint_start(&painter, boxes, "for ever", 5);
    usleep(20000);
    CHECK_INT(kill(warm, SIGKILL), 0);
    for (int ms = 0; find(&zygote, &next, 1) != 1 || next == warm; ms += 5) {
        CHECK(ms < PATIENCE_MS);
        usleep(5000);
    }
    usleep(20000);
    CHECK_INT(kill(next, SIGKILL), 0);
    CHECK_INT(paint_end(&painter), ERR_UNAVAILABLE);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    boxes_free(boxes);
    check_none_left();
}

TEST(a_zygote_that_is_killed_takes_its_boxes_with_it_and_is_followed_by_another)
{
    struct box_options options = options_of();
    struct painter painters[BOXES_AT_ONCE];
    struct err e = { 0 };
    pid_t zygote, found[BOXES_AT_ONCE + 1];

    options.pictures_max = 1; /* no box is warm, so that nothing is tried again */
    struct boxes *boxes = boxes_with(&options);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    int descriptors = count_descriptors();
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT(painters); i++)
            paint_start(&painters[i], boxes, "for ever", 5);
        wait_boxes(BOXES_AT_ONCE, &zygote, found);
        usleep(20000);
        CHECK_INT(kill(zygote, SIGKILL), 0);
        for (size_t i = 0; i < COUNT(painters); i++) {
            CHECK_INT(paint_end(&painters[i]), ERR_UNAVAILABLE);
            CHECK(strcmp(painters[i].e.text, "the process that makes boxes has ended") == 0);
        }
        CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
        wait_boxes(1, &zygote, found); /* while nothing is done: nobody is to notice */
        CHECK_INT(kill(zygote, SIGKILL), 0);
        check_none_left();
        CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    }
    CHECK_INT(count_descriptors(), descriptors);
    boxes_free(boxes);
    check_none_left();
}

TEST(a_process_that_is_killed_leaves_nothing_behind)
{
    const struct box_options options = options_of();
    pid_t zygote, found[BOXES_AT_ONCE + 1];

    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct boxes *boxes = boxes_with(&options);
        struct err e = { 0 };
        _exit((int)draw(boxes, "for ever", &e));
    }
    CHECK(child > 0);
    wait_boxes(1, &zygote, found);
    CHECK_INT(kill(child, SIGKILL), 0);
    CHECK_INT(waitpid(child, NULL, 0), child);
    check_none_left();
}

TEST(whoever_waits_for_all_his_children_does_not_meet_the_zygote)
{
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct err e = { 0 };
    pid_t zygote, box;

    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    wait_boxes(1, &zygote, &box);
    CHECK_INT(kill(zygote, SIGKILL), 0);
    CHECK_INT(waitpid(-1, NULL, 0), -1); /* nginx does that, and reports strangers */
    boxes_free(boxes);
}

/* ---- whose turn it is ---- */

TEST(large_pictures_are_alone)
{
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct painter painters[4];
    pid_t zygote, found[BOXES_AT_ONCE + 1];

    for (size_t i = 0; i < COUNT(painters); i++)
        paint_start(&painters[i], boxes, "a while", 7000);
    for (size_t i = 0; i < COUNT(painters); i++)
        CHECK_INT(paint_end(&painters[i]), ERR_NONE);
    CHECK_INT(find(&zygote, found, COUNT(found)), 1);
    for (size_t i = 0; i < COUNT(painters); i++)
        paint_start(&painters[i], boxes, "a while", 5);
    for (size_t i = 0; i < COUNT(painters); i++)
        CHECK_INT(paint_end(&painters[i]), ERR_NONE);
    CHECK_INT(find(&zygote, found, COUNT(found)), BOXES_AT_ONCE);
    boxes_free(boxes);
}

#define CROWD (RENDERS_WAITING + 6)

TEST(so_many_wait_and_the_others_are_told_at_once)
{
    struct box_options options = options_of();
    struct painter painters[CROWD];
    struct painter slow[BOXES_AT_ONCE];
    pid_t zygote, found[BOXES_AT_ONCE + 1];
    int busy = 0;

    options.seconds = 5;
    struct boxes *boxes = boxes_with(&options);
    for (size_t i = 0; i < COUNT(slow); i++)
        paint_start(&slow[i], boxes, "for ever", 5);
    wait_boxes(BOXES_AT_ONCE, &zygote, found);
    for (size_t i = 0; i < COUNT(painters); i++)
        paint_start(&painters[i], boxes, "the truth", 5);
    for (size_t i = 0; i < COUNT(painters); i++) {
        enum err_code rc = paint_end(&painters[i]);
        CHECK(rc == ERR_NONE || rc == ERR_BUSY);
        busy += rc == ERR_BUSY;
    }
    CHECK_INT(busy, CROWD - RENDERS_WAITING);
    for (size_t i = 0; i < COUNT(slow); i++)
        CHECK_INT(paint_end(&slow[i]), ERR_TOO_LARGE);
    boxes_free(boxes);
}

/* ---- starting ---- */

TEST(starting_ahead_is_no_more_than_that)
{
    const struct box_options options = options_of();
    struct boxes *boxes = boxes_with(&options);
    struct err e = { 0 };
    pid_t zygote, other, box;

    CHECK_INT(find(&zygote, &box, 1), 0);
    CHECK_INT(zygote, 0);
    CHECK_INT(boxes_start(boxes, &e), ERR_NONE);
    CHECK_INT(boxes_start(boxes, &e), ERR_NONE);
    for (int ms = 0; find(&zygote, &box, 1) || !zygote; ms += 5) {
        CHECK(ms < PATIENCE_MS);
        usleep(5000);
    }
    CHECK_INT(draw(boxes, "the truth", &e), ERR_NONE);
    CHECK_INT(find(&other, &box, 1), 1);
    CHECK_INT(other, zygote);
    boxes_free(boxes);
    check_none_left();
}

TEST(a_renderer_that_is_none_is_told)
{
    struct box_options options = options_of();
    struct err e = { 0 };
    char path[128];

    snprintf(path, sizeof path, "%s/missing.so", temp_dir());
    options.renderer = path;
    struct boxes *boxes = boxes_with(&options);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(draw(boxes, "the truth", &e), ERR_UNAVAILABLE);
        CHECK(strstr(e.text, "missing.so") != NULL);
    }
    boxes_free(boxes);
    options.renderer = "libm.so.6";
    boxes = boxes_with(&options);
    CHECK_INT(draw(boxes, "the truth", &e), ERR_UNAVAILABLE);
    CHECK(strcmp(e.text, "libm.so.6 is not of this version") == 0);
    boxes_free(boxes);
}

TEST_MAIN
