#include "image/boxes.h"

#include <pthread.h>
#include <stdlib.h>

/* Pixels being decoded at a time, four bytes each and more while they are scaled. A larger picture
 * goes alone. */
#define TURN_PIXELS 40000000

#define BACKGROUND_TIMES 10

struct boxes {
    struct box_options options;
    struct zygote *zygote;
    bool started; /* boxes_start was called */

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t changed;
    uint64_t next;    /* number given to the next that comes */
    uint64_t serving; /* of the first in line */
    int running;
    int64_t pixels; /* of those that run */
    struct box *warm[BOXES_AT_ONCE];
    int warm_count;
};

enum err_code boxes_new(const struct box_options *options, struct boxes **out, struct err *e)
{
    struct boxes *boxes = calloc(1, sizeof *boxes);

    if (!boxes)
        return err_set(e, ERR_NO_MEMORY, "boxes");
    enum err_code rc = zygote_new(options, &boxes->zygote, e);
    if (rc) {
        free(boxes);
        return rc;
    }
    boxes->options = *options;
    pthread_mutex_init(&boxes->lock, NULL);
    pthread_cond_init(&boxes->changed, NULL);
    *out = boxes;
    return ERR_NONE;
}

enum err_code boxes_start(struct boxes *boxes, struct err *e)
{
    boxes->started = true;
    return zygote_start(boxes->zygote, e);
}

void boxes_free(struct boxes *boxes)
{
    if (!boxes)
        return;
    for (int i = 0; i < boxes->warm_count; i++)
        box_close(boxes->warm[i]);
    zygote_free(boxes->zygote);
    pthread_cond_destroy(&boxes->changed);
    pthread_mutex_destroy(&boxes->lock);
    free(boxes);
}

/* First come, first served. */
static bool must_wait(const struct boxes *boxes, uint64_t number, int64_t pixels)
{
    return number != boxes->serving || boxes->running >= BOXES_AT_ONCE ||
           (boxes->running > 0 && boxes->pixels + pixels > TURN_PIXELS);
}

static enum err_code turn_take(struct boxes *boxes, int64_t pixels, bool now, struct box **warm,
                               struct err *e)
{
    enum err_code rc = ERR_NONE;

    pthread_mutex_lock(&boxes->lock);
    if (boxes->next - boxes->serving >= RENDERS_WAITING) {
        rc = err_set(e, ERR_BUSY, "%d pictures wait to be rendered", RENDERS_WAITING);
    } else if (now && (!boxes->started || must_wait(boxes, boxes->next, pixels))) {
        rc = err_set(e, ERR_BUSY, "no box is free");
    } else {
        uint64_t number = boxes->next++;
        while (must_wait(boxes, number, pixels))
            pthread_cond_wait(&boxes->changed, &boxes->lock);
        boxes->serving++;
        boxes->running++;
        boxes->pixels += pixels;
        *warm = boxes->warm_count ? boxes->warm[--boxes->warm_count] : NULL;
        pthread_cond_broadcast(&boxes->changed);
    }
    pthread_mutex_unlock(&boxes->lock);
    return rc;
}

/* `box` is kept for the next; NULL: there is none to keep. */
static void turn_give(struct boxes *boxes, int64_t pixels, struct box *box)
{
    pthread_mutex_lock(&boxes->lock);
    boxes->running--;
    boxes->pixels -= pixels;
    if (box)
        boxes->warm[boxes->warm_count++] = box; /* there are no more boxes than turns */
    pthread_cond_broadcast(&boxes->changed);
    pthread_mutex_unlock(&boxes->lock);
}

enum err_code boxes_take(struct boxes *boxes, int64_t pixels, enum boxes_patience patience,
                         struct boxes_turn *out, struct err *e)
{
    struct boxes_turn turn = { .boxes = boxes, .pixels = pixels };

    enum err_code rc = turn_take(boxes, pixels, patience == BOXES_NOW, &turn.box, e);
    if (rc)
        return rc;
    turn.seconds = boxes->options.seconds * (patience == BOXES_BACKGROUND ? BACKGROUND_TIMES : 1);
    turn.warm = turn.box && box_is_fit(turn.box);
    if (!turn.warm && (rc = boxes_renew(&turn, e))) {
        turn_give(boxes, pixels, NULL);
        return rc;
    }
    *out = turn;
    return ERR_NONE;
}

enum err_code boxes_renew(struct boxes_turn *turn, struct err *e)
{
    struct boxes *boxes = turn->boxes;

    box_close(turn->box);
    turn->box = NULL;
    turn->warm = false;
    return box_open(boxes->zygote, &boxes->options, &turn->box, e);
}

void boxes_give(struct boxes_turn *turn, bool sound)
{
    if (sound && turn->box) {
        box_tidy(turn->box);
    } else {
        box_close(turn->box);
        turn->box = NULL;
    }
    turn_give(turn->boxes, turn->pixels, turn->box);
}
