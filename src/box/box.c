/* A box: reads jobs from its channel until it is closed, silent or the box dies of one. */
#include "box/box.h"
#include "image/box_wire.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define FREE_MAX (16 << 20) /* bytes of free memory that are kept for the next picture */

/* What a job works on. */
struct desk {
    const struct renderer *renderer;
    int channel;
    char *input;
    uint8_t *output;
};

static bool map_memory(const struct box *box, struct desk *desk)
{
    /* the input writable too: see end_idle() */
    void *input = mmap(NULL, BOX_INPUT_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
                       box->input, 0);
    void *output = mmap(NULL, BOX_OUTPUT_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, box->output, 0);

    desk->input = input;
    desk->output = output;
    return input != MAP_FAILED && output != MAP_FAILED;
}

/* Where it is known to be; silence ends a wait for a job. */
static bool place_channel(struct desk *desk)
{
    static const struct timeval idle = { .tv_sec = BOX_IDLE_SECONDS };
    bool placed = dup2(desk->channel, CONFINE_CHANNEL) == CONFINE_CHANNEL;

    desk->channel = CONFINE_CHANNEL;
    return placed && setsockopt(desk->channel, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle) == 0;
}

static void say(const struct desk *desk, struct box_answer *answer)
{
    struct timespec used;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
        answer->cpu_us = (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
    if (send(desk->channel, answer, sizeof *answer, MSG_NOSIGNAL) != sizeof *answer)
        _exit(1);
}

static enum err_code work(const struct desk *desk, const struct box_job *job,
                          struct box_answer *answer, struct err *e)
{
    const struct renderer *renderer = desk->renderer;
    struct bytes input = bytes_of(desk->input, job->input_len);
    struct drawing drawing = job->drawing;
    enum err_code rc;
    size_t len = 0;

    switch (job->task) {
    case BOX_PICTURE:
        rc = renderer->picture(input, &job->header, &job->plan, desk->output, BOX_OUTPUT_MAX, &len,
                               e);
        break;
    case BOX_DRAWING:
        drawing.text.at = job->text;
        rc = renderer->drawing(&drawing, desk->output, BOX_OUTPUT_MAX, &len, e);
        break;
    case BOX_APPEARANCE:
        return renderer->appearance(input, &job->header, &answer->appearance, e);
    default:
        return err_set(e, ERR_INTERNAL, "no task of a box");
    }
    if (rc == ERR_NONE)
        answer->output_len = len;
    return rc;
}

static void do_job(const struct desk *desk, const struct box_job *job)
{
    struct box_answer answer = { 0 };
    struct err e = { 0 };

    answer.code = (int32_t)work(desk, job, &answer, &e);
    memcpy(answer.text, e.text, sizeof answer.text);
    say(desk, &answer);
    if (mallinfo2().fordblks > FREE_MAX)
        malloc_trim(0);
}

/* The other side keeps the two memories until it wants a box again: they shall hold nothing. */
static void end_idle(const struct desk *desk)
{
    madvise(desk->input, BOX_INPUT_MAX, MADV_REMOVE);
    madvise(desk->output, BOX_OUTPUT_MAX, MADV_REMOVE);
    _exit(0);
}

static void take_jobs(const struct desk *desk)
{
    struct box_job job;

    for (;;) {
        ssize_t got = recv(desk->channel, &job, sizeof job, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            end_idle(desk);
        if (got != sizeof job || job.input_len > BOX_INPUT_MAX ||
            job.drawing.text.len > sizeof job.text)
            return;
        do_job(desk, &job);
    }
}

void box_run(const struct box *box, int zygote)
{
    struct desk desk = { .renderer = box->renderer, .channel = box->channel };
    struct box_answer first = { 0 };
    struct err e = { 0 };
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (getppid() != zygote || !map_memory(box, &desk) || !place_channel(&desk))
        _exit(1);
    first.code = (int32_t)confine(box->confine, &e);
    memcpy(first.text, e.text, sizeof first.text);
    say(&desk, &first);
    if (first.code == ERR_NONE)
        take_jobs(&desk);
    _exit(0);
}
