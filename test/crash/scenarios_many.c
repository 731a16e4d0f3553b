/* Scenarios with several threads and processes. */
#include "scenarios.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define HANDS_MAX 8

struct part {
    pthread_t thread;
    struct drive *drive;
    int number; /* of this part: its records are number * 8 + 1 and the seven behind */
    void (*run)(struct hand *hand, int first);
    uint64_t random;
};

static void *run_part(void *context)
{
    struct part *part = context;
    struct hand hand;

    hand_open(part->drive, &hand);
    hand.random = part->random;
    part->run(&hand, part->number * 8 + 1);
    hand_close(&hand);
    return NULL;
}

/* Threads at once, each with records of its own. */
static void at_once(struct drive *drive, int from, int count,
                    void (*run)(struct hand *hand, int first))
{
    struct part parts[HANDS_MAX];

    for (int i = 0; i < count; i++) {
        parts[i] = (struct part){
            .drive = drive, .number = from + i, .run = run, .random = book_random(&drive->random)
        };
        if (pthread_create(&parts[i].thread, NULL, run_part, &parts[i]) != 0)
            abort();
    }
    for (int i = 0; i < count; i++)
        pthread_join(parts[i].thread, NULL);
}

static void put_few(struct hand *hand, int first)
{
    for (int i = 0; i < 4; i++)
        hand_put(hand, first + i, hand_seed(hand, 1 + (unsigned)hand_below(hand, 7)));
}

void scenario_puts_in_groups(struct drive *drive, struct hand *hand)
{
    begin_with(hand, 63, NO_PICTURE);
    at_once(drive, 0, 7, put_few);
}

static void collect_often(struct hand *hand, int first)
{
    (void)first;
    for (int i = 0; i < 8; i++)
        hand_collect(hand);
}

static void put_and_take(struct hand *hand, int first)
{
    for (int i = 0; i < 5; i++) {
        hand_put(hand, first + i, 8000001 + (uint32_t)i * 10); /* the same for all hands */
        hand_take(hand, first + i);
        if (i % 2 == 0)
            hand_put(hand, first + i, 8000001 + (uint32_t)i * 10);
    }
}

void scenario_collect_at_once(struct drive *drive, struct hand *hand)
{
    struct part part = { .drive = drive, .number = 7, .run = collect_often, .random = 1 };

    begin_with(hand, 63, NO_PICTURE);
    if (pthread_create(&part.thread, NULL, run_part, &part) != 0)
        abort();
    at_once(drive, 0, 3, put_and_take);
    pthread_join(part.thread, NULL);
}

static void put_slowly(struct hand *hand, int first)
{
    for (int i = 0; i < 3; i++) {
        hand_put(hand, first + i, hand_seed(hand, 7));
        hand_describe(hand, first + i);
    }
}

/* `count` processes, each with the records of one part. */
static void processes(struct drive *drive, int count, void (*run)(struct hand *hand, int first))
{
    pid_t children[HANDS_MAX];

    drive_close(drive);
    for (int i = 0; i < count; i++) {
        uint64_t random = book_random(&drive->random);
        children[i] = fork();
        if (children[i] == 0) {
            struct part part = { .drive = drive, .number = i, .run = run, .random = random };
            drive_open(drive, false);
            run_part(&part);
            drive_close(drive);
            _exit(0);
        }
    }
    for (int i = 0; i < count; i++) {
        int status = 0;
        if (children[i] < 0 || waitpid(children[i], &status, 0) < 0 || status != 0)
            exit(1);
    }
    drive_open(drive, false);
}

void scenario_several_processes(struct drive *drive, struct hand *hand)
{
    begin_with(hand, 40, NO_PICTURE);
    hand_close(hand);
    processes(drive, 3, put_slowly);
    hand_open(drive, hand);
}

static void mix(struct hand *hand, int first)
{
    for (int i = 0; i < 8; i++) {
        int record = first + hand_below(hand, 4);
        const struct page *page = &hand->drive->pages[record];

        switch (hand_below(hand, 7)) {
        case 0:
        case 1:
            hand_put(hand, record, hand_seed(hand, 1 + (unsigned)hand_below(hand, 8)));
            break;
        case 2:
            if (page->seed)
                hand_take(hand, record);
            break;
        case 3:
            if (page->seed)
                hand_describe(hand, record);
            break;
        case 4:
            hand_hang(hand, first + 5, hand_seed(hand, 3));
            break;
        case 5:
            if (hand->drive->before[record].exists)
                hand_undo(hand, record);
            break;
        default:
            hand_name(hand, record);
            break;
        }
    }
}

static void mix_and_keep(struct hand *hand, int first)
{
    mix(hand, first);
    hand_collect(hand);
    hand_checkpoint(hand);
    mix(hand, first);
}

void scenario_mixed(struct drive *drive, struct hand *hand)
{
    begin_with(hand, 63, NO_PICTURE);
    at_once(drive, 0, 4, mix_and_keep);
}

void scenario_mixed_processes(struct drive *drive, struct hand *hand)
{
    begin_with(hand, 40, NO_PICTURE);
    hand_close(hand);
    processes(drive, 2, mix_and_keep);
    hand_open(drive, hand);
}

/* Killed where it hurts: the bytes are in the pack and the rows are not committed. */
static bool die(const struct picture *now, void *context)
{
    int *asked = context;

    (void)now;
    if (++*asked == 2) /* first before the bytes are stored, then within the transaction */
        raise(SIGKILL);
    return true;
}

void scenario_killed(struct drive *drive, struct hand *hand)
{
    static const struct principal writer = {
        .user_id = 1, .role = USER_ADMINISTRATOR, .may_write = true, .catalog = true
    };

    begin_with(hand, 12, 3);
    for (int record = 1; record <= 8; record += 2) {
        hand_close(hand);
        drive_close(drive);
        pid_t child = fork();
        if (child == 0) {
            struct picture picture;
            struct err e = { 0 };
            int asked = 0;
            drive_open(drive, false);
            hand_open(drive, hand);
            hand_put(hand, record, hand_seed(hand, 4));
            size_t len = picture_draw(hand_seed(hand, 7), hand->room);
            struct picture_content content = { .bytes = bytes_of(hand->room, len),
                                               .condition = { .ask = die, .context = &asked } };
            (void)!picture_put(hand->core, &writer, hand->arena,
                               (struct owner){ KIND_PRODUCT, record + 1 }, &content, &picture, &e);
            _exit(1);
        }
        int status = 0;
        if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFSIGNALED(status))
            exit(1);
        drive_open(drive, false);
        hand_open(drive, hand);
        hand_put(hand, record + 1, hand_seed(hand, 5));
    }
}

/* The process is gone and the log was never moved into the database: for test/crash/flips.py. */
void scenario_unclosed(struct drive *drive, struct hand *hand)
{
    scenario_everything(drive, hand);
    raise(SIGKILL);
}
