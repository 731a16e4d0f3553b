/* Attacks on whoever reads the answer: on the box's own channel, and by what lies in its output. */
#include "hostile/hostile.h"
#include "image/box_wire.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

/* Ends, so that no honest answer follows. */
static bool say(const void *message, size_t len)
{
    send(0, message, len, MSG_NOSIGNAL);
    _exit(0);
}

static bool lie(const struct box_answer *answer)
{
    return say(answer, sizeof *answer);
}

static uint64_t make(const struct target *t)
{
    return hostile_png(t->out, t->room, t->width, t->height, ESCAPED);
}

static bool one_byte_too_long(const struct target *t)
{
    make(t);
    return lie(&(struct box_answer){ .output_len = BOX_OUTPUT_MAX + 1, .cpu_us = 1LL << 40 });
}

static bool as_long_as_can_be(const struct target *t)
{
    make(t);
    return lie(&(struct box_answer){ .output_len = UINT64_MAX, .cpu_us = 1LL << 40 });
}

static bool nothing_at_all(const struct target *t)
{
    memset(t->out, 0, 4096);
    return lie(&(struct box_answer){ .output_len = 0, .cpu_us = 1LL << 40 });
}

static bool zeros(const struct target *t)
{
    memset(t->out, 0, 4096);
    return lie(&(struct box_answer){ .output_len = 4096, .cpu_us = 1LL << 40 });
}

static bool all_of_it(const struct target *t)
{
    memset(t->out, 0x55, 4096);
    return lie(&(struct box_answer){ .output_len = BOX_OUTPUT_MAX, .cpu_us = 1LL << 40 });
}

static bool another_type(const struct target *t)
{
    static const char page[] = "<html><script>alert(1)</script>";

    memcpy(t->out, page, sizeof page);
    return lie(&(struct box_answer){ .output_len = sizeof page, .cpu_us = 1LL << 40 });
}

static bool another_size(const struct target *t)
{
    uint64_t len = hostile_png(t->out, t->room, t->width + 1, t->height, ESCAPED);

    return lie(&(struct box_answer){ .output_len = len, .cpu_us = 1LL << 40 });
}

static bool time_runs_backwards(const struct target *t)
{
    return lie(&(struct box_answer){ .output_len = make(t), .cpu_us = -1 });
}

static bool unknown_code(const struct target *t)
{
    return lie(&(struct box_answer){ .code = 9999, .output_len = make(t), .cpu_us = 1LL << 40 });
}

static bool negative_code(const struct target *t)
{
    return lie(&(struct box_answer){ .code = -1, .output_len = make(t), .cpu_us = 1LL << 40 });
}

/* One that makes the server ask for a password, or for another try. */
static bool code_of_another(const struct target *t)
{
    return lie(&(struct box_answer){
        .code = ERR_UNAUTHENTICATED, .output_len = make(t), .cpu_us = 1LL << 40 });
}

static bool endless_text(const struct target *t)
{
    struct box_answer answer = { .code = ERR_UNSUPPORTED, .cpu_us = 1LL << 40 };

    (void)t;
    memset(answer.text, '\n', sizeof answer.text);
    return lie(&answer);
}

static bool endless_hash(const struct target *t)
{
    struct box_answer answer = { .output_len = make(t), .cpu_us = 1LL << 40 };

    memset(&answer.appearance, 0x7F, sizeof answer.appearance);
    return lie(&answer);
}

static bool short_message(const struct target *t)
{
    (void)t;
    return say("x", 1);
}

static bool empty_message(const struct target *t)
{
    (void)t;
    while (send(0, "", 0, MSG_NOSIGNAL) == 0) /* who went now would have ended, whatever he said */
        sched_yield();
    return true;
}

static bool long_message(const struct target *t)
{
    static char message[65536];

    (void)t;
    return say(message, sizeof message);
}

static bool many_answers(const struct target *t)
{
    const struct box_answer answer = { .output_len = UINT64_MAX };

    (void)t;
    for (int i = 0; i < 100000; i++)
        send(0, &answer, sizeof answer, MSG_NOSIGNAL);
    return false;
}

/* The other side must not take the second for an answer to the next job. */
static bool one_answer_too_many(const struct target *t)
{
    struct box_answer answer = { .code = ERR_UNSUPPORTED, .cpu_us = 1LL << 40 };

    send(0, &answer, sizeof answer, MSG_NOSIGNAL);
    answer.code = ERR_NONE;
    answer.output_len = make(t);
    return lie(&answer);
}

const struct attack hostile_answers[] = {
    { "one_byte_too_long", one_byte_too_long, BY_DISBELIEF },
    { "as_long_as_can_be", as_long_as_can_be, BY_DISBELIEF },
    { "nothing_at_all", nothing_at_all, BY_DISBELIEF },
    { "zeros", zeros, BY_DISBELIEF },
    { "all_of_it", all_of_it, BY_DISBELIEF },
    { "another_type", another_type, BY_DISBELIEF },
    { "another_size", another_size, BY_DISBELIEF },
    { "time_runs_backwards", time_runs_backwards, BY_DISBELIEF },
    { "unknown_code", unknown_code, BY_REFUSAL },
    { "negative_code", negative_code, BY_REFUSAL },
    { "code_of_another", code_of_another, BY_REFUSAL },
    { "endless_text", endless_text, BY_REFUSAL },
    { "endless_hash", endless_hash, BY_DISBELIEF },
    { "short_message", short_message, BY_DISBELIEF },
    { "empty_message", empty_message, BY_DISBELIEF },
    { "long_message", long_message, BY_DISBELIEF },
    { "many_answers", many_answers, BY_DISBELIEF },
    { "one_answer_too_many", one_answer_too_many, BY_REFUSAL },
    { 0 },
};
