/* Plan, check, wait for the turn, and let a box do it. */
#include "image/render.h"
#include "base/log.h"
#include "image/boxes.h"
#include "image/made.h"
#include "image/plan.h"

/* What is done while it is this picture's turn. */
struct task {
    struct box_job job;
    struct source *source; /* the picture, or `bytes`; a drawing has neither */
    struct bytes bytes;
    enum picture_type type; /* of what is made, and its size */
    int32_t width_px;
    int32_t height_px;
    struct arena *arena; /* of what is made */
    struct bytes made;
    struct box_answer answer;
};

/* What lies in the box is what is decoded: so there it is looked at. */
static enum err_code put_input(struct box *box, struct task *task, struct err *e)
{
    enum picture_type type = task->job.header.type;
    uint64_t size = task->source ? task->source->size : task->bytes.len;
    char *at;

    enum err_code rc = box_input(box, size, &at, e);
    if (rc)
        return rc;
    if (task->source)
        rc = task->source->read(task->source, 0, at, size, true, e);
    else if (task->bytes.at)
        memcpy(at, task->bytes.at, size);
    if (rc)
        return rc;
    if (image_sniff(bytes_of(at, size)) != type)
        return err_set(e, ERR_UNSUPPORTED, "the bytes are no %s", picture_type_extension(type));
    task->job.input_len = size;
    return ERR_NONE;
}

static enum err_code take_output(struct box *box, struct task *task, bool *sound, struct err *e)
{
    enum err_code rc = box_output(box, task->arena, task->answer.output_len, &task->made, e);

    if (rc == ERR_NONE) {
        rc = made_check(task->made, task->type, task->width_px, task->height_px, e);
        *sound = rc == ERR_NONE;
    }
    return rc;
}

static enum err_code do_in_box(const struct boxes_turn *turn, struct task *task, bool *sound,
                               struct err *e)
{
    enum err_code rc = ERR_NONE;

    *sound = true;
    if (task->job.task != BOX_DRAWING)
        rc = put_input(turn->box, task, e);
    if (rc == ERR_NONE)
        rc = box_do(turn->box, &task->job, turn->seconds, &task->answer, sound, e);
    if (rc == ERR_NONE && task->job.task != BOX_APPEARANCE)
        rc = take_output(turn->box, task, sound, e);
    return rc;
}

static enum err_code do_task(struct boxes *boxes, struct task *task, int64_t pixels,
                             enum boxes_patience patience, struct err *e)
{
    struct boxes_turn turn;
    bool sound;

    enum err_code rc = boxes_take(boxes, pixels, patience, &turn, e);
    if (rc)
        return rc;
    rc = do_in_box(&turn, task, &sound, e);
    /* killed by somebody, and perhaps before it began: that is nothing the picture did */
    if (rc == ERR_UNAVAILABLE && !sound && turn.warm && (rc = boxes_renew(&turn, e)) == ERR_NONE)
        rc = do_in_box(&turn, task, &sound, e);
    /* what a picture that failed may have left there is not for the next */
    boxes_give(&turn, sound && rc == ERR_NONE);
    if (!sound) /* whoever asked hears that the picture is broken; an attack looks like this, too */
        log_line(LOG_LEVEL_WARN, "a box is thrown away: %s", e->text);
    return rc;
}

static int64_t pixels_of(int32_t width, int32_t height)
{
    return (int64_t)width * height;
}

/* `task` has its input and arena. */
static enum err_code render(struct boxes *boxes, struct task *task,
                            const struct picture_header *header, const struct image_limits *limits,
                            const struct render *want, struct bytes *out, enum picture_type *type,
                            struct err *e)
{
    struct rendered plan = render_plan(header, want);
    int64_t decoded = pixels_of(header->width_px, header->height_px);
    int64_t made = pixels_of(plan.width_px, plan.height_px);

    enum err_code rc = plan_check(header, &plan, limits, e);
    if (rc)
        return rc;
    task->job.task = BOX_PICTURE;
    task->job.header = *header;
    task->job.plan = plan;
    task->type = plan.type;
    task->width_px = plan.width_px;
    task->height_px = plan.height_px;
    rc = do_task(boxes, task, decoded > made ? decoded : made,
                 want->background ? BOXES_BACKGROUND : BOXES_WAIT, e);
    if (rc)
        return rc;
    *out = task->made;
    *type = plan.type;
    return ERR_NONE;
}

enum err_code render_picture(struct boxes *boxes, struct arena *arena, struct bytes bytes,
                             const struct picture_header *header, const struct image_limits *limits,
                             const struct render *want, struct bytes *out, enum picture_type *type,
                             struct err *e)
{
    struct task task = { .bytes = bytes, .arena = arena };

    return render(boxes, &task, header, limits, want, out, type, e);
}

enum err_code render_source(struct boxes *boxes, struct arena *arena, struct source *source,
                            const struct picture_header *header, const struct image_limits *limits,
                            const struct render *want, struct bytes *out, enum picture_type *type,
                            struct err *e)
{
    struct task task = { .source = source, .arena = arena };

    return render(boxes, &task, header, limits, want, out, type, e);
}

enum err_code render_drawing(struct boxes *boxes, struct arena *arena,
                             const struct drawing *drawing, struct bytes *out, struct err *e)
{
    struct task task = { .job = { .task = BOX_DRAWING, .drawing = *drawing },
                         .type = drawing->type,
                         .width_px = drawing->width_px,
                         .height_px = drawing->height_px,
                         .arena = arena };

    if (drawing->text.len > DRAWING_TEXT_MAX)
        return err_set(e, ERR_TOO_LARGE, "a text of %zu bytes, limit %d", drawing->text.len,
                       DRAWING_TEXT_MAX);
    if (drawing->text.len)
        memcpy(task.job.text, drawing->text.at, drawing->text.len);
    task.job.drawing.text.at = NULL; /* an address means nothing there */
    enum err_code rc =
        do_task(boxes, &task, pixels_of(drawing->width_px, drawing->height_px), BOXES_WAIT, e);
    if (rc == ERR_NONE)
        *out = task.made;
    return rc;
}

static enum err_code look(struct boxes *boxes, struct source *source,
                          const struct picture_header *header, const struct image_limits *limits,
                          enum boxes_patience patience, struct appearance *out, struct err *e)
{
    struct task task = { .job = { .task = BOX_APPEARANCE, .header = *header }, .source = source };
    struct rendered same = render_plan(header, &(struct render){ .type = header->type });

    enum err_code rc = plan_check(header, &same, limits, e);
    if (rc == ERR_NONE)
        rc = do_task(boxes, &task, pixels_of(header->width_px, header->height_px), patience, e);
    if (rc == ERR_NONE)
        *out = task.answer.appearance;
    return rc;
}

enum err_code render_appearance(struct boxes *boxes, struct source *source,
                                const struct picture_header *header,
                                const struct image_limits *limits, struct appearance *out,
                                struct err *e)
{
    return look(boxes, source, header, limits, BOXES_BACKGROUND, out, e);
}

enum err_code render_appearance_now(struct boxes *boxes, struct source *source,
                                    const struct picture_header *header,
                                    const struct image_limits *limits, struct appearance *out,
                                    struct err *e)
{
    return look(boxes, source, header, limits, BOXES_NOW, out, e);
}
